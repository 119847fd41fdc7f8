"""Native little-endian pixel bytes of a data set: copied if they are native already, else decoded losslessly."""

from dataclasses import dataclass, replace
from functools import cache
import math
import re

import numpy as np
from pydicom import FileDataset
from pydicom.pixels.decoders.base import get_decoder
from pydicom.uid import UID, ExplicitVRBigEndian

from builder.dicom.decoding import NotDecoded, decode
from builder.dicom.jpeg import JPEG_WITH_LOSS
from builder.dicom.memo import by_values
from builder.dicom.source_file import NotTaken, Values, number, text
from builder.reasons import Reason

_ALLOCATED = (8, 16, 32)
# Sizes that no scanner produces, and that would exhaust a reader's memory: pixels of one frame (8,192 x 8,192), frames
# of one file, and bytes after decompressing a small file.
_LARGEST_FRAME = 1 << 26
_MOST_FRAMES = 1 << 17
_LARGEST_DECODED = 1 << 30
# No codec compresses a scanner's picture more strongly; small pictures of one colour may be.
_BEST_RATIO, _SMALL = 2_000, 1 << 26
# PS3.5 7.1.2: an even length of 32 bits; all bits set means undefined length.
_LARGEST_VALUE = 0xFFFFFFFE
# PS3.5 A.4.13, Deflated Image Frame Compression: for masks; newer than pydicom.
DEFLATED_FRAMES = UID("1.2.840.10008.1.2.8.1")
_RESCALE = ("RescaleSlope", "RescaleIntercept")
_DECIMAL = re.compile(r"[+-]?0*(\d{1,5}(\.\d*)?|\.\d+)([eE][+-]?\d{1,2})?")
_SMALLEST, _LARGEST = 1e-15, 1e5


@dataclass(frozen=True, slots=True)
class PixelFormat:
    """The Image Pixel module of a single-sample image (PS3.3 C.7.6.3)."""

    rows: int
    columns: int
    frames: int
    bits_allocated: int
    bits_stored: int
    pixel_representation: int
    photometric_interpretation: str = "MONOCHROME2"

    @property
    def length(self) -> int:
        """Bytes of all frames, without padding."""
        return (self.pixels * self.bits_allocated + 7) // 8

    @property
    def pixels(self) -> int:
        """Pixels of all frames together."""
        return self.rows * self.columns * self.frames

    def with_all_bits(self) -> "PixelFormat":
        """The same format with every allocated bit significant."""
        return replace(self, bits_stored=self.bits_allocated)


def wrong_high_bit(dataset: Values) -> int | None:
    """The High Bit (0028,0102) of the source if it is not Bits Stored - 1; None if it is right."""
    stored = number(dataset, "BitsStored") or number(dataset, "BitsAllocated") or 0
    high_bit = number(dataset, "HighBit")
    return None if high_bit in (None, stored - 1) else high_bit


def pixel_format(dataset: Values) -> PixelFormat:
    """The pixel format of an image; raises NotTaken if it cannot be carried over safely."""
    for sequence in ("SharedFunctionalGroupsSequence", "PerFrameFunctionalGroupsSequence"):
        for group in (dataset.get(sequence) or ()) if sequence in dataset else ():
            for place in group.get("PixelValueTransformationSequence") or ():  # PS3.3 C.7.6.16.2.9
                _check_rescale(place)
    return _plain_format(dataset)


