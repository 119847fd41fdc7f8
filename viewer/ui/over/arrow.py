"""The head of an arrow on the screen."""

import math

from PyQt5.QtCore import QPointF
from PyQt5.QtGui import QPolygonF

# In screen pixels: its length, and half of its width.
_LENGTH, _HALF = 14.0, 5.0


def arrow_head(tip: QPointF, tail: QPointF) -> QPolygonF:
    """A triangle with its point at the tip; a short arrow has a small head, one without length has none."""
    away = tail - tip
    length = math.hypot(away.x(), away.y())
    if length < 1:
        return QPolygonF()
    share = min(_LENGTH, length) / _LENGTH
    along, aside = away * (share * _LENGTH / length), QPointF(-away.y(), away.x()) * (share * _HALF / length)
    return QPolygonF([tip, tip + along + aside, tip + along - aside])
