"""Closed outlines that a reader drew: which places lie inside, and how large the area is.

An outline that crosses itself encloses what it goes round: its lobes all count, and what it goes round twice counts
once (the winding number there is not 0).
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from viewer.marks.measure import Place

Array = NDArray[np.float64]
# The area is kept for as many outlines, since every painting asks for it; where one lies does not matter.
_KEPT, _ROUNDING = 64, 6
_SIDES: tuple[Literal["left"], Literal["right"]] = ("left", "right")


def inside(corners: Sequence[Place], columns: Array, rows: Array) -> NDArray[np.bool_]:
    """Which places of a grid lie inside or on the outline; shape (rows, columns).

    `columns` and `rows` are the coordinates of the grid, each ascending, in the units of the corners.
    """
    edges, found = _edges(corners), np.zeros((len(rows), len(columns)), bool)
    # A place on an edge is inside whichever side the edge counts to.
    for upper in (False, True):
        row, x, way = _cuts(edges, rows, upper=upper)
        for side in _SIDES:
            turns = np.zeros((len(rows), len(columns) + 1), np.int32)
            np.add.at(turns, (row, np.searchsorted(columns, x, side)), way)
            found |= np.cumsum(turns, axis=1)[:, :-1] != 0
    for x0, y, x1, _ in edges[(edges[:, 1] == edges[:, 3]) & np.isin(edges[:, 1], rows)]:
        found[np.searchsorted(rows, y)] |= (columns >= min(x0, x1)) & (columns <= max(x0, x1))
    return found


def enclosed(corners: Sequence[Place]) -> float:
    """The area inside the outline, in squares of the units of its corners."""
    (x, y), digits = corners[0], _ROUNDING
    return _enclosed(tuple((round(column - x, digits), round(row - y, digits)) for column, row in corners))


@lru_cache(_KEPT)
def _enclosed(corners: tuple[Place, ...]) -> float:
    """Strip by strip: between two heights without a corner or crossing, edges stay apart, and parts are trapezia."""
    edges = _edges(corners)
    heights = np.unique(np.concatenate([edges[:, 1], _crossings(edges)]))
    strip, x, way = _cuts(edges, (heights[1:] + heights[:-1]) / 2, upper=False)
    order = np.lexsort((x, strip))
    strip, x, winding = strip[order], x[order], np.cumsum(way[order])  # 0 again at the end of each strip
    return float(np.sum((np.diff(x) * np.diff(heights)[strip[:-1]])[winding[:-1] != 0]))


def _edges(corners: Sequence[Place]) -> Array:
    """(n, 4): x and y of the start and of the end of each edge."""
    points = np.asarray(corners, np.float64).reshape(-1, 2)
    return np.hstack([points, np.roll(points, -1, axis=0)])


def _cuts(edges: Array, heights: Array, *, upper: bool) -> tuple[NDArray[np.int_], Array, NDArray[np.int_]]:
    """Where edges cut level lines at ascending heights: the number of the line, the place on it, the direction.

    That is 1 for an edge that goes down, -1 for one that goes up; a level edge cuts none. `upper` decides which of its
    ends belongs to an edge.
    """
    low, high = np.minimum(edges[:, 1], edges[:, 3]), np.maximum(edges[:, 1], edges[:, 3])
    first, last = (np.searchsorted(heights, ends, _SIDES[upper]) for ends in (low, high))
    number = last - first
    edge = np.repeat(np.arange(len(edges)), number)
    line = np.arange(len(edge)) - np.repeat(np.cumsum(number) - number, number) + first[edge]
    x0, y0, x1, y1 = edges[edge].T
    return line, x0 + (heights[line] - y0) / (y1 - y0) * (x1 - x0), np.where(y1 > y0, 1, -1)


def _crossings(edges: Array) -> Array:
    """The heights at which edges cross between their ends, from left to right: few edges lie above each other."""
    edges = edges[np.argsort(np.minimum(edges[:, 0], edges[:, 2]), kind="stable")]
    left, right = np.minimum(edges[:, 0], edges[:, 2]), np.maximum(edges[:, 0], edges[:, 2])
    ends = np.searchsorted(left, right, side="right")
    found = [_crossed(edges[number], edges[number + 1 : end]) for number, end in enumerate(ends)]
    return np.concatenate(found)


def _crossed(edge: Array, others: Array) -> Array:
    """The heights at which an edge crosses others."""
    start, way, ways = edge[:2], edge[2:] - edge[:2], others[:, 2:] - others[:, :2]
    apart = others[:, :2] - start
    across = way[0] * ways[:, 1] - way[1] * ways[:, 0]
    with np.errstate(divide="ignore", invalid="ignore"):
        here = (apart[:, 0] * ways[:, 1] - apart[:, 1] * ways[:, 0]) / across
        there = (apart[:, 0] * way[1] - apart[:, 1] * way[0]) / across
    met = (across != 0) & (here > 0) & (here < 1) & (there > 0) & (there < 1)
    return np.asarray(start[1] + here[met] * way[1])
