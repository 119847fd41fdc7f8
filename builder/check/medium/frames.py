"""The positions, rescale and windows of frames, and what an image says of its uptake."""

from functools import lru_cache
import math
from typing import Any

from pydicom.multival import MultiValue

from builder.check.medium.frame_traits import once
from builder.check.medium.parsed_header import Values
from builder.check.medium.series_names import SeriesTechnique
from bundle.images.alterations import split
from bundle.images.geometry import is_orientation
from bundle.images.loss import loss_text
from bundle.index.records import NO_UPTAKE, Frame, Orientation, Uptake, Vector
from bundle.index.schema import VOI_LUT_FUNCTIONS


def integer(values: Values, keyword: str) -> int | None:
    """A whole number, or None."""
    found = _numbers(values, keyword)
    return int(found[0]) if found else None


def _numbers(values: Values, keyword: str) -> tuple[float, ...]:
    value: Any = values.get(keyword)
    if value is None or value == "":
        return ()
    numbers = tuple(map(float, value if isinstance(value, MultiValue | list | tuple) else (value,)))
    return numbers if all(map(math.isfinite, numbers)) else ()


def _frame_numbers(values: Values, index: int, macro: str, keyword: str, count: int) -> tuple[float, ...] | None:
    """PS3.3 C.7.6.16: a frame's own functional group comes first, then the shared one; else the data set itself."""
    own = (values.get("PerFrameFunctionalGroupsSequence") or [])[index : index + 1]
    shared = values.get("SharedFunctionalGroupsSequence") or []
    items = [item for group in (*own, *shared) for item in group.get(macro) or []]
    for place in (*items, values):
        found = _numbers(place, keyword)
        if len(found) >= count:
            return found[:count]
    return None


def frame(values: Values, index: int) -> Frame:
    """The facts of one frame."""
    slope = _frame_numbers(values, index, "PixelValueTransformationSequence", "RescaleSlope", 1)
    intercept = _frame_numbers(values, index, "PixelValueTransformationSequence", "RescaleIntercept", 1)
    spacing = _frame_numbers(values, index, "PixelMeasuresSequence", "PixelSpacing", 2)
    orientation = _orientation(values, index)
    function = _voi_lut_function(values, index)
    window = _window(values, index, function)
    return Frame(
        frame_index=index,
        image_position_patient=_position(values, index) if orientation else None,
        image_orientation_patient=orientation,
        pixel_spacing=once((spacing[0], spacing[1])) if spacing and min(spacing) > 0 else None,
        rescale_slope=slope[0] if slope and slope[0] else 1.0,
        rescale_intercept=intercept[0] if intercept else 0.0,
        window=window,
        voi_lut_function=function if window else "",
    )


def _position(values: Values, index: int) -> Vector | None:
    place = _frame_numbers(values, index, "PlanePositionSequence", "ImagePositionPatient", 3)
    return (place[0], place[1], place[2]) if place else None


def _orientation(values: Values, index: int) -> Orientation | None:
    found = _frame_numbers(values, index, "PlaneOrientationSequence", "ImageOrientationPatient", 6)
    if found is None or not _is_orientation(found):
        return None
    return once((found[0], found[1], found[2], found[3], found[4], found[5]))


# Usually that of the slice before.
_is_orientation = lru_cache(is_orientation)


def _voi_lut_function(values: Values, index: int) -> str:
    """PS3.3 C.11.2.1.3; empty if the file names none of its functions."""
    own = (values.get("PerFrameFunctionalGroupsSequence") or [])[index : index + 1]
    groups = (*own, *(values.get("SharedFunctionalGroupsSequence") or []))
    items = [item for group in groups for item in group.get("FrameVOILUTSequence") or []]
    said = next((str(place["VOILUTFunction"]) for place in (*items, values) if place.get("VOILUTFunction")), "")
    return said if said in VOI_LUT_FUNCTIONS else ""


