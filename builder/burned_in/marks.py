"""Marks that stand out of a picture as strokes do: connected groups of pixels, narrower than anatomy."""

from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

# Strokes up to this many pixels wide stand out from their surroundings; anything wider is anatomy, a table or a frame.
_WIDEST_STROKE = 6
# A mark stands out by this part of the picture's range of values, and by this many usual steps between neighbours.
_CONTRAST = 0.06
_NOISE_STEPS = 4.0
# The darkest and brightest hundredth do not count for the range; every so many-th pixel is enough to know it.
_RANGE_PERCENT = (1.0, 99.0)
_SAMPLE_STEP = 4
# The part of a mark that counts: what stands out by this share of its best, so that smoothed edges fall away.
_CORE = 0.55
# The lowest letters, in pixels.
LOWEST = 4

Pixels = NDArray[np.integer[Any]]
Levels = NDArray[np.uint16]
Ints = NDArray[np.intp]
Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Marks:
    """Connected groups of pixels that stand out: where, how many pixels, the highest value, by how much."""

    top: Ints
    left: Ints
    bottom: Ints
    right: Ints
    size: Ints
    peak: Ints
    contrast: Ints

    def __len__(self) -> int:
        return len(self.top)

    @property
    def height(self) -> Ints:
        return self.bottom - self.top

    @property
    def width(self) -> Ints:
        return self.right - self.left

    def where(self, chosen: Bools | Ints) -> "Marks":
        return replace(self, **{field.name: getattr(self, field.name)[chosen] for field in fields(self)})


def to_levels(pixels: Pixels) -> Levels:
    """Values from 0 up in 16 bits, so that all that follows is fast; equal values stay equal."""
    if pixels.dtype.itemsize <= 2:  # modulo 65536, in which no difference of two values is lost
        return np.asarray(pixels.astype(np.uint16) - np.asarray(pixels.min()).astype(np.uint16))
    wide = np.asarray(pixels, np.int64)
    wide = wide - wide.min()
    return np.asarray(wide >> max(int(wide.max()).bit_length() - 16, 0), np.uint16)


