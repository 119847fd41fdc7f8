"""Signed distances to simple bodies: negative inside, mm, patient LPS."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from builder.demo.plane import Extent, Image, ImagePlane, Point

FAR = np.float32(60.0)
_REACH = 20.0
"""Distances are right up to this many mm outside a shape; beyond, a field says FAR."""


class Shape(Protocol):
    """Anything that lowers a field of distances at its place."""

    def draw(self, plane: ImagePlane, field: Image) -> None:
        """Lower `field` (rows, columns) to this shape's signed distance in mm."""


class _Solid:
    """A shape that knows its box and its distance, so that only a window is computed."""

    @property
    def box(self) -> Extent:
        raise NotImplementedError

    def distance(self, plane: ImagePlane) -> Image:
        raise NotImplementedError

    def draw(self, plane: ImagePlane, field: Image) -> None:
        window = plane.window(self.box)
        if window is not None:
            np.minimum(field[window], self.distance(plane.cut(window)), out=field[window])


def _grown(center: Sequence[float], reach: Sequence[float]) -> Extent:
    low = [c - r - _REACH for c, r in zip(center, reach, strict=True)]
    high = [c + r + _REACH for c, r in zip(center, reach, strict=True)]
    return Extent((low[0], low[1], low[2]), (high[0], high[1], high[2]))


def turn(x: float = 0.0, y: float = 0.0, z: float = 0.0) -> NDArray[np.float64]:
    """Rotation matrix for angles (degrees) about the patient's axes, z first; its rows are the local axes."""
    matrix = np.eye(3)
    for axis, angle in ((2, z), (1, y), (0, x)):
        c, s = np.cos(np.radians(angle)), np.sin(np.radians(angle))
        step = np.eye(3)
        i, j = [k for k in range(3) if k != axis]
        step[i, i], step[i, j], step[j, i], step[j, j] = c, s, -s, c
        matrix = step @ matrix
    return matrix


@dataclass(frozen=True)
class Ellipsoid(_Solid):
    """Centre, half axes (mm) and, if it is oblique, the rotation whose rows are its axes."""

    center: Point
    radii: Point
    axes: NDArray[np.float64] | None = None

    @property
    def box(self) -> Extent:
        reach = self.radii if self.axes is None else (max(self.radii),) * 3
        return _grown(self.center, reach)

    def _local(self, plane: ImagePlane) -> list[Image]:
        offsets = [axis - c for axis, c in zip((plane.x, plane.y, plane.z), self.center, strict=True)]
        if self.axes is None:
            return offsets
        turned = self.axes.astype(np.float32)
        return [row[0] * offsets[0] + (row[1] * offsets[1] + row[2] * offsets[2]) for row in turned]

    def distance(self, plane: ImagePlane) -> Image:
        local = self._local(plane)
        near = sum((p / np.float32(r)) ** 2 for p, r in zip(local, self.radii, strict=True))
        slope = sum((p / np.float32(r * r)) ** 2 for p, r in zip(local, self.radii, strict=True))
        tiny = np.float32(1e-8)  # keeps the very middle at minus the smallest half axis
        root = np.sqrt(near + tiny)
        result: Image = root * (root - 1) / np.sqrt(slope + tiny / np.float32(min(self.radii)) ** 2)
        return result


