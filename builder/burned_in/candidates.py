"""The first stage: finds places in frames that may hold text, at the cost of a few passes over the pixels.

Letters are drawn with a pen of one value, and stand out sharply: so they have many adjacent pixels of exactly one
value, in narrow structures, close together. Anatomy has noise: two adjacent pixels are equal only by chance.
"""

from collections.abc import Callable, Iterator, Sequence
from itertools import groupby
from typing import Any, NamedTuple
import zlib

import numpy as np
from numpy.typing import NDArray

from builder.burned_in.alone import Halves, find_alone
from builder.burned_in.found import Bools, Box, Candidate, CandidateKind, Pixels, as_opencv_takes, at_least
from builder.burned_in.opencv import cv2

# This many slices are combined, and examined individually only if something was found.
_TOGETHER = 8
_SMALLEST_SIDE = 16
# Strokes are narrower than this, in pixels; they stand out by this part of the range of values, and by more than all
# but this part of a picture: noise stands out everywhere.
_STROKE, _CONTRAST, _INK = np.ones((9, 9), np.uint8), 0.15, 0.06
# The darkest and brightest pixels do not count for the range; a sample of every n-th row and column determines it.
_RANGE, _STEP = (0.005, 0.998), (8, 4)
# The pixels of one value in the smallest word; the most frequent values are examined, up to this many per picture.
_LEAST, _MOST_PENS = 12, 24
# Pixels belong together if their cells of this size touch.
_CELL = 16
# A word: higher than a line, and with this many pixels of the pen per pixel of its length.
_LEAST_HEIGHT, _LEAST_DENSITY, _MOST_HEIGHT = 4.5, 0.5, 120
# A slice shows a find made in several slices if it has this share of its pixels.
_SHARE = 0.7
# Letters: at least this high; a clear word has this many.
_LETTER_HEIGHT, _MANY = 4, 6
_SIDES = [cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT]
# Marks whose pixels of the pen look this much like letters may be legible by these alone.
_LIKE_LETTERS = 0.3

Ints = NDArray[np.intp]


class _Place(NamedTuple):
    """Pixels of one value, as flat places in the frame, that lie close together."""

    pen: int
    places: Ints
    box: Box


def find_candidates(frames: Sequence[Pixels], *, look_at: Sequence[Box] = ()) -> list[Candidate]:
    """Places in frames of stored values, each of shape (rows, columns), that may hold text; the most suspicious first.

    The cost per frame is lowest for eight or more at once, in anatomical order. If text was read in a projection of a
    series, `look_at` has its places: each becomes a candidate in every frame.
    """
    found: list[Candidate] = []
    for _, alike in groupby(enumerate(frames), key=lambda numbered: (numbered[1].shape, numbered[1].dtype)):
        some = list(alike)
        for part in _parts(len(some)):
            numbers, group = zip(*some[part], strict=True)
            found += (candidate._replace(frame=numbers[candidate.frame]) for candidate in _in_group(group))
    return sorted([*found, *at_places(look_at, len(frames))], key=lambda candidate: -candidate.score)


def at_places(boxes: Sequence[Box], frames: int) -> list[Candidate]:
    """Candidates at these places in each of this many frames: text was read there in the combined series."""
    return [
        Candidate(box, k, 0.0, CandidateKind.PROJECTED, float(min(box.bottom - box.top, box.right - box.left)))
        for k in range(frames) for box in boxes
    ]  # fmt: skip


