"""Proves on which voxels of a stack the frames of a segmentation lie; nothing is resampled, moved or guessed."""

from collections.abc import Sequence, Set
import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from builder.dicom.source_file import NotTaken
from builder.reasons import Reason
from builder.stacks.stacks import OrderedStack
from bundle.index.records import Frame, Orientation

# Of a voxel, in every direction: more is another place, less comes from the digits with which positions are written.
TOLERANCE = 0.1
# Degrees; below, positions decide.
_TILTED = 0.5

Vectors = NDArray[np.float64]


class Lying(NamedTuple):
    """The stack, the place of each frame in it, and the row and column of an image under a frame's first pixel."""

    stack: OrderedStack
    places: tuple[int, ...]
    row: int
    column: int


class PixelPlane(NamedTuple):
    """Directions of rows and of columns, and the spacing between rows and between columns in mm."""

    along: Vectors
    down: Vectors
    spacing: tuple[float, float]

    @property
    def normal(self) -> Vectors:
        return np.cross(self.along, self.down)


def lies_on(frames: Sequence[Frame], size: tuple[int, int], stacks: Sequence[OrderedStack], named: Set[str]) -> Lying:
    """On which stack frames of `size` (rows, columns) lie; raises NotTaken, with figures for the largest stack.

    If they lie on several, the SOP Instance UIDs that they `named` decide.
    """
    found, refused = list[Lying](), list[NotTaken]()
    for stack in stacks:
        try:
            found.append(_on(stack, frames, size))
        except NotTaken as refusal:
            refused.append(refusal)
    if len(found) > 1:
        found = [lying for lying in found if named and named <= instances_of(lying.stack)] or found
    if len(found) > 1:
        raise unfit(f"it lies on {len(found)} stacks of its series, and does not name the images of one")
    if not found:
        raise refused[0] if refused else unfit("its series has no image")
    return found[0]


def instances_of(stack: OrderedStack) -> set[str]:
    """The SOP Instance UIDs of its images."""
    return {slice_.instance.sop_instance_uid for slice_ in stack.slices}


def unfit(detail: str) -> NotTaken:
    """The refusal of what does not lie on its images; `detail` has the figures."""
    return NotTaken(Reason.SEGMENTATION_UNFIT, detail)


def _on(stack: OrderedStack, frames: Sequence[Frame], size: tuple[int, int]) -> Lying:
    images, masks = plane_of([slice_.frame for slice_ in stack.slices], "images"), plane_of(frames, "frames")
    origins = np.array([slice_.frame.image_position_patient for slice_ in stack.slices], np.float64)
    _check_directions(images, masks, size)
    positions = np.array([frame.image_position_patient for frame in frames], np.float64)
    places = nearest(origins @ images.normal, positions @ images.normal, stack, "frame")
    off = positions - origins[places]
    rows, columns = off @ images.down / images.spacing[0], off @ images.along / images.spacing[1]
    row, column = round(float(rows[0])), round(float(columns[0]))
    worst = max(float(np.abs(rows - row).max()), float(np.abs(columns - column).max()))
    if worst > TOLERANCE:
        raise unfit(f"it is shifted by {worst:.2f} of a pixel against its images")
    first = stack.slices[0].instance
    if min(row, column) < 0 or row + size[0] > first.rows or column + size[1] > first.columns:
        raise unfit(
            f"its {size[0]} x {size[1]} pixels, from row {row} and column {column} on, reach beyond the {first.rows} x "
            f"{first.columns} of its images"
        )
    return Lying(stack, tuple(places.tolist()), row, column)


def plane_of(frames: Sequence[Frame], what: str) -> PixelPlane:
    """The plane that all frames share but for their positions; raises NotTaken."""
    if any(
        None in (frame.image_position_patient, frame.image_orientation_patient, frame.pixel_spacing) for frame in frames
    ):
        raise unfit(f"not all of its {what} say where they lie")
    planes = set(map(_turned, frames))
    (orientation, spacing), *others = planes
    assert orientation is not None and spacing is not None
    if any(not np.allclose(orientation, other, atol=1e-4) for other, _ in others if other):
        raise unfit(f"its {what} have several directions")
    if any(not np.allclose(spacing, other, rtol=1e-4) for _, other in others if other):
        raise unfit(f"its {what} have several pixel spacings")
    return PixelPlane(np.array(orientation[:3]), np.array(orientation[3:]), spacing)


def _turned(frame: Frame) -> tuple[Orientation | None, tuple[float, float] | None]:
    return frame.image_orientation_patient, frame.pixel_spacing


def _check_directions(images: PixelPlane, masks: PixelPlane, size: tuple[int, int]) -> None:
    """From the first pixel to the last of a row and of a column, both planes lead to the same place."""
    tilt = math.degrees(math.acos(min(1.0, float(abs(images.normal @ masks.normal)))))
    if tilt > _TILTED:
        raise unfit(f"it is tilted by {tilt:.1f}° against its images")
    pairs = ((images.down, masks.down, 0), (images.along, masks.along, 1))
    off = max(
        float(np.abs(masks.spacing[k] * mine - images.spacing[k] * theirs).max()) * (size[k] - 1) / images.spacing[k]
        for theirs, mine, k in pairs
    )
    if off <= TOLERANCE:
        return
    if not np.allclose(images.spacing, masks.spacing, rtol=1e-3):
        sizes = [" x ".join(f"{length:.3g}" for length in plane.spacing) for plane in (masks, images)]
        raise unfit(f"its pixels are {sizes[0]} mm, those of its images {sizes[1]} mm: not resampled")
    raise unfit(
        f"its rows and columns run in other directions: its last pixel is {off:.1f} pixels from that of an image"
    )


def nearest(heights: Vectors, wanted: Vectors, stack: OrderedStack, what: str) -> NDArray[np.intp]:
    """The image nearest to each height along the normal; `what` lies there. Raises NotTaken."""
    order = np.argsort(heights, kind="stable")
    heights = heights[order]
    step = step_of(heights, stack)
    behind = (
        np.clip(np.searchsorted(heights, wanted), 1, len(heights) - 1)
        if len(heights) > 1
        else np.zeros(len(wanted), np.intp)
    )
    before = np.maximum(behind - 1, 0)
    found = np.where(np.abs(heights[before] - wanted) <= np.abs(heights[behind] - wanted), before, behind)
    off = float(np.abs(heights[found] - wanted).max())
    if off > TOLERANCE * step:
        raise unfit(f"a {what} lies {off:.2f} mm from the nearest of its images, which are {step:.2f} mm apart")
    return np.asarray(order[found])


def step_of(heights: Vectors, stack: OrderedStack) -> float:
    """The smallest distance between images at these heights; raises NotTaken if it is 0."""
    steps = np.diff(np.sort(heights))
    step = float(steps.min()) if len(steps) else stack.thickness or 1.0
    if step <= 0:
        raise unfit("several of its images lie at one place")
    return step
