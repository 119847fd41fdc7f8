"""The measurement being drawn or moved on one pane: the effects of pressing, moving and releasing the button."""

from dataclasses import dataclass, replace
from itertools import pairwise
import math

from viewer.marks.markings import Markings, Slice
from viewer.marks.measure import Measure, MeasurementKind, Place

# A drag shorter than this, in screen pixels, was a click.
_CLICK = 5.0
# A free-hand outline has a corner after each part of this share of the reach of the hand.
_STEP = 1 / 3
# An outline of fewer corners encloses nothing.
LEAST_CORNERS = 3


@dataclass(frozen=True, slots=True)
class _Grip:
    """A point of an existing measurement being moved; all of its points for None."""

    where: Slice
    number: int
    point: int | None
    start: Place
    measure: Measure


class Sketch:
    """Places are in image pixels; `scale` is the number of screen pixels per image pixel."""

    def __init__(self) -> None:
        self.drawn: Measure | None = None
        self._at: Place | None = None
        self._pressed: Place | None = None
        self._grip: _Grip | None = None

    @property
    def busy(self) -> bool:
        """Whether something has begun and is not finished."""
        return self.drawn is not None or self._grip is not None

    @property
    def shown(self) -> Measure | None:
        """The measurement so far, with the pointer as its next point."""
        if self.drawn is None or self._at is None or self.drawn.kind is MeasurementKind.FREEHAND:
            return self.drawn
        return replace(self.drawn, points=(*self.drawn.points, self._at))

    def press(self, markings: Markings, where: Slice, kind: MeasurementKind | None, place: Place, reach: float) -> None:
        """The button goes down: hold a point of a measurement within `reach`, else set a point of a new one."""
        self._pressed = place
        if self.drawn is not None:
            if not self._close(markings, where, place, reach):
                self._add_point(markings, where, place)
            return
        self._grip = _grip(markings, where, place, reach, whole=kind is None)
        if self._grip is not None:
            markings.touch(where, self._grip.number)
        elif kind not in (None, MeasurementKind.TEXT):  # a text is written, not drawn
            self.drawn, self._at = Measure(kind, (place,)), place

    def _close(self, markings: Markings, where: Slice, place: Place, reach: float) -> bool:
        """A click on the first corner of a polygon closes it; False if it is another click."""
        assert self.drawn is not None
        corners = self.drawn.points
        if self.drawn.kind is not MeasurementKind.POLYGON or math.dist(corners[0], place) > reach:
            return False
        self.finish(markings, where)
        return True

    def finish(self, markings: Markings, where: Slice) -> bool:
        """Close the outline that is being drawn, once it encloses something; False if none is."""
        drawn, self._pressed = self.drawn, None
        if drawn is None or not drawn.kind.is_outline:
            return False
        if len(drawn.points) >= LEAST_CORNERS:
            self._keep(markings, where, replace(drawn, closed=True))
        return True

    def move(self, markings: Markings, place: Place, reach: float) -> bool:
        """The pointer moves, with or without a button held; returns whether that changed anything.

        `reach` is that of the hand, in image pixels.
        """
        self._at = place
        if self.drawn is not None and self.drawn.kind is MeasurementKind.FREEHAND:
            if math.dist(self.drawn.points[-1], place) >= reach * _STEP:
                self.drawn = replace(self.drawn, points=(*self.drawn.points, place))
            return True
        if self._grip is not None:
            grip = self._grip
            markings.change(grip.where, grip.number, _moved(grip, place))
        return self.busy

    def release(self, markings: Markings, where: Slice, place: Place, scale: float) -> None:
        """The button goes up: a drag sets the next point where it ends, a click waits for the next click."""
        self._drop(markings)
        pressed, self._pressed = self._pressed, None
        if self.drawn is not None and self.drawn.kind is MeasurementKind.FREEHAND:
            self.finish(markings, where)
            self.drawn = self._at = None  # a mere click encloses nothing
        elif self.drawn is not None and pressed is not None and math.dist(pressed, place) * scale > _CLICK:
            self._add_point(markings, where, place)

    def _add_point(self, markings: Markings, where: Slice, place: Place) -> None:
        assert self.drawn is not None
        self.drawn = replace(self.drawn, points=(*self.drawn.points, place))
        if self.drawn.complete:
            self._keep(markings, where, self.drawn)

    def _keep(self, markings: Markings, where: Slice, measure: Measure) -> None:
        markings.add(where, measure)
        self.drawn = self._at = self._pressed = None

    def _drop(self, markings: Markings) -> None:
        """A measurement that was being moved stays where it is now."""
        grip, self._grip = self._grip, None
        if grip is not None:
            markings.moved(grip.where, grip.number, grip.measure)

    def cancel(self, markings: Markings) -> None:
        """Forget the measurement being drawn; one that was being moved goes back to where it was."""
        grip, self._grip = self._grip, None
        if grip is not None:
            markings.change(grip.where, grip.number, grip.measure)
        self.drawn = self._at = self._pressed = None

    def leave(self, markings: Markings) -> None:
        """The reader turns to something else: forget the measurement being drawn."""
        self._drop(markings)
        self.drawn = self._at = self._pressed = None


