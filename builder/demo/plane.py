"""Where the pixels of one image plane lie in the patient."""

from __future__ import annotations

from dataclasses import dataclass, replace
import math
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Image: TypeAlias = NDArray[np.float32]
Window: TypeAlias = tuple[slice, slice]
Point: TypeAlias = tuple[float, float, float]


@dataclass(frozen=True)
class Extent:
    """Corners of an axis-aligned box, mm, patient LPS."""

    low: Point
    high: Point


@dataclass(frozen=True)
class ImagePlane:
    """One image plane (or a window of it) in patient LPS, mm.

    x: (1, columns) of the pixel centres; y, z: (rows, 1), where z varies with the row if the gantry tilts;
    v: (rows, 1) place along the plane itself, the same as y where the gantry is upright; s: height (z) of the
    plane on the gantry axis.
    """

    x: Image
    y: Image
    z: Image
    v: Image
    s: float

    @property
    def shape(self) -> tuple[int, int]:
        return self.y.shape[0], self.x.shape[1]

    def window(self, box: Extent) -> Window | None:
        """Rows and columns that can meet `box`; None if there are none."""
        (x0, y0, z0), (x1, y1, z1) = box.low, box.high
        rows = np.flatnonzero((self.y >= y0) & (self.y <= y1) & (self.z >= z0) & (self.z <= z1))
        columns = np.flatnonzero((self.x >= x0) & (self.x <= x1))
        if not rows.size or not columns.size:
            return None
        return slice(int(rows[0]), int(rows[-1]) + 1), slice(int(columns[0]), int(columns[-1]) + 1)

    def cut(self, window: Window) -> ImagePlane:
        rows, columns = window
        return replace(self, x=self.x[:, columns], y=self.y[rows], z=self.z[rows], v=self.v[rows])


@dataclass(frozen=True)
class Gantry:
    """The position of a series in the patient: matrix size, pixel size and centre (x, y) in mm, tilt in degrees.

    A negative tilt brings the anterior rows towards the head.
    """

    size: int
    pixel: float
    center: tuple[float, float]
    tilt: float = 0.0

    @property
    def down(self) -> Point:
        """Unit vector along increasing rows (the second half of Image Orientation (Patient))."""
        angle = math.radians(self.tilt)
        return 0.0, math.cos(angle), math.sin(angle)

    def corner(self, s: float) -> Point:
        """Centre of the first pixel of the plane whose middle row meets the gantry axis at z = s."""
        half = self.pixel * (self.size - 1) / 2
        _, dy, dz = self.down
        return self.center[0] - half, self.center[1] - half * dy, s - half * dz

    def plane(self, s: float) -> ImagePlane:
        steps = (np.arange(self.size, dtype=np.float32) - (self.size - 1) / 2) * self.pixel
        _, dy, dz = self.down
        v = steps[:, None].astype(np.float32)
        return ImagePlane(
            x=(steps[None, :] + self.center[0]).astype(np.float32),
            y=(self.center[1] + v * dy).astype(np.float32),
            z=(s + v * dz).astype(np.float32),
            v=(self.center[1] + v).astype(np.float32),
            s=s,
        )
