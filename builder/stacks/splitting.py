"""Splits the frames of a series into stacks by the attributes of each frame, never by being the k-th at its place.

Numbers in, indices and notes in plain words out; docs/bundle-format.md ("How stacks are made") has the rules.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

import numpy as np

from builder.stacks.one_look import FEW_VALUES, FRAMES_EACH, PlacedFrame, of_one_look
from builder.stacks.same_place import in_time, told_apart
from builder.stacks.same_value import Labels, labels_of
from builder.traits import Traits, Value
from bundle.images import geometry
from bundle.images.geometry import Array

# The next acquisition begins at most this many steps beyond the end of the previous one.
NEXT_STEPS = 1.5


@dataclass(frozen=True, slots=True)
class Split:
    """The indices of one stack in order, and what a reader should know about how it was put together."""

    members: tuple[int, ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class _Group:
    """Pictures of one format and orientation: the position of each along the normal (mm), and its place number."""

    pictures: Sequence[PlacedFrame]
    along: dict[int, float]
    place: dict[int, int]

    def places(self, members: Sequence[int]) -> list[int]:
        """The place numbers of some members."""
        return [self.place[i] for i in members]

    def traits(self, members: Sequence[int]) -> list[Traits]:
        """The distinguishing attributes of some members."""
        return [self.pictures[i].traits for i in members]

    def span(self, members: Sequence[int]) -> tuple[float, float]:
        """The extent of some members along the normal, from and to, in mm."""
        along = [self.along[i] for i in members]
        return min(along), max(along)


def split(pictures: Sequence[PlacedFrame]) -> list[Split]:
    """The stacks of a series, in the order of their first pictures."""
    turning, groups = of_one_look(pictures)
    found = [stack for members in groups for stack in _stacks(pictures, members)]
    return found + [_by_number(pictures, members) for members in turning]


def _by_number(pictures: Sequence[PlacedFrame], members: Sequence[int]) -> Split:
    """Pictures of different directions have no order but their numbers."""
    return Split(tuple(sorted(members, key=lambda i: pictures[i].traits.number)))


# Stacks of one group


def _stacks(pictures: Sequence[PlacedFrame], members: list[int]) -> list[Split]:
    along = _along([pictures[i] for i in members])
    places = [0] * len(members) if along is None else geometry.places(along)
    if len(set(places)) == 1:
        parts = _repeated_kinds(pictures, members)
        return [_at_one_place(pictures, part, by_number=along is None) for part in parts]
    group = _Group(pictures, dict(zip(members, along or (), strict=True)), dict(zip(members, places, strict=True)))
    return _gathered(group, [stack for part in _apart(group, members) for stack in _settled(group, part)])


def _along(pictures: Sequence[PlacedFrame]) -> Sequence[float] | None:
    """The position of each along the normal of the first, in mm; else Slice Location; None without either."""
    if pictures[0].plane.image_position_patient is not None:
        return list(map(float, geometry.distances([picture.plane for picture in pictures])))
    locations = [picture.traits.location for picture in pictures]
    found = [location for location in locations if location is not None]
    return found if len(found) == len(locations) else None


def _at_one_place(pictures: Sequence[PlacedFrame], members: Sequence[int], *, by_number: bool = False) -> Split:
    order = in_time([pictures[i].traits for i in members], by_number=by_number)
    return Split(tuple(members[k] for k in order))


def _repeated_kinds(pictures: Sequence[PlacedFrame], members: list[int]) -> list[list[int]]:
    """Pictures at one place, split by values of a kind that have several pictures each."""
    parts = [members]
    for column in _columns([pictures[i].traits.kinds for i in members]):
        value = dict(zip(members, column, strict=True))
        parts = [some for part in parts for some in _with_several(part, [value[i] for i in part])]
    return parts


def _with_several(part: list[int], values: Sequence[Value]) -> list[list[int]]:
    found = _parted(part, labels_of(values))
    return found if all(len(some) > 1 for some in found) else [part]


def _columns(rows: Sequence[Sequence[Value]]) -> list[list[Value]]:
    """The values of each attribute, for all pictures; the dimensions at the end may be missing for some."""
    count = max(map(len, rows))
    return [[row[k] if k < len(row) else None for row in rows] for k in range(count)]


def _parted(members: Sequence[int], labels: Labels) -> list[list[int]]:
    found: dict[int, list[int]] = defaultdict(list)
    for member, label in zip(members, labels, strict=True):
        found[-1 if label is None else label].append(member)
    return [found[label] for label in sorted(found)]


def _settled(group: _Group, members: list[int]) -> Iterator[Split]:
    """One stack for members with one picture at each place, or all at one place; else time and numbers decide."""
    places = group.places(members)
    if len(set(places)) == 1 < len(members):
        yield _at_one_place(group.pictures, members)
        return
    parts, note = [list(range(len(members)))], ""
    if len(set(places)) < len(members):
        parts, note = told_apart(group.traits(members), places)
    for part in parts:
        yield Split(tuple(sorted((members[k] for k in part), key=lambda i: group.along[i])), note)


def _gathered(group: _Group, splits: Sequence[Split]) -> list[Split]:
    """Single pictures at one place become one stack to scroll, not an entry each."""
    singles: dict[int, list[int]] = defaultdict(list)
    for split in splits:
        if len(split.members) == 1:
            singles[group.place[split.members[0]]].append(split.members[0])
    several = {place for place, members in singles.items() if len(members) > 1}
    kept = [split for split in splits if len(split.members) > 1 or group.place[split.members[0]] not in several]
    return kept + [_at_one_place(group.pictures, singles[place]) for place in sorted(several)]


# Overlap along the normal


def _apart(group: _Group, members: list[int]) -> list[list[int]]:
    """The members split by every attribute whose values overlap among them."""
    parts = _by_kinds(group, [members], lambda traits: traits.kinds)
    parts = [some for part in parts for some in _elsewhere(group, part)]
    parts = [some for part in parts for some in _by_acquisition(group, part)]
    return _by_kinds(group, parts, lambda traits: traits.later)


def _by_kinds(group: _Group, parts: list[list[int]], values_of: Callable[[Traits], Sequence[Value]]) -> list[list[int]]:
    members = [i for part in parts for i in part]
    for column in _columns([values_of(frame) for frame in group.traits(members)]):
        if len(set(column)) > 1:  # rare
            value = dict(zip(members, column, strict=True))
            parts = [some for part in parts for some in _by_kind(group, part, [value[i] for i in part])]
    return parts


def _by_kind(group: _Group, members: list[int], values: Sequence[Value]) -> list[list[int]]:
    labels = labels_of(values)
    return _parted(members, labels) if _tells(labels, group.places(members)) else [members]


def _tells(labels: Labels, places: Sequence[int]) -> bool:
    """Whether values overlap along the normal, and are not so many that they differ by chance."""
    count = len(set(labels))
    if count == len(labels) or (count > FEW_VALUES and len(labels) < FRAMES_EACH * count):
        return False
    return _overlap(labels, places)


def _overlap(labels: Labels, places: Sequence[int]) -> bool:
    """Whether the places of one value do not all lie before or after those of another.

    A missing value overlaps only with values at the same place.
    """
    at: dict[int | None, set[int]] = defaultdict(set)
    for label, place in zip(labels, places, strict=True):
        at[label].add(place)
    lacking = at.pop(None, set())
    if any(lacking & some for some in at.values()):
        return True
    spans = sorted((min(some), max(some)) for some in at.values())
    return any(end >= start for (_, end), (start, _) in pairwise(spans))


# Consecutive acquisitions


def _by_acquisition(group: _Group, members: list[int]) -> list[list[int]]:
    labels = labels_of([frame.acquisition for frame in group.traits(members)])
    if not _tells(labels, group.places(members)):
        return [members]
    parts = _parted(members, labels)
    step = _usual_step(group, parts)
    chains: list[list[list[int]]] = []
    for part in parts:
        following = [chain for chain in chains if _follows(group, chain, part, NEXT_STEPS * step)]
        if len(following) == 1:
            following[0].append(part)
        else:
            chains.append([part])
    return [[i for part in chain for i in part] for chain in chains]


def _usual_step(group: _Group, parts: Sequence[Sequence[int]]) -> float:
    """The usual step from place to place within acquisitions, in mm."""
    along = {group.place[i]: group.along[i] for part in parts for i in part}
    steps = [along[b] - along[a] for part in parts for a, b in pairwise(sorted(set(group.places(part))))]
    return float(median(steps)) if steps else 0.0


def _follows(group: _Group, chain: Sequence[Sequence[int]], part: Sequence[int], most: float) -> bool:
    """Whether an acquisition begins next to an end of the chain, and overlaps none of its acquisitions."""
    low, high = group.span([i for some in chain for i in some])
    start, end = group.span(part)
    return 0 < start - high <= most or 0 < low - end <= most


# A second pass at another position


def _elsewhere(group: _Group, members: list[int]) -> list[list[int]]:
    """The members split by the position of their first corner within the plane, unless these lie on a straight line."""
    planes = [group.pictures[i].plane for i in members]
    if planes[0].image_position_patient is None or len(members) <= FEW_VALUES:
        return [members]
    along = np.array([group.along[i] for i in members])
    aside = geometry.aside(planes)
    near = geometry.sideways_tolerance(_usual_step(group, [members]), planes[0].pixel_spacing)
    if geometry.off_the_line(along, aside) <= near:
        return [members]
    found = [_clusters(aside - slope * along[:, np.newaxis], near) for slope in _slopes(along, aside)]
    labels = min(found, key=max)
    return _parted(members, [*labels]) if max(labels) + 1 <= len(members) / FRAMES_EACH else [members]


def _slopes(along: Array, aside: Array) -> list[Array]:
    """How far the planes move sideways per mm along the normal: not at all, or as the usual step does."""
    order = np.argsort(along, kind="stable")
    steps, shifts = np.diff(along[order]), np.diff(aside[order], axis=0)
    moved = steps > 0
    usual = np.median(shifts[moved] / steps[moved][:, np.newaxis], axis=0) if moved.any() else np.zeros(2)
    return [np.zeros(2), usual]


def _clusters(points: Array, near: float) -> list[int]:
    """A cluster number for each point; a cluster holds the points near its first."""
    labels, firsts, rest = np.zeros(len(points), int), 0, np.ones(len(points), bool)
    while rest.any():
        alike = rest & (np.max(np.abs(points - points[np.argmax(rest)]), axis=1) <= near)
        labels[alike] = firsts
        firsts, rest = firsts + 1, rest & ~alike
    return [int(label) for label in labels]
