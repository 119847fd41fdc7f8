"""Makes the record of an instance only from the bytes that were written."""

from collections.abc import Sequence
from functools import lru_cache
import hashlib
from io import BytesIO
import math
from typing import NamedTuple, assert_never

from pydicom import dcmread
from pydicom.multival import MultiValue

from builder.content import ContentKind, content_of
from builder.dicom import byte_walker
from builder.dicom.common_runs import new_memory
from builder.dicom.memo import by_values
from builder.dicom.source_file import Values, number, text
from builder.plan import Technique, WrittenInstance
from builder.stacks.read_traits import traits_of
from builder.traits import Stated
from builder.write.stated import held_back, stated_in
from builder.write.units import units_of
from builder.write.uptake import uptake_of
from bundle.images.geometry import is_orientation
from bundle.images.loss import loss_text
from bundle.index.records import Frame, Instance, Orientation
from bundle.index.schema import VOI_LUT_FUNCTIONS

# The slices of a series share one orientation.
_is_orientation = lru_cache(1 << 10)(is_orientation)
_FRAME_TYPES = ("CTImageFrameTypeSequence", "PETFrameTypeSequence")
_FUNCTIONAL_GROUPS = ("NumberOfFrames", "SharedFunctionalGroupsSequence", "PerFrameFunctionalGroupsSequence")
_written = new_memory()


def read_written(
    path: str, header: bytes, size: int, digest: str, lost: tuple[str, ...] = (), *, kept: bool = False
) -> WrittenInstance:
    """The record of a file of `size` bytes that begins with `header` (up to the first pixel); `digest` is its SHA-256.

    It only passes on what was `lost` on the way and whether the file was `kept`. Raises ValueError for a file of a kind
    that no bundle has.
    """
    dataset = _parsed(header)
    content = content_of(text(dataset, "SOPClassUID"))
    match content:
        case ContentKind.IMAGES:
            shown = number(dataset, "NumberOfFrames") or 1
        case ContentKind.SEGMENTATIONS:  # masks are no images
            shown = 0
        case None:
            raise ValueError("a SOP Class that no bundle has")
        case _:
            assert_never(content)
    series = _series(dataset)
    return WrittenInstance(
        _instance(path, dataset, header, size, digest, shown),
        series.patient_id,
        series.study_instance_uid,
        series.series_instance_uid,
        series.study_date,
        series.study_time,
        series.modality,
        series.series_number,
        series.technique,
        traits_of(dataset, shown),
        series.text_blanked,
        series.frame_of_reference_uid,
        lost,
        kept,
        series.held,
        series.stated,
        uptake_of(dataset),
    )


def _parsed(header: bytes) -> Values:
    """The attributes; by pydicom if there are functional groups, which would otherwise be parsed again each time."""
    found = byte_walker.parse_file(header, _written)
    grouped = any(keyword in found for keyword in _FUNCTIONAL_GROUPS)
    return dcmread(BytesIO(header), stop_before_pixels=True) if grouped else found


class _Series(NamedTuple):
    """The values that the files of a series usually share."""

    patient_id: str
    study_instance_uid: str
    series_instance_uid: str
    study_date: str
    study_time: str
    modality: str
    series_number: int | None
    technique: Technique
    text_blanked: bool
    frame_of_reference_uid: str
    held: tuple[str, ...]
    stated: Stated


