"""Rows of marks that are letters: of one height, on one line, drawn with one pen."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from builder.burned_in.marks import Bools, Ints, Levels, Marks, find_marks, groups

# Heights of letters in pixels, and how many heights wide a run of letters that touch may be.
_LOWEST, _HIGHEST = 4, 40
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
# A row is longer than high by this factor.
_LONG = 1.5
# More marks than this are not compared with each other: whoever writes so much is found by a part of it.
_MOST_MARKS = 2500

_LETTERS_STILL = 3
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
RULES_STILL = (Rule(True, _LETTERS_STILL, _LETTERS_STILL), Rule(False, _LETTERS_STILL, _LETTERS_PEAK))


def find_rows(levels: Levels, raised: Levels, chosen: Bools, rules: Sequence[Rule]) -> list[Box]:
    boxes: list[Box] = []
    for rule in rules:
        found = find_marks(levels, raised, chosen, flat=rule.flat)
        # What the border cuts off is aligned by it, and no letter.
        letters = found.where(np.flatnonzero(_letter_like(found) & _is_inside(found, levels.shape))[:_MOST_MARKS])
        for row in _rows(letters, rule):
            boxes += [_box(row), *_beside(row, found)]
    return boxes


def _letter_like(marks: Marks) -> Bools:
    height, width = marks.height, marks.width
    return (height >= _LOWEST) & (height <= _HIGHEST) & (width <= _WIDEST * height) & (marks.size >= _LOWEST)


def _is_inside(marks: Marks, shape: tuple[int, ...]) -> Bools:
    rows, columns = shape
    return (marks.top > 0) & (marks.left > 0) & (marks.bottom < rows) & (marks.right < columns)


def _rows(letters: Marks, rule: Rule) -> list[Marks]:
    first, second = np.nonzero(np.triu(_neighbours(letters, rule), 1))
    labels = groups(first, second, len(letters))
    enough = np.flatnonzero(np.bincount(labels) >= rule.letters)
    rows = (letters.where(labels == label) for label in enough)
    return [row for row in rows if _is_text(row, rule)]


def _neighbours(letters: Marks, rule: Rule) -> Bools:
    """Which letters can stand beside each other in one row."""
    low, high = (function.outer(letters.height, letters.height) for function in (np.minimum, np.maximum))
    overlap = np.minimum.outer(letters.bottom, letters.bottom) - np.maximum.outer(letters.top, letters.top)
    gap = np.maximum.outer(letters.left, letters.left) - np.minimum.outer(letters.right, letters.right)
    apart = np.abs(np.subtract.outer(letters.peak, letters.peak))
    allowed = 0.0 if rule.flat else _PEAK_SPREAD * np.minimum.outer(letters.contrast, letters.contrast)
    linked = (overlap >= _OVERLAP * low) & (gap <= _GAP * high) & (high <= _HEIGHT_RATIO * low) & (apart <= allowed)
    return np.asarray(linked, np.bool_)


def _is_text(row: Marks, rule: Rule) -> bool:
    aligned = max(_most_common(row.top), _most_common(row.bottom))
    long = row.right.max() - row.left.min() >= _LONG * np.median(row.height)
    alike = len(row) >= rule.letters_alike or _most_common(row.peak) >= _SAME_PEAK
    even = max(np.mean(np.abs(row.height - one) <= 1) for one in row.height)
    return bool(aligned >= _ALIGNED and long and alike and (rule.flat or even >= _EVEN))


def _most_common(values: Ints) -> float:
    """The share of the value that occurs most often."""
    return float(np.unique(values, return_counts=True)[1].max() / len(values))


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
