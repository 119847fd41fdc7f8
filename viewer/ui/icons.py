"""The icons of the toolbar, drawn in code: lines of one width in a square of 24 units."""

from collections.abc import Callable

from PyQt5.QtCore import QLineF, QPointF, QRectF, Qt
from PyQt5.QtGui import QIcon, QPainter, QPen, QPixmap, QPolygonF

from viewer.ui import theme

_UNITS = 24.0
_SIZES = (24, 48)
Drawing = Callable[[QPainter], None]


def icon(name: str) -> QIcon:
    """The icon of a tool or action; KeyError for a name that has none."""
    made = QIcon()
    for size in _SIZES:
        made.addPixmap(_draw(_DRAWINGS[name], size))
    return made


def _draw(drawing: Drawing, size: int) -> QPixmap:
    pixmap = QPixmap(size, size)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.scale(size / _UNITS, size / _UNITS)
    painter.setPen(QPen(theme.TEXT, 1.7, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin))
    drawing(painter)
    painter.end()
    return pixmap


def _lines(painter: QPainter, *points: tuple[float, float]) -> None:
    painter.drawPolyline(QPolygonF([QPointF(x, y) for x, y in points]))


def _separate(painter: QPainter, *lines: tuple[float, float, float, float]) -> None:
    for line in lines:
        painter.drawLine(QLineF(*line))


def _scroll(painter: QPainter) -> None:
    for offset in (0.0, 4.0, 8.0):
        _lines(painter, (4, 8 + offset), (12, 4 + offset), (20, 8 + offset), (12, 12 + offset), (4, 8 + offset))


def _window(painter: QPainter) -> None:
    painter.drawEllipse(QRectF(4, 4, 16, 16))
    painter.setBrush(theme.TEXT)
    painter.drawChord(QRectF(4, 4, 16, 16), 90 * 16, 180 * 16)


def _zoom(painter: QPainter) -> None:
    painter.drawEllipse(QRectF(4, 4, 12, 12))
    _separate(painter, (14.5, 14.5, 20, 20), (7.5, 10, 12.5, 10), (10, 7.5, 10, 12.5))


def _pan(painter: QPainter) -> None:
    _separate(painter, (12, 3, 12, 21), (3, 12, 21, 12))
    for tip in (((9, 6), (12, 3), (15, 6)), ((9, 18), (12, 21), (15, 18))):
        _lines(painter, *tip)
        _lines(painter, *((y, x) for x, y in tip))


def _presets(painter: QPainter) -> None:
    for y in (7.0, 12.0, 17.0):
        painter.drawLine(QLineF(4, y, 20, y))
    painter.setBrush(theme.PANEL)
    for x, y in ((15, 7), (8, 12), (13, 17)):
        painter.drawEllipse(QPointF(x, y), 2.3, 2.3)


def _invert(painter: QPainter) -> None:
    painter.drawRoundedRect(QRectF(4, 4, 16, 16), 2, 2)
    painter.setBrush(theme.TEXT)
    painter.drawPolygon(QPolygonF([QPointF(4, 20), QPointF(20, 20), QPointF(20, 4)]))


def _reset(painter: QPainter) -> None:
    painter.drawArc(QRectF(5, 5, 14, 14), -40 * 16, 290 * 16)
    _lines(painter, (5.4, 4.5), (6.2, 8.9), (10.6, 8.2))


def _help(painter: QPainter) -> None:
    painter.drawEllipse(QRectF(3.5, 3.5, 17, 17))
    painter.setFont(theme.sized(painter.font(), 12, bold=True))
    painter.drawText(QRectF(3.5, 3.5, 17, 17), Qt.AlignmentFlag.AlignCenter, "?")


_DRAWINGS: dict[str, Drawing] = {
    "scroll": _scroll,
    "window": _window,
    "zoom": _zoom,
    "pan": _pan,
    "presets": _presets,
    "invert": _invert,
    "reset": _reset,
    "help": _help,
}
