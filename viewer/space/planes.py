"""Slices as planes in the patient: from a place on one slice to the same place on another, in numbers only.

Places on an image count pixels (column, row) from the outer corner (0, 0), as in `mapping`; the centre of the first
pixel, which Image Position (Patient) gives (PS3.3 C.7.6.2.1.1), is (0.5, 0.5). Patient places: LPS, mm.
"""

from collections.abc import Sequence

from bundle.images.directions import dot, unit_normal
from bundle.index.records import Stack, StackFrame, Vector
from viewer.entries import Entry

Place = tuple[float, float]

# Planes whose normals are nearer to each other than this (cosine) count as parallel: their line would be useless.
_PARALLEL = 0.95
# How nearly parallel two stacks must be for a position along one to be a position along the other: about 25 degrees.
_ALONG = 0.9


def to_patient(stack: Stack, frame: StackFrame, place: Place) -> Vector | None:
    """The patient place under a place on the image; None if the file does not give its position."""
    origin, orientation, spacing = frame.image_position_patient, stack.image_orientation_patient, stack.pixel_spacing
    if origin is None or orientation is None or spacing is None:
        return None
    along, down = (place[0] - 0.5) * spacing[1], (place[1] - 0.5) * spacing[0]
    x, y, z = (origin[i] + orientation[i] * along + orientation[i + 3] * down for i in range(3))
    return x, y, z


def to_image(stack: Stack, frame: StackFrame, point: Vector) -> Place | None:
    """The place on the image of a patient place projected onto it; None if the file does not give its position."""
    origin, orientation, spacing = frame.image_position_patient, stack.image_orientation_patient, stack.pixel_spacing
    if origin is None or orientation is None or spacing is None:
        return None
    away = [a - b for a, b in zip(point, origin, strict=True)]
    return dot(away, orientation[:3]) / spacing[1] + 0.5, dot(away, orientation[3:]) / spacing[0] + 0.5


def along_normal(stack: Stack, point: Vector) -> float | None:
    """The position of a patient place along the stack's normal, in mm."""
    orientation = stack.image_orientation_patient
    return None if orientation is None else dot(point, unit_normal(orientation))


def nearest(stack: Stack, frames: Sequence[StackFrame], position: float) -> int | None:
    """The index of the slice nearest to a position along the normal; None if no slice has a position."""
    orientation = stack.image_orientation_patient
    if orientation is None:
        return None
    normal = unit_normal(orientation)
    found = [
        (abs(dot(frame.image_position_patient, normal) - position), index)
        for index, frame in enumerate(frames)
        if frame.image_position_patient is not None
    ]
    return min(found)[1] if found else None


def same_frame(one: Entry, other: Entry) -> bool:
    """Whether patient places of one series are places of the other: one frame of reference (PS3.3 C.7.4.1.1.1)."""
    uid = one.series.frame_of_reference_uid
    return bool(uid) and uid == other.series.frame_of_reference_uid


def run_alike(one: Stack, other: Stack) -> bool:
    """Whether scrolling through either stack goes through the patient in the same direction."""
    a, b = one.image_orientation_patient, other.image_orientation_patient
    return a is not None and b is not None and abs(dot(unit_normal(a), unit_normal(b))) >= _ALONG


def crossing(
    shown: Stack, shown_frame: StackFrame, other: Stack, other_frame: StackFrame
) -> tuple[Place, Place] | None:
    """The line where the other slice, within its image, cuts the shown slice: on the shown image.

    None if they are (nearly) parallel, do not meet, or have no position.
    """
    normals = (shown.image_orientation_patient, other.image_orientation_patient)
    if None in normals or shown_frame.image_position_patient is None:
        return None
    normal = unit_normal(normals[0])  # type: ignore[arg-type]
    if abs(dot(normal, unit_normal(normals[1]))) > _PARALLEL:  # type: ignore[arg-type]
        return None
    level = dot(normal, shown_frame.image_position_patient)
    corners = [to_patient(other, other_frame, (x, y)) for x, y in _around(other)]
    met: list[Vector] = []
    for first, last in zip(corners, (*corners[1:], corners[0]), strict=True):
        if first is None or last is None:
            return None
        a, b = dot(normal, first) - level, dot(normal, last) - level
        if a * b < 0 or (a == 0) != (b == 0):
            share = a / (a - b)
            x, y, z = (p + (q - p) * share for p, q in zip(first, last, strict=True))
            met.append((x, y, z))
    places = [place for point in met if (place := to_image(shown, shown_frame, point)) is not None]
    return (places[0], places[-1]) if len(places) >= 2 and places[0] != places[-1] else None


def _around(stack: Stack) -> tuple[Place, ...]:
    columns, rows = float(stack.columns), float(stack.rows)
    return (0.0, 0.0), (columns, 0.0), (columns, rows), (0.0, rows)
