"""The values inside an area on a plane: at which places they are taken, and their statistics."""

import math

import numpy as np
from numpy.typing import NDArray

from viewer.marks.in_space import SpaceMeasure, outline
from viewer.marks.measure import MeasurementKind
from viewer.marks.roi import of_values
from viewer.marks.statistics import Statistics
from viewer.space import mpr
from viewer.space.mpr import Cut, MprState
from viewer.space.voxel_volume import Solid

Array = NDArray[np.float64]


def places_in(measure: SpaceMeasure, solid: Solid, state: MprState) -> Cut:
    """A picture of the rectangle around an area, through the slab of `state`, with one pixel per voxel.

    On a plane that runs along the voxels, the middle of each pixel is the centre of a voxel, so that the values are the
    same as those of a slice.
    """
    right, down, start = (np.array(vector) for vector in (measure.right, measure.down, measure.points[0]))
    width, height = measure.flat().points[1]
    first_u, step_u, columns = _centres(solid, start, right, width)
    first_v, step_v, rows = _centres(solid, start, down, height)
    normal = np.array(measure.normal)
    samples = mpr.layers(state, solid, normal)
    matrix = np.eye(4)
    matrix[:3, 0], matrix[:3, 1] = right * step_u, down * step_v
    matrix[:3, 2] = normal * (state.thickness / samples)
    matrix[:3, 3] = start + right * first_u + down * first_v
    return Cut(matrix, columns, rows, samples, state.slab, state.thickness)


def _centres(solid: Solid, start: Array, way: Array, length: float) -> tuple[float, float, int]:
    """The first centre of a voxel along a side of the area, from `start`, the step to the next, and their number."""
    step = mpr.step_along(solid, way)
    low, high = min(length, 0.0), max(length, 0.0)
    phase = float((solid.point_of(np.zeros(3)) - start) @ way) % step
    first = low + (phase - low) % step
    return first, step, max(math.floor((high - first) / step + 1e-9) + 1, 1)


def statistics(
    values: NDArray[np.generic], there: NDArray[np.bool_] | None, cut: Cut, solid: Solid, measure: SpaceMeasure
) -> Statistics | None:
    """Of the voxels whose centre lies inside, without padding, gaps and damaged slices; None if there are none.

    `values` and `there` are those on `cut`, (rows, columns).
    """
    columns, rows = np.meshgrid(np.arange(cut.columns), np.arange(cut.rows))
    points = columns[..., None] * cut.matrix[:3, 0] + rows[..., None] * cut.matrix[:3, 1] + cut.matrix[:3, 3]
    chosen = _inside(points, measure) & _is_image(points, cut, solid)
    if there is not None:
        chosen &= there
    found = np.asarray(values, np.float64)[chosen]
    return of_values(found * solid.rescale.slope + solid.rescale.intercept) if found.size else None


def crosses_gap(measure: SpaceMeasure, solid: Solid) -> bool:
    """Whether slices are missing somewhere along its lines."""
    places = [solid.index_of(np.array(point))[2] for line in outline(measure) for point in line]
    return any(min(places) < high and max(places) > low for low, high in solid.gaps)


def _inside(points: Array, measure: SpaceMeasure) -> NDArray[np.bool_]:
    width, height = measure.flat().points[1]
    away = points - np.array(measure.points[0])
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
