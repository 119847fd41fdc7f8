"""Finds the face in front of a brain in a skull, and how deep to cut it away."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from builder.blanking import FaceCut
from builder.deface.cut import BONE
from builder.deface.grid import Floats, Grid, Sampled, patient_grid, shift_of
from bundle.images.geometry import normal

Mask = NDArray[np.bool_]

_TISSUE = -300
_SOFT = (-50, 200)
# A slice through the brain: this much soft tissue (mm²) with bone on all four sides, nearly nothing else there (no
# lungs, fat or air), and bone on the left and right not further apart than this (mm).
_BRAIN_AREA, _BRAIN_SHARE, _SKULL_WIDTH = 4_000, 0.75, 190
# A brain must be visible over this height (mm).
_BRAIN_HEIGHT = 20
# A slice whose normal is this near to the patient's axis (cosine) is a layer of the grid; since slices sample other
# cells, they need only reach this share of the criteria for layers.
_AXIAL, _SURE = 0.95, 0.6
# Soft tissue below at least this much brain (mm) counts: bone further up is the calvaria.
_RUN = 8
# Skin and brain are about 15 mm apart at the forehead, and more than this (mm) below the orbital roofs.
_GAP, _MIDDLE = 35, 25
# A recognisable face must be visible over this size (mm), with air in front of this share of its midline.
_FACE_HEIGHT, _IN_VIEW = 30, 0.5
# From the orbital roofs: up to the brows, and down to the chin (mm).
_ABOVE, _BELOW = 25, 140
# The depth (mm) of the cut: below the skin, below the smoothed skin, behind the foremost point, and before the brain.
_MARGIN, _DEEP, _FURTHEST, _BEFORE_BRAIN = 10, 15, 55, 6
_SMOOTH = 40
# The size of a hole in the skull (mm), from a drill or an injury, with brain behind it all the same.
_HOLE = 40
# Nods of the head (degrees) that the search tries besides none.
_NODS = (-20.0, 20.0)


@dataclass(frozen=True, slots=True)
class _Face:
    """In cells: the layer of the orbital roofs, and the columns of the brain's midline."""

    top: int
    middle: slice


def find_cuts(sampled: Sampled) -> tuple[FaceCut, ...]:
    """The cuts that remove the face of this head; none if no face is visible.

    One cut goes straight from the front, the others from a little above and below: the chin may be up or down.
    """
    straight = find_cut(patient_grid(sampled))
    if straight is None:
        return ()
    nodded = (find_cut(patient_grid(sampled, turn)) for turn in _NODS)
    return (straight, *(cut for cut in nodded if cut is not None))


def shows_face(sampled: Sampled) -> bool:
    """Whether a face is visible; even if the file gives the patient's side wrongly, so that it cannot be cut."""
    grid = patient_grid(sampled)
    back = replace(grid, values=grid.values[:, ::-1], inside=grid.inside[:, ::-1])
    return find_cut(grid) is not None or find_cut(back) is not None


def shows_skin(sampled: Sampled) -> bool:
    """Whether the surface of the body is visible from the front over the size of a face, whatever is behind it.

    The field of a dental scan ends below the brain, by which heads are recognised.
    """
    grid = patient_grid(sampled)
    sides = np.flatnonzero((grid.values > _TISSUE).any(axis=(1, 2)))
    if not sides.size:
        return False
    centre, half = int(sides[0] + sides[-1]) // 2, _cells(_MIDDLE, grid)
    face = _Face(grid.values.shape[2] - 1, slice(max(0, centre - half), centre + half + 1))
    return _is_seen(grid, _first(grid.values > _TISSUE), face)


