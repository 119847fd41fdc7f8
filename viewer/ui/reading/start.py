"""Asks who reads, before the first case is shown."""

from collections.abc import Callable, Sequence

from PyQt5.QtCore import Qt
from PyQt5.QtWidgets import (
    QComboBox,
    QDialog,
    QLineEdit,
    QMessageBox,
    QVBoxLayout,
)

from bundle.reading.form import Form
from viewer.reading.names import may_be
from viewer.ui.look.asking import answer_buttons, plain_label
from viewer.ui.reading.style import STYLE
from viewer.words import tr

LONGEST_NAME = 60


class WhoReads(QDialog):
    """A name or code, no password. If the form names its readers, one of these.

    `known` names those who have begun to read: a name that is only a new spelling of theirs would begin anew.
    """

    def __init__(self, form: Form, known: Callable[[], Sequence[str]] = tuple) -> None:
        super().__init__()
        self._known, self._meant = known, ""
        self.setWindowFlag(Qt.WindowType.WindowContextHelpButtonHint, False)
        self.setWindowTitle(tr("DICOM viewer"))
        self.setStyleSheet(STYLE)
        self._name = self._field(form)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(34, 30, 34, 26)
        layout.setSpacing(14)
        layout.addWidget(plain_label(form.title, 22, bold=True))
        if form.introduction:
            layout.addWidget(plain_label(form.introduction, 15))
        layout.addSpacing(6)
        layout.addWidget(plain_label(tr("Who is reading?"), 15, bold=True))
        layout.addWidget(self._name)
        layout.addWidget(plain_label(tr("Your answers are saved under this name. Use the same name every time."), 13))
        layout.addSpacing(6)
        buttons, self._begin = answer_buttons(self, tr("Start"))
        layout.addWidget(buttons)
        self.setMinimumWidth(560)
        self._follow()

    @property
    def name(self) -> str:
        """The name that was typed or chosen."""
        text = self._name.currentText() if isinstance(self._name, QComboBox) else self._name.text()
        return self._meant or " ".join(text.split())

    def accept(self) -> None:
        """Begin, once it is clear who reads."""
        near = "" if isinstance(self._name, QComboBox) else may_be(self.name, self._known())
        if not near or self._is_clear(near):
            super().accept()

    def _is_clear(self, near: str) -> bool:
        """Whether the reader has said who it is: the known one, or a new one."""
        typed, box = self.name, QMessageBox(self)
        box.setWindowTitle(tr("DICOM viewer"))
        box.setTextFormat(Qt.TextFormat.PlainText)  # anybody who had the medium may have written the name
        box.setText(tr("New reader, or {name}?").format(name=near))
        box.setInformativeText(tr("There are answers by {name}, and none by {typed}.").format(name=near, typed=typed))
        known = box.addButton(near.replace("&", "&&"), QMessageBox.ButtonRole.AcceptRole)
        new = box.addButton(tr("New reader"), QMessageBox.ButtonRole.ActionRole)
        box.addButton(tr("Back"), QMessageBox.ButtonRole.RejectRole)
        box.setDefaultButton(known)
        box.exec()
        self._meant = near if box.clickedButton() is known else ""
        return box.clickedButton() in (known, new)

    def _field(self, form: Form) -> QComboBox | QLineEdit:
        if form.readers:
            box = QComboBox()
            box.addItems(["", *form.readers])
            box.currentTextChanged.connect(self._follow)
            box.setAccessibleName(tr("Who is reading?"))
            return box
        line = QLineEdit()
        line.setMaxLength(LONGEST_NAME)
        line.setPlaceholderText(tr("Name or code"))
        line.textChanged.connect(self._follow)
        line.setAccessibleName(tr("Who is reading?"))
        return line

    def _follow(self, _text: str = "") -> None:
        if hasattr(self, "_begin"):
            self._begin.setEnabled(bool(self.name))
