"""Planes through a solid: the cross-hair's point, dragging and turning planes, and the places of their pixels."""

from collections.abc import Mapping as Lookup
from dataclasses import dataclass, replace
from enum import Enum
import math

import numpy as np
from numpy.typing import NDArray

from bundle.images.directions import dot, orientation_letters
from bundle.index.records import Vector
from viewer.annotation import Letters
from viewer.space.polygons import Polygon, clipped
from viewer.space.slice_runs import ROUNDING, place_at
from viewer.space.voxel_volume import Solid

Array = NDArray[np.float64]


class Plane(Enum):
    """The four planes; `OBLIQUE` turns by itself, the other three always stay at right angles."""

    AXIAL = "axial"
    CORONAL = "coronal"
    SAGITTAL = "sagittal"
    OBLIQUE = "oblique"


class Slab(Enum):
    """How the values along the thickness make a pixel."""

    MAXIMUM = "MIP"
    MINIMUM = "MinIP"
    MEAN = "mean"


# Unit vectors in patient LPS along which the picture's columns and rows run: the patient seen from the feet, from the
# front, and from the left, head up.
START = {
    Plane.AXIAL: ((1, 0, 0), (0, 1, 0)),
    Plane.CORONAL: ((1, 0, 0), (0, 0, -1)),
    Plane.SAGITTAL: ((0, 1, 0), (0, 0, -1)),
    Plane.OBLIQUE: ((math.sqrt(0.5), math.sqrt(0.5), 0), (0, 0, -1)),
}
# Slices nearer to each other than this, in usual steps, do not each get a layer of a slab.
_FINEST = 1 / 8
SQUARE = (Plane.AXIAL, Plane.CORONAL, Plane.SAGITTAL)


@dataclass(frozen=True, slots=True)
class Facing:
    """The orientation of a plane: unit vectors in patient LPS to the right and down on the screen."""

    right: tuple[float, float, float]
    down: tuple[float, float, float]

    @property
    def normal(self) -> Array:
        """Away from the viewer, shape (3,)."""
        return np.array(_cross(self.right, self.down))


@dataclass(frozen=True, slots=True)
class MprState:
    """The point in patient LPS (mm) that all planes go through, their orientations, and the slab."""

    point: tuple[float, float, float]
    facings: Lookup[Plane, Facing]
    thickness: float = 0.0
    slab: Slab = Slab.MAXIMUM


@dataclass(frozen=True, slots=True)
class Cut:
    """A picture of square pixels on a plane: `matrix` takes (column, row, 0, 1), pixel centres, to patient LPS.

    Its third column is one step of the slab, which has `samples` steps, centred on the plane.
    """

    matrix: Array
    columns: int
    rows: int
    samples: int
    slab: Slab
    thickness: float

    def point_at(self, column: float, row: float) -> Array:
        """The place in patient LPS (mm) of a place in the picture."""
        return np.asarray((self.matrix @ (column, row, 0.0, 1.0))[:3])

    def place_of(self, point: Array) -> tuple[float, float]:
        """(column, row) of a point in the patient, projected at a right angle."""
        from_corner = np.asarray(point) - self.matrix[:3, 3]
        column, row = (float(from_corner @ axis / (axis @ axis)) for axis in self.matrix[:3, :2].T)
        return column, row

    def distance(self, one: tuple[float, float], other: tuple[float, float]) -> float:
        """The distance in mm between two places in the picture."""
        return float(np.linalg.norm(self.point_at(*one) - self.point_at(*other)))


def start(solid: Solid) -> MprState:
    """Straight planes through the centre."""
    return MprState(_triple(solid.center), {plane: Facing(*axes) for plane, axes in START.items()})


def move_to(state: MprState, solid: Solid, point: Array) -> MprState:
    """Move the cross-hair to another point, kept inside the voxels."""
    return replace(state, point=_triple(solid.point_of(np.clip(solid.index_of(point), 0, solid.ends))))