def may_hold_head(sampled: Sampled) -> bool:
    """False if no slice can pass through a brain: this takes a tenth of the time of a grid.

    Each layer of the grid of an axial stack is the nearest slice; for any other stack only the grid can tell.
    """
    frame = sampled.frames[0]
    if abs(normal(frame.image_orientation_patient or (1, 0, 0, 0, 1, 0))[2]) < _AXIAL:
        return True
    thin = max(1, int(sampled.step / sampled.block / min(frame.pixel_spacing or (1.0, 1.0))))
    slices = sampled.volume[:, ::thin, ::thin].astype(np.int32)
    slices += round(shift_of(slices))
    down, across = (spacing * sampled.block * thin for spacing in frame.pixel_spacing or (1.0, 1.0))
    closed, soft = _closed(slices >= BONE, slices, (1, 2))
    area, everything = soft.sum(axis=(1, 2)), closed.sum(axis=(1, 2))
    broad = (np.ptp(np.flatnonzero(mask.any(axis=0))) * across if mask.any() else np.inf for mask in closed)
    long = (np.ptp(np.flatnonzero(mask.any(axis=1))) * down if mask.any() else np.inf for mask in closed)
    width = np.minimum(np.fromiter(broad, float), np.fromiter(long, float))
    good = (area * down * across >= _SURE * _BRAIN_AREA) & (area >= _SURE * _BRAIN_SHARE * everything)
    return bool((good & (width * _SURE <= _SKULL_WIDTH)).any())


def find_cut(grid: Grid) -> FaceCut | None:
    """The cut from the front of a grid; None if no face is visible in it."""
    brain = _brain(grid)
    if brain is None:
        return None
    skin = _first(grid.values > _TISSUE)
    face = _face(grid, brain, skin)
    return None if face is None else _cut(grid, brain, skin, face)


def _cells(millimetres: float, grid: Grid) -> int:
    return max(1, round(millimetres / grid.step))


def _first(mask: Mask) -> Floats:
    """The index of the foremost true cell of each ray from the front; infinite if there is none. Shape (x, z)."""
    return np.where(mask.any(axis=1), mask.argmax(axis=1), np.inf)


def _brain(grid: Grid) -> Mask | None:
    """Soft tissue inside a skull, down to the first bone; None if no skull is found."""
    bone = grid.values >= BONE
    closed, soft = _closed(bone, grid.values, (0, 1))
    area, everything = soft.sum(axis=(0, 1)), closed.sum(axis=(0, 1))
    width = np.array([np.ptp(np.flatnonzero(layer.any(axis=1))) if layer.any() else 0 for layer in _layers(closed)])
    good = (area * grid.step**2 >= _BRAIN_AREA) & (area >= _BRAIN_SHARE * everything)
    good &= width * grid.step <= _SKULL_WIDTH
    top, height = _longest_run(good)
    if height * grid.step < _BRAIN_HEIGHT:
        return None
    return _above_the_base(soft, bone, top, _cells(_RUN, grid))


def _closed(bone: Mask, values: NDArray[np.integer | np.floating], axes: tuple[int, int]) -> tuple[Mask, Mask]:
    """The cells with bone on all four sides along two axes, and which of them are soft."""
    closed = ~bone
    for axis in axes:
        closed &= np.logical_or.accumulate(bone, axis=axis)
        closed &= np.flip(np.logical_or.accumulate(np.flip(bone, axis), axis=axis), axis)
    return closed, closed & (values > _SOFT[0]) & (values < _SOFT[1])


def _layers(mask: Mask) -> list[Mask]:
    return list(np.moveaxis(mask, 2, 0))


def _longest_run(good: Mask) -> tuple[int, int]:
    """The highest layer of the longest run of good layers, and its length."""
    best, run = (0, 0), 0
    for layer, is_good in enumerate(good):
        run = run + 1 if is_good else 0
        best = max(best, (run, layer))
    return best[1], best[0]


def _above_the_base(soft: Mask, bone: Mask, top: int, run: int) -> Mask:
    """The cells reachable from the brain straight downwards, without passing bone."""
    down, hard = np.flip(soft, 2), np.flip(bone, 2)
    thick = down.copy()
    for back in range(1, run):
        thick[:, :, back:] &= down[:, :, :-back]
        thick[:, :, :back] = False
    blocked = np.logical_or.accumulate(np.logical_or.accumulate(thick, axis=2) & hard, axis=2)
    brain = np.flip(down & ~blocked, 2)
    brain[:, :, top + 1 + run :] = False
    return brain


def _face(grid: Grid, brain: Mask, skin: Floats) -> _Face | None:
    area = brain.sum(axis=(0, 1))
    columns = np.flatnonzero(brain[:, :, int(area.argmax())].any(axis=1))
    centre, half = int((columns[0] + columns[-1]) / 2), _cells(_MIDDLE, grid)
    middle = slice(max(0, centre - half), centre + half + 1)
    front = _first(brain)[middle]
    # From the largest section downwards: where the brain ends far behind the skin, a face is in front of it.
    for layer in range(int(area.argmax()), 0, -1):
        rays = np.isfinite(skin[middle, layer])
        if not rays.any():
            continue
        gap = np.minimum(front[:, layer], grid.values.shape[1])[rays] - skin[middle, layer][rays]
        if np.median(gap) * grid.step > _GAP:
            face = _Face(layer, middle)
            return face if _is_seen(grid, skin, face) else None
    return None


