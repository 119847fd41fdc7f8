"""The icons of the toolbar, drawn in code: lines of one width in a square of 24 units."""

from collections.abc import Callable

from PyQt5.QtCore import QLineF, QPoint, QPointF, QRect, QRectF, QSize, Qt
from PyQt5.QtGui import QIcon, QIconEngine, QPainter, QPen, QPixmap, QPolygonF

from viewer.ui import theme

_UNITS = 24.0
Drawing = Callable[[QPainter], None]


def icon(name: str) -> QIcon:
    """The icon of a tool or action; KeyError for a name that has none."""
    return QIcon(_Engine(_DRAWINGS[name]))


class _Engine(QIconEngine):
    """Draws an icon anew for every size in which it is asked for, so that it is sharp on every display."""

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
        painter.setPen(QPen(colour, 1.7, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin))
        self._drawing(painter)
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


def _dots(painter: QPainter, *points: tuple[float, float]) -> None:
    painter.setBrush(theme.TEXT)
    for x, y in points:
        painter.drawEllipse(QPointF(x, y), 1.3, 1.3)


def _select(painter: QPainter) -> None:
    painter.drawPolygon(
        QPolygonF([QPointF(*at) for at in ((6, 4), (6, 19), (10, 15), (15, 20), (17, 18), (12.5, 13), (18, 12.5))])
    )


def _distance(painter: QPainter) -> None:
    _separate(painter, (5, 19, 19, 5), (2.8, 16.8, 7.2, 21.2), (16.8, 2.8, 21.2, 7.2))


def _angle(painter: QPainter) -> None:
    _lines(painter, (18, 5), (5, 19), (20, 19))
    painter.drawArc(QRectF(-3, 11, 16, 16), 0, 47 * 16)


def _cobb(painter: QPainter) -> None:
    _separate(painter, (4, 9, 20, 4), (4, 15, 20, 20))
    painter.drawArc(QRectF(6, 6, 12, 12), -62 * 16, 124 * 16)


def _ellipse(painter: QPainter) -> None:
    painter.drawEllipse(QRectF(3.5, 6, 17, 12))
    _dots(painter, (12, 12))


def _rectangle(painter: QPainter) -> None:
    painter.drawRect(QRectF(4, 6, 16, 12))
    _dots(painter, (12, 12))


def _cross(painter: QPainter) -> None:
    _separate(painter, (12, 3, 12, 9), (12, 15, 12, 21), (3, 12, 9, 12), (15, 12, 21, 12))


def _panes(painter: QPainter) -> None:
    painter.drawRoundedRect(QRectF(3.5, 4.5, 17, 15), 1.5, 1.5)
    _separate(painter, (12, 4.5, 12, 19.5), (3.5, 12, 20.5, 12))


def _cine(painter: QPainter) -> None:
    painter.drawRoundedRect(QRectF(3.5, 4.5, 17, 15), 1.5, 1.5)
    painter.setBrush(theme.TEXT)
    painter.drawPolygon(QPolygonF([QPointF(10, 8.5), QPointF(10, 15.5), QPointF(15.5, 12)]))


def _triangle(painter: QPainter, left: float, right: float) -> None:
    painter.setBrush(theme.TEXT)
    painter.drawPolygon(QPolygonF([QPointF(left, 6), QPointF(left, 18), QPointF(right, 12)]))


def _play(painter: QPainter) -> None:
    _triangle(painter, 7, 18)


def _pause(painter: QPainter) -> None:
    painter.setBrush(theme.TEXT)
    painter.drawRect(QRectF(7, 6, 3, 12))
    painter.drawRect(QRectF(14, 6, 3, 12))


def _forward(painter: QPainter) -> None:
    _lines(painter, (9, 6), (15, 12), (9, 18))


def _back(painter: QPainter) -> None:
    _lines(painter, (15, 6), (9, 12), (15, 18))


def _last(painter: QPainter) -> None:
    _lines(painter, (7, 6), (13, 12), (7, 18))
    _separate(painter, (17, 6, 17, 18))


def _first(painter: QPainter) -> None:
    _lines(painter, (17, 6), (11, 12), (17, 18))
    _separate(painter, (7, 6, 7, 18))


def _loop(painter: QPainter) -> None:
    painter.drawArc(QRectF(4.5, 6.5, 15, 11), 60 * 16, 300 * 16)
    _lines(painter, (12, 3.5), (15.8, 6.6), (12.4, 10))


def _mpr(painter: QPainter) -> None:
    painter.drawRoundedRect(QRectF(4, 4, 16, 16), 2, 2)
    _separate(painter, (9, 4, 9, 20), (4, 14, 20, 14))


def _solid(painter: QPainter) -> None:
    _lines(painter, (12, 3.5), (19.5, 7.5), (19.5, 16.5), (12, 20.5), (4.5, 16.5), (4.5, 7.5), (12, 3.5))
    _separate(painter, (4.5, 7.5, 12, 12), (19.5, 7.5, 12, 12), (12, 12, 12, 20.5))


def _more(painter: QPainter) -> None:
    _dots(painter, (6, 12), (12, 12), (18, 12))


_DRAWINGS: dict[str, Drawing] = {
    "select": _select,
    "distance": _distance,
    "angle": _angle,
    "cobb": _cobb,
    "ellipse": _ellipse,
    "rectangle": _rectangle,
    "cross": _cross,
    "panes": _panes,
    "cine": _cine,
    "play": _play,
    "pause": _pause,
    "forward": _forward,
    "back": _back,
    "first": _first,
    "last": _last,
    "loop": _loop,
    "more": _more,
    "mpr": _mpr,
    "3d": _solid,
    "scroll": _scroll,
    "window": _window,
    "zoom": _zoom,
    "pan": _pan,
    "presets": _presets,
    "invert": _invert,
    "reset": _reset,
    "help": _help,
}