@dataclass(frozen=True, eq=False)
class Tubes:
    """Many straight pieces with round ends: starts, ends (n, 3) and radii (n,) at both, mm.

    `squeeze` divides heights, so that a rib can be taller than thick.
    """

    starts: NDArray[np.float32]
    ends: NDArray[np.float32]
    radii: NDArray[np.float32]
    end_radii: NDArray[np.float32]
    squeeze: float = 1.0
    reach: float = 6.0

    def _near(self, plane: ImagePlane) -> NDArray[np.int64]:
        grow = np.maximum(self.radii, self.end_radii) * max(1.0, self.squeeze) + self.reach
        low = np.minimum(self.starts, self.ends)[:, 2] - grow
        high = np.maximum(self.starts, self.ends)[:, 2] + grow
        return np.flatnonzero((low <= plane.z.max()) & (high >= plane.z.min()))

    def draw(self, plane: ImagePlane, field: Image) -> None:
        for index in self._near(plane):
            self._draw_one(int(index), plane, field)

    def _draw_one(self, index: int, plane: ImagePlane, field: Image) -> None:
        a, b = self.starts[index], self.ends[index]
        wide = max(self.radii[index], self.end_radii[index]) * max(1.0, self.squeeze) + self.reach
        low, high = (np.minimum(a, b) - wide).tolist(), (np.maximum(a, b) + wide).tolist()
        window = plane.window(Extent((low[0], low[1], low[2]), (high[0], high[1], high[2])))
        if window is None:
            return
        distance = self._distance(index, plane.cut(window))
        np.minimum(field[window], distance, out=field[window])

    def _distance(self, index: int, plane: ImagePlane) -> Image:
        scale = np.asarray([1, 1, 1 / self.squeeze], np.float32)
        a = self.starts[index]
        along = (self.ends[index] - a) * scale
        x, y, z = plane.x - a[0], plane.y - a[1], (plane.z - a[2]) * scale[2]
        length = max(float((along**2).sum()), 1e-6)
        t = np.clip((x * along[0] + (y * along[1] + z * along[2])) / np.float32(length), 0, 1)
        aside = (x - t * along[0]) ** 2 + (y - t * along[1]) ** 2 + (z - t * along[2]) ** 2
        radius = self.radii[index] + t * (self.end_radii[index] - self.radii[index])
        result: Image = np.sqrt(aside) - radius
        return result


def spline(knots: Sequence[Sequence[float]] | NDArray[np.float64], count: int) -> NDArray[np.float64]:
    """(count, columns) points of the smooth (Catmull-Rom) curve through `knots` (n, columns)."""
    table = np.asarray(knots, dtype=np.float64)
    return hermite(np.arange(len(table), dtype=np.float64), table, np.linspace(0, len(table) - 1, count))


def hermite(at: NDArray[np.float64], table: NDArray[np.float64], where: NDArray[np.float64]) -> NDArray[np.float64]:
    """(len(where), columns) of `table` (n, columns), given at rising `at` (n,), smoothly read at `where`."""
    slopes = np.gradient(table, at, axis=0)
    index = np.clip(np.searchsorted(at, where, side="right") - 1, 0, len(at) - 2)
    step = at[index + 1] - at[index]
    t = np.clip((where - at[index]) / step, 0, 1)[:, None]
    step = step[:, None]
    return (
        (2 * t**3 - 3 * t**2 + 1) * table[index]
        + (t**3 - 2 * t**2 + t) * step * slopes[index]
        + (3 * t**2 - 2 * t**3) * table[index + 1]
        + (t**3 - t**2) * step * slopes[index + 1]
    )


def tube(knots: Sequence[Sequence[float]] | NDArray[np.float64], pieces: int = 24, squeeze: float = 1.0) -> Tubes:
    """A tube along the curve through `knots` (x, y, z, radius), mm."""
    points = spline(knots, pieces + 1).astype(np.float32)
    return Tubes(points[:-1, :3], points[1:, :3], points[:-1, 3], points[1:, 3], squeeze)


def joined(parts: Iterable[Tubes], squeeze: float = 1.0, reach: float = 6.0) -> Tubes:
    """All pieces of several tubes as one set."""
    parts = list(parts)
    return Tubes(
        np.concatenate([p.starts for p in parts]),
        np.concatenate([p.ends for p in parts]),
        np.concatenate([p.radii for p in parts]),
        np.concatenate([p.end_radii for p in parts]),
        squeeze,
        reach,
    )


def mirrored(points: Sequence[Sequence[float]]) -> tuple[list[list[float]], list[list[float]]]:
    """The points as given (patient's left, x > 0) and mirrored to the right."""
    left = [list(p) for p in points]
    return left, [[-p[0], *p[1:]] for p in left]


def pair(knots: Sequence[Sequence[float]], pieces: int = 24, squeeze: float = 1.0) -> Tubes:
    """The same tube on both sides of the body."""
    return joined((tube(side, pieces) for side in mirrored(knots)), squeeze)


