"""Masks narrowed and widened by squares in their slices, and counts of the slices around each."""

import numpy as np
from numpy.typing import NDArray

Mask = NDArray[np.bool_]


def narrowed(mask: Mask, by: int) -> Mask:
    """Without what is nearer than `by` pixels to anything else in its slice; past the edges all counts as in it."""
    return np.stack([_least(_least(part, by, 0), by, 1) for part in mask]) if by else mask


def widened(mask: Mask, by: int, slices: int = 0) -> Mask:
    """With what is at most `by` pixels away in its slice, along rows and columns; and then so many slices away."""
    wide = np.stack([~_least(_least(~part, by, 0), by, 1) for part in mask]) if by else mask
    if not slices:
        return wide
    made = wide.copy()
    for step in range(1, slices + 1):
        made[step:] |= wide[:-step]
        made[:-step] |= wide[step:]
    return made


def share_of_slices(mask: Mask, half: int) -> NDArray[np.float32]:
    """For each voxel the share of the slices up to `half` before and after it in which this place is in the mask."""
    slices = len(mask)
    sums = np.zeros((slices + 1, *mask.shape[1:]), np.int16)
    np.cumsum(mask, axis=0, out=sums[1:])
    # At the ends the window is as long, but to one side.
    low = np.clip(np.arange(slices) - half, 0, max(slices - 2 * half - 1, 0))
    high = np.minimum(low + 2 * half + 1, slices)
    return np.asarray((sums[high] - sums[low]) / np.float32(min(2 * half + 1, slices)), np.float32)


def _least(part: Mask, by: int, axis: int) -> Mask:
    """True where all from `by` before to `by` after along an axis are, as far as there are any."""
    around = [(0, 0), (0, 0)]
    around[axis] = (by, by)
    found, length = np.moveaxis(np.pad(part, around, constant_values=True), axis, 0), 1
    wanted = 2 * by + 1
    while length < wanted:
        step = min(length, wanted - length)
        found = found[:-step] & found[step:]
        length += step
    return np.moveaxis(found, 0, axis)
