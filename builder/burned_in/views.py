"""Pictures for the reader: crops of candidates and projections of series, in grey values that make text legible."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np

from builder.burned_in.found import Box, Candidate, Picture, Pixels
from builder.burned_in.opencv import cv2

# Letters of so many pixels' height are read best; no crop becomes larger than so many times, and no picture than this.
_LETTER, _MOST_ZOOM, _SIDE = 28, 4.0, 736
# The darkest and brightest pixels do not count for the range of grey values; every so many-th pixel tells it.
_RANGE, _STEP = (0.002, 0.998), 3
# Around a candidate, in its heights: letters that were not found lie beside those that were.
_BESIDE, _ABOVE, _LEAST_MARGIN = 3, 1, 6


class View(NamedTuple):
    """A part of one frame as the reader gets it: from where in the frame, and how many times larger."""

    picture: Picture
    frame: int
    top: int
    left: int
    zoom: float

    def placed(self, box: Box) -> Box:
        """Where a box of the picture lies in the frame."""
        top, left, bottom, right = (round(side / self.zoom) for side in box)
        return Box(self.top + top, self.left + left, self.top + bottom, self.left + right)


class Extremes(NamedTuple):
    """The lowest and the highest stored value at each place of a series: in one of them, text in any slice stands out.

    What is white in every slice or black in one stands out of the lowest; what is black in every slice or white in
    one, of the highest.
    """

    low: Pixels
    high: Pixels
    frames: int

    @classmethod
    def of(cls, frames: Sequence[Pixels]) -> "Extremes":
        """Of frames of one shape and type."""
        low, high = frames[0].copy(), frames[0].copy()
        for frame in frames[1:]:
            np.minimum(low, frame, out=low)
            np.maximum(high, frame, out=high)
        return cls(low, high, len(frames))

    def with_others(self, other: "Extremes") -> "Extremes":
        """Of both together."""
        low, high = np.minimum(self.low, other.low), np.maximum(self.high, other.high)
        return Extremes(low, high, self.frames + other.frames)


def to_grey(pixels: Pixels) -> Picture:
    """Stored values in 8 bit, over the range that all but the darkest and brightest have."""
    few = np.sort(pixels[::_STEP, ::_STEP], axis=None)
    low, high = (float(few[round((few.size - 1) * part)]) for part in _RANGE)
    if low == high:
        low, high = float(pixels.min()), float(pixels.max())
    grey = (pixels.astype(np.float32) - low) * (255 / max(high - low, 1))
    return grey.clip(0, 255).astype(np.uint8)


def crop(frame: Pixels, candidate: Candidate) -> View:
    """The place of a candidate with what may belong to it, in the values of the whole frame."""
    box = candidate.box
    low = min(box.bottom - box.top, box.right - box.left)
    beside, above = (_BESIDE, _ABOVE) if box.right - box.left >= box.bottom - box.top else (_ABOVE, _BESIDE)
    across, along = beside * low + _LEAST_MARGIN, above * low + _LEAST_MARGIN
    rows, columns = frame.shape
    top, left = max(box.top - along, 0), max(box.left - across, 0)
    grey = to_grey(frame)[top : min(box.bottom + along, rows), left : min(box.right + across, columns)]
    zoom = min(max(_LETTER / max(low, 1), 1.0), _MOST_ZOOM, max(_SIDE / max(grey.shape), 0.1))
    return View(np.ascontiguousarray(grey), candidate.frame, top, left, zoom)


def whole(series: Extremes) -> list[View]:
    """The two pictures by which a whole series is read: one where it is a single frame."""
    pictures = [series.low] if np.array_equal(series.low, series.high) else [series.high, series.low]
    return [View(to_grey(one), 0, 0, 0, _SIDE / max(one.shape)) for one in pictures]


def enlarged(view: View) -> Picture:
    """The picture at the size at which it is read."""
    rows, columns = (max(round(side * view.zoom), 1) for side in view.picture.shape)
    how = cv2.INTER_AREA if view.zoom < 1 else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(view.picture, (columns, rows), interpolation=how), np.uint8)


def sheets(views: Iterable[View]) -> list[tuple[Picture, list[tuple[int, Box]]]]:
    """The views as few pictures: on each sheet, which of the views lies where."""
    made: list[tuple[Picture, list[tuple[int, Box]]]] = []
    for number, view in enumerate(views):
        picture = enlarged(view)
        rows, columns = picture.shape
        made.append((picture, [(number, Box(0, 0, rows, columns))]))
    return made
