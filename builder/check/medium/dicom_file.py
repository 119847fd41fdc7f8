"""Reads one DICOM file: from bytes to a data set with the place of every element, and to facts for comparison."""

from collections.abc import Mapping
from dataclasses import dataclass
import hashlib
import math

from pydicom.errors import BytesLengthException

from builder.check.medium.elements import UNDEFINED, Element, Malformed, tag_text, walk
from builder.check.medium.frame_traits import Told, once, told
from builder.check.medium.frames import altered, frame, integer, loss, technique, uptake
from builder.check.medium.parsed_header import HeaderReader, ParsedHeader, Values
from builder.check.medium.series_names import SeriesTechnique
from bundle.held import held_in
from bundle.index.records import Frame, Uptake

EXPLICIT_LITTLE_ENDIAN = "1.2.840.10008.1.2.1"
# PS3.11 H and J also allow these on discs and sticks: JPEG baseline, extended and lossless, JPEG 2000.
_OF_OTHERS = frozenset(f"1.2.840.10008.1.2.4.{number}" for number in (50, 51, 70, 90, 91)) | {EXPLICIT_LITTLE_ENDIAN}
PREFIX_AT = 128
# PS3.4 B.5; its frames are masks, and no images.
SEGMENTATION = "1.2.840.10008.5.1.4.1.1.66.4"

# Type 1 in the File Meta Information (PS3.10 Table 7.1-1), except its length.
_META = {
    0x00020001: "version", 0x00020002: "SOP class", 0x00020003: "SOP instance", 0x00020010: "transfer syntax",
    0x00020012: "implementation class",
}  # fmt: skip
# Type 1 of every image, and the identifiers that tie it to the rest of the medium.
_IDENTIFIERS = ("SOPClassUID", "SOPInstanceUID", "StudyInstanceUID", "SeriesInstanceUID", "Modality")
_REQUIRED = (
    *_IDENTIFIERS, "PatientID", "SamplesPerPixel", "PhotometricInterpretation", "Rows", "Columns", "BitsAllocated",
    "BitsStored", "HighBit", "PixelRepresentation",
)  # fmt: skip

# PS3.3: types 1 and 2 of every image of the patient, study, series and equipment modules; then of single IODs.
_EVERY_IMAGE = (
    "PatientName", "PatientBirthDate", "PatientSex", "StudyDate", "StudyTime", "ReferringPhysicianName", "StudyID",
    "AccessionNumber", "SeriesNumber", "InstanceNumber", "Manufacturer",
)  # fmt: skip
_PLANE = (
    "ImageType", "PixelSpacing", "ImageOrientationPatient", "ImagePositionPatient", "SliceThickness",
    "FrameOfReferenceUID", "PositionReferenceIndicator",
)  # fmt: skip
_ENHANCED = ("NumberOfFrames", "SharedFunctionalGroupsSequence", "PerFrameFunctionalGroupsSequence")
_OF_IOD = {
    "1.2.840.10008.5.1.4.1.1.2": (*_PLANE, "RescaleIntercept", "RescaleSlope", "KVP", "AcquisitionNumber"),
    "1.2.840.10008.5.1.4.1.1.4": (
        *_PLANE, "ScanningSequence", "SequenceVariant", "ScanOptions", "MRAcquisitionType", "EchoTime",
        "EchoTrainLength",
    ),
    "1.2.840.10008.5.1.4.1.1.128": (
        *_PLANE, "Units", "CountsSource", "SeriesType", "NumberOfSlices", "CorrectedImage", "DecayCorrection",
        "RescaleIntercept", "RescaleSlope", "FrameReferenceTime", "ImageIndex",
    ),
    "1.2.840.10008.5.1.4.1.1.2.1": _ENHANCED,
    "1.2.840.10008.5.1.4.1.1.4.1": _ENHANCED,
    "1.2.840.10008.5.1.4.1.1.130": _ENHANCED,
    SEGMENTATION: (
        *_ENHANCED, "ContentDate", "ContentTime", "ContentLabel", "ContentDescription", "ContentCreatorName",
        "ImageType", "DimensionOrganizationSequence", "DimensionIndexSequence", "FrameOfReferenceUID",
        "LossyImageCompression",
        "ManufacturerModelName", "DeviceSerialNumber", "SoftwareVersions", "SegmentationType", "SegmentSequence",
        "ReferencedSeriesSequence",
    ),
}  # fmt: skip

# No image has more frames; each of them takes memory, also if it has but one pixel.
_MOST_FRAMES = 100_000
_SIZES = ("SamplesPerPixel", "Rows", "Columns", "BitsAllocated", "BitsStored")


