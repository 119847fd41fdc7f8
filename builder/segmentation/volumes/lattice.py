"""Proves on which voxels of a stack the voxels of a label map lie, whatever the order and direction of its axes."""

from collections.abc import Iterator, Sequence
import math
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from builder.segmentation.grid import TOLERANCE, Vectors, plane_of, unfit
from builder.segmentation.volumes.formats import Lattice
from bundle.index.records import Frame

_TILTED = 0.5


class Fitted(NamedTuple):
    """The axes of a lattice along rows, columns and depth of a stack.

    `corner` is the row and column under the first voxel in the direction of the images, `flips` say of the axes of
    rows and columns whether they run backwards; `deep` is the voxel along the third axis on each image, -1 for none.
    """

    axes: tuple[int, int, int]
    flips: tuple[bool, bool]
    corner: tuple[int, int]
    deep: tuple[int, ...]

    def planes(self, labels: NDArray[np.integer[Any]]) -> Iterator[tuple[int, NDArray[np.integer[Any]]]]:
        """The place of each image that the label map reaches, and its labels there."""
        turned = np.transpose(labels, self.axes)
        turned = turned[:: -1 if self.flips[0] else 1, :: -1 if self.flips[1] else 1]
        for place, index in enumerate(self.deep):
            if index >= 0:
                yield place, turned[:, :, index]


def fit(lattice: Lattice, frames: Sequence[Frame], size: tuple[int, int], *, some: bool = False) -> Fitted:
    """How the lattice lies on images of `size` (rows, columns); raises NotTaken, with figures.

    If the frames are `some` of a series, the lattice need not reach them.
    """
    plane = plane_of(frames, "images")
    back = np.linalg.inv(lattice.steps)
    down, along = back @ (plane.down * plane.spacing[0]), back @ (plane.along * plane.spacing[1])
    axes = int(np.abs(down).argmax()), int(np.abs(along).argmax())
    _check_directions(lattice, plane.normal, axes)
    depth = 3 - axes[0] - axes[1]
    _check_spacing(lattice, (down, along), (*axes, depth), plane.spacing)
    positions = np.array([frame.image_position_patient for frame in frames], np.float64)
    found = (positions - lattice.origin) @ back.T
    flips = bool(down[axes[0]] < 0), bool(along[axes[1]] < 0)
    corner = [_corner(found[:, axis], lattice.shape[axis], flip) for axis, flip in zip(axes, flips, strict=True)]
    for start, axis, pixels in zip(corner, axes, size, strict=True):
        if start < 0 or start + lattice.shape[axis] > pixels:
            raise unfit(
                f"its {lattice.shape[axis]} voxels, from pixel {start} on, reach beyond the {pixels} of its images"
            )
    return Fitted(
        (*axes, depth), flips, (corner[0], corner[1]), _deep(found[:, depth], lattice.shape[depth], some=some)
    )


def _check_directions(lattice: Lattice, normal: Vectors, axes: tuple[int, int]) -> None:
    units = lattice.steps / np.linalg.norm(lattice.steps, axis=0)
    off = float(np.abs(units.T @ normal).max())
    tilt = math.degrees(math.acos(min(1.0, off)))
    if tilt > _TILTED or axes[0] == axes[1]:
        raise unfit(f"it is tilted by {tilt:.1f}° against its images")


def _check_spacing(
    lattice: Lattice, steps: tuple[Vectors, Vectors], axes: tuple[int, int, int], spacing: tuple[float, float]
) -> None:
    """One pixel down and one along is one voxel, to the last of them."""
    for step, axis in zip(steps, axes[:2], strict=True):
        wanted = np.zeros(3)
        wanted[axis] = np.sign(step[axis])
        off = float(np.abs(step - wanted).max()) * (lattice.shape[axis] - 1)
        if off > TOLERANCE:
            lengths = np.linalg.norm(lattice.steps, axis=0)
            mine = " x ".join(f"{lengths[k]:.3g}" for k in axes[:2])
            theirs = " x ".join(f"{length:.3g}" for length in spacing)
            if mine != theirs:
                raise unfit(f"its voxels are {mine} mm, the pixels of its images {theirs} mm: not resampled")
            raise unfit(f"its last voxel is {off:.1f} pixels from that of an image: it is turned against them")


def _corner(found: Vectors, size: int, flip: bool) -> int:
    """The pixel of the images under the first voxel in their direction."""
    starts = found - (size - 1) if flip else -found
    start = round(float(starts[0]))
    worst = float(np.abs(starts - start).max())
    if worst > TOLERANCE:
        raise unfit(f"it is shifted by {worst:.2f} of a pixel against its images")
    return start


def _deep(found: Vectors, size: int, *, some: bool) -> tuple[int, ...]:
    """The voxel along the depth on each image, -1 where the label map does not reach."""
    nearest = np.rint(found).astype(int)
    inside = ((nearest >= 0) & (nearest < size)) | some
    if not inside.any():
        raise unfit("it reaches none of its images")
    worst = float(np.abs(found - nearest)[inside].max())
    if worst > TOLERANCE:
        raise unfit(f"an image lies {worst:.2f} of a voxel from the nearest slice of it")
    places = np.where(inside, nearest, -1)
    if len(set(places[inside].tolist())) < int(inside.sum()):
        raise unfit("several of its images lie on one slice of it")
    return tuple(places.tolist())
