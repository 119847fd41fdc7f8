"""Reads the masks of a segmentation, frame by frame, and which segment each shows (PS3.3 C.8.20, C.7.6.16)."""

from collections.abc import Iterable, Iterator
import zlib

import numpy as np
from numpy.typing import NDArray
from pydicom import Dataset
from pydicom.encaps import generate_frames
from pydicom.pixels.utils import iter_pixels
from pydicom.uid import UID, ExplicitVRBigEndian, RLELossless

from builder.dicom import source_file
from builder.dicom.pixels import DEFLATED_FRAMES
from builder.dicom.source_file import NotTaken, number
from builder.reasons import Reason

Mask = NDArray[np.uint8]
# This many masks of any size end on a whole byte.
_AT_ONCE = 8


def segments_of_frames(dataset: Dataset) -> list[int]:
    """The Segment Number of each frame; raises NotTaken if one names none."""
    shared = dataset.get("SharedFunctionalGroupsSequence") or []
    groups = dataset.get("PerFrameFunctionalGroupsSequence") or []
    found = [_segment([group, *shared]) for group in groups]
    frames = number(dataset, "NumberOfFrames") or 0
    if len(found) != frames or 0 in found:
        raise NotTaken(Reason.SEGMENTATION_BROKEN, f"{frames - found.count(0):,} of {frames:,} frames name a segment")
    return found


def _segment(groups: list[Dataset]) -> int:
    """The number that the first of the groups with one gives; 0 if none does."""
    for group in groups:
        for item in group.get("SegmentIdentificationSequence") or []:
            return number(item, "ReferencedSegmentNumber") or 0
    return 0


def masks(dataset: Dataset) -> Iterator[Mask]:
    """Each frame, shape (rows, columns): 0 and 1, or up to Maximum Fractional Value. Raises NotTaken."""
    syntax = source_file.transfer_syntax(dataset)
    if syntax == DEFLATED_FRAMES or (syntax == RLELossless and dataset.BitsAllocated == 1):
        yield from _of_packed_frames(dataset, syntax)
    elif (syntax.is_compressed and not syntax.is_deflated) or syntax == ExplicitVRBigEndian:
        yield from _decoded(dataset)
    else:
        yield from native_masks(dataset, bytes(dataset.PixelData))


def _decoded(dataset: Dataset) -> Iterator[Mask]:
    shape = dataset.Rows, dataset.Columns
    try:
        for frame in iter_pixels(dataset):
            if frame.shape != shape:
                raise ValueError(f"a frame of {frame.shape}")
            yield frame.astype(np.uint8)
    except Exception as error:  # decoders fail in many ways
        raise NotTaken(Reason.DECODING_FAILED, f"{type(error).__name__}: {error}") from error


def _of_packed_frames(dataset: Dataset, syntax: UID) -> Iterator[Mask]:
    """Frames that are packed as bytes, each of eight pixels where a pixel has one bit; pydicom reads none of them."""
    area, single = dataset.Rows * dataset.Columns, dataset.BitsAllocated == 1
    length = (area + 7) // 8 if single else area
    try:
        for frame in generate_frames(dataset.PixelData, number_of_frames=int(dataset.NumberOfFrames)):
            if syntax == RLELossless:
                import imagecodecs  # takes long to load, and hardly any build needs it here

                stored = imagecodecs.dicomrle_decode(frame, "u1")
            else:
                stored = zlib.decompressobj(-zlib.MAX_WBITS).decompress(frame, length + 1)
            values = np.frombuffer(bytes(stored[:length]), np.uint8)
            bits = np.unpackbits(values, bitorder="little") if single else values
            yield bits[:area].reshape(dataset.Rows, dataset.Columns)
    except Exception as error:  # as above
        raise NotTaken(Reason.DECODING_FAILED, f"{type(error).__name__}: {error}") from error


def native_masks(values: Dataset, pixels: bytes) -> Iterator[Mask]:
    """The same from native pixels, little endian; those of one bit follow each other without a gap (PS3.5 8.2)."""
    rows, columns, frames = values.Rows, values.Columns, int(values.NumberOfFrames)
    area, single = rows * columns, values.BitsAllocated == 1
    if len(pixels) < (area * frames * values.BitsAllocated + 7) // 8:
        raise NotTaken(Reason.TRUNCATED, f"{len(pixels):,} bytes for {frames:,} frames")
    stored = np.frombuffer(pixels, np.uint8)
    for index in range(frames):
        if not single:
            yield stored[index * area : (index + 1) * area].reshape(rows, columns)
            continue
        start, end = index * area, (index + 1) * area
        bits = np.unpackbits(stored[start // 8 : (end + 7) // 8], bitorder="little")
        yield bits[start % 8 : start % 8 + area].reshape(rows, columns)


def packed(chosen: Iterable[Mask], *, single: bool) -> bytes:
    """Masks as native pixels, of one bit or of eight."""
    return b"".join(_packed(chosen, single=single))


def _packed(chosen: Iterable[Mask], *, single: bool) -> Iterator[bytes]:
    waiting: list[Mask] = []
    for mask in chosen:
        if not single:
            yield mask.tobytes()
            continue
        waiting.append(mask.ravel())
        if len(waiting) == _AT_ONCE:
            yield np.packbits(np.concatenate(waiting), bitorder="little").tobytes()
            waiting = []
    if waiting:
        yield np.packbits(np.concatenate(waiting), bitorder="little").tobytes()
