"""The actions of the mouse on one pane: wheel, drags, measurements, the cross-hair, and places that a form asks for."""

from collections.abc import Callable

from PyQt5.QtCore import QPointF, Qt
from PyQt5.QtGui import QMouseEvent, QWheelEvent
from PyQt5.QtWidgets import QWidget

from viewer.marks.measure import Measure, MeasurementKind, Place
from viewer.space import planes
from viewer.space.mapping import Mapping
from viewer.state import WHEEL_ZOOM, Tool, drag_pan, scroll, zoom_by
from viewer.ui.over.note_field import Writing
from viewer.ui.slices.answers.hand import AnswerHand
from viewer.ui.slices.drag import Drag
from viewer.ui.slices.pinch import Pinch
from viewer.ui.slices.port import Port
from viewer.ui.slices.sketch import Sketch
from viewer.ui.slices.viewing import Viewing
from viewer.ui.slices.wheel import Wheel, turned, zooms
from viewer.words import tr

# The pointer takes hold of a point of a measurement from this far, in screen pixels.
_REACH = 9.0
_CURSORS = {
    Tool.SCROLL: Qt.CursorShape.SizeVerCursor,
    Tool.ZOOM: Qt.CursorShape.SizeBDiagCursor,
    Tool.PAN: Qt.CursorShape.OpenHandCursor,
    Tool.SELECT: Qt.CursorShape.ArrowCursor,
}
_DRAGGED = (Tool.SCROLL, Tool.WINDOW, Tool.ZOOM, Tool.PAN)


