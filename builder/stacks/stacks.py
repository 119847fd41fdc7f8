"""Written instances of one series to ordered stacks: pulls the numbers out and hands them to splitting and geometry."""

from collections.abc import Sequence
from dataclasses import dataclass

from builder.plan import Technique, WrittenInstance
from builder.stacks.one_look import PlacedFrame
from builder.stacks.splitting import split
from builder.traits import Traits
from bundle.images import geometry
from bundle.images.geometry import FramePlane, StackGeometry
from bundle.images.naming import MAPS
from bundle.index.records import Frame, Instance, Orientation

_ORIENTATIONS = {0: "sagittal", 1: "coronal", 2: "axial"}
# A normal nearer than this to an axis (cosine) has that axis's name; anything else is oblique.
_NEAR_AXIS = 0.8


@dataclass(frozen=True, slots=True)
class Slice:
    """One frame of one instance, with what tells it apart and what its instance is called by."""

    instance: Instance
    frame: Frame
    traits: Traits
    technique: Technique

    @property
    def plane(self) -> FramePlane:
        """Its place."""
        frame = self.frame
        return FramePlane(
            frame.image_position_patient, frame.image_orientation_patient, frame.pixel_spacing, self._format
        )

    @property
    def _format(self) -> tuple[object, ...]:
        """What must be the same in one stack; bits stored, padding and rescale need not."""
        instance = self.instance
        return (
            instance.rows,
            instance.columns,
            instance.bits_allocated,
            instance.pixel_representation,
            instance.photometric_interpretation,
        )


@dataclass(frozen=True, slots=True)
class OrderedStack:
    """The slices of one stack in order, with what their positions say and how they were put together."""

    slices: tuple[Slice, ...]
    geometry: StackGeometry
    note: str = ""

    @property
    def middle(self) -> int:
        """The index of the slice that is shown first."""
        return len(self.slices) // 2

    @property
    def orientation(self) -> Orientation | None:
        """The direction cosines that all slices have; None where they turn about."""
        turning = self.geometry.not_volume_reason == geometry.TURNING
        return None if turning else self.slices[0].frame.image_orientation_patient

    @property
    def padding(self) -> int | None:
        """The padding value of the first slice that has one."""
        values = (slice_.instance.pixel_padding_value for slice_ in self.slices)
        return next((value for value in values if value is not None), None)

    @property
    def localizer(self) -> bool:
        """Whether its images are there to plan others."""
        return self.slices[0].technique.localizer

    @property
    def notes(self) -> str:
        """All that a reader should know of it, joined by "; "."""
        lossy = max(slice_.technique.lossy for slice_ in self.slices)
        return "; ".join(filter(None, (self.geometry.notes, self.note, lossy)))


def slices_of(written: Sequence[WrittenInstance]) -> list[Slice]:
    """All frames of these instances, in their order."""
    return [
        Slice(record.instance, frame, traits, record.technique)
        for record in written
        for frame, traits in zip(record.instance.frames, record.traits, strict=True)
    ]


def stacks_of(written: Sequence[WrittenInstance]) -> list[OrderedStack]:
    """The stacks of one series, the largest first."""
    slices = slices_of(written)
    stacks = [
        _ordered([slices[i] for i in found.members], found.note)
        for found in split([PlacedFrame(slice_.plane, slice_.traits) for slice_ in slices])
    ]
    return sorted(stacks, key=lambda stack: -len(stack.slices))


def _ordered(slices: Sequence[Slice], note: str) -> OrderedStack:
    return OrderedStack(tuple(slices), geometry.describe([slice_.plane for slice_ in slices]), note)


def describe_series(stacks: Sequence[OrderedStack], modality: str) -> str:
    """What a series is called in the list: as its largest stack that is no scout."""
    return describe_stack(min(stacks, key=lambda stack: (stack.localizer, -len(stack.slices))), modality)


def describe_stack(stack: OrderedStack, modality: str) -> str:
    """What a stack is called: from technical attributes of its own frames, such as 'Brain, axial 2.5 mm, UB'."""
    first = stack.slices[0]
    direction = _direction(stack)
    if stack.localizer:
        return f"Scout, {direction}" if direction else "Scout"
    thickness = f"{first.traits.thickness:g} mm" if first.traits.thickness else ""
    plane = f"{direction} {thickness}".strip()
    parts = [_body_part(first.technique), plane, first.technique.kernel, _map(first, modality)]
    return ", ".join(filter(None, parts)) or f"{modality} series"


def _map(first: Slice, modality: str) -> str:
    """What it shows besides tissue, such as iodine: by its type, else a CT by its units."""
    types = str(first.traits.kind("FrameType") or first.traits.kind("ImageType") or "").split("\\")
    by_units = first.frame.units if modality == "CT" and first.frame.units != "HU" else ""
    return next((MAPS[term] for term in types if term in MAPS), by_units)


def _body_part(technique: Technique) -> str:
    return "" if technique.body_part in ("", "OTHER") else technique.body_part.capitalize()


def _direction(stack: OrderedStack) -> str:
    if stack.geometry.not_volume_reason == geometry.TURNING:
        return "several directions"
    orientation = stack.orientation
    if orientation is None:
        return ""
    along = abs(geometry.normal(orientation))
    axis = int(along.argmax())
    return _ORIENTATIONS[axis] if along[axis] > _NEAR_AXIS else "oblique"
