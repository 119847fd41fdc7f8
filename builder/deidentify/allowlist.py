"""The attributes that may stay: of image, geometry and acquisition, with values whose form can name nobody."""

from functools import cache
import re

from pydicom._private_dict import private_dictionaries
from pydicom.datadict import dictionary_has_tag, dictionary_is_retired, dictionary_VR, keyword_for_tag
from pydicom.tag import BaseTag

from builder.deidentify import profile

# Acquisition, relationship, image presentation and nuclear medicine acquisition: groups of measured values.
_GROUPS = (0x0018, 0x0020, 0x0028, 0x0054)
# Single attributes of other groups.
_SINGLE = frozenset({
    "ImageType", "FrameType", "Modality", "PixelPresentation", "VolumetricProperties",
    "VolumeBasedCalculationTechnique", "ComplexImageComponent", "AcquisitionContrast", "PresentationLUTShape",
    "SOPClassUID", "SOPInstanceUID", "ReferencedSOPClassUID", "ReferencedSOPInstanceUID", "ReferencedFrameNumber",
    "ReferencedImageSequence", "SourceImageSequence",
    "PurposeOfReferenceCodeSequence",
    "ReferencedImageEvidenceSequence", "ReferencedSeriesSequence", "ReferencedSOPSequence", "AnatomicRegionSequence",
    "IrradiationEventUID",
    "SharedFunctionalGroupsSequence", "PerFrameFunctionalGroupsSequence",
})  # fmt: skip

# Free numbers that count or number things outside the image, and values that need a removed one to make sense.
NEVER = frozenset({
    "NumberOfStudyRelatedSeries", "NumberOfStudyRelatedInstances", "NumberOfSeriesRelatedInstances",
    "OtherStudyNumbers", "LUTData", "ModalityLUTSequence", "VOILUTSequence", "IconImageSequence", "BurnedInAnnotation",
    "RecognizableVisualFeatures", "LongitudinalTemporalInformationModified", "PixelDataProviderURL",
})  # fmt: skip

NUMBERS = frozenset({"DS", "IS", "US", "SS", "UL", "SL", "UV", "SV", "FL", "FD", "AT"})

# Measured in units so small that many digits are usual: these stay unchanged below their limit ...
EXACT = {
    "RadionuclideTotalDose": 1e12, "RadionuclideHalfLife": 1e6, "ActualFrameDuration": 1e7, "FrameReferenceTime": 1e7,
    "FrameAcquisitionDuration": 1e7, "TriggerTime": 1e7,
}  # fmt: skip
# ... and of these, which no calculation uses, five digits are enough.
ROUNDED = frozenset({
    "WindowCenter", "WindowWidth", "DoseCalibrationFactor", "CountsAccumulated", "PrimaryPromptsCountsAccumulated",
    "SecondaryCountsAccumulated", "ExposureInuAs", "ExposureTimeInuS", "XRayTubeCurrentInuA",
})  # fmt: skip
# A list of numbers without a fixed length can spell a text.
_MANY = 32

