"""Keys that work wherever the focus is, and every sign that somebody is at work."""

from PyQt5.QtCore import QEvent, QObject, Qt
from PyQt5.QtWidgets import QApplication

from viewer.ui.reading.panel import ReadingPanel

_INPUT = (
    QEvent.Type.KeyPress, QEvent.Type.MouseButtonPress, QEvent.Type.MouseMove, QEvent.Type.Wheel,
    QEvent.Type.TouchBegin, QEvent.Type.TouchUpdate,
)  # fmt: skip


class KeysOfTheForm(QObject):
    """Ctrl+Enter and F8 work wherever the focus is; Esc in the form returns the focus to the image."""

    def __init__(self, panel: ReadingPanel) -> None:
        super().__init__(panel)
        self._panel = panel

    def eventFilter(self, watched: QObject | None, event: QEvent | None) -> bool:
        """Qt's hook for events of the whole application."""
        if event is not None and event.type() in _INPUT:
            self._panel.touched()
        if event is None or event.type() != QEvent.Type.KeyPress or QApplication.activeModalWidget() is not None:
            return False
        key, control = event.key(), event.modifiers() & Qt.KeyboardModifier.ControlModifier  # type: ignore[attr-defined]
        if control and key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._panel.submit()
        elif key == Qt.Key.Key_F8:
            self._panel.next_open()
        elif key == Qt.Key.Key_F6:
            self._turn_focus()
        elif key == Qt.Key.Key_Escape and self._in_form():
            self._panel.left.emit()
        else:
            return False
        return True

    def _in_form(self) -> bool:
        return self._panel.isAncestorOf(QApplication.focusWidget()) if QApplication.focusWidget() else False

    def _turn_focus(self) -> None:
        if self._in_form():
            self._panel.left.emit()
        else:
            self._panel.questions.focus()
