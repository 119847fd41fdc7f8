"""Panes that move together: linked scrolling, and tiles of one series; in numbers only."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol, TypeVar

from bundle.images.directions import dot, unit_normal
from bundle.index.records import Stack, Vector
from viewer.entries import Entry
from viewer.images.volume import LoadedStack
from viewer.space.mapping import fit_scale, pixel_size
from viewer.space.planes import Place, along_normal, nearest, run_alike, same_frame, to_image, to_patient
from viewer.state import ViewState, index_of_number, slice_number


class Shown(Protocol):
    """A pane's stack, its current slice, and the size of the pane in screen pixels."""

    entry: Entry
    loaded_stack: LoadedStack
    state: ViewState
    size: tuple[int, int]
    empty: bool


AnyShown = TypeVar("AnyShown", bound=Shown)


@dataclass(frozen=True, slots=True)
class Link:
    """How one pane follows: its position along the normal is `direction` times the leader's, plus `offset` mm.

    A patient place of the leader's series, plus `shift` (LPS, mm), is the same place in the other's; None if unknown.
    """

    direction: int
    offset: float
    shift: Vector | None = None


def link(leader: Shown, other: Shown) -> Link | None:
    """How `other` follows `leader` from now on; None if their directions differ, or their positions are unknown.

    In one frame of reference positions are equal. Otherwise the current slices, and the places in the middle of both
    panes, count as the same place: before linking two studies, the reader scrolls and moves both to it.
    """
    here, there = position(leader), position(other)
    one, two = leader.entry.stack, other.entry.stack
    if here is None or there is None or not run_alike(one, two):
        return None
    a, b = one.image_orientation_patient, two.image_orientation_patient
    assert a is not None
    assert b is not None
    direction = 1 if dot(unit_normal(a), unit_normal(b)) > 0 else -1
    if same_frame(leader.entry, other.entry):
        return Link(direction, 0.0, (0.0, 0.0, 0.0))
    return Link(direction, there - direction * here, _apart(leader, other))


def _apart(leader: Shown, other: Shown) -> Vector | None:
    """From the patient place in the middle of the leader's pane to that in the middle of the other's."""
    first, last = middle_of(leader), middle_of(other)
    return None if first is None or last is None else (last[0] - first[0], last[1] - first[1], last[2] - first[2])


def middle_of(shown: Shown) -> Vector | None:
    """The patient place (LPS, mm) in the middle of a pane; None if the file does not give it."""
    stack = shown.entry.stack
    return to_patient(stack, shown.loaded_stack.frames[shown.state.index], _at(stack, shown.state.pan))


def position(shown: Shown) -> float | None:
    """The position of the current slice along its normal, in mm."""
    place = shown.loaded_stack.frames[shown.state.index].image_position_patient
    return None if place is None else along_normal(shown.entry.stack, place)


def followed(leader: Shown, other: Shown, how: Link) -> int:
    """The index to which `other` goes; its current index if the leader's position is unknown."""
    here = position(leader)
    if here is None:
        return other.state.index
    found = nearest(other.entry.stack, other.loaded_stack.frames, how.direction * here + how.offset)
    return other.state.index if found is None else found


def framed(leader: Shown, other: Shown, index: int, how: Link) -> ViewState:
    """Show slice `index` of `other` as large in mm as the leader's slice, with the same patient place in the middle."""
    state, one, two = leader.state, leader.entry.stack, other.entry.stack
    if one.pixel_spacing is None or two.pixel_spacing is None:
        return replace(other.state, index=index, zoom=state.zoom, pan=state.pan)
    zoom = state.zoom * fit_scale(one, *leader.size) / fit_scale(two, *other.size)
    here = middle_of(leader)
    if here is None or how.shift is None:
        return replace(other.state, index=index, zoom=zoom)
    point = here[0] + how.shift[0], here[1] + how.shift[1], here[2] + how.shift[2]
    middle = to_image(two, other.loaded_stack.frames[index], point)
    pan = other.state.pan if middle is None else pan_to(two, middle)
    return replace(other.state, index=index, zoom=zoom, pan=pan)


