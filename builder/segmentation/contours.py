"""Fills closed contours on the voxels of one stack: a voxel is inside if its centre is (PS3.3 C.8.8.6)."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from builder.segmentation.grid import TOLERANCE, Vectors, nearest, plane_of, step_of, unfit
from builder.segmentation.masks import Mask
from builder.stacks.stacks import OrderedStack

# Decimals of a pixel: what was written as a whole pixel decides in the same way on every row.
_DECIMALS = 4
# Of pixels beyond the outermost centres: a contour along the edge of the images lies half a pixel beyond them.
_BEYOND = 1.0
# So many crossings with rows are held at once: a long zigzag has more of them than fit into memory.
_AT_ONCE = 1 << 20
# Of one structure on one image, that each is compared with each.
_MOST_CONTOURS = 4096


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
    crossings = np.zeros(rows * (columns + 1), np.intp)
    for part in _parts(number):
        crossings += _crossings(start[part], end[part], (first[part], number[part]), size)
    inside = np.cumsum(crossings.reshape(rows, columns + 1)[:, :columns], axis=1) & 1
    return inside.astype(np.uint8)


def _parts(number: NDArray[np.intp]) -> Iterator[slice]:
    """The edges in parts that cross about as many rows as may be held at once."""
    so_far = np.cumsum(number)
    ends = np.searchsorted(so_far, np.arange(_AT_ONCE, so_far[-1], _AT_ONCE))
    return (slice(first, last) for first, last in pairwise([0, *ends.tolist(), len(number)]))


def _crossings(
    start: Vectors, end: Vectors, rows_of: tuple[NDArray[np.intp], NDArray[np.intp]], size: tuple[int, int]
) -> NDArray[np.intp]:
    """How often edges cross each row left of each pixel; they cross these rows, by the first and how many."""
    first, number = rows_of
    edge = np.repeat(np.arange(len(start)), number)
    row = first[edge] + np.arange(len(edge)) - np.repeat(np.cumsum(number) - number, number)
    (r, c), (r_end, c_end) = start[edge].T, end[edge].T
    column = np.clip(np.ceil(np.round(c + (row - r) * (c_end - c) / (r_end - r), _DECIMALS)), 0, size[1])
    return np.bincount(row * (size[1] + 1) + column.astype(np.intp), minlength=size[0] * (size[1] + 1))


def overlaps(contours: Sequence[Vectors], size: tuple[int, int]) -> tuple[bool, bool]:
    """Whether one contour lies within another, and whether two overlap of which neither lies within the other.

    Raises NotTaken if there are more than any drawing of one image has.
    """
    if len(contours) > _MOST_CONTOURS:
        raise unfit(f"it has {len(contours):,} contours on one image: more than {_MOST_CONTOURS:,} are not drawn")
    count, parts = np.zeros(size, np.uint16), list[_Part]()
    for points in contours if len(contours) > 1 else ():
        mask = filled([points], size)
        count += mask
        if mask.any():
            parts.append(_Part(mask))
    shared = [part for part in parts if (count[part.box][part.inside] > 1).any()]
    within = crossing = False
    for k, first in enumerate(shared):
        for second in shared[:k]:
            both, least = first.common(second), min(first.area, second.area)
            within, crossing = within or 0 < both == least, crossing or 0 < both < least
        if within and crossing:
            break
    return within, crossing


class _Part:
    """What is inside one contour, within its box."""

    def __init__(self, mask: Mask) -> None:
        rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
        self._ends = (int(rows[0]), int(rows[-1]) + 1), (int(columns[0]), int(columns[-1]) + 1)
        self.box = slice(*self._ends[0]), slice(*self._ends[1])
        self.inside = mask[self.box].astype(bool)
        self.area = int(np.count_nonzero(self.inside))

    def common(self, other: "_Part") -> int:
        """The pixels that are in both."""
        both = [
            (max(mine[0], theirs[0]), min(mine[1], theirs[1]))
            for mine, theirs in zip(self._ends, other._ends, strict=True)
        ]  # fmt: skip
        if any(low >= high for low, high in both):
            return 0
        return int(np.count_nonzero(np.logical_and(*(part._within(both) for part in (self, other)))))

    def _within(self, ends: Sequence[tuple[int, int]]) -> NDArray[np.bool_]:
        down, along = (slice(low - mine[0], high - mine[0]) for (low, high), mine in zip(ends, self._ends, strict=True))
        return self.inside[down, along]
