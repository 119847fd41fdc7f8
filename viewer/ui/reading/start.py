"""Asks who reads, before the first case is shown."""

from PyQt5.QtCore import Qt
from PyQt5.QtWidgets import QComboBox, QDialog, QDialogButtonBox, QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget

from bundle.reading.form import Form
from viewer.ui.look import theme
from viewer.ui.reading.style import STYLE
from viewer.words import tr

LONGEST_NAME = 60


class WhoReads(QDialog):
    """A name or code, no password. If the form names its readers, one of these."""

    def __init__(self, form: Form) -> None:
        super().__init__()
        self.setWindowFlag(Qt.WindowType.WindowContextHelpButtonHint, False)
        self.setWindowTitle(tr("DICOM viewer"))
        self.setStyleSheet(STYLE)
        self._name = self._field(form)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(34, 30, 34, 26)
        layout.setSpacing(14)
        layout.addWidget(_label(form.title, 22, bold=True))
        if form.introduction:
            layout.addWidget(_label(form.introduction, 15))
        layout.addSpacing(6)
        layout.addWidget(_label(tr("Who is reading?"), 15, bold=True))
        layout.addWidget(self._name)
        layout.addWidget(_label(tr("Your answers are saved under this name. Use the same name every time."), 13))
        layout.addSpacing(6)
        layout.addWidget(self._buttons())
        self.setMinimumWidth(560)
        self._follow()

    @property
    def name(self) -> str:
        """The name that was typed or chosen."""
        text = self._name.currentText() if isinstance(self._name, QComboBox) else self._name.text()
        return " ".join(text.split())

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

    def _buttons(self) -> QWidget:
        self._begin = QPushButton(tr("Start"))
        self._begin.setDefault(True)
        self._begin.clicked.connect(self.accept)
        close = QPushButton(tr("Close"))
        close.setAutoDefault(False)
        close.clicked.connect(self.reject)
        buttons = QDialogButtonBox()
        buttons.addButton(self._begin, QDialogButtonBox.ButtonRole.AcceptRole)
        buttons.addButton(close, QDialogButtonBox.ButtonRole.RejectRole)
        return buttons

    def _follow(self, _text: str = "") -> None:
        if hasattr(self, "_begin"):
            self._begin.setEnabled(bool(self.name))


def _label(text: str, size: int, *, bold: bool = False) -> QLabel:
    label = QLabel(text)
    label.setTextFormat(Qt.TextFormat.PlainText)  # anybody who had the medium may have written the form
    label.setFont(theme.sized(label.font(), size, bold))
    label.setWordWrap(True)
    return label
