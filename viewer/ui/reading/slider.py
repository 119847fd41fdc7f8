"""A slider over whole numbers, without a value until the reader gives one: by mouse, arrows or figures."""

from PyQt5.QtCore import Qt, QTimer, pyqtSignal
from PyQt5.QtGui import QKeyEvent, QMouseEvent, QWheelEvent
from PyQt5.QtWidgets import QHBoxLayout, QLabel, QSlider, QStyle, QStyleOptionSlider, QWidget

from bundle.reading.questions import Question, Value
from viewer.ui.reading.field import Field
from viewer.words import tr

# Figures typed within this time of each other are one number.
_TYPING_MS = 1200
_UNSET = "–"
_ARROWS = (
    Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown,
)  # fmt: skip


class _Slider(QSlider):
    """`given` is None until somebody gives a value: a handle at rest would suggest one."""

    moved = pyqtSignal()

    def __init__(self, low: int, high: int) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self.given: int | None = None
        self.setRange(low, high)
        self.setPageStep(max((high - low) // 10, 1))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setToolTip(tr("Click, use the arrow keys, or type a number; Delete clears it"))
        self._typed = ""
        self._typing = QTimer(self)
        self._typing.setSingleShot(True)
        self._typing.setInterval(_TYPING_MS)
        self._typing.timeout.connect(self._forget)
        self.valueChanged.connect(self._slid)
        self.give(None)

    def give(self, value: int | None) -> None:
        """Show a value, or that there is none, without a signal."""
        self.blockSignals(True)
        self.given = value
        self.setValue(self._middle() if value is None else value)
        self.blockSignals(False)
        self._dress()

    def _middle(self) -> int:
        return (self.minimum() + self.maximum()) // 2

    def _dress(self) -> None:
        self.setProperty("unset", self.given is None)
        if (style := self.style()) is not None:
            style.unpolish(self)
            style.polish(self)

    def _take(self, value: int | None) -> None:
        if value != self.given:
            self.give(value)
            self.moved.emit()

    def _slid(self, value: int) -> None:
        self._take(value)

    def _forget(self) -> None:
        self._typed = ""

    def mousePressEvent(self, event: QMouseEvent | None) -> None:
        """A click gives the value of its place at once; the mouse then drags it."""
        if event is not None and event.button() == Qt.MouseButton.LeftButton:
            self._take(self._value_at(event.x()))
            super().mousePressEvent(event)

    def _value_at(self, x: int) -> int:
        option, style = QStyleOptionSlider(), self.style()
        self.initStyleOption(option)
        assert style is not None
        handle = style.subControlRect(
            QStyle.ComplexControl.CC_Slider, option, QStyle.SubControl.SC_SliderHandle, self
        ).width()
        span = self.width() - handle
        return QStyle.sliderValueFromPosition(self.minimum(), self.maximum(), x - handle // 2, span)

    def wheelEvent(self, event: QWheelEvent | None) -> None:
        """The wheel scrolls the questions: no answer changes by the way."""
        if event is not None:
            event.ignore()

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        """Figures type a number, Delete takes the value back; the first arrow begins in the middle."""
        if event is None:
            return
        if event.text() and event.text() in "-0123456789":
            self._type(event.text())
        elif event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self._take(None)
        elif self.given is None and event.key() in _ARROWS:
            self._take(self._middle())
        elif self.given is None and event.key() in (Qt.Key.Key_Home, Qt.Key.Key_End):
            self._take(self.minimum() if event.key() == Qt.Key.Key_Home else self.maximum())
        else:
            super().keyPressEvent(event)

    def _type(self, sign: str) -> None:
        """A figure that would lead out of the range begins a new number."""
        for text in (self._typed + sign, sign):
            number = int(text) if text.removeprefix("-").isdigit() else None
            if number is None or self.minimum() <= number <= self.maximum():
                self._typed = text
                if number is not None:
                    self._take(number)
                break
        self._typing.start()


class PointSlider(QWidget):
    """A slider with its ends, and the value as a number. `moved` fires at every change by the reader."""

    moved = pyqtSignal()

    def __init__(self, low: int, high: int, name: str) -> None:
        super().__init__()
        self._slider, self._said = _Slider(low, high), QLabel(_UNSET)
        self._slider.setAccessibleName(name)
        self._slider.moved.connect(self._moved)
        self._said.setFixedWidth(self._said.fontMetrics().horizontalAdvance(f"{-max(abs(low), abs(high))}") + 8)
        self._said.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setFocusProxy(self._slider)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(QLabel(str(low)))
        row.addWidget(self._slider, 1)
        row.addWidget(QLabel(str(high)))
        row.addWidget(self._said)

    def _moved(self) -> None:
        self._say()
        self.moved.emit()

    def _say(self) -> None:
        self._said.setText(_UNSET if self._slider.given is None else str(self._slider.given))

    def value(self) -> int | None:
        """The number; None as long as the reader has given none."""
        return self._slider.given

    def show_value(self, value: int | None) -> None:
        """Show a number without a signal."""
        self._slider.give(value)
        self._say()


class SliderField(Field):
    """A number on a slider."""

    def __init__(self, question: Question) -> None:
        super().__init__()
        self._slider = PointSlider(int(question.minimum or 0), int(question.maximum or 0), question.text)
        self._slider.moved.connect(self.changed)
        self.setFocusProxy(self._slider)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self._slider)

    def value(self) -> Value:
        """The number."""
        return self._slider.value()

    def show_value(self, value: Value) -> None:
        """See Field."""
        self._slider.show_value(value)
