"""One widget for each type of question; each announces changes of its answer."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

from PyQt5.QtCore import QRegularExpression, Qt, pyqtSignal
from PyQt5.QtGui import QKeyEvent, QRegularExpressionValidator, QTextCursor
from PyQt5.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QPlainTextEdit, QPushButton, QWidget

from bundle.reading.marks import marks_of
from bundle.reading.questions import Question, QuestionType, Value
from bundle.reading.units import converted
from viewer.reading.shapes import said
from viewer.ui.look import theme
from viewer.ui.reading.choices import ChoiceField, ChoicesField
from viewer.ui.reading.field import Field, in_a_column, in_a_row
from viewer.ui.reading.rated import RatedMarks
from viewer.ui.reading.slider import SliderField
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


class OnImages(Protocol):
    """What a field needs that is answered on the images."""

    def ask(self, field: "PlacesField") -> None:
        """Wait for clicks on the image that answer it."""

    def show(self, field: "PlacesField") -> None:
        """Show the place of its answer."""

    def where(self, mark: Value) -> str:
        """Where a place is, for the reader: 'slice 76'."""

    def note(self, value: Value) -> str:
        """What the reader should know of an answer; empty if nothing."""


class PlacesField(Field):
    """Marks on the images, or a distance between two of them; `answer` is (question id, series UID or empty)."""

    def __init__(self, question: Question, series: str, images: OnImages) -> None:
        super().__init__()
        self.question, self.answer, self._images = question, (question.id, series), images
        self._value: Value = None
        marks = question.kind is QuestionType.MARK
        self._set = QPushButton(tr("Mark on the image") if marks else tr("Measure on the image"))
        self._show, self._clear = QPushButton(tr("Show")), QPushButton(tr("Remove"))
        self._show.setToolTip(tr("Go to its slice; with the tool Select (V) you can drag it on the image"))
        self._said = QLabel()
        self._said.setWordWrap(True)
        self._set.clicked.connect(lambda: images.ask(self))
        self._show.clicked.connect(lambda: images.show(self))
        self._clear.clicked.connect(self._take_back)
        self.setFocusProxy(self._set)
        buttons, self._offers = QWidget(), QWidget()
        self._rated = None if question.rating is None else RatedMarks(question.rating, images.where)
        in_a_row(buttons, [self._set, self._show, self._clear])
        in_a_column(self._offers, [])
        in_a_column(self, [buttons, self._said, *([self._rated] if self._rated else []), self._offers])
        if self._rated is not None:
            self._rated.changed.connect(self._rate)
        self.show_value(None)

    def _rate(self) -> None:
        """A mark was rated, or removed by its cross."""
        assert self._rated is not None
        removed = len(self._rated.value() or []) < len(self._value)
        self._value = self._rated.value()
        if removed:
            self.show_value(self._value)
        self.changed.emit()

    def focus_answer(self) -> None:
        """Focus what comes next after a place was set: its rating, or the button."""
        if self._rated is not None and self._value:
            self._rated.focus_last()
        else:
            self.setFocus()

    def _take_back(self) -> None:
        self.show_value(None)
        self.changed.emit()
        self.settled.emit()

    def say(self, text: str) -> None:
        """Tell the reader what to do next, or what the answer is."""
        self._said.setText(text or self._in_words())
        if self._rated is not None:
            self._rated.describe()

    def offer(self, offers: Sequence[tuple[str, Callable[[], None]]]) -> None:
        """Offer answers by name; none of them counts until the reader chooses it."""
        layout = self._offers.layout()
        assert layout is not None
        while (item := layout.takeAt(0)) is not None:
            if (button := item.widget()) is not None:
                button.hide()
                button.deleteLater()
        for text, take in offers:
            button = QPushButton(text)
            button.clicked.connect(lambda _checked, take=take: take())
            layout.addWidget(button)
        self._offers.setVisible(bool(offers))

    def value(self) -> Value:
        """The marks, or the measurement."""
        return self._value

    def show_value(self, value: Value) -> None:
        """See Field."""
        self._value = value
        if self._rated is not None:
            self._rated.show_marks(value or [])
        self._clear.setVisible(bool(value))
        self._show.setVisible(bool(marks_of(value)))
        self.offer([])
        self.say("")

    def _in_words(self) -> str:
        value = self._value
        if not value:
            return tr("none yet")
        places = ", ".join(dict.fromkeys(self._images.where(mark) for mark in marks_of(value)))
        if self.question.kind is QuestionType.MEASUREMENT:
            number = said(converted(value["value"], value["unit"], "mm"), self.question.unit)
        else:
            number = tr("%n marks", len(value))
            places = "" if self._rated is not None else places  # each has a line of its own
        return ", ".join(filter(None, (number, places, self._images.note(value))))


def make_field(question: Question, series: str, images: OnImages) -> Field:
    """The widget for a question."""
    if question.kind in (QuestionType.MARK, QuestionType.MEASUREMENT):
        return PlacesField(question, series, images)
    return make_plain_field(question)


def make_plain_field(question: Question) -> Field:
    """The widget for a question that is not answered on the images."""
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
    QuestionType.SLIDER: SliderField,
}


def anchors_text(question: Question) -> str:
    """The meaning of the points of a scale: '1 = not at all, 5 = certain'; of the rating of marks with its text."""
    rating = question.rating
    anchors = question.anchors if rating is None else rating.anchors
    said = ", ".join(f"{point} = {text}" for point, text in sorted(anchors.items()))
    return said if rating is None else f"{rating.text}{f'  ({said})' if said else ''}"
