"""From written instances of one series to ordered stacks: extracts the numbers for splitting and geometry."""

from collections.abc import Sequence
from dataclasses import dataclass

from builder.plan import Technique, WrittenInstance
from builder.stacks.moments import acquired_of, phase_of
from builder.stacks.one_look import PlacedFrame
from builder.stacks.splitting import split
from builder.traits import Traits
from bundle.images import geometry
from bundle.images.geometry import FramePlane, StackGeometry
from bundle.images.naming import MAPS
from bundle.index.records import Frame, Instance, Orientation

_ORIENTATIONS = {0: "sagittal", 1: "coronal", 2: "axial"}
# A normal nearer than this (cosine) to an axis gets that axis's name; any other is oblique.
_NEAR_AXIS = 0.8


@dataclass(frozen=True, slots=True)
class Slice:
    """One frame of one instance, with its distinguishing attributes and those that name it."""

    instance: Instance
    frame: Frame
    traits: Traits
    technique: Technique

    @property
    def plane(self) -> FramePlane:
        """Its plane."""
        frame = self.frame
        return FramePlane(
            frame.image_position_patient, frame.image_orientation_patient, frame.pixel_spacing, self._format
        )

    @property
    def _format(self) -> tuple[object, ...]:
        """What must be the same within one stack; bits stored, padding and rescale may differ."""
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
    """The slices of one stack in order, with their geometry and how they were put together."""

    slices: tuple[Slice, ...]
    geometry: StackGeometry
    note: str = ""

    @property
    def middle(self) -> int:
        """The index of the slice that a viewer shows first."""
        return len(self.slices) // 2

    @property
    def orientation(self) -> Orientation | None:
        """The direction cosines that all slices share; None if the slices rotate."""
        turning = self.geometry.not_volume_reason == geometry.TURNING
        return None if turning else self.slices[0].frame.image_orientation_patient

    @property
    def padding(self) -> int | None:
        """The padding value of the first slice that has one."""
        values = (slice_.instance.pixel_padding_value for slice_ in self.slices)
        return next((value for value in values if value is not None), None)

    @property
    def thickness(self) -> float | None:
        """The Slice Thickness of the first slice that gives it, in mm; slices of another one are another stack."""
        return next((slice_.traits.thickness for slice_ in self.slices if (slice_.traits.thickness or 0) > 0), None)

    @property
    def acquired(self) -> str:
        """When its first slice was acquired, as the index has it."""
        return acquired_of([slice_.traits for slice_ in self.slices])

    def phase(self, keyword: str) -> float | None:
        """The percentage of the cycle of the heart or of breathing that all its slices share."""
        return phase_of([slice_.traits for slice_ in self.slices], keyword)

    @property
    def localizer(self) -> bool:
        """Whether its images serve to plan others."""
        return self.slices[0].technique.localizer

    @property
    def notes(self) -> str:
        """Everything that a reader should know about it, joined by "; "."""
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
    """The name of a series in the list: that of its largest stack that is not a scout."""
    return describe_stack(min(stacks, key=lambda stack: (stack.localizer, -len(stack.slices))), modality)


def describe_stack(stack: OrderedStack, modality: str) -> str:
    """The name of a stack: from technical attributes of its own frames, such as 'Brain, axial 2.5 mm, UB'."""
    first = stack.slices[0]
    direction = _direction(stack)
    if stack.localizer:
        return f"Scout, {direction}" if direction else "Scout"
    thick = first.traits.thickness
    thickness = f"{round(thick, 2) or thick:g} mm" if thick else ""  # some scanners write 3.2699 for 3.27
    plane = f"{direction} {thickness}".strip()
    parts = [_body_part(first.technique), plane, first.technique.kernel, _map(first, modality)]
    return ", ".join(filter(None, parts)) or f"{modality} series"


def _map(first: Slice, modality: str) -> str:
    """What a parametric map shows, such as iodine: by its type, else, for a CT, by its units."""
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
