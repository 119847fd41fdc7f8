"""The convex hull of a mask in each of its slices."""

import numpy as np
from numpy.typing import NDArray

Mask = NDArray[np.bool_]
_Ints = NDArray[np.int64]


def hulls(mask: Mask) -> Mask:
    """All pixels whose centres lie within the convex hull of those of the mask, slice by slice."""
    return np.stack([_hull(part) for part in mask])


def _hull(part: Mask) -> Mask:
    made = np.zeros(part.shape, bool)
    rows = np.flatnonzero(part.any(axis=1))
    if not len(rows):
        return made
    left = part[rows].argmax(axis=1)
    right = part.shape[1] - 1 - part[rows, ::-1].argmax(axis=1)
    between = np.arange(rows[0], rows[-1] + 1)
    low = np.interp(between, *_outermost(rows, left))
    high = -np.interp(between, *_outermost(rows, -right))
    columns = np.arange(part.shape[1])
    made[rows[0] : rows[-1] + 1] = (columns >= low[:, np.newaxis] - 1e-6) & (columns <= high[:, np.newaxis] + 1e-6)
    return made


def _outermost(rows: _Ints, columns: _Ints) -> tuple[list[int], list[int]]:
    """The corners of the convex line before these columns: Andrew's chain over rows that rise."""
    kept: list[tuple[int, int]] = []
    for row, column in zip(map(int, rows), map(int, columns), strict=True):
        while len(kept) > 1 and _beyond(kept[-2], kept[-1], (row, column)):
            kept.pop()
        kept.append((row, column))
    return [row for row, _ in kept], [column for _, column in kept]


def _beyond(first: tuple[int, int], middle: tuple[int, int], last: tuple[int, int]) -> bool:
    """Whether the middle one lies on or after the line of the two others."""
    (row, column), (row2, column2), (row3, column3) = first, middle, last
    return (column2 - column) * (row3 - row) >= (column3 - column) * (row2 - row)