class PaneMouse:
    """The mouse on one pane; `port` and `mapping` tell what is under the pointer, `picked` takes a requested place."""

    def __init__(
        self, pane: QWidget, viewing: Viewing, port: Callable[[], Port], mapping: Callable[[], Mapping],
        picked: Callable[[float, float], None],
    ) -> None:  # fmt: skip
        self._pane, self._viewing, self._port, self._mapping, self._picked = pane, viewing, port, mapping, picked
        self.pointer: Place | None = None
        self.sketch = Sketch()
        self.answers = AnswerHand(viewing.answered, port)
        self._sketch_of: tuple[object, ...] = ()
        self._drag: Drag | None = None
        self._picking = False
        self._pressed: Place | None = None
        self.writing = Writing()
        self._wheel = Wheel()
        pinch = Pinch(pane)
        pinch.begun.connect(self._let_go)
        pinch.zoomed.connect(self._zoom_about)
        pinch.moved.connect(self._move_by)

    def follow(self) -> None:
        """Another slice, or another tool: a line that began on one slice does not end on another."""
        sketched = (self._port(), self._port().where, self._viewing.tool)
        if sketched != self._sketch_of:
            self.writing.end()
            self.sketch.leave(self._viewing.markings)
            self._sketch_of = sketched
            self.answers.cancel()
        self._show_cursor()

    def wheel(self, event: QWheelEvent) -> None:
        """The wheel scrolls, whatever the tool; with Ctrl it zooms at the pointer. It also selects the pane."""
        port = self._port()
        self._viewing.select(port)
        if zooms(event):
            self._zoom_about(WHEEL_ZOOM ** turned(event), event.position())
        elif steps := self._wheel.steps(event):
            self._viewing.set_state(scroll(port.state, port.entry.stack, -steps))

    def _zoom_about(self, factor: float, place: QPointF) -> None:
        self._viewing.set_state(zoom_by(self._port().state, factor, self._from_middle(place)))

    def _move_by(self, way: QPointF) -> None:
        scale = self._mm_scale()
        self._viewing.set_state(drag_pan(self._port().state, way.x() / scale, way.y() / scale))

    def _let_go(self) -> None:
        """Two fingers do not continue what one finger began; they mean this pane."""
        self._pressed = None
        self.answers.cancel()
        self.sketch.leave(self._viewing.markings)
        self.end_drag()
        self._viewing.select(self._port())

    def _from_middle(self, place: QPointF) -> tuple[float, float]:
        """A place in the pane as mm from its middle."""
        scale = self._mm_scale()
        return (place.x() - self._pane.width() / 2) / scale, (place.y() - self._pane.height() / 2) / scale

    def _mm_scale(self) -> float:
        spacing = self._port().entry.stack.pixel_spacing or (1.0, 1.0)
        return self._mapping().scale_y / spacing[0]

    def press(self, event: QMouseEvent) -> None:
        """Left uses the tool, right changes the window, middle moves the picture."""
        self.writing.end()
        self._viewing.select(self._port())
        left = event.button() == Qt.MouseButton.LeftButton
        if self._picking and left:
            self._pressed = self._at(event)
        elif left and self._viewing.tool not in _DRAGGED:
            self._use_tool(self._at(event))
        else:
            self._begin_drag(event)

    def _begin_drag(self, event: QMouseEvent) -> None:
        tools = {
            Qt.MouseButton.LeftButton: self._viewing.tool,
            Qt.MouseButton.RightButton: Tool.WINDOW,
            Qt.MouseButton.MiddleButton: Tool.PAN,
        }
        tool = tools.get(event.button())
        if tool is not None and self._drag is None:
            how, port = self._viewing.window_drag, self._port()
            modality = port.entry.series.modality
            self._drag = Drag(tool, event.button(), event.localPos(), port.state, modality, how, port.first_window)
            cursor = Qt.CursorShape.ClosedHandCursor if tool is Tool.PAN else _CURSORS.get(tool)
            self._pane.setCursor(cursor or Qt.CursorShape.CrossCursor)

    def _use_tool(self, place: Place) -> None:
        tool, port = self._viewing.tool, self._port()
        if tool is Tool.CROSS:
            point = planes.to_patient(port.entry.stack, port.frame, place)
            if point is not None:
                self._viewing.mark_cross(point)
            return
        reach = _REACH / self._mapping().scale_x
        if self.sketch.drawn is None and self.answers.press(place, reach, whole=tool is Tool.SELECT):
            return
        self.sketch.press(self._viewing.markings, port.where, tool.kind, place, reach)
        if tool is Tool.TEXT and not self.sketch.busy:
            self._write(place)
        self._viewing.changed.emit()

    def _write(self, place: Place) -> None:
        """Ask for a text at a place of the slice."""
        viewing, where = self._viewing, self._port().where
        markings = viewing.markings  # another case may open before the text ends

        def written(text: str) -> None:
            markings.add(where, Measure(MeasurementKind.TEXT, (place,), text))
            viewing.changed.emit()

        self.writing.begin(self._pane, QPointF(*self._mapping().to_screen(*place)), written)

    def _at(self, event: QMouseEvent) -> Place:
        return self._mapping().to_image(event.localPos().x(), event.localPos().y())

    def pick(self, *, picking: bool) -> None:
        """From now on a click with the left button reports a place on the image, or again acts as the tool."""
        self._picking = picking
        self._show_cursor()

    @property
    def picking(self) -> bool:
        """Whether a click reports a place."""
        return self._picking

    def double_click(self) -> bool:
        """Close the outline that is being drawn; False if there is none.

        Else a double click is no tool: what its first click began is cancelled.
        """
        if self.sketch.finish(self._viewing.markings, self._port().where):
            self._viewing.changed.emit()
            return True
        self.writing.end(keep=False)
        self.sketch.cancel(self._viewing.markings)
        self.end_drag()
        return False

    def _show_cursor(self) -> None:
        cursor = _CURSORS.get(self._viewing.tool, Qt.CursorShape.CrossCursor)
        self._pane.setCursor(Qt.CursorShape.CrossCursor if self._picking else cursor)

    def _pick(self, place: Place) -> None:
        """Report column and row from the centre of the first pixel; a click outside the image is refused."""
        stack = self._port().entry.stack
        inside = 0 <= place[0] < stack.columns and 0 <= place[1] < stack.rows
        if inside and self._port().here:
            self._picked(place[0] - 0.5, place[1] - 0.5)
        else:
            self._viewing.answered.refuse(tr("Click on an image: there is none here"))

    def move(self, event: QMouseEvent) -> None:
        """Every movement counts from the start of the drag, so that the way back undoes it."""
        self.pointer = self._at(event)
        if self.answers.busy and not event.buttons() & Qt.MouseButton.LeftButton:  # it was released elsewhere
            self.answers.release()
        if self.answers.move(self.pointer):
            return
        self._show_hold(event)
        reach = _REACH / self._mapping().scale_x
        if self.sketch.move(self._viewing.markings, self.pointer, reach) or self._drag is None:
            self._pane.update()
        elif not event.buttons() & self._drag.button:  # it was released outside this window
            self.end_drag()
        else:
            port = self._port()
            moved = self._drag.state_at(event.localPos(), port.state, port.entry.stack, self._mm_scale())
            self._viewing.set_state(moved)

    def _show_hold(self, event: QMouseEvent) -> None:
        """The pointer shows that a press here would take hold of an answer."""
        tool = self._viewing.tool
        if event.buttons() or self._picking or tool in _DRAGGED or not self._viewing.answered.shapes:
            return
        held = self.answers.reaches(self._at(event), _REACH / self._mapping().scale_x, whole=tool is Tool.SELECT)
        if held:
            self._pane.setCursor(Qt.CursorShape.SizeAllCursor)
        else:
            self._show_cursor()

    def release(self, event: QMouseEvent) -> None:
        """The drag ends with the button that began it; a press without movement was a click."""
        if self._pressed is not None and event.button() == Qt.MouseButton.LeftButton:
            place, self._pressed = self._pressed, None
            self._pick(place)
        elif self._drag is not None and event.button() == self._drag.button:
            self.end_drag()
        elif self.answers.busy and event.button() == Qt.MouseButton.LeftButton:
            self.answers.release()
        elif self.sketch.busy and event.button() == Qt.MouseButton.LeftButton:
            self.sketch.release(self._viewing.markings, self._port().where, self._at(event), self._mapping().scale_x)
            self._viewing.changed.emit()

    def end_drag(self) -> None:
        """Keep the state that the drag has made."""
        self._drag = None
        self._show_cursor()
