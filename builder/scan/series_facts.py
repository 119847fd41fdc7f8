"""Reads from a header what a researcher chooses series by: whether it is a localizer, and how thick its slices are."""

from collections.abc import Iterator
from contextlib import suppress
import math
import re
from typing import Any

from builder.dicom.memo import by_values
from builder.dicom.source_file import Values, text

# Makers of MR scanners say it in the description alone.
_WORDS = re.compile(
    r"(?<![a-z])(locali[sz]ers?|scouts?|topograms?|surviews?|scanograms?|survey)(?![a-z])", re.IGNORECASE
)
_GROUPS = ("SharedFunctionalGroupsSequence", "PerFrameFunctionalGroupsSequence")


@by_values("ImageType", "ScanOptions", "SeriesDescription")
def localizer_sign(header: Values) -> str:
    """The attribute by which an image is a localizer (PS3.3 C.8.2.1.1.1); empty if none says so."""
    if "LOCALIZER" in text(header, "ImageType").upper():
        return "Image Type"
    if "SURVIEW" in text(header, "ScanOptions").upper():
        return "Scan Options"
    return "Series Description" if _WORDS.search(text(header, "SeriesDescription")) else ""


def slice_thickness(header: Values) -> float | None:
    """Slice Thickness in mm, of several frames the largest; None if it is missing or no length."""
    own = _length(text(header, "SliceThickness"))
    if own is not None or not any(keyword in header for keyword in _GROUPS):
        return own
    with suppress(Exception):  # broken groups can fail in any way, and count as missing
        for keyword in _GROUPS:
            stated = [length for length in map(_length, _in_groups(header, keyword)) if length is not None]
            if stated:
                return max(stated)
    return None


def _in_groups(header: Values, keyword: str) -> Iterator[Any]:
    """The values in Pixel Measures (PS3.3 C.7.6.16.2.1)."""
    for group in header.get(keyword) or ():
        for measures in group.get("PixelMeasuresSequence") or ():
            yield measures.get("SliceThickness")


def _length(value: Any) -> float | None:
    with suppress(TypeError, ValueError):
        length = float(value)
        return length if math.isfinite(length) and length > 0 else None
    return None
