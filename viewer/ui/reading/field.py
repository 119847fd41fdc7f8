"""What every field of the form is, and how its parts are laid out."""

from collections.abc import Sequence

from PyQt5.QtCore import pyqtSignal
from PyQt5.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from bundle.reading.questions import Value


class Field(QWidget):
    """The answer to one question. `changed` is told at every touch; `settled` where nothing more is being typed."""

    changed = pyqtSignal()
    settled = pyqtSignal()

    def value(self) -> Value:
        """The answer as the journal keeps it; None where there is none."""
        raise NotImplementedError

    def show_value(self, value: Value) -> None:
        """Show an answer without telling anybody."""
        raise NotImplementedError

    def problem(self) -> str:
        """Why what was typed is no answer yet; empty where it is one, or nothing was typed."""
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
