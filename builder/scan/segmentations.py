"""Examines the header of a segmentation (PS3.3 A.51): which series it segments, and how it stores its masks."""

from typing import NamedTuple

from builder.dicom import pixels, source_file
from builder.dicom.pixels import PixelFormat
from builder.dicom.source_file import NotTaken, Values, bounded_text, number, text
from builder.reasons import Reason

# PS3.3 C.8.20.2: Bits Allocated by Segmentation Type.
_BITS = {"BINARY": 1, "FRACTIONAL": 8}


class ExaminedSegmentation(NamedTuple):
    """How a segmentation stores its masks, and the Series Instance UID of the images on which they lie."""

    form: PixelFormat
    series: str


def examine_segmentation(header: Values, following: int) -> ExaminedSegmentation:
    """`following` is the number of bytes after the header. Raises NotTaken."""
    kind = text(header, "SegmentationType")
    if kind not in _BITS:
        raise NotTaken(Reason.SEGMENTATION, f"segmentation type {kind or 'unknown'}")
    syntax = source_file.transfer_syntax(header)
    if syntax != pixels.DEFLATED_FRAMES and not pixels.can_decode(syntax):
        raise NotTaken(Reason.NO_DECODER, str(syntax))
    rows, columns, frames = (number(header, keyword) or 0 for keyword in ("Rows", "Columns", "NumberOfFrames"))
    form = PixelFormat(rows, columns, frames, _BITS[kind], _BITS[kind], 0)
    if number(header, "BitsAllocated") != form.bits_allocated or min(form.rows, form.columns, form.frames) < 1:
        raise NotTaken(Reason.SEGMENTATION_BROKEN, f"{form.frames:,} frame(s) of {form.rows} x {form.columns}")
    pixels.check_sizes(form)
    pixels.check_claim(syntax, form, following)
    series = {bounded_text(item, "SeriesInstanceUID") for item in header.get("ReferencedSeriesSequence") or ()}
    if len(series) != 1 or "" in series:
        raise NotTaken(Reason.SEGMENTATION_BROKEN, f"it names {len(series)} series of images, and not one")
    return ExaminedSegmentation(form, series.pop())
