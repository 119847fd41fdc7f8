"""The part of a picture within a box, as a polygon."""

import numpy as np
from numpy.typing import NDArray

# Corners, (column, row) of the picture; the centre of the first pixel is (0, 0).
Polygon = list[tuple[float, float]]


def clipped(
    to_box: NDArray[np.float64], columns: int, rows: int, low: NDArray[np.float64], high: NDArray[np.float64]
) -> Polygon:
    """The picture's rectangle clipped by the six sides of a box (Sutherland and Hodgman); empty if nothing is left.

    `to_box` takes (column, row, 0, 1) to places in the box, `low` and `high` are its ends, shape (3,).
    """
    right, bottom = columns - 0.5, rows - 0.5
    polygon: Polygon = [(-0.5, -0.5), (right, -0.5), (right, bottom), (-0.5, bottom)]
    for axis in range(3):
        a, b, c = (float(to_box[axis, n]) for n in (0, 1, 3))
        polygon = _keep(polygon, (a, b, c - float(low[axis])))
        polygon = _keep(polygon, (-a, -b, float(high[axis]) - c))
    return polygon


def _keep(polygon: Polygon, side: tuple[float, float, float]) -> Polygon:
    a, b, c = side
    kept: Polygon = []
    for (x0, y0), (x1, y1) in zip(polygon, polygon[1:] + polygon[:1], strict=True):
        here, there = a * x0 + b * y0 + c, a * x1 + b * y1 + c
        if here >= 0:
            kept.append((x0, y0))
        if (here >= 0) != (there >= 0):
            share = here / (here - there)
            kept.append((x0 + share * (x1 - x0), y0 + share * (y1 - y0)))
    return kept
