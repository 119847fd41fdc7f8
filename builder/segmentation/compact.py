"""Makes the compact form of a written segmentation: each mask within its box, as runs or bytes; and its figures."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple
import zlib

import numpy as np
from pydicom import Dataset

from builder.segmentation.masks import Mask, native_masks, segments_of_frames
from bundle.segments import BYTES, CHUNK, HEAD, MAGIC, RUNS, SEGMENT


class SegmentFigures(NamedTuple):
    """How many voxels of a segment are not 0, the sum of their values, and its first and last place in the stack."""

    voxels: int
    total: int
    first: int | None
    last: int | None


class _Chunk(NamedTuple):
    """One mask: its place, its box (first and last row, first and last column), its data, and its figures."""

    place: int
    box: tuple[int, int, int, int]
    data: bytes
    voxels: int
    total: int


class Compact(NamedTuple):
    """The file, and the figures of each segment in the order of their list."""

    content: bytes
    figures: Sequence[SegmentFigures]


def compact(values: Dataset, pixels: bytes, places: Sequence[int], corner: tuple[int, int]) -> Compact:
    """`pixels` are those of a written segmentation; `places` its frames' in the stack, `corner` their first pixel's."""
    single = values.BitsAllocated == 1
    numbers = [int(item.SegmentNumber) for item in values.SegmentSequence]
    chunks: dict[int, list[_Chunk]] = {number: [] for number in numbers}
    frames = zip(segments_of_frames(values), places, native_masks(values, pixels), strict=True)
    for segment, place, mask in frames:
        if mask.any():
            chunks[segment].append(_chunk(place, mask, corner, single=single))
    for found in chunks.values():
        found.sort(key=lambda chunk: chunk.place)
    content = b"".join(_file(RUNS if single else BYTES, chunks))
    return Compact(content, [_figures(chunks[number]) for number in numbers])


def _chunk(place: int, mask: Mask, corner: tuple[int, int], *, single: bool) -> _Chunk:
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    top, bottom, left, right = (int(edge) for edge in (rows[0], rows[-1], columns[0], columns[-1]))
    inside = mask[top : bottom + 1, left : right + 1].ravel()
    data = _runs(inside) if single else inside.tobytes()
    box = (corner[0] + top, corner[0] + bottom, corner[1] + left, corner[1] + right)
    return _Chunk(place, box, zlib.compress(data), int(np.count_nonzero(inside)), int(inside.sum(dtype=np.int64)))


def _runs(inside: Mask) -> bytes:
    """The lengths of runs of 0 and 1, by turns; the first is of 0, and may be empty."""
    edges = np.flatnonzero(inside[1:] != inside[:-1]) + 1
    lengths = np.diff(np.concatenate([[0], edges, [len(inside)]]))
    return np.asarray(np.concatenate([[0], lengths]) if inside[0] else lengths, "<u4").tobytes()


def _file(kind: int, chunks: dict[int, list[_Chunk]]) -> Iterator[bytes]:
    number = sum(map(len, chunks.values()))
    yield MAGIC
    yield HEAD.pack(kind, len(chunks), number)
    first = 0
    for segment, found in chunks.items():
        yield SEGMENT.pack(segment, first, len(found))
        first += len(found)
    offset = len(MAGIC) + HEAD.size + SEGMENT.size * len(chunks) + CHUNK.size * number
    for found in chunks.values():
        for chunk in found:
            yield CHUNK.pack(chunk.place, *chunk.box, offset, len(chunk.data))
            offset += len(chunk.data)
    for found in chunks.values():
        yield from (chunk.data for chunk in found)


def _figures(chunks: Sequence[_Chunk]) -> SegmentFigures:
    places = [chunk.place for chunk in chunks]
    voxels, total = sum(chunk.voxels for chunk in chunks), sum(chunk.total for chunk in chunks)
    return SegmentFigures(voxels, total, places[0] if places else None, places[-1] if places else None)
