"""Finds room on a picture for the labels of measurements and answers: on no text, and on no other label."""

from collections.abc import Iterable
from operator import itemgetter

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
# So many places are looked at for a label, the nearest first: a picture full of labels must still be drawn in time.
_MOST = 1500

# Left, top, right and bottom of something, and what it costs to lie on it.
_There = tuple[float, float, float, float, float]


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
        box, there = self._within(wanted), self._there(shape)
        if _trouble(box, there):
            box = self._best(wanted, shape, there)
        self.labels.append(box)
        return QRectF(box)

    def covers(self, text: QRectF) -> bool:
        """Whether a label lies on a text."""
        return any(label.intersects(text) for label in self.labels)

    def _there(self, shape: QRectF) -> list[_There]:
        """What a label of this shape may lie on, and what that costs; nothing for what it must not cover."""
        priced = ((self._loose, _FOLDS), ((*self._points, shape), _HIDES), ((*self._fixed, *self.labels), 0.0))
        return [
            (box.left(), box.top(), box.right(), box.bottom(), price)
            for boxes, price in priced for box in boxes if not box.isEmpty()
        ]  # fmt: skip

    def _best(self, wanted: QRectF, shape: QRectF, there: list[_There]) -> QRectF:
        """The least bad place; one that is further away than another is bad need not be looked at."""
        best, least = self._within(wanted), float("inf")
        for away, left, top in self._offers(wanted, shape)[:_MOST]:
            if away >= least:
                break
            box = QRectF(left, top, wanted.width(), wanted.height())
            cost = away + _trouble(box, there)
            if cost < least:
                best, least = box, cost
        return best

    def _offers(self, wanted: QRectF, shape: QRectF) -> list[tuple[float, float, float]]:
        """Beside, above and below the shape and all that is there: how bad it is to lie so far away, left and top."""
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
        across = [self._within(wanted.translated(left - wanted.left(), 0.0)) for left in dict.fromkeys(lefts)]
        down = [self._within(wanted.translated(0.0, top - wanted.top())) for top in dict.fromkeys(tops)]
        # How far away a place is, is the sum of how far it is across and how far down.
        right = {box.left(): _gaps(box, shape)[0] + _MOVED * abs(box.left() - wanted.left()) for box in across}
        below = {box.top(): _gaps(box, shape)[1] + _MOVED * abs(box.top() - wanted.top()) for box in down}
        offers = [(far + deep, left, top) for left, far in right.items() for top, deep in below.items()]
        return sorted(offers, key=itemgetter(0))

    def _within(self, box: QRectF) -> QRectF:
        """Moved into the picture."""
        moved = QRectF(box)
        moved.moveLeft(max(min(moved.left(), self._area.right() - moved.width()), self._area.left()))
        moved.moveTop(max(min(moved.top(), self._area.bottom() - moved.height()), self._area.top()))
        return moved


def _trouble(box: QRectF, there: Iterable[_There]) -> float:
    """What it costs that a label lies on texts that then fold, or on something that must stay."""
    left, top, right, bottom = box.left(), box.top(), box.right(), box.bottom()
    cost = covered = 0.0
    for begin, above, end, below, price in there:
        if left < end and begin < right and top < below and above < bottom:
            cost += price
            if not price:
                covered += (min(right, end) - max(left, begin)) * (min(bottom, below) - max(top, above))
    return cost + (_COVERS + covered if covered else 0.0)


def _gaps(box: QRectF, shape: QRectF) -> tuple[float, float]:
    """How far two rectangles lie apart, across and down."""
    across = max(float(shape.left() - box.right()), float(box.left() - shape.right()), 0.0)
    return across, max(float(shape.top() - box.bottom()), float(box.top() - shape.bottom()), 0.0)
