"""One slice pane: paints the state of its port, and passes mouse events on."""

from PyQt5.QtCore import QEvent, QPointF, QRectF, QSize, Qt, pyqtSignal
from PyQt5.QtGui import (
    QDragEnterEvent,
    QDropEvent,
    QFocusEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QWheelEvent,
)
from PyQt5.QtWidgets import QWidget

from bundle.index.records import Vector
from viewer import annotation
from viewer.images import early
from viewer.marks.measure import Measure, MeasurementKind, length
from viewer.reading.shapes import is_on, said
from viewer.space import planes
from viewer.space.mapping import Mapping, map_image
from viewer.state import Annotation
from viewer.ui.look import theme
from viewer.ui.over import space_drawing
from viewer.ui.over.labels import Room
from viewer.ui.slices.answers.hand import measure_of, on_slice
from viewer.ui.slices.answers.hint import paint_hint
from viewer.ui.slices.drawing import Drawing, reaches
from viewer.ui.slices.fusion import words as fusion_words
from viewer.ui.slices.fusion.over_slice import OverSlice
from viewer.ui.slices.mouse import PaneMouse
from viewer.ui.slices.overlay import Overlay
from viewer.ui.slices.picture import SlicePicture
from viewer.ui.slices.port import Port, case_in_colour
from viewer.ui.slices.segmenting import words as segment_words
from viewer.ui.slices.segmenting.over_slice import SegmentsOverSlice
from viewer.ui.slices.viewing import Viewing
from viewer.words import tr

# The data dragged out of the case list: the number of a stack.
STACK_MIME = "application/x-dicom-stack"


