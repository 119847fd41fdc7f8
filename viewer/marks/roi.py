"""Values under a place and inside an area of a slice, in modality units, by NumPy."""

import math

import numpy as np
from numpy.typing import NDArray

from viewer.annotation import Nothing
from viewer.images.grey import is_padding, stored_values
from viewer.images.volume import LoadedStack
from viewer.images.windowing import rescale_of
from viewer.marks.measure import Measure, MeasurementKind, Place
from viewer.marks.outline import inside
from viewer.marks.statistics import Statistics


def value_at(loaded: LoadedStack, index: int, place: Place) -> float | None:
    """The value of the pixel at a place; None outside the image, in padding, and if there is no slice."""
    column, row = math.floor(place[0]), math.floor(place[1])
    found = _block(loaded, index, row, row + 1, column, column + 1)
    return float(found[0][0, 0]) if found is not None and found[0].size and found[1].all() else None


def probe(loaded: LoadedStack, index: int, place: Place) -> float | Nothing:
    """The value of the pixel at a place, or why it has none."""
    column, row = math.floor(place[0]), math.floor(place[1])
    if not (0 <= column < loaded.stack.columns and 0 <= row < loaded.stack.rows):
        return Nothing.BESIDE
    found = value_at(loaded, index, place)
    return Nothing.PADDING if found is None else found


def statistics(loaded: LoadedStack, index: int, measure: Measure) -> Statistics | None:
    """Of the pixels inside an area, without padding. None if there are none."""
    chosen = values_in(loaded, index, measure)
    return None if chosen is None or not chosen.size else of_values(chosen)


def values_in(loaded: LoadedStack, index: int, measure: Measure) -> NDArray[np.float64] | None:
    """The values of the pixels whose centre lies inside an area, without padding, (n,); None if there is no slice."""
    (left, top), (right, bottom) = measure.extent
    first_row, first_column = max(math.floor(top), 0), max(math.floor(left), 0)
    found = _block(loaded, index, first_row, max(math.ceil(bottom), 0), first_column, max(math.ceil(right), 0))
    if found is None:
        return None
    values, counts = found
    rows = np.arange(values.shape[0], dtype=np.float64) + first_row + 0.5
    columns = np.arange(values.shape[1], dtype=np.float64) + first_column + 0.5
    return values[_inside(measure, columns, rows) & counts]


def _inside(measure: Measure, columns: NDArray[np.float64], rows: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Which centres of pixels lie inside, (rows, columns)."""
    if measure.kind.is_outline:
        return inside(measure.points, columns, rows)
    (left, top), (right, bottom) = measure.extent
    columns, rows = columns[None, :], rows[:, None]
    if measure.kind is MeasurementKind.ELLIPSE:
        half_width, half_height = max(right - left, 1e-9) / 2, max(bottom - top, 1e-9) / 2
        across, down = (columns - (left + right) / 2) / half_width, (rows - (top + bottom) / 2) / half_height
        return np.asarray(across**2 + down**2 <= 1)
    return np.asarray((columns >= left) & (columns <= right) & (rows >= top) & (rows <= bottom))


def of_values(chosen: NDArray[np.float64]) -> Statistics:
    """The statistics of at least one value."""
    deviation = float(chosen.std(ddof=1)) if chosen.size > 1 else 0.0
    return Statistics(chosen.size, float(chosen.mean()), deviation, float(chosen.min()), float(chosen.max()))


def _block(
    loaded: LoadedStack, index: int, first_row: int, last_row: int, first_column: int, last_column: int
) -> tuple[NDArray[np.float64], NDArray[np.bool_]] | None:
    """The values of some rows and columns (the ends excluded), and which of them are not padding."""
    raw = loaded.pixels(index)
    if raw is None or first_row < 0 or first_column < 0:
        return None
    stored = stored_values(raw[first_row:last_row, first_column:last_column], loaded.kind)
    return rescale_of(loaded.frames[index]).apply(stored), ~is_padding(stored, loaded.kind_of(index))
