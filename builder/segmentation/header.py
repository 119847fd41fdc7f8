"""Builds the data set of a segmentation from nothing: no text of the source, and its geometry from the images."""

from collections.abc import Sequence
from dataclasses import dataclass
import re

import numpy as np
from pydicom import Dataset
from pydicom.tag import BaseTag
from pydicom.valuerep import DSfloat

from builder.content import SEGMENTATION
from builder.deidentify import allowlist, dates
from builder.deidentify.clean import identifying_values, method_items
from builder.deidentify.rules import Identity, shift_of
from builder.dicom.source_file import NotTaken, number, text
from builder.key.pseudonyms import new_uid
from builder.plan import WrittenInstance
from builder.reasons import Reason
from builder.segmentation.grid import Lying
from builder.segmentation.labels import NamedSegment, coded
from builder.stacks.stacks import Slice

_HOW = frozenset({"AUTOMATIC", "SEMIAUTOMATIC", "MANUAL"})
_WORDS = {
    "SegmentsOverlap": frozenset({"YES", "NO", "UNDEFINED"}),
    "SegmentationFractionalType": frozenset({"PROBABILITY", "OCCUPANCY"}),
}
_EMPTY = (
    "PatientBirthDate", "PatientSex", "ReferringPhysicianName", "StudyID", "AccessionNumber", "ContentDescription",
    "ContentCreatorName", "PositionReferenceIndicator",
)  # fmt: skip
_REMOVED = ("Manufacturer", "ManufacturerModelName", "DeviceSerialNumber", "SoftwareVersions")
_RATIO = re.compile(r"\d{1,4}(\.\d{1,6})?")
_METHODS = frozenset({"ISO_10918_1", "ISO_14495_1", "ISO_15444_1", "ISO_15444_2", "ISO_13818_2"})


@dataclass(frozen=True, slots=True)
class NewSegmentation:
    """The parts of a new segmentation: `frames` are (segment, place in the stack), in the order of the masks.

    `altered` says of what these were made, in the words of `bundle.images.alterations`.
    """

    source: Dataset
    segments: Sequence[NamedSegment]
    frames: Sequence[tuple[int, int]]
    lying: Lying
    image: WrittenInstance
    series_number: int
    instance_number: int
    altered: str = ""


def segmentation_header(wanted: NewSegmentation, identity: Identity) -> Dataset:
    """Everything but the masks (PS3.3 A.51.3); raises NotTaken."""
    made = Dataset()
    for keyword, value in identifying_values(identity).items():
        setattr(made, keyword, value)
    made.DeidentificationMethodCodeSequence = method_items(identity.policy)
    for keyword in _EMPTY:
        setattr(made, keyword, "")
    for keyword in _REMOVED:
        setattr(made, keyword, allowlist.DUMMY)
    made.SOPClassUID, made.Modality = SEGMENTATION, "SEG"
    made.SeriesNumber, made.InstanceNumber = wanted.series_number, wanted.instance_number
    made.StudyDate, made.StudyTime = wanted.image.study_date, wanted.image.study_time
    made.FrameOfReferenceUID = wanted.image.frame_of_reference_uid
    made.ImageType, made.ContentLabel = ["DERIVED", "PRIMARY"], "SEGMENTATION"
    if wanted.altered:
        made.DerivationDescription = wanted.altered
    _put_content_date(made, wanted.source, identity)
    _put_pixels(made, wanted)
    made.SegmentSequence = [_segment(segment, wanted.source, identity) for segment in wanted.segments]
    _put_dimensions(made, wanted.source, identity)
    _put_references(made, wanted)
    made.SharedFunctionalGroupsSequence = [_shared(wanted)]
    made.PerFrameFunctionalGroupsSequence = [_of_frame(wanted, *frame) for frame in wanted.frames]
    return made


def _put_content_date(made: Dataset, source: Dataset, identity: Identity) -> None:
    """Type 1 there: dummies if no date may stay, or none is valid."""
    date = time = ""
    if identity.policy.temporal != "REMOVED":
        given = text(source, "ContentDate"), text(source, "ContentTime")
        date, time = dates.shift_date(*given, shift_of(identity)), dates.shift_time(given[1], shift_of(identity))
    made.ContentDate = date or allowlist.UNDATED_ENHANCED["ContentDate"]
    made.ContentTime = time or allowlist.UNDATED_ENHANCED["ContentTime"]


