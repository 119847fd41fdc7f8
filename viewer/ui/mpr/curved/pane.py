"""The straightened picture in place of the oblique plane: turned by the wheel, measured along and across the curve."""

import numpy as np
from PyQt5.QtCore import QEvent, QPointF, QRectF, Qt, pyqtSignal
from PyQt5.QtGui import QImage, QMouseEvent, QPainter, QPaintEvent, QPen, QWheelEvent
from PyQt5.QtWidgets import QWidget

from viewer.annotation import Corners, Nothing
from viewer.scene.reslice import ResliceView
from viewer.space import plane_view
from viewer.space.curve import SpaceCurve
from viewer.space.straighten import straightened
from viewer.state import Annotation
from viewer.ui.look import theme
from viewer.ui.look.stamp import draw_words
from viewer.ui.mpr.curved import words
from viewer.ui.mpr.curved.fused import OverCurve
from viewer.ui.mpr.planes import Planes
from viewer.ui.slices.fusion.words import added
from viewer.ui.slices.overlay import Overlay
from viewer.ui.slices.picture import as_image
from viewer.ui.slices.viewing import Viewing
from viewer.ui.slices.wheel import Wheel
from viewer.words import tr

# A notch of the wheel turns the picture about the curve by this many degrees.
_TURN = 5.0
# No pixel shows less than this, in mm: a short curve would fill the pane with a blur.
_LEAST = 0.1
# Room for the text of a measurement, in screen pixels.
_WIDE = 320

Place = tuple[float, float]


