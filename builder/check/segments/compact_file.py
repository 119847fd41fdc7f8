"""Reads the compact form of a segmentation with code of the check's own; every byte of it must have a meaning."""

from collections.abc import Iterator
from dataclasses import dataclass
import zlib

import numpy as np
from numpy.typing import NDArray

from bundle.segments import BYTES, MAGIC, RUNS

Mask = NDArray[np.uint8]
_HEAD = np.dtype([("kind", "<u4"), ("segments", "<u4"), ("chunks", "<u4")])
_SEGMENT = np.dtype([("number", "<u4"), ("first", "<u4"), ("count", "<u4")])
_CHUNK = np.dtype([("place", "<u4"), ("box", "<u4", 4), ("offset", "<u8"), ("length", "<u4")])


class NotCompact(Exception):
    """A file that is no compact form; the message says why."""


@dataclass(frozen=True, slots=True)
class CompactFile:
    """The segments in their order, and (segment, place) -> the box of a mask and its packed data."""

    kind: int
    numbers: tuple[int, ...]
    chunks: dict[tuple[int, int], tuple[tuple[int, int, int, int], bytes]]

    def mask(self, segment: int, place: int) -> tuple[tuple[int, int, int, int], Mask]:
        """The box (first and last row, first and last column), and what is in it. Raises NotCompact."""
        box, packed = self.chunks[segment, place]
        height, width = box[1] - box[0] + 1, box[3] - box[2] + 1
        area = height * width
        data = _unpacked(packed, area if self.kind == BYTES else 4 * (area + 1))
        if self.kind == BYTES:
            inside = np.frombuffer(data, np.uint8)
        else:
            lengths = np.frombuffer(data[: len(data) // 4 * 4], "<u4").astype(np.int64)
            if len(data) % 4 or lengths.sum() != area:
                raise NotCompact("runs do not fill their box")
            inside = np.repeat((np.arange(len(lengths)) % 2).astype(np.uint8), lengths)
        if len(inside) != area:
            raise NotCompact("a mask does not fill its box")
        return box, inside.reshape(height, width)


def _unpacked(packed: bytes, most: int) -> bytes:
    unpacker = zlib.decompressobj()
    try:
        data = unpacker.decompress(packed, most)
    except zlib.error:
        raise NotCompact("a mask cannot be unpacked") from None
    if unpacker.unconsumed_tail or unpacker.unused_data or not unpacker.eof:
        raise NotCompact("behind a mask stand bytes that mean nothing, or it is too long")
    return data


def parse(content: bytes, size: tuple[int, int]) -> CompactFile:
    """The parts of a file whose masks lie on images of `size` (rows, columns); raises NotCompact."""
    at = len(MAGIC) + _HEAD.itemsize
    if content[: len(MAGIC)] != MAGIC or len(content) < at:
        raise NotCompact("it does not begin like one")
    head = np.frombuffer(content, _HEAD, 1, len(MAGIC))[0]
    segments, chunks = int(head["segments"]), int(head["chunks"])
    start = at + segments * _SEGMENT.itemsize
    data = start + chunks * _CHUNK.itemsize
    if head["kind"] not in (RUNS, BYTES) or len(content) < data:
        raise NotCompact("its tables are cut short")
    table = np.frombuffer(content, _SEGMENT, segments, at)
    rows = np.frombuffer(content, _CHUNK, chunks, start)
    found = dict(_chunks(content, table, rows, data, size))
    if len(found) != chunks:
        raise NotCompact("it holds a mask twice, or one of no segment")
    return CompactFile(int(head["kind"]), tuple(map(int, table["number"])), found)


def _chunks(
    content: bytes, table: NDArray[np.void], rows: NDArray[np.void], end: int, size: tuple[int, int]
) -> Iterator[tuple[tuple[int, int], tuple[tuple[int, int, int, int], bytes]]]:
    first = 0
    for segment in table:
        if segment["first"] != first or first + int(segment["count"]) > len(rows):
            raise NotCompact("its list of segments does not count its masks")
        for row in rows[first : first + int(segment["count"])]:
            top, bottom, left, right = (int(edge) for edge in row["box"])
            if row["offset"] != end or not (top <= bottom < size[0] and left <= right < size[1]):
                raise NotCompact("a box reaches beyond the images, or its masks do not follow each other")
            start, end = end, end + int(row["length"])
            yield (int(segment["number"]), int(row["place"])), ((top, bottom, left, right), content[start:end])
        first += int(segment["count"])
    if first != len(rows) or end != len(content):
        raise NotCompact("bytes stand in it that mean nothing")