def least_contrast(levels: Levels) -> int:
    rows = levels[:: 2 * _SAMPLE_STEP, ::2].astype(np.int32)
    steps = np.abs(rows[:, 1:] - rows[:, :-1])
    steps = steps[steps > 0]
    # A clipped background has no noise.
    noise = int(np.partition(steps, len(steps) // 2)[len(steps) // 2]) if len(steps) else 0
    values = levels[::_SAMPLE_STEP, ::_SAMPLE_STEP].ravel()
    low, high = (round((len(values) - 1) * percent / 100) for percent in _RANGE_PERCENT)
    values = np.partition(values, (low, high))
    span = int(values[high]) - int(values[low]) or int(levels.max())
    return max(round(_CONTRAST * span), round(_NOISE_STEPS * noise), 1)


def opening(levels: Levels) -> Levels:
    """The picture without its bright structures of at most _WIDEST_STROKE pixels' width."""
    rows, columns = levels.shape
    # Around it 0, the least level: only windows inside the picture count.
    opened = np.zeros((rows + 2 * _WIDEST_STROKE, columns + 2 * _WIDEST_STROKE), np.uint16)
    opened[_WIDEST_STROKE:-_WIDEST_STROKE, _WIDEST_STROKE:-_WIDEST_STROKE] = levels
    for extreme in (np.minimum, np.maximum):
        for _ in range(2):
            opened = _running(opened, extreme).T
    return opened


def _running(values: Levels, extreme: np.ufunc) -> Levels:
    """The extreme of each window of _WIDEST_STROKE + 1 rows, from windows of half the size again and again."""
    window, wanted = 1, _WIDEST_STROKE + 1
    while window < wanted:
        step = min(window, wanted - window)
        values = extreme(values[:-step], values[step:])
        window += step
    return values


def find_marks(levels: Levels, raised: Levels, places: Ints, *, flat: bool, lonely: bool = True) -> Marks:
    """The connected groups of the pixels at these flat places, which ascend.

    `flat` connects only equal values. Without `lonely`, groups that are too small for a letter may be missing.
    """
    if flat:
        return _measured(levels, raised, *_equal_groups(levels, places, lonely))
    columns = levels.shape[1]
    runs = _runs(places, columns)
    if not len(runs.starts):
        return _measured(levels, raised, runs, runs.starts)
    labels = _labels(runs, columns)
    rise = raised.ravel()[places]
    best = np.zeros(labels.max() + 1, rise.dtype)
    np.maximum.at(best, labels, np.maximum.reduceat(rise, runs.starts))
    core = rise >= _CORE * np.repeat(best[labels], runs.lengths)
    if not lonely:  # a letter is of so many runs at least, one in each row of pixels
        core &= np.repeat((np.bincount(labels) >= LOWEST)[labels], runs.lengths)
    runs = _runs(places[core], columns)
    return _measured(levels, raised, runs, _labels(runs, columns))


@dataclass(frozen=True, slots=True)
class _Runs:
    """Chosen pixels that follow each other in a row of the picture: flat places of all, and where each run starts."""

    places: Ints
    starts: Ints

    @property
    def lengths(self) -> Ints:
        return np.diff(self.starts, append=len(self.places))


def _runs(places: Ints, columns: int) -> _Runs:
    starts = np.diff(places, prepend=-2) > 1
    starts |= places % columns == 0
    return _Runs(places, np.flatnonzero(starts))


def _labels(runs: _Runs, columns: int) -> Ints:
    """For each run the number of the group that it belongs to; runs that touch, at corners too, are of one group."""
    left = runs.places[runs.starts]
    right = left + runs.lengths - 1
    down = left // columns
    # One column more, so that what ends a row does not touch what begins the next.
    left, right = left + down, right + down
    begin = np.searchsorted(right, left + columns)
    count = np.searchsorted(left, right + columns + 2, "right") - begin
    first = np.repeat(np.arange(len(left)), count)
    second = np.arange(len(first)) + np.repeat(begin - np.cumsum(count) + count, count)
    return groups(first, second, len(left))


def _equal_groups(levels: Levels, places: Ints, lonely: bool) -> tuple[_Runs, Ints]:
    """Each place as a run of its own, and its group; without those that have no neighbour unless `lonely`."""
    columns = levels.shape[1]
    # One more row and one more column to each side, so that nothing is beside what lies at the border.
    spread = places + 2 * (places // columns) + 1
    values = np.zeros((levels.shape[0] + 1) * (columns + 2) + 2, np.int32)
    here = levels.ravel()[places] + np.int32(1)
    values[spread] = here
    steps = (1, columns + 1, columns + 2, columns + 3)
    pairs = [(linked := np.flatnonzero(values[spread + step] == here), spread[linked] + step) for step in steps]
    first, second = (np.concatenate(side) for side in zip(*pairs, strict=True))
    second = np.searchsorted(spread, second)
    if lonely:
        return _Runs(places, np.arange(len(places))), groups(first, second, len(places))
    chosen = np.zeros(len(places), np.bool_)
    chosen[first] = chosen[second] = True
    number = np.cumsum(chosen) - 1
    kept = places[chosen]
    return _Runs(kept, np.arange(len(kept))), groups(number[first], number[second], len(kept))


def groups(first: Ints, second: Ints, count: int) -> Ints:
    """Numbers 0, 1, … of the groups into which pairs join `count` things."""
    label = np.arange(count)
    while True:
        one, other = label[first], label[second]
        apart = one != other
        if not apart.any():
            return (np.cumsum(label == np.arange(count)) - 1)[label]
        # From now on the groups stand for their members; each points to a lower one, until all do to the lowest.
        first, second = one[apart], other[apart]
        label[np.maximum(first, second)] = np.minimum(first, second)
        while not np.array_equal(further := label[label], label):
            label = further


def _measured(levels: Levels, raised: Levels, runs: _Runs, labels: Ints) -> Marks:
    if not len(labels):
        return Marks(*(np.zeros(0, np.intp) for _ in fields(Marks)))
    order = np.argsort(labels, kind="stable")
    starts = np.flatnonzero(np.diff(labels[order], prepend=-1))
    lengths = runs.lengths
    down, across = np.divmod(runs.places[runs.starts], levels.shape[1])
    least, most = np.minimum.reduceat, np.maximum.reduceat
    value, rise = (most(plane.ravel()[runs.places], runs.starts)[order].astype(np.intp) for plane in (levels, raised))
    down, left, right = down[order], across[order], (across + lengths)[order]
    return Marks(
        least(down, starts), least(left, starts), most(down, starts) + 1, most(right, starts),
        np.add.reduceat(lengths[order], starts), most(value, starts), most(rise, starts),
    )  # fmt: skip