def _at(stack: Stack, pan: tuple[float, float]) -> Place:
    """The place on the image in the middle of the pane."""
    width, height = pixel_size(stack)
    return stack.columns / 2 - pan[0] / width, stack.rows / 2 - pan[1] / height


def pan_to(stack: Stack, place: Place) -> tuple[float, float]:
    """The shift in mm that brings a place on the image to the middle of the pane."""
    width, height = pixel_size(stack)
    return (stack.columns / 2 - place[0]) * width, (stack.rows / 2 - place[1]) * height


def links(leader: Shown, others: Sequence[Shown]) -> dict[int, Link]:
    """How each of the other panes follows, by its index."""
    shown = ((number, other) for number, other in enumerate(others) if other is not leader and not other.empty)
    found = {number: link(leader, other) for number, other in shown}
    return {number: how for number, how in found.items() if how is not None}


def tiles(state: ViewState, stack: Stack, place: int, number: int) -> list[ViewState]:
    """The states of this many tiles of one series, where the tile at `place` has `state`.

    The slices follow each other in reading order; near an end of the stack the tiles stay full, and the one at `place`
    gives way.
    """
    last_first = max(stack.number_of_frames - number + 1, 1)
    first = min(max(slice_number(stack, state.index) - place, 1), last_first)
    return [replace(state, index=index_of_number(stack, first + n)) for n in range(number)]


class Ties:
    """Which panes follow the one that moves.

    If they are `linked`, panes with the same direction go to the same place; if they are `tiled`, all show one series,
    each the slice after that of the pane before (IHE BIR, RAD TF-2 4.16.4.2.2.5.2). If they are `locked`, another case
    may stand beside this one.
    """

    def __init__(self) -> None:
        self.linked = self.tiled = self.locked = False
        self._links: dict[int, Link] = {}
        self._leader = 0

    def lock(self, *, locked: bool) -> None:
        """Let another case open beside this one, or empty the other panes when one opens."""
        self.locked = locked

    def anew(self, leader: Shown, panes: Sequence[Shown]) -> None:
        """Another pane leads from now on, or panes have new content."""
        self._links = links(leader, panes) if self.linked and not self.tiled else {}
        self._leader = panes.index(leader)

    def moved(self, leader: AnyShown, panes: Sequence[AnyShown]) -> list[tuple[AnyShown, ViewState]]:
        """The panes that change when the leader has a new state, with their states; the leader is the last."""
        state = leader.state
        if self.tiled:
            states = tiles(state, leader.entry.stack, panes.index(leader), len(panes))
            return sorted(zip(panes, states, strict=True), key=lambda pane: pane[0] is leader)
        found = [(panes[number], how, followed(leader, panes[number], how)) for number, how in self._links.items()]
        return [
            *((pane, framed(leader, pane, index, how)) for pane, how, index in found),
            (leader, state),
        ]

    def ties(self, panes: Sequence[AnyShown], pane: AnyShown) -> bool:
        """Whether a pane moves together with another: it follows, or others follow it."""
        number = panes.index(pane)
        return number in self._links or bool(self._links and number == self._leader)


def crossed(leader: AnyShown, panes: Sequence[AnyShown], point: Vector) -> list[tuple[AnyShown, ViewState]]:
    """The other panes of the leader's frame of reference at their slices nearest to a patient place."""
    found: list[tuple[AnyShown, ViewState]] = []
    for pane in panes:
        if pane is not leader and not pane.empty and same_frame(pane.entry, leader.entry):
            position = along_normal(pane.entry.stack, point)
            index = None if position is None else nearest(pane.entry.stack, pane.loaded_stack.frames, position)
            if index is not None:
                found.append((pane, replace(pane.state, index=index)))
    return found
