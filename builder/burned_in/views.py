"""Pictures for the reader: crops of candidates and projections of series, in grey values that make text legible."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from builder.burned_in.found import Box, Candidate, CandidateKind, Picture, Pixels
from builder.burned_in.opencv import cv2

# Letters of this height in pixels are read best; no crop is enlarged by more than this factor.
_LETTER, _MOST_ZOOM = 28.0, 4.0
# The side lengths of a sheet of crops; and the sizes between which a whole picture is doubled, so that small letters
# are read, in bounded time.
SIDE, _MOST_SIDE = 736, 1024
# The darkest and brightest pixels do not count for the range of grey values; a sample of every n-th determines it.
_RANGE, _STEP = (0.002, 0.998), 3
# The margin around a candidate, in letters: some that were not found lie beside those that were.
_MARGIN, _LEAST_MARGIN = 2.0, 8
# A line of text is so many times longer than high; alone, it is read best with so little above and below it.
_LINE, _BESIDE_A_LINE = 2.0, 20
# Marks of one pen that look less like letters are not read in other ways.
_LIKE_LETTERS = 0.2
# The distance between crops on a sheet: no word is read across it.
_GAP = 40


class View(NamedTuple):
    """A part of one frame as the reader gets it: its place in the frame, its enlargement, and its quarter turns.

    If it `stands`, a line of text may run up or down in it. `ink` is the same with nothing but the pixels of one pen.
    `line` is the line of text alone, if the view shows more than that.
    """

    picture: Picture
    frame: int
    top: int
    left: int
    zoom: float
    stands: bool = False
    ink: Picture | None = None
    line: "View | None" = None
    turns: int = 0

    def otherwise(self) -> list["View"]:
        """How else it may be legible: of large upright letters, the reader takes each for a line, and it cannot tell
        letters from a texture as bright as they are."""
        alone = [] if self.line is None else [self.line]
        line = self.line or self
        ink = [] if line.ink is None else [line._replace(picture=line.ink)]
        turned = [way._replace(turns=turns) for way in (line, *ink) for turns in (1, 3)]
        return [*alone, *(turned if line.stands else ink)]

    def explains(self, box: Box) -> bool:
        """Whether what was read there is that for which it is shown, and not a text beside it."""
        line = self.line or self
        rows, columns = line.picture.shape
        return box.meets(Box(line.top, line.left, line.top + rows, line.left + columns))

    @property
    def size(self) -> tuple[int, int]:
        """Rows and columns when it is enlarged, and not yet turned."""
        rows, columns = (max(round(side * self.zoom), 1) for side in self.picture.shape)
        return rows, columns

    def placed(self, box: Box) -> Box:
        """The place in the frame of a box in the enlarged picture."""
        (rows, columns), (top, left, bottom, right) = self.size, box
        if self.turns == 1:  # against the clock
            top, left, bottom, right = left, columns - bottom, right, columns - top
        elif self.turns == 3:
            top, left, bottom, right = rows - right, top, rows - left, bottom
        top, left, bottom, right = (round(side / self.zoom) for side in (top, left, bottom, right))
        return Box(self.top + top, self.left + left, self.top + bottom, self.left + right)


class Extremes(NamedTuple):
    """The lowest and the highest stored value at each place of a series: text in any slice stands out in one of them.

    Text that is white in every slice or black in one stands out in the lowest values; text that is black in every slice
    or white in one, in the highest.
    """

    low: Pixels
    high: Pixels

    @classmethod
    def of(cls, frames: Sequence[Pixels]) -> "Extremes":
        """Of frames of one shape and type."""
        low, high = frames[0].copy(), frames[0].copy()
        for frame in frames[1:]:
            np.minimum(low, frame, out=low)
            np.maximum(high, frame, out=high)
        return cls(low, high)

    def with_others(self, other: "Extremes") -> "Extremes":
        """Of both together."""
        return Extremes(np.minimum(self.low, other.low), np.maximum(self.high, other.high))


def to_grey(pixels: Pixels, span: tuple[float, float]) -> Picture:
    """Stored values in 8 bit, over a range of them."""
    low, high = span
    grey = (pixels.astype(np.float32) - low) * (255 / max(high - low, 1))
    return grey.clip(0, 255).astype(np.uint8)


def span_of(pixels: Pixels) -> tuple[float, float]:
    """The range of all values except the darkest and the brightest."""
    few = pixels[::_STEP, ::_STEP].ravel()
    places = [round((few.size - 1) * part) for part in _RANGE]
    low, high = np.partition(few, places)[places].tolist()
    return (low, high) if low != high else (float(pixels.min()), float(pixels.max()))


def crop(frame: Pixels, candidate: Candidate) -> View:
    """A candidate's place with its possible surroundings, in the grey values of the whole frame."""
    projected = candidate.kind is CandidateKind.PROJECTED  # for slanted text, the box says little about the letters
    margin = _LEAST_MARGIN if projected else max(round(_MARGIN * candidate.height), _LEAST_MARGIN)
    high, wide = candidate.box.bottom - candidate.box.top, candidate.box.right - candidate.box.left
    lies, stands = wide >= _LINE * high, high >= _LINE * wide
    unlike = candidate.kind is CandidateKind.PEN and candidate.pen is None and candidate.score < _LIKE_LETTERS
    surrounded = _shown(frame, candidate, margin, stands=stands and not unlike)
    if margin <= _BESIDE_A_LINE or unlike or not (lies or stands):
        return surrounded
    margins = (_BESIDE_A_LINE, margin) if lies else (margin, _BESIDE_A_LINE)
    return surrounded._replace(line=_shown(frame, candidate, margins, stands=stands))


