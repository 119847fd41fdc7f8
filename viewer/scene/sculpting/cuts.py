"""A cut of the scissors: what lies behind a shape drawn on the picture is cut away, or alone kept."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from viewer.scene.camera import Vector

Mask = NDArray[np.bool_]
# The shape is filled on a grid of so many squares along its longer side.
_SQUARES = 2048


@dataclass(frozen=True)
class BodyCut:
    """A shape on a picture without perspective, through the whole body.

    `shape`: its corners in mm to the right and down from `focus`, which is in patient LPS and mm; `right` and `down`
    are unit vectors of the picture in patient LPS. `keep`: what lies outside goes, else what lies inside.
    """

    focus: Vector
    right: Vector
    down: Vector
    shape: tuple[tuple[float, float], ...]
    keep: bool

    @cached_property
    def _grid(self) -> tuple[Mask, NDArray[np.float64], float]:
        """The filled shape with an empty edge, the place of its first square in mm, and a square's length."""
        corners = np.array(self.shape, float)
        low = corners.min(axis=0)
        length = max(float(np.ptp(corners, axis=0).max()) / _SQUARES, 1e-6)
        size = np.ceil(np.ptp(corners, axis=0) / length).astype(int) + 3
        return filled((corners - low) / length + 1, int(size[0]), int(size[1])), low - length, length

    def hides(self, affine: NDArray[np.float64], shape: tuple[int, int], number: int) -> Mask:
        """Which voxels of one slice, (rows, columns), are cut away; `affine` takes (i, j, k, 1) to patient LPS."""
        grid, low, length = self._grid
        ways = np.array((self.right, self.down)) @ affine[:3] / length
        start = ways @ (0, 0, number, 1) - (np.array((self.right, self.down)) @ self.focus + low) / length
        columns, rows = (
            start[axis] + np.add.outer(np.arange(shape[0]) * ways[axis, 1], np.arange(shape[1]) * ways[axis, 0])
            for axis in (0, 1)
        )
        x = np.clip(columns.astype(np.int32), 0, grid.shape[1] - 1)
        y = np.clip(rows.astype(np.int32), 0, grid.shape[0] - 1)
        inside = grid[y, x]
        return np.asarray(~inside if self.keep else inside)


def filled(corners: NDArray[np.float64], columns: int, rows: int) -> Mask:
    """The squares of a grid whose centres lie within a polygon, by the even-odd rule; corners are (column, row)."""
    crossed = np.zeros((rows, columns + 1), np.int32)
    for (x0, y0), (x1, y1) in zip(corners, np.roll(corners, -1, axis=0), strict=True):
        first, last = (int(np.clip(np.ceil(y - 0.5), 0, rows)) for y in sorted((y0, y1)))
        if first == last:
            continue
        at = np.arange(first, last)
        x = x0 + (at + 0.5 - y0) * (x1 - x0) / (y1 - y0)
        np.add.at(crossed, (at, np.clip(np.ceil(x - 0.5), 0, columns).astype(int)), 1)
    return np.asarray(np.cumsum(crossed[:, :-1], axis=1) % 2 == 1)
