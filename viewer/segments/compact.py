"""Reads the compact form of a segmentation from the medium; what is not exactly as it was written is refused."""

from dataclasses import dataclass
import hashlib
from itertools import pairwise
import struct
import zlib

import numpy as np
from numpy.typing import NDArray

from bundle import manifest
from bundle.errors import BundleError, DamagedManifest
from bundle.index.records import Segmentation, Stack
from bundle.layout import MANIFEST
from bundle.medium.port import BundleMedium
from bundle.segments import BYTES, CHUNK, HEAD, MAGIC, RUNS, SEGMENT, compact_path
from viewer.words import tr

Mask = NDArray[np.uint8]
Box = tuple[int, int, int, int]
# A form larger than this is none of any image series that a viewer can hold.
_LARGEST = 1 << 30


class SegmentationDamaged(BundleError):
    """A segmentation that is not shown, because its file is not as it was written."""

    def __init__(self, path: str, reason: str) -> None:
        self.reason = reason
        super().__init__(
            "The segmentation is not shown, because {path} is damaged ({reason}). The images are not concerned. "
            "Ask for a new copy of the medium.",
            path=path,
            reason=reason,
        )


@dataclass(frozen=True, slots=True)
class PackedMask:
    """One mask: the place of its segment in the list, its slice, first and last row and column, and its packed data."""

    segment: int
    place: int
    box: Box
    start: int
    length: int


class CompactForm:
    """The masks of one segmentation, still packed; `of_slice` lists those of each slice."""

    def __init__(self, path: str, content: bytes, segmentation: Segmentation, stack: Stack) -> None:
        self._path, self._content = path, content
        self.segmentation, self.size = segmentation, (stack.rows, stack.columns)
        try:
            self.kind, self.masks = _parsed(content, segmentation, stack)
        except (struct.error, _NotAsWrittenError) as error:
            raise SegmentationDamaged(path, str(error)) from None
        self.of_slice: dict[int, list[PackedMask]] = {}
        for mask in self.masks:
            self.of_slice.setdefault(mask.place, []).append(mask)

    @property
    def box(self) -> Box:
        """First and last row and column of all masks; of nothing, the first pixel."""
        if not self.masks:
            return 0, 0, 0, 0
        tops, bottoms, lefts, rights = zip(*(mask.box for mask in self.masks), strict=True)
        return min(tops), max(bottoms), min(lefts), max(rights)

    def unpacked(self, mask: PackedMask) -> Mask:
        """The stored values within the box of a mask; raises SegmentationDamaged."""
        top, bottom, left, right = mask.box
        shape = bottom - top + 1, right - left + 1
        area = shape[0] * shape[1]
        packed = self._content[mask.start : mask.start + mask.length]
        unpacker = zlib.decompressobj()
        try:
            data = unpacker.decompress(packed, area if self.kind == BYTES else 4 * (area + 1))
        except zlib.error:
            raise self._damaged(tr("a mask cannot be unpacked")) from None
        if not unpacker.eof or unpacker.unused_data:
            raise self._damaged(tr("a mask has another length than it says"))
        inside = np.frombuffer(data, np.uint8) if self.kind == BYTES else self._run_out(data, area)
        if len(inside) != area:
            raise self._damaged(tr("a mask does not fill its box"))
        return inside.reshape(shape)

    def _run_out(self, data: bytes, area: int) -> Mask:
        """Runs of 0 and 1 by turns, the first of 0."""
        if len(data) % 4:
            raise self._damaged(tr("a mask has another length than it says"))
        lengths = np.frombuffer(data, "<u4").astype(np.int64)
        if lengths.sum() != area:
            raise self._damaged(tr("a mask does not fill its box"))
        return np.repeat((np.arange(len(lengths)) % 2).astype(np.uint8), lengths)

    def _damaged(self, reason: str) -> SegmentationDamaged:
        return SegmentationDamaged(self._path, reason)


