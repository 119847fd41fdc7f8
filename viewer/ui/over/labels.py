"""Finds room on a picture for the labels of measurements and answers: on no text, and on no other label."""

from collections.abc import Iterable, Sequence

from PyQt5.QtCore import QPointF, QRectF

# From the edge of the picture, and between labels, in screen pixels.
_EDGE, _BETWEEN = 4.0, 2.0
# A label moves so many pixels aside rather than that a less important text folds away, and almost any way rather than
# that it covers what must stay.
_FOLDS, _COVERS = 120.0, 20_000.0
# So many pixels aside rather than on a point of a measurement, and the reach of a point.
_HIDES, _REACH = 60.0, 5.0


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

    def place(self, wanted: QRectF, others: Sequence[float] = ()) -> QRectF:
        """Where a label lies that would best lie at `wanted`, or with its left edge at one of the `others`."""
        box = self._within(wanted)
        if self._cost(box, wanted, 0.0):
            box = min(self._offers(wanted, others), key=lambda offer: self._cost(offer, wanted))
        self.labels.append(box)
        return QRectF(box)

    def covers(self, text: QRectF) -> bool:
        """Whether a label lies on a text."""
        return any(label.intersects(text) for label in self.labels)

    def _offers(self, wanted: QRectF, others: Sequence[float]) -> list[QRectF]:
        """Beside, above and below all that is there."""
        taken = [
            *self._fixed,
            *self._loose,
            *self.labels,
            *(point for point in self._points if point.intersects(wanted)),
        ]
        tops = [wanted.top(), *(other.bottom() + _BETWEEN for other in taken)]
        tops += [other.top() - _BETWEEN - wanted.height() for other in taken]
        near = [box for box in taken if box.top() < wanted.bottom() and box.bottom() > wanted.top()]
        lefts = [wanted.left(), *others, *(other.right() + _BETWEEN for other in near)]
        lefts += [other.left() - _BETWEEN - wanted.width() for other in near]
        size = wanted.size()
        return [self._within(QRectF(left, top, size.width(), size.height())) for left in lefts for top in tops]

    def _within(self, box: QRectF) -> QRectF:
        """Moved into the picture."""
        moved = QRectF(box)
        moved.moveLeft(max(min(moved.left(), self._area.right() - moved.width()), self._area.left()))
        moved.moveTop(max(min(moved.top(), self._area.bottom() - moved.height()), self._area.top()))
        return moved

    def _cost(self, box: QRectF, wanted: QRectF, weight: float = 1.0) -> float:
        """How bad a place is: far away, on a text that then folds, or on something that must stay."""
        folds = sum(box.intersects(other) for other in self._loose)
        hidden = sum(box.intersects(point) for point in self._points)
        covered = sum(_area(box & other) for other in (*self._fixed, *self.labels))
        away = abs(box.left() - wanted.left()) + abs(box.top() - wanted.top())
        return weight * away + _FOLDS * folds + _HIDES * hidden + (_COVERS + covered if covered else 0.0)


def _area(box: QRectF) -> float:
    return max(float(box.width()), 0.0) * max(float(box.height()), 0.0)
