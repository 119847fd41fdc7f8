"""Rows of marks that are letters: of one height, on one line, drawn with one pen."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from builder.burned_in.layers import Layers
from builder.burned_in.marks import LOWEST, Bools, Ints, Marks, find_marks, groups

# The highest letters, in pixels, and how many heights wide a run of letters that touch may be.
_HIGHEST = 40
_WIDEST = 12

# Letters of one row overlap by this share of the lower one, and differ by this factor at most (x against g).
_OVERLAP = 0.5
_HEIGHT_RATIO = 2.2
# The gap between two letters or words, in heights.
_GAP = 1.3
# Peaks of letters in one row differ by this share of what they stand out by: lossy compression, smoothed small type.
_PEAK_SPREAD = 0.12
# Most letters of a row end or begin on exactly one line of pixels.
_ALIGNED = 0.7
# Nearly half of the smoothed letters of a row are of one height, within a line of pixels.
_EVEN = 0.45
# Most smoothed letters reach exactly the value of the pen somewhere.
_SAME_PEAK = 0.6
# Letters a row must have: of one exact value throughout, of one peak, of similar peaks.
_LETTERS_FLAT, _LETTERS_PEAK, _LETTERS_ALIKE = 4, 4, 7
# At the border, where folds of cloth are cut off in rows too, letters must stand out by so many times as much.
_CONTRAST_CUT = 2.5
# A row is longer than high by this factor.
_LONG = 1.5
# More marks than this are not compared with each other: whoever writes so much is found by a part of it.
_MOST_MARKS = 2500

_LETTERS_STILL = 3
_LETTERS_ALONG = 8
# Fewer pixels than this hold no row of still letters.
FEWEST_STILL = _LETTERS_STILL * LOWEST
# Marks in the value of a row's pen belong to the text this near, in heights of the row: dots, short words, initials.
_REACH_ACROSS, _REACH_ALONG = 1.5, 4.0


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle of pixels; bottom and right lie just outside."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass(frozen=True, slots=True)
class Rule:
    """How strict a row of marks is judged: marks of one value throughout or not, and how many there must be."""

    flat: bool
    letters: int
    letters_alike: int


RULES = (Rule(True, _LETTERS_FLAT, _LETTERS_FLAT), Rule(False, _LETTERS_PEAK, _LETTERS_ALIKE))
RULES_ALONG = (Rule(True, _LETTERS_ALONG, _LETTERS_ALONG), Rule(False, _LETTERS_ALONG, _LETTERS_ALONG))
RULES_STILL = (Rule(True, _LETTERS_STILL, _LETTERS_STILL), Rule(False, _LETTERS_STILL, _LETTERS_PEAK))


def find_rows(layers: Layers, places: Ints, rules: Sequence[Rule]) -> list[Box]:
    """Boxes around the rows of letters among the pixels at these places, and around what belongs to them."""
    boxes: list[Box] = []
    for rule in rules:
        found = find_marks(layers.levels, layers.raised, places, flat=rule.flat, lonely=False)
        letters = found.where(_first(layers, found, _letter_like(found) & ~layers.are_cut(found)[2]))
        rows = [row for row in _rows(letters, rule) if _is_text(layers, row, rule)]
        if rows:  # beside them, single pixels count
            found = find_marks(layers.levels, layers.raised, places, flat=rule.flat)
        for row in rows:
            k = layers.of(row)[0]
            beside = found.where(layers.of(found) == k)
            boxes += [_in_picture(layers, k, box) for box in (_box(row), *_beside(row, beside))]
    return boxes


def _first(layers: Layers, marks: Marks, chosen: Bools) -> Ints:
    """The places of the first of the chosen marks of each layer."""
    layer = layers.of(marks)
    of_each = (np.flatnonzero(chosen & (layer == k))[:_MOST_MARKS] for k in range(len(layers.top)))
    return np.concatenate([*of_each])


def _in_picture(layers: Layers, k: int, box: Box) -> Box:
    top, scale = int(layers.top[k]), int(layers.scale[k])
    return Box(scale * (box.top - top), scale * box.left, scale * (box.bottom - top), scale * box.right)


def _letter_like(marks: Marks) -> Bools:
    height, width = marks.height, marks.width
    return (height >= LOWEST) & (height <= _HIGHEST) & (width <= _WIDEST * height) & (marks.size >= LOWEST)


def _rows(letters: Marks, rule: Rule) -> list[Marks]:
    if rule.flat:  # all letters of a row have one value
        _, same, number = np.unique(letters.peak, return_inverse=True, return_counts=True)
        letters = letters.where(number[same] >= rule.letters)
    if len(letters) < rule.letters:
        return []
    labels = groups(*_neighbours(letters, rule), len(letters))
    enough = np.flatnonzero(np.bincount(labels) >= rule.letters)
    return [letters.where(labels == label) for label in enough]


def _neighbours(letters: Marks, rule: Rule) -> tuple[Ints, Ints]:
    """Which letters can stand beside each other in one row."""
    order = np.argsort(letters.top, kind="stable")
    top, left, bottom, right, height, peak, contrast = (
        values[order].astype(np.int32)
        for values in (
            letters.top, letters.left, letters.bottom, letters.right, letters.height, letters.peak, letters.contrast
        )
    )  # fmt: skip
    # Of those further down, only what begins above one's own bottom can overlap.
    count = np.searchsorted(top, bottom) - np.arange(len(top)) - 1
    a = np.repeat(np.arange(len(top)), count)
    b = a + 1 + np.arange(len(a)) - np.repeat(np.cumsum(count) - count, count)
    low, high = np.minimum(height[a], height[b]), np.maximum(height[a], height[b])
    overlap = np.minimum(bottom[a], bottom[b]) - top[b]
    gap = np.maximum(left[a], left[b]) - np.minimum(right[a], right[b])
    allowed = 0.0 if rule.flat else _PEAK_SPREAD * np.minimum(contrast[a], contrast[b])
    linked = (overlap >= _OVERLAP * low) & (gap <= _GAP * high) & (high <= _HEIGHT_RATIO * low)
    linked &= np.abs(peak[a] - peak[b]) <= allowed
    return order[a[linked]], order[b[linked]]


def _is_text(layers: Layers, row: Marks, rule: Rule) -> bool:
    # What the border cuts off is aligned by it, whatever it is.
    above, below, _ = layers.are_cut(row)
    aligned = max(_most_common(row.top[~above]) * np.mean(~above), _most_common(row.bottom[~below]) * np.mean(~below))
    long = row.right.max() - row.left.min() >= _LONG * np.median(row.height)
    alike = len(row) >= rule.letters_alike or _most_common(row.peak) >= _SAME_PEAK
    even = max(np.mean(np.abs(row.height - one) <= 1) for one in row.height)
    least = _CONTRAST_CUT * layers.contrast[layers.of(row)[0]]
    if (above | below).any() and np.median(row.contrast) < least:
        return False
    return bool(aligned >= _ALIGNED and long and alike and (rule.flat or even >= _EVEN))


def _most_common(values: Ints) -> float:
    """The share of the value that occurs most often."""
    return 0.0 if not len(values) else float(np.unique(values, return_counts=True)[1].max() / len(values))


def _box(marks: Marks) -> Box:
    return Box(int(marks.top.min()), int(marks.left.min()), int(marks.bottom.max()), int(marks.right.max()))


def _beside(row: Marks, marks: Marks) -> list[Box]:
    """Boxes of marks near a row that are drawn with the same pen, though they make up no row by themselves."""
    box, height = _box(row), float(np.median(row.height))
    pen, spread = np.median(row.peak), _PEAK_SPREAD * np.median(row.contrast)
    across, along = _REACH_ACROSS * height, _REACH_ALONG * height
    near = (marks.top < box.bottom + across) & (marks.bottom > box.top - across)
    near &= (marks.left < box.right + along) & (marks.right > box.left - along)
    near &= (np.abs(marks.peak - pen) <= spread) & (marks.height <= 2 * height)
    return [_box(marks.where(np.array([k]))) for k in np.flatnonzero(near)]