class _NotAsWrittenError(Exception):
    """The message says what is wrong, in the reader's language."""


def read_form(medium: BundleMedium, segmentation: Segmentation, stack: Stack) -> CompactForm:
    """The compact form of a segmentation; raises SegmentationDamaged, OSError and the errors of a sealed medium."""
    path = compact_path(segmentation.segmentation_id)
    content = medium.read(path, _LARGEST)
    if not medium.is_sealed:  # whose every byte is proved as it is read
        _check_digest(medium, path, content)
    return CompactForm(path, content, segmentation, stack)


def _check_digest(medium: BundleMedium, path: str, content: bytes) -> None:
    """A box that lies elsewhere looks sound, and would show a wrong mask: only the manifest knows."""
    try:
        listed = manifest.parse(medium.read(MANIFEST, manifest.LARGEST)).get(path)
    except (OSError, DamagedManifest):
        listed = None
    if listed != hashlib.sha256(content).hexdigest():
        raise SegmentationDamaged(path, tr("it is not the file that the manifest lists"))


def _parsed(content: bytes, segmentation: Segmentation, stack: Stack) -> tuple[int, tuple[PackedMask, ...]]:
    at = len(MAGIC)
    if content[:at] != MAGIC:
        raise _NotAsWrittenError(tr("it does not begin like a segmentation"))
    kind, segments, chunks = HEAD.unpack_from(content, at)
    at += HEAD.size
    if kind not in (RUNS, BYTES) or at + segments * SEGMENT.size + chunks * CHUNK.size > len(content):
        raise _NotAsWrittenError(tr("its tables are cut short"))
    table = [SEGMENT.unpack_from(content, at + n * SEGMENT.size) for n in range(segments)]
    if [number for number, _, _ in table] != [segment.number for segment in segmentation.segments]:
        raise _NotAsWrittenError(tr("its segments are not those of the index"))
    at += segments * SEGMENT.size
    firsts = [*(first for _, first, _ in table), chunks]
    if firsts[0] != 0 or any(first + n != after for (_, first, n), after in zip(table, firsts[1:], strict=True)):
        raise _NotAsWrittenError(tr("its tables do not count its masks"))
    rows = CHUNK.iter_unpack(content[at : at + chunks * CHUNK.size])
    owners = [segment for segment, (_, _, n) in enumerate(table) for _ in range(n)]
    masks = tuple(
        PackedMask(segment, place, (top, bottom, left, right), offset, length)
        for segment, (place, top, bottom, left, right, offset, length) in zip(owners, rows, strict=True)
    )
    _check_masks(masks, at + chunks * CHUNK.size, len(content), stack)
    _check_slices(masks, segmentation)
    return kind, masks


def _check_masks(masks: tuple[PackedMask, ...], start: int, end: int, stack: Stack) -> None:
    """Every mask lies on the images, and its data follow those of the one before."""
    for mask in masks:
        top, bottom, left, right = mask.box
        if not (top <= bottom < stack.rows and left <= right < stack.columns and mask.place < stack.number_of_frames):
            raise _NotAsWrittenError(tr("a mask lies beside the images"))
        if mask.start != start:
            raise _NotAsWrittenError(tr("its masks do not follow each other"))
        start += mask.length
    if start != end:
        raise _NotAsWrittenError(tr("its masks do not follow each other"))


def _check_slices(masks: tuple[PackedMask, ...], segmentation: Segmentation) -> None:
    """The masks of a segment go up through the stack, from its first to its last slice in the index."""
    places: list[list[int]] = [[] for _ in segmentation.segments]
    for mask in masks:
        places[mask.segment].append(mask.place)
    for found, segment in zip(places, segmentation.segments, strict=True):
        ends = (found[0], found[-1]) if found else (None, None)
        if ends != (segment.first_slice, segment.last_slice) or any(a >= b for a, b in pairwise(found)):
            raise _NotAsWrittenError(tr("its slices are not those of the index"))
