"""Positions of slices along their stack, and the gaps between them where slices are missing."""

from collections.abc import Sequence
from itertools import pairwise

from bundle.images.directions import dot, gaps, tolerance, unit_normal
from bundle.index.records import Stack, StackFrame
from viewer.state import reading_direction
from viewer.words import tr

# Two notes on planes and 3D; they begin with the same words as those of the index.
UNEVEN_NOTE, MISSING_NOTE = "uneven spacing, {low:.2f} to {high:.2f} mm", "slices missing {gaps}"


def position_along_normal(stack: Stack, frame: StackFrame) -> float | None:
    """The slice's position along the stack's normal in mm, patient LPS; None if the file does not give it."""
    if stack.image_orientation_patient is None or frame.image_position_patient is None:
        return None
    return dot(frame.image_position_patient, unit_normal(stack.image_orientation_patient))


def gap_after(stack: Stack, frames: Sequence[StackFrame], index: int) -> float:
    """The distance in mm to the next slice in reading order if it is not the usual one, else 0."""
    distance = _distance(stack, frames, index, index + reading_direction(stack))
    return distance if _is_unusual(stack, distance) else 0.0


def local_steps(stack: Stack, frames: Sequence[StackFrame], index: int) -> tuple[float, ...]:
    """The distances in mm to the slices before and after in reading order; empty if both are the usual one."""
    way = reading_direction(stack)
    found = [_distance(stack, frames, index, index + off) for off in (-way, way)]
    return tuple(filter(None, found)) if any(_is_unusual(stack, distance) for distance in found) else ()


def spacing_text(stack: Stack, frames: Sequence[StackFrame], index: int) -> str:
    """Thickness and usual step from slice to slice, and the steps before and after this slice if they differ."""
    spacing = _hundredths(stack.spacing_between_slices or 0.0)
    usual = tr("Slice spacing {spacing} mm").format(spacing=spacing)
    if stack.slice_thickness:
        said = tr("Thickness {thickness} mm, spacing {spacing} mm")
        usual = said.format(thickness=_hundredths(stack.slice_thickness), spacing=spacing)
    steps = dict.fromkeys(map(_hundredths, local_steps(stack, frames, index)))
    return usual + tr(", here {steps} mm").format(steps=" / ".join(steps)) if steps else usual


def _hundredths(length: float) -> str:
    return f"{length:.2f}".rstrip("0").rstrip(".")


def _distance(stack: Stack, frames: Sequence[StackFrame], index: int, other: int) -> float:
    """From slice to slice in mm; 0 if there is no other slice, or no position."""
    if not 0 <= other < len(frames):
        return 0.0
    here, there = (position_along_normal(stack, frames[number]) for number in (index, other))
    return 0.0 if here is None or there is None else abs(there - here)


def _is_unusual(stack: Stack, distance: float) -> bool:
    usual = stack.spacing_between_slices
    if not usual or not distance:
        return False
    # In an even stack, too, two neighbours may each lie slightly off.
    return abs(distance - usual) > (2 * tolerance(usual) if stack.is_volume else tolerance(usual))


def gaps_after(stack: Stack, frames: Sequence[StackFrame]) -> tuple[int, ...]:
    """The indices of the slices after which slices are missing, in the order of the stack."""
    places = [position_along_normal(stack, frame) for frame in frames]
    known = [place for place in places if place is not None]
    if len(known) < len(frames):
        return ()
    found = gaps([after - before for before, after in pairwise(known)])
    return tuple(index for index, gap in enumerate(found) if gap)