def _grip(markings: Markings, where: Slice, place: Place, reach: float, *, whole: bool) -> _Grip | None:
    measures = markings.on(where)
    points = [
        (math.dist(point, place), number, index)
        for number, measure in enumerate(measures)
        for index, point in enumerate(held_points(measure))
    ]
    if points and min(points)[0] <= reach:
        _, number, index = min(points)
        return _Grip(where, number, index, place, measures[number])
    if whole:
        lines = [(distance_to(measure, place), number) for number, measure in enumerate(measures)]
        if lines and min(lines)[0] <= reach:
            return _Grip(where, min(lines)[1], None, place, measures[min(lines)[1]])
    return None


def held_points(measure: Measure) -> tuple[Place, ...]:
    """The points that a hand can take hold of: a free-hand outline moves as a whole."""
    return () if measure.kind is MeasurementKind.FREEHAND else measure.points


def _moved(grip: _Grip, place: Place) -> Measure:
    if grip.point is not None:
        return grip.measure.with_point(grip.point, place)
    dx, dy = place[0] - grip.start[0], place[1] - grip.start[1]
    return replace(grip.measure, points=tuple((x + dx, y + dy) for x, y in grip.measure.points))


def distance_to(measure: Measure, place: Place) -> float:
    """The distance of a place from the lines of a measurement, in image pixels; 0 inside an area."""
    if measure.kind.is_area:
        (left, top), (right, bottom) = measure.extent
        return math.hypot(max(left - place[0], place[0] - right, 0.0), max(top - place[1], place[1] - bottom, 0.0))
    if len(measure.points) == 1:
        return math.dist(place, measure.points[0])
    return min(_to_line(place, *line) for line in lines_of(measure))


def lines_of(measure: Measure) -> list[tuple[Place, Place]]:
    """The straight lines of a distance or an angle, through the points so far; a closed outline comes back."""
    points = (*measure.points, measure.points[0]) if measure.closed else measure.points
    if measure.kind is MeasurementKind.COBB:
        return [(points[i], points[i + 1]) for i in (0, 2) if i + 1 < len(points)]
    return list(pairwise(points))


def _to_line(place: Place, first: Place, last: Place) -> float:
    dx, dy = last[0] - first[0], last[1] - first[1]
    squared = dx * dx + dy * dy
    share = ((place[0] - first[0]) * dx + (place[1] - first[1]) * dy) / squared if squared else 0.0
    share = min(max(share, 0.0), 1.0)
    return math.hypot(place[0] - first[0] - share * dx, place[1] - first[1] - share * dy)
