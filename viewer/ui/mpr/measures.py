"""Measurements on the planes: drawn by clicks and drags, held and moved, and shown wherever they cross a plane."""

from collections.abc import Callable
from dataclasses import dataclass, replace
import math

import numpy as np

from bundle.index.records import Vector
from viewer.annotation import signed
from viewer.marks.in_space import SpaceMarks, SpaceMeasure
from viewer.marks.measure import Measure, MeasurementKind
from viewer.space import mpr, plane_roi
from viewer.space import planes as slices
from viewer.space.mpr import Cut, Plane
from viewer.space.plane_view import Place
from viewer.ui.mpr.planes import Planes
from viewer.ui.mpr.words import slab_name
from viewer.ui.over.space_drawing import Crossing, is_of, part_of
from viewer.ui.slices.sketch import LEAST_CORNERS, distance_to
from viewer.ui.slices.viewing import Viewing
from viewer.words import tr

# In screen pixels: how near the pointer takes hold of a point, a drag shorter than this was a click, and from corner to
# corner of a free-hand outline.
_REACH, _CLICK, _STEP = 9.0, 5.0, 3.0


@dataclass(frozen=True, slots=True)
class _Grip:
    """A point of a measurement being moved; all of its points for None."""

    number: int
    point: int | None
    start: Vector
    measure: SpaceMeasure


