"""A thin bar that shows how much of a series has been read; it keeps its place when it has nothing to show."""

from PyQt5.QtCore import QRectF
from PyQt5.QtGui import QPainter, QPaintEvent
from PyQt5.QtWidgets import QWidget

from viewer.ui.look import theme
from viewer.words import tr

_HEIGHT = 4


class ProgressLine(QWidget):
    """Full width, a few pixels high."""

    def __init__(self) -> None:
        super().__init__()
        self._share = 1.0
        self.setFixedHeight(_HEIGHT)
        self.setAccessibleName(tr("Loading"))

    def show_progress(self, done: int, total: int) -> None:
        """This many of so many."""
        self._share = done / max(total, 1)
        self.setAccessibleDescription(tr("{done} of {total} slices").format(done=done, total=total))
        self.update()

    def paintEvent(self, event: QPaintEvent | None) -> None:
        """The bar, until everything has arrived."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme.BACKGROUND)
        if self._share < 1:
            painter.fillRect(QRectF(0, 0, self.width() * self._share, self.height()), theme.ACCENT)
