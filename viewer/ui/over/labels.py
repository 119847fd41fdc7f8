"""Finds room on a picture for the labels of measurements and answers: on no text, and on no other label."""

from collections.abc import Iterable

from PyQt5.QtCore import QPointF, QRectF

# From the edge of the picture, and between labels, in screen pixels.
_EDGE, _BETWEEN = 4.0, 2.0
# A label moves so many pixels aside rather than that a less important text folds away, and almost any way rather than
# that it covers what must stay.
_FOLDS, _COVERS = 120.0, 20_000.0
# So many pixels aside rather than on a point of a measurement, and the reach of a point.
_HIDES, _REACH = 60.0, 5.0


# From a shape to a label that lies beside it; and what a pixel away from the best place costs, if it stays beside it.
_BESIDE, _MOVED = 9.0, 0.25


class Room:
    """`fixed` texts must stay; `loose` ones may fold away for a label that finds no place near its measurement."""

    def __init__(self, area: QRectF, fixed: Iterable[QRectF] = (), loose: Iterable[QRectF] = ()) -> None:
        self._area = area.adjusted(_EDGE, _EDGE, -_EDGE, -_EDGE)
        self._fixed, self._loose = list(fixed), list(loose)
        self.labels: list[QRectF] = []
        self._points: list[QRectF] = []

    def keep_off(self, points: Iterable[QPointF]) -> None:
        """Labels to come had better not hide these points of measurements."""
        way = QPointF(_REACH, _REACH)
        self._points += [QRectF(point - way, point + way) for point in points]

    def place(self, wanted: QRectF, shape: QRectF) -> QRectF:
        """Where a label lies that would best lie at `wanted`, or else near the `shape` that it belongs to."""
        box = self._within(wanted)
        if self._cost(box, wanted, shape, 0.0):
            box = min(self._offers(wanted, shape), key=lambda offer: self._cost(offer, wanted, shape))
        self.labels.append(box)
        return QRectF(box)

    def covers(self, text: QRectF) -> bool:
        """Whether a label lies on a text."""
        return any(label.intersects(text) for label in self.labels)

    def _offers(self, wanted: QRectF, shape: QRectF) -> list[QRectF]:
        """Beside, above and below the shape and all that is there."""
        taken = [
            *self._fixed,
            *self._loose,
            *self.labels,
            *(point for point in self._points if point.intersects(wanted)),
        ]
        tops = [wanted.top(), shape.top() - _BESIDE - wanted.height(), shape.bottom() + _BESIDE]
        tops += [*(other.bottom() + _BETWEEN for other in taken)]
        tops += [other.top() - _BETWEEN - wanted.height() for other in taken]
        near = [box for box in taken if box.top() < wanted.bottom() and box.bottom() > wanted.top()]
        lefts = [wanted.left(), shape.left() - _BESIDE - wanted.width(), shape.left(), shape.right() - wanted.width()]
        lefts += [*(other.right() + _BETWEEN for other in near)]
        lefts += [other.left() - _BETWEEN - wanted.width() for other in near]
        size = wanted.size()
        return [self._within(QRectF(left, top, size.width(), size.height())) for left in lefts for top in tops]

    def _within(self, box: QRectF) -> QRectF:
        """Moved into the picture."""
        moved = QRectF(box)
        moved.moveLeft(max(min(moved.left(), self._area.right() - moved.width()), self._area.left()))
        moved.moveTop(max(min(moved.top(), self._area.bottom() - moved.height()), self._area.top()))
        return moved

    def _cost(self, box: QRectF, wanted: QRectF, shape: QRectF, weight: float = 1.0) -> float:
        """How bad a place is: far away, on a text that then folds, or on something that must stay."""
        folds = sum(box.intersects(other) for other in self._loose)
        hidden = sum(box.intersects(other) for other in (*self._points, shape))
        covered = sum(_area(box & other) for other in (*self._fixed, *self.labels))
        moved = abs(box.left() - wanted.left()) + abs(box.top() - wanted.top())
        away = _gap(box, shape) + _MOVED * moved
        return weight * away + _FOLDS * folds + _HIDES * hidden + (_COVERS + covered if covered else 0.0)


def _gap(box: QRectF, shape: QRectF) -> float:
    """How far two rectangles lie apart."""
    across = max(float(shape.left() - box.right()), float(box.left() - shape.right()), 0.0)
    down = max(float(shape.top() - box.bottom()), float(box.top() - shape.bottom()), 0.0)
    return across + down


def _area(box: QRectF) -> float:
    return max(float(box.width()), 0.0) * max(float(box.height()), 0.0)
