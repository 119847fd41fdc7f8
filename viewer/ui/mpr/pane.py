"""One of the four panes: shows its plane, and turns mouse movements into cross-hair, slab and lens."""

from collections.abc import Callable

import numpy as np
from PyQt5.QtCore import QEvent, QPointF, QRectF, Qt, pyqtSignal
from PyQt5.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QWheelEvent
from PyQt5.QtWidgets import QWidget

from bundle.index.records import Vector
from viewer.annotation import Corners, Letters, Nothing
from viewer.space import mpr, plane_view
from viewer.space.crosshair import CrossHair, Grip, Held, cross_hair
from viewer.space.mpr import Cut, Plane
from viewer.state import WHEEL_ZOOM, Annotation, Tool
from viewer.ui.look import theme
from viewer.ui.mpr import words
from viewer.ui.mpr.answers import PlaneAnswers
from viewer.ui.mpr.curved.drawing import draw_curve
from viewer.ui.mpr.fused import OverPlane
from viewer.ui.mpr.measures import PlaneMeasures
from viewer.ui.mpr.mouse import PlaneDrag
from viewer.ui.mpr.paint import PlanePainter
from viewer.ui.mpr.picture import PlanePicture
from viewer.ui.mpr.planes import Planes
from viewer.ui.over.labels import Room
from viewer.ui.over.note_field import Writing
from viewer.ui.over.space_drawing import draw
from viewer.ui.slices.fusion.words import added
from viewer.ui.slices.overlay import Overlay
from viewer.ui.slices.pinch import Pinch
from viewer.ui.slices.viewing import Viewing
from viewer.ui.slices.wheel import Wheel, turned, zooms

_CURSORS = {
    Grip.POINT: Qt.CursorShape.SizeAllCursor,
    Grip.MOVE: Qt.CursorShape.SplitHCursor,
    Grip.TURN: Qt.CursorShape.PointingHandCursor,
}


