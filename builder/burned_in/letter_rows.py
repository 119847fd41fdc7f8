"""Finds rows of pieces that look like letters: of similar size, side by side, in a line at any angle."""

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from builder.burned_in.found import Box
from builder.burned_in.opencv import cv2

# The least and greatest side of a letter in pixels, and how many pixels it has.
_LEAST_SIDE, _MOST_SIDE, _LEAST_THICK, _LEAST_PIXELS = 4, 60, 2, 5
# How many letters a line has.
_FEWEST = 4
# Neighbours in a line: how many times larger one may be, and how far apart they may lie, in sizes and in pixels.
_ALIKE, _APART, _GAP = 2.5, 0.55, 4
# How far letters may lie off their line, in sizes; and the least and greatest height of a line, in pixels.
_OFF, _LEAST_HEIGHT, _MOST_HEIGHT = 0.5, 4.5, 120


class LetterRow(NamedTuple):
    """Pieces in a row: how much they look like letters, their size, their numbers, and the picture they lie in."""

    score: float
    size: float
    numbers: NDArray[np.intp]
    labels: Any
    stats: Any

    @property
    def box(self) -> Box:
        """The smallest box around the row."""
        left, top, width, height = self.stats[self.numbers, :4].T
        return Box(int(top.min()), int(left.min()), int((top + height).max()), int((left + width).max()))

    def pixels(self) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """The row and the column of each of their pixels."""
        top, left, bottom, right = self.box
        mine = np.zeros(len(self.stats), np.bool_)
        mine[self.numbers] = True
        down, across = np.nonzero(mine[self.labels[top:bottom, left:right]])
        return down + top, across + left

    def is_as_high_as_letters(self) -> bool:
        """Whether its height is that of a line of text, at any angle."""
        down, across = self.pixels()
        _, sides, _ = cv2.minAreaRect(np.stack([across, down], 1).astype(np.float32))
        return bool(_LEAST_HEIGHT <= min(sides) + 1 <= _MOST_HEIGHT)


def letter_rows(ink: Any, *, most: int) -> Iterator[LetterRow]:
    """The rows in an 8 bit picture that is 0 where nothing is drawn; with more than `most` pieces it is noise."""
    _, labels, stats, middles = cv2.connectedComponentsWithStatsWithAlgorithm(ink, 8, cv2.CV_32S, cv2.CCL_BBDT)
    numbers = _like_letters(stats)
    if not _FEWEST <= len(numbers) <= most:
        return
    places, sizes = middles[numbers], stats[numbers, 2:4].max(axis=1).astype(np.float32)
    for group in _side_by_side(places, sizes):
        size, off = float(np.median(sizes[group])), _off_line(places[group])
        if off <= _OFF * size:
            yield LetterRow(len(group) * (1 - off / size), size, numbers[group], labels, stats)


def _like_letters(stats: Any) -> NDArray[np.intp]:
    width, height, pixels = stats[:, 2:5].T
    long, thick = np.maximum(width, height), np.minimum(width, height)
    fit = (long >= _LEAST_SIDE) & (long <= _MOST_SIDE) & (thick >= _LEAST_THICK) & (pixels >= _LEAST_PIXELS)
    return np.flatnonzero(fit[1:]) + 1  # the first is the background


def _side_by_side(places: Any, sizes: Any) -> Iterator[NDArray[np.intp]]:
    """Groups of pieces of similar size that lie beside each other, as the numbers of the pieces."""
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
