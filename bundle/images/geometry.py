"""From plane positions to ordered stacks: spacing, tilt, affine (numbers only; patient LPS, mm)."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from bundle.images.directions import tolerance, unit_normal
from bundle.index.records import Orientation, Vector

Array = NDArray[np.float64]

# Direction cosines that differ by less than this belong to one orientation (about 0.2 degrees).
ORIENTATION_TOLERANCE = 3e-3
# Planes nearer to each other along the normal than this share of the usual step are at one place; at most this in mm.
SAME_PLACE_SHARE, SAME_PLACE = 0.02, 0.1
# No scanner measures finer than this, in mm.
NOISE = 1e-4
# A step smaller than this share of the largest is no step: one place was measured twice.
SMALL_STEP = 0.1
# Positions may lie off the straight line of their stack by this share of a pixel, if that exceeds `tolerance`.
PIXEL_SHARE = 0.1
# This many wide steps in a row are another spacing; fewer mean lost slices.
MULTIPLE, WIDE_STEPS = 2, 4
_SHOWN = 5
SHIFTED = "the images are shifted against each other"
TURNING = "images of different directions"
# Below this angle, in degrees, between the stack's direction and the normal, the tilt is not mentioned.
TILT_TOLERANCE = 0.05
# The length of a unit vector may be off by this much; any other vector is no direction.
UNIT_TOLERANCE = 1e-2


@dataclass(frozen=True, slots=True)
class FramePlane:
    """The place of one frame: position and orientation in patient LPS (mm), None if the source does not give them.

    `kind` must be equal within one stack (matrix, pixel format).
    """

    image_position_patient: Vector | None
    image_orientation_patient: Orientation | None
    pixel_spacing: tuple[float, float] | None
    kind: tuple[object, ...] = ()


@dataclass(frozen=True, slots=True)
class StackGeometry:
    """The geometry of an ordered stack; see `bundle.index.records.Stack` for the meaning of each field.

    `steps` are the distances between neighbours along the normal; `missing` are the positions along it (mm from the
    origin of the patient's coordinates) where slices are missing.
    """

    origin: Vector | None
    step: Vector | None
    spacing_between_slices: float | None
    tilt: float
    is_volume: bool
    not_volume_reason: str
    notes: str
    steps: tuple[float, ...] = ()
    missing: tuple[float, ...] = ()


def is_orientation(values: Sequence[float]) -> bool:
    """Whether the six numbers are two perpendicular unit vectors."""
    if len(values) != 6 or not np.all(np.isfinite(values)):
        return False
    row, column = np.array(values[:3]), np.array(values[3:])
    lengths = np.array([np.linalg.norm(row), np.linalg.norm(column)])
    return bool(np.all(np.abs(lengths - 1) < UNIT_TOLERANCE) and abs(row @ column) < UNIT_TOLERANCE)


def normal(orientation: Orientation) -> Array:
    """The unit normal of a plane: row direction x column direction, shape (3,)."""
    return np.array(unit_normal(orientation))


def distances(planes: Sequence[FramePlane]) -> Array:
    """Each plane's distance along the normal of the first, in mm, shape (n,)."""
    orientation = planes[0].image_orientation_patient
    return np.asarray(_positions(planes) @ normal(orientation or (1, 0, 0, 0, 1, 0)), dtype=np.float64)


def aside(planes: Sequence[FramePlane]) -> Array:
    """The first corner of each plane, in mm along the rows and columns of the first plane, shape (n, 2)."""
    axes = np.array(planes[0].image_orientation_patient or (1, 0, 0, 0, 1, 0), dtype=np.float64).reshape(2, 3)
    return np.asarray(_positions(planes) @ axes.T, dtype=np.float64)


def _positions(planes: Sequence[FramePlane]) -> Array:
    return np.array([plane.image_position_patient for plane in planes], dtype=np.float64)


def places(along: Sequence[float]) -> list[int]:
    """For each distance the number of its place, counted from 0 along the normal; a repeated place keeps its number."""
    values = np.array(along, dtype=np.float64)
    order = np.argsort(values, kind="stable")
    steps = np.diff(values[order])
    numbers = np.concatenate(([0], np.cumsum(steps > _same_place(steps))))
    found = np.empty(len(values), int)
    found[order] = numbers
    return [int(index) for index in found]


def _same_place(steps: Array) -> float:
    """How near, in mm, two neighbours at one place must be: a share of the usual one of these steps."""
    widest = float(np.max(steps, initial=0.0))
    for usual in (_median(steps[steps > SMALL_STEP * widest]), _median(steps[steps > NOISE])):
        near = max(min(SAME_PLACE_SHARE * usual, SAME_PLACE), NOISE)
        if _longest_run(steps, near) <= near:
            break
    return near


def _longest_run(steps: Array, near: float) -> float:
    """The width of the longest run of neighbours whose steps are all below `near`: no place is that wide."""
    return max((float(sum(run)) for short, run in groupby(steps, lambda step: step <= near) if short), default=0.0)


def _median(steps: Array) -> float:
    """The median; of an even number, the lower of the two in the middle, so that the step really occurs."""
    return float(np.sort(steps)[(len(steps) - 1) // 2]) if len(steps) else 0.0


def describe(planes: Sequence[FramePlane]) -> StackGeometry:
    """The geometry of an ordered stack: whether it is a volume and, if it is not, why."""
    first = planes[0]
    if first.image_position_patient is None or first.image_orientation_patient is None:
        return _no_volume(None, "the images say nothing about their position")
    if len(planes) == 1:
        return _no_volume(first.image_position_patient, "a single image")
    if _turn(planes):
        return _no_volume(first.image_position_patient, TURNING)
    return _describe_positions(planes, first.image_orientation_patient)


def _turn(planes: Sequence[FramePlane]) -> bool:
    """Whether the planes differ in orientation."""
    cosines = np.array([plane.image_orientation_patient for plane in planes], dtype=np.float64)
    return bool(np.max(np.abs(cosines - cosines[0])) > 2 * ORIENTATION_TOLERANCE)


def _no_volume(origin: Vector | None, reason: str) -> StackGeometry:
    return StackGeometry(origin, None, None, 0.0, False, reason, "")


def _describe_positions(planes: Sequence[FramePlane], orientation: Orientation) -> StackGeometry:
    positions, along = _positions(planes), distances(planes)
    if len(set(places([float(position) for position in along]))) == 1:
        return _no_volume(_vector(positions[0]), "several images at one place")
    steps = np.diff(along)
    reason = _reason(planes, along, _median(steps))
    lost = _lost(steps)
    if _is_even(along):
        step, notes = _even_step(positions), ""
    else:
        step, notes = _direction(along, positions) * _median(steps), _steps_note(along, steps, lost)
    missing = _missing(along, steps, lost)
    tilt = 0.0 if reason == SHIFTED else _tilt(step, orientation)
    return StackGeometry(
        origin=_vector(positions[0]),
        step=_vector(step),
        spacing_between_slices=float(abs(step @ normal(orientation))),
        tilt=tilt,
        is_volume=not reason,
        not_volume_reason=reason,
        notes="; ".join(filter(None, (f"tilted gantry, {tilt:.1f}°" if tilt else "", notes))),
        steps=tuple(map(float, steps)),
        missing=missing,
    )


def _vector(values: Array) -> Vector:
    return (float(values[0]), float(values[1]), float(values[2]))


def _even_step(values: Array) -> Array:
    """The step of the evenly spaced line that fits the values best."""
    index = np.arange(len(values)) - (len(values) - 1) / 2
    return np.asarray(index @ values / (index @ index))


def _is_even(along: Array) -> bool:
    """Whether every plane lies at its even place; single steps can hide accumulated rounding."""
    step = float(_even_step(along))
    off = along - along.mean() - step * (np.arange(len(along)) - (len(along) - 1) / 2)
    return bool(np.max(np.abs(off)) <= tolerance(abs(step)))


def _direction(along: Array, values: Array) -> Array:
    """How the values change per mm along the normal, by the line that fits them best, shape (m,)."""
    centred = along - along.mean()
    return np.asarray(centred @ values / (centred @ centred))


def off_the_line(along: Array, aside: Array) -> float:
    """The largest distance, in mm, of a plane from the straight line that fits the planes best."""
    centred = along - along.mean()
    off = aside - aside.mean(axis=0) - centred[:, np.newaxis] * _direction(along, aside)
    return float(np.max(np.linalg.norm(off, axis=1)))


def sideways_tolerance(step: float, pixel_spacing: tuple[float, float] | None) -> float:
    """How far, in mm, a plane may lie off its line: the effect of rounding, or a share of a pixel."""
    return max(tolerance(step), PIXEL_SHARE * min(pixel_spacing or (0.0,)))


def _reason(planes: Sequence[FramePlane], along: Array, step: float) -> str:
    """Why planes at several places are not a volume; empty if they are."""
    if planes[0].pixel_spacing is None:
        return "the images carry no pixel spacing"
    straight = off_the_line(along, aside(planes)) <= sideways_tolerance(step, planes[0].pixel_spacing)
    return "" if straight else SHIFTED


def _lost(steps: Array) -> NDArray[np.bool_]:
    """Behind which planes slices are missing: where the step is a whole multiple of the usual step.

    Many such steps in a row are another spacing, and a gap wider than the stack separates two pieces: no loss.
    """
    usual = _median(steps)
    multiples = np.rint(steps / usual)
    lost = (multiples >= MULTIPLE) & (np.abs(steps - multiples * usual) <= tolerance(usual) * multiples)
    row = max((len(list(run)) for value, run in groupby(multiples * lost) if value), default=0)
    if row >= WIDE_STEPS or np.sum((multiples - 1)[lost]) > len(steps):
        return np.zeros(len(steps), bool)
    return np.asarray(lost)


def _missing(along: Array, steps: Array, lost: NDArray[np.bool_]) -> tuple[float, ...]:
    """The positions of missing slices, in mm along the normal."""
    many = np.rint(steps / _median(steps))
    gaps = zip(along[:-1][lost], steps[lost], many[lost], strict=True)
    return tuple(float(start + step * k / count) for start, step, count in gaps for k in range(1, int(count)))


def _steps_note(along: Array, steps: Array, lost: NDArray[np.bool_]) -> str:
    usual, missing, rest = _median(steps), _missing(along, steps, lost), steps[~lost]
    notes = []
    if missing:
        positions = ", ".join(f"{position:.1f}" for position in missing[:_SHOWN])
        notes.append(f"slices missing at position {positions}{' …' if len(missing) > _SHOWN else ''} mm")
    if not missing or np.max(np.abs(rest - usual)) > 2 * tolerance(usual):
        notes.append(f"uneven spacing, {np.min(rest):.2f} to {np.max(rest):.2f} mm")
    return "; ".join(notes)


def _tilt(step: Array, orientation: Orientation) -> float:
    """The angle in degrees between the stack's direction and the normal, signed like GantryDetectorTilt (0018,1120)."""
    direction = step / np.linalg.norm(step)
    axis = np.cross(direction, normal(orientation))
    angle = float(np.degrees(np.arctan2(np.linalg.norm(axis), direction @ normal(orientation))))
    if angle < TILT_TOLERANCE:
        return 0.0
    return -angle if axis @ np.array(orientation[:3]) < 0 else angle


def affine(origin: Vector, orientation: Orientation, pixel_spacing: tuple[float, float], step: Vector) -> Array:
    """Voxel (column i, row j, slice k, 1) -> patient LPS in mm, shape (4, 4), as in PS3.3 C.7.6.2.1.1.

    The columns of the matrix are one voxel along a row, one voxel down a column, and one slice on. For a tilted stack
    the matrix shears; it never straightens.
    """
    between_rows, between_columns = pixel_spacing
    matrix = np.eye(4)
    matrix[:3, 0] = np.array(orientation[:3]) * between_columns
    matrix[:3, 1] = np.array(orientation[3:]) * between_rows
    matrix[:3, 2] = step
    matrix[:3, 3] = origin
    return matrix