def _shown(frame: Pixels, candidate: Candidate, margins: int | tuple[int, int], *, stands: bool) -> View:
    """The place with these margins."""
    top, left, bottom, right = candidate.box.grown(margins, frame.shape)
    picture = to_grey(frame[top:bottom, left:right], span_of(frame))
    zoom = _LETTER / max(candidate.height, 1.0)
    if candidate.kind is CandidateKind.PROJECTED:
        zoom = max(zoom, _whole_zoom(frame))
    zoom = min(max(zoom, 0.5), _MOST_ZOOM, SIDE / max(picture.shape))
    ink = None
    if candidate.pen is not None:
        ink = np.where(frame[top:bottom, left:right] == candidate.pen, 255, 0).astype(np.uint8)
    return View(picture, candidate.frame, top, left, zoom, stands, ink)


def contrast(view: View) -> float:
    """How much stands out in a view, 0 to 1: the spread of its grey values."""
    return float(view.picture.std()) / 128


def whole(series: Extremes) -> list[View]:
    """The two pictures by which a whole series is read: one for a single frame."""
    pictures = [series.high] if np.array_equal(series.low, series.high) else [series.high, series.low]
    return [View(to_grey(picture, span_of(picture)), 0, 0, 0, _whole_zoom(picture)) for picture in pictures]


def _whole_zoom(frame: Pixels) -> float:
    side = float(max(frame.shape))
    return min(max(2 * side, SIDE), _MOST_SIDE) / side


def sheets(views: Sequence[View]) -> list[tuple[Picture, list[tuple[int, Box]]]]:
    """The views on few pictures, in rows: for each picture, which of the views lies where."""
    made: list[tuple[Picture, list[tuple[int, Box]]]] = []
    enlarged = [_enlarged(view) for view in views]
    rest = sorted(range(len(views)), key=lambda k: -len(enlarged[k]))
    while rest:
        places, rest = _shelved(rest, enlarged)
        made.append((_drawn(places, enlarged), places))
    return made


def _enlarged(view: View) -> Picture:
    how = cv2.INTER_AREA if view.zoom < 1 else cv2.INTER_CUBIC
    return np.rot90(np.asarray(cv2.resize(view.picture, view.size[::-1], interpolation=how), np.uint8), view.turns)


def _shelved(numbers: Sequence[int], pictures: Sequence[Picture]) -> tuple[list[tuple[int, Box]], list[int]]:
    """Which pictures, the highest first, go onto one sheet and where, and which are left over."""
    places, rest = list[tuple[int, Box]](), list[int]()
    top = left = bottom = 0
    for number in numbers:
        rows, columns = pictures[number].shape
        if places and left + columns > SIDE:
            top, left = bottom + _GAP, 0
        if places and top + rows > SIDE:
            rest.append(number)
            continue
        places.append((number, Box(top, left, top + rows, left + columns)))
        left, bottom = left + columns + _GAP, max(bottom, top + rows)
    return places, rest


def _drawn(places: Sequence[tuple[int, Box]], pictures: Sequence[Picture]) -> Picture:
    sheet = np.zeros(
        [max(side) for side in zip(*((box.bottom, box.right) for _, box in places), strict=True)], np.uint8
    )
    for number, box in places:
        sheet[box.top : box.bottom, box.left : box.right] = pictures[number]
    return sheet
