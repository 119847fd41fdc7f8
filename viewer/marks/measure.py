"""Measurements on a slice: their kinds, their points, lengths and angles; `roi` has statistics.

Points count pixels (column, row) from the outer corner (0, 0) of the image, with fractions.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import Enum
import math

from viewer.space.mapping import Spaced, pixel_size

Place = tuple[float, float]


class MeasurementKind(Enum):
    """What a measurement measures; `points` is the number of places that define it."""

    DISTANCE = "distance"
    ANGLE = "angle"
    COBB = "cobb"
    ELLIPSE = "ellipse"
    RECTANGLE = "rectangle"
    POINT = "point"
    FREEHAND = "free-hand"
    POLYGON = "polygon"
    ARROW = "arrow"
    TEXT = "text"

    @property
    def points(self) -> int:
        """How many places it needs; 0 for an outline, which has as many as are drawn until it is closed."""
        return _POINTS.get(self, 2)

    @property
    def is_outline(self) -> bool:
        """Whether its places are the corners of a closed outline."""
        return self in (MeasurementKind.FREEHAND, MeasurementKind.POLYGON)

    @property
    def is_area(self) -> bool:
        """Whether it encloses an area."""
        return self.is_outline or self in (MeasurementKind.ELLIPSE, MeasurementKind.RECTANGLE)

    @property
    def is_remark(self) -> bool:
        """Whether it points something out and measures nothing."""
        return self in (MeasurementKind.ARROW, MeasurementKind.TEXT)


_POINTS = {
    MeasurementKind.ANGLE: 3, MeasurementKind.COBB: 4, MeasurementKind.POINT: 1, MeasurementKind.TEXT: 1,
    MeasurementKind.FREEHAND: 0, MeasurementKind.POLYGON: 0,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Measure:
    """A measurement with the points that it has so far; those of an area are two opposite corners around it.

    Those of an outline are its corners, and `closed` says that it has all of them. An arrow points at its first place;
    `text` is what a reader wrote at a place.
    """

    kind: MeasurementKind
    points: tuple[Place, ...]
    text: str = ""
    closed: bool = False

    @property
    def complete(self) -> bool:
        """Whether it has all its points."""
        return self.closed if self.kind.is_outline else len(self.points) == self.kind.points

    @property
    def extent(self) -> tuple[Place, Place]:
        """The least and the greatest column and row of its points."""
        columns, rows = zip(*self.points, strict=True)
        return (min(columns), min(rows)), (max(columns), max(rows))

    def with_point(self, number: int, place: Place) -> "Measure":
        """The same measurement with one point moved."""
        points = list(self.points)
        points[number] = place
        return replace(self, points=tuple(points))


def length(stack: Spaced, first: Place, last: Place) -> float:
    """The distance between two places, in mm; in pixels if the pixel size is unknown (see `unit`)."""
    width, height = pixel_size(stack)
    return math.hypot((last[0] - first[0]) * width, (last[1] - first[1]) * height)


def unit(stack: Spaced) -> str:
    """The unit of `length`."""
    return "mm" if stack.pixel_spacing else "px"


def angle(stack: Spaced, points: Sequence[Place]) -> float:
    """The angle at the second of three places, 0 to 180 degrees."""
    first, corner, last = points
    return _between(_direction(stack, corner, first), _direction(stack, corner, last))


def cobb(stack: Spaced, points: Sequence[Place]) -> float:
    """The Cobb angle between the line of the first two places and that of the last two, 0 to 180 degrees.

    End plates run from side to side: each line counts from left to right, so that the angle does not depend on the end
    where drawing began, and curves above 90 degrees come out right.
    """
    lines = [_direction(stack, *sorted(points[i : i + 2])) for i in (0, 2)]
    return _between(*lines)


def area(stack: Spaced, measure: Measure) -> float:
    """The area of an ellipse, rectangle or outline, in mm² (or square pixels)."""
    width, height = pixel_size(stack)
    if measure.kind.is_outline:
        from viewer.marks.outline import enclosed  # NumPy loads after the first pictures

        return enclosed(measure.points) * width * height
    (left, top), (right, bottom) = measure.points
    around = abs(right - left) * width * abs(bottom - top) * height
    return around * math.pi / 4 if measure.kind is MeasurementKind.ELLIPSE else around


def _direction(stack: Spaced, first: Place, last: Place) -> Place:
    width, height = pixel_size(stack)
    return (last[0] - first[0]) * width, (last[1] - first[1]) * height


def _between(a: Place, b: Place) -> float:
    return abs(math.degrees(math.atan2(a[0] * b[1] - a[1] * b[0], a[0] * b[0] + a[1] * b[1])))
