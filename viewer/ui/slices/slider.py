"""The slider beside the slices: orange marks where slices are missing, and ticks where something is marked."""

from collections.abc import Mapping, Sequence

from PyQt5.QtCore import QRect, Qt
from PyQt5.QtGui import QColor, QPainter, QPaintEvent
from PyQt5.QtWidgets import QSlider, QStyle, QStyleOptionSlider

from viewer.ui.look import theme

# In screen pixels.
_LENGTH, _THICKNESS = 9, 3


class SliceSlider(QSlider):
    """The first slice of the reading order is on top."""

    def __init__(self) -> None:
        super().__init__(Qt.Orientation.Vertical)
        self.setInvertedAppearance(True)
        self._gaps: tuple[int, ...] = ()
        self._ticks: dict[int, QColor] = {}

    def mark_gaps(self, numbers: Sequence[int]) -> None:
        """Slices are missing after the slices of these numbers, counted in reading order."""
        if tuple(numbers) != self._gaps:
            self._gaps = tuple(numbers)
            self.update()

    def tick(self, ticks: Mapping[int, QColor]) -> None:
        """Mark the slices of these numbers, each in its colour."""
        if dict(ticks) != self._ticks:
            self._ticks = dict(ticks)
            self.update()

    def ticks(self) -> list[tuple[QRect, QColor]]:
        """The places of the ticks, on the other side than the marks of gaps."""
        return [(self._mark(number - 0.5, left=0), colour) for number, colour in self._ticks.items()]

    def gap_marks(self) -> list[QRect]:
        """The places of the marks."""
        return [self._mark(number, left=self.width() - _LENGTH) for number in self._gaps]

    def _mark(self, number: float, *, left: int) -> QRect:
        option, style = QStyleOptionSlider(), self.style()
        self.initStyleOption(option)
        assert style is not None
        slider = QStyle.ComplexControl.CC_Slider
        groove = style.subControlRect(slider, option, QStyle.SubControl.SC_SliderGroove, self)
        handle = style.subControlRect(slider, option, QStyle.SubControl.SC_SliderHandle, self).height()
        room = max(groove.height() - handle, 1)
        share = (number + 0.5 - self.minimum()) / max(self.maximum() - self.minimum(), 1)
        middle = groove.top() + handle / 2 + share * room
        return QRect(left, round(middle - _THICKNESS / 2), _LENGTH, _THICKNESS)

    def paintEvent(self, event: QPaintEvent | None) -> None:
        """The slider, and the marks beside it."""
        super().paintEvent(event)
        painter = QPainter(self)
        for mark in self.gap_marks():
            painter.fillRect(mark, theme.NOTE)
        for tick, colour in self.ticks():
            painter.fillRect(tick, colour)
        painter.end()
