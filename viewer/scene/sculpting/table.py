"""Table and head-holder in a CT: what does not belong to the patient's body. When in doubt, it belongs to it."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from viewer.scene.sculpting.components import Components, components
from viewer.scene.sculpting.hulls import hulls
from viewer.scene.sculpting.windows import narrowed, share_of_slices, widened
from viewer.scene.thinning import Thinned, thinned
from viewer.space.voxel_volume import Solid

Mask = NDArray[np.bool_]
# So many voxels are searched; more are averaged.
_MOST_VOXELS, _SAMPLES = 10_000_000, 2
# In HU: more is something, less is air or foam.
_SOMETHING = -400.0
# In mm. A body is somewhere thicker than twice this, the shell of a table never. What is so near to the thick part of
# a body belongs to it, and what is so near to anything that stays is never touched.
_HALF_THICKNESS, _SKIN, _AROUND = 5.0, 1.5, 3.0
# Thick parts that are this share of the largest have a hull; a rail of the table is smaller.
_LARGE = 0.01
# The largest part of a body is at least this share of everything.
_BODY = 0.2
# A table is wide (in mm) in its slices and passes through this share of them, or through nearly all of a long stack.
_WIDE, _THROUGH, _LONG, _NEARLY_ALL = 80.0, 0.5, 100.0, 0.9
# So much of it lies beside the hull of the body: vessels of the lung lie within.
_BESIDE = 0.8
# A table that touches the body has the same cross-section in this share of the slices this far (mm) up and down; a
# stack must be longer than both ways together. It may sag by so much.
_SAME, _UP_AND_DOWN, _SAG = 0.7, 60.0, 2.0
# What is thicker than twice this and not the same in most slices may be a finger that touches the table.
_FINGER = 3.0


@dataclass(frozen=True, eq=False)
class Outside:
    """What is not the patient, in the grid of `steps` voxels of the solid along columns, rows and slices."""

    packed: NDArray[np.uint8]
    columns: int
    steps: tuple[int, int, int]

    def of_slice(self, number: int, thin: Thinned) -> Mask:
        """Which voxels of one slice of another grid of the same solid are outside, (rows, columns)."""
        _, rows, columns = thin.voxels.shape
        ways = [
            np.clip((np.arange(size) * step + step // 2) // own, 0, most - 1)
            for size, step, own, most in zip(
                (columns, rows), thin.steps[:2], self.steps[:2], (self.columns, self.packed.shape[1]), strict=True
            )
        ]
        near = min((number * thin.steps[2] + thin.steps[2] // 2) // self.steps[2], len(self.packed) - 1)
        whole = np.unpackbits(self.packed[near], axis=1, count=self.columns).astype(bool)
        return np.asarray(whole[np.ix_(ways[1], ways[0])])


def find_outside(solid: Solid) -> Outside | None:
    """Everything but the patient in a CT in HU; None if no table or head-holder is found."""
    thin = thinned(solid, _MOST_VOXELS, _SAMPLES)
    slope, intercept = solid.rescale.slope or 1.0, solid.rescale.intercept
    limit = (_SOMETHING - intercept) / slope
    voxels: NDArray[Any] = thin.voxels
    something = voxels > limit if slope > 0 else voxels < limit
    found = outside(something, np.linalg.norm(thin.affine[:3, :3], axis=0))
    return None if found is None else Outside(np.packbits(found, axis=2), found.shape[2], thin.steps)


def outside(something: Mask, spacing: NDArray[np.float64]) -> Mask | None:
    """The same of a mask of everything that is not air, (slices, rows, columns); `spacing` along columns, rows, slices.

    The thick part of everything is the body. What is thin, lies beside the body's hull and reaches as far as only a
    table does, is the table; so is, where it touches the body, what is the same in most slices.
    """
    pixel = float(spacing[:2].mean())
    half = max(round(_HALF_THICKNESS / pixel), 1)
    thick = narrowed(something, half)
    cores = components(thick)
    if not cores.number or cores.sizes.max() < _BODY * thick.sum():
        return None
    body = widened(thick, half + max(round(_SKIN / pixel), 1)) & something
    hull = np.zeros(something.shape, bool)
    for number in np.flatnonzero(cores.sizes >= _LARGE * cores.sizes.max()):
        hull |= hulls(widened(cores.mask(np.arange(cores.number) == number), half) & something)
    table = _table(something, body, hull, spacing)
    return _all_but_near(something & ~table, hull, table, spacing) if table.any() else None


def _all_but_near(rest: Mask, hull: Mask, table: Mask, spacing: NDArray[np.float64]) -> Mask:
    """Everything that is not near the rest and its hull, and the table with its blurred edges."""
    around = max(round(_AROUND / float(spacing[:2].mean())), 1)
    near = widened(rest, around, max(round(_AROUND / float(spacing[2])), 1)) | widened(hull, around)
    edges = widened(table, 2, 1) & ~rest & ~widened(rest, 1, 1)
    return np.asarray(~near | table | edges)


def _table(something: Mask, body: Mask, hull: Mask, spacing: NDArray[np.float64]) -> Mask:
    """The voxels of table and head-holder."""
    every = components(something)
    free = every.count(body) == 0
    table = every.mask(free & _like_a_table(every, hull, spacing))
    same = _same_in_most_slices(something & ~body, spacing)
    pixel = float(spacing[:2].mean())
    by = max(int(_FINGER / pixel), 1)
    finger = narrowed(table & ~same, by)
    table &= ~widened(finger, by + max(round(_SKIN / pixel), 1))
    parts = components(every.mask(~free) & same)
    return table | parts.mask(_like_a_table(parts, hull, spacing))


def _same_in_most_slices(thin: Mask, spacing: NDArray[np.float64]) -> Mask:
    """What is not the thick part of a body and has the same cross-section far up and down; nothing in a short stack.

    What else is thin, such as an ear, may touch it; so nothing near that, or near the body, counts.
    """
    half = round(_UP_AND_DOWN / float(spacing[2]))
    if len(thin) <= 2 * half or not half:
        return np.zeros(thin.shape, bool)
    sag = max(round(_SAG / float(spacing[1])), 1)
    same = share_of_slices(widened(thin, sag), half) >= _SAME
    return np.asarray(thin & same & ~widened(thin & ~same, sag + 1))


def _like_a_table(parts: Components, hull: Mask, spacing: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Which components reach as far as only a table does, and lie beside the body."""
    slices = parts.shape[0]
    length, wide = parts.spans[:, 0], (parts.spans[:, 1:] * spacing[[1, 0]]).max(axis=1, initial=0.0)
    through = (wide >= _WIDE) & (length >= _THROUGH * slices)
    along = (length >= _NEARLY_ALL * slices) & (length * spacing[2] >= _LONG)
    beside = parts.count(hull) <= (1 - _BESIDE) * parts.sizes
    return np.asarray((through | along) & beside)
