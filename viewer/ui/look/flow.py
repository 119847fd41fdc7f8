"""Lays out widgets in a row, and in as many rows as the width requires even if sliders are shorter."""

from PyQt5.QtCore import QPoint, QRect, QSize, Qt
from PyQt5.QtWidgets import QLayout, QLayoutItem, QSlider, QWidget


class FlowLayout(QLayout):
    """From left to right, then below; all rows are as high as the highest widget.

    A slider is as wide as it may be, or, where all then has room in one row, shorter, but not below its least width.
    """

    def __init__(self, parent: QWidget, spacing: int = 6) -> None:
        super().__init__(parent)
        self._items: list[QLayoutItem] = []
        self.setSpacing(spacing)
        self.setContentsMargins(0, 0, 0, 0)

    def addItem(self, item: QLayoutItem | None) -> None:
        """Qt's hook."""
        if item is not None:
            self._items.append(item)

    def count(self) -> int:
        """Qt's hook."""
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:
        """Qt's hook."""
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:
        """Qt's hook."""
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def expandingDirections(self) -> Qt.Orientations:
        """Qt's hook."""
        return Qt.Orientations()

    def hasHeightForWidth(self) -> bool:
        """Qt's hook."""
        return True

    def heightForWidth(self, width: int) -> int:
        """Qt's hook."""
        return self._arrange(QRect(0, 0, width, 0), move=False)

    def setGeometry(self, rect: QRect) -> None:
        """Qt's hook."""
        super().setGeometry(rect)
        self._arrange(rect, move=True)

    def sizeHint(self) -> QSize:
        """Qt's hook: all in one row."""
        width = sum(map(_wanted, self._items)) + self.spacing() * max(len(self._items) - 1, 0)
        return QSize(width, max((item.sizeHint().height() for item in self._items), default=0))

    def minimumSize(self) -> QSize:
        """Qt's hook: as wide as the widest widget."""
        least = QSize()
        for item in self._items:
            least = least.expandedTo(item.minimumSize())
        return least

    def _arrange(self, rect: QRect, *, move: bool) -> int:
        """Place everything, or only compute the height."""
        x, y, height = rect.x(), rect.y(), self.sizeHint().height()
        share = self._share(rect.width())
        for item in self._items:
            width = _wanted(item) - int(share * _to_spare(item))
            if x > rect.x() and x + width > rect.right() + 1:
                x, y = rect.x(), y + height + self.spacing()
            if move:
                item.setGeometry(QRect(QPoint(x, y), QSize(width, height)))
            x += width + self.spacing()
        return y + height - rect.y()

    def _share(self, width: int) -> float:
        """Of what the sliders can spare, what lets all fit into one row; 0 if nothing does."""
        missing, spare = self.sizeHint().width() - width, sum(map(_to_spare, self._items))
        # A pixel more for each, against rounding.
        return min((missing + len(self._items)) / spare, 1.0) if 0 < missing <= spare else 0.0


def _wanted(item: QLayoutItem) -> int:
    widget = item.widget()
    return widget.maximumWidth() if isinstance(widget, QSlider) else item.sizeHint().width()


def _to_spare(item: QLayoutItem) -> int:
    widget = item.widget()
    return widget.maximumWidth() - widget.minimumWidth() if isinstance(widget, QSlider) else 0