# Type 2 in the General, Patient, CT, MR and PET modules: present, but empty where their value may not stay.
EMPTIED = (
    "AccessionNumber", "ReferringPhysicianName", "PatientBirthDate", "PatientSex", "StudyID", "Manufacturer",
)  # fmt: skip
EMPTIED_IF_PRESENT = (
    "Laterality", "PositionReferenceIndicator", "AcquisitionContextSequence", "ContrastBolusAgent", "ScanOptions",
)  # fmt: skip
# Type 1 in the enhanced IODs (PS3.3 C.7.5.2, C.8.13.4): a dummy that says what happened.
DUMMY = "REMOVED"
DUMMIES_IF_ENHANCED = (
    "Manufacturer", "ManufacturerModelName", "DeviceSerialNumber", "SoftwareVersions", "PulseSequenceName",
)  # fmt: skip
# The same in the items of functional groups (PS3.3 C.8.13.5, C.8.15.3), where coils, kernels and the technique of spin
# labeling have free names; type 2 becomes empty.
DUMMIES_IN_ITEMS = {
    "ReceiveCoilName": DUMMY, "TransmitCoilName": DUMMY, "MultiCoilElementName": DUMMY, "ConvolutionKernel": DUMMY,
    "FilterType": DUMMY, "ASLCrusherDescription": DUMMY, "ASLBolusCutoffTechnique": DUMMY,
    "ASLTechniqueDescription": "",
    "ReceiveCoilManufacturerName": "", "TransmitCoilManufacturerName": "",
}  # fmt: skip
# Types 1 and 1C there, with terms that makers add to those of the standard.
OTHER_IF_UNKNOWN = frozenset({
    "SpecificAbsorptionRateDefinition", "OperatingMode", "OperatingModeType", "GradientOutputType",
    "ApplicableSafetyStandardAgency", "ParallelAcquisitionTechnique", "SegmentedKSpaceTraversal", "CoverageOfKSpace",
    "GeometryOfKSpaceTraversal", "RectilinearPhaseEncodeReordering", "KSpaceFiltering", "SpatialPresaturation",
    "MagnetizationTransfer", "DiffusionDirectionality", "DiffusionAnisotropyType", "FlowCompensation",
    "FlowCompensationDirection", "Spoiling", "OversamplingPhase", "SteadyStatePulseSequence", "ReceiveCoilType",
    "TransmitCoilType", "SpectrallySelectedSuppression", "SpectrallySelectedExcitation", "PartialFourierDirection",
    "ArterialSpinLabelingContrast", "CardiacSynchronizationTechnique", "CardiacSignalSource",
    "RespiratoryMotionCompensationTechnique", "RespiratorySignalSource", "BulkMotionCompensationTechnique",
    "ReconstructionAlgorithm", "ExposureModulationType", "FilterMaterial", "AcquisitionType",
})  # fmt: skip
# Without dates, dummies if the IOD requires a value (types 1 and 1C), and empty values for type 2: PS3.3 C.8.9.1 and
# C.8.9.4 of PET, C.7.6.16 and C.8.13.1 of enhanced objects. A source without these attributes gets none.
UNDATED_PET = {
    "SeriesDate": "19000101", "SeriesTime": "000000", "AcquisitionDate": "", "AcquisitionTime": "",
}  # fmt: skip
UNDATED_ENHANCED = {"ContentDate": "19000101", "ContentTime": "000000", "AcquisitionDateTime": "19000101000000"}
UNDATED_ITEMS = dict.fromkeys(("FrameReferenceDateTime", "FrameAcquisitionDateTime"), "19000101000000")
# Colour maps are not carried over, so only one presentation of the pixels is possible.
FIXED = {"PixelPresentation": "MONOCHROME"}
# Type 2: may stay without items. Any other sequence that lost all of its items is removed.
MAY_BE_EMPTY = frozenset({
    "PatientOrientationCodeSequence", "PatientGantryRelationshipCodeSequence", "RadionuclideCodeSequence",
    "PatientOrientationModifierCodeSequence",
})  # fmt: skip

DATE_PAIRS = {
    "StudyDate": "StudyTime",
    "SeriesDate": "SeriesTime",
    "AcquisitionDate": "AcquisitionTime",
    "ContentDate": "ContentTime",
}
TIMES = frozenset(DATE_PAIRS.values()) | {"RadiopharmaceuticalStartTime", "RadiopharmaceuticalStopTime"}
DATETIMES = frozenset({
    "AcquisitionDateTime", "FrameAcquisitionDateTime", "FrameReferenceDateTime", "DecayCorrectionDateTime",
    "RadiopharmaceuticalStartDateTime", "RadiopharmaceuticalStopDateTime",
})  # fmt: skip
ALL_TIMES = frozenset(DATE_PAIRS) | TIMES | DATETIMES

