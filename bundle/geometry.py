"""Plane positions to ordered stacks, spacing, tilt, affine and orientation letters (numbers only, patient LPS, mm)."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from bundle.directions import tolerance, unit_normal
from bundle.records import Orientation, Vector

Array = NDArray[np.float64]

# Two direction cosines that differ by less belong to one orientation (about 0.06 degrees).
ORIENTATION_TOLERANCE = 1e-3
# Two planes whose centres are nearer than this along the normal, in mm, are at one position.
POSITION_TOLERANCE = 0.01
# Below this angle, in degrees, between the stack's direction and the normal there is no tilt worth a word.
TILT_TOLERANCE = 0.05
# A unit vector's length may be off by this much; anything else is not a direction.
UNIT_TOLERANCE = 1e-2


@dataclass(frozen=True, slots=True)
class Plane:
    """One picture's place: position and orientation in patient LPS (mm), None where the source says nothing.

    `kind` is what must be equal within one stack (matrix, spacing, pixel format); `order` are the numbers that tell
    planes at one position apart, the most telling first.
    """

    image_position_patient: Vector | None
    image_orientation_patient: Orientation | None
    pixel_spacing: tuple[float, float] | None
    kind: tuple[object, ...]
    order: tuple[float | str, ...]


@dataclass(frozen=True, slots=True)
class StackGeometry:
    """What the positions of an ordered stack say; see `bundle.records.Stack` for the meaning of each.

    `steps` are the distances between neighbours along the normal, `missing` the positions along it (mm from the origin
    of the patient's coordinates) at which slices are missing.
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
    """Whether six numbers are two perpendicular unit vectors."""
    if len(values) != 6 or not np.all(np.isfinite(values)):
        return False
    row, column = np.array(values[:3]), np.array(values[3:])
    lengths = np.array([np.linalg.norm(row), np.linalg.norm(column)])
    return bool(np.all(np.abs(lengths - 1) < UNIT_TOLERANCE) and abs(row @ column) < UNIT_TOLERANCE)


def normal(orientation: Orientation) -> Array:
    """The unit normal of a plane: row direction x column direction, shape (3,)."""
    return np.array(unit_normal(orientation))


def split_stacks(planes: Sequence[Plane]) -> list[list[int]]:
    """Indices of `planes`, split into stacks: one orientation, one kind, one plane at each position, in order.

    The order within a stack is along the normal; planes without a position come in the order of their `order`.
    """
    stacks: list[list[int]] = []
    for group in _same_orientation(planes):
        if planes[group[0]].image_position_patient is None:
            stacks.append(sorted(group, key=lambda i: planes[i].order[::-1]))
        else:
            stacks.extend(_one_per_position(planes, group))
    return stacks


def _same_orientation(planes: Sequence[Plane]) -> list[list[int]]:
    groups: list[list[int]] = []
    for index, plane in enumerate(planes):
        for group in groups:
            if _alike(planes[group[0]], plane):
                group.append(index)
                break
        else:
            groups.append([index])
    return groups


def _alike(a: Plane, b: Plane) -> bool:
    if a.kind != b.kind or (a.image_position_patient is None) != (b.image_position_patient is None):
        return False
    if a.image_orientation_patient is None or b.image_orientation_patient is None:
        return a.image_orientation_patient is b.image_orientation_patient
    if a.image_orientation_patient == b.image_orientation_patient:  # as nearly always, at a hundredth of the cost
        return True
    difference = np.subtract(a.image_orientation_patient, b.image_orientation_patient)
    return bool(np.max(np.abs(difference)) < ORIENTATION_TOLERANCE)


def distances(planes: Sequence[Plane]) -> Array:
    """Each plane's distance along the normal of the first, in mm, shape (n,)."""
    orientation = planes[0].image_orientation_patient
    positions = np.array([plane.image_position_patient for plane in planes], dtype=np.float64)
    return np.asarray(positions @ normal(orientation or (1, 0, 0, 0, 1, 0)), dtype=np.float64)


def _one_per_position(planes: Sequence[Plane], group: list[int]) -> list[list[int]]:
    along = dict(zip(group, distances([planes[i] for i in group]), strict=True))
    ordered = sorted(group, key=lambda i: (along[i], planes[i].order))
    places = _places(ordered, along)
    most = max(map(len, places))
    if most == 1:
        return [ordered]
    telling = _telling_number(planes, places, most)
    if telling is None:
        return [[place[k] for place in _by_order(planes, places) if len(place) > k] for k in range(most)]
    values = sorted({planes[i].order[telling] for i in group})
    return [[i for i in ordered if planes[i].order[telling] == value] for value in values]


def _places(ordered: list[int], along: dict[int, np.float64]) -> list[list[int]]:
    places = [[ordered[0]]]
    for previous, index in pairwise(ordered):
        if along[index] - along[previous] < POSITION_TOLERANCE:
            places[-1].append(index)
        else:
            places.append([index])
    return places


def _by_order(planes: Sequence[Plane], places: list[list[int]]) -> list[list[int]]:
    return [sorted(place, key=lambda i: planes[i].order) for place in places]


def _telling_number(planes: Sequence[Plane], places: list[list[int]], most: int) -> int | None:
    """The number (acquisition, echo, …) that takes planes at one position apart into whole stacks, if there is one."""
    for number in range(len(planes[places[0][0]].order)):
        values = {planes[i].order[number] for place in places for i in place}
        apart = all(len({planes[i].order[number] for i in place}) == len(place) for place in places)
        if apart and len(values) == most:
            return number
    return None


def describe(planes: Sequence[Plane]) -> StackGeometry:
    """The geometry of an ordered stack: whether it is a volume, and if not, why."""
    first = planes[0]
    if first.image_position_patient is None or first.image_orientation_patient is None:
        return _no_volume(None, "the images say nothing about their position")
    if len(planes) == 1:
        return _no_volume(first.image_position_patient, "a single image")
    return _describe_positions(planes, first.image_orientation_patient)


def _no_volume(origin: Vector | None, reason: str) -> StackGeometry:
    return StackGeometry(origin, None, None, 0.0, False, reason, "")


def _describe_positions(planes: Sequence[Plane], orientation: Orientation) -> StackGeometry:
    positions = np.array([plane.image_position_patient for plane in planes], dtype=np.float64)
    along = distances(planes)
    steps = np.diff(along)
    step, off = _line(positions)
    spacing = float(abs(step @ normal(orientation)))
    tilt = _tilt(step, orientation)
    reason, gaps = _reason(off, steps, spacing, planes[0].pixel_spacing)
    missing = tuple(float(along[0]) + gap for gap in gaps)
    if missing or reason.startswith("uneven"):
        spacing = float(np.median(steps))
    return StackGeometry(
        origin=_vector(positions[0]),
        step=_vector(step),
        spacing_between_slices=spacing,
        tilt=tilt,
        is_volume=not reason,
        not_volume_reason=reason,
        notes=_notes(tilt, missing),
        steps=tuple(map(float, steps)),
        missing=missing,
    )


def _line(positions: Array) -> tuple[Array, float]:
    """The step of the straight, even line that fits the positions best, and how far the worst of them lies off it."""
    index = np.arange(len(positions)) - (len(positions) - 1) / 2
    step = index @ positions / (index @ index)
    off = positions - positions.mean(axis=0) - index[:, np.newaxis] * step
    return step, float(np.max(np.linalg.norm(off, axis=1)))


def _vector(values: Array) -> Vector:
    return (float(values[0]), float(values[1]), float(values[2]))


def _reason(
    off: float, steps: Array, spacing: float, pixel_spacing: tuple[float, float] | None
) -> tuple[str, tuple[float, ...]]:
    """Why the planes are no volume (empty: they are one), and the distances (mm from the first) of missing slices."""
    if pixel_spacing is None:
        return "the images carry no pixel spacing", ()
    if off <= tolerance(spacing):
        return "", ()
    if np.max(np.abs(steps - np.median(steps))) <= 2 * tolerance(float(np.median(steps))):
        return "the images are shifted against each other", ()
    missing = _missing(steps)
    return _uneven(steps, missing), missing


def _uneven(steps: Array, missing: tuple[float, ...]) -> str:
    text = f"uneven spacing, {np.min(steps):.2f} to {np.max(steps):.2f} mm"
    return text + (f", {len(missing)} missing" if missing else "")


def _missing(steps: Array) -> tuple[float, ...]:
    """Where slices are missing, mm from the first: steps that are whole multiples of the usual one.

    A gap wider than the stack has slices is two pieces, not a loss: then nothing counts as missing.
    """
    usual = float(np.median(steps))
    multiples = np.rint(steps / usual)
    if np.any(np.abs(steps - multiples * usual) > tolerance(usual) * np.maximum(multiples, 1)):
        return ()
    if np.min(multiples) < 1 or np.sum(multiples - 1) > len(steps):
        return ()
    starts = np.concatenate(([0.0], np.cumsum(steps)[:-1]))
    return tuple(
        float(start + usual * k)
        for start, multiple in zip(starts, multiples, strict=True)
        for k in range(1, int(multiple))
    )


def _tilt(step: Array, orientation: Orientation) -> float:
    """The angle in degrees between the stack's direction and the normal, signed like GantryDetectorTilt (0018,1120)."""
    direction = step / np.linalg.norm(step)
    axis = np.cross(direction, normal(orientation))
    angle = float(np.degrees(np.arctan2(np.linalg.norm(axis), direction @ normal(orientation))))
    if angle < TILT_TOLERANCE:
        return 0.0
    return -angle if axis @ np.array(orientation[:3]) < 0 else angle


def _notes(tilt: float, missing: tuple[float, ...]) -> str:
    notes = [f"tilted gantry, {tilt:.1f}°"] if tilt else []
    if missing:
        places = ", ".join(f"{position:.1f}" for position in missing[:5])
        notes.append(f"slices missing at position {places}{' …' if len(missing) > 5 else ''} mm")
    return "; ".join(notes)


def affine(origin: Vector, orientation: Orientation, pixel_spacing: tuple[float, float], step: Vector) -> Array:
    """Voxel (column i, row j, slice k, 1) -> patient LPS in mm, shape (4, 4), as in PS3.3 C.7.6.2.1.1.

    The columns of the matrix are one voxel along a row, one down a column, and one slice on: a tilted stack is
    sheared by it, never straightened.
    """
    between_rows, between_columns = pixel_spacing
    matrix = np.eye(4)
    matrix[:3, 0] = np.array(orientation[:3]) * between_columns
    matrix[:3, 1] = np.array(orientation[3:]) * between_rows
    matrix[:3, 2] = step
    matrix[:3, 3] = origin
    return matrix
