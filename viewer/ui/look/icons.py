"""The icons of the toolbar: SVG drawings in one file, painted anew for every requested size."""

from functools import cache
from pathlib import Path

from PyQt5.QtCore import QPoint, QRect, QSize, Qt
from PyQt5.QtGui import QIcon, QIconEngine, QPainter, QPen, QPixmap

from viewer.ui.look import theme
from viewer.ui.look.svg import Drawing, read_drawings

# All in one file: a virus scanner reads every file that the viewer opens before the first picture.
_SHEET = Path(__file__).with_name("icons.svg")
_UNITS, _PEN = 24.0, 1.7


def icon(name: str) -> QIcon:
    """The icon of a tool or action; raises KeyError for an unknown name."""
    return QIcon(_Engine(drawings()[name]))


@cache
def drawings() -> dict[str, Drawing]:
    """Every icon by its name, in a square of 24 units."""
    return read_drawings(_SHEET.read_text(encoding="utf-8"))


class _Engine(QIconEngine):
    """Sharp on every display."""

    def __init__(self, drawing: Drawing) -> None:
        super().__init__()
        self._drawing = drawing

    def paint(self, painter: QPainter | None, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        """Qt's hook."""
        if painter is None:
            return
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.translate(rect.topLeft())
        painter.scale(rect.width() / _UNITS, rect.height() / _UNITS)
        colour = theme.LINE if mode == QIcon.Mode.Disabled else theme.TEXT
        painter.setPen(QPen(colour, _PEN, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin))
        for shape in self._drawing:
            painter.setBrush(colour if shape.filled else Qt.BrushStyle.NoBrush)
            painter.drawPath(shape.path)
        painter.restore()

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        """Qt's hook; `size` is in device pixels."""
        made = QPixmap(size)
        made.fill(Qt.GlobalColor.transparent)
        painter = QPainter(made)
        self.paint(painter, QRect(QPoint(), size), mode, state)
        painter.end()
        return made

    def clone(self) -> QIconEngine:
        """Qt's hook."""
        return _Engine(self._drawing)
