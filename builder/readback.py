"""Makes the record of an instance from the bytes that were written, and from nothing else."""

from collections.abc import Sequence
from functools import lru_cache
import hashlib
from io import BytesIO
import math

from pydicom import dcmread
from pydicom.multival import MultiValue

from builder import raw
from builder.plan import Technique, WrittenInstance
from builder.source import Values, number, text
from bundle.geometry import is_orientation
from bundle.records import Frame, Instance, Orientation, Vector

# The slices of a series have one orientation.
_is_orientation = lru_cache(1 << 10)(is_orientation)


def read_written(path: str, header: bytes, body: bytes) -> WrittenInstance:
    """The record of a file that consists of `header` (up to the first pixel) and `body` (the pixels)."""
    dataset = _parsed(header)
    return WrittenInstance(
        instance=_instance(path, dataset, header, body),
        patient_id=text(dataset, "PatientID"),
        study_instance_uid=text(dataset, "StudyInstanceUID"),
        series_instance_uid=text(dataset, "SeriesInstanceUID"),
        study_date=text(dataset, "StudyDate"),
        study_time=text(dataset, "StudyTime"),
        modality=text(dataset, "Modality"),
        series_number=number(dataset, "SeriesNumber"),
        technique=_technique(dataset),
        text_blanked=text(dataset, "BurnedInAnnotation") == "NO",
    )


def _parsed(header: bytes) -> Values:
    """The attributes; by pydicom where there are functional groups, which would be parsed for each value anew."""
    found = raw.parse_file(header)
    return dcmread(BytesIO(header), stop_before_pixels=True) if "NumberOfFrames" in found else found


def _instance(path: str, dataset: Values, header: bytes, body: bytes) -> Instance:
    frames = number(dataset, "NumberOfFrames") or 1
    rows, columns, bits = (int(dataset.get(keyword)) for keyword in ("Rows", "Columns", "BitsAllocated"))
    digest = hashlib.sha256(header)
    header_digest = digest.hexdigest()
    digest.update(body)
    return Instance(
        sop_instance_uid=text(dataset, "SOPInstanceUID"),
        sop_class_uid=text(dataset, "SOPClassUID"),
        path=path,
        instance_number=number(dataset, "InstanceNumber") or 0,
        rows=rows,
        columns=columns,
        bits_allocated=bits,
        bits_stored=int(dataset.get("BitsStored")),
        pixel_representation=int(dataset.get("PixelRepresentation")),
        photometric_interpretation=text(dataset, "PhotometricInterpretation"),
        pixel_padding_value=number(dataset, "PixelPaddingValue"),
        pixel_offset=len(header),
        pixel_length=rows * columns * frames * bits // 8,
        file_size=len(header) + len(body),
        header_digest=header_digest,
        digest=digest.hexdigest(),
        order=_order(dataset),
        frames=tuple(frame_of(dataset, index) for index in range(frames)),
    )


def _order(dataset: Values) -> tuple[float | str, ...]:
    """What tells images at one position apart, the most telling first; the last is unique in a sound series."""
    return (
        _float(dataset, "AcquisitionNumber"),
        _float(dataset, "TemporalPositionIdentifier"),
        _float(dataset, "EchoTime"),
        text(dataset, "ImageType"),
        _float(dataset, "DiffusionBValue"),
        _float(dataset, "TriggerTime"),
        _float(dataset, "InstanceNumber"),
    )


def _float(dataset: Values, keyword: str) -> float:
    value = _finite(dataset, keyword)
    return 0.0 if value is None else value


def _finite(dataset: Values, keyword: str) -> float | None:
    numbers = _numbers(dataset, keyword)
    return numbers[0] if numbers else None


def _numbers(dataset: Values, keyword: str) -> tuple[float, ...]:
    """All values of an attribute as finite numbers; empty where one of them is none."""
    value = dataset.get(keyword)
    if value is None or value == "":
        return ()
    values = tuple(map(float, value if isinstance(value, MultiValue | tuple) else [value]))
    return values if all(map(math.isfinite, values)) else ()


def _places(dataset: Values, index: int, sequence: str) -> Sequence[Values]:
    """Where an attribute of a frame may stand: its own group, the shared one, the data set (PS3.3 C.7.6.16)."""
    groups: list[Values] = []
    frames = dataset.get("PerFrameFunctionalGroupsSequence") or []
    if index < len(frames):
        groups.append(frames[index])
    groups.extend(dataset.get("SharedFunctionalGroupsSequence") or [])
    return [*(item for group in groups for item in group.get(sequence) or []), dataset]


def _first(places: Sequence[Values], keyword: str, count: int) -> tuple[float, ...] | None:
    for place in places:
        values = _numbers(place, keyword)
        if len(values) >= count:
            return values[:count]
    return None


def frame_of(dataset: Values, index: int) -> Frame:
    """One frame's place and rescale, wherever the file states them."""
    values = _places(dataset, index, "PixelValueTransformationSequence")
    slope = _first(values, "RescaleSlope", 1)
    intercept = _first(values, "RescaleIntercept", 1)
    return Frame(
        frame_index=index,
        image_position_patient=_position(dataset, index),
        image_orientation_patient=_orientation(dataset, index),
        pixel_spacing=_pixel_spacing(dataset, index),
        rescale_slope=slope[0] if slope and slope[0] else 1.0,
        rescale_intercept=intercept[0] if intercept else 0.0,
        window=_window(dataset, index),
    )


def _position(dataset: Values, index: int) -> Vector | None:
    position = _first(_places(dataset, index, "PlanePositionSequence"), "ImagePositionPatient", 3)
    if position is None or _orientation(dataset, index) is None:
        return None
    return (position[0], position[1], position[2])


def _orientation(dataset: Values, index: int) -> Orientation | None:
    values = _first(_places(dataset, index, "PlaneOrientationSequence"), "ImageOrientationPatient", 6)
    if values is None or not _is_orientation(values):
        return None
    return (values[0], values[1], values[2], values[3], values[4], values[5])


def _pixel_spacing(dataset: Values, index: int) -> tuple[float, float] | None:
    spacing = _first(_places(dataset, index, "PixelMeasuresSequence"), "PixelSpacing", 2)
    return (spacing[0], spacing[1]) if spacing and min(spacing) > 0 else None


def _window(dataset: Values, index: int) -> tuple[float, float] | None:
    places = _places(dataset, index, "FrameVOILUTSequence")
    center, width = _first(places, "WindowCenter", 1), _first(places, "WindowWidth", 1)
    # PS3.3 C.11.2.1.2: a width below 1 has no meaning for the linear function.
    return (center[0], width[0]) if center and width and width[0] >= 1 else None


def _technique(dataset: Values) -> Technique:
    image_type = text(dataset, "ImageType")
    measures = _places(dataset, 0, "PixelMeasuresSequence")
    thickness = _first(measures, "SliceThickness", 1)
    return Technique(
        body_part=text(dataset, "BodyPartExamined"),
        slice_thickness=thickness[0] if thickness else None,
        kernel=text(dataset, "ConvolutionKernel").strip("[]").replace("'", ""),
        localizer="LOCALIZER" in image_type or "SURVIEW" in text(dataset, "ScanOptions"),
        derived="DERIVED" in image_type,
    )