def scroll(state: MprState, solid: Solid, plane: Plane, steps: int) -> MprState:
    """Go this many steps along a plane's normal; a step is the distance between voxels in that direction.

    A plane parallel to the slices goes from slice to slice, however far apart they are.
    """
    normal = state.facings[plane].normal
    way = np.linalg.solve(solid.affine[:3, :3], normal)
    if len(solid.runs) > 1 and np.max(np.abs(way[:2])) < 1e-9 * abs(way[2]):
        index = solid.index_of(np.array(state.point))
        index[2] = _next_slice(solid, float(index[2]), steps if way[2] > 0 else -steps)
        return move_to(state, solid, solid.point_of(index))
    return move_to(state, solid, state.point + steps * step_along(solid, normal) * normal)


def _next_slice(solid: Solid, place: float, steps: int) -> float:
    """The place of the slice this many further on, stopping at the ends."""
    places = np.array([place_at(solid.runs, number) for number in range(len(solid.voxels))])
    before, after = (int(np.searchsorted(places, place + off)) for off in (-ROUNDING, ROUNDING))
    number = after - 1 + steps if steps > 0 else before + steps
    return float(places[min(max(number, 0), len(places) - 1)])


def step_along(solid: Solid, direction: Array, *, finest: bool = False) -> float:
    """The distance in mm in a direction after which another layer of voxels is the nearest.

    If slices are unevenly spaced, the usual distance, or the `finest`.
    """
    way = np.abs(np.linalg.solve(solid.affine[:3, :3], direction))
    if finest:
        way[2] /= max(min(1.0, *(run.step for run in solid.runs)), _FINEST)
    return float(1 / np.max(way))


def turn(state: MprState, plane: Plane, degrees: float, *, oblique: bool = False) -> MprState:
    """Turn the lines seen in a plane clockwise about its normal: its own picture stays.

    The square planes turn together; with `oblique` only the oblique plane turns, as it does in its own pane.
    """
    turned = (Plane.OBLIQUE,) if oblique else tuple(plane_ for plane_ in SQUARE if plane_ is not plane)
    about = _rotation(state.facings[plane].normal, math.radians(degrees))
    facings = dict(state.facings)
    for plane_ in turned:
        facing = facings[plane_]
        facings[plane_] = Facing(_triple(about @ facing.right), _triple(about @ facing.down))
    return replace(state, facings=_square(facings) if not oblique else facings)


def _square(facings: dict[Plane, Facing]) -> dict[Plane, Facing]:
    """Restore unit lengths and right angles: rounding must not add up over a thousand small turns."""
    for plane, facing in facings.items():
        right = np.array(facing.right) / np.linalg.norm(facing.right)
        down = np.array(facing.down) - (right @ facing.down) * right
        facings[plane] = Facing(_triple(right), _triple(down / np.linalg.norm(down)))
    return facings


def line(state: MprState, plane: Plane, other: Plane) -> tuple[float, float] | None:
    """The direction (right, down) of another plane's line in this one; None if the two are parallel."""
    facing, crossed = state.facings[plane], state.facings[other]
    along = _cross(_cross(facing.right, facing.down), _cross(crossed.right, crossed.down))
    length = math.hypot(*along)
    if length < 1e-6:
        return None
    return dot(along, facing.right) / length, dot(along, facing.down) / length


def letters(facing: Facing) -> Letters:
    """The orientation letters of the four sides."""
    right, down = facing.right, facing.down
    return Letters(*(orientation_letters(side) for side in (_away(right), right, _away(down), down)))


def _away(direction: Vector) -> Vector:
    x, y, z = direction
    return -x, -y, -z


def along_voxels(solid: Solid, facing: Facing) -> bool:
    """Whether columns and rows run along those of the voxels: such a plane costs a quarter of the others."""
    to_index = np.linalg.inv(solid.affine[:3, :3])
    ways = np.abs(np.array((facing.right, facing.down)) @ to_index.T)
    return bool(np.all(np.sort(ways, axis=1)[:, :2] < 1e-9 * ways.max()))


def cut(
    state: MprState, solid: Solid, plane: Plane, size: tuple[int, int], mm_per_pixel: float,
    middle: tuple[float, float, float] | None = None,
) -> Cut:  # fmt: skip
    """The picture of a plane, of size (columns, rows); `middle` is the point at its centre, by default the solid's.

    If `middle` is not on the plane, its projection onto the plane counts: the picture does not jump while the
    cross-hair is dragged in another pane.
    """
    facing = state.facings[plane]
    right, down, normal = np.array(facing.right), np.array(facing.down), facing.normal
    seen = np.array(solid.center if middle is None else middle)
    seen = seen + (normal @ (state.point - seen)) * normal
    columns, rows = size
    samples = layers(state, solid, normal)
    matrix = np.eye(4)
    matrix[:3, 0], matrix[:3, 1] = right * mm_per_pixel, down * mm_per_pixel
    matrix[:3, 2] = normal * (state.thickness / samples)
    matrix[:3, 3] = seen - matrix[:3, 0] * (columns - 1) / 2 - matrix[:3, 1] * (rows - 1) / 2
    return Cut(matrix, columns, rows, samples, state.slab, state.thickness)


