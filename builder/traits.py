"""What a file states of itself: the attributes that distinguish its frames, and how it was de-identified."""

from typing import NamedTuple

Value = float | str | tuple[float, ...] | None

# The kind of a frame: frames with different values never alternate in one volume. The first attributes come first.
KINDS = (
    "StackID", "TemporalPositionIndex", "TemporalPositionIdentifier", "ImageType", "FrameType",
    "ComplexImageComponent", "AcquisitionContrast", "RescaleType", "ConvolutionKernel", "ReconstructionAlgorithm",
    "FilterMaterial", "ReconstructionDiameter", "EchoTime", "EffectiveEchoTime", "EchoNumbers",
    "DiffusionBValue", "DiffusionDirectionality", "DiffusionGradientOrientation", "NominalPercentageOfCardiacPhase",
    "NominalPercentageOfRespiratoryPhase", "ScanningSequence", "SequenceVariant", "FlipAngle", "EchoTrainLength",
    "PixelBandwidth",
)  # fmt: skip
# The same, but a single acquisition may have several values in sequence.
LATER_KINDS = ("KVP", "SliceThickness")
ACQUISITIONS = ("AcquisitionNumber", "FrameAcquisitionNumber")
# Acquisition settings: they may change from slice to slice in one volume, so they distinguish only frames at one place.
SETTINGS = (
    "InversionTime", "InversionTimes", "RepetitionTime", "NumberOfAverages", "DataCollectionDiameter",
    "XRayTubeCurrent", "Exposure", "ExposureTime", "RevolutionTime", "SpiralPitchFactor", "IrradiationEventUID",
)  # fmt: skip
# The number of times that are moments, of acquisition and content; delays come after them.
MOMENTS = 2
DELAYS = (
    "TriggerTime", "NominalCardiacTriggerDelayTime", "ActualCardiacTriggerDelayTime", "TemporalPositionTimeOffset",
    "FrameReferenceTime",
)  # fmt: skip


class Traits(NamedTuple):
    """The statements of a file about one of its frames; None or empty if there is none.

    `kinds` are the values of KINDS and of the dimensions of an enhanced object that do not count places, `later` those
    of LATER_KINDS, `settings` those of SETTINGS. `times` are moments and delays, each kind in its own unit; `number` is
    the Instance Number with the frame number, `location` the Slice Location in mm.
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


class Stated(NamedTuple):
    """A file's own statements on its de-identification: the codes of (0012,0064), and (0028,0303).

    `faceless`: Recognizable Visual Features (0028,0302) is NO, since the face was removed. `weighed`: the weight, size
    or sex of the patient is there, from which SUV is computed.
    """

    methods: tuple[str, ...] = ()
    temporal: str = ""
    faceless: bool = False
    weighed: bool = False