class Unsound(Exception):
    """A file that cannot be examined further; `check` is the name of the check that found it."""

    def __init__(self, check: str, message: str) -> None:
        super().__init__(message)
        self.check = check


@dataclass(frozen=True, slots=True)
class Opened:
    """A DICOM file under examination: its bytes up to the pixels, their place, and the elements before them."""

    path: str
    size: int
    header: bytes
    meta: Mapping[int, str]
    parsed: ParsedHeader
    pixels: Element | None

    @property
    def values(self) -> Values:
        """pydicom's values of the data set itself, by keyword."""
        return self.parsed.values


@dataclass(frozen=True, slots=True)
class DicomFile:
    """The facts of a file for comparison with DICOMDIR and index; `pixel_offset` is None if it has no pixels."""

    path: str
    size: int
    sop_class_uid: str
    sop_instance_uid: str
    transfer_syntax: str
    patient_id: str
    study_instance_uid: str
    series_instance_uid: str
    frame_of_reference_uid: str
    study_date: str
    study_time: str
    modality: str
    series_number: int
    instance_number: int
    rows: int
    columns: int
    bits_allocated: int
    bits_stored: int
    pixel_representation: int
    photometric_interpretation: str
    pixel_padding_value: int | None
    pixel_padding_range_limit: int | None
    pixel_offset: int | None
    pixel_length: int
    header_digest: str
    lacking: tuple[str, ...]
    methods: tuple[tuple[str, str], ...]
    temporal: str
    visual_features: str
    weighed: bool
    held: tuple[str, ...]
    loss: str
    altered: str
    units: str
    technique: SeriesTechnique
    uptake: Uptake
    frames: tuple[Frame, ...]
    told: tuple[Told, ...]

    @property
    def is_segmentation(self) -> bool:
        """Whether it holds masks of the images of another series."""
        return self.sop_class_uid == SEGMENTATION


def open_file(path: str, head: bytes, size: int, reader: HeaderReader, *, others: bool = False) -> Opened:
    """Read a file of `size` bytes from its beginning `head`; raises Unsound.

    A file of `others` may be compressed, and need not be an image.
    """
    if head[PREFIX_AT : PREFIX_AT + 4] != b"DICM":
        raise Unsound("dicom.prefix", "there is no 'DICM' behind the first 128 bytes, so it is no DICOM file")
    meta, start = read_meta(head)
    if meta[0x00020010] not in (_OF_OTHERS if others else {EXPLICIT_LITTLE_ENDIAN}):
        raise Unsound("dicom.transfer_syntax", f"expected {EXPLICIT_LITTLE_ENDIAN}, found {meta[0x00020010]}")
    try:
        parsed, pixels = reader.read(head, start, size)
    except Malformed as error:
        raise Unsound("dicom.structure", str(error)) from None
    except (BytesLengthException, ValueError, TypeError, LookupError, AttributeError, EOFError, OSError) as error:
        raise Unsound("dicom.structure", f"a value cannot be read ({error})") from None
    _need_attributes(parsed.values, is_image=not others or pixels is not None)
    return Opened(path, size, head[: pixels.value] if pixels else head, meta, parsed, pixels)


def read_meta(head: bytes) -> tuple[dict[int, str], int]:
    """The File Meta Information as text, and the first byte after it; raises Unsound."""
    start = PREFIX_AT + 4
    try:
        first = next(walk(head, start, len(head)), None)
        if first is None or first.tag != 0x00020000 or first.length != 4:
            raise Malformed("it does not begin with its length (0002,0000)")
        end = first.value + 4 + int.from_bytes(head[first.value : first.value + 4], "little")
        elements = list(walk(head[:end], first.value + 4, end))
    except Malformed as error:
        raise Unsound("dicom.meta", f"the File Meta Information cannot be read: {error}") from None
    meta = {element.tag: _text(head[element.value : element.value + element.length]) for element in elements}
    if any(tag >> 16 != 2 for tag in meta) or head[end : end + 2] == b"\x02\x00":
        raise Unsound("dicom.meta", "the length of the File Meta Information (0002,0000) is wrong")
    missing = [f"{tag_text(tag)} {name}" for tag, name in _META.items() if not meta.get(tag)]
    if missing:
        raise Unsound("dicom.meta", f"the File Meta Information lacks {', '.join(missing)}")
    return meta, end


def _text(value: bytes) -> str:
    return value.rstrip(b"\0 ").decode("latin-1") or "\0" * bool(value)


