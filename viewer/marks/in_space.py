"""Measurements on a plane through the patient: their points are patient places, so that slices find them again."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
import math

from bundle.images.directions import dot
from bundle.index.records import Vector
from viewer.marks.history import History, Step
from viewer.marks.measure import Measure, MeasurementKind, Place
from viewer.marks.statistics import Histogram, Statistics

Segment = tuple[Vector, Vector]
# An ellipse is drawn as a polygon of this many sides.
_SIDES = 96
# Planes count as one if their normals differ by less than this, and the points lie this near, in mm.
_PARALLEL, _ON_PLANE = 1e-6, 0.01


@dataclass(frozen=True, slots=True)
class Millimetres:
    """A plane measured in mm, as a grid of pixels of that size."""

    pixel_spacing: tuple[float, float] | None = (1.0, 1.0)


@dataclass(frozen=True, slots=True)
class SpaceMeasure:
    """A measurement with the points that it has so far, patient LPS in mm, on a plane.

    `right` and `down` are unit vectors of the plane; an area lies along them, and its points are two opposite corners
    around it, or the corners of its outline, which is `closed` when it has all of them. `frame_of_reference` says in
    which coordinates; `values` are those inside an area, and `histogram` says how they are spread; `slab` is the
    thickness in mm of the plane that it was drawn on, and how that made its pixels; `remarks` say what a reader must
    know of it: through which slab, or across missing slices; `text` is what a reader wrote.
    """

    kind: MeasurementKind
    points: tuple[Vector, ...]
    right: Vector
    down: Vector
    stack_id: int
    frame_of_reference: str = ""
    values: Statistics | None = None
    slab: tuple[float, str] = (0.0, "")
    remarks: tuple[str, ...] = ()
    text: str = ""
    closed: bool = False
    histogram: Histogram | None = None

    @property
    def complete(self) -> bool:
        """Whether it has all its points."""
        return self.closed if self.kind.is_outline else len(self.points) == self.kind.points

    @property
    def normal(self) -> Vector:
        """The unit normal of its plane."""
        (a, b, c), (x, y, z) = self.right, self.down
        return b * z - c * y, c * x - a * z, a * y - b * x

    def flat(self) -> Measure:
        """The same on its plane: mm to the right and down from its first point."""
        away = [[p - q for p, q in zip(point, self.points[0], strict=True)] for point in self.points]
        places = tuple((dot(way, self.right), dot(way, self.down)) for way in away)
        return Measure(self.kind, places, self.text, self.closed)

    def point_at(self, place: Place) -> Vector:
        """The patient place of a place on its plane; the inverse of `flat`."""
        x, y, z = (
            p + place[0] * r + place[1] * d for p, r, d in zip(self.points[0], self.right, self.down, strict=True)
        )
        return x, y, z

    def moved(self, way: Sequence[float], point: int | None = None) -> "SpaceMeasure":
        """The same with one of its points, or all of them, moved by mm along the axes of the patient."""
        points = [
            (p[0] + way[0], p[1] + way[1], p[2] + way[2]) if point in (None, number) else p
            for number, p in enumerate(self.points)
        ]
        return replace(self, points=tuple(points))

    def lies_on(self, at: Vector, normal: Vector) -> bool:
        """Whether it was drawn on this plane, given by a point and its unit normal."""
        return abs(dot(self.normal, normal)) > 1 - _PARALLEL and all(
            abs(distance_from(point, at, normal)) < _ON_PLANE for point in self.points
        )


_Kept = tuple[tuple[SpaceMeasure, ...], int | None]


def distance_from(point: Vector, at: Vector, normal: Vector) -> float:
    """How far a patient place lies from a plane, in mm, signed along its normal."""
    return dot([p - q for p, q in zip(point, at, strict=True)], normal)


def outline(measure: SpaceMeasure) -> list[Segment]:
    """The straight lines of a measurement through the patient; an ellipse as a polygon."""
    points = measure.points
    if measure.kind is MeasurementKind.COBB:
        return [(points[i], points[i + 1]) for i in (0, 2) if i + 1 < len(points)]
    if measure.kind.is_outline:
        return list(pairwise((*points, points[0]) if measure.closed else points))
    if measure.kind.is_area and measure.complete:
        around = _around(measure)
        return list(zip(around, (*around[1:], around[0]), strict=True))
    return list(pairwise(points))


def _around(measure: SpaceMeasure) -> list[Vector]:
    _, (width, height) = measure.flat().points
    if measure.kind is MeasurementKind.RECTANGLE:
        places = [(0.0, 0.0), (width, 0.0), (width, height), (0.0, height)]
    else:
        turns = [2 * math.pi * n / _SIDES for n in range(_SIDES)]
        places = [(width / 2 * (1 + math.cos(t)), height / 2 * (1 + math.sin(t))) for t in turns]
    return [measure.point_at(place) for place in places]


def near_plane(segments: Sequence[Segment], at: Vector, normal: Vector, reach: float) -> list[Segment]:
    """The parts of lines that lie within `reach` mm of a plane."""
    return [part for segment in segments if (part := _clipped(segment, at, normal, reach)) is not None]


def _clipped(segment: Segment, at: Vector, normal: Vector, reach: float) -> Segment | None:
    first, last = (distance_from(point, at, normal) for point in segment)
    start, end = 0.0, 1.0
    if abs(last - first) < 1e-12:
        return segment if abs(first) <= reach else None
    shares = sorted(((-reach - first) / (last - first), (reach - first) / (last - first)))
    start, end = max(start, shares[0]), min(end, shares[1])
    return None if start > end else (_between(segment, start), _between(segment, end))


def _between(segment: Segment, share: float) -> Vector:
    x, y, z = (p + (q - p) * share for p, q in zip(*segment, strict=True))
    return x, y, z


class SpaceMarks:
    """The measurements on planes of a case, in the order in which they were drawn; `touched` was held last.

    Each change is a step of `history`.
    """

    def __init__(self, history: History) -> None:
        self.all: tuple[SpaceMeasure, ...] = ()
        self.touched: int | None = None
        self._history = history

    def add(self, measure: SpaceMeasure) -> None:
        """Add a measurement."""
        before = self._kept()
        self.all = (*self.all, measure)
        self.touched = len(self.all) - 1
        self._did(before)

    def change(self, number: int, measure: SpaceMeasure) -> None:
        """Replace a measurement while it is being moved; `moved` keeps the step."""
        if number < len(self.all):  # it may have been deleted while it was being moved
            self.all = (*self.all[:number], measure, *self.all[number + 1 :])
            self.touched = number

    def moved(self, number: int, before: SpaceMeasure) -> None:
        """The move has ended that began with `before`."""
        if number < len(self.all) and self.all[number] != before:
            self._did(((*self.all[:number], before, *self.all[number + 1 :]), self.touched))

    def remove(self, measure: SpaceMeasure) -> bool:
        """Delete this measurement; False if it is not there any more."""
        if measure not in self.all:
            return False
        self.touched = self.all.index(measure)
        self.remove_last()
        return True

    def clear(self, stack_id: int) -> None:
        """Delete all measurements on planes through a stack."""
        before = self._kept()
        left = tuple(measure for measure in self.all if measure.stack_id != stack_id)
        if left != self.all:
            self.all, self.touched = left, len(left) - 1 if left else None
            self._did(before)

    def remove_last(self) -> None:
        """Delete the measurement touched last; the one before it then counts as the last."""
        if self.touched is not None:
            before = self._kept()
            self.all = (*self.all[: self.touched], *self.all[self.touched + 1 :])
            self.touched = len(self.all) - 1 if self.all else None
            self._did(before)

    def _kept(self) -> _Kept:
        return self.all, self.touched

    def _restore(self, kept: _Kept) -> None:
        self.all, self.touched = kept

    def _did(self, before: _Kept) -> None:
        after = self._kept()
        self._history.did(Step(lambda: self._restore(before), lambda: self._restore(after)))
