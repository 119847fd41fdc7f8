"""Asks for the password of a sealed medium, until one opens it or the reader closes the window."""

from pathlib import Path

from PyQt5.QtCore import Qt
from PyQt5.QtGui import QGuiApplication
from PyQt5.QtWidgets import QCheckBox, QDialog, QLineEdit, QVBoxLayout

from bundle.errors import BundleError
from bundle.sealed.errors import DamagedSeal, WrongPassword
from bundle.sealed.medium import SealedMedium, open_medium
from viewer.ui.look import theme
from viewer.ui.look.asking import answer_buttons, plain_label
from viewer.words import tr, tr_error

_STYLE = f"""
QLineEdit {{ background: {theme.BACKGROUND.name()}; color: {theme.TEXT.name()}; border: 1px solid {theme.LINE.name()};
  border-radius: 5px; padding: 7px; }}
QLineEdit:focus {{ border: 1px solid {theme.ACCENT.name()}; }}
QCheckBox {{ color: {theme.TEXT.name()}; spacing: 7px; padding: 2px; }}
QCheckBox::indicator {{ width: 14px; height: 14px; border: 1px solid {theme.MUTED.name()}; border-radius: 3px; }}
QCheckBox::indicator:checked {{ background: {theme.ACCENT.name()}; border: 1px solid {theme.ACCENT.name()}; }}
"""


def ask_for_medium(root: Path) -> SealedMedium | None:
    """The opened medium; None if nobody types its password. Raises a BundleError if it is damaged."""
    asked = Password(root)
    asked.exec()
    if asked.failure is not None:
        raise asked.failure
    return asked.medium


class Password(QDialog):
    """A field, whose text can be shown. It says at once if a password is wrong; there is no limit to the attempts."""

    def __init__(self, root: Path) -> None:
        super().__init__()
        self.medium: SealedMedium | None = None
        self.failure: BundleError | None = None
        self._root = root
        self.setWindowFlag(Qt.WindowType.WindowContextHelpButtonHint, False)
        self.setWindowTitle(tr("DICOM viewer"))
        self.setStyleSheet(_STYLE)
        self._field, self._wrong = _field(), plain_label("", 14)
        self._field.textChanged.connect(self._follow)
        shown = QCheckBox(tr("Show the password"))
        shown.toggled.connect(self._show)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(34, 30, 34, 26)
        layout.setSpacing(14)
        layout.addWidget(plain_label(tr("These scans are encrypted"), 22, bold=True))
        layout.addWidget(plain_label(tr("Type the password that you were given for this stick."), 15))
        buttons, self._open = answer_buttons(self, tr("Open"))
        for widget in (self._field, shown, self._wrong, buttons):
            layout.addWidget(widget)
        self.setMinimumWidth(560)
        self._follow("")

    def accept(self) -> None:
        """Try the password."""
        QGuiApplication.setOverrideCursor(Qt.CursorShape.WaitCursor)
        try:
            self.medium = open_medium(self._root, self._field.text())
        except WrongPassword:
            self._say_wrong()
            return
        except BundleError as error:
            self.failure = error
        except OSError as error:
            self.failure = DamagedSeal(str(self._root), error.strerror or type(error).__name__)
        finally:
            QGuiApplication.restoreOverrideCursor()
        self._field.clear()
        super().accept()

    def _say_wrong(self) -> None:
        self._wrong.setText(tr_error(WrongPassword()))
        self._field.selectAll()
        self._field.setFocus()

    def _show(self, shown: bool) -> None:
        self._field.setEchoMode(QLineEdit.EchoMode.Normal if shown else QLineEdit.EchoMode.Password)

    def _follow(self, text: str) -> None:
        self._open.setEnabled(bool(text.strip()))
        self._wrong.setText("")


def _field() -> QLineEdit:
    field = QLineEdit()
    field.setEchoMode(QLineEdit.EchoMode.Password)
    field.setAccessibleName(tr("Password"))
    field.setPlaceholderText(tr("Password"))
    return field