class SlicePane(QWidget):
    """Shows the port of its number; pressing a button on it selects it."""

    clicked = pyqtSignal()
    placed = pyqtSignal(float, float)
    dropped = pyqtSignal(int)
    enlarged = pyqtSignal()

    def __init__(self, viewing: Viewing, number: int = 0) -> None:
        super().__init__()
        self._viewing, self._number = viewing, number
        self.picture, self.over, self.segments = SlicePicture(), OverSlice(viewing.fusing), SegmentsOverSlice(viewing)
        self.bare = False  # the bare picture, for comparison
        self.hand = PaneMouse(self, viewing, lambda: self.port, self.mapping, self.placed.emit)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMinimumSize(160, 120)
        self.setMouseTracking(True)
        self.setAcceptDrops(True)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setAccessibleName(tr("Slice"))
        viewing.changed.connect(self._follow)
        viewing.progressed.connect(self._progressed)
        viewing.opened.connect(self.hand.end_drag)
        self._follow()

    @property
    def port(self) -> Port:
        """This pane's content; a pane that is about to be removed shows the first port."""
        ports = self._viewing.ports
        return ports[self._number] if self._number < len(ports) else ports[0]

    @property
    def selected(self) -> bool:
        """Whether keys and buttons act on this pane."""
        return self.port is self._viewing.port

    def sizeHint(self) -> QSize:
        """The pane's preferred size."""
        return QSize(900, 700)

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        """Linked panes have the same scale in mm, so they need to know their size."""
        self.port.size = self.width(), self.height()

    def _follow(self) -> None:
        port = self.port
        port.size = self.width(), self.height()
        self.hand.follow()
        self.setAccessibleDescription(annotation.spoken(port.entry, port.loaded_stack.frames, port.state))
        self.update()

    def let_go(self) -> None:
        """Disconnect and forget this pane: it is no longer shown."""
        self._viewing.changed.disconnect(self._follow)
        self._viewing.progressed.disconnect(self._progressed)
        self._viewing.opened.disconnect(self.hand.end_drag)
        self.setParent(None)
        self.deleteLater()

    def _progressed(self) -> None:
        self.update()

    def mapping(self) -> Mapping:
        """The current place of the image, in the pane's own coordinates."""
        state = self.port.state
        return map_image(self.port.entry.stack, self.width(), self.height(), state.zoom, state.pan)

    # Painting

    def paintEvent(self, event: QPaintEvent | None) -> None:
        """The picture, then drawings and texts."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme.IMAGE_BACKGROUND)
        overlay = Overlay(painter, QRectF(self.rect()))
        if self.port.empty:
            overlay.message(tr("Empty"), tr("Another case was opened. Drag a series here, or click."), theme.MUTED)
            self._paint_frame(painter)
            painter.end()
            return
        self.picture.paint(painter, overlay, self.port, self.mapping())
        self.over.paint(painter, self.port, self.mapping())
        if not self.bare:
            self.segments.paint(painter, self.port, self.mapping(), self.size(), self.devicePixelRatioF())
            room = overlay.prepare(self._corners(), self._letters(), self._scale())
            drawing = Drawing(painter, QRectF(self.rect()), self.mapping(), self.port, overlay.size, room)
            self._paint_planes(drawing)
            self._paint_measures(drawing)
            self._paint_space(painter, overlay.size, room)
            overlay.finish()
            self._paint_frame(painter)
            if self._viewing.answered.asked is not None and self.selected:
                paint_hint(painter, QRectF(self.rect()), self._viewing.answered.asked, overlay.size)
        painter.end()

    def _paint_planes(self, drawing: Drawing) -> None:
        viewing, port = self._viewing, self.port
        if viewing.localizers and not self.selected and planes.same_frame(port.entry, viewing.entry):
            line = planes.crossing(port.entry.stack, port.frame, viewing.entry.stack, viewing.port.frame)
            if line is not None:
                drawing.localizer(line)
        if viewing.cross is None:
            return
        entry, point = viewing.cross
        place = planes.to_image(port.entry.stack, port.frame, point)
        if place is not None and (port.entry is entry or planes.same_frame(port.entry, entry)):
            here = planes.to_patient(port.entry.stack, port.frame, place)
            if here is not None and reaches(port, point, here):
                drawing.cross(place)

    def _paint_measures(self, drawing: Drawing) -> None:
        markings, where = self._viewing.markings, self.port.where
        touched = markings.touched
        drawing.measures(markings.on(where), touched[1] if touched and touched[0] == where else None)
        if self.hand.sketch.shown is not None:
            drawing.measures([self.hand.sketch.shown], 0)
        self._paint_answers(drawing)

    def _paint_answers(self, drawing: Drawing) -> None:
        answered, port = self._viewing.answered, self.port
        for shape, places in on_slice(answered, port):
            drawing.answer(measure_of(places), shape.lines)
        asked = answered.asked
        if asked is None or not asked.marks or not is_on(asked.marks[0], port.entry, port.frame):
            return
        (first,) = asked.marks
        ends = [(first["column"] + 0.5, first["row"] + 0.5)]
        if self.hand.pointer is not None and self.underMouse():
            ends.append(self.hand.pointer)
        so_far = Measure(MeasurementKind.DISTANCE, tuple(ends))
        stack, known = port.entry.stack, so_far.complete and port.entry.stack.pixel_spacing is not None
        lengths = (said(length(stack, *so_far.points), asked.unit),) if known else ()
        drawing.answer(so_far, (asked.label, *lengths))

    def _paint_space(self, painter: QPainter, pixels: int, room: Room) -> None:
        """What was measured on planes."""
        port, mapping = self.port, self.mapping()

        def to_screen(point: Vector) -> QPointF:
            place = planes.to_image(port.entry.stack, port.frame, point)
            return QPointF(*mapping.to_screen(*(place or (0.0, 0.0))))

        found = space_drawing.on_slice(self._viewing.markings, port.entry, port.frame)
        space_drawing.draw(painter, pixels, to_screen, found, room)

    def _corners(self) -> annotation.Corners:
        port, level, mapping = self.port, self._viewing.annotation, self.mapping()
        ratio = self.devicePixelRatioF()
        said = annotation.corners(
            port.entry, port.loaded_stack, port.state, level, self._probe(),
            key_image=port.where in self._viewing.markings.key_images,
            scale=(mapping.scale_x * ratio, mapping.scale_y * ratio),
            linked=self._viewing.ties.ties(self._viewing.ports, port),
        )  # fmt: skip
        segmenting = self._viewing.segmenting
        said = segment_words.added(said, segmenting, port.entry, level, second=segmenting.comparing.is_second(port))
        said = fusion_words.added(said, self._viewing.fusing, port.entry, level)
        return case_in_colour(said, self._viewing.ports, port)

    def _scale(self) -> float | None:
        """The screen pixels of a millimetre, if the pane has room for the scale bar."""
        shown = annotation.fitting(self._viewing.annotation, self.width()) is Annotation.FULL
        return self.mapping().pixels_per_mm if shown else None

    def _letters(self) -> annotation.Letters:
        """The directions of the sides, if they are shown."""
        if self._viewing.annotation is Annotation.OFF:
            return annotation.Letters()
        return annotation.letters(self.port.entry.stack, self.port.frame)

    def _probe(self) -> str:
        """The value under the pointer."""
        port, pointer = self.port, self.hand.pointer
        if pointer is None or not port.here or not self.underMouse() or not early.numpy_is_here():
            return ""  # a mouse movement must not make the first pictures wait for NumPy
        from viewer.marks.roi import probe

        value = probe(port.loaded_stack, port.state.index, pointer)
        said = annotation.probe_text(value, port.entry.stack.units)
        more = self.over.value(port, pointer, value), self.segments.value(port, pointer)
        return "   ".join(filter(None, (said, *more)))

    def _paint_frame(self, painter: QPainter) -> None:
        several = len(self._viewing.ports) > 1
        if self._viewing.annotation is Annotation.OFF or not (several or self.hasFocus()):
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(theme.ACCENT if self.selected else theme.LINE, 1))
        painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
        if several and self.selected and self.hasFocus():
            painter.drawRect(self.rect().adjusted(1, 1, -2, -2))

    # Mouse

    def wheelEvent(self, event: QWheelEvent | None) -> None:
        """See PaneMouse."""
        if event is not None and not self.port.empty:
            self.hand.wheel(event)

    def mousePressEvent(self, event: QMouseEvent | None) -> None:
        """See PaneMouse; a click into an empty pane shows another series of the case there."""
        if event is not None:
            if self.port.empty:
                self._viewing.fill(self.port)
            else:
                self.hand.press(event)
            self.clicked.emit()

    def mouseDoubleClickEvent(self, event: QMouseEvent | None) -> None:
        """The left button makes the pane fill the area, or gives the area back."""
        if event is None:
            return
        if event.button() == Qt.MouseButton.LeftButton and not self.port.empty and not self.hand.picking:
            if not self.hand.double_click():
                self.enlarged.emit()
        else:
            self.mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent | None) -> None:
        """See PaneMouse."""
        if event is not None and not self.port.empty:
            self.hand.move(event)

    def mouseReleaseEvent(self, event: QMouseEvent | None) -> None:
        """See PaneMouse."""
        if event is not None:
            self.hand.release(event)

    def leaveEvent(self, event: QEvent | None) -> None:
        """The pointer is elsewhere, so show no value."""
        self.hand.pointer = None
        self.update()

    def dragEnterEvent(self, event: QDragEnterEvent | None) -> None:
        """Accept a series from the case list."""
        data = None if event is None else event.mimeData()
        if event is not None and data is not None and data.hasFormat(STACK_MIME):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent | None) -> None:
        """Show the series here."""
        data = None if event is None else event.mimeData()
        if event is not None and data is not None:
            self._viewing.select(self.port, empty=True)
            self.dropped.emit(int(bytes(data.data(STACK_MIME))))
            event.acceptProposedAction()

    def focusInEvent(self, event: QFocusEvent | None) -> None:
        """The frame shows the keyboard focus; the pane that has it is the selected one."""
        self._viewing.select(self.port)
        self.update()

    def focusOutEvent(self, event: QFocusEvent | None) -> None:
        """See focusInEvent."""
        self.update()
