"""Positions of slices along their stack, and the gaps between them where slices are missing."""

from collections.abc import Sequence
from itertools import pairwise

from bundle.images.directions import dot, gaps, tolerance, unit_normal
from bundle.index.records import Stack, StackFrame
from viewer.state import reading_direction

# Two notes on planes and 3D; they begin with the same words as those of the index.
UNEVEN_NOTE, MISSING_NOTE = "uneven spacing, {low:.2f} to {high:.2f} mm", "slices missing {gaps}"


def position_along_normal(stack: Stack, frame: StackFrame) -> float | None:
    """The slice's position along the stack's normal in mm, patient LPS; None if the file does not give it."""
    if stack.image_orientation_patient is None or frame.image_position_patient is None:
        return None
    return dot(frame.image_position_patient, unit_normal(stack.image_orientation_patient))


def gap_after(stack: Stack, frames: Sequence[StackFrame], index: int) -> float:
    """The distance in mm to the next slice in reading order if it is not the usual one, else 0."""
    following = index + reading_direction(stack)
    if not stack.spacing_between_slices or not 0 <= following < len(frames):
        return 0.0
    here = position_along_normal(stack, frames[index])
    there = position_along_normal(stack, frames[following])
    if here is None or there is None:
        return 0.0
    distance = abs(there - here)
    usual = stack.spacing_between_slices
    # In an even stack, too, two neighbours may each lie slightly off.
    off = 2 * tolerance(usual) if stack.is_volume else tolerance(usual)
    return distance if abs(distance - usual) > off else 0.0


def gaps_after(stack: Stack, frames: Sequence[StackFrame]) -> tuple[int, ...]:
    """The indices of the slices after which slices are missing, in the order of the stack."""
    places = [position_along_normal(stack, frame) for frame in frames]
    known = [place for place in places if place is not None]
    if len(known) < len(frames):
        return ()
    found = gaps([after - before for before, after in pairwise(known)])
    return tuple(index for index, gap in enumerate(found) if gap)
