"""Makes enhanced MR and CT objects with the macros of scanners: coils, safety, diffusion, dimensions, evidence."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from pydicom import Dataset
from pydicom.tag import Tag
from pydicom.uid import EnhancedCTImageStorage, EnhancedMRImageStorage

from tests import scans

FRAMES, SIZE = 4, 16
STUDY, SERIES, SCOUT = "1.2.3.40.1", "1.2.3.40.1.7", "1.2.3.40.1.9"
_ORGANIZATION = "1.2.3.40.1.8"
_BY = {"StackID": 0x00209056, "InStackPositionNumber": 0x00209057}
_PRIVATE = Tag(0x2005, 0x106E), Tag(0x2005, 0x140F)


def item(**attributes: Any) -> Dataset:
    """A data set with these attributes."""
    made = Dataset()
    for keyword, value in attributes.items():
        setattr(made, keyword, value)
    return made


def write_mr(path: Path) -> Path:
    """An enhanced MR object as one maker writes it; names of coils are those of the site."""
    dataset = _object(EnhancedMRImageStorage, "MR")
    dataset.ImageType = ["ORIGINAL", "PRIMARY", "DIFFUSION", "NONE"]
    shared = dataset.SharedFunctionalGroupsSequence[0]
    shared.MRReceiveCoilSequence = [item(
        ReceiveCoilName="Quillfeather Head", ReceiveCoilManufacturerName="Brightwater", ReceiveCoilType="MULTICOIL",
        QuadratureReceiveCoil="NO",
        MultiCoilDefinitionSequence=[item(MultiCoilElementName=f"HE{k}", MultiCoilElementUsed="YES") for k in (1, 2)],
    )]  # fmt: skip
    shared.MRTransmitCoilSequence = [
        item(TransmitCoilName="Body of Ivo", TransmitCoilManufacturerName="Brightwater", TransmitCoilType="BODY")
    ]
    shared.MRTimingAndRelatedParametersSequence = [item(
        RepetitionTime=2000.0, FlipAngle=90.0, EchoTrainLength=1, RFEchoTrainLength=0, GradientEchoTrainLength=1,
        GradientOutputType="PER_NERVE_STIM", GradientOutput=0.89,
        SpecificAbsorptionRateSequence=[
            item(SpecificAbsorptionRateDefinition=term, SpecificAbsorptionRateValue=0.5)
            for term in ("IEC_WHOLE_BODY", "IEC_LOCAL", "SMR_B1RMS", "BRIGHTWATER")
        ],
        OperatingModeSequence=[item(OperatingModeType="GRADIENT", OperatingMode="IEC_FIRST_LEVEL")],
    )]  # fmt: skip
    shared.MRModifierSequence = [item(
        InversionRecovery="NO", FlowCompensation="NONE", Spoiling="NONE", T2Preparation="NO", PartialFourier="NO",
        SpectrallySelectedExcitation="NONE", SpatialPresaturation="SLAB", ParallelAcquisition="YES",
        ParallelAcquisitionTechnique="BRIGHT", ParallelReductionFactorInPlane=2.0,
        ParallelReductionFactorOutOfPlane=1.0, ParallelReductionFactorSecondInPlane=1.0,
    )]  # fmt: skip
    shared.MRDiffusionSequence = [item(
        DiffusionBValue=700.0, DiffusionDirectionality="BMATRIX", DiffusionAnisotropyType="FRACTIONAL",
        DiffusionBMatrixSequence=[item(**{
            f"DiffusionBValue{axes}": 1.0 for axes in ("XX", "XY", "XZ", "YY", "YZ", "ZZ")
        })],
    )]  # fmt: skip
    for keyword, value in {
        "ApplicableSafetyStandardAgency": "IEC", "SegmentedKSpaceTraversal": "SINGLE", "CoverageOfKSpace": "WEIGHTED",
        "PulseSequenceName": "epi by Ivo", "MRAcquisitionType": "2D", "EchoPulseSequence": "SPIN",
        "ResonantNucleus": "1H", "KSpaceFiltering": "NONE", "MagneticFieldStrength": 3.0,
        "AcquisitionContrast": "DIFFUSION", "ComplexImageComponent": "MAGNITUDE",
    }.items():  # fmt: skip
        setattr(dataset, keyword, value)
    scans.save(dataset, path)
    return path


def _frame_type(values: Sequence[str], contrast: str) -> list[Dataset]:
    return [item(
        FrameType=list(values), PixelPresentation="MONOCHROME", VolumetricProperties="VOLUME",
        VolumeBasedCalculationTechnique="NONE", ComplexImageComponent="MAGNITUDE", AcquisitionContrast=contrast,
    )]  # fmt: skip


def write_asl(path: Path) -> Path:
    """An enhanced MR object of arterial spin labeling, whose techniques have names of the site."""
    dataset = _object(EnhancedMRImageStorage, "MR")
    dataset.ImageType = ["ORIGINAL", "PRIMARY", "ASL", "NONE"]
    dataset.ArterialSpinLabelingContrast, dataset.AcquisitionContrast = "PSEUDOCONTINUOUS", "PERFUSION"
    shared = dataset.SharedFunctionalGroupsSequence[0]
    shared.MRImageFrameTypeSequence = _frame_type(dataset.ImageType, "PERFUSION")
    shared.MRArterialSpinLabelingSequence = [item(
        ASLTechniqueDescription="labeled by Ivo", ASLContext="LABEL", ASLCrusherFlag="YES", ASLCrusherFlowLimit=4.0,
        ASLCrusherDescription="crushed by Ivo", ASLBolusCutoffFlag="YES",
        ASLBolusCutoffTimingSequence=[item(ASLBolusCutoffTechnique="cut by Ivo", ASLBolusCutoffDelayTime=700)],
        ASLSlabSequence=[item(
            ASLSlabNumber=1, ASLSlabThickness=74.75, ASLSlabOrientation=[0.0, 0.0, 1.0],
            ASLMidSlabPosition=[0.0, 0.0, -40.0], ASLPulseTrainDuration=1800,
        )],
    )]  # fmt: skip
    scans.save(dataset, path)
    return path


def write_metabolite_map(path: Path) -> Path:
    """An enhanced MR object of a map whose macro has a free text."""
    dataset = _object(EnhancedMRImageStorage, "MR")
    dataset.ImageType = ["DERIVED", "PRIMARY", "METABOLITE_MAP", "NONE"]
    shared = dataset.SharedFunctionalGroupsSequence[0]
    shared.MRImageFrameTypeSequence = _frame_type(dataset.ImageType, "UNKNOWN")
    shared.MRMetaboliteMapSequence = [item(MetaboliteMapDescription="choline, by Ivo")]
    scans.save(dataset, path)
    return path


def write_ct(path: Path) -> Path:
    """An enhanced CT object with a kernel and a stack whose names are those of the site."""
    dataset = _object(EnhancedCTImageStorage, "CT")
    dataset.ImageType = ["ORIGINAL", "PRIMARY", "VOLUME", "NONE"]
    shared = dataset.SharedFunctionalGroupsSequence[0]
    shared.CTReconstructionSequence = [
        item(ReconstructionAlgorithm="FILTER_BACK_PROJ", ConvolutionKernel="QUILLFEATHER", ReconstructionDiameter=380.0)
    ]
    shared.CTExposureSequence = [item(ExposureTimeInms=500.0, XRayTubeCurrentInmA=240.0, ExposureInmAs=120.0,
                                      ExposureModulationType="BRIGHT")]  # fmt: skip
    shared.CTXRayDetailsSequence = [item(KVP=120.0, FilterType="WEDGE", FilterMaterial="ALUMINUM")]
    scans.save(dataset, path)
    return path


def _object(sop_class: str, modality: str) -> Dataset:
    pixels = np.random.default_rng(4).integers(0, 1000, (FRAMES * SIZE, SIZE))
    dataset = scans.ct_slice(pixels, (0.0, 0.0, 0.0), 1, SOPClassUID=sop_class, NumberOfFrames=FRAMES)
    dataset.Modality, dataset.Rows = modality, SIZE
    dataset.StudyInstanceUID, dataset.SeriesInstanceUID, dataset.SOPInstanceUID = STUDY, SERIES, f"{SERIES}.1"
    for keyword in ("ImagePositionPatient", "ImageOrientationPatient", "PixelSpacing", "SliceThickness"):
        delattr(dataset, keyword)
    dataset.Manufacturer, dataset.ManufacturerModelName = "Brightwater", "Model 64"
    dataset.DeviceSerialNumber, dataset.SoftwareVersions = "58213", "v1"
    dataset.ContentDate, dataset.ContentTime = "20240229", "081530"
    dataset.AcquisitionDateTime, dataset.AcquisitionDuration = "20240229081530", 1.0
    dataset.PixelPresentation, dataset.VolumetricProperties = "MONOCHROME", "VOLUME"
    dataset.VolumeBasedCalculationTechnique, dataset.PresentationLUTShape = "NONE", "IDENTITY"
    dataset.BurnedInAnnotation, dataset.LossyImageCompression = "NO", "00"
    dataset.AcquisitionContextSequence = []
    dataset.DimensionOrganizationSequence = [item(DimensionOrganizationUID=_ORGANIZATION)]
    dataset.DimensionIndexSequence = [*(_by(tag, 0x00209111) for tag in _BY.values()), _by(*_PRIVATE, private=True)]
    dataset.ReferencedImageEvidenceSequence = [_evidence()]
    plane = item(ImageOrientationPatient=[1, 0, 0, 0, 1, 0])
    dataset.SharedFunctionalGroupsSequence = [item(
        PixelMeasuresSequence=[item(PixelSpacing=[1, 1], SliceThickness=2)], PlaneOrientationSequence=[plane],
        ReferencedImageSequence=[_reference(purpose=True)],
        PixelValueTransformationSequence=[item(RescaleIntercept=0, RescaleSlope=1, RescaleType="US")],
    )]  # fmt: skip
    dataset.PerFrameFunctionalGroupsSequence = [_frame(k) for k in range(FRAMES)]
    return dataset


def _by(pointer: int, group: int, *, private: bool = False) -> Dataset:
    index = item(DimensionOrganizationUID=_ORGANIZATION, DimensionIndexPointer=pointer, FunctionalGroupPointer=group)
    if private:
        index.DimensionIndexPrivateCreator = "Philips MR Imaging DD 001"
        index.FunctionalGroupPrivateCreator = "Philips MR Imaging DD 005"
    return index


def _reference(*, purpose: bool = False) -> Dataset:
    reference = item(ReferencedSOPClassUID=EnhancedMRImageStorage, ReferencedSOPInstanceUID=f"{SERIES}.1")
    if purpose:
        code = item(CodeValue="121311", CodingSchemeDesignator="DCM", CodeMeaning="Localizer")
        reference.PurposeOfReferenceCodeSequence = [code]
    return reference


def _evidence() -> Dataset:
    series = item(SeriesInstanceUID=SERIES, ReferencedSOPSequence=[_reference()])
    return item(StudyInstanceUID=STUDY, ReferencedSeriesSequence=[series])


def _frame(k: int) -> Dataset:
    content = item(
        FrameReferenceDateTime="20240229081530", FrameAcquisitionDateTime="20240229081530", StackID="1",
        FrameAcquisitionDuration=1.0, InStackPositionNumber=k + 1, DimensionIndexValues=[1, k + 1, 1],
    )  # fmt: skip
    return item(FrameContentSequence=[content], PlanePositionSequence=[item(ImagePositionPatient=[0.0, 0.0, 2.0 * k])])