def layers(state: MprState, solid: Solid, normal: Array) -> int:
    """How many layers the slab has along this normal."""
    return max(math.ceil(state.thickness / step_along(solid, normal, finest=True) - 1e-6), 1)


def fit_mm_per_pixel(state: MprState, solid: Solid, plane: Plane, size: tuple[int, int]) -> float:
    """The mm per pixel at which the whole solid just fits."""
    facing = state.facings[plane]
    corners = _corners(solid) - solid.center
    width, height = (2 * float(np.max(np.abs(corners @ axis))) for axis in (facing.right, facing.down))
    return max(width / size[0], height / size[1])


def _corners(solid: Solid) -> Array:
    edges = solid.edges  # computed at each call
    ends = np.array([[edges[bit][axis] for axis, bit in enumerate(bits)] for bits in _BITS])
    return np.asarray(ends @ solid.affine[:3, :3].T + solid.affine[:3, 3])


_BITS = [(a, b, c) for a in (0, 1) for b in (0, 1) for c in (0, 1)]


# The part of a picture that shows voxels


def outline(made: Cut, solid: Solid) -> Polygon:
    """The corners (column, row) of the part of the picture within the voxels; empty if there is none."""
    return _clip(made, solid, *solid.edges)


def gap_parts(made: Cut, solid: Solid) -> list[Polygon]:
    """The parts of the picture where slices are missing: nothing is known there, even if a slab reaches across."""
    return [polygon for gap in solid.gaps if (polygon := _layer(made, solid, *gap))]


def damaged_parts(made: Cut, solid: Solid) -> list[Polygon]:
    """The parts of the picture that depend on a damaged slice: they must not appear as image."""
    return [polygon for layer in damaged_layers(made, solid) if (polygon := _layer(made, solid, *layer))]


def damaged_layers(made: Cut, solid: Solid) -> list[tuple[float, float]]:
    """From and to along the stack of the places whose values depend on a damaged slice."""
    normal_step = np.linalg.solve(solid.affine[:3, :3], made.matrix[:3, 2])[2]
    reach = abs(normal_step) * (made.samples - 1) / 2
    last = len(solid.voxels) - 1
    return [
        (place_at(solid.runs, max(k - 1, 0)) - reach, place_at(solid.runs, min(k + 1, last)) + reach)
        if 0 < k < last
        else (place_at(solid.runs, k) - 1 - reach, place_at(solid.runs, k) + 1 + reach)
        for k in solid.damaged
    ]


def _layer(made: Cut, solid: Solid, low: float, high: float) -> Polygon:
    """The part of the picture between two places along the stack."""
    (*first, lowest), (*last, highest) = solid.edges
    return _clip(made, solid, np.array([*first, max(low, lowest)]), np.array([*last, min(high, highest)]))


def _clip(made: Cut, solid: Solid, low: Array, high: Array) -> Polygon:
    """The part of the picture within a box in (i, j, w)."""
    to_index = np.asarray(np.linalg.solve(solid.affine, made.matrix), np.float64)
    return clipped(to_index, made.columns, made.rows, low, high)


def _rotation(axis: Array, angle: float) -> Array:
    """The rotation about a unit vector (Rodrigues)."""
    x, y, z = axis
    cross = np.array([[0, -z, y], [z, 0, -x], [-y, x, 0]])
    return np.asarray(np.eye(3) + math.sin(angle) * cross + (1 - math.cos(angle)) * cross @ cross)


def _cross(a: Vector, b: Vector) -> Vector:
    """NumPy's takes twenty times as long for three numbers, and a moving cross-hair needs a hundred of them."""
    return a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]


def _triple(values: Array) -> tuple[float, float, float]:
    return float(values[0]), float(values[1]), float(values[2])
