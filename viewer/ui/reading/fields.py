"""One widget for each type of question; each says when its answer changes."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from PyQt5.QtCore import Qt, pyqtSignal
from PyQt5.QtGui import QDoubleValidator, QKeyEvent, QTextCursor
from PyQt5.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from bundle.questions import Kind, Question, Value
from viewer.words import tr

# A scale with more points than this stands in a column.
_IN_A_ROW = 8


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


class _Text(QPlainTextEdit):
    """Tab goes to the next question: nobody indents a diagnosis."""

    left = pyqtSignal()

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        """Esc and keys with Ctrl that the text does not use are the window's."""
        if event is not None and event.key() == Qt.Key.Key_Escape:
            event.ignore()
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: Any) -> None:
        """What was typed is complete."""
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
        self._edit.textChanged.connect(self._changed)
        self._edit.left.connect(self.settled)
        self.setFocusProxy(self._edit)
        _column(self, [self._edit])

    def _changed(self) -> None:
        text = self._edit.toPlainText()
        if len(text) > self._longest:
            self.show_value(text[: self._longest])
        self.changed.emit()

    def value(self) -> Value:
        """The text without blanks around it."""
        return self._edit.toPlainText().strip() or None

    def show_value(self, value: Value) -> None:
        """See Field."""
        self._edit.blockSignals(True)
        self._edit.setPlainText(value or "")
        self._edit.moveCursor(QTextCursor.MoveOperation.End)  # whoever comes back goes on writing
        self._edit.blockSignals(False)


class NumberField(Field):
    """A number with its unit."""

    def __init__(self, question: Question) -> None:
        super().__init__()
        self._edit = QLineEdit()
        self._edit.setAccessibleName(question.text)
        self._edit.setMaximumWidth(140)
        self._validator = QDoubleValidator(self._edit)  # which the edit does not keep alive by itself
        self._validator.setDecimals(question.decimals)
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
        """The number; None while it is none yet."""
        try:
            found = float(self._edit.text().replace(",", "."))
        except ValueError:
            return None
        return int(found) if found.is_integer() else found

    def show_value(self, value: Value) -> None:
        """See Field."""
        self._edit.setText("" if value is None else f"{value:g}")


class ChoiceField(Field):
    """One of several, as buttons: options, the points of a scale, or yes and no."""

    def __init__(self, question: Question, options: Sequence[tuple[Value, str]], *, in_a_row: bool) -> None:
        super().__init__()
        self._group = QButtonGroup(self)
        self._values = [value for value, _ in options]
        buttons: list[QWidget] = []
        for number, (_, text) in enumerate(options):
            button = QRadioButton(text)
            button.setAccessibleName(f"{question.text}: {text}")
            self._group.addButton(button, number)
            buttons.append(button)
        self._group.idClicked.connect(self._chosen)
        self.setFocusProxy(buttons[0])
        _row(self, buttons) if in_a_row else _column(self, buttons)

    def _chosen(self, _number: int) -> None:
        self.changed.emit()
        self.settled.emit()

    def value(self) -> Value:
        """The chosen one."""
        number = self._group.checkedId()
        return self._values[number] if number >= 0 else None

    def show_value(self, value: Value) -> None:
        """See Field."""
        self._group.setExclusive(False)
        for number, one in enumerate(self._values):
            button = self._group.button(number)
            if button is not None:
                button.setChecked(one == value and isinstance(one, bool) == isinstance(value, bool))
        self._group.setExclusive(True)


class ChoicesField(Field):
    """Several of several."""

    def __init__(self, question: Question) -> None:
        super().__init__()
        self._boxes = {option.value: QCheckBox(option.text) for option in question.options}
        for box in self._boxes.values():
            box.setAccessibleName(f"{question.text}: {box.text()}")
            box.clicked.connect(self._chosen)
        self.setFocusProxy(next(iter(self._boxes.values())))
        _column(self, list(self._boxes.values()))

    def _chosen(self, _checked: bool) -> None:
        self.changed.emit()
        self.settled.emit()

    def value(self) -> Value:
        """The chosen ones in the order of the form."""
        return [value for value, box in self._boxes.items() if box.isChecked()] or None

    def show_value(self, value: Value) -> None:
        """See Field."""
        for one, box in self._boxes.items():
            box.setChecked(one in (value or []))


class PlacesField(Field):
    """Marks on the images, or a length between two of them; the places come from clicks on the image."""

    def __init__(self, question: Question, ask_for_places: Callable[["PlacesField", int], None]) -> None:
        super().__init__()
        self._question, self._value = question, None
        self._set = QPushButton(tr("Set on the image") if question.kind is Kind.MARK else tr("Measure on the image"))
        self._clear = QPushButton(tr("Remove"))
        self._said = QLabel()
        self._said.setWordWrap(True)
        clicks = 1 if question.kind is Kind.MARK else 2
        self._set.clicked.connect(lambda: ask_for_places(self, clicks))
        self._clear.clicked.connect(lambda: self.take(None))
        self.setFocusProxy(self._set)
        buttons = QWidget()
        _row(buttons, [self._set, self._clear])
        _column(self, [buttons, self._said])
        self.show_value(None)

    def take(self, value: Value) -> None:
        """A new answer: a mark is added, a measurement takes the place of the last one."""
        if value is not None and self._question.kind is Kind.MARK:
            marks = [*(self._value or []), value]
            value = marks[-self._question.most :] if self._question.most else marks
        self.show_value(value)
        self.changed.emit()
        self.settled.emit()

    def ask(self, text: str) -> None:
        """What the reader is to do next."""
        self._said.setText(text)

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
    if question.kind is Kind.MEASUREMENT:
        return f"{value['value']:g} {value['unit']}"
    return tr("1 mark") if len(value) == 1 else tr("{number} marks").format(number=len(value))


def make_field(question: Question, ask_for_places: Callable[[PlacesField, int], None]) -> Field:
    """The widget for a question."""
    if question.kind in (Kind.MARK, Kind.MEASUREMENT):
        return PlacesField(question, ask_for_places)
    return _MAKERS[question.kind](question)


def _yes_no(question: Question) -> Field:
    return ChoiceField(question, [(True, tr("Yes")), (False, tr("No"))], in_a_row=True)


def _scale(question: Question) -> Field:
    low, high = int(question.minimum or 0), int(question.maximum or 0)
    return ChoiceField(
        question, [(point, str(point)) for point in range(low, high + 1)], in_a_row=high - low < _IN_A_ROW
    )


def _choice(question: Question) -> Field:
    return ChoiceField(question, [(option.value, option.text) for option in question.options], in_a_row=False)


_MAKERS: Mapping[Kind, Callable[[Question], Field]] = {
    Kind.TEXT: TextField, Kind.NUMBER: NumberField, Kind.CHOICES: ChoicesField, Kind.CHOICE: _choice,
    Kind.YES_NO: _yes_no, Kind.SCALE: _scale,
}  # fmt: skip


def anchors_text(question: Question) -> str:
    """What the points of a scale mean: '1 = not at all, 5 = certain'."""
    return ", ".join(f"{point} = {text}" for point, text in sorted(question.anchors.items()))


def _row(widget: QWidget, parts: Sequence[QWidget]) -> None:
    layout = QHBoxLayout(widget)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(14)
    for part in parts:
        layout.addWidget(part)
    layout.addStretch(1)


def _column(widget: QWidget, parts: Sequence[QWidget]) -> None:
    layout = QVBoxLayout(widget)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(6)
    for part in parts:
        layout.addWidget(part)
