"""Finds marks that one image has and its neighbours lack, arranged in a line like letters.

Small and slanted letters are drawn with a soft pen, which leaves hardly any pixels of one value. But neighbouring
slices show nearly the same anatomy: narrow pieces side by side in a line that differ between them were drawn.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from builder.burned_in.found import Candidate, CandidateKind, at_least
from builder.burned_in.letter_rows import LetterRow, letter_rows
from builder.burned_in.opencv import cv2

# Letters differ by this part of the range of values: a low bar finds faint letters, a high one separates others from
# anatomy. And by more than all but this part of a picture: noise and moving parts differ everywhere.
_CONTRASTS, _INK = (0.12, 0.3), 0.06
# A picture with more pieces than this is noise.
_MOST_PIECES = 400
# The image with the marks differs this many times more than the next one.
_MORE = 1.5
# At most this many places of a group of slices are read.
_MOST_PLACES = 3
# A sample of every n-th row and column is enough to know what is usual.
_STEP = (8, 4)


class Halves(NamedTuple):
    """The highest and the lowest value at each place, of every second of some frames, and of the others."""

    high: tuple[Any, Any]
    low: tuple[Any, Any]


def find_alone(frames: Sequence[Any], halves: Halves, span: float) -> list[Candidate]:
    """Places where one of several neighbouring frames of one shape has marks of its own; `span`: range of values.

    Their score is 0: if the reader finds no text there, they do not count, since moving parts differ, too.
    """
    differs = cv2.max(cv2.absdiff(*halves.high), cv2.absdiff(*halves.low))
    bars = dict.fromkeys(max(part * span, _usual(differs), 1.0) for part in _CONTRASTS)
    rows = [row for bar in bars for row in letter_rows(at_least(differs, bar).view(np.uint8), most=_MOST_PIECES)]
    found: list[tuple[LetterRow, Sequence[int]]] = []
    for row in sorted(rows, key=lambda found: -found.score):
        if len(found) == _MOST_PLACES:
            break
        if not any(row.box.meets(other.box) for other, _ in found) and (whose := _whose(row, frames)):
            found.append((row, whose))
    return [
        Candidate(found_place.box, k, 0.0, CandidateKind.ALONE, found_place.size)
        for found_place, whose in found
        for k in whose
    ]


def _usual(differs: Any) -> float:
    """The largest difference in most of a picture."""
    few = differs[:: _STEP[0], :: _STEP[1]].ravel()
    place = round((few.size - 1) * (1 - _INK))
    return float(np.partition(few, place)[place])


def _whose(row: LetterRow, frames: Sequence[Any]) -> Sequence[int]:
    """The frames that may have these letters: either of two; of more, the only one that differs, or none."""
    if not row.is_as_high_as_letters():
        return ()
    if len(frames) == 2:
        return range(2)
    down, across = row.pixels()
    values = np.stack([frame[down, across] for frame in frames]).astype(np.float64)
    differs = np.abs(values - np.median(values, axis=0)).mean(axis=1)
    *_, next_most, most = sorted(differs)
    return [int(differs.argmax())] if most >= _MORE * next_most else ()
