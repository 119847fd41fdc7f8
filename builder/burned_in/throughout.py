"""Finds letters that all images of a series show: they stand out in its extremes, where anatomy is smeared.

The reader misses small and slanted letters in a picture of the whole series; it reads them as enlarged crops.
"""

from collections.abc import Iterator
from itertools import product
from typing import Any

import numpy as np

from builder.burned_in.found import Candidate, CandidateKind, Pixels, as_opencv_takes, at_least
from builder.burned_in.letter_rows import LetterRow, letter_rows
from builder.burned_in.opencv import cv2
from builder.burned_in.views import Extremes, View, crop, whole

# Strokes are narrower than this, in pixels; and stand out by more than all but this part of the picture.
_STROKE, _INK = np.ones((9, 9), np.uint8), 0.06
# The contrast as a part of the range: a low bar finds faint letters, a high one separates others from anatomy.
_CONTRASTS = (0.12, 0.3, 0.5)
# A picture with more pieces than this is noise. The search runs once per series, so it may take longer than for slices.
_MOST_PIECES = 2000
_RANGE = (0.005, 0.998)
# Anatomy has rows of similar pieces, too: only this many rows are read, those with the most letters.
_FEWEST_LETTERS, _MOST_ROWS = 5, 4


def views_of_series(series: Extremes) -> list[View]:
    """The pictures by which a whole series is read: the whole, and each place that looks like a line of letters."""
    return [*whole(series), *_rows_of(series)]


def _rows_of(series: Extremes) -> list[View]:
    found = [
        (row, picture)
        for picture, operation in product((series.low, series.high), (cv2.MORPH_TOPHAT, cv2.MORPH_BLACKHAT))
        for row in _standing_out(as_opencv_takes(picture), operation)
    ]
    chosen: list[tuple[LetterRow, Pixels]] = []
    for row, picture in sorted(found, key=lambda pair: -pair[0].score):
        if len(chosen) < _MOST_ROWS and not any(row.box.meets(other.box) for other, _ in chosen):
            chosen.append((row, picture))
    return [crop(picture, Candidate(row.box, 0, 0.0, CandidateKind.THROUGHOUT, row.size)) for row, picture in chosen]


def _standing_out(picture: Any, operation: int) -> Iterator[LetterRow]:
    outstanding = cv2.morphologyEx(picture, operation, _STROKE)
    low, high = (float(value) for value in np.quantile(picture, _RANGE))
    usual = float(np.quantile(outstanding, 1 - _INK))
    for bar in dict.fromkeys(max(part * (high - low), usual, 1.0) for part in _CONTRASTS):
        for row in letter_rows(at_least(outstanding, bar).view(np.uint8), most=_MOST_PIECES):
            if len(row.numbers) >= _FEWEST_LETTERS and row.is_as_high_as_letters():
                yield row