class PlanePane(QWidget):
    """Shows a plane of `planes` with the window of `viewing`."""

    enlarged = pyqtSignal()

    def __init__(self, viewing: Viewing, planes: Planes, plane: Plane) -> None:
        super().__init__()
        self._viewing, self._planes, self.plane = viewing, planes, plane
        self._picture, self._over = PlanePicture(planes, plane), OverPlane(viewing, planes)
        self._measures = PlaneMeasures(viewing, planes, plane)
        self._answers = PlaneAnswers(viewing, planes, plane)
        self._writing = Writing()
        self._hand: PlaneDrag | None = None
        self._held: Held | None = None
        self._pointer: plane_view.Place | None = None
        self._wheel = Wheel()
        pinch = Pinch(self)
        pinch.begun.connect(self._let_go)
        pinch.zoomed.connect(self._zoom_about)
        pinch.moved.connect(self._move_by)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMinimumSize(160, 120)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setAccessibleName(words.name_of(plane))
        for signal in (planes.changed, planes.rested, viewing.changed):
            signal.connect(self._follow)
        self._follow()

    def _follow(self) -> None:
        self._measures.follow()
        self.setAccessibleDescription(words.place_of(self._planes.state.point))
        self.update()

    # Geometry

    @property
    def pixels(self) -> tuple[int, int]:
        """The pane's size in device pixels."""
        ratio = self.devicePixelRatioF()
        return max(round(self.width() * ratio), 1), max(round(self.height() * ratio), 1)

    def cut(self) -> Cut:
        """The plane's picture at the size of the pane, in device pixels."""
        return self._picture.cut_at(self.pixels)

    def place(self, point: QPointF) -> plane_view.Place:
        """(column, row) of the picture at a point of the pane."""
        ratio = self.devicePixelRatioF()
        return point.x() * ratio - 0.5, point.y() * ratio - 0.5

    def spot(self, point: Vector) -> QPointF:
        """The place in the pane of a patient place."""
        (column, row), ratio = self.cut().place_of(np.array(point)), self.devicePixelRatioF()
        return QPointF((column + 0.5) / ratio, (row + 0.5) / ratio)

    def hair(self) -> CrossHair:
        """The cross-hair in this pane."""
        return cross_hair(self._planes.state, self.plane, self.cut())

    # Painting

    def paintEvent(self, event: QPaintEvent | None) -> None:
        """Picture, cross-hair, then the texts."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme.IMAGE_BACKGROUND)
        state, cut = self._viewing.state, self.cut()
        drawn = PlanePainter(painter, cut, self.devicePixelRatioF())
        drawn.picture(self._picture.image(self.pixels, state.window, inverted=state.inverted), self._planes.solid)
        self._over.paint(painter, self._viewing.entry, self._picture.shown_cut(self.pixels), drawn.area)
        level, overlay = self._viewing.annotation, Overlay(painter, QRectF(self.rect()))
        if level is not Annotation.OFF and self._planes.cross_shown:
            drawn.cross_hair(self.hair(), self._held)
        room = self._prepare(overlay, cut, level)
        pointer = self._pointer if self.underMouse() else None
        draw(painter, overlay.size, self.spot, self._measures.parts(), room)
        self._answers.paint(painter, QRectF(self.rect()), cut, overlay.size, pointer, room)
        normal = tuple(map(float, self._planes.state.facings[self.plane].normal))
        draw_curve(painter, self._planes.tracing, self.spot, normal, self._planes.state.point)
        overlay.finish()
        if level is not Annotation.OFF:
            drawn.edge(self.plane, QRectF(self.rect()), focused=self.hasFocus())
        if pointer is not None:
            self._answers.hint(painter, QRectF(self.rect()), overlay.size)
        painter.end()

    def _prepare(self, overlay: Overlay, cut: Cut, level: Annotation) -> Room:
        letters = mpr.letters(self._planes.state.facings[self.plane])
        scale = 1 / (plane_view.mm_per_pixel(cut) * self.devicePixelRatioF())
        shown, full = level is not Annotation.OFF, level is Annotation.FULL
        return overlay.prepare(self._texts(level), letters if shown else Letters(), scale if full else None)

    def _texts(self, level: Annotation) -> Corners:
        """The texts in the corners; that a PET lies over the planes stands in each, the rest of it in the first."""
        viewing, first = self._viewing, self.plane is (self._planes.alone or Plane.AXIAL)
        probe = None if self._pointer is None else self._picture.value_at(self.pixels, self._pointer)
        made = words.corners(viewing, self._planes, self.plane, level, probe, self._of_pet(probe))
        return added(made, viewing.fusing, viewing.entry, viewing.annotation, details=first)

    def _of_pet(self, own: float | Nothing | None) -> str:
        if own is None or self._pointer is None:
            return ""
        return self._over.value(self._viewing.entry, self.cut(), self._pointer, own)

    # Mouse

    def wheelEvent(self, event: QWheelEvent | None) -> None:
        """The wheel scrolls along the normal, whatever the tool; with Ctrl it zooms at the pointer."""
        if event is None:
            return
        if zooms(event):
            self._zoom_about(WHEEL_ZOOM ** turned(event), event.position())
        elif steps := self._wheel.steps(event):
            self._planes.scroll(self.plane, -steps)

    def zoom(self, factor: float, place: plane_view.Place | None = None) -> None:
        """Zoom in by a factor, about a place in the picture or its middle."""
        cut = self.cut()
        about = place or ((cut.columns - 1) / 2, (cut.rows - 1) / 2)
        self._planes.set_lens(self.plane, plane_view.zoomed(self._planes.lenses[self.plane], cut, factor, about))

    def _zoom_about(self, factor: float, point: QPointF) -> None:
        self.zoom(factor, self.place(point))

    def _move_by(self, way: QPointF) -> None:
        ratio, now = self.devicePixelRatioF(), self._planes.lenses[self.plane]
        self._planes.set_lens(self.plane, plane_view.moved(now, self.cut(), way.x() * ratio, way.y() * ratio))

    def _let_go(self) -> None:
        self._hand = None
        self.cancel()

    def cancel(self) -> bool:
        """Cancel a measurement in progress; an answer that is being dragged goes back. False if there is none."""
        self.update()
        return self._writing.end(keep=False) or self._measures.cancel() or self._answers.cancel()

    @property
    def _measuring(self) -> bool:
        """Whether the left button measures: the tool that is lit is the tool in force."""
        return self._viewing.tool.kind is not None or self._viewing.tool is Tool.SELECT

    def mousePressEvent(self, event: QMouseEvent | None) -> None:
        """Left measures, holds the cross-hair or drags with the tool, right changes the window, middle moves."""
        if event is None or self._hand is not None:
            return
        self._writing.end()
        place, left = self.place(event.localPos()), event.button() == Qt.MouseButton.LeftButton
        if left and self._answers.press(self.cut(), place, self._under(place), self.devicePixelRatioF()):
            return
        if left and self._planes.tracing.on:
            x, y, z = map(float, self.cut().point_at(*place))
            self._planes.tracing.add((x, y, z))
            return
        if left and self._measuring:
            self._measure(place, event.localPos())
            return
        tools = {Qt.MouseButton.RightButton: Tool.WINDOW, Qt.MouseButton.MiddleButton: Tool.PAN}
        tool = self._viewing.tool if left else tools.get(event.button())
        if tool is not None:
            self._begin_drag(event.button(), place, self._held_at(place) if left else None, tool)

    def _measure(self, place: plane_view.Place, spot: QPointF) -> None:
        self._measures.press(self.cut(), place, self.devicePixelRatioF())
        if self._viewing.tool is Tool.TEXT and not self._measures.busy:
            self._writing.begin(self, spot, self._measures.text_at(self.cut(), place))
        self._viewing.changed.emit()

    def _begin_drag(self, button: int, place: plane_view.Place, held: Held | None, tool: Tool) -> None:
        if tool is Tool.CROSS and held is None:
            self._planes.move_to(self.cut().point_at(*place))
            held = Held(Grip.POINT)
        self._hand = PlaneDrag(self._viewing, self._planes, self.plane, self.cut(), button, place, held, tool)

    def _under(self, place: plane_view.Place) -> float | Nothing:
        """The value at a place, or why there is none."""
        return self._picture.value_at(self.pixels, place)

    def _held_at(self, place: plane_view.Place) -> Held | None:
        if self._viewing.annotation is Annotation.OFF or self._measuring or not self._planes.cross_shown:
            return None
        return self.hair().held_at(place, self.devicePixelRatioF())

    def mouseMoveEvent(self, event: QMouseEvent | None) -> None:
        """Continue a drag; otherwise show the value under the pointer, and what a press would hold."""
        if event is None:
            return
        self._pointer = self.place(event.localPos())
        if self._answers.move(self.cut(), self._pointer):
            return
        if self._measures.move(self.cut(), self._pointer, self.devicePixelRatioF()):
            self._viewing.changed.emit()
            return
        if self._hand is not None and not event.buttons() & self._hand.button:  # released outside the window
            self._hand = None
        if self._hand is not None:
            self._hand.move(self._pointer, self.devicePixelRatioF())
        else:
            self._held = self._held_at(self._pointer)
            self.setCursor(_CURSORS[self._held.grip] if self._held else Qt.CursorShape.CrossCursor)
        self.update()

    def mouseReleaseEvent(self, event: QMouseEvent | None) -> None:
        """The drag ends with the button that began it; a click without a drag brings the cross-hair here."""
        left = event is not None and event.button() == Qt.MouseButton.LeftButton
        if left and self._answers.release():
            return
        if event is not None and left and self._measures.busy:
            self._measures.release(self.cut(), self.place(event.localPos()), self.devicePixelRatioF())
            self._viewing.changed.emit()
        if event is None or self._hand is None or event.button() != self._hand.button:
            return
        hand, self._hand = self._hand, None
        if hand.is_click and hand.button == Qt.MouseButton.LeftButton:
            self._planes.move_to(self.cut().point_at(*self.place(event.localPos())))

    def mouseDoubleClickEvent(self, event: QMouseEvent | None) -> None:
        """Toggle between one pane and all four; what the first click began is cancelled."""
        if event is None or event.button() != Qt.MouseButton.LeftButton or self._answers.asks:
            return
        if self._measures.finish():
            self._viewing.changed.emit()
        else:
            self._let_go()
            self.enlarged.emit()

    def leaveEvent(self, event: QEvent | None) -> None:
        """Nothing is under the pointer any more."""
        self._pointer = self._held = None
        self.update()

    # Keys

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        """The arrows scroll along the normal, plus and minus zoom; other keys go to the window."""
        if event is None:
            return
        action = self._keys().get(event.key())
        if action is None or event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            super().keyPressEvent(event)
        else:
            action()

    def _keys(self) -> dict[int, Callable[[], None]]:
        key, planes = Qt.Key, self._planes
        return {
            **dict.fromkeys((key.Key_Up, key.Key_Left), lambda: planes.scroll(self.plane, -1)),
            **dict.fromkeys((key.Key_Down, key.Key_Right), lambda: planes.scroll(self.plane, 1)),
            **dict.fromkeys((key.Key_Plus, key.Key_Equal), lambda: self.zoom(1.25)),
            key.Key_Minus: lambda: self.zoom(0.8),
        }

    def focusInEvent(self, event: QFocusEvent | None) -> None:
        """The frame shows the keyboard focus."""
        self.update()

    def focusOutEvent(self, event: QFocusEvent | None) -> None:
        """See focusInEvent."""
        self.update()
