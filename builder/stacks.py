"""Written instances of one series to ordered stacks: pulls the numbers out and hands them to the geometry."""

from collections.abc import Sequence
from dataclasses import dataclass

from builder.plan import Technique, WrittenInstance
from bundle import geometry
from bundle.geometry import Plane, StackGeometry
from bundle.records import Frame, Instance

_ORIENTATIONS = {0: "sagittal", 1: "coronal", 2: "axial"}
# A normal nearer than this to an axis (cosine) has that axis's name; anything else is oblique.
_NEAR_AXIS = 0.8


@dataclass(frozen=True, slots=True)
class Slice:
    """One frame of one instance."""

    instance: Instance
    frame: Frame


@dataclass(frozen=True, slots=True)
class OrderedStack:
    """The slices of one stack in order, with what their positions say."""

    slices: tuple[Slice, ...]
    geometry: StackGeometry

    @property
    def middle(self) -> int:
        """The index of the slice that is shown first."""
        return len(self.slices) // 2


def stacks_of(instances: Sequence[Instance]) -> list[OrderedStack]:
    """The stacks of one series, the largest first."""
    slices = [Slice(instance, frame) for instance in instances for frame in instance.frames]
    planes = [_plane(one) for one in slices]
    stacks = [
        OrderedStack(tuple(slices[i] for i in order), geometry.describe([planes[i] for i in order]))
        for order in geometry.split_stacks(planes)
    ]
    return sorted(stacks, key=lambda stack: -len(stack.slices))


def _plane(one: Slice) -> Plane:
    instance, frame = one.instance, one.frame
    # Files of one series may write the same spacing with different numbers of digits.
    spacing = frame.pixel_spacing and tuple(round(value, 4) for value in frame.pixel_spacing)
    kind = (
        instance.rows, instance.columns, spacing, instance.bits_allocated, instance.bits_stored,
        instance.pixel_representation, instance.photometric_interpretation,
    )  # fmt: skip
    return Plane(
        frame.image_position_patient,
        frame.image_orientation_patient,
        frame.pixel_spacing,
        kind,
        (*instance.order, float(frame.frame_index)),
    )


def describe_series(written: Sequence[WrittenInstance], largest: OrderedStack) -> str:
    """What a series is called in the list: made from technical attributes, such as 'Brain, axial 2.5 mm, UB'."""
    technique = written[0].technique
    direction = _direction(largest)
    if technique.localizer:
        return f"Scout, {direction}" if direction else "Scout"
    thickness = f"{technique.slice_thickness:g} mm" if technique.slice_thickness else ""
    parts = [_body_part(technique), f"{direction} {thickness}".strip(), technique.kernel]
    return ", ".join(filter(None, parts)) or f"{written[0].modality} series"


def _body_part(technique: Technique) -> str:
    return "" if technique.body_part in ("", "OTHER") else technique.body_part.capitalize()


def _direction(stack: OrderedStack) -> str:
    orientation = stack.slices[0].frame.image_orientation_patient
    if orientation is None:
        return ""
    along = abs(geometry.normal(orientation))
    axis = int(along.argmax())
    return _ORIENTATIONS[axis] if along[axis] > _NEAR_AXIS else "oblique"
