"""The help over the image: the actions of mouse and keys; any click or key closes it."""

from collections.abc import Iterable

from PyQt5.QtCore import Qt
from PyQt5.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PyQt5.QtWidgets import QFrame, QGridLayout, QLabel, QVBoxLayout, QWidget

from viewer.ui.look import theme
from viewer.ui.shell.commands import Command
from viewer.words import tr

# In pixels: the height of the type, the space between rows, and the edge of the card.
_SIZES = ((14, 4, 16), (14, 1, 10), (13, 1, 8), (12, 0, 6), (11, 0, 4), (10, 0, 2))


def mouse() -> tuple[tuple[str, str], ...]:
    """The actions of the mouse."""
    return (
        (tr("Wheel"), tr("Scroll through the slices")),
        (tr("Left button"), tr("The selected tool")),
        (tr("Right button"), tr("Window: right is wider, up is brighter")),
        (tr("Middle button"), tr("Move the image")),
        (tr("Ctrl+Wheel"), tr("Zoom at the pointer")),
        (tr("Two fingers"), tr("Zoom and move on a touch screen")),
    )


class HelpOverlay(QWidget):
    """Covers its parent; hidden until somebody asks for it."""

    def __init__(self, parent: QWidget, tools: Iterable[Command], others: Iterable[Command]) -> None:
        super().__init__(parent)
        self.setAccessibleName(tr("Help"))
        card = self._card = QFrame()
        card.setObjectName("card")
        grid = self._grid = QGridLayout(card)
        grid.setHorizontalSpacing(16)
        _column(grid, 0, tr("Mouse"), mouse())
        _column(grid, 0, tr("Tools for the left button"), [(command.shown, command.text) for command in tools], below=8)
        _column(grid, 3, tr("Keys"), [(command.shown, command.text) for command in others if command.shown])
        grid.setColumnMinimumWidth(2, 24)
        layout = QVBoxLayout(self)
        layout.addWidget(card, alignment=Qt.AlignmentFlag.AlignCenter)
        self._fit()
        self.hide()

    def _fit(self) -> None:
        """The largest type with which everything fits."""
        for pixels, between, edge in _SIZES:
            self._grid.setContentsMargins(26, edge, 26, edge)
            self._grid.setVerticalSpacing(between)
            self._card.setStyleSheet(
                f"#card {{ background: {theme.PANEL.name()}; border: 1px solid {theme.LINE.name()};"
                f" border-radius: 10px; }} #card QLabel {{ font-size: {pixels}px; }}"
            )
            self._grid.activate()
            size = self._grid.sizeHint()
            if size.height() <= self.height() and size.width() <= self.width():
                return

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        """A small window has small type."""
        self._fit()
        super().resizeEvent(event)

    def toggle(self) -> None:
        """Show or hide."""
        self.setVisible(not self.isVisible())
        self.raise_()

    def mousePressEvent(self, event: QMouseEvent | None) -> None:
        """A click anywhere closes it."""
        self.hide()

    def paintEvent(self, event: QPaintEvent | None) -> None:
        """Dim the image below."""
        QPainter(self).fillRect(self.rect(), QColor(0, 0, 0, 150))


def _column(grid: QGridLayout, column: int, title: str, rows: Iterable[tuple[str, str]], below: int = 0) -> None:
    """A heading in the row `below`, and the rows under it."""
    heading = QLabel(title)
    heading.setStyleSheet(f"color: {theme.ACCENT.name()}; font-weight: bold;")
    grid.addWidget(heading, below, column, 1, 2)
    for row, (key, text) in enumerate(rows, start=below + 1):
        name = QLabel(key)
        name.setStyleSheet("font-weight: bold;")
        grid.addWidget(name, row, column, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(QLabel(text), row, column + 1, Qt.AlignmentFlag.AlignTop)
