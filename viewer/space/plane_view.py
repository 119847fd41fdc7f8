"""The part of a plane that a pane shows, its scale, and the resulting picture; no Qt, no VTK."""

from collections.abc import Mapping as Lookup
from collections.abc import Sequence
from dataclasses import dataclass, replace
import math

import numpy as np
from numpy.typing import NDArray

from bundle.presets import Window
from viewer.annotation import Nothing
from viewer.images.grey import Grey, to_grey, windowed
from viewer.images.windowing import GREY_LEVELS
from viewer.space import mpr
from viewer.space.mpr import Cut, MprState, Plane
from viewer.space.polygons import Polygon
from viewer.space.voxel_volume import Solid
from viewer.state import MAX_ZOOM, MIN_ZOOM

Place = tuple[float, float]
Array = NDArray[np.float64]


# Planes whose own scales differ by a larger factor do not share one.
_ALIKE = 2.0


@dataclass(frozen=True, slots=True)
class Lens:
    """Zoom 1 shows the whole solid; `middle` (LPS) is the point at the pane's centre, None for the solid's centre."""

    zoom: float = 1.0
    middle: tuple[float, float, float] | None = None


Lenses = Lookup[Plane, Lens]
FIRST_LENSES: Lenses = dict.fromkeys(Plane, Lens())


def turned_by(state: MprState, plane: Plane) -> float:
    """How far a plane has turned away from the axis that its name promises, in degrees."""
    facing = mpr.Facing(*mpr.START[plane])
    cosine = abs(float(state.facings[plane].normal @ facing.normal))
    return math.degrees(math.acos(min(cosine, 1.0)))


def cut_through(state: MprState, lens: Lens, solid: Solid, plane: Plane, size: tuple[int, int], coarse: float) -> Cut:
    """The picture that fills a pane of `size` pixels; `coarse` above 1 divides the number of pixels along each side.

    The scale is that of the planes at the start: turning a plane never changes its magnification.
    """
    fit = fit_scale(solid, plane, size)
    columns, rows = (max(round(side / coarse), 1) for side in size)
    mm_per_pixel = fit / lens.zoom * size[0] / columns
    return mpr.cut(state, solid, plane, (columns, rows), mm_per_pixel, lens.middle)


def fit_scale(solid: Solid, plane: Plane, size: tuple[int, int]) -> float:
    """The mm per pixel of a plane at zoom 1: that at which each of the square planes fits, so that all are alike.

    Of a long volume, such as a whole body, each plane fits by itself: the axial one would be a stamp.
    """
    state = mpr.start(solid)
    fits = {square: mpr.fit_mm_per_pixel(state, solid, square, size) for square in mpr.SQUARE}
    if max(fits.values()) <= _ALIKE * min(fits.values()):
        return max(fits.values())
    return fits.get(plane) or mpr.fit_mm_per_pixel(state, solid, plane, size)


def mm_per_pixel(cut: Cut) -> float:
    """The side length of a picture's pixel."""
    return float(np.linalg.norm(cut.matrix[:3, 0]))


def coarser(cut: Cut, least: float) -> Cut:
    """The same part of a plane in pixels of about `least` mm, if those of the picture are smaller."""
    fine = mm_per_pixel(cut)
    columns, rows = (max(math.ceil(side * fine / least), 1) for side in (cut.columns, cut.rows))
    if columns >= cut.columns or rows >= cut.rows:
        return cut
    across, down = cut.columns / columns, cut.rows / rows
    matrix = cut.matrix.copy()
    matrix[:3, 0] *= across
    matrix[:3, 1] *= down
    # The outer edges stay: the middle of the first pixel moves inwards.
    matrix[:3, 3] += cut.matrix[:3, 0] * (across - 1) / 2 + cut.matrix[:3, 1] * (down - 1) / 2
    return replace(cut, matrix=matrix, columns=columns, rows=rows)


def zoomed(lens: Lens, cut: Cut, factor: float, place: Place) -> Lens:
    """Zoom in by a factor; the point at a place in the picture stays there."""
    zoom = min(max(lens.zoom * factor, MIN_ZOOM), MAX_ZOOM)
    middle = ((cut.columns - 1) / 2, (cut.rows - 1) / 2)
    kept = 1 - lens.zoom / zoom
    return Lens(zoom, _triple(cut.point_at(*(m + (p - m) * kept for m, p in zip(middle, place, strict=True)))))


def zoomed_with(lens: Lens, zoom: float, point: Sequence[float], center: NDArray[np.float64]) -> Lens:
    """The lens of another plane, zoomed alike; the cross-hair's `point` stays where it is on the screen.

    `center` is that of the solid. All are in patient LPS.
    """
    middle = np.array(center if lens.middle is None else lens.middle)
    return Lens(zoom, _triple(np.array(point) + (middle - point) * lens.zoom / zoom))


def moved(lens: Lens, cut: Cut, right: float, down: float) -> Lens:
    """Move the picture with the hand, by this many of its pixels."""
    return replace(lens, middle=_triple(cut.point_at((cut.columns - 1) / 2 - right, (cut.rows - 1) / 2 - down)))


def grey_of(
    values: NDArray[np.generic], there: NDArray[np.bool_] | None, solid: Solid, window: Window, *, inverted: bool
) -> Grey:
    """Grey levels of values as the voxels of a solid store them; background where there are none."""
    if values.dtype.kind != "f":
        raw = values.view(f"u{values.dtype.itemsize}")
        grey = to_grey(raw, solid.kind, solid.rescale, window)
    else:
        measured = values.astype(np.float64) * solid.rescale.slope + solid.rescale.intercept
        grey = windowed(measured, window, solid.kind.voi)
        grey = np.asarray(GREY_LEVELS - grey if solid.kind.monochrome1 else grey, dtype=np.uint8)
    if there is not None:
        grey = np.where(there, grey, np.uint8(0))
    return np.asarray(GREY_LEVELS - grey if inverted else grey, dtype=np.uint8)


def value_at(
    values: NDArray[np.generic], there: NDArray[np.bool_] | None, cut: Cut, solid: Solid, place: Place
) -> float | Nothing:
    """The modality value at (column, row) of a picture, or why it has none."""
    column, row = (int(np.floor(part + 0.5)) for part in place)
    if not (0 <= column < cut.columns and 0 <= row < cut.rows):
        return Nothing.BESIDE
    index, (low, high) = solid.index_of(cut.point_at(*place)), solid.edges
    if np.any(index < low) or np.any(index > high):
        return Nothing.BESIDE
    if any(inside(polygon, place) for polygon in mpr.damaged_parts(cut, solid)):
        return Nothing.DAMAGED
    if any(start < index[2] < end for start, end in solid.gaps):
        return Nothing.GAP
    if there is not None and not there[row, column]:
        return Nothing.PADDING
    return float(values[row, column]) * solid.rescale.slope + solid.rescale.intercept


def inside(polygon: Polygon, place: Place) -> bool:
    """Whether a place lies within a convex polygon."""
    sides = [
        (x1 - x0) * (place[1] - y0) - (y1 - y0) * (place[0] - x0)
        for (x0, y0), (x1, y1) in zip(polygon, polygon[1:] + polygon[:1], strict=True)
    ]
    return bool(sides) and (min(sides) >= 0 or max(sides) <= 0)


def _triple(values: Array) -> tuple[float, float, float]:
    return float(values[0]), float(values[1]), float(values[2])
