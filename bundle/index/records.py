"""The rows of the index as frozen dataclasses: Patient, Study, Series and Stack; Instance and Frame as named tuples."""

from dataclasses import dataclass
from typing import NamedTuple

Vector = tuple[float, float, float]
Orientation = tuple[float, float, float, float, float, float]


class Frame(NamedTuple):
    """One frame of an instance: where it lies in the patient and how its stored values become modality units.

    `image_position_patient` is the centre of the first voxel in mm, patient LPS; None if the source has no position.
    `frame_index` counts from 0 within the instance. A window of None means that the file has no window; an empty
    `voi_lut_function` that the file does not name a function. `units` as in `Stack`.
    """

    frame_index: int
    image_position_patient: Vector | None
    image_orientation_patient: Orientation | None
    pixel_spacing: tuple[float, float] | None
    rescale_slope: float = 1.0
    rescale_intercept: float = 0.0
    window: tuple[float, float] | None = None
    voi_lut_function: str = ""
    units: str = ""


class Instance(NamedTuple):
    """One written DICOM file: made only from the file on the medium, never from its source.

    `path` is relative and POSIX. The pixels are native little endian and start at byte `pixel_offset`;
    `header_digest` is the SHA-256 (hex) of the bytes before it, `digest` that of the whole file.
    `altered` tells in the words of `bundle.images.alterations` what was done to its pixels. If there is a
    `pixel_padding_range_limit`, all values from it to `pixel_padding_value` are padding (PS3.3 C.7.5.1.1.2).
    """

    sop_instance_uid: str
    sop_class_uid: str
    path: str
    instance_number: int
    rows: int
    columns: int
    bits_allocated: int
    bits_stored: int
    pixel_representation: int
    photometric_interpretation: str
    pixel_padding_value: int | None
    pixel_offset: int
    pixel_length: int
    file_size: int
    header_digest: str
    digest: str
    frames: tuple[Frame, ...]
    altered: str = ""
    pixel_padding_range_limit: int | None = None


@dataclass(frozen=True, slots=True)
class StackFrame:
    """One slice of a stack in order: which frame of which file it is, and how to show its values.

    It has an orientation of its own only if the stack has none, because its images differ in direction.
    """

    path: str
    frame_index: int
    sop_instance_uid: str
    instance_number: int
    pixel_offset: int
    pixel_length: int
    file_size: int
    header_digest: str
    image_position_patient: Vector | None
    rescale_slope: float
    rescale_intercept: float
    window: tuple[float, float] | None
    voi_lut_function: str = ""
    pixel_padding_value: int | None = None
    pixel_padding_range_limit: int | None = None
    altered: str = ""
    image_orientation_patient: Orientation | None = None


@dataclass(frozen=True, slots=True)
class Stack:
    """Ordered frames of one orientation and one matrix; a *volume* where `is_volume` is true.

    `pixel_spacing` is (between rows, between columns) in mm, None if the source does not give it (then pixels are
    squares of unknown size). `step` is the vector in mm, LPS, from one slice to the next (the mean vector if the
    spacing is uneven); `spacing_between_slices` is its length along the normal. `tilt` is in degrees, signed like
    GantryDetectorTilt. `not_volume_reason` is empty for a volume, else plain words. `notes` tells a reader in plain
    words what else to know (a tilted gantry, missing slices); it may be empty. `description` names the stack by its own
    frames. `units` is the unit of its values after the rescale: `HU`, `Bq/ml`, …, empty if the files do not say.
    `voi_lut_function` is that of the default window (PS3.3 C.11.2.1.3). `slice_thickness` is in mm, None if unknown.
    `acquired` is when its first slice was acquired (shifted), YYYYMMDDHHMMSS, or HHMMSS without a date; it may be
    empty. The phases are in percent of the cycle, None if its frames do not share one.
    """

    stack_id: int
    number_of_frames: int
    rows: int
    columns: int
    bits_allocated: int
    bits_stored: int
    pixel_representation: int
    photometric_interpretation: str
    pixel_padding_value: int | None
    pixel_spacing: tuple[float, float] | None
    image_orientation_patient: Orientation | None
    origin: Vector | None
    step: Vector | None
    spacing_between_slices: float | None
    tilt: float
    is_volume: bool
    not_volume_reason: str
    notes: str
    window: tuple[float, float]
    preview_frame: int
    description: str = ""
    units: str = ""
    voi_lut_function: str = "LINEAR"
    slice_thickness: float | None = None
    acquired: str = ""
    cardiac_phase: float | None = None
    respiratory_phase: float | None = None


