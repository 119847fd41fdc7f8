"""A window with one message in plain words, if there is nothing else to show."""

from PyQt5.QtCore import Qt
from PyQt5.QtGui import QGuiApplication
from PyQt5.QtWidgets import QDialog, QDialogButtonBox, QLabel, QPushButton, QVBoxLayout, QWidget

from viewer.ui.look import theme
from viewer.words import tr


class Message(QDialog):
    """What happened, where, and what to do next; the text can be selected and copied."""

    def __init__(self, title: str, text: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowFlag(Qt.WindowType.WindowContextHelpButtonHint, False)
        self.setWindowTitle(tr("DICOM viewer"))
        self._text = f"{title}\n\n{text}"
        layout = QVBoxLayout(self)
        layout.setContentsMargins(34, 30, 34, 26)
        layout.setSpacing(16)
        layout.addWidget(_heading(title))
        layout.addWidget(_body(text))
        layout.addSpacing(8)
        layout.addWidget(self._buttons())
        self.setMinimumWidth(620)

    def _buttons(self) -> QDialogButtonBox:
        close, copy = QPushButton(tr("Close")), QPushButton(tr("Copy text"))
        close.clicked.connect(self.accept)
        copy.clicked.connect(self._copy)
        close.setDefault(True)
        buttons = QDialogButtonBox()
        buttons.addButton(close, QDialogButtonBox.ButtonRole.AcceptRole)
        buttons.addButton(copy, QDialogButtonBox.ButtonRole.ActionRole)
        return buttons

    def _copy(self) -> None:
        clipboard = QGuiApplication.clipboard()
        if clipboard is not None:
            clipboard.setText(self._text)


def _heading(text: str) -> QLabel:
    label = QLabel(text)
    label.setTextFormat(Qt.TextFormat.PlainText)  # it may quote text from the medium
    label.setFont(theme.sized(label.font(), 22, bold=True))
    label.setWordWrap(True)
    return label


def _body(text: str) -> QLabel:
    label = QLabel(text)
    label.setTextFormat(Qt.TextFormat.PlainText)  # it may quote text from the medium
    label.setFont(theme.sized(label.font(), 16))
    label.setWordWrap(True)
    flags = Qt.TextInteractionFlags()
    flags |= Qt.TextInteractionFlag.TextSelectableByMouse
    flags |= Qt.TextInteractionFlag.TextSelectableByKeyboard
    label.setTextInteractionFlags(flags)
    return label
