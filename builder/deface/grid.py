"""A stack of slices, however it was acquired, as a coarse grid along the patient's own axes."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from builder.deface.cut import turned
from bundle.images.geometry import normal
from bundle.index.records import Frame

Values = NDArray[np.int16]
Floats = NDArray[np.float64]


class StoredFrame(NamedTuple):
    """Stored values of one frame, shape (rows, columns), and its rescale to modality units."""

    stored: NDArray[np.integer | np.floating]
    slope: float = 1.0
    intercept: float = 0.0


# Loads one frame, by its number in the stack.
Load = Callable[[int], StoredFrame]

# Heads are shorter than this (mm); of a longer scan, only the upper end counts.
_HEIGHT = 400.0
# No head needs more cells than this; if a grid would have more, its cells are larger.
_MOST_CELLS = 12_000_000
AIR = -1000
# A CT whose smallest value is above this has no air at -1000: its values are not Hounsfield units but shifted.
_NO_AIR = -200


@dataclass(frozen=True, slots=True, eq=False)
class Grid:
    """Hounsfield units, [x, y, z] along patient LPS: x to the left, y to the back, z to the top; cubes of `step` mm.

    `origin` is the centre of the first cell. Outside the stack there is air, and `inside` is False. `shift` is the
    amount added to the stack's values to make them Hounsfield units; the patient was turned by `turn` degrees.
    """

    values: Values
    inside: NDArray[np.bool_]
    origin: Floats
    step: float
    shift: float
    turn: float


@dataclass(frozen=True, slots=True, eq=False)
class Sampled:
    """Some slices of a stack, coarser, in order."""

    frames: tuple[Frame, ...]
    shape: tuple[int, int]
    volume: Values
    block: int
    step: float


def sample(frames: Sequence[Frame], shape: tuple[int, int], load: Load, step: float, most: int) -> Sampled | None:
    """The data for a grid with cells of `step` mm, from at most `most` slices of a stack; None if it is no volume."""
    if len(frames) < 2 or any(frame.image_position_patient is None or not frame.pixel_spacing for frame in frames):
        return None
    low, high = _box(frames, shape)
    low[2] = max(low[2], high[2] - _HEIGHT)
    step = max(step, float(np.prod(high - low) / _MOST_CELLS) ** (1 / 3))
    chosen = _chosen(frames, shape, float(low[2]), step, most)
    if len(chosen) < 2:
        return None
    block = _block(frames[0], shape, step)
    volume = np.stack([_coarse(load(i), block) for i in chosen])
    return Sampled(tuple(frames[i] for i in chosen), shape, volume, block, step)


def patient_grid(sampled: Sampled, turn: float = 0.0) -> Grid:
    """The grid of sampled slices, from a patient turned by `turn` degrees (see `turned`)."""
    frames = [turned(frame, turn) for frame in sampled.frames]
    low, high = _box(frames, sampled.shape)
    low[2] = max(low[2], high[2] - _HEIGHT)
    shift = shift_of(sampled.volume)
    cells = tuple(int(n) + 1 for n in np.ceil((high - low) / sampled.step))
    values, inside = _gathered(sampled.volume, frames, sampled.block, low, sampled.step, cells)
    values[inside] = np.clip(values[inside] + shift, -32768, 32767).astype(np.int16)
    return Grid(values, inside, low, sampled.step, shift, turn)


def corner_points(frames: Sequence[Frame], shape: tuple[int, int]) -> Floats:
    """The centres of the four corner voxels of each frame in patient LPS, shape (frames, 4, 3)."""
    axes = np.array([frame.image_orientation_patient for frame in frames], dtype=float)
    row, column = axes[:, None, :3], axes[:, None, 3:]
    spacing = np.array([frame.pixel_spacing or (1.0, 1.0) for frame in frames], dtype=float)
    down, across = spacing[:, :1, None], spacing[:, 1:, None]
    position = np.array([frame.image_position_patient for frame in frames], dtype=float)[:, None, :]
    ends = np.array([(r, c) for r in (0, shape[0] - 1) for c in (0, shape[1] - 1)], dtype=float)
    return np.asarray(position + ends[:, :1] * down * column + ends[:, 1:] * across * row)


def _box(frames: Sequence[Frame], shape: tuple[int, int]) -> tuple[Floats, Floats]:
    points = corner_points(frames, shape)
    return points.min(axis=(0, 1)), points.max(axis=(0, 1))


def _along(frames: Sequence[Frame]) -> Floats:
    """Each slice's distance along the normal, in mm."""
    orientation = frames[0].image_orientation_patient or (1, 0, 0, 0, 1, 0)
    return np.array([frame.image_position_patient for frame in frames], dtype=float) @ normal(orientation)


