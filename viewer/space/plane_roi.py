"""The values inside an area on a plane: at which places they are taken, and their statistics."""

from dataclasses import replace
import math

import numpy as np
from numpy.typing import NDArray

from viewer.marks.histogram import histogram_of
from viewer.marks.in_space import SpaceMeasure, outline
from viewer.marks.measure import MeasurementKind
from viewer.marks.outline import inside
from viewer.marks.roi import of_values
from viewer.space import mpr
from viewer.space.mpr import Cut, MprState
from viewer.space.voxel_volume import Solid

Array = NDArray[np.float64]


def places_in(measure: SpaceMeasure, solid: Solid, state: MprState) -> Cut:
    """A picture of the rectangle around an area, through the slab of `state`, with a pixel for each voxel.

    On a plane that runs along the voxels, the middle of each pixel is the centre of a voxel, so that the values are the
    same as those of a slice.
    """
    right, down, start = (np.array(vector) for vector in (measure.right, measure.down, measure.points[0]))
    (left, top), (right_end, bottom) = measure.flat().extent
    first_u, step_u, columns = _centres(solid, start, right, left, right_end)
    first_v, step_v, rows = _centres(solid, start, down, top, bottom)
    normal = np.array(measure.normal)
    samples = mpr.layers(state, solid, normal)
    matrix = np.eye(4)
    matrix[:3, 0], matrix[:3, 1] = right * step_u, down * step_v
    matrix[:3, 2] = normal * (state.thickness / samples)
    matrix[:3, 3] = start + right * first_u + down * first_v
    return Cut(matrix, columns, rows, samples, state.slab, state.thickness)


def _centres(solid: Solid, start: Array, way: Array, low: float, high: float) -> tuple[float, float, int]:
    """The first centre of a voxel along a side of the area, the step to the next, and their number.

    The area lies from `low` to `high`, in mm from `start`.
    """
    step = mpr.step_along(solid, way)
    phase = float((solid.point_of(np.zeros(3)) - start) @ way) % step
    first = low + (phase - low) % step
    return first, step, max(math.floor((high - first) / step + 1e-9) + 1, 1)


def with_values(
    values: NDArray[np.generic], there: NDArray[np.bool_] | None, cut: Cut, solid: Solid, measure: SpaceMeasure
) -> SpaceMeasure:
    """An area with its statistics and histogram, or with none if it has no values: see `values_in`."""
    found = values_in(values, there, cut, solid, measure)
    if not found.size:
        return replace(measure, values=None, histogram=None)
    return replace(measure, values=of_values(found), histogram=histogram_of(found))


def values_in(
    values: NDArray[np.generic], there: NDArray[np.bool_] | None, cut: Cut, solid: Solid, measure: SpaceMeasure
) -> Array:
    """Those of the voxels whose centre lies inside, without padding, gaps and damaged slices, (n,).

    `values` and `there` are those on `cut`, (rows, columns).
    """
    columns, rows = np.meshgrid(np.arange(cut.columns), np.arange(cut.rows))
    points = columns[..., None] * cut.matrix[:3, 0] + rows[..., None] * cut.matrix[:3, 1] + cut.matrix[:3, 3]
    chosen = _inside(points, measure) & _is_image(points, cut, solid)
    if there is not None:
        chosen &= there
    return np.asarray(np.asarray(values, np.float64)[chosen] * solid.rescale.slope + solid.rescale.intercept)


def crosses_gap(measure: SpaceMeasure, solid: Solid) -> bool:
    """Whether slices are missing somewhere along its lines."""
    places = [solid.index_of(np.array(point))[2] for line in outline(measure) for point in line]
    return any(min(places) < high and max(places) > low for low, high in solid.gaps)


def _inside(points: Array, measure: SpaceMeasure) -> NDArray[np.bool_]:
    away = points - np.array(measure.points[0])
    if measure.kind.is_outline:  # the pixels lie along the sides of the plane
        return inside(measure.flat().points, away[0] @ measure.right, away[:, 0] @ measure.down)
    width, height = measure.flat().points[1]
    across = (away @ measure.right) / (width or 1e-9) * 2 - 1
    along = (away @ measure.down) / (height or 1e-9) * 2 - 1
    if measure.kind is MeasurementKind.ELLIPSE:
        return np.asarray(across**2 + along**2 <= 1)
    return np.asarray(np.maximum(np.abs(across), np.abs(along)) <= 1)


def _is_image(points: Array, cut: Cut, solid: Solid) -> NDArray[np.bool_]:
    index = np.linalg.solve(solid.affine[:3, :3], (points - solid.affine[:3, 3]).reshape(-1, 3).T).T
    low, high = solid.edges
    found = np.all((index >= low) & (index <= high), axis=1)
    for first, last in mpr.damaged_layers(cut, solid):
        found &= (index[:, 2] <= first) | (index[:, 2] >= last)
    return np.asarray(found.reshape(points.shape[:-1]))