def _put_pixels(made: Dataset, wanted: NewSegmentation) -> None:
    source = wanted.source
    bits = number(source, "BitsAllocated")
    made.SamplesPerPixel, made.PhotometricInterpretation, made.PixelRepresentation = 1, "MONOCHROME2", 0
    made.Rows, made.Columns, made.NumberOfFrames = source.Rows, source.Columns, len(wanted.frames)
    made.BitsAllocated = made.BitsStored = bits
    made.HighBit = (bits or 1) - 1
    made.SegmentationType = text(source, "SegmentationType")
    for keyword, words in _WORDS.items():
        if text(source, keyword) in words:
            setattr(made, keyword, text(source, keyword))
    if made.SegmentationType == "FRACTIONAL":
        most = number(source, "MaximumFractionalValue") or 0
        if "SegmentationFractionalType" not in made or not 0 < most < 256:
            raise NotTaken(
                Reason.SEGMENTATION_BROKEN, "it does not say what its fractions are, or what their greatest is"
            )
        made.MaximumFractionalValue = most
    made.LossyImageCompression = "01" if text(source, "LossyImageCompression") == "01" else "00"
    ratio, method = text(source, "LossyImageCompressionRatio"), text(source, "LossyImageCompressionMethod")
    if made.LossyImageCompression == "01" and _RATIO.fullmatch(ratio) and method in _METHODS:
        made.LossyImageCompressionRatio, made.LossyImageCompressionMethod = ratio, method


def source_segments(source: Dataset) -> list[tuple[int, Dataset]]:
    """The items of Segment Sequence by their numbers; raises NotTaken if a number repeats or is none."""
    found = [(number(item, "SegmentNumber") or 0, item) for item in source.get("SegmentSequence") or []]
    numbers = [value for value, _ in found]
    if not found or len(set(numbers)) < len(numbers) or not 0 < min(numbers) <= max(numbers) < 1 << 16:
        raise NotTaken(Reason.SEGMENTATION_BROKEN, "its segments are not numbered, or two have one number")
    return found


def _segment(named: NamedSegment, source: Dataset, identity: Identity) -> Dataset:
    given = dict(source_segments(source))[named.number]
    how = text(given, "SegmentAlgorithmType")
    if how not in _HOW:
        raise NotTaken(Reason.SEGMENTATION_BROKEN, f"segment {named.number} does not say whether a person made it")
    made = Dataset()
    made.SegmentNumber, made.SegmentLabel, made.SegmentAlgorithmType = named.number, named.label, how
    if how != "MANUAL":  # type 1C
        made.SegmentAlgorithmName = allowlist.DUMMY
    made.SegmentedPropertyCategoryCodeSequence = [named.category]
    kind = Dataset()
    kind.update(named.kind)
    if named.side is not None:
        kind.SegmentedPropertyTypeModifierCodeSequence = [named.side]
    made.SegmentedPropertyTypeCodeSequence = [kind]
    if (colour := recommended_colour(given)) is not None:
        made.RecommendedDisplayCIELabValue = colour
    if uid := text(given, "TrackingUID"):  # with its name, type 1C
        made.TrackingUID, made.TrackingID = new_uid(identity.uid_secret, uid), f"Segment {named.number}"
    return made


def recommended_colour(segment: Dataset) -> list[int] | None:
    """Recommended Display CIELab Value, if it is one."""
    value = segment.get("RecommendedDisplayCIELabValue")
    try:
        found = [int(part) for part in value or ()]
    except (TypeError, ValueError):
        return None
    return found if len(found) == 3 and all(0 <= part < 1 << 16 for part in found) else None


