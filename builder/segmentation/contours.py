"""Fills closed contours on the voxels of one stack: a voxel is inside if its centre is (PS3.3 C.8.8.6)."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from builder.segmentation.grid import TOLERANCE, Vectors, nearest, plane_of, step_of, unfit
from builder.segmentation.masks import Mask
from builder.stacks.stacks import OrderedStack

# Decimals of a pixel: what was written as a whole pixel decides in the same way on every row.
_DECIMALS = 4
# Of pixels beyond the outermost centres: a contour along the edge of the images lies half a pixel beyond them.
_BEYOND = 1.0


class ImageGrid:
    """The voxels of a stack, as contours need them; raises NotTaken if its images do not say where they lie."""

    def __init__(self, stack: OrderedStack) -> None:
        frames = [slice_.frame for slice_ in stack.slices]
        self.stack, self._plane = stack, plane_of(frames, "images")
        self._origins = np.array([frame.image_position_patient for frame in frames], np.float64)
        self._heights = self._origins @ self._plane.normal
        self._step = step_of(self._heights, stack)
        first = stack.slices[0].instance
        self.size = first.rows, first.columns
        self.uids = [slice_.instance.sop_instance_uid for slice_ in stack.slices]

    def places(self, contours: Sequence[Vectors]) -> NDArray[np.intp]:
        """The image on which each contour lies, of points in mm; raises NotTaken, with figures."""
        heights = [points @ self._plane.normal for points in contours]
        for height in heights:
            if (deep := float(np.ptp(height))) > TOLERANCE * self._step:
                raise unfit(f"a contour is not in the plane of an image: its points are {deep:.2f} mm apart in depth")
        return nearest(self._heights, np.array([height.mean() for height in heights]), self.stack, "contour")

    def on_image(self, points: Vectors, place: int) -> Vectors:
        """The row and column of each point, with fractions; raises NotTaken if one is far outside the image."""
        off = points - self._origins[place]
        down, along = self._plane.spacing
        found = np.stack([off @ self._plane.down / down, off @ self._plane.along / along], axis=1)
        beyond = float(max(-found.min(), (found - np.array(self.size) + 1).max()))
        if beyond > _BEYOND:
            raise unfit(f"a contour reaches {beyond:.1f} pixels beyond the outermost of its images")
        return np.round(found, _DECIMALS)


def filled(contours: Sequence[Vectors], size: tuple[int, int]) -> Mask:
    """The pixels whose centre an odd number of contours surround: so a contour within another is a hole.

    A way to a hole and back on the same line, a keyhole, surrounds nothing. A centre on a contour is inside on its
    upper and left side alone, so that two parts that touch share no pixel.
    """
    rows, columns = size
    start = np.concatenate(contours)
    end = np.concatenate([np.roll(points, -1, axis=0) for points in contours])
    low, high = np.minimum(start[:, 0], end[:, 0]), np.maximum(start[:, 0], end[:, 0])
    first = np.clip(np.ceil(low), 0, rows).astype(np.intp)
    number = np.clip(np.ceil(high), 0, rows).astype(np.intp) - first
    edge = np.repeat(np.arange(len(start)), number)
    row = first[edge] + np.arange(len(edge)) - np.repeat(np.cumsum(number) - number, number)
    (r, c), (r_end, c_end) = start[edge].T, end[edge].T
    column = np.clip(np.ceil(np.round(c + (row - r) * (c_end - c) / (r_end - r), _DECIMALS)), 0, columns)
    crossings = np.bincount(row * (columns + 1) + column.astype(np.intp), minlength=rows * (columns + 1))
    inside = np.cumsum(crossings.reshape(rows, columns + 1)[:, :columns], axis=1) & 1
    return inside.astype(np.uint8)


def overlaps(contours: Sequence[Vectors], size: tuple[int, int]) -> tuple[bool, bool]:
    """Whether one contour lies within another, and whether two overlap of which neither lies within the other."""
    masks = [filled([points], size) for points in contours] if len(contours) > 1 else []
    if sum(map(np.count_nonzero, masks)) == np.count_nonzero(np.any(masks, axis=0)):
        return False, False
    areas = [np.count_nonzero(mask) for mask in masks]
    shared = [
        (np.count_nonzero(first & second), min(areas[k], areas[m]))
        for k, first in enumerate(masks) for m, second in enumerate(masks[:k])
    ]  # fmt: skip
    return any(0 < both == least for both, least in shared), any(0 < both < least for both, least in shared)
