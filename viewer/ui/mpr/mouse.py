"""One mouse drag on a plane, measured from its start, so that the way back undoes it."""

from dataclasses import replace
import math

from viewer.space import crosshair, plane_view
from viewer.space.crosshair import Grip, Held
from viewer.space.mpr import Cut, Plane
from viewer.state import MAX_SLICE_DRAG, ZOOM_DRAG, Tool, drag_window
from viewer.ui.mpr.planes import Planes
from viewer.ui.slices.viewing import Viewing

# A press that moved no further than this, in screen pixels, was a click.
_CLICK = 3.0


class PlaneDrag:
    """The pointer's hold or the tool, and the state when the drag began."""

    def __init__(
        self, viewing: Viewing, planes: Planes, plane: Plane, cut: Cut, button: int, start: plane_view.Place,
        held: Held | None, tool: Tool,
    ) -> None:  # fmt: skip
        self.button = button
        self.is_click = held is None
        self._viewing, self._planes, self._plane = viewing, planes, plane
        self._cut, self._start, self._held, self._tool = cut, start, held, tool
        self._state, self._lens, self._view = planes.state, planes.lenses[plane], viewing.state
        self._steps = 0

    def move(self, place: plane_view.Place, ratio: float) -> None:
        """The pointer is here now; `ratio` is the number of device pixels per screen pixel."""
        right, down = (place[0] - self._start[0]) / ratio, (place[1] - self._start[1]) / ratio
        self.is_click = self.is_click and math.hypot(right, down) <= _CLICK
        if self._held is not None:
            self._move_cross_hair(self._held, place)
        elif not self.is_click:
            self._use_tool(right, down, ratio)

    def _move_cross_hair(self, held: Held, place: plane_view.Place) -> None:
        state, cut, plane = self._state, self._cut, self._plane
        if held.grip is Grip.TURN:
            self._planes.set_state(crosshair.turned(state, cut, held, self._start, place, plane))
        else:
            there = cut.point_at(*crosshair.shifted(state, cut, held, self._start, place, plane))
            self._planes.move_to(there)

    def _use_tool(self, right: float, down: float, ratio: float) -> None:
        if self._tool is Tool.WINDOW:
            viewing = self._viewing
            modality, opened = viewing.entry.series.modality, viewing.first_window
            dragged = drag_window(
                self._view, right, down, modality, viewing.window_drag, opened, viewing.port.least_width
            )
            viewing.set_state(replace(viewing.state, window=dragged.window))
        elif self._tool is Tool.ZOOM:
            about = (self._cut.columns - 1) / 2, (self._cut.rows - 1) / 2
            self._set_lens(plane_view.zoomed(self._lens, self._cut, float(2 ** (-down / ZOOM_DRAG)), about))
        elif self._tool is Tool.PAN:
            self._set_lens(plane_view.moved(self._lens, self._cut, right * ratio, down * ratio))
        else:
            steps = int(down / (MAX_SLICE_DRAG / 4))
            self._planes.scroll(self._plane, steps - self._steps)
            self._steps = steps

    def _set_lens(self, wanted: plane_view.Lens) -> None:
        self._planes.set_lens(self._plane, wanted)
