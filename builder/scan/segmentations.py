"""Examines the header of a segmentation (PS3.3 A.51) or structure set (A.19): which series it is of, and its size."""

from typing import Any, NamedTuple

from builder.dicom import pixels, source_file
from builder.dicom.pixels import PixelFormat
from builder.dicom.source_file import NotTaken, Values, bounded_text, number, text
from builder.reasons import Reason

# PS3.3 C.8.20.2: Bits Allocated by Segmentation Type.
_BITS = {"BINARY": (1,), "FRACTIONAL": (8,), "LABELMAP": (8, 16)}


class ExaminedSegmentation(NamedTuple):
    """How a segmentation stores its masks, and the UID of the series on which they lie, or of an image there."""

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
    bits = number(header, "BitsAllocated") or 0
    form = PixelFormat(rows, columns, frames, bits, bits, 0)
    if bits not in _BITS[kind] or min(form.rows, form.columns, form.frames) < 1:
        raise NotTaken(Reason.SEGMENTATION_BROKEN, f"{form.frames:,} frame(s) of {form.rows} x {form.columns}")
    pixels.check_sizes(form)
    pixels.check_claim(syntax, form, following)
    series = {bounded_text(item, "SeriesInstanceUID") for item in header.get("ReferencedSeriesSequence") or ()}
    if len(series) != 1 or "" in series:
        raise NotTaken(Reason.SEGMENTATION_BROKEN, f"it names {len(series)} series of images, and not one")
    if kind == "LABELMAP":  # at most a mask of each segment for each frame
        segments = len(header.get("SegmentSequence") or ())
        form = PixelFormat(rows, columns, frames * segments, 1, 1, 0)
    return ExaminedSegmentation(form, series.pop())


def examine_structures(header: Values) -> ExaminedSegmentation:
    """A structure set has no masks yet: at most one for each contour, as large as an image. Raises NotTaken."""
    frames = header.get("ReferencedFrameOfReferenceSequence") or ()
    studies = (study for frame in frames for study in frame.get("RTReferencedStudySequence") or ())
    named = [series for study in studies for series in study.get("RTReferencedSeriesSequence") or ()]
    series = {bounded_text(item, "SeriesInstanceUID") for item in named} - {""}
    contours = _contours(header)
    if not contours:
        raise NotTaken(Reason.SEGMENTATION_BROKEN, "it has no contours")
    form = PixelFormat(0, 0, len(contours), 1, 1, 0)
    if len(series) == 1:
        return ExaminedSegmentation(form, series.pop())
    images = (image for contour in contours for image in contour.get("ContourImageSequence") or ())
    uid = next((uid for image in images if (uid := bounded_text(image, "ReferencedSOPInstanceUID"))), "")
    if not uid:
        raise NotTaken(Reason.SEGMENTATION_BROKEN, f"it names {len(series)} series of images, and no image")
    return ExaminedSegmentation(form, uid)


def _contours(header: Values) -> list[Any]:
    groups = header.get("ROIContourSequence") or ()
    return [contour for group in groups for contour in group.get("ContourSequence") or ()]
