"""What tells one frame from another: kind, acquisition, settings, times and numbers, as a file states them."""

from typing import NamedTuple

Value = float | str | tuple[float, ...] | None

# What a frame shows: two values of one of these are never slices of one volume in turn. The first are asked first.
KINDS = (
    "StackID", "TemporalPositionIndex", "TemporalPositionIdentifier", "ImageType", "FrameType",
    "ComplexImageComponent", "AcquisitionContrast", "RescaleType", "ConvolutionKernel", "ReconstructionAlgorithm",
    "FilterMaterial", "ReconstructionDiameter", "EchoTime", "EffectiveEchoTime", "EchoNumbers",
    "DiffusionBValue", "DiffusionDirectionality", "DiffusionGradientOrientation", "NominalPercentageOfCardiacPhase",
    "NominalPercentageOfRespiratoryPhase", "ScanningSequence", "SequenceVariant", "FlipAngle", "EchoTrainLength",
    "PixelBandwidth",
)  # fmt: skip
# The same, though a single acquisition may have several of them, one behind the other.
LATER_KINDS = ("KVP", "SliceThickness")
ACQUISITIONS = ("AcquisitionNumber", "FrameAcquisitionNumber")
# How a frame was taken: may change from slice to slice in one volume, and so tells apart only what is at one place.
SETTINGS = (
    "InversionTime", "InversionTimes", "RepetitionTime", "NumberOfAverages", "DataCollectionDiameter",
    "XRayTubeCurrent", "Exposure", "ExposureTime", "RevolutionTime", "SpiralPitchFactor", "IrradiationEventUID",
)  # fmt: skip
# Of the times of a frame so many are moments, those of acquisition and of content; behind them come delays.
MOMENTS = 2
DELAYS = (
    "TriggerTime", "NominalCardiacTriggerDelayTime", "ActualCardiacTriggerDelayTime", "TemporalPositionTimeOffset",
    "FrameReferenceTime",
)  # fmt: skip


class Traits(NamedTuple):
    """What a file says of one of its frames; None or empty where it does not say.

    `kinds` are the values of KINDS and of the dimensions of an enhanced object that do not count places, `later` those
    of LATER_KINDS, `settings` those of SETTINGS. `times` are moments and delays, each kind in units of its own;
    `number` is the Instance Number with the frame behind it, `location` the Slice Location in mm.
    """

    frame_of_reference: str = ""
    localizer: bool = False
    kinds: tuple[Value, ...] = ()
    acquisition: Value = None
    later: tuple[Value, ...] = ()
    settings: tuple[Value, ...] = ()
    times: tuple[float | None, ...] = ()
    number: tuple[float, int] = (0.0, 0)
    location: float | None = None

    def kind(self, keyword: str) -> Value:
        """One of `kinds` by its keyword."""
        return self.kinds[KINDS.index(keyword)] if self.kinds else None

    def told(self, keyword: str) -> Value:
        """One of `kinds` or `later` by its keyword."""
        if keyword in KINDS:
            return self.kind(keyword)
        return self.later[LATER_KINDS.index(keyword)] if self.later else None

    @property
    def thickness(self) -> float | None:
        """The Slice Thickness in mm."""
        found = self.later[LATER_KINDS.index("SliceThickness")] if self.later else None
        return found if isinstance(found, float) else None
