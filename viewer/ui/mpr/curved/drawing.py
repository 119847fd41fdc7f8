"""Draws the points of a curve, and the curve, as a plane sees them."""

from collections.abc import Callable, Sequence
import math

from PyQt5.QtCore import QPointF
from PyQt5.QtGui import QColor, QPainter, QPen, QPolygonF

from bundle.index.records import Vector
from viewer.ui.look import theme
from viewer.ui.mpr.curved.tracing import Tracing

_DOT = 4.0
# Points farther from the plane than this, in mm, are faint.
_NEAR, _FAINT = 3.0, 90


def draw_curve(
    painter: QPainter, tracing: Tracing, spot: Callable[[Vector], QPointF], normal: Sequence[float], place: Vector
) -> None:
    """The curve projected onto a plane with this `normal` through `place`; `spot` is the pane's place of a point."""
    if not tracing.on:
        return
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    if tracing.drawn is not None:
        painter.setPen(QPen(theme.ANSWER, 1.6))
        places = [(float(x), float(y), float(z)) for x, y, z in tracing.drawn.places]
        painter.drawPolyline(QPolygonF([spot(point) for point in places]))
    for point in tracing.points:
        away = abs(math.fsum((a - b) * c for a, b, c in zip(point, place, normal, strict=True)))
        colour = QColor(theme.ANSWER)
        colour.setAlpha(255 if away <= _NEAR else _FAINT)
        painter.setPen(QPen(theme.IMAGE_BACKGROUND, 1))
        painter.setBrush(colour)
        painter.drawEllipse(spot(point), _DOT, _DOT)
    painter.restore()
