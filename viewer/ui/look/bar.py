"""The bar below a page: two groups in one row, or in two rows if the page is too narrow for both."""

from collections.abc import Callable

from PyQt5.QtCore import QEvent, QSize, Qt
from PyQt5.QtGui import QResizeEvent
from PyQt5.QtWidgets import QBoxLayout, QToolButton, QWidget

_MARGIN, _EDGE = 14, 4


class Bar(QWidget):
    """Asks for no more width than the wider group: the window must fit small screens."""

    def __init__(self, first: QWidget, second: QWidget, *, filling: bool = False) -> None:
        """If both have room, the second is at the right end, or is `filling` the space that the first leaves."""
        super().__init__()
        self._groups = (first, second)
        self._box = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._box.setContentsMargins(_MARGIN, _EDGE, _MARGIN, _EDGE)
        self._box.setSpacing(8)
        self._box.addWidget(first)
        if not filling:
            self._box.addStretch(1)
        self._box.addWidget(second, int(filling))

    def minimumSizeHint(self) -> QSize:
        """Qt's hook."""
        widest = max(group.minimumSizeHint().width() for group in self._groups)
        return QSize(widest + 2 * _MARGIN, super().minimumSizeHint().height())

    def event(self, event: QEvent | None) -> bool:
        """Qt's hook: a longer text, or one more or less, may need another way."""
        if event is not None and event.type() == QEvent.Type.LayoutRequest:
            self._turn(self.width())
        return super().event(event)

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        """A different width may have room for both."""
        self._turn(self.width())
        super().resizeEvent(event)

    def _turn(self, width: int) -> None:
        shown = [group for group in self._groups if not group.isHidden()]
        wanted = sum(group.sizeHint().width() for group in shown) + self._box.spacing() + 2 * _MARGIN
        ways = QBoxLayout.Direction
        self._box.setDirection(ways.LeftToRight if wanted <= width else ways.TopToBottom)


def text_button(text: str, tip: str, action: Callable[[], None]) -> QToolButton:
    """A button with a text, for a bar or a list."""
    button = QToolButton()
    button.setText(text)
    button.setToolTip(tip)
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    button.clicked.connect(lambda _checked: action())
    return button