def _window(values: Values, index: int, function: str) -> tuple[float, float] | None:
    """PS3.3 C.11.2.1.2: a window width below 1 has no meaning for the linear function, and none does at 0."""
    center = _frame_numbers(values, index, "FrameVOILUTSequence", "WindowCenter", 1)
    width = _frame_numbers(values, index, "FrameVOILUTSequence", "WindowWidth", 1)
    if not center or not width or width[0] <= 0:
        return None
    return (center[0], width[0]) if width[0] >= 1 or function in ("LINEAR_EXACT", "SIGMOID") else None


def loss(values: Values) -> str:
    """The note that the index must have on lossy compression (PS3.3 C.7.6.1.1.5); empty if there was none."""
    if values.get("LossyImageCompression") != "01":
        return ""
    methods = values.get("LossyImageCompressionMethod") or ()
    names = [methods] if isinstance(methods, str) else list(map(str, methods))
    return loss_text(_numbers(values, "LossyImageCompressionRatio"), names)


def altered(values: Values) -> str | None:
    """The alterations of the pixels, in the fixed words; None if there are other words."""
    said = str(values.get("DerivationDescription") or "").strip()
    try:
        split(said)
    except ValueError:
        return None
    return said


def uptake(values: Values) -> Uptake:
    """From what the SUV of a PET is computed; nothing for another modality."""
    if values.get("Modality") != "PT":
        return NO_UPTAKE
    drugs = list(values.get("RadiopharmaceuticalInformationSequence") or [])
    drug = drugs[0] if len(drugs) == 1 else {}
    given = str(drug.get("RadiopharmaceuticalStartDateTime") or drug.get("RadiopharmaceuticalStartTime") or "")
    injected = given.strip() if _is_moment(given.strip()) else ""
    return Uptake(
        _positive(values, "PatientWeight"),
        _positive(drug, "RadionuclideTotalDose"),
        _positive(drug, "RadionuclideHalfLife"),
        injected,
        _reference(values, injected),
    )


def _positive(values: Any, keyword: str) -> float | None:
    found = _numbers(values, keyword)
    return found[0] if len(found) == 1 and found[0] > 0 else None


def _is_moment(said: str) -> bool:
    """HHMMSS, with or without fractions, and YYYYMMDD before it."""
    whole, _, fraction = said.partition(".")
    digits = whole.isdecimal() and whole.isascii() and len(whole) in (6, 14)
    return digits and ("." not in said or (fraction.isdecimal() and fraction.isascii() and len(fraction) <= 6))


def _reference(values: Values, injected: str) -> str:
    """The moment to which radioactive decay was corrected (PS3.3 C.8.9.1.1.6), if the file can be relied on for it."""
    if moment := str(values.get("DecayCorrectionDateTime") or "").strip():
        return moment if values.get("DecayCorrected") == "YES" and _is_moment(moment) else ""
    if values.get("DecayCorrection") == "ADMIN":
        return injected
    started, acquired = (_date_and_time(values, kind) for kind in ("Series", "Acquisition"))
    late = not started or not acquired or started > acquired
    return "" if late or values.get("DecayCorrection") != "START" else started


def _date_and_time(values: Values, kind: str) -> str:
    date, time = (str(values.get(f"{kind}{part}") or "").strip() for part in ("Date", "Time"))
    return date + time if len(date) == 8 and len(time) >= 6 and _is_moment(date + time) else ""


def technique(values: Values) -> SeriesTechnique:
    """How the file was made."""
    thickness = _frame_numbers(values, 0, "PixelMeasuresSequence", "SliceThickness", 1)
    types, options = _terms(values, "ImageType"), _terms(values, "ScanOptions")
    return SeriesTechnique(
        body_part=", ".join(_terms(values, "BodyPartExamined")),
        thickness=thickness[0] if thickness else None,
        kernel=", ".join(_terms(values, "ConvolutionKernel")),
        scout=any("LOCALIZER" in type_ for type_ in types) or any("SURVIEW" in option for option in options),
    )


def _terms(values: Values, keyword: str) -> list[str]:
    """The single values of a text."""
    value = values.get(keyword) or ()
    return [value.strip()] if isinstance(value, str) else [str(part).strip() for part in value]
