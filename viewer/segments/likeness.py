"""Compares two segmentations of one stack: which segments belong together, their Dice, and where they differ."""

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bundle.index.records import Segment, Segmentation
from viewer.segments.compact import PackedMask
from viewer.segments.labels import Labels
from viewer.segments.picture import Palette

# The labels of a difference.
BOTH, FIRST, SECOND = 1, 2, 3
# Apart for colour-blind readers too.
COLOURS = ("#dfe5ea", "#e69f00", "#56b4e9")


def pairs(one: Segmentation, other: Segmentation) -> dict[int, int]:
    """Label -> label of the other: of one code or name that each has once; two that are alone belong together."""
    found: dict[int, int] = {}
    keys: tuple[Callable[[Segment], object], ...] = (lambda segment: segment.label, _code)
    for key in keys:
        first, second = _once(one, key), _once(other, key)
        for value in first.keys() & second.keys():
            if first[value] not in found and second[value] not in found.values():
                found[first[value]] = second[value]
    if not found and len(one.segments) == len(other.segments) == 1:
        return {1: 1}
    return dict(sorted(found.items()))


def _code(segment: Segment) -> object:
    return (segment.coding_scheme, segment.code) if segment.code else None


def _once(segmentation: Segmentation, key: Callable[[Segment], object]) -> dict[object, int]:
    values = [key(segment) for segment in segmentation.segments]
    counts = Counter(values)
    return {value: label for label, value in enumerate(values, start=1) if value is not None and counts[value] == 1}


def dice(one: Labels, other: Labels) -> dict[int, float]:
    """Label -> twice the common voxels over those of both segments (Dice, 1945); of two empty ones there is none."""
    found = {}
    masks = [_by_segment(labels) for labels in (one, other)]
    for label, partner in pairs(one.segmentation, other.segmentation).items():
        first, second = masks[0].get(label - 1, {}), masks[1].get(partner - 1, {})
        sizes = sum(_size(labels, masks) for labels, masks in ((one, first), (other, second)))
        common = sum(_common(one, first[place], other, second[place]) for place in first.keys() & second.keys())
        if sizes:
            found[label] = 2 * common / sizes
    return found


def _by_segment(labels: Labels) -> dict[int, dict[int, PackedMask]]:
    found: dict[int, dict[int, PackedMask]] = {}
    for mask in labels.form.masks:
        found.setdefault(mask.segment, {})[mask.place] = mask
    return found


def _size(labels: Labels, masks: dict[int, PackedMask]) -> int:
    return sum(int(np.count_nonzero(labels.inside(labels.form.unpacked(mask)))) for mask in masks.values())


def _common(one: Labels, first: PackedMask, other: Labels, second: PackedMask) -> int:
    """The voxels of one slice that are in both."""
    top, left = max(first.box[0], second.box[0]), max(first.box[2], second.box[2])
    bottom, right = min(first.box[1], second.box[1]), min(first.box[3], second.box[3])
    if top > bottom or left > right:
        return 0
    parts = (
        labels.inside(labels.form.unpacked(mask))[
            top - mask.box[0] : bottom - mask.box[0] + 1, left - mask.box[2] : right - mask.box[2] + 1
        ]
        for labels, mask in ((one, first), (other, second))
    )
    return int(np.count_nonzero(np.logical_and(*parts)))


def difference(
    one: Sequence[NDArray[Any]], kept: Palette, other: Sequence[NDArray[Any]], others_kept: Palette
) -> NDArray[np.uint8] | None:  # fmt: skip
    """BOTH, FIRST or SECOND where shown segments of both or one lie, from equal parts of both; None of nothing."""
    there = [_any(layers, colours) for layers, colours in ((one, kept), (other, others_kept))]
    if there[0] is None and there[1] is None:
        return None
    shape = next(part.shape for part in there if part is not None)
    first, second = (np.zeros(shape, bool) if part is None else part for part in there)
    made = np.zeros(shape, np.uint8)
    made[first], made[second] = FIRST, SECOND
    made[first & second] = BOTH
    return made


def _any(layers: Sequence[NDArray[Any]], colours: Palette) -> NDArray[np.bool_] | None:
    found = [(layer if colours.kept is None else colours.kept.take(layer)) > 0 for layer in layers]
    return np.asarray(np.logical_or.reduce(found)) if found else None
