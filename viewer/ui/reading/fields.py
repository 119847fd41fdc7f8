"""One widget for each type of question; each announces changes of its answer."""

from collections.abc import Callable, Mapping
from typing import Any

from PyQt5.QtCore import QRegularExpression, Qt, pyqtSignal
from PyQt5.QtGui import QKeyEvent, QRegularExpressionValidator, QTextCursor
from PyQt5.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QPlainTextEdit, QPushButton, QWidget

from bundle.reading.questions import Question, QuestionType, Value
from viewer.ui.look import theme
from viewer.ui.reading.choices import ChoiceField, ChoicesField
from viewer.ui.reading.field import Field, in_a_column, in_a_row
from viewer.words import tr


class _Text(QPlainTextEdit):
    """Tab goes to the next question: nobody indents a diagnosis."""

    left = pyqtSignal()

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        """Esc and keys with Ctrl that the text does not use go to the window."""
        if event is not None and event.key() == Qt.Key.Key_Escape:
            event.ignore()
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: Any) -> None:
        """The typed text is complete."""
        super().focusOutEvent(event)
        self.left.emit()


class TextField(Field):
    """Free text."""

    def __init__(self, question: Question) -> None:
        super().__init__()
        self._edit = _Text()
        self._edit.setTabChangesFocus(True)
        self._edit.setAccessibleName(question.text)
        self._edit.setFixedHeight(self._edit.fontMetrics().lineSpacing() * question.lines + 18)
        self._longest = question.longest
        self._note = QLabel()
        self._note.setWordWrap(True)
        self._note.setStyleSheet(f"color: {theme.NOTE.name()};")
        self._note.hide()
        self._edit.textChanged.connect(self._changed)
        self._edit.left.connect(self.settled)
        self.setFocusProxy(self._edit)
        in_a_column(self, [self._edit, self._note])

    def _changed(self) -> None:
        text = self._edit.toPlainText()
        if len(text) > self._longest:
            self.show_value(text[: self._longest])
            said = tr("An answer can have no more than %n characters. The rest was cut off.", self._longest)
            self._note.setText(said)
            self._note.show()
        elif len(text) < self._longest:
            self._note.hide()
        self.changed.emit()

    def value(self) -> Value:
        """The text without blanks around it."""
        return self._edit.toPlainText().strip() or None

    def show_value(self, value: Value) -> None:
        """See Field."""
        self._edit.blockSignals(True)
        self._edit.setPlainText(value or "")
        self._edit.moveCursor(QTextCursor.MoveOperation.End)  # a returning reader continues at the end
        self._edit.blockSignals(False)


class NumberField(Field):
    """A number with its unit."""

    def __init__(self, question: Question) -> None:
        super().__init__()
        self._edit = QLineEdit()
        self._edit.setAccessibleName(question.text)
        self._edit.setMaximumWidth(140)
        # Point or comma, whatever the PC's language is.
        figures = rf"[+-]?\d{{0,15}}([.,]\d{{0,{question.decimals}}})?" if question.decimals else r"[+-]?\d{0,15}"
        self._validator = QRegularExpressionValidator(QRegularExpression(figures), self._edit)
        self._edit.setValidator(self._validator)
        self._edit.textEdited.connect(lambda _text: self.changed.emit())
        self._edit.editingFinished.connect(self.settled)
        self.setFocusProxy(self._edit)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self._edit)
        row.addWidget(QLabel(question.unit))
        row.addStretch(1)

    def value(self) -> Value:
        """The number; None while the text is not a number."""
        try:
            found = float(self._edit.text().replace(",", "."))
        except ValueError:
            return None
        return int(found) if found.is_integer() else found

    def show_value(self, value: Value) -> None:
        """See Field."""
        self._edit.setText("" if value is None else f"{value:.15g}")

    def problem(self) -> str:
        """See Field."""
        return tr("this is not a number") if self._edit.text().strip() and self.value() is None else ""


class PlacesField(Field):
    """Marks on the images, or a distance between two of them; the places come from clicks on the image."""

    def __init__(self, question: Question, ask_for_places: Callable[["PlacesField", int], None]) -> None:
        super().__init__()
        self._question, self._value = question, None
        self._set = QPushButton(
            tr("Mark on the image") if question.kind is QuestionType.MARK else tr("Measure on the image")
        )
        self._clear = QPushButton(tr("Remove"))
        self._said = QLabel()
        self._said.setWordWrap(True)
        clicks = 1 if question.kind is QuestionType.MARK else 2
        self._set.clicked.connect(lambda: None if self._full() else ask_for_places(self, clicks))
        self._clear.clicked.connect(lambda: self.take(None))
        self.setFocusProxy(self._set)
        buttons = QWidget()
        in_a_row(buttons, [self._set, self._clear])
        in_a_column(self, [buttons, self._said])
        self.show_value(None)

    def take(self, value: Value) -> None:
        """Accept a new answer: a mark is added if the form allows one more, a measurement replaces the last one."""
        if value is not None and self._question.kind is QuestionType.MARK:
            if self._full():
                return
            value = [*(self._value or []), value]
        self.show_value(value)
        self.changed.emit()
        self.settled.emit()

    def _full(self) -> bool:
        """Whether the form allows no further mark; then the reader is told so, and no mark is lost."""
        most = self._question.most
        full = self._question.kind is QuestionType.MARK and bool(most) and len(self._value or []) >= most
        if full:
            self._said.setText(tr("No more than %n marks can be set here. Remove them to set others.", most))
        return full

    def ask(self, text: str) -> None:
        """Tell the reader what to do next."""
        self._said.setText(text)

    def remark(self, text: str) -> None:
        """Add a note to the answer just given."""
        self._said.setText(f"{self._said.text()}, {text}")

    def value(self) -> Value:
        """The marks, or the measurement."""
        return self._value

    def show_value(self, value: Value) -> None:
        """See Field."""
        self._value = value
        self._clear.setVisible(bool(value))
        self._said.setText(_in_words(value, self._question))


def _in_words(value: Value, question: Question) -> str:
    if not value:
        return tr("none yet")
    if question.kind is QuestionType.MEASUREMENT:
        return f"{question.amount(value):g} {question.unit}"
    return tr("%n marks", len(value))


def make_field(question: Question, ask_for_places: Callable[[PlacesField, int], None]) -> Field:
    """The widget for a question."""
    if question.kind in (QuestionType.MARK, QuestionType.MEASUREMENT):
        return PlacesField(question, ask_for_places)
    return _MAKERS[question.kind](question)


def _yes_no(question: Question) -> Field:
    return ChoiceField(question, [(True, tr("Yes")), (False, tr("No"))], in_a_row=True)


def _scale(question: Question) -> Field:
    low, high = int(question.minimum or 0), int(question.maximum or 0)
    return ChoiceField(question, [(point, str(point)) for point in range(low, high + 1)], in_a_row=True)


def _choice(question: Question) -> Field:
    return ChoiceField(question, [(option.value, option.text) for option in question.options], in_a_row=False)


_MAKERS: Mapping[QuestionType, Callable[[Question], Field]] = {
    QuestionType.TEXT: TextField,
    QuestionType.NUMBER: NumberField,
    QuestionType.CHOICES: ChoicesField,
    QuestionType.CHOICE: _choice,
    QuestionType.YES_NO: _yes_no,
    QuestionType.SCALE: _scale,
}


def anchors_text(question: Question) -> str:
    """The meaning of the points of a scale: '1 = not at all, 5 = certain'."""
    return ", ".join(f"{point} = {text}" for point, text in sorted(question.anchors.items()))