@by_values(
    "PatientID", "StudyInstanceUID", "SeriesInstanceUID", "StudyDate", "StudyTime", "Modality", "SeriesNumber",
    "BurnedInAnnotation", "ImageType", "SliceThickness", "BodyPartExamined", "ConvolutionKernel", "ScanOptions",
    "FrameOfReferenceUID", "LossyImageCompression", "LossyImageCompressionRatio", "LossyImageCompressionMethod",
    "DeidentificationMethod", "DeidentificationMethodCodeSequence", "LongitudinalTemporalInformationModified",
    "RecognizableVisualFeatures", "PatientWeight", "PatientSize", "PatientSex",
)  # fmt: skip
def _series(dataset: Values) -> _Series:
    return _Series(
        patient_id=text(dataset, "PatientID"),
        study_instance_uid=text(dataset, "StudyInstanceUID"),
        series_instance_uid=text(dataset, "SeriesInstanceUID"),
        study_date=text(dataset, "StudyDate"),
        study_time=text(dataset, "StudyTime"),
        modality=text(dataset, "Modality"),
        series_number=number(dataset, "SeriesNumber"),
        technique=_technique(dataset),
        text_blanked=text(dataset, "BurnedInAnnotation") == "NO",
        frame_of_reference_uid=text(dataset, "FrameOfReferenceUID"),
        held=held_back(dataset),
        stated=stated_in(dataset),
    )


def _instance(path: str, dataset: Values, header: bytes, size: int, digest: str, shown: int) -> Instance:
    picture, frames = _picture(dataset), number(dataset, "NumberOfFrames") or 1
    return Instance(
        text(dataset, "SOPInstanceUID"),
        picture.sop_class_uid,
        path,
        number(dataset, "InstanceNumber") or 0,
        picture.rows,
        picture.columns,
        picture.bits_allocated,
        picture.bits_stored,
        picture.pixel_representation,
        picture.photometric_interpretation,
        picture.pixel_padding_value,
        pixel_offset=len(header),
        pixel_length=(picture.rows * picture.columns * frames * picture.bits_allocated + 7) // 8,
        file_size=size,
        header_digest=hashlib.sha256(header).hexdigest(),
        digest=digest,
        frames=tuple(frame_of(dataset, index) for index in range(shown)),
        altered=text(dataset, "DerivationDescription"),
        pixel_padding_range_limit=picture.pixel_padding_range_limit,
    )


class _Picture(NamedTuple):
    sop_class_uid: str
    rows: int
    columns: int
    bits_allocated: int
    bits_stored: int
    pixel_representation: int
    photometric_interpretation: str
    pixel_padding_value: int | None
    pixel_padding_range_limit: int | None


@by_values(
    "SOPClassUID", "Rows", "Columns", "BitsAllocated", "BitsStored", "PixelRepresentation", "PhotometricInterpretation",
    "PixelPaddingValue", "PixelPaddingRangeLimit",
)  # fmt: skip
def _picture(dataset: Values) -> _Picture:
    return _Picture(
        text(dataset, "SOPClassUID"),
        int(dataset.get("Rows")),
        int(dataset.get("Columns")),
        int(dataset.get("BitsAllocated")),
        int(dataset.get("BitsStored")),
        int(dataset.get("PixelRepresentation")),
        text(dataset, "PhotometricInterpretation"),
        number(dataset, "PixelPaddingValue"),
        number(dataset, "PixelPaddingRangeLimit"),
    )


def _numbers(dataset: Values, keyword: str) -> tuple[float, ...]:
    """All values of an attribute as finite numbers; empty if one of them is not a number."""
    value = dataset.get(keyword)
    if value is None or value == "":
        return ()
    values = tuple(map(float, value if isinstance(value, MultiValue | tuple) else [value]))
    return values if all(map(math.isfinite, values)) else ()


def _places(dataset: Values, index: int, sequence: str) -> Sequence[Values]:
    """Where an attribute of a frame may be: its own group, the shared one, the data set (PS3.3 C.7.6.16)."""
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
    """One frame's position and rescale, wherever the file states them."""
    grouped = any(keyword in dataset for keyword in _FUNCTIONAL_GROUPS)
    looks = _looks_in_groups(dataset, index) if grouped else _looks(dataset, 0)
    position = _first(_places(dataset, index, "PlanePositionSequence"), "ImagePositionPatient", 3)
    if position is None or looks.orientation is None:
        return Frame(index, None, *looks)
    return Frame(index, (position[0], position[1], position[2]), *looks)