def two(center: Point, radii: Point, *, y: float = 0.0, z: float = 0.0) -> tuple[Ellipsoid, Ellipsoid]:
    """The same ellipsoid on both sides of the body, turned by mirrored angles (degrees)."""
    left = Ellipsoid(center, radii, turn(y=y, z=z) if y or z else None)
    right = Ellipsoid((-center[0], center[1], center[2]), radii, turn(y=-y, z=-z) if y or z else None)
    return left, right


@dataclass(frozen=True)
class Loft(_Solid):
    """Rounded cross-sections stacked along z: rows (z, x, y, half width, half depth, exponent), rising in z.

    Exponent 2 is an ellipse, 3 a cushion. Between the rows everything changes smoothly.
    """

    rows: tuple[tuple[float, float, float, float, float, float], ...]

    @property
    def box(self) -> Extent:
        table = np.asarray(self.rows)
        reach = table[:, 3:5].max() + _REACH + np.abs(table[:, 1:3]).max()
        low, high = table[0, 0] - _REACH, table[-1, 0] + _REACH
        return Extent((-reach, -reach, float(low)), (reach, reach, float(high)))

    def section(self, z: NDArray[np.floating]) -> NDArray[np.float64]:
        """(n, 5): x, y, half width, half depth and exponent at heights z (n,)."""
        table = np.asarray(self.rows)
        return hermite(table[:, 0], table[:, 1:], np.clip(z.astype(np.float64), table[0, 0], table[-1, 0]))

    def distance(self, plane: ImagePlane) -> Image:
        heights = plane.z[:1, 0] if np.ptp(plane.z) == 0 else plane.z[:, 0]
        x, y, a, b, n = (column[:, None].astype(np.float32) for column in self.section(heights).T)
        across, down = np.abs(plane.x - x) / a, np.abs(plane.y - y) / b
        radius = (across**n + down**n + np.float32(1e-9)) ** (1 / n)
        shrink = radius ** (1 - n)
        slope = np.hypot(shrink * across ** (n - 1) / a, shrink * down ** (n - 1) / b)
        flat = (radius - 1) / np.maximum(slope, np.float32(1e-3))
        ends = np.maximum(self.rows[0][0] - plane.z, plane.z - self.rows[-1][0])
        result: Image = np.maximum(flat, ends).astype(np.float32)
        return result


@dataclass(frozen=True)
class Plate(_Solid):
    """A triangle of bone: three corners and half its thickness, mm."""

    corners: tuple[Point, Point, Point]
    half: float

    @property
    def box(self) -> Extent:
        points = np.asarray(self.corners)
        middle, reach = (points.min(0) + points.max(0)) / 2, np.ptp(points, axis=0) / 2 + self.half
        return _grown(middle.tolist(), reach.tolist())

    def distance(self, plane: ImagePlane) -> Image:
        a, b, c = (np.asarray(p, np.float32) for p in self.corners)
        normal = np.cross(b - a, c - a)
        inside = np.ones(plane.shape, bool)
        nearest = np.full(plane.shape, FAR**2, np.float32)
        for p, q in ((a, b), (b, c), (c, a)):
            inside &= _dot(plane, p, np.cross(normal, q - p)) >= 0
            np.minimum(nearest, _edge(plane, p, q - p), out=nearest)
        flat = _dot(plane, a, normal / np.sqrt((normal**2).sum())) ** 2
        result: Image = np.sqrt(np.where(inside, flat, nearest)) - np.float32(self.half)
        return result


def _dot(plane: ImagePlane, origin: NDArray[np.float32], vector: NDArray[np.float32]) -> Image:
    """Scalar product of `vector` with every pixel's offset from `origin`."""
    upright = (plane.y - origin[1]) * vector[1] + (plane.z - origin[2]) * vector[2]
    result: Image = (plane.x - origin[0]) * vector[0] + upright
    return result


def _edge(plane: ImagePlane, origin: NDArray[np.float32], along: NDArray[np.float32]) -> Image:
    """Squared distance of every pixel to the segment from `origin` along `along`."""
    t = np.clip(_dot(plane, origin, along / (along**2).sum()), 0, 1)
    x, y, z = plane.x - origin[0], plane.y - origin[1], plane.z - origin[2]
    result: Image = (x - t * along[0]) ** 2 + (y - t * along[1]) ** 2 + (z - t * along[2]) ** 2
    return result