class CurvedPane(QWidget):
    """Square pixels of `step` mm: down the pane is along the curve, from its first point; its middle is the curve."""

    enlarged = pyqtSignal()

    def __init__(self, viewing: Viewing, planes: Planes) -> None:
        super().__init__()
        self._viewing, self._planes, self._over = viewing, planes, OverCurve(viewing.fusing)
        self._curve: SpaceCurve | None = None
        self._seen: ResliceView | None = None
        self._of: tuple[object, ...] = ()
        self._image = QImage()
        self._image_of: tuple[object, ...] = ()
        self._pointer: QPointF | None = None
        self._ends: list[Place] = []
        self._wheel = Wheel()
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMinimumSize(160, 120)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setAccessibleName(tr("Curved"))
        planes.tracing.changed.connect(self._follow)
        viewing.changed.connect(self.update)

    def _follow(self) -> None:
        self._ends = []
        self.update()

    # The picture

    def curve(self) -> SpaceCurve | None:
        """The curve with a place for each row of the picture; computed once until points, angle or size change."""
        tracing = self._planes.tracing
        asked = (tracing.points, tracing.angle, self.width(), self.height())
        if asked != self._of:
            self._of, self._seen = asked, None
            whole = tracing.curve(1.0)
            step = 1.0 if whole is None else max(whole.length / max(self.height() - 1, 1), _LEAST)
            self._curve = tracing.curve(step)
        return self._curve

    def seen(self) -> ResliceView | None:
        """The values of the picture, and where there are any."""
        curve = self.curve()
        if curve is not None and self._seen is None:
            self._seen = ResliceView(*straightened(self._planes.solid, curve, self._columns))
            self._image_of = ()
        return self._seen

    @property
    def _columns(self) -> int:
        """An odd number, so that one of them is the curve."""
        return max(self.width() // 2 * 2 - 1, 1)

    def _area(self) -> QRectF:
        """Where the outer edges of the picture are, in the middle of the pane."""
        rows = 0 if self._curve is None else len(self._curve.places)
        return QRectF((self.width() - self._columns) / 2, (self.height() - rows) / 2, self._columns, rows)

    def place_of(self, point: QPointF) -> Place:
        """(mm along the curve, mm across it) of a point of the pane."""
        area, step = self._area(), 0.0 if self._curve is None else self._curve.step
        return (point.y() - area.top() - 0.5) * step, (point.x() - area.left() - self._columns / 2) * step

    def spot(self, place: Place) -> QPointF:
        """The point of the pane at a place (mm along, mm across)."""
        area, step = self._area(), 1.0 if self._curve is None else self._curve.step
        return QPointF(area.left() + self._columns / 2 + place[1] / step, area.top() + 0.5 + place[0] / step)

    def paintEvent(self, event: QPaintEvent | None) -> None:
        """Picture, measurement, texts."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme.IMAGE_BACKGROUND)
        curve, seen = self.curve(), self.seen()
        if curve is not None and seen is not None:
            painter.drawImage(self._area(), self._grey(seen))
            self._over.paint(painter, self._viewing.entry, curve, self._columns, self._area())
            overlay = Overlay(painter, QRectF(self.rect()))
            self._paint_measure(painter, overlay.size)
            overlay.corners(self._texts(curve, seen))
            if self._viewing.annotation is Annotation.FULL:
                overlay.scale(1 / curve.step)
        painter.end()

    def _grey(self, seen: ResliceView) -> QImage:
        state = self._viewing.state
        if self._image_of != (state.window, state.inverted):
            grey = plane_view.grey_of(*seen, self._planes.solid, state.window, inverted=state.inverted)
            grey = np.ascontiguousarray(grey if seen.there is None else np.where(seen.there, grey, np.uint8(0)))
            self._image, self._image_of = as_image(grey.data.cast("B"), *grey.shape), (state.window, state.inverted)
        return self._image

    def _texts(self, curve: SpaceCurve, seen: ResliceView) -> Corners:
        """The texts; what is said of a PET stands once, with the planes, unless this picture is alone."""
        viewing, here = self._viewing, self._under_pointer(curve, seen)
        pet = "" if here is None else self._over.value(viewing.entry, *self._pixel(here[0], curve), here[1])
        made = words.corners(viewing, self._planes.tracing, curve, here, pet)
        alone = self._planes.alone is not None
        return added(made, viewing.fusing, viewing.entry, viewing.annotation, details=alone)

    def _under_pointer(self, curve: SpaceCurve, seen: ResliceView) -> tuple[Place, float | Nothing] | None:
        """The place (mm along, mm across) under the pointer, and the value there, or why there is none."""
        if self._pointer is None or not self.underMouse():
            return None
        place = self.place_of(self._pointer)
        (row, column), (rows, columns) = self._pixel(place, curve), seen.values.shape
        if not (0 <= row < rows and 0 <= column < columns):
            return None
        if seen.there is not None and not seen.there[row, column]:
            return place, Nothing.BESIDE
        rescale = self._planes.solid.rescale
        return place, float(seen.values[row, column]) * rescale.slope + rescale.intercept

    def _pixel(self, place: Place, curve: SpaceCurve) -> tuple[int, int]:
        """Row and column of the picture."""
        return round(place[0] / curve.step), round(place[1] / curve.step + (self._columns - 1) / 2)

    def _paint_measure(self, painter: QPainter, pixels: int) -> None:
        ends = [*self._ends]
        if len(ends) == 1 and self._pointer is not None:
            ends.append(self.place_of(self._pointer))
        if len(ends) < 2:
            return
        first, last = (self.spot(end) for end in ends)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(theme.ACCENT, 1.8))
        painter.drawLine(first, QPointF(first.x(), last.y()))
        painter.drawLine(QPointF(first.x(), last.y()), last)
        left, top = min(max(last.x(), 0), self.width() - _WIDE), min(last.y() + 4, self.height() - 2.0 * pixels)
        box, font = QRectF(left, top, _WIDE, 1.5 * pixels), theme.sized(painter.font(), pixels)
        draw_words(painter, box, self.measured, font, theme.TEXT, Qt.AlignmentFlag.AlignLeft)

    @property
    def measured(self) -> str:
        """The text of the measurement; empty if there is none."""
        ends = [*self._ends]
        if len(ends) == 1 and self._pointer is not None:
            ends.append(self.place_of(self._pointer))
        if len(ends) < 2:
            return ""
        (along, across), (end_along, end_across) = ends
        return words.lengths(abs(end_along - along), abs(end_across - across))

    def cancel(self) -> bool:
        """Take the measurement away; False if there is none."""
        had, self._ends = bool(self._ends), []
        self.update()
        return had

    # Mouse

    def wheelEvent(self, event: QWheelEvent | None) -> None:
        """Turn about the curve."""
        if event is not None and (steps := self._wheel.steps(event)):
            self._planes.tracing.turn(_TURN * steps)

    def mousePressEvent(self, event: QMouseEvent | None) -> None:
        """Two clicks measure; a third begins anew."""
        if event is not None and event.button() == Qt.MouseButton.LeftButton:
            place = self.place_of(event.localPos())
            self._ends = [place] if len(self._ends) != 1 else [*self._ends, place]
            self.update()

    def mouseDoubleClickEvent(self, event: QMouseEvent | None) -> None:
        """Fill the page, or give it back; what the first click began is cancelled."""
        self._ends = []
        self.enlarged.emit()

    def mouseMoveEvent(self, event: QMouseEvent | None) -> None:
        """Show the value, and the line to the pointer."""
        if event is not None:
            self._pointer = event.localPos()
            self.update()

    def leaveEvent(self, event: QEvent | None) -> None:
        """Nothing is under the pointer any more."""
        self._pointer = None
        self.update()