@by_values(
    "Rows", "Columns", "NumberOfFrames", "BitsAllocated", "BitsStored", "HighBit", "PixelRepresentation",
    "PhotometricInterpretation", *_RESCALE,
)  # fmt: skip
def _plain_format(dataset: Values) -> PixelFormat:
    if "Rows" not in dataset or "BitsAllocated" not in dataset:
        raise NotTaken(Reason.TRUNCATED, "it ends before the pixel data, or never had any")
    allocated = number(dataset, "BitsAllocated") or 0
    stored = number(dataset, "BitsStored") or allocated
    # HighBit is BitsStored - 1 in every current IOD; older files may place the bits elsewhere.
    high_bit = number(dataset, "HighBit")
    # If every bit is stored, and the High Bit names no existing bit, only one interpretation remains.
    possible = high_bit in (None, stored - 1) or (stored == allocated and high_bit >= allocated)
    if allocated not in _ALLOCATED or not 0 < stored <= allocated or not possible:
        raise NotTaken(Reason.ODD_PIXELS, f"{allocated} bits allocated, {stored} stored, high bit {high_bit}")
    rows, columns = number(dataset, "Rows") or 0, number(dataset, "Columns") or 0
    if rows < 1 or columns < 1:
        raise NotTaken(Reason.NO_IMAGE, "no rows or columns")
    frames = max(number(dataset, "NumberOfFrames") or 1, 1)
    _check_size(rows, columns, frames, rows * columns * frames * allocated // 8)
    grey = text(dataset, "PhotometricInterpretation")
    sign = number(dataset, "PixelRepresentation") or 0
    if grey not in ("MONOCHROME1", "MONOCHROME2") or sign not in (0, 1):
        raise NotTaken(Reason.ODD_PIXELS, f"photometric interpretation {grey}, pixel representation {sign}")
    _check_rescale(dataset)
    return PixelFormat(rows, columns, frames, allocated, stored, sign, grey)


def check_sizes(form: PixelFormat) -> None:
    """Refuse sizes that no scanner and no segmentation has; raises NotTaken."""
    _check_size(form.rows, form.columns, form.frames, form.length)


def _check_size(rows: int, columns: int, frames: int, length: int) -> None:
    if rows * columns > _LARGEST_FRAME or frames > _MOST_FRAMES or length > _LARGEST_VALUE:
        raise NotTaken(Reason.TOO_LARGE, f"{rows:,} x {columns:,} pixels, {frames:,} frame(s)")


def _check_rescale(dataset: Values) -> None:
    if not all(_is_measured(text(dataset, keyword)) for keyword in _RESCALE):
        raise NotTaken(Reason.ODD_PIXELS, "a rescale slope or intercept that no scanner gives")


def _is_measured(written: str) -> bool:
    """Whether cleaning certainly keeps a number: a picture without its rescale would show wrong values."""
    if not written:
        return True
    size = abs(float(written)) if _DECIMAL.fullmatch(written) else math.inf
    return size == 0 or _SMALLEST < size < _LARGEST


@cache
def can_decode(transfer_syntax: UID) -> bool:
    """Whether this program can read the pixel data of a transfer syntax."""
    if transfer_syntax in JPEG_WITH_LOSS:
        return True
    try:
        return bool(get_decoder(transfer_syntax).is_available)
    except NotImplementedError:
        return False


def check_claim(syntax: UID, form: PixelFormat, following: int) -> None:
    """Check that this many bytes can be the pixels of an image in this transfer syntax; raises NotTaken."""
    if (
        syntax != DEFLATED_FRAMES and syntax.is_deflated
    ):  # inflated in memory while reading: its size in the file is unknown
        return
    compressed = syntax == DEFLATED_FRAMES or syntax.is_compressed
    if not compressed and following < form.length:
        raise NotTaken(Reason.TRUNCATED, f"{following} of {form.length} bytes")
    if following == 0:
        raise NotTaken(Reason.TRUNCATED, f"0 of {form.length} bytes")
    # Room for a false claim would be reserved on the drive, and could fill it.
    if compressed and form.length > min(_LARGEST_DECODED, max(following * _BEST_RATIO, _SMALL)):
        raise NotTaken(Reason.TOO_LARGE, f"{form.length:,} bytes when unpacked, in {following:,}")


def native_pixels(dataset: FileDataset, form: PixelFormat) -> bytes:
    """All frames as native little-endian bytes, exactly `form.length` of them; raises NotTaken."""
    if "PixelData" not in dataset:
        raise NotTaken(Reason.TRUNCATED, f"0 of {form.length} bytes")
    syntax = dataset.file_meta.TransferSyntaxUID
    if (syntax.is_compressed and not syntax.is_deflated) or syntax == ExplicitVRBigEndian:
        return _decoded(dataset, form)
    pixels = dataset["PixelData"].value
    if len(pixels) < form.length:
        raise NotTaken(Reason.TRUNCATED, f"{len(pixels)} of {form.length} bytes")
    # Bytes after the last pixel are not part of the picture, and could hold anything (PS3.5 8.1.1).
    return bytes(pixels[: form.length])


def _decoded(dataset: FileDataset, form: PixelFormat) -> bytes:
    if form.length > _LARGEST_DECODED:
        raise NotTaken(Reason.TOO_LARGE, f"{form.length:,} bytes when unpacked")
    try:
        pixels = decode(dataset, form.length)
    except NotDecoded as error:
        raise NotTaken(Reason.DECODING_FAILED, str(error)) from error
    wanted = np.dtype(f"<{'i' if form.pixel_representation else 'u'}{form.bits_allocated // 8}")
    if pixels.size * wanted.itemsize != form.length or not np.can_cast(pixels.dtype, wanted, "same_kind"):
        raise NotTaken(Reason.DECODING_FAILED, "the decoded picture has another size or type than the header says")
    return pixels.astype(wanted, casting="same_kind").tobytes()
