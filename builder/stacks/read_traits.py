"""Reads the attributes that distinguish the frames of a file, wherever the file states them."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import lru_cache
import math
import re
from typing import Any

from builder.dicom.memo import by_values
from builder.dicom.source_file import Values, text
from builder.traits import ACQUISITIONS, DELAYS, KINDS, LATER_KINDS, SETTINGS, Traits, Value

# Text attributes; all others above are numbers.
_TEXTS = frozenset({
    "StackID", "ImageType", "FrameType", "ComplexImageComponent", "AcquisitionContrast", "RescaleType",
    "ConvolutionKernel", "ReconstructionAlgorithm", "FilterMaterial", "DiffusionDirectionality",
    "ScanningSequence", "SequenceVariant", "IrradiationEventUID",
})  # fmt: skip
# One moment: a date and a time of the data set, or a date with its time in one attribute.
_MOMENTS = (
    (
        ("AcquisitionDate", "AcquisitionTime"),
        ("FrameAcquisitionDateTime", "FrameReferenceDateTime", "AcquisitionDateTime"),
    ),
    (("ContentDate", "ContentTime"), ()),
)  # fmt: skip
_WANTED = frozenset({
    *KINDS, *LATER_KINDS, *ACQUISITIONS, *SETTINGS, *DELAYS, "FrameAcquisitionDateTime", "FrameReferenceDateTime",
    "DimensionIndexValues",
})  # fmt: skip
_STAMP = re.compile(r"(\d{8})?(\d{2})(\d{2})?(\d{2})?(\.\d{1,6})?(?:[+-]\d{4})?")
# Dimension indices of these attributes count places along the normal (PS3.3 C.7.6.17): positions are more precise.
_PLACES = frozenset({0x00200032, 0x00209057, 0x00201041, 0x00209301, 0x00209310})
_GROUPS = ("SharedFunctionalGroupsSequence", "PerFrameFunctionalGroupsSequence")


def traits_of(dataset: Values, frames: int) -> tuple[Traits, ...]:
    """The traits of each frame of an instance."""
    if not any(keyword in dataset for keyword in _GROUPS):
        traits = _traits(dataset, {})
        return tuple(traits._replace(number=(traits.number[0], frame)) for frame in range(frames))
    shared = dict(_flat(item for item in dataset.get(_GROUPS[0]) or ()))
    own = dataset.get(_GROUPS[1]) or ()
    positions = _dimensions(dataset)
    return tuple(_of_frame(dataset, shared, own[k : k + 1], positions, k) for k in range(frames))


def _of_frame(dataset: Values, shared: Mapping[str, Any], own: Any, positions: frozenset[int], frame: int) -> Traits:
    """PS3.3 C.7.6.16: a frame's own functional groups take precedence, then the shared ones, then the data set."""
    groups = {**shared, **dict(_flat(own))}
    traits = _traits(dataset, groups)
    indices = _numbers(groups.get("DimensionIndexValues"))
    told = tuple(value for place, value in enumerate(indices) if place not in positions)
    return traits._replace(kinds=traits.kinds + told, number=(traits.number[0], frame))


def _flat(items: Any) -> Iterator[tuple[str, Any]]:
    """The wanted values at every depth of functional groups."""
    for item in items:
        for element in item:
            if element.VR == "SQ":
                yield from _flat(element.value)
            elif element.keyword in _WANTED:
                yield element.keyword, element.value


def _dimensions(dataset: Values) -> frozenset[int]:
    """Which dimension indices count places along the normal."""
    items = dataset.get("DimensionIndexSequence") or ()
    pointers = [int(item.get("DimensionIndexPointer") or 0) for item in items]
    return frozenset(place for place, pointer in enumerate(pointers) if pointer in _PLACES)


def _traits(dataset: Values, groups: Mapping[str, Any]) -> Traits:
    fixed = _grouped_fixed(dataset, groups) if groups else _fixed(dataset)
    times = tuple(_moment(dataset, groups, *names) for names in _MOMENTS)
    delays = tuple(_first(_numbers(_value(dataset, groups, keyword))) for keyword in DELAYS)
    number = _first(_numbers(dataset.get("InstanceNumber")))
    location = _first(_numbers(dataset.get("SliceLocation")))
    return fixed._replace(times=times + delays, number=(number or 0.0, 0), location=location)


def _grouped_fixed(dataset: Values, groups: Mapping[str, Any]) -> Traits:
    """The traits that the frames of a series usually share."""

    def told(keywords: tuple[str, ...]) -> tuple[Value, ...]:
        return tuple(_told(_value(dataset, groups, keyword), keyword) for keyword in keywords)

    kinds = told(KINDS)
    return Traits(
        frame_of_reference=text(dataset, "FrameOfReferenceUID"),
        localizer="LOCALIZER" in f"{kinds[KINDS.index('ImageType')]}" or "SURVIEW" in text(dataset, "ScanOptions"),
        kinds=kinds,
        acquisition=next((value for value in told(ACQUISITIONS) if value is not None), None),
        later=told(LATER_KINDS),
        settings=told(SETTINGS),
    )


@by_values("FrameOfReferenceUID", "ScanOptions", *KINDS, *LATER_KINDS, *ACQUISITIONS, *SETTINGS)
def _fixed(dataset: Values) -> Traits:
    return _grouped_fixed(dataset, {})


def _value(dataset: Values, groups: Mapping[str, Any], keyword: str) -> Any:
    return groups[keyword] if keyword in groups else dataset.get(keyword)


def _told(value: Any, keyword: str) -> Value:
    if keyword not in _TEXTS:
        numbers = _numbers(value)
        return numbers[0] if len(numbers) == 1 else numbers or None
    if value is None or value == "":
        return None
    return str(value).strip() if isinstance(value, str) else "\\".join(map(str, value))


def _numbers(value: Any) -> tuple[float, ...]:
    """All values as finite numbers; empty if one of them is not a number."""
    if value is None or value == "":
        return ()
    values = [value] if isinstance(value, str | int | float) or not hasattr(value, "__iter__") else value
    try:
        numbers = tuple(map(float, values))
    except (TypeError, ValueError):
        return ()
    return numbers if all(map(math.isfinite, numbers)) else ()


def _first(numbers: tuple[float, ...]) -> float | None:
    return numbers[0] if numbers else None


def _moment(dataset: Values, groups: Mapping[str, Any], pair: tuple[str, str], whole: tuple[str, ...]) -> float | None:
    """Seconds since a fixed day: of the frame itself, else of its file; a time without a date counts from midnight."""
    stamps = [str(_value(dataset, groups, keyword) or "") for keyword in whole]
    date, time = (text(dataset, keyword) for keyword in pair)
    found = (_seconds(stamp) for stamp in (*stamps, date + time if time else "", time))
    return next((seconds for seconds in found if seconds is not None), None)


@lru_cache(1 << 10)
def _days(day: str) -> int | None:
    """Days since a fixed day; None if the date does not exist."""
    try:
        return datetime.strptime(day, "%Y%m%d").toordinal()
    except ValueError:
        return None


def _seconds(stamp: str) -> float | None:
    match = _STAMP.fullmatch(stamp.strip())
    if match is None:
        return None
    day, hours, minutes, seconds, rest = match.groups()
    days = _days(day) if day else 0
    if days is None:
        return None
    return days * 86_400.0 + int(hours) * 3600 + int(minutes or 0) * 60 + int(seconds or 0) + float(rest or 0)
