"""Parts of the windows that ask a reader for something: plain labels, and the buttons below."""

from PyQt5.QtCore import Qt
from PyQt5.QtWidgets import QDialog, QDialogButtonBox, QLabel, QPushButton

from viewer.ui.look import theme
from viewer.words import tr


def plain_label(text: str, size: int, *, bold: bool = False) -> QLabel:
    """Words that are shown as they are: anybody who had the medium may have written the form."""
    label = QLabel(text)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setFont(theme.sized(label.font(), size, bold))
    label.setWordWrap(True)
    return label


def answer_buttons(dialog: QDialog, go_on: str) -> tuple[QDialogButtonBox, QPushButton]:
    """The buttons that accept a dialog and close it, and the first of them; Enter accepts."""
    first, close = QPushButton(go_on), QPushButton(tr("Close"))
    first.setDefault(True)
    first.clicked.connect(dialog.accept)
    close.setAutoDefault(False)
    close.clicked.connect(dialog.reject)
    buttons = QDialogButtonBox()
    buttons.addButton(first, QDialogButtonBox.ButtonRole.AcceptRole)
    buttons.addButton(close, QDialogButtonBox.ButtonRole.RejectRole)
    return buttons, first
