"""The mouse on the answers of a slice: drags an end, or the whole measurement, to correct the answer."""

from collections.abc import Callable
from dataclasses import dataclass
import math

from viewer.marks.measure import Measure, MeasurementKind, Place
from viewer.reading.marks import mark_at
from viewer.reading.shapes import AnswerShape, on_image
from viewer.ui.slices.answers.answered import Answered
from viewer.ui.slices.port import Port
from viewer.ui.slices.sketch import distance_to


@dataclass(frozen=True, slots=True)
class _Hold:
    """A shape as the drag began, its places on the image, and which of them the pointer holds; None for all."""

    shape: AnswerShape
    places: tuple[Place, ...]
    point: int | None
    start: Place


class AnswerHand:
    """Places count pixels of the image, from the outer corner of the first."""

    def __init__(self, answered: Answered, port: Callable[[], Port]) -> None:
        self._answered, self._port = answered, port
        self._hold: _Hold | None = None

    @property
    def busy(self) -> bool:
        """Whether an answer is being dragged."""
        return self._hold is not None

    def reaches(self, place: Place, reach: float, *, whole: bool) -> bool:
        """Whether a press here would hold an answer; `whole`: by its line, too."""
        return self._found(place, reach, whole=whole) is not None

    def press(self, place: Place, reach: float, *, whole: bool) -> bool:
        """Hold an answer within `reach`; False if there is none."""
        self._hold = self._found(place, reach, whole=whole)
        return self.busy

    def _found(self, place: Place, reach: float, *, whole: bool) -> _Hold | None:
        if self._answered.fixed:
            return None
        here = [(shape, places) for shape, places in on_slice(self._answered, self._port()) if not shape.on_plane]
        ends = [
            (math.dist(end, place), _Hold(shape, places, number, place))
            for shape, places in here
            for number, end in enumerate(places)
        ]
        lines = [(distance_to(measure_of(places), place), _Hold(shape, places, None, place)) for shape, places in here]
        for found in (ends, lines if whole else []):
            near = min(found, key=lambda hold: hold[0], default=None)
            if near is not None and near[0] <= reach:
                return near[1]
        return None

    def move(self, place: Place) -> bool:
        """The pointer moves; False if nothing is held."""
        hold, port = self._hold, self._port()
        if hold is None:
            return False
        stack = port.entry.stack
        limits = (float(stack.columns), float(stack.rows))
        if hold.point is None:
            places = _shifted(hold, place, limits)
        else:
            end = min(max(place[0], 0.0), limits[0]), min(max(place[1], 0.0), limits[1])
            places = tuple(end if number == hold.point else kept for number, kept in enumerate(hold.places))
        marks = [mark_at(port.entry, port.frame, column - 0.5, row - 0.5) for column, row in places]
        if hold.point is not None:  # the other end stays exactly where it was
            marks = [mark if n == hold.point else hold.shape.marks[n] for n, mark in enumerate(marks)]
        self._answered.hold(hold.shape.moved(stack, marks))
        return True

    def release(self) -> None:
        """The button goes up: the answer is where it is now."""
        self._hold = None
        self._answered.drop()

    def cancel(self) -> bool:
        """The answer stays as it was; False if none is being dragged."""
        begun, self._hold = self.busy, None
        if begun:
            self._answered.hold(None)
        return begun


def _shifted(hold: _Hold, place: Place, limits: Place) -> tuple[Place, ...]:
    """All places moved as one, none beyond the image."""
    ways = []
    for axis in (0, 1):
        parts = [point[axis] for point in hold.places]
        ways.append(min(max(place[axis] - hold.start[axis], -min(parts)), limits[axis] - max(parts)))
    return tuple((x + ways[0], y + ways[1]) for x, y in hold.places)


def on_slice(answered: Answered, port: Port) -> list[tuple[AnswerShape, tuple[Place, ...]]]:
    """The answers that the slice of a port shows, and where."""
    near = port.reach
    found = [(shape, on_image(shape, port.entry, port.frame, near)) for shape in answered.shown]
    return [(shape, places) for shape, places in found if places is not None]


def measure_of(places: tuple[Place, ...]) -> Measure:
    """A mark or a distance as the panes draw it."""
    return Measure(MeasurementKind.POINT if len(places) == 1 else MeasurementKind.DISTANCE, places)
