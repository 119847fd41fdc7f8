"""Smooth random functions of space: outlines and tissues are never quite regular."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from builder.demo.plane import Image, ImagePlane

_CELLS = 40
"""The random lattice repeats after this many cells: far enough apart to go unseen."""


@lru_cache(maxsize=64)
def _lattice(seed: int) -> Image:
    values = np.random.default_rng([2187, seed]).standard_normal((_CELLS, _CELLS, _CELLS), dtype=np.float32)
    return values * np.float32(1.9)  # B-spline weights average: restore the spread to about one


def _along(table: Image, positions: Image, cell: float) -> Image:
    """(n, ...) of `table` (_CELLS, ...) read at n positions in mm through cubic B-splines.

    Written out instead of as a matrix product: the same bytes whatever linear algebra NumPy was built with.
    """
    at = positions.ravel() / np.float32(cell)
    first = np.floor(at).astype(np.int64)
    t = (at - first).astype(np.float32)
    parts = ((1 - t) ** 3, 3 * t**3 - 6 * t**2 + 4, -3 * t**3 + 3 * t**2 + 3 * t + 1, t**3)
    result = np.zeros((at.size, *table.shape[1:]), np.float32)
    for step, part in enumerate(parts):
        weight = (part / 6).reshape(-1, *[1] * (table.ndim - 1))
        result += weight * table[(first + step - 1) % _CELLS]
    return result


def smooth_noise(plane: ImagePlane, seed: int, cell: float) -> Image:
    """(rows, columns) smooth noise, mean 0 and spread about 1, whose bumps are about `cell` mm wide.

    It is a function of the plane's own coordinates (x, v, s), so that it is computed one axis at a time;
    between tilted planes it is as continuous as along the patient's axes.
    """
    level = _along(_lattice(seed), np.asarray([plane.s], np.float32), cell)[0]
    columns = _along(np.ascontiguousarray(level.T), plane.x, cell)
    return _along(np.ascontiguousarray(columns.T), plane.v, cell)