def _put_dimensions(made: Dataset, source: Dataset, identity: Identity) -> None:
    """By segment, then by place (PS3.3 C.7.6.17)."""
    given = source.get("DimensionOrganizationSequence") or [Dataset()]
    organization = Dataset()
    old = text(given[0], "DimensionOrganizationUID") or f"dimensions of {text(source, 'SOPInstanceUID')}"
    organization.DimensionOrganizationUID = new_uid(identity.uid_secret, old)
    made.DimensionOrganizationSequence = [organization]
    made.DimensionIndexSequence = []
    for pointer, group, label in ((0x0062000B, 0x0062000A, "Segment"), (0x00200032, 0x00209113, "Place")):
        index = Dataset()
        index.DimensionOrganizationUID = organization.DimensionOrganizationUID
        index.DimensionIndexPointer, index.FunctionalGroupPointer = BaseTag(pointer), BaseTag(group)
        index.DimensionDescriptionLabel = label
        made.DimensionIndexSequence.append(index)


def _put_references(made: Dataset, wanted: NewSegmentation) -> None:
    series = Dataset()
    series.SeriesInstanceUID = wanted.image.series_instance_uid
    images = [slice_.instance for slice_ in wanted.lying.stack.slices]
    instances = dict.fromkeys((image.sop_class_uid, image.sop_instance_uid) for image in images)
    series.ReferencedInstanceSequence = [_reference(*instance) for instance in instances]
    made.ReferencedSeriesSequence = [series]


def _reference(class_uid: str, instance_uid: str) -> Dataset:
    item = Dataset()
    item.ReferencedSOPClassUID, item.ReferencedSOPInstanceUID = class_uid, instance_uid
    return item


def _shared(wanted: NewSegmentation) -> Dataset:
    """Directions and spacing as the images have them."""
    stack = wanted.lying.stack
    first, measures, plane, shared = stack.slices[0].frame, Dataset(), Dataset(), Dataset()
    measures.PixelSpacing = _decimals(first.pixel_spacing or ())
    if stack.thickness is not None:
        measures.SliceThickness = _decimals([stack.thickness])[0]
    spacing = stack.geometry.spacing_between_slices
    if spacing is not None and stack.geometry.is_volume:
        measures.SpacingBetweenSlices = _decimals([spacing])[0]
    plane.ImageOrientationPatient = _decimals(first.image_orientation_patient or ())
    shared.PixelMeasuresSequence, shared.PlaneOrientationSequence = [measures], [plane]
    return shared


def _of_frame(wanted: NewSegmentation, segment: int, place: int) -> Dataset:
    content, position, identified, derivation = (Dataset() for _ in range(4))
    numbers = [named.number for named in wanted.segments]
    content.DimensionIndexValues = [numbers.index(segment) + 1, place + 1]
    image = wanted.lying.stack.slices[place]
    position.ImagePositionPatient = _decimals(_corner(image, wanted.lying))
    identified.ReferencedSegmentNumber = segment
    source = _reference(image.instance.sop_class_uid, image.instance.sop_instance_uid)
    if len(image.instance.frames) > 1:
        source.ReferencedFrameNumber = image.frame.frame_index + 1
    source.PurposeOfReferenceCodeSequence = [coded("121322", "DCM", "Source image for image processing operation")]
    derivation.SourceImageSequence = [source]
    derivation.DerivationCodeSequence = [coded("113076", "DCM", "Segmentation")]
    made = Dataset()
    made.FrameContentSequence, made.PlanePositionSequence = [content], [position]
    made.SegmentIdentificationSequence, made.DerivationImageSequence = [identified], [derivation]
    return made


def _corner(image: Slice, lying: Lying) -> tuple[float, ...]:
    """The position of the first pixel of a mask over this image."""
    frame = image.frame
    assert frame.image_position_patient and frame.image_orientation_patient and frame.pixel_spacing
    if not (lying.row or lying.column):
        return frame.image_position_patient
    along, down = np.array(frame.image_orientation_patient[:3]), np.array(frame.image_orientation_patient[3:])
    off = down * frame.pixel_spacing[0] * lying.row + along * frame.pixel_spacing[1] * lying.column
    return tuple((np.array(frame.image_position_patient) + off).tolist())


def _decimals(values: Sequence[float]) -> list[DSfloat]:
    return [DSfloat(value, auto_format=True) for value in values]