def _need_attributes(values: Values, *, is_image: bool) -> None:
    missing = [keyword for keyword in (_REQUIRED if is_image else _IDENTIFIERS) if values.get(keyword) in (None, "")]
    if missing:
        raise Unsound("dicom.required", f"{', '.join(missing)} missing or empty")
    wrong = [keyword for keyword in _SIZES if is_image and not _is_count(values[keyword])]
    if wrong:
        raise Unsound("dicom.required", f"{', '.join(wrong)} not a number above 0")


def _is_count(value: object) -> bool:
    return isinstance(value, int) and value >= 1


# The facts


def facts(opened: Opened) -> DicomFile:
    """The facts of the file."""
    values, pixels = opened.values, opened.pixels
    # A number of frames that the file cannot hold is reported with its pixels, and not trusted.
    plain = pixels is not None and pixels.length != UNDEFINED
    believed = (pixel_length(values) if plain else number_of_frames(values)) <= opened.size
    frames = number_of_frames(values) if pixels and believed else 0
    if frames > _MOST_FRAMES:
        raise Unsound("dicom.pixels", f"it claims {frames:,} frames, and no image has more than {_MOST_FRAMES:,}")
    frames = 0 if values["SOPClassUID"] == SEGMENTATION else frames
    return DicomFile(
        path=opened.path,
        size=opened.size,
        sop_class_uid=once(str(values["SOPClassUID"])),
        sop_instance_uid=str(values["SOPInstanceUID"]),
        transfer_syntax=once(opened.meta[0x00020010]),
        patient_id=once(str(values.get("PatientID") or "")),
        study_instance_uid=once(str(values["StudyInstanceUID"])),
        series_instance_uid=once(str(values["SeriesInstanceUID"])),
        frame_of_reference_uid=once(str(values.get("FrameOfReferenceUID") or "")),
        study_date=once(str(values.get("StudyDate") or "")),
        study_time=once(str(values.get("StudyTime") or "")),
        modality=once(str(values["Modality"])),
        series_number=integer(values, "SeriesNumber") or 0,
        instance_number=integer(values, "InstanceNumber") or 0,
        rows=values.get("Rows") or 0,
        columns=values.get("Columns") or 0,
        bits_allocated=values.get("BitsAllocated") or 0,
        bits_stored=values.get("BitsStored") or 0,
        pixel_representation=values.get("PixelRepresentation") or 0,
        photometric_interpretation=once(str(values.get("PhotometricInterpretation") or "")),
        pixel_padding_value=integer(values, "PixelPaddingValue"),
        pixel_padding_range_limit=integer(values, "PixelPaddingRangeLimit"),
        pixel_offset=pixels.value if pixels and plain else None,
        pixel_length=pixel_length(values),
        header_digest=hashlib.sha256(opened.header).hexdigest(),
        lacking=once(_lacking(values)),
        methods=once(tuple((code.value, code.meaning) for code in opened.parsed.methods)),
        temporal=once(str(values.get("LongitudinalTemporalInformationModified") or "")),
        weighed=any(values.get(keyword) for keyword in ("PatientWeight", "PatientSize", "PatientSex")),
        visual_features=once(str(values.get("RecognizableVisualFeatures") or "")),
        held=once(_held(values)),
        loss=loss(values),
        altered=altered(values) or "",
        units=once(str(values.get("Units") or "")),
        technique=once(technique(values)),
        uptake=once(uptake(values)),
        frames=tuple(frame(values, index) for index in range(frames)),
        told=told(values, frames),
    )


def _held(values: Values) -> tuple[str, ...]:
    """What the file says of attributes that held an identifier of its patient."""
    said = values.get("DeidentificationMethod") or ()
    return held_in([said] if isinstance(said, str) else map(str, said))


def _lacking(values: Values) -> tuple[str, ...]:
    """Missing attributes of types 1 and 2."""
    own = _OF_IOD.get(str(values["SOPClassUID"]))
    if own is None:
        return ()
    return tuple(keyword for keyword in (*_EVERY_IMAGE, *own) if keyword not in values)


def pixel_length(values: Values) -> int:
    """The number of bytes that the pixels must have (PS3.5 8.1.1), before padding to an even length."""
    sizes = [int(values.get(keyword) or 0) for keyword in ("Rows", "Columns", "SamplesPerPixel", "BitsAllocated")]
    return (math.prod(sizes) * number_of_frames(values) + 7) // 8


def number_of_frames(values: Values) -> int:
    """Number of Frames (0028,0008), 1 if it is missing."""
    return integer(values, "NumberOfFrames") or 1
