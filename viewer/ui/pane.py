"""The slice pane: paints one slice from its lookup table, and turns mouse movements into states."""

from PyQt5 import sip
from PyQt5.QtCore import QPointF, QRectF, QSize, Qt, pyqtSignal
from PyQt5.QtGui import QFocusEvent, QImage, QMouseEvent, QPainter, QPaintEvent, QPen, QWheelEvent
from PyQt5.QtWidgets import QWidget

from viewer import annotation, clock, early
from viewer.mapping import Mapping, map_image
from viewer.state import WHEEL_ZOOM, Annotation, Tool, ViewState, scroll, zoom_by
from viewer.ui import theme
from viewer.ui.drag import Drag
from viewer.ui.overlay import Overlay
from viewer.ui.viewing import Viewing
from viewer.volume import LoadedStack
from viewer.windowing import rescale_of
from viewer.words import tr

_WHEEL_STEP = 120
_CURSORS = {
    Tool.SCROLL: Qt.CursorShape.SizeVerCursor,
    Tool.WINDOW: Qt.CursorShape.CrossCursor,
    Tool.ZOOM: Qt.CursorShape.SizeBDiagCursor,
    Tool.PAN: Qt.CursorShape.OpenHandCursor,
}


class SlicePane(QWidget):
    """Shows what `viewing` says; the only place where flat pictures are painted."""

    clicked = pyqtSignal()
    placed = pyqtSignal(float, float)

    def __init__(self, viewing: Viewing) -> None:
        super().__init__()
        self._viewing = viewing
        self._image = QImage()
        self._image_of: tuple[object, ...] = ()
        self._grey: bytes | memoryview = b""
        self._drag: Drag | None = None
        self._picking = False
        self._wheel = 0
        self.smooth = True
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMinimumSize(320, 240)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setAccessibleName(tr("Slice"))
        viewing.changed.connect(self._follow)
        viewing.progressed.connect(lambda *_: self.update())
        viewing.opened.connect(self._end_drag)
        self._follow()

    def sizeHint(self) -> QSize:
        """What the pane would like."""
        return QSize(900, 700)

    def _follow(self) -> None:
        self._show_cursor()
        viewing = self._viewing
        self.setAccessibleDescription(annotation.spoken(viewing.entry, viewing.loaded_stack.frames, viewing.state))
        self.update()

    def mapping(self) -> Mapping:
        """Where the image lies now, in the pane's own coordinates."""
        state = self._viewing.state
        return map_image(self._viewing.entry.stack, self.width(), self.height(), state.zoom, state.pan)

    # Painting

    def paintEvent(self, event: QPaintEvent | None) -> None:
        """Picture, then what is written on it."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme.IMAGE_BACKGROUND)
        overlay = Overlay(painter, QRectF(self.rect()))
        self._paint_picture(painter, overlay)
        self._paint_annotation(overlay)
        if self.hasFocus() and self._viewing.annotation is not Annotation.OFF:
            painter.setPen(QPen(theme.ACCENT, 1))
            painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
        painter.end()

    def _paint_picture(self, painter: QPainter, overlay: Overlay) -> None:
        image = self._current_image()
        failure = self._viewing.loaded_stack.failure(self._viewing.state.index)
        if image is not None and not image.isNull():
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, self.smooth)
            painter.drawImage(self._target(), image)
            clock.mark("first picture")
        elif failure is not None:
            overlay.message(tr("This image cannot be shown"), str(failure), theme.DAMAGE)
        else:
            overlay.message("", tr("Loading this slice"), theme.MUTED)

    def _target(self) -> QRectF:
        stack, mapping = self._viewing.entry.stack, self.mapping()
        top_left = QPointF(*mapping.to_screen(0, 0))
        return QRectF(top_left, QPointF(*mapping.to_screen(stack.columns, stack.rows)))

    def _current_image(self) -> QImage | None:
        """The slice as grey levels; its preview while it is on its way; None where there is nothing to show."""
        viewing, state = self._viewing, self._viewing.state
        raw = viewing.loaded_stack.raw_bytes(state.index)
        if raw is None:
            is_preview = state.index == viewing.entry.stack.preview_frame and not self._failed()
            return viewing.preview if is_preview else None
        key = (viewing.loaded_stack, state.index, state.window, state.inverted)
        if key != self._image_of:
            self._grey = _grey(viewing.loaded_stack, raw, state)
            stack = viewing.entry.stack
            self._image = _as_image(self._grey, stack.rows, stack.columns)
            self._image_of = key
            clock.slice_shown(state.index, state.window)
        return self._image

    def _failed(self) -> bool:
        return self._viewing.loaded_stack.failure(self._viewing.state.index) is not None

    def _paint_annotation(self, overlay: Overlay) -> None:
        viewing, level = self._viewing, self._viewing.annotation
        overlay.corners(annotation.corners(viewing.entry, viewing.loaded_stack, viewing.state, level))
        if level is not Annotation.OFF:
            overlay.letters(annotation.letters(viewing.entry.stack))
        if level is Annotation.FULL:
            overlay.scale(self.mapping().pixels_per_mm)

    # Mouse

    def wheelEvent(self, event: QWheelEvent | None) -> None:
        """The wheel scrolls, whatever the tool; with Ctrl it zooms about the pointer."""
        if event is None:
            return
        self._wheel += event.angleDelta().y() or event.angleDelta().x()
        steps, self._wheel = int(self._wheel / _WHEEL_STEP), int(self._wheel - int(self._wheel / _WHEEL_STEP) * 120)
        if not steps:
            return
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self._set(zoom_by(self._viewing.state, WHEEL_ZOOM**steps, self._from_middle(event.position())))
        else:
            self._set(scroll(self._viewing.state, self._viewing.entry.stack, -steps))

    def _from_middle(self, place: QPointF) -> tuple[float, float]:
        """A place in the pane as mm from its middle."""
        scale = self._mm_scale()
        return (place.x() - self.width() / 2) / scale, (place.y() - self.height() / 2) / scale

    def _mm_scale(self) -> float:
        spacing = self._viewing.entry.stack.pixel_spacing or (1.0, 1.0)
        return self.mapping().scale_y / spacing[0]

    def mousePressEvent(self, event: QMouseEvent | None) -> None:
        """Left drags with the tool, right changes the window, middle moves the picture."""
        if event is None:
            return
        self.clicked.emit()
        if self._picking and event.button() == Qt.MouseButton.LeftButton:
            self._place(event.localPos())
            return
        tools = {
            Qt.MouseButton.LeftButton: self._viewing.tool,
            Qt.MouseButton.RightButton: Tool.WINDOW,
            Qt.MouseButton.MiddleButton: Tool.PAN,
        }
        tool = tools.get(event.button())
        if tool is not None and self._drag is None:
            self._drag = Drag(tool, event.button(), event.localPos(), self._viewing.state)
            self.setCursor(Qt.CursorShape.ClosedHandCursor if tool is Tool.PAN else _CURSORS[tool])

    def pick(self, *, picking: bool) -> None:
        """From now on a click with the left button tells a place on the image, or does what the tool says."""
        self._picking = picking
        self._show_cursor()

    def _show_cursor(self) -> None:
        self.setCursor(Qt.CursorShape.CrossCursor if self._picking else _CURSORS[self._viewing.tool])

    def _place(self, point: QPointF) -> None:
        """`placed` tells column and row, 0 in the middle of the first pixel; a click beside the image tells nothing."""
        stack = self._viewing.entry.stack
        column, row = (value - 0.5 for value in self.mapping().to_image(point.x(), point.y()))
        inside = -0.5 <= column < stack.columns - 0.5 and -0.5 <= row < stack.rows - 0.5
        if inside and self._viewing.loaded_stack.raw_bytes(self._viewing.state.index) is not None:
            self.placed.emit(column, row)

    def mouseMoveEvent(self, event: QMouseEvent | None) -> None:
        """Every movement is counted from where the drag began, so the way back undoes it."""
        if event is None or self._drag is None:
            return
        if not event.buttons() & self._drag.button:  # it was let go where this window could not see it
            self._end_drag()
        else:
            stack = self._viewing.entry.stack
            self._set(self._drag.state_at(event.localPos(), self._viewing.state, stack, self._mm_scale()))

    def mouseReleaseEvent(self, event: QMouseEvent | None) -> None:
        """The drag ends with the button that began it."""
        if event is not None and self._drag is not None and event.button() == self._drag.button:
            self._end_drag()

    def _end_drag(self) -> None:
        self._drag = None
        self._show_cursor()

    def focusInEvent(self, event: QFocusEvent | None) -> None:
        """The frame shows where the keys go."""
        self.update()

    def focusOutEvent(self, event: QFocusEvent | None) -> None:
        """See focusInEvent."""
        self.update()

    def _set(self, state: ViewState) -> None:
        self._viewing.set_state(state)


def _grey(loaded: LoadedStack, raw: memoryview, state: ViewState) -> bytes | memoryview:
    """The grey levels of a slice that is here, by NumPy as soon as that is here as well."""
    kind, rescale = loaded.kind, rescale_of(loaded.frames[state.index])
    if early.can_show(kind) and not early.numpy_is_here():
        return early.to_grey(raw, kind, rescale, state.window, state.inverted)
    from viewer import grey

    return grey.to_grey(loaded.voxels[state.index], kind, rescale, state.window, state.inverted).data.cast("B")


def _as_image(grey: bytes | memoryview, rows: int, columns: int) -> QImage:
    """A QImage over these very bytes; the caller keeps them."""
    return QImage(sip.voidptr(grey), columns, rows, columns, QImage.Format.Format_Grayscale8)
