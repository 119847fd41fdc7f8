"""Finds marks that one image has and its neighbours lack, arranged in a line like letters.

Small and slanted letters are drawn with a soft pen, which leaves hardly any pixels of one value. But neighbouring
slices show nearly the same anatomy: narrow pieces side by side in a line that differ between them were drawn.
"""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from builder.burned_in.found import Box, Candidate, CandidateKind
from builder.burned_in.opencv import cv2

# Letters differ by this part of the range of values: a low bar finds faint letters, a high one separates others from
# anatomy. And by more than all but this part of a picture: noise and moving parts differ everywhere.
_CONTRASTS, _INK = (0.12, 0.3), 0.06
# A letter: its side lengths in pixels are between these, and it has this many pixels.
_LEAST_SIDE, _MOST_SIDE, _LEAST_THICK, _LEAST_PIXELS = 4, 60, 2, 5
# A line has this many letters; a picture with more pieces than this is noise.
_FEWEST, _MOST_PIECES = 4, 400
# Neighbours in a line: the largest ratio of their sizes, and the largest distance, in their sizes and in pixels.
_ALIKE, _APART, _GAP = 2.5, 0.55, 4
# How far letters may lie off their line, in their size; and the limits of the line's height, in pixels.
_OFF, _LEAST_HEIGHT, _MOST_HEIGHT = 0.5, 4.5, 120
# The image with the marks differs this many times more than the next.
_MORE = 1.5
# At most this many places of a group of slices are read.
_MOST_PLACES = 3
# A sample of every n-th row and column is enough to know what is usual.
_STEP = (8, 4)


class Halves(NamedTuple):
    """The highest and the lowest value at each place, of every second of some frames, and of the others."""

    high: tuple[Any, Any]
    low: tuple[Any, Any]


class _Row(NamedTuple):
    """Pieces in a row: how much they look like letters, their size, their numbers, and the picture that has them."""

    score: float
    size: float
    numbers: NDArray[np.intp]
    labels: Any
    stats: Any

    @property
    def box(self) -> Box:
        """The box around all pieces."""
        left, top, width, height = self.stats[self.numbers, :4].T
        return Box(int(top.min()), int(left.min()), int((top + height).max()), int((left + width).max()))

    def pixels(self) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """The row and column of each of their pixels."""
        top, left, bottom, right = self.box
        mine = np.zeros(len(self.stats), np.bool_)
        mine[self.numbers] = True
        down, across = np.nonzero(mine[self.labels[top:bottom, left:right]])
        return down + top, across + left


def find_alone(frames: Sequence[Any], halves: Halves, span: float) -> list[Candidate]:
    """Places where one of several neighbouring frames of one shape has marks of its own; `span`: range of values.

    Their score is 0: if the reader finds no text there, they do not count, since moving parts differ, too.
    """
    differs = cv2.max(cv2.absdiff(*halves.high), cv2.absdiff(*halves.low))
    bars = dict.fromkeys(max(part * span, _usual(differs), 1.0) for part in _CONTRASTS)
    rows = [row for bar in bars for row in _rows(np.asarray(differs >= bar, np.uint8))]
    found: list[tuple[_Row, Sequence[int]]] = []
    for row in sorted(rows, key=lambda row: -row.score):
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


def _rows(ink: Any) -> Iterator[_Row]:
    _, labels, stats, middles = cv2.connectedComponentsWithStatsWithAlgorithm(ink, 8, cv2.CV_32S, cv2.CCL_BBDT)
    numbers = _like_letters(stats)
    if not _FEWEST <= len(numbers) <= _MOST_PIECES:
        return
    places, sizes = middles[numbers], stats[numbers, 2:4].max(axis=1).astype(np.float32)
    for group in _side_by_side(places, sizes):
        size, off = float(np.median(sizes[group])), _off_line(places[group])
        if off <= _OFF * size:
            yield _Row(len(group) * (1 - off / size), size, numbers[group], labels, stats)


def _like_letters(stats: Any) -> NDArray[np.intp]:
    width, height, pixels = stats[:, 2:5].T
    long, thick = np.maximum(width, height), np.minimum(width, height)
    fit = (long >= _LEAST_SIDE) & (long <= _MOST_SIDE) & (thick >= _LEAST_THICK) & (pixels >= _LEAST_PIXELS)
    return np.flatnonzero(fit[1:]) + 1  # the first is the surroundings of all pieces


def _side_by_side(places: Any, sizes: Any) -> Iterator[NDArray[np.intp]]:
    """The numbers of pieces of similar size that lie beside each other, for each such group."""
    across, down = (places - places.mean(axis=0)).T.astype(np.float32)
    apart = (across[:, None] - across) ** 2 + (down[:, None] - down) ** 2
    near = (apart <= (_APART * (sizes[:, None] + sizes) + _GAP) ** 2) & (sizes[:, None] <= _ALIKE * sizes)
    rows, columns = np.nonzero(near & near.T)
    beside = [some.tolist() for some in np.split(columns, np.searchsorted(rows, range(1, len(places))))]
    free = set(range(len(places)))
    while free:
        group, waiting = list[int](), [free.pop()]
        while waiting:
            group.append(waiting.pop())
            new = free.intersection(beside[group[-1]])
            free -= new
            waiting += new
        if len(group) >= _FEWEST:
            yield np.asarray(group)


def _off_line(places: Any) -> float:
    """The distance of these places from the line through them, in pixels (root mean square)."""
    across, down = (places - places.mean(axis=0)).T
    width, height, both = across @ across, down @ down, across @ down
    least = (width + height - np.hypot(width - height, 2 * both)) / 2
    return float(np.sqrt(max(least, 0.0) / len(places)))


def _is_as_high_as_letters(down: Any, across: Any) -> bool:
    _, sides, _ = cv2.minAreaRect(np.stack([across, down], 1).astype(np.float32))
    return bool(_LEAST_HEIGHT <= min(sides) + 1 <= _MOST_HEIGHT)


def _whose(row: _Row, frames: Sequence[Any]) -> Sequence[int]:
    """Which of the frames has these letters: of two, either; of more, none unless exactly one stands out."""
    down, across = row.pixels()
    if not _is_as_high_as_letters(down, across):
        return ()
    if len(frames) == 2:
        return range(2)
    values = np.stack([frame[down, across] for frame in frames]).astype(np.float64)
    differs = np.abs(values - np.median(values, axis=0)).mean(axis=1)
    *_, next_most, most = sorted(differs)
    return [int(differs.argmax())] if most >= _MORE * next_most else ()
