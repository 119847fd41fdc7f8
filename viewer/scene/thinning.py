"""Thins out a solid for rendering: onto an even grid, neighbouring voxels averaged if there are too many."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from viewer.space.slice_runs import ROUNDING, number_at
from viewer.space.voxel_volume import Solid

# Uneven slices go onto an even grid of at most this many times their number.
_MOST_SLICES = 4
Plane = tuple[NDArray[np.generic], NDArray[np.float32] | None]


class Thinned(NamedTuple):
    """Voxels (slices, rows, columns) on an even grid, the matrix from (i, j, k, 1) to patient LPS in mm, and how many
    voxels along columns, rows and slices became one."""

    voxels: NDArray[np.generic]
    affine: NDArray[np.float64]
    steps: tuple[int, int, int]


def thinned(solid: Solid, most: int, samples: int | None = None) -> Thinned:
    """At most `most` voxels: each is the mean of its neighbours, or of `samples` of them along each axis.

    Unknown places (padding, gaps, damaged slices) show nothing: they get a value that is clear in every look.
    """
    steps = steps_for(solid, most)
    columns, rows, slices = (_offsets(step, samples) for step in steps)
    if _is_whole(solid) and steps == (1, 1, 1):
        return Thinned(solid.voxels, solid.affine, steps)
    lines = _lines(solid)
    clear = clear_value(solid)
    planes = [lines[start : start + steps[2]] for start in range(0, len(lines) - steps[2] + 1, steps[2])]
    shape = (len(planes), solid.shape[1] // steps[1], solid.shape[0] // steps[0])
    made = np.empty(shape, solid.voxels.dtype)
    for index, group in enumerate(planes):
        made[index] = _mixed(solid, [group[offset] for offset in slices], steps, (rows, columns), clear)
    middle = [float(np.mean(offsets)) for offsets in (columns, rows, slices)]
    step = _step(solid)
    scaled = solid.affine @ np.diag([1.0, 1.0, step, 1.0])
    scaled[:3, 3] = (scaled @ np.array([*middle, 1.0]))[:3]
    return Thinned(made, scaled @ np.diag([*map(float, steps), 1.0]), steps)


def _is_whole(solid: Solid) -> bool:
    """Whether every voxel of an even grid is known."""
    return solid.there is None and not solid.damaged and len(solid.runs) == 1 and _step(solid) == 1.0


def _offsets(step: int, samples: int | None) -> list[int]:
    """Which of this many neighbours are taken."""
    number = step if samples is None else min(step, samples)
    return [turn * step // number for turn in range(number)]


def _step(solid: Solid) -> float:
    """The distance between slices of the even grid, in usual steps: as near as the slices are, within reason."""
    return max(min(1.0, *(run.step for run in solid.runs)), 1 / _MOST_SLICES) if len(solid.runs) > 1 else 1.0


def steps_for(solid: Solid, most: int) -> tuple[int, int, int]:
    """How many voxels become one along columns, rows and the even grid's slices."""
    steps = [1, 1, 1]
    shape = [*solid.shape[:2], int(solid.ends[2] / _step(solid)) + 1]
    lengths = solid.spacing * [1, 1, _step(solid)]
    while np.prod([max(size // step, 1) for size, step in zip(shape, steps, strict=True)]) > most:
        steps[int(np.argmin([*(lengths * steps)]))] += 1
    return steps[0], steps[1], steps[2]


def _lines(solid: Solid) -> list[tuple[int | None, float]]:
    """For each slice of the even grid the slice below it and the share of the one above; None within a gap."""
    step = _step(solid)
    places = np.arange(int(solid.ends[2] / step + ROUNDING) + 1) * step
    found: list[tuple[int | None, float]] = []
    for place in map(float, places):
        if any(low < place < high for low, high in solid.gaps):
            found.append((None, 0.0))
            continue
        number = number_at(solid.runs, place)
        below = min(int(number + ROUNDING), len(solid.voxels) - 1)
        found.append((below, max(number - below, 0.0)))
    return found


def _mixed(
    solid: Solid, group: Sequence[tuple[int | None, float]], steps: tuple[int, int, int],
    offsets: tuple[list[int], list[int]], clear: Any,
) -> NDArray[np.generic]:  # fmt: skip
    """One slice of the thinned grid: what is unknown adds nothing, and where most is unknown, nothing is shown."""
    weights = [entry for line in group for entry in _needed(solid, line)]
    if len(weights) == 1 and len(offsets[0]) * len(offsets[1]) == 1:
        voxels, known = _plane(solid, weights[0][0], steps, 0, 0)
        return voxels if known is None else np.where(known > 0, voxels, clear)
    shape = (solid.shape[1] // steps[1], solid.shape[0] // steps[0])
    total, sums = np.zeros(shape, np.float32), np.zeros(shape, np.float32)
    for number, share in weights:
        for row in offsets[0]:
            for column in offsets[1]:
                voxels, known = _plane(solid, number, steps, row, column)
                weight = np.float32(share) if known is None else known * np.float32(share)
                total += weight
                sums += voxels.astype(np.float32) * weight
    mixed = sums / np.maximum(total, np.float32(ROUNDING))
    mixed = mixed if solid.voxels.dtype.kind == "f" else np.rint(mixed)
    enough = 0.5 * len(group) * len(offsets[0]) * len(offsets[1])
    return np.asarray(np.where(total >= enough, mixed, clear), solid.voxels.dtype)


def _needed(solid: Solid, line: tuple[int | None, float]) -> list[tuple[int, float]]:
    """Numbers and shares of the slices that make one of the even grid: none in a gap or beside a damaged slice."""
    below, share = line
    if below is None:
        return []
    needed = [(below, 1.0)] if share < ROUNDING else [(below, 1 - share), (below + 1, share)]
    return [] if any(number in solid.damaged for number, _ in needed) else needed


def _plane(solid: Solid, number: int, steps: tuple[int, int, int], row: int, column: int) -> Plane:
    """Every n-th voxel of a slice from these on, and 1 where it is known; None if all are."""
    height, width = solid.shape[1] // steps[1] * steps[1], solid.shape[0] // steps[0] * steps[0]
    part = np.s_[row : height : steps[1], column : width : steps[0]]
    known = None if solid.there is None else solid.there[number][part].astype(np.float32)
    return solid.voxels[number][part], known


def clear_value(solid: Solid) -> Any:
    """A stored value that is clear in every look: the least known one."""
    sound = [number for number in range(len(solid.voxels)) if number not in solid.damaged]
    there = solid.there
    parts = [solid.voxels[n] if there is None else solid.voxels[n][there[n] > 0] for n in sound]
    return min((part.min() for part in parts if part.size), default=solid.voxels.dtype.type(0))