class PlaneMeasures:
    """The measurements on one plane; places are pixels of its picture, `ratio` device pixels per screen pixel."""

    def __init__(self, viewing: Viewing, planes: Planes, plane: Plane) -> None:
        self._viewing, self._planes, self._plane = viewing, planes, plane
        self._drawn: SpaceMeasure | None = None
        self._at: Vector | None = None
        self._pressed: Place | None = None
        self._grip: _Grip | None = None
        self._begun_on: tuple[object, ...] = ()
        self._of_slices: dict[tuple[int, Measure], SpaceMeasure | None] = {}

    @property
    def busy(self) -> bool:
        """Whether something has begun and is not finished."""
        return self._drawn is not None or self._grip is not None

    @property
    def _marks(self) -> SpaceMarks:
        return self._viewing.markings.in_space

    def _here(self) -> tuple[object, ...]:
        """The plane and the tool: what was begun on one plane does not end on another."""
        facing, point = self._planes.state.facings[self._plane], np.array(self._planes.state.point)
        return facing, round(float(facing.normal @ point), 3), self._viewing.tool

    def follow(self) -> None:
        """Another plane or tool cancels what has begun."""
        if self.busy and self._here() != self._begun_on:
            self.cancel()

    def cancel(self) -> bool:
        """Forget what has begun; a measurement that was being moved goes back. False if nothing has."""
        begun, grip = self.busy, self._grip
        if grip is not None:
            self._marks.change(grip.number, grip.measure)
        self._drawn = self._at = self._pressed = self._grip = None
        return begun

    # The hand

    def press(self, cut: Cut, place: Place, ratio: float) -> None:
        """The button goes down: hold a point of a measurement, else set a point of a new one."""
        point, kind = _point(cut, place), self._viewing.tool.kind
        self._pressed, self._begun_on = place, self._here()
        if self._drawn is not None:
            if not self._close(cut, place, _REACH * ratio):
                self._add_point(point)
            return
        self._grip = self._grip_at(cut, place, _REACH * ratio, whole=kind is None)
        if self._grip is not None:
            self._marks.touched = self._grip.number
        elif kind not in (None, MeasurementKind.TEXT):  # a text is written, not drawn
            self._drawn, self._at = self._new(kind, point), point

    def _close(self, cut: Cut, place: Place, reach: float) -> bool:
        """A click on the first corner of a polygon closes it; False if it is another click."""
        assert self._drawn is not None
        first = cut.place_of(np.array(self._drawn.points[0]))
        if self._drawn.kind is not MeasurementKind.POLYGON or math.dist(first, place) > reach:
            return False
        return self.finish()

    def finish(self) -> bool:
        """Close the outline that is being drawn, once it encloses something; False if none is."""
        drawn, self._pressed = self._drawn, None
        if drawn is None or not drawn.kind.is_outline:
            return False
        if len(drawn.points) >= LEAST_CORNERS:
            self._keep(replace(drawn, closed=True))
        return True

    def text_at(self, cut: Cut, place: Place) -> Callable[[str], None]:
        """Takes the text for a place of the plane as it is now."""
        measure = self._new(MeasurementKind.TEXT, _point(cut, place))
        return lambda text: self._keep(replace(measure, text=text))

    def _new(self, kind: MeasurementKind, point: Vector) -> SpaceMeasure:
        facing, entry = self._planes.state.facings[self._plane], self._viewing.entry
        frame = entry.series.frame_of_reference_uid
        state, stack_id = self._planes.state, entry.stack.stack_id
        slab = (state.thickness, state.slab.value if state.thickness else "")
        return SpaceMeasure(kind, (point,), facing.right, facing.down, stack_id, frame, slab=slab)

    def move(self, cut: Cut, place: Place, ratio: float) -> bool:
        """The pointer moves, with or without a button held; returns whether that changed anything."""
        point = _point(cut, place)
        self._at = point
        if self._drawn is not None and self._drawn.kind is MeasurementKind.FREEHAND:
            last = cut.place_of(np.array(self._drawn.points[-1]))
            if math.dist(last, place) >= _STEP * ratio:
                self._drawn = replace(self._drawn, points=(*self._drawn.points, point))
            return True
        if self._grip is not None:
            grip = self._grip
            way = [new - old for new, old in zip(point, grip.start, strict=True)]
            self._marks.change(grip.number, self._valued(grip.measure.moved(way, grip.point)))
        return self.busy

    def release(self, cut: Cut, place: Place, ratio: float) -> None:
        """The button goes up: a drag sets the next point where it ends, a click waits for the next click."""
        self._end_grip()
        pressed, self._pressed = self._pressed, None
        if self._drawn is not None and self._drawn.kind is MeasurementKind.FREEHAND:
            self.finish()
            self._drawn = self._at = None  # a mere click encloses nothing
        elif self._drawn is not None and pressed is not None and math.dist(pressed, place) > _CLICK * ratio:
            self._add_point(_point(cut, place))

    def _end_grip(self) -> None:
        grip, self._grip = self._grip, None
        if grip is not None:
            self._marks.moved(grip.number, grip.measure)

    def _add_point(self, point: Vector) -> None:
        assert self._drawn is not None
        self._drawn = replace(self._drawn, points=(*self._drawn.points, point))
        if self._drawn.complete:
            self._keep(self._drawn)

    def _keep(self, measure: SpaceMeasure) -> None:
        self._marks.add(self._valued(measure))
        self._drawn = self._at = self._pressed = None

    def _valued(self, measure: SpaceMeasure) -> SpaceMeasure:
        """With the values inside an area, through the slab that is shown, and with what must be said of it."""
        if measure.kind.is_remark:
            return measure
        across = (tr("across missing slices"),) if plane_roi.crosses_gap(measure, self._planes.solid) else ()
        if not measure.kind.is_area:
            return replace(measure, remarks=across)
        planes, state = self._planes, self._planes.state
        cut = plane_roi.places_in(measure, planes.solid, state)
        found = plane_roi.with_values(*planes.see(cut), cut, planes.solid, measure)
        said = tr("{name} over {thickness} mm").format(name=slab_name(state.slab), thickness=signed(state.thickness))
        # Moved on planes of another series, it is one of that series from now on.
        stack_id = self._viewing.entry.stack.stack_id
        return replace(found, stack_id=stack_id, remarks=(*((said,) if state.thickness else ()), *across))

    def _grip_at(self, cut: Cut, place: Place, reach: float, *, whole: bool) -> _Grip | None:
        at, normal = self._plane_here()
        held = [
            (number, measure)
            for number, measure in enumerate(self._marks.all)
            if is_of(measure, self._viewing.entry) and measure.lies_on(at, normal)
        ]
        points = [
            (math.dist(cut.place_of(np.array(point)), place), number, index, measure)
            for number, measure in held
            if measure.kind is not MeasurementKind.FREEHAND  # which moves as a whole
            for index, point in enumerate(measure.points)
        ]
        nearest = min(points, key=lambda found: found[0], default=None)
        if nearest is not None and nearest[0] <= reach:
            return _Grip(nearest[1], nearest[2], _point(cut, place), nearest[3])
        lines = [(distance_to(_on(cut, measure), place), number, measure) for number, measure in held if whole]
        line = min(lines, key=lambda found: found[0], default=None)
        return _Grip(line[1], None, _point(cut, place), line[2]) if line is not None and line[0] <= reach else None

    # What is seen

    def _plane_here(self) -> tuple[Vector, Vector]:
        x, y, z = map(float, self._planes.state.facings[self._plane].normal)
        return self._planes.state.point, (x, y, z)

    def parts(self) -> list[Crossing]:
        """As much of every measurement of the series as lies on the plane, and what is being drawn."""
        at, normal = self._plane_here()
        state, solid = self._planes.state, self._planes.solid
        reach = max(state.thickness, mpr.step_along(solid, np.array(normal))) / 2 + 1e-3
        entry, stack, marks = self._viewing.entry, self._viewing.entry.stack, self._marks
        found = [
            part_of(measure, at, normal, reach, stack, strong=number == marks.touched)
            for number, measure in enumerate(marks.all)
            if is_of(measure, entry)
        ]
        found += [part_of(measure, at, normal, reach, stack) for measure in self._from_slices()]
        if self._drawn is not None:
            following = () if self._at is None or self._drawn.kind is MeasurementKind.FREEHAND else (self._at,)
            points = (*self._drawn.points, *following)
            found.append(part_of(replace(self._drawn, points=points), at, normal, reach, stack, strong=True))
        return [part for part in found if part is not None]

    def _from_slices(self) -> list[SpaceMeasure]:
        """The measurements on the slices of the series."""
        stack_id = self._viewing.entry.stack.stack_id
        asked = [(index, measure) for index, measure in self._viewing.markings.of_stack(stack_id) if measure.complete]
        known, self._of_slices = self._of_slices, {}
        for key in asked:
            self._of_slices[key] = known[key] if key in known else self._in_space(*key)
        return [measure for measure in self._of_slices.values() if measure is not None]

    def _in_space(self, index: int, measure: Measure) -> SpaceMeasure | None:
        from viewer.marks.roi import statistics

        loaded, stack = self._viewing.loaded_stack, self._viewing.entry.stack
        points = [slices.to_patient(stack, loaded.frames[index], place) for place in measure.points]
        way = stack.image_orientation_patient
        if way is None or None in points:
            return None
        values = statistics(loaded, index, measure) if measure.kind.is_area else None
        return SpaceMeasure(
            measure.kind, tuple(point for point in points if point), way[:3], way[3:], stack.stack_id, values=values,
            text=measure.text, closed=measure.closed,
        )  # fmt: skip


def _point(cut: Cut, place: Place) -> Vector:
    x, y, z = map(float, cut.point_at(*place))
    return x, y, z


def _on(cut: Cut, measure: SpaceMeasure) -> Measure:
    """A measurement in pixels of the picture."""
    places = tuple(cut.place_of(np.array(point)) for point in measure.points)
    return replace(measure.flat(), points=places)
