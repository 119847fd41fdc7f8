"""The answers of the form on a plane: the clicks that a question waits for, what is drawn, and what is dragged."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
import math

import numpy as np
from PyQt5.QtCore import QRectF
from PyQt5.QtGui import QPainter

from bundle.images.directions import dot
from bundle.reading.marks import apart
from viewer.annotation import Nothing
from viewer.reading.marks import Mark, mark_on_plane
from viewer.reading.shapes import AnswerShape, of_frame, said
from viewer.space import mpr
from viewer.space.mapping import Mapping
from viewer.space.mpr import SQUARE, Array, Cut, Facing, Plane
from viewer.space.plane_view import Place
from viewer.state import Tool
from viewer.ui.mpr.planes import Planes
from viewer.ui.over.labels import Room
from viewer.ui.slices.answers.hand import measure_of
from viewer.ui.slices.answers.hint import paint_hint
from viewer.ui.slices.drawing import Drawing
from viewer.ui.slices.sketch import distance_to
from viewer.ui.slices.viewing import Viewing
from viewer.words import tr

# In screen pixels; and how parallel two planes must be to be one, where normals have six decimals.
_REACH, _PARALLEL = 9.0, 1e-5


@dataclass(frozen=True, slots=True)
class _Hold:
    """A shape as the drag began, which of its ends is held (None: all), and where the pointer took hold."""

    shape: AnswerShape
    point: int | None
    start: Sequence[float]


class PlaneAnswers:
    """For one pane; places count pixels of its picture."""

    def __init__(self, viewing: Viewing, planes: Planes, plane: Plane) -> None:
        self._viewing, self._planes, self._plane = viewing, planes, plane
        self._hold: _Hold | None = None

    @property
    def asks(self) -> bool:
        """Whether a question waits for a click."""
        return self._viewing.answered.asked is not None

    @property
    def _normal(self) -> tuple[float, float, float]:
        x, y, z = map(float, self._planes.state.facings[self._plane].normal)
        return x, y, z

    # The hand

    def press(self, cut: Cut, place: Place, under: float | Nothing, ratio: float) -> bool:
        """Give a place to the question that waits, or hold an answer; False if the press means something else.

        `under` is the value there, or why there is none.
        """
        answered = self._viewing.answered
        if answered.asked is None:
            self._hold = self._held_at(cut, place, ratio)
            return self._hold is not None
        if isinstance(under, Nothing) and under is not Nothing.PADDING:
            answered.refuse(tr("Click on an image: there is none here"))
        else:
            answered.placed.emit(self._mark(cut, place))
        return True

    def _mark(self, cut: Cut, place: Place) -> Mark:
        state, first = self._planes.state, self._viewing.loaded_stack.frames[0]
        x, y, z = map(float, cut.point_at(*place))
        return mark_on_plane(self._viewing.entry, first, (x, y, z), self._normal, state.thickness, state.slab.value)

    def _held_at(self, cut: Cut, place: Place, ratio: float) -> _Hold | None:
        tool = self._viewing.tool
        if self._viewing.answered.fixed or not (tool is Tool.SELECT or tool.kind):
            return None
        start = [float(part) for part in cut.point_at(*place)]
        here = [(shape, places) for shape, places in self._here(cut) if self._is_of_plane(shape)]
        ends = [
            (math.dist(end, place), _Hold(shape, number, start))
            for shape, places in here
            for number, end in enumerate(places)
        ]
        lines = [(distance_to(measure_of(places), place), _Hold(shape, None, start)) for shape, places in here]
        for found in (ends, lines if tool is Tool.SELECT else []):
            near = min(found, key=lambda hold: hold[0], default=None)
            if near is not None and near[0] <= _REACH * ratio:
                return near[1]
        return None

    def _is_of_plane(self, shape: AnswerShape) -> bool:
        """Whether it was made on a plane like this one, of this series."""
        series = self._viewing.entry.series.series_instance_uid
        return all(
            "normal" in mark and mark["series"] == series and _parallel(mark["normal"], self._normal)
            for mark in shape.marks
        )

    def move(self, cut: Cut, place: Place) -> bool:
        """The pointer moves; False if nothing is held."""
        hold = self._hold
        if hold is None:
            return False
        marks = [
            self._moved(cut, place, hold, mark) if hold.point in (None, number) else mark
            for number, mark in enumerate(hold.shape.marks)
        ]
        if all(self._is_inside(mark) for mark in marks) and not apart(marks):
            self._viewing.answered.hold(hold.shape.moved(self._viewing.entry.stack, marks))
        return True

    def _moved(self, cut: Cut, place: Place, hold: _Hold, mark: Mark) -> Mark:
        """The mark moved with the pointer, but never off its plane."""
        here = mark["position"] if hold.point is None else hold.start
        way = np.array(cut.point_at(*place)) - hold.start
        normal = np.array(mark["normal"])
        moved = np.array(here) + way
        x, y, z = map(float, moved - normal * (normal @ (moved - mark["position"])))
        state = self._planes.state
        made = mark_on_plane(
            self._viewing.entry, self._viewing.loaded_stack.frames[0], (x, y, z), mark["normal"], state.thickness,
            state.slab.value,
        )  # fmt: skip
        return made | {"normal": mark["normal"], "volume": mark["volume"]}

    def _is_inside(self, mark: Mark) -> bool:
        solid = self._planes.solid
        index, (low, high) = solid.index_of(np.array(mark["position"])), solid.edges
        return bool(np.all(index >= low) and np.all(index <= high))

    def release(self) -> bool:
        """The button goes up: the answer is where it is now; False if nothing was held."""
        held, self._hold = self._hold, None
        if held is not None:
            self._viewing.answered.drop()
        return held is not None

    def cancel(self) -> bool:
        """The answer stays as it was; False if none is being dragged."""
        held, self._hold = self._hold, None
        if held is not None:
            self._viewing.answered.hold(None)
        return held is not None

    # What is seen

    def _here(self, cut: Cut) -> list[tuple[AnswerShape, tuple[Place, ...]]]:
        """The answers that lie on this plane as a whole, or within its thickness, and where."""
        shown = self._viewing.answered.shown
        return [(shape, self._places(cut, shape.marks)) for shape in shown if all(map(self._is_near, shape.marks))]

    def _places(self, cut: Cut, marks: Sequence[Mark]) -> tuple[Place, ...]:
        return tuple(cut.place_of(np.array(mark["position"])) for mark in marks)

    def _is_near(self, mark: Mark) -> bool:
        if mark["position"] is None or not of_frame(mark, self._viewing.entry):
            return False
        state, normal = self._planes.state, self._normal
        reach = max(state.thickness, mpr.step_along(self._planes.solid, np.array(normal))) / 2 + 1e-3
        away = [a - b for a, b in zip(mark["position"], state.point, strict=True)]
        return abs(dot(away, normal)) <= reach

    def paint(
        self, painter: QPainter, area: QRectF, cut: Cut, pixels: int, pointer: Place | None, room: Room
    ) -> None:  # fmt: skip
        """All answers here, and that which is being made; `pointer` is None if it is elsewhere."""
        device = painter.device()
        ratio = 1.0 if device is None else device.devicePixelRatioF()
        mapping = Mapping(0.5 / ratio, 0.5 / ratio, 1 / ratio, 1 / ratio, None)
        drawing = Drawing(painter, area, mapping, self._viewing.port, pixels, room)
        for shape, places in self._here(cut):
            drawing.answer(measure_of(places), shape.lines)
        asked = self._viewing.answered.asked
        if asked is not None and asked.marks and "normal" in asked.marks[0] and self._is_near(asked.marks[0]):
            ends = self._places(cut, asked.marks)
            if pointer is None:
                drawing.answer(replace(measure_of((*ends, *ends)), points=ends), (asked.label,))
            else:
                length = said(cut.distance(ends[0], pointer), asked.unit)
                drawing.answer(measure_of((*ends, pointer)), (asked.label, length))

    def hint(self, painter: QPainter, area: QRectF, pixels: int) -> None:
        """What is asked."""
        if self._viewing.answered.asked is not None:
            paint_hint(painter, area, self._viewing.answered.asked, pixels)


def show_plane(planes: Planes, mark: Mark) -> None:
    """Go to the plane on which a place was marked: one of the square planes if it is parallel, else the oblique one."""
    state, normal = planes.state, np.array(mark["normal"])
    if not any(_parallel(state.facings[plane].normal, normal) for plane in SQUARE):
        planes.set_state(replace(state, facings={**state.facings, Plane.OBLIQUE: _facing(normal)}))
    planes.move_to(np.array(mark["position"]))


def _parallel(one: Sequence[float] | Array, other: Sequence[float] | Array) -> bool:
    """Whether two unit normals are the same, whichever way they point, as far as their six decimals tell."""
    a, b = np.asarray(one), np.asarray(other)
    return bool(min(np.linalg.norm(a - b), np.linalg.norm(a + b)) < _PARALLEL)


def _facing(normal: Array) -> Facing:
    """A plane with this normal, the patient's left to the right if that lies along it, the head above if it can."""
    down = np.array((0.0, 0.0, -1.0)) if abs(normal[2]) < 0.9 else np.array((0.0, 1.0, 0.0))
    down = down - normal * (normal @ down)
    down = down / np.linalg.norm(down)
    right = np.cross(down, normal)
    if right[0] + right[1] < 0:
        right = -right
    return Facing(tuple(map(float, right)), tuple(map(float, down)))  # type: ignore[arg-type]
