"""The positions of the frames of a stack, computed from the files alone, as simply as possible."""

from collections.abc import Sequence
from dataclasses import dataclass
import math

import numpy as np
from numpy.typing import NDArray

from bundle.index.records import Frame, Orientation

Numbers = NDArray[np.float64]

# Frames that all lie nearer together than this, in mm, may be at one place: tables and hearts move a little.
_ONE_PLACE = 0.1
# A step longer than this share of the usual one has room for a missing slice.
_GAP = 1.5
# More holes than this, or more missing slices than half of the slices, may be another spacing.
_FEW_HOLES = 3
# A slice may be this far, as a share of the usual step, from a whole number of steps.
_EVEN = 0.1


@dataclass(frozen=True, slots=True)
class StackLine:
    """Frames with positions, in their order.

    `along` are the positions along the normal of the first one and `steps` those between neighbours, both in mm;
    `start` is the first position (LPS, mm), `direction` points to the last one and is 1 mm long along the normal; `off`
    is the largest distance, in mm, of a position from that straight line.
    """

    along: Numbers
    steps: Numbers
    start: Numbers
    direction: Numbers
    off: float
    tilt: float

    @property
    def usual(self) -> tuple[float, float]:
        """The least and the greatest number that can count as the median step."""
        ordered = np.sort(self.steps)
        return float(ordered[(len(ordered) - 1) // 2]), float(ordered[len(ordered) // 2])

    @property
    def rises(self) -> bool:
        """Whether each frame lies after the one before it."""
        return bool(np.all(self.steps > 0))

    @property
    def at_one_place(self) -> bool:
        """Whether all frames may be at one place."""
        return float(np.ptp(self.along)) <= _ONE_PLACE


def line(frames: Sequence[Frame]) -> StackLine | None:
    """The line of at least two frames; None if one of them has no position."""
    if len(frames) < 2 or any(frame.image_position_patient is None for frame in frames):
        return None
    positions = np.array([frame.image_position_patient for frame in frames])
    row, normal = _axes(frames[0].image_orientation_patient or (1, 0, 0, 0, 1, 0))
    along = positions @ normal
    whole, length = positions[-1] - positions[0], float(along[-1] - along[0])
    direction = whole / length if length > 0 else normal
    beside = positions - positions[0] - np.outer(along - along[0], direction)
    return StackLine(
        along, np.diff(along), positions[0], direction, float(np.linalg.norm(beside, axis=1).max()),
        _tilt(direction, normal, row),
    )  # fmt: skip


def _axes(orientation: Orientation) -> tuple[Numbers, Numbers]:
    row, column = np.array(orientation[:3]), np.array(orientation[3:])
    normal = np.cross(row, column)
    return row, normal / np.linalg.norm(normal)


def _tilt(direction: Numbers, normal: Numbers, row: Numbers) -> float:
    """The angle in degrees from the normal to the line, about the rows (0018,1120)."""
    beside = direction - normal  # the direction is 1 mm long along the normal
    angle = math.degrees(math.atan(float(np.linalg.norm(beside))))
    return -angle if float(np.cross(direction, normal) @ row) < 0 else angle


def holes(line: StackLine) -> list[tuple[float, float]]:
    """The positions, in mm along the normal, between which there is room for missing slices."""
    usual = line.usual[0]  # if the two in the middle differ, the wider one may be the hole itself
    wide = np.flatnonzero(line.steps > _GAP * usual)
    return [(float(line.along[k]), float(line.along[k + 1])) for k in wide]


def lost(line: StackLine, share: float = _EVEN) -> list[float]:
    """Where slices are certainly missing: at a few places, where the step is a multiple of the usual one."""
    usual = line.usual[0]
    times = np.rint(line.steps / usual) if usual > 0 else np.zeros(1)
    wide = np.flatnonzero(times > 1)
    if np.any(times < 1) or np.any(np.abs(line.steps - times * usual) > share * usual):
        return []
    if len(wide) > _FEW_HOLES or np.sum(times[wide] - 1) > len(line.steps) / 2:
        return []
    return [float(line.along[k] + usual * n) for k in wide for n in range(1, int(times[k]))]