def _parts(number: int) -> list[slice]:
    """This many frames in parts of nearly equal size: a frame alone has no neighbour for comparison."""
    parts = -(-number // _TOGETHER)
    return [slice(number * k // parts, number * (k + 1) // parts) for k in range(parts)]


def _in_group(frames: Sequence[Pixels]) -> Iterator[Candidate]:
    if min(frames[0].shape) < _SMALLEST_SIDE:
        return
    taken = [as_opencv_takes(frame) for frame in frames]
    high, low = ((_laid(taken[::2], extreme), _laid(taken[1::2], extreme)) for extreme in (cv2.max, cv2.min))
    alone = find_alone(taken, Halves(high, low), _span(high, low)) if len(taken) > 1 else []
    scratch = np.empty_like(taken[0])
    places: list[_Place] = []
    for extreme, halves, operation in ((cv2.max, high, cv2.MORPH_TOPHAT), (cv2.min, low, cv2.MORPH_BLACKHAT)):
        if len(taken) > 1:  # into new memory; with two frames, the first half already is
            places += _words(extreme(*halves, dst=halves[0] if len(taken) > 2 else None), operation, scratch)
        else:
            places += _words(taken[0], operation, scratch)
    drawn = [
        _candidate(taken[k], int(k), place)
        for place, of_frame in zip(places, _shown(places, taken), strict=True)
        for k in np.flatnonzero(of_frame >= _SHARE * len(place.places))
    ]
    yield from drawn
    yield from (candidate for candidate in alone if not any(_shows(other, candidate) for other in drawn))


def _shown(places: Sequence[_Place], frames: Sequence[Any]) -> Ints:
    """How many pixels of each place have the pen's value in each frame, shape (places, frames)."""
    if not places:
        return np.empty((0, len(frames)), np.intp)
    sizes = [len(place.places) for place in places]
    flat, pens = np.concatenate([place.places for place in places]), np.repeat([place.pen for place in places], sizes)
    begins = np.cumsum([0, *sizes[:-1]])
    return np.stack([np.add.reduceat(frame.ravel()[flat] == pens, begins, dtype=np.intp) for frame in frames], axis=1)


def _laid(frames: Sequence[Any], extreme: Callable[..., Any]) -> Any:
    """The extreme of several frames; None if there are none."""
    if len(frames) < 2:
        return frames[0] if frames else None
    laid = extreme(frames[0], frames[1])
    for frame in frames[2:]:  # into the same memory: allocating costs more than all the rest
        extreme(laid, frame, dst=laid)
    return laid


def _shows(crop: Candidate, other: Candidate) -> bool:
    """Whether one crop shows all of the other, and so explains why slices differ there."""
    top, left, bottom, right = crop.box.grown(round(crop.height), (other.box.bottom, other.box.right))
    return top <= other.box.top and left <= other.box.left and (bottom, right) == other.box[2:]


def _span(high: Sequence[Any], low: Sequence[Any]) -> float:
    """The range of values of some frames, without their darkest and brightest pixels."""
    lowest, highest = _RANGE
    return max(_at(frame, highest)[0] for frame in high) - min(_at(frame, lowest)[0] for frame in low)


def _words(frame: Any, operation: int, scratch: Any) -> Iterator[_Place]:
    """Groups of pixels of one value that stand out and lie close together, as those of words do."""
    cv2.morphologyEx(frame, operation, _STROKE, dst=scratch)
    places, pens = _drawn(frame, at_least(scratch, _least_contrast(frame, scratch)))
    if not len(places):
        return
    places, starts = _groups(places, pens, frame.shape)
    down, across = np.divmod(places, frame.shape[1])
    points = np.stack([across, down], 1).astype(np.float32)
    for begin, end in _short_enough(down, across, starts):
        if _is_word(points[begin:end]):
            here = places[begin:end]
            yield _Place(frame.flat[here[0]], here, _around(down[begin:end], across[begin:end]))


def _groups(places: Ints, pens: Ints, shape: tuple[int, int]) -> tuple[Ints, Ints]:
    """The places of one pen that lie close together, one after the other, and the start and end of each such group.

    Below the cells of one pen, an empty row separates them from those of the next.
    """
    height, width = (side // _CELL + 1 for side in shape)
    down, across = np.divmod(places, shape[1])
    cell = (pens * (height + 1) + down // _CELL, across // _CELL)
    cells = np.zeros(((int(pens.max()) + 1) * (height + 1), width), np.uint8)
    cells[cell] = 1
    of_place = cv2.connectedComponents(cells)[1][cell]
    sizes = np.bincount(of_place)
    taken = np.flatnonzero(sizes[of_place] >= _LEAST)  # in noise, nearly all of a thousand groups are too small
    order = taken[np.argsort(of_place[taken], kind="stable")]
    return places[order], np.cumsum([0, *sizes[sizes >= _LEAST]])


def _short_enough(down: Ints, across: Ints, starts: Ints) -> list[tuple[int, int]]:
    """The groups that may be dense enough for words: the longest side of any box around a group is at least known."""
    first, sizes = starts[:-1], np.diff(starts)
    if not len(first):
        return []
    sides = [np.maximum.reduceat(side, first) - np.minimum.reduceat(side, first) for side in (down, across)]
    dense = sizes >= _LEAST_DENSITY * np.maximum(*sides) / np.sqrt(2)
    return [(int(begin), int(begin + size)) for begin, size in zip(first[dense], sizes[dense], strict=True)]


def _least_contrast(frame: Any, outstanding: Any) -> float:
    """The contrast that letters need."""
    low, high = _at(frame, *_RANGE)
    (most,) = _at(outstanding, 1 - _INK)
    return max(_CONTRAST * ((high - low) or float(frame.max() - frame.min())), most, 1.0)


def _at(frame: Any, *parts: float) -> list[float]:
    """The values at these quantiles of a sample of the pixels."""
    few = frame[:: _STEP[0], :: _STEP[1]].ravel()
    places = [round((few.size - 1) * part) for part in parts]
    return [float(value) for value in np.partition(few, places)[places]]


def _drawn(frame: Any, raised: Bools) -> tuple[Ints, Ints]:
    """The flat places of raised pixels with an equal neighbour that have one of the most frequent values.

    With each comes the number of its value, from the most frequent on.
    """
    places = _beside_equals(frame.ravel(), raised.ravel(), frame.shape[1])
    values = _numbered(frame.ravel()[places])
    counts = np.bincount(values)
    frequent = np.flatnonzero(counts >= _LEAST)
    most = frequent[np.argsort(-counts[frequent], kind="stable")[:_MOST_PENS]]
    pen_of = np.full(len(counts), -1)
    pen_of[most] = np.arange(len(most))
    pens = pen_of[values]
    return places[pens >= 0], pens[pens >= 0]


def _numbered(values: Any) -> Ints:
    """Whole numbers from 0 in place of values, in their order."""
    if not len(values) or values.dtype.kind == "f":
        return np.unique(values, return_inverse=True)[1]
    return np.asarray(values.astype(np.intp) - int(values.min()))


def _beside_equals(values: Any, raised: Bools, columns: int) -> Ints:
    """Places of raised pixels of a frame, row after row, that have an equal pixel beside, above or below them."""
    found = np.zeros(values.size, np.bool_)
    for step in (1, columns):
        equal = values[step:] == values[:-step]
        equal &= raised[step:]
        equal &= raised[:-step]
        found[step:] |= equal
        found[:-step] |= equal
    return np.flatnonzero(found)


def _is_word(points: NDArray[np.float32]) -> bool:
    _, sides, _ = cv2.minAreaRect(points)
    low, long = min(sides) + 1, max(sides) + 1
    return bool(_LEAST_HEIGHT <= low <= _MOST_HEIGHT and len(points) >= _LEAST_DENSITY * long)


def _around(down: Ints, across: Ints) -> Box:
    return Box(int(down.min()), int(across.min()), int(down.max()) + 1, int(across.max()) + 1)


def _candidate(frame: Any, number: int, place: _Place) -> Candidate:
    """A find from several slices, as this slice shows it."""
    box = place.box.grown(2, frame.shape)
    here = frame[box.top : box.bottom, box.left : box.right]
    drawn = here == place.pen
    # A letter with its smoothed edges: nearer in value to the pen than to the surroundings.
    around = float(np.median(here))
    inked = here > (around + place.pen) / 2 if place.pen > around else here < (around + place.pen) / 2
    letters = _letters(inked)
    height = float(np.median(letters[:, _SIDES].max(axis=1))) if len(letters) else _LETTER_HEIGHT
    pen = float(place.pen) if _score(_letters(drawn)) >= _LIKE_LETTERS else None
    marks = zlib.crc32(drawn.tobytes(), zlib.crc32(repr(box).encode()))
    beside = zlib.crc32(np.ascontiguousarray(frame[:: _STEP[0], :: _STEP[0]]).tobytes())
    return Candidate(place.box, number, _score(letters), CandidateKind.PEN, height, marks, beside, pen)


def _letters(inked: Bools) -> NDArray[np.int32]:
    """The pieces that are large enough for letters, as OpenCV describes them."""
    _, _, stats, _ = cv2.connectedComponentsWithStats(inked.astype(np.uint8), connectivity=8)
    pieces = stats[1:]  # the first is the background
    return np.asarray(pieces[pieces[:, _SIDES].max(axis=1) >= _LETTER_HEIGHT], np.int32)


def _score(letters: NDArray[np.int32]) -> float:
    """How much marks look like letters: several of one size, whose tops, bottoms or sides are aligned."""
    if not len(letters):
        return 0.0
    left, top, width, height = letters[:, :4].T
    sizes = np.maximum(width, height)
    even = np.mean(np.abs(sizes - np.median(sizes)) <= 0.25 * np.median(sizes))
    aligned = max(np.unique(line, return_counts=True)[1].max() for line in (top, top + height, left, left + width))
    return float(even * aligned / len(letters) * min(len(letters) / _MANY, 1.0))
