"""The straightened picture along a curve: each row is a line through the solid at a right angle to the curve."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from viewer.space.curve import SpaceCurve
from viewer.space.slice_runs import place_at
from viewer.space.voxel_volume import Solid

Array = NDArray[np.float64]

# Rounding of places, in voxels.
_ROUNDING = 1e-6
# A pixel shows the image if at least this share of its mixture, by weight, is not padding.
_SHARE = 0.5


def straightened(solid: Solid, curve: SpaceCurve, columns: int) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
    """The values of `columns` pixels across the curve, its middle in the middle, (places of the curve, columns).

    They are as the voxels store them, between voxels linearly; a pixel is as wide as the step of the curve. The second
    array says where there is a value: not beside the voxels, where slices are missing or damaged, or in padding.
    """
    off = (np.arange(columns) - (columns - 1) / 2) * curve.step
    points = curve.places[:, np.newaxis] + off[:, np.newaxis] * curve.across[:, np.newaxis]
    index = (points - solid.affine[:3, 3]) @ np.linalg.inv(solid.affine[:3, :3]).T
    there = _inside(solid, index)
    values = _mixed(solid, index, solid.voxels)
    if solid.there is not None:
        share = _mixed(solid, index, solid.there)
        there &= share >= _SHARE
        mixed = (values - np.float32(solid.filled) * (1 - share)) / np.maximum(share, np.float32(_SHARE))
        values = np.asarray(mixed, np.float32)
    return values, there


def _inside(solid: Solid, index: Array) -> NDArray[np.bool_]:
    low, high = solid.edges
    there = np.all((index >= low - _ROUNDING) & (index <= high + _ROUNDING), axis=-1)
    for start, end in (*solid.gaps, *_damaged(solid)):
        there &= ~((index[..., 2] > start) & (index[..., 2] < end))
    return np.asarray(there, bool)


def _damaged(solid: Solid) -> list[tuple[float, float]]:
    """From and to along the stack of the places whose values depend on a damaged slice."""
    places = [-1.0, *_slice_places(solid), place_at(solid.runs, len(solid.voxels) - 1) + 1.0]
    return [(places[number], places[number + 2]) for number in solid.damaged]


def _slice_places(solid: Solid) -> list[float]:
    return [place_at(solid.runs, number) for number in range(len(solid.voxels))]


def _mixed(solid: Solid, index: Array, voxels: NDArray[Any]) -> NDArray[np.float32]:
    """The mixture of the eight voxels about each place; beyond the outermost centres, that of the outermost voxels."""
    number = np.interp(index[..., 2], _slice_places(solid), np.arange(len(voxels)))
    parts = []
    for place, size in zip((number, index[..., 1], index[..., 0]), voxels.shape, strict=True):
        kept = np.clip(place, 0, size - 1)
        first = np.minimum(kept.astype(np.intp), max(size - 2, 0))
        parts.append((first, np.minimum(first + 1, size - 1), (kept - first).astype(np.float32)))
    (k0, k1, k), (j0, j1, j), (i0, i1, i) = parts
    rows = [
        (1 - i) * voxels[slices, rows, i0] + i * voxels[slices, rows, i1] for slices in (k0, k1) for rows in (j0, j1)
    ]
    front, back = (1 - j) * rows[0] + j * rows[1], (1 - j) * rows[2] + j * rows[3]
    return np.asarray((1 - k) * front + k * back, np.float32)
