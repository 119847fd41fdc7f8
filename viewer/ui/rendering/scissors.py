"""The line that the scissors draw on the 3D picture."""

from enum import Enum

from PyQt5.QtCore import QPointF, Qt
from PyQt5.QtGui import QColor, QPainter, QPen, QPolygonF

from viewer.ui.look import theme

# Points of the line are at least this far apart, in pixels; a shape that is smaller than this is a slip of the hand.
_APART, _SMALLEST = 2.0, 6.0


class Snip(Enum):
    """What the scissors do with what is drawn round."""

    AWAY = "cut away"
    KEEP = "keep"


class Scissors:
    """The outline that is being drawn, in pixels of the pane; `snip` is None if the scissors are put away."""

    def __init__(self) -> None:
        self.snip: Snip | None = None
        self._line: list[QPointF] = []

    @property
    def drawing(self) -> bool:
        """Whether a line has begun."""
        return bool(self._line)

    def begin(self, at: QPointF) -> None:
        """The button goes down."""
        self._line = [QPointF(at)]

    def go_on(self, at: QPointF) -> None:
        """The hand moves."""
        if (at - self._line[-1]).manhattanLength() >= _APART:
            self._line.append(QPointF(at))

    def cancel(self) -> bool:
        """Forget the line; False if there is none."""
        drawn, self._line = self.drawing, []
        return drawn

    def end(self) -> list[tuple[float, float]]:
        """The outline, which closes itself; empty if it encloses next to nothing."""
        line, self._line = self._line, []
        box = QPolygonF(line).boundingRect()
        if len(line) < 3 or min(box.width(), box.height()) < _SMALLEST:
            return []
        return [(point.x(), point.y()) for point in line]

    def paint(self, painter: QPainter) -> None:
        """The line so far, and how it would close."""
        if not self._line:
            return
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        polygon = QPolygonF(self._line)
        for pen in (QPen(QColor(0, 0, 0, 170), 4), QPen(theme.ACCENT, 2)):
            painter.setPen(pen)
            painter.drawPolyline(polygon)
        painter.setPen(QPen(theme.ACCENT, 1, Qt.PenStyle.DashLine))
        painter.drawLine(self._line[-1], self._line[0])
        painter.restore()
