"""The points that the reader sets on the planes, and the curve through them."""

from PyQt5.QtCore import QObject, pyqtSignal

from bundle.index.records import Vector
from viewer.marks.curves import CurveMarks
from viewer.space.curve import SpaceCurve, curve_through

# How finely the curve is drawn on the planes, in mm.
_DRAWN = 1.0


class Tracing(QObject):
    """While it is `on`, a click on a plane sets a point; switched off, the points stay with the marks of the case."""

    changed = pyqtSignal()

    def __init__(self, marks: CurveMarks, stack_id: int) -> None:
        super().__init__()
        self._marks, self._stack_id = marks, stack_id
        self.on, self.angle = False, 0.0
        self.points = marks.through(stack_id)
        self._drawn = curve_through(self.points, _DRAWN)

    @property
    def shown(self) -> bool:
        """Whether there is a curve to show."""
        return self.on and self._drawn is not None

    @property
    def drawn(self) -> SpaceCurve | None:
        """The curve as the planes show it; None for fewer than two points."""
        return self._drawn

    def curve(self, step: float) -> SpaceCurve | None:
        """The curve with places this many mm from each other."""
        return curve_through(self.points, step, self.angle)

    def toggle(self) -> None:
        """Set points, or no more."""
        self.on = not self.on
        self.changed.emit()

    def add(self, point: Vector) -> None:
        """Set the next point, in patient LPS."""
        self._use((*self.points, point))

    def remove_last(self) -> None:
        """Take the last point away."""
        self._use(self.points[:-1])

    def turn(self, degrees: float) -> None:
        """Turn the straightened picture about the curve."""
        self.angle = (self.angle + degrees) % 360.0
        self.changed.emit()

    def _use(self, points: tuple[Vector, ...]) -> None:
        self._marks.put(self._stack_id, points)
        self.follow()

    def follow(self) -> None:
        """Undo and redo change the marks, too."""
        points = self._marks.through(self._stack_id)
        if points != self.points:
            self.points = points
            self._drawn = curve_through(points, _DRAWN)
            self.changed.emit()
