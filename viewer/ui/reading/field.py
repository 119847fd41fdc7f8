"""The base of every field of the form, and the layout of its parts."""

from collections.abc import Sequence

from PyQt5.QtCore import pyqtSignal
from PyQt5.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from bundle.reading.questions import Value


class Field(QWidget):
    """The answer to one question. `changed` fires at every touch; `settled` when the reader has stopped typing."""

    changed = pyqtSignal()
    settled = pyqtSignal()

    def value(self) -> Value:
        """The answer as the journal keeps it; None if there is none."""
        raise NotImplementedError

    def show_value(self, value: Value) -> None:
        """Show an answer without firing a signal."""
        raise NotImplementedError

    def problem(self) -> str:
        """Why the typed text is not an answer yet; empty if it is one, or if nothing was typed."""
        return ""


def in_a_row(widget: QWidget, parts: Sequence[QWidget]) -> None:
    """Side by side, from the left."""
    layout = QHBoxLayout(widget)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(14)
    for part in parts:
        layout.addWidget(part)
    layout.addStretch(1)


def in_a_column(widget: QWidget, parts: Sequence[QWidget]) -> None:
    """One below the other."""
    layout = QVBoxLayout(widget)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(6)
    for part in parts:
        layout.addWidget(part)