class Uptake(NamedTuple):
    """From what SUV is computed, as the files state it; None or empty if they do not, or if it is no PET.

    `patient_weight` is in kg, `injected_dose` in Bq, `half_life` in s. `injected` and `decay_corrected_to`, the moment
    for which the values hold, are (shifted) times, HHMMSS with fractions, with or without YYYYMMDD before them.
    """

    patient_weight: float | None = None
    injected_dose: float | None = None
    half_life: float | None = None
    injected: str = ""
    decay_corrected_to: str = ""


NO_UPTAKE = Uptake()


@dataclass(frozen=True, slots=True)
class Series:
    """A series with its stacks; `description` is made from technical attributes, never copied.

    `frame_of_reference_uid` is empty if the images have none or differ in it. `images_left_out` and `images_masked`
    count images in which text was found, `images_undecided` those that the researcher has not reviewed yet. `uptake`
    are the inputs of SUV that all of its images share.
    """

    series_id: int
    series_instance_uid: str
    modality: str
    series_number: int
    description: str
    number_of_instances: int
    stacks: tuple[Stack, ...]
    frame_of_reference_uid: str = ""
    images_left_out: int = 0
    images_masked: int = 0
    images_undecided: int = 0
    uptake: Uptake = NO_UPTAKE

    def name_of(self, stack: Stack) -> str:
        """The name of one of its stacks: from the stack's own frames if the series has several stacks."""
        return stack.description if stack.description and len(self.stacks) > 1 else self.description


@dataclass(frozen=True, slots=True)
class Segment:
    """One segment of a segmentation; its code is empty if the file has none.

    `colour` is such as '#e69f00'. `volume_ml` is None where the distance between the slices is not known, the slices
    are None where no voxel is in it. Slices are places in the stack, from 0.
    """

    number: int
    label: str
    coding_scheme: str
    code: str
    code_meaning: str
    colour: str
    voxels: int
    volume_ml: float | None
    first_slice: int | None
    last_slice: int | None


@dataclass(frozen=True, slots=True)
class Segmentation:
    """A segmentation on the medium, and the stack on whose voxels it lies; `segmentation_type` as in the file.

    `altered` tells in the words of `bundle.images.alterations` of what its masks were made; empty if they were masks.
    """

    segmentation_id: int
    stack_id: int
    sop_instance_uid: str
    sop_class_uid: str
    series_instance_uid: str
    series_number: int
    instance_number: int
    path: str
    pixel_offset: int
    pixel_length: int
    file_size: int
    header_digest: str
    sha256: str
    segmentation_type: str
    altered: str
    segments: tuple[Segment, ...]


@dataclass(frozen=True, slots=True)
class Study:
    """A study is one case; `study_date` (YYYYMMDD) is shifted, or empty.

    `images_left_out` counts those of all its series, including series without any image left. `images_not_chosen`
    counts those that the researcher did not want on this medium, `images_unreadable` those that could not be read.
    """

    study_id: int
    case: str
    study_instance_uid: str
    study_date: str
    series: tuple[Series, ...]
    images_left_out: int = 0
    images_not_chosen: int = 0
    images_unreadable: int = 0


@dataclass(frozen=True, slots=True)
class Patient:
    """A patient under a pseudonym, with the studies in the order of their dates."""

    patient_id: int
    pseudonym: str
    studies: tuple[Study, ...]