# The forms in which makers name reconstruction kernels.
_KERNEL = re.compile("|".join((
    r"[ABCDHIJTU]\d{2}[efhmsuv]?",  # Siemens: B30f, I70h, U90u
    r"(?:B[aflmruv]|H[cfprv]|Q[rsw]|Rs|S[adhmnru]|U[bfhlrst])\d{2}[a-z]?",  # Siemens since 2014: Br40d, Hr32f
    r"F[CL]\d{2}",  # Canon, Toshiba
    "STANDARD|STND|SOFT|BONE|BONEPLUS|LUNG|DETAIL|EDGE|CHEST|ULTRA",  # GE
    "[A-FL]|[EY][ABCD]|U[ABC]|X?C[ABCD]",  # Philips
    "[BHLS]_V?(?:SOFT|SHARP|SMOOTH|BONE|LUNG)_[ABC]",  # United Imaging
)))  # fmt: skip
# Published in the dictionaries of makers, as pydicom has them.
_CREATORS = re.compile("|".join(map(re.escape, private_dictionaries)))
TEXTS = {
    "DimensionIndexPrivateCreator": _CREATORS,
    "FunctionalGroupPrivateCreator": _CREATORS,
    "ConvolutionKernel": _KERNEL,
    "PositionReferenceIndicator": re.compile("SN|XY|OM|IC|FT|KN|IL|SP|SH|NV"),
    "PatientOrientation": re.compile("[LRAPHF]{1,3}"),
    "FilterType": re.compile("WEDGE|BUTTERFLY|STRIP|MULTIPLE|NONE"),
    "StackID": re.compile(r"\d{1,4}"),
    "RescaleType": re.compile("HU|HU_MOD|US|OD|BQML|MGML|PCT|Z_EFF|ED|EDW"),
    "VOILUTFunction": re.compile("LINEAR|LINEAR_EXACT|SIGMOID"),
    "Units": re.compile(
        "CNTS|NONE|CM2|CM2ML|PCNT|CPS|BQML|MGMINML|UMOLMINML|MLMING|MLG|1CM|UMOLML|PROPCNTS|PROPCPS|MLMINML|MLML|GML|"
        "STDDEV"
    ),
}
# A free text here means that the values are in another unit than the standard's default. US, unspecified (PS3.3
# C.11.1.1.2), says so; omitting the attribute would not.
OTHERWISE = {"RescaleType": "US"}


def is_allowed(tag: BaseTag) -> bool:
    """Whether an attribute may stay at all: standard, current, in a group of measured values, not in Table E.1-1.

    The rules for attributes of Table E.1-1 that options replace or shift (UIDs, dates) come first.
    """
    if tag.is_private or not dictionary_has_tag(tag) or dictionary_is_retired(tag):
        return False
    keyword = keyword_for_tag(tag)
    if keyword in NEVER or "PaletteColor" in keyword or (tag.group not in _GROUPS and keyword not in _SINGLE):
        return False
    return not profile.action(tag) or profile.action(tag).startswith("U") or keyword in _REFERENCES


# X/Z/U*: sequences of references, whose UIDs are replaced; they tie images to their scout.
_REFERENCES = frozenset({"ReferencedImageSequence", "SourceImageSequence"})


@cache
def _private_elements() -> frozenset[str]:
    """Group and element within its block, such as '2005xx6E', of all published private attributes."""
    return frozenset(tag.upper() for tags in private_dictionaries.values() for tag in tags)


def is_published(tag: BaseTag) -> bool:
    """Whether an attribute of this tag is published: in PS3.6, or by a maker."""
    if not tag.is_private:
        return dictionary_has_tag(tag)
    return f"{tag.group:04X}XX{tag.element & 0xFF:02X}" in _private_elements()


def standard_vr(tag: BaseTag) -> str:
    """The VR from PS3.6, never the one that the file claims."""
    return dictionary_VR(tag)


def fits(multiplicity: str, count: int) -> bool:
    """Whether a value multiplicity of PS3.6, such as '1', '3', '1-3', '1-n' or '2-2n', allows this many values."""
    least, _, most = multiplicity.partition("-")
    if count == 0 or not most:
        return count in (0, int(least))
    if most.isdigit():
        return int(least) <= count <= int(most)
    every = int(most.removesuffix("n") or 1)
    return int(least) <= count <= _MANY and count % every == 0
