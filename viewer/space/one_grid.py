"""Whether two stacks lie on one grid, voxel upon voxel, so that one may be subtracted from the other; in numbers."""

from collections.abc import Sequence
import math

from bundle.images.directions import tolerance
from bundle.images.geometry import ORIENTATION_TOLERANCE
from bundle.index.records import Stack, StackFrame
from viewer.entries import Entry
from viewer.space.planes import same_frame
from viewer.words import tr

# Pixel spacings that differ by a smaller share are one spacing, as within a stack.
SAME_SPACING = 0.002
# Pixels may lie beside each other by this share of their size.
SAME_PIXEL = 0.1


def why_not_one_grid(
    first: Entry, other: Entry, frames: Sequence[StackFrame], other_frames: Sequence[StackFrame]
) -> str:
    """Why two stacks cannot be subtracted, with figures; empty if they can."""
    if not first.series.frame_of_reference_uid or not same_frame(first, other):
        return tr("the two series have no frame of reference in common")
    one, two = first.stack, other.stack
    return (
        _matrix(one, two)
        or _units(one, two)
        or _spacing(one, two)
        or _turned(one, two)
        or _places(one, frames, other_frames)
    )


def _matrix(one: Stack, two: Stack) -> str:
    sizes = [(stack.columns, stack.rows, stack.number_of_frames) for stack in (one, two)]
    if sizes[0] == sizes[1]:
        return ""
    said = [f"{columns} × {rows} × {slices}" for columns, rows, slices in sizes]
    return tr("they have {one} and {other} voxels").format(one=said[0], other=said[1])


def _units(one: Stack, two: Stack) -> str:
    if one.units == two.units:
        return ""
    none = tr("no unit")
    return tr("their values are in {one} and {other}").format(one=one.units or none, other=two.units or none)


def _spacing(one: Stack, two: Stack) -> str:
    if one.pixel_spacing is None or two.pixel_spacing is None:
        return tr("their images do not give their position")
    pairs = list(zip(one.pixel_spacing, two.pixel_spacing, strict=True))
    if all(abs(a - b) <= SAME_SPACING * max(a, b) for a, b in pairs):
        return ""
    said = [" × ".join(f"{part:.4g}" for part in spacing) for spacing in (one.pixel_spacing, two.pixel_spacing)]
    text = tr("their pixels measure {one} and {other} mm (allowed: {share} % apart)")
    return text.format(one=said[0], other=said[1], share=f"{100 * SAME_SPACING:g}")


def _turned(one: Stack, two: Stack) -> str:
    along, other = one.image_orientation_patient, two.image_orientation_patient
    if along is None or other is None:
        return tr("their images do not give their position")
    if all(abs(a - b) <= ORIENTATION_TOLERANCE for a, b in zip(along, other, strict=True)):
        return ""
    cosines = [sum(a * b for a, b in zip(along[at : at + 3], other[at : at + 3], strict=True)) for at in (0, 3)]
    angle = max(math.degrees(math.acos(min(max(cosine, -1.0), 1.0))) for cosine in cosines)
    text = tr("their planes are turned by {angle}° (allowed: {most}°)")
    return text.format(angle=f"{angle:.2f}", most=f"{math.degrees(ORIENTATION_TOLERANCE):.2f}")


def _places(one: Stack, frames: Sequence[StackFrame], others: Sequence[StackFrame]) -> str:
    """The farthest apart of the slices that should lie upon each other."""
    spacing = one.pixel_spacing or (1.0, 1.0)
    most = max(SAME_PIXEL * min(spacing), tolerance(one.spacing_between_slices or 0.0))
    apart = 0.0
    for frame, other in zip(frames, others, strict=True):
        here, there = frame.image_position_patient, other.image_position_patient
        if here is None or there is None:
            return tr("their images do not give their position")
        apart = max(apart, math.dist(here, there))
    if apart <= most:
        return ""
    text = tr("their slices lie up to {apart} mm apart (allowed: {most} mm)")
    return text.format(apart=f"{apart:.2f}", most=f"{most:.2f}")
