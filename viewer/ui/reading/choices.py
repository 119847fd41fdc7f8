"""Fields with answers to choose from: one or several options, the points of a scale, yes and no."""

from collections.abc import Callable, Sequence

from PyQt5.QtCore import QPoint, Qt
from PyQt5.QtGui import QKeyEvent, QMouseEvent
from PyQt5.QtWidgets import (
    QAbstractButton,
    QButtonGroup,
    QCheckBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QRadioButton,
    QWidget,
)

from bundle.reading.questions import Question, Value
from viewer.ui.reading.field import Field, in_a_column
from viewer.words import tr

# This many short options fit side by side into the narrowest panel.
_IN_A_ROW = 6


class _OptionText(QLabel):
    """The text of an option, which wraps, unlike that of a button; a click on it is a click on the button."""

    def __init__(self, text: str, button: QAbstractButton) -> None:
        super().__init__(text)
        self._button = button
        self.setTextFormat(Qt.TextFormat.PlainText)  # anybody who had the medium may have written the form
        self.setWordWrap(True)

    def mouseReleaseEvent(self, event: QMouseEvent | None) -> None:
        """Qt's hook."""
        inside = event is not None and self.rect().contains(event.pos() if event else QPoint())
        if inside and self._button.isEnabled():
            self._button.setFocus(Qt.FocusReason.MouseFocusReason)
            self._button.click()


def _with_text(button: QAbstractButton, text: str) -> QWidget:
    part = QWidget()
    row = QHBoxLayout(part)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(4)
    row.addWidget(button, 0, Qt.AlignmentFlag.AlignTop)
    row.addWidget(_OptionText(text, button), 1)
    return part


class ChoiceField(Field):
    """A single choice, as buttons: options, the points of a scale, or yes and no. Delete takes the answer back."""

    def __init__(self, question: Question, options: Sequence[tuple[Value, str]], *, in_a_row: bool) -> None:
        super().__init__()
        self._group = QButtonGroup(self)
        self._values = [value for value, _ in options]
        buttons = [QRadioButton(text if in_a_row else "") for _, text in options]
        for number, (button, (_, text)) in enumerate(zip(buttons, options, strict=True)):
            button.setAccessibleName(f"{question.text}: {text}")
            self._group.addButton(button, number)
        self._group.idClicked.connect(self._chosen)
        self.setFocusProxy(buttons[0])
        self._back = _back_button(self._take_back)
        texts = [text for _, text in options]
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(_side_by_side(buttons) if in_a_row else _below_each_other(buttons, texts), 1)
        row.addWidget(self._back, 0, Qt.AlignmentFlag.AlignTop)
        self._needed = question.required
        self._follow()

    def _chosen(self, _number: int = -1) -> None:
        self._follow()
        self.changed.emit()
        self.settled.emit()

    def _take_back(self) -> None:
        self.show_value(None)
        self._chosen()

    def _follow(self) -> None:
        self._back.setVisible(self._group.checkedId() >= 0 and not self._needed)

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        """Keys that the buttons do not use: a digit is a point of the scale."""
        point = self._point(event.text()) if event is not None else None
        if point is not None:
            point.setFocus(Qt.FocusReason.ShortcutFocusReason)
            point.click()
        elif event is not None and event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            if self._group.checkedId() >= 0:
                self._take_back()
        else:
            super().keyPressEvent(event)

    def _point(self, text: str) -> QAbstractButton | None:
        numbers = [None if isinstance(value, bool | str) else str(value) for value in self._values]
        return self._group.button(numbers.index(text)) if text in numbers else None

    def value(self) -> Value:
        """The chosen option."""
        number = self._group.checkedId()
        return self._values[number] if number >= 0 else None

    def show_value(self, value: Value) -> None:
        """See Field."""
        self._group.setExclusive(False)
        for number, value_ in enumerate(self._values):
            button = self._group.button(number)
            if button is not None:
                button.setChecked(value_ == value and isinstance(value_, bool) == isinstance(value, bool))
        self._group.setExclusive(True)
        self._follow()


class ChoicesField(Field):
    """Several options to choose from."""

    def __init__(self, question: Question) -> None:
        super().__init__()
        self._boxes = {option.value: QCheckBox() for option in question.options}
        for option in question.options:
            box = self._boxes[option.value]
            box.setAccessibleName(f"{question.text}: {option.text}")
            box.clicked.connect(self._chosen)
        self.setFocusProxy(next(iter(self._boxes.values())))
        texts = [option.text for option in question.options]
        in_a_column(self, [_below_each_other(list(self._boxes.values()), texts)])

    def _chosen(self, _checked: bool) -> None:
        self.changed.emit()
        self.settled.emit()

    def value(self) -> Value:
        """The chosen options in the order of the form."""
        return [value for value, box in self._boxes.items() if box.isChecked()] or None

    def show_value(self, value: Value) -> None:
        """See Field."""
        for option, box in self._boxes.items():
            box.setChecked(option in (value or []))


def _back_button(take_back: Callable[[], None]) -> QPushButton:
    """A small cross; its place stays free while it is hidden, so that nothing jumps."""
    button = QPushButton("×")
    button.setObjectName("back")
    button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    button.setToolTip(tr("Clear the answer (Delete)"))
    button.setAccessibleName(tr("Clear the answer"))
    button.setFixedSize(26, 26)
    policy = button.sizePolicy()
    policy.setRetainSizeWhenHidden(True)
    button.setSizePolicy(policy)
    button.clicked.connect(take_back)
    return button


def _side_by_side(buttons: Sequence[QWidget]) -> QWidget:
    part = QWidget()
    grid = QGridLayout(part)
    grid.setContentsMargins(0, 0, 0, 0)
    grid.setHorizontalSpacing(14)
    for number, button in enumerate(buttons):
        grid.addWidget(button, number // _IN_A_ROW, number % _IN_A_ROW)
    grid.setColumnStretch(_IN_A_ROW, 1)
    return part


def _below_each_other(buttons: Sequence[QAbstractButton], texts: Sequence[str]) -> QWidget:
    part = QWidget()
    in_a_column(part, [_with_text(button, text) for button, text in zip(buttons, texts, strict=True)])
    return part