def _is_seen(grid: Grid, skin: Floats, face: _Face) -> bool:
    """Whether enough of the face lies in the picture, with its surface."""
    low = max(0, face.top - _cells(_BELOW, grid))
    here = grid.inside[face.middle, :, low : face.top + 1]
    surface = skin[face.middle, low : face.top + 1]
    in_view = np.isfinite(surface) & (surface > np.where(here.any(axis=1), here.argmax(axis=1), np.inf))
    seen = in_view.mean(axis=0) > _IN_VIEW
    return bool(seen.sum() * grid.step >= _FACE_HEIGHT)


def _cut(grid: Grid, brain: Mask, skin: Floats, face: _Face) -> FaceCut:
    """The depth of the cut on each ray: it must neither follow the skin nor reach brain or bone."""
    low, high = max(0, face.top - _cells(_BELOW, grid)), face.top + _cells(_ABOVE, grid) + 1
    surface = skin[:, low:high]
    furthest = float(surface[face.middle].min()) + _cells(_FURTHEST, grid)
    smooth = _smoothed(np.minimum(surface, furthest), _cells(_SMOOTH, grid))
    depth = np.maximum(surface + _cells(_MARGIN, grid), smooth + _cells(_DEEP, grid))
    depth[~(surface < furthest)] = -np.inf
    depth = np.minimum(_extreme(depth, np.maximum, 1), furthest)
    near = _extreme(_without_gaps(_first(brain), _cells(_HOLE / 2, grid))[:, low:high], np.minimum, 2)
    bone = _behind(grid, surface, low, high)
    depth = np.minimum(np.minimum(depth, near - _cells(_BEFORE_BRAIN, grid)), bone)
    front = np.where(np.isfinite(depth), grid.origin[1] + (depth - 0.5) * grid.step, -np.inf)
    origin = (float(grid.origin[0]), float(grid.origin[2] + low * grid.step))
    return FaceCut(origin, grid.step, front.astype(np.float32), grid.shift, grid.turn)


def _behind(grid: Grid, surface: Floats, low: int, high: int) -> Floats:
    """The foremost bone of each ray that is not in front of the skin."""
    y = np.arange(grid.values.shape[1])[None, :, None]
    return _first((grid.values[:, :, low:high] >= BONE) & (y >= surface[:, None, :]))


def _smoothed(depth: Floats, size: int) -> Floats:
    """A running mean of `size` cells in both directions, twice: the result is no individual's face."""
    for axis in (0, 1, 0, 1):
        before, after = size // 2, size - 1 - size // 2
        padding = [(before + 1, after) if direction == axis else (0, 0) for direction in (0, 1)]
        total = np.cumsum(np.pad(depth, padding, mode="edge"), axis=axis)
        depth = np.diff(np.stack([_cut_off(total, axis, 0, size), _cut_off(total, axis, size, 0)]), axis=0)[0] / size
    return depth


def _cut_off(values: Floats, axis: int, start: int, end: int) -> Floats:
    return np.take(values, np.arange(start, values.shape[axis] - end), axis=axis)


def _without_gaps(depth: Floats, reach: int) -> Floats:
    """The depth of the brain, with narrow pits filled to the level on both of their sides."""
    filled = (_extreme(_extreme(depth, np.minimum, reach, (axis,)), np.maximum, reach, (axis,)) for axis in (0, 1))
    return np.asarray(np.minimum.reduce([depth, *filled]))


def _extreme(depth: Floats, choose: np.ufunc, reach: int, axes: tuple[int, ...] = (0, 1)) -> Floats:
    """The largest or smallest within `reach` cells."""
    for axis in axes:
        padded = np.pad(depth, [(reach, reach) if direction == axis else (0, 0) for direction in (0, 1)], mode="edge")
        depth = choose.reduce([_cut_off(padded, axis, k, 2 * reach - k) for k in range(2 * reach + 1)])
    return depth
