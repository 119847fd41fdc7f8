"""The attributes of each frame besides its position: the values that distinguish kinds of frames."""

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
import math
from typing import Any, NamedTuple, TypeVar, cast

from pydicom import Dataset
from pydicom.multival import MultiValue

from builder.check.medium.parsed_header import Values

# Whole numbers count and are exact; others were measured.
Value = int | float | str | tuple[Any, ...] | None

# No stack holds two kinds of frames: these may neither alternate nor overlap along its normal.
KINDS = (
    "StackID", "TemporalPositionIndex", "TemporalPositionIdentifier", "ImageType", "FrameType",
    "ComplexImageComponent", "AcquisitionContrast", "RescaleType", "ConvolutionKernel", "ReconstructionAlgorithm",
    "FilterMaterial", "ReconstructionDiameter", "KVP", "SliceThickness", "EchoTime",
    "EffectiveEchoTime", "EchoNumbers", "DiffusionBValue", "DiffusionDirectionality", "DiffusionGradientOrientation",
    "NominalPercentageOfCardiacPhase", "NominalPercentageOfRespiratoryPhase", "ScanningSequence", "SequenceVariant",
    "FlipAngle", "EchoTrainLength", "PixelBandwidth",
)  # fmt: skip
_ACQUISITION = "AcquisitionNumber"
# Two-dimensional MR and cine CT acquire every second slice first: times distinguish only frames at one place.
TIMES = (
    "TriggerTime", "NominalCardiacTriggerDelayTime", "ActualCardiacTriggerDelayTime", "TemporalPositionTimeOffset",
    "FrameReferenceTime", "FrameAcquisitionDateTime", "FrameReferenceDateTime", "AcquisitionDateTime",
    "AcquisitionDate", "AcquisitionTime", "ContentDate", "ContentTime",
)  # fmt: skip
_INDICES = "DimensionIndexValues"
# PS3.3 C.7.6.16.2.2: in the functional groups, the acquisition number has a keyword of its own.
_OTHER_NAMES = {"FrameAcquisitionNumber": _ACQUISITION}
_WANTED = frozenset((*KINDS, *TIMES, _ACQUISITION, *_OTHER_NAMES, _INDICES))
# Dimensions (PS3.3 C.7.6.17) that only give a frame's position or time: positions and orientation, position in the
# stack and slice location; trigger time and delay, time offset, moments of acquisition.
_NO_KINDS = frozenset({
    0x00200032, 0x00200037, 0x00209057, 0x00209301, 0x00201041, 0x00181060, 0x00209153, 0x0020930D, 0x00189074,
    0x00189151, 0x00080022, 0x00080023, 0x0008002A, 0x00080032, 0x00080033,
})  # fmt: skip


class Told(NamedTuple):
    """The statements of a file about a frame: the values of KINDS, of TIMES, and dimension indices except positions."""

    kinds: tuple[Value, ...]
    acquisition: Value
    indices: tuple[Value, ...]
    times: tuple[Value, ...]


def told(values: Values, frames: int) -> tuple[Told, ...]:
    """The statements about each frame: in its own functional groups, in the shared ones, or in the data set itself."""
    per_frame = values.get("PerFrameFunctionalGroupsSequence") or []
    shared = dict(_found(values.get("SharedFunctionalGroupsSequence") or []))
    if not per_frame and not shared:
        return (_told(values, ()),) * frames
    whole = {keyword: values.get(keyword) for keyword in _WANTED} | shared
    pointers = [item.get("DimensionIndexPointer") for item in values.get("DimensionIndexSequence") or []]
    return tuple(_told(whole | dict(_found(per_frame[k : k + 1])), pointers) for k in range(frames))


def _found(items: Iterable[Dataset]) -> Iterator[tuple[str, Any]]:
    """All wanted values at any depth of functional groups."""
    for item in items:
        for element in item:
            if element.VR == "SQ":
                yield from _found(element.value)
            elif element.keyword in _WANTED and not element.is_empty:
                yield _OTHER_NAMES.get(element.keyword, element.keyword), element.value


def _told(values: Mapping[str, Any], pointers: Sequence[Any]) -> Told:
    indices = _plain(values.get(_INDICES)) or ()
    several = indices if isinstance(indices, tuple) else (indices,)
    kept = tuple(
        index for k, index in enumerate(several) if k >= len(pointers) or int(pointers[k] or 0) not in _NO_KINDS
    )
    kinds, times = _plain_all(values, KINDS), _plain_all(values, TIMES)
    return once(Told(kinds, _plain(values.get(_ACQUISITION)), kept, times))


def _plain_all(values: Mapping[str, Any], keywords: Sequence[str]) -> tuple[Value, ...]:
    return once(tuple(_plain(values.get(keyword)) for keyword in keywords))


def _plain(value: Any) -> Value:
    """A value that can be compared and counted; None if it is missing."""
    if value is None or isinstance(value, str):
        return (value.strip() or None) if value else None
    if isinstance(value, int):
        return int(value)
    if isinstance(value, float):
        return float(value) if math.isfinite(value) else None
    if isinstance(value, MultiValue | list | tuple):
        return tuple(_plain(part) for part in value) or None
    return str(value).strip() or None


# Most frames of a series have the same statements: they are kept once.
_Same = TypeVar("_Same", bound=Hashable)
_kept = lru_cache(1 << 14)(lambda value: value)


def once(value: _Same) -> _Same:
    """The same object for equal values, so that each is kept once."""
    return cast(_Same, _kept(value))
