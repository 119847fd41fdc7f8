"""Linked scrolling: where the other panes go when one moves through the patient; in numbers only."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from bundle.directions import dot, unit_normal
from viewer.entries import Entry
from viewer.planes import along_normal, nearest, run_alike, same_frame
from viewer.state import ViewState
from viewer.volume import LoadedStack


class Shown(Protocol):
    """A pane's stack, and the slice of it that is shown."""

    entry: Entry
    loaded_stack: LoadedStack
    state: ViewState


@dataclass(frozen=True, slots=True)
class Link:
    """How one pane follows: its position along the normal is `direction` times the leader's, plus `offset` mm."""

    direction: int
    offset: float


def link(leader: Shown, other: Shown) -> Link | None:
    """How `other` follows `leader` from now on; None where they do not run the same way, or say not where they lie.

    In one frame of reference positions are equal. Elsewhere the slices that are shown now are taken for the same
    place: whoever links two studies has first scrolled both to it.
    """
    here, there = position(leader), position(other)
    one, two = leader.entry.stack, other.entry.stack
    if here is None or there is None or not run_alike(one, two):
        return None
    a, b = one.image_orientation_patient, two.image_orientation_patient
    assert a is not None
    assert b is not None
    direction = 1 if dot(unit_normal(a), unit_normal(b)) > 0 else -1
    return Link(direction, 0.0 if same_frame(leader.entry, other.entry) else there - direction * here)


def position(shown: Shown) -> float | None:
    """Where the shown slice lies along its normal, in mm."""
    place = shown.loaded_stack.frames[shown.state.index].image_position_patient
    return None if place is None else along_normal(shown.entry.stack, place)


def followed(leader: Shown, other: Shown, how: Link) -> int:
    """The index to which `other` goes; where it is already when the leader does not say where it is."""
    here = position(leader)
    if here is None:
        return other.state.index
    found = nearest(other.entry.stack, other.loaded_stack.frames, how.direction * here + how.offset)
    return other.state.index if found is None else found


def links(leader: Shown, others: Sequence[Shown]) -> dict[int, Link]:
    """How each of the others follows, by its place among them."""
    found = {number: link(leader, other) for number, other in enumerate(others) if other is not leader}
    return {number: how for number, how in found.items() if how is not None}