class _Looks(NamedTuple):
    """The values that frames usually share, in the order of a record."""

    orientation: Orientation | None
    pixel_spacing: tuple[float, float] | None
    rescale_slope: float
    rescale_intercept: float
    window: tuple[float, float] | None
    voi_lut_function: str
    units: str


def _looks_in_groups(dataset: Values, index: int) -> _Looks:
    values = _places(dataset, index, "PixelValueTransformationSequence")
    slope = _first(values, "RescaleSlope", 1)
    intercept = _first(values, "RescaleIntercept", 1)
    types = [place for group in _FRAME_TYPES for place in _places(dataset, index, group)]
    function = _voi_lut_function(dataset, index)
    window = _window(dataset, index, function)
    return _Looks(
        _orientation(dataset, index),
        _pixel_spacing(dataset, index),
        slope[0] if slope and slope[0] else 1.0,
        intercept[0] if intercept else 0.0,
        window,
        function if window else "",  # meaningless without a window
        units_of(dataset, values, types, localizer=_is_localizer(dataset)),
    )


_looks = by_values(
    "ImageOrientationPatient", "PixelSpacing", "RescaleSlope", "RescaleIntercept", "WindowCenter", "WindowWidth",
    "VOILUTFunction", "RescaleType", "Units", "Modality", "ImageType", "ScanOptions",
)(_looks_in_groups)  # fmt: skip


def _orientation(dataset: Values, index: int) -> Orientation | None:
    values = _first(_places(dataset, index, "PlaneOrientationSequence"), "ImageOrientationPatient", 6)
    if values is None or not _is_orientation(values):
        return None
    return (values[0], values[1], values[2], values[3], values[4], values[5])


def _pixel_spacing(dataset: Values, index: int) -> tuple[float, float] | None:
    spacing = _first(_places(dataset, index, "PixelMeasuresSequence"), "PixelSpacing", 2)
    return (spacing[0], spacing[1]) if spacing and min(spacing) > 0 else None


def _voi_lut_function(dataset: Values, index: int) -> str:
    """The function of the window (PS3.3 C.11.2.1.3); empty if the file names none."""
    found = (text(place, "VOILUTFunction") for place in _places(dataset, index, "FrameVOILUTSequence"))
    function = next(filter(None, found), "")
    return function if function in VOI_LUT_FUNCTIONS else ""


def _window(dataset: Values, index: int, function: str) -> tuple[float, float] | None:
    places = _places(dataset, index, "FrameVOILUTSequence")
    center, width = _first(places, "WindowCenter", 1), _first(places, "WindowWidth", 1)
    if not center or not width or width[0] <= 0:
        return None
    # PS3.3 C.11.2.1.2: a width below 1 has no meaning for the linear function, but for the others it does.
    return (center[0], width[0]) if width[0] >= 1 or function in VOI_LUT_FUNCTIONS[1:] else None


def _is_localizer(dataset: Values) -> bool:
    return "LOCALIZER" in text(dataset, "ImageType") or "SURVIEW" in text(dataset, "ScanOptions")


def _technique(dataset: Values) -> Technique:
    return Technique(
        body_part=text(dataset, "BodyPartExamined"),
        kernel=text(dataset, "ConvolutionKernel").strip("[]").replace("'", ""),
        localizer=_is_localizer(dataset),
        lossy=_lossy(dataset),
    )


def _lossy(dataset: Values) -> str:
    """Lossy compression by PS3.3 C.7.6.1.1.5, in plain words; IHE BIR requires it on the image."""
    if text(dataset, "LossyImageCompression") != "01":
        return ""
    methods = dataset.get("LossyImageCompressionMethod") or ()
    names = [methods] if isinstance(methods, str) else list(map(str, methods))
    return loss_text(_numbers(dataset, "LossyImageCompressionRatio"), names)