def _chosen(frames: Sequence[Frame], shape: tuple[int, int], bottom: float, step: float, most: int) -> list[int]:
    """Slices that reach above `bottom`, one for each step, and fewer if those would be too many."""
    high = np.flatnonzero(corner_points(frames, shape)[:, :, 2].max(axis=1) >= bottom).tolist()
    places = _along(frames)
    wanted = min(most, int(np.ptp(places[high]) / step) + 2) if high else 0
    return sorted({high[round(k)] for k in np.linspace(0, len(high) - 1, min(wanted, len(high)))})


def _block(frame: Frame, shape: tuple[int, int], step: float) -> int:
    """How many pixels make a coarse one: half a step, so that no edge is lost."""
    spacing = min(frame.pixel_spacing or (1.0, 1.0))
    return max(1, min(int(step / 2 / spacing), *shape))


def _coarse(picture: StoredFrame, block: int) -> Values:
    """The largest value of each block: thin bone must not get lost.

    It is found among the stored values, where a falling line maps the least to the largest: a tenth of the time.
    """
    stored, choose = picture.stored, np.maximum if picture.slope >= 0 else np.minimum
    rows, columns = (size // block * block for size in stored.shape)
    high = choose.reduce([stored[k:rows:block, :columns] for k in range(block)])
    extreme = choose.reduce([high[:, k::block] for k in range(block)])
    units = extreme * picture.slope + picture.intercept
    return np.asarray(np.clip(units, -32768, 32767), dtype=np.int16)


def shift_of(volume: NDArray[np.integer]) -> float:
    """The amount to add to values to make them Hounsfield units, if the darkest of them cannot be air."""
    dark = float(np.percentile(volume, 1))
    return AIR - dark if dark > _NO_AIR else 0.0


def _gathered(
    volume: Values, frames: Sequence[Frame], block: int, low: Floats, step: float, cells: tuple[int, ...]
) -> tuple[Values, NDArray[np.bool_]]:
    """The nearest value for each cell, one layer of z at a time; a tilt moves the first voxel from slice to slice."""
    row, column = np.split(np.array(frames[0].image_orientation_patient, dtype=float), 2)
    down, across = (spacing * block for spacing in frames[0].pixel_spacing or (1.0, 1.0))
    places = _along(frames)
    order = np.argsort(places)
    places, volume = places[order], volume[order]
    first = np.array([frames[i].image_position_patient for i in order], dtype=float)
    # The centre of a block is half a block beyond the corner of its first pixel.
    first += (block - 1) / 2 * (row * across + column * down) / block
    half = float(np.max(np.diff(places))) / 2 + 1e-6
    values = np.full(cells, AIR, np.int16)
    inside = np.zeros(cells, bool)
    x, y = np.meshgrid(*(low[axis] + step * np.arange(cells[axis]) for axis in (0, 1)), indexing="ij")
    for layer in range(cells[2]):
        point = np.stack([x, y, np.full_like(x, low[2] + step * layer)], axis=-1)
        place = point @ np.cross(row, column)
        away = point - np.stack([np.interp(place, places, first[:, axis]) for axis in range(3)], axis=-1)
        k = np.rint(np.interp(place, places, np.arange(len(places)))).astype(int)
        r, c = np.rint(away @ column / down).astype(int), np.rint(away @ row / across).astype(int)
        good = (r >= 0) & (r < volume.shape[1]) & (c >= 0) & (c < volume.shape[2])
        good &= (place >= places[0] - half) & (place <= places[-1] + half)
        values[:, :, layer][good] = volume[k[good], r[good], c[good]]
        inside[:, :, layer] = good
    return values, inside
