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
    wide = np.asarray(pixels, np.int64 if pixels.dtype.itemsize > 2 else np.int32)
    wide = wide - wide.min()
    return np.asarray(wide >> max(int(wide.max()).bit_length() - 16, 0), np.uint16)


def least_contrast(levels: Levels) -> int:
    rows = levels[::_SAMPLE_STEP].astype(np.int32)
    steps = np.abs(np.diff(rows[:, ::2], axis=1))
    noise = float(np.median(steps[steps > 0])) if steps.any() else 0.0  # a clipped background has no noise
    low, high = np.percentile(rows[:, ::_SAMPLE_STEP], _RANGE_PERCENT)
    span = float(high - low) or float(levels.max())
    return max(round(_CONTRAST * span), round(_NOISE_STEPS * noise), 1)


def opening(levels: Levels) -> Levels:
    """The picture without its bright structures of at most _WIDEST_STROKE pixels' width."""
    opened = np.pad(levels, _WIDEST_STROKE)  # with 0, the least level: only windows inside the picture count
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


def find_marks(levels: Levels, raised: Levels, chosen: Bools, *, flat: bool) -> Marks:
    """The connected groups of chosen pixels; `flat` connects only equal values."""
    places, labels = _labelled(levels, chosen, flat=flat)
    if not flat and len(places):
        rise = raised.ravel()[places]
        best = np.zeros(labels.max() + 1, rise.dtype)
        np.maximum.at(best, labels, rise)
        core = np.zeros(levels.size, np.bool_)
        core[places[rise >= _CORE * best[labels]]] = True
        places, labels = _labelled(levels, core.reshape(levels.shape), flat=False)
    return _measured(levels, raised, places, labels)


def _labelled(levels: Levels, chosen: Bools, *, flat: bool) -> tuple[Ints, Ints]:
    """Flat places of the chosen pixels, and the number of the group that each belongs to."""
    columns = levels.shape[1]
    places = np.flatnonzero(chosen)
    order = np.full(chosen.size + columns + 1, -1, np.int32)
    order[places] = np.arange(len(places), dtype=np.int32)
    across, values = places % columns, levels.ravel()[places]
    pairs = []
    for step, sideways in ((1, 1), (columns - 1, -1), (columns, 0), (columns + 1, 1)):
        other = order[places + step]
        linked = (other >= 0) & (across + sideways >= 0) & (across + sideways < columns)
        if flat:
            linked &= values[other] == values
        pairs.append((np.flatnonzero(linked), other[linked]))
    first, second = (np.concatenate(side) for side in zip(*pairs, strict=True))
    return places, groups(first, second, len(places))


def groups(first: Ints, second: Ints, count: int) -> Ints:
    """Numbers 0, 1, … of the groups into which pairs join `count` things."""
    label = np.arange(count)
    while True:
        least = np.minimum(label[first], label[second])
        joined = label.copy()
        np.minimum.at(joined, label[first], least)
        np.minimum.at(joined, label[second], least)
        joined = joined[joined]
        if np.array_equal(joined, label):
            return (np.cumsum(label == np.arange(count)) - 1)[label]
        label = joined


def _measured(levels: Levels, raised: Levels, places: Ints, labels: Ints) -> Marks:
    order = np.argsort(labels, kind="stable")
    places, starts = places[order], np.flatnonzero(np.diff(labels[order], prepend=-1))
    if not len(starts):
        return Marks(*(np.zeros(0, np.intp) for _ in fields(Marks)))
    down, across = np.divmod(places, levels.shape[1])
    least, most = np.minimum.reduceat, np.maximum.reduceat
    value, rise = (plane.ravel()[places].astype(np.intp) for plane in (levels, raised))
    return Marks(
        least(down, starts), least(across, starts), most(down, starts) + 1, most(across, starts) + 1,
        np.diff(starts, append=len(places)), most(value, starts), most(rise, starts),
    )  # fmt: skip
