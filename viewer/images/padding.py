"""Padding among voxels (PS3.3 C.7.5.1.1.2): found and kept separate, so that it never mixes into the picture."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

# First and last of the stored values that are padding.
Range = tuple[int, int]


class Filled(NamedTuple):
    """Voxels whose padding all holds one `value`; `there` is 0 in padding and 1 elsewhere, None if there is none."""

    voxels: NDArray[np.generic]
    there: NDArray[np.uint8] | None
    value: float


def blank_out(voxels: NDArray[np.integer], ranges: Sequence[Range | None]) -> Filled:
    """Give all padding in stored values, (slices, rows, columns), one value; each slice has its own range or none.

    If all ranges share a value, padding is set to it in place: it stays padding for other readers of the same bytes.
    Otherwise this works on a copy. With one value in all padding, `linear(there) * value` is the amount that padding
    has added to any mixture, and can be subtracted again.
    """
    asked = {range_ for range_ in ranges if range_ is not None}
    limits = np.iinfo(voxels.dtype)
    low, high = max((limits.min, *(range_[0] for range_ in asked))), min((limits.max, *(range_[1] for range_ in asked)))
    value = low if low <= high else 0
    made, there = voxels, None
    for index, padding in enumerate(ranges):
        empty = None if padding is None else _between(voxels[index], padding)
        if empty is None or not empty.any():
            continue
        if there is None:
            there = np.ones(voxels.shape, np.uint8)
            made = voxels if low <= high else voxels.copy()
        there[index] = ~empty
        if len(asked) > 1 or low != high:
            made[index][empty] = value
    return Filled(made, there, float(value))


def _between(values: NDArray[np.integer], limits: Range) -> NDArray[np.bool_]:
    low, high = limits
    return np.asarray(values == low if low == high else (values >= low) & (values <= high), np.bool_)
