"""The relations between two stacks of one series: whether they interleave, or are split only by a formality."""

from collections.abc import Hashable, Iterator, Sequence
from itertools import combinations, pairwise

import numpy as np

from builder.check.findings import Finding, finding
from builder.check.stacks.indexed_stack import IndexedStack, same
from builder.check.stacks.notes import UNDECIDED
from builder.check.stacks.positions import Numbers, StackLine, line

# Two frames whose distance is less than this share of a step are at one place.
_SAME_PLACE = 0.1
# A frame may be this far, as a share of the usual step, from the line of all.
_BESIDE = 0.1
# Direction cosines, and pixel spacings as a share of their length, that differ by less differ only in digits.
_ROUNDED_COSINES, _ROUNDED_SPACING = 0.002, 0.001
# Of more similar stacks, the first are enough.
_MOST = 20
# Up to this many single images of different directions may be separate scouts.
_FEW_DIRECTIONS = 3
_FORMAT = ("rows", "columns", "bits_allocated", "pixel_representation", "photometric_interpretation")


def between(subject: str, stacks: Sequence[IndexedStack]) -> Iterator[Finding]:
    """Findings on the stacks of one series."""
    if scattered := list(_scattered(stacks)):
        text = f"{len(scattered)} images of different directions are a stack each, such as stack {scattered[0]}"
        yield finding("index.split", subject, text)
    volumes = [stack for stack in stacks if stack.line and stack.line.rises and stack.line.usual[0] > 0]
    for stack in stacks:
        if UNDECIDED in stack.stack.notes and not any(
            _share_places(stack, other) for other in stacks if other is not stack
        ):
            text = "a note says that images cannot be told apart, and no other stack lies at their places"
            yield finding("index.geometry", f"{subject}, stack {stack.stack.stack_id}", text)
    for a, b in _split(stacks):
        text = f"nothing but a formality, such as padding or digits, keeps stacks {a} and {b} apart"
        yield finding("index.split", subject, text)
        return
    pairs = list(_interleaved(volumes))
    if pairs:
        (a, b), more = pairs[0], f", and {len(pairs) - 1} more pairs" if len(pairs) > 1 else ""
        yield finding("index.interleaved", subject, f"the slices of stacks {a} and {b} lie between each other{more}")


def _share_places(a: IndexedStack, b: IndexedStack) -> bool:
    """Whether a slice of one stack lies where one of the other lies."""
    if a.line is None or b.line is None:
        return a.has_places == b.has_places
    return bool(np.any(_apart(a.line, b.line.along) < _SAME_PLACE * a.line.usual[1]))


# Interleaved


def _interleaved(volumes: Sequence[IndexedStack]) -> Iterator[tuple[int, int]]:
    """Pairs of stacks of one direction whose slices lie between those of the other, and not at the same places."""
    for group in _by_direction(volumes):
        ordered = sorted(group, key=lambda stack: float(stack.line.along[0]) if stack.line else 0.0)
        for stack, other in pairwise(ordered):
            if stack.line and other.line and _lie_between(stack.line, other.line):
                yield stack.stack.stack_id, other.stack.stack_id


def _by_direction(volumes: Sequence[IndexedStack]) -> list[list[IndexedStack]]:
    groups: list[list[IndexedStack]] = []
    for stack in volumes:
        orientation = stack.frames[0].image_orientation_patient
        for group in groups:
            if same(group[0].frames[0].image_orientation_patient, orientation, _ROUNDED_COSINES):
                group.append(stack)
                break
        else:
            groups.append([stack])
    return groups


def _lie_between(a: StackLine, b: StackLine) -> bool:
    """Whether most slices of `b` within the extent of `a` lie between its slices."""
    inside = b.along[(b.along > a.along[0]) & (b.along < a.along[-1])]
    if len(inside) < 2 or len(a.along) < 2:
        return False
    return float(np.mean(_apart(a, inside) > _SAME_PLACE * a.usual[1])) > 0.5


def _apart(a: StackLine, places: Numbers) -> Numbers:
    """The distance of each place from the nearest slice of a line."""
    behind = np.clip(np.searchsorted(a.along, places), 1, len(a.along) - 1)
    return np.asarray(np.minimum(np.abs(places - a.along[behind - 1]), np.abs(places - a.along[behind])))


# Split by direction


def _scattered(stacks: Sequence[IndexedStack]) -> Iterator[int]:
    """Many single images of one format, each with its own direction, as in a rotating projection."""
    formats: dict[Hashable, dict[Hashable, int]] = {}
    for stack in stacks:
        orientation = stack.frames[0].image_orientation_patient
        if len(stack.slices) == 1 and orientation is not None:
            cosines = tuple(round(value, 2) for value in orientation)
            formats.setdefault(_format(stack), {})[cosines] = stack.stack.stack_id
    for directions in formats.values():
        if len(directions) > _FEW_DIRECTIONS:
            yield from directions.values()


def _format(stack: IndexedStack) -> Hashable:
    _, file, _ = stack.slices[0]
    spacing = tuple(round(value, 2) for value in stack.frames[0].pixel_spacing or ())
    return file.technique.scout, file.frame_of_reference_uid, spacing, *(getattr(stack.stack, name) for name in _FORMAT)


# Split by a formality


def _split(stacks: Sequence[IndexedStack]) -> Iterator[tuple[int, int]]:
    """Pairs of stacks that agree in all distinguishing attributes, and would be one line."""
    alike: dict[Hashable, list[IndexedStack]] = {}
    for stack in stacks:
        alike.setdefault(_essence(stack), []).append(stack)
    for group in alike.values():
        for a, b in combinations(group[:_MOST], 2):
            if _differ_in_digits(a, b) and _would_be_one(a, b):
                yield a.stack.stack_id, b.stack.stack_id


def _essence(stack: IndexedStack) -> Hashable:
    kinds = frozenset((told.kinds, told.acquisition, told.indices) for told in stack.told)
    files = {(file.frame_of_reference_uid, file.technique.scout) for _, file, _ in stack.slices}
    return kinds, frozenset(files), *(getattr(stack.stack, name) for name in _FORMAT)


def _differ_in_digits(a: IndexedStack, b: IndexedStack) -> bool:
    """Whether spacing and orientation are the same except for their digits."""
    one, other = a.frames[0], b.frames[0]
    spacing = one.pixel_spacing
    near = same(spacing, other.pixel_spacing, _ROUNDED_SPACING * max(spacing or (0.0,)))
    return near and same(one.image_orientation_patient, other.image_orientation_patient, _ROUNDED_COSINES)


def _would_be_one(a: IndexedStack, b: IndexedStack) -> bool:
    """Whether the frames of both lie on one straight line, no two of them at one place."""
    if not (a.has_places and b.has_places):
        return not (a.has_places or b.has_places)
    frames = [*a.frames, *b.frames]
    together = line(frames)
    if together is None:
        return False
    together = line([frames[k] for k in np.argsort(together.along, kind="stable")])
    if together is None or not together.rises:
        return False
    usual = together.usual[1]
    return bool(together.steps.min() > _SAME_PLACE * usual) and together.off <= _BESIDE * usual
