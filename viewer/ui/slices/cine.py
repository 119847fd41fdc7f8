"""Cine: a bar over the panes that plays the slices of the selected pane, with rate and loop."""

from collections.abc import Callable

from PyQt5.QtCore import Qt, QTimer
from PyQt5.QtWidgets import QAction, QHBoxLayout, QLabel, QSlider, QToolButton, QWidget

from viewer.state import go_to_end, index_of_number, scroll
from viewer.ui.look.icons import icon
from viewer.ui.slices.viewing import Viewing
from viewer.words import tr

SLOWEST, FASTEST, USUAL = 1, 60, 15
_MARGIN = 18


class CineBar(QWidget):
    """Playing starts as soon as the bar appears (IHE BIR); it takes no focus, so that all keys keep working."""

    def __init__(self, viewing: Viewing, over: QWidget) -> None:
        super().__init__(over)
        self._viewing = viewing
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._advance)
        self.setObjectName("cine")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 4, 12, 4)
        row.addWidget(self._button("first", tr("First slice"), lambda: self._go(last=False)))
        row.addWidget(self._button("back", tr("Previous slice"), lambda: self._step(-1)))
        self._play = self._button("play", tr("Play or pause (C closes the cine bar)"), self._turn)
        row.addWidget(self._play)
        row.addWidget(self._button("forward", tr("Next slice"), lambda: self._step(1)))
        row.addWidget(self._button("last", tr("Last slice"), lambda: self._go(last=True)))
        self.loop = QAction(icon("loop"), tr("Start again after the last slice"), self)
        self.loop.setCheckable(True)  # the action, not its button, which follows the action
        self.loop.setChecked(True)
        row.addWidget(_button_of(self.loop))
        self.rate = QSlider(Qt.Orientation.Horizontal)
        self.rate.setRange(SLOWEST, FASTEST)
        self.rate.setValue(USUAL)
        self.rate.setFixedWidth(130)
        self.rate.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.rate.setAccessibleName(tr("Slices per second"))
        self.rate.setToolTip(tr("Slices per second"))
        self.rate.valueChanged.connect(self._set_rate)
        self._shown_rate = QLabel()
        self._shown_rate.setMinimumWidth(54)
        row.addWidget(self.rate)
        row.addWidget(self._shown_rate)
        self._set_rate(USUAL)
        self.hide()

    def _button(self, name: str, tip: str, action: Callable[[], None]) -> QToolButton:
        made = QAction(icon(name), tip, self)
        made.triggered.connect(lambda _checked: action())
        return _button_of(made)

    def toggle(self) -> None:
        """Show the bar and play, or stop and hide it."""
        if self.isVisible():
            self.stop()
        else:
            self.show()
            self.place()
            self.raise_()
            self.play()

    def stop(self) -> None:
        """End the cine."""
        self.pause()
        self.hide()

    def play(self) -> None:
        """Start or continue."""
        self._timer.start()
        self._play.setIcon(icon("pause"))

    def pause(self) -> None:
        """Stay at this slice."""
        self._timer.stop()
        self._play.setIcon(icon("play"))

    @property
    def playing(self) -> bool:
        """Whether the cine is running."""
        return self._timer.isActive()

    def _turn(self) -> None:
        if self.playing:
            self.pause()
        else:
            self.play()

    def _set_rate(self, rate: int) -> None:
        self._timer.setInterval(round(1000 / rate))
        self._shown_rate.setText(tr("{rate} / s").format(rate=rate))

    def _advance(self) -> None:
        viewing = self._viewing
        stack, state = viewing.entry.stack, viewing.state
        viewing.set_state(scroll(state, stack, 1))
        if viewing.state != state:
            return
        if self.loop.isChecked():  # the end: of tiles, only the last gets there
            viewing.set_index(index_of_number(stack, 1))
        else:
            self.pause()

    def _step(self, steps: int) -> None:
        self.pause()
        self._viewing.set_state(scroll(self._viewing.state, self._viewing.entry.stack, steps))

    def _go(self, *, last: bool) -> None:
        self.pause()
        self._viewing.set_state(go_to_end(self._viewing.state, self._viewing.entry.stack, last))

    def place(self) -> None:
        """In the middle at the bottom, over the panes."""
        over = self.parentWidget()
        if over is not None:
            self.adjustSize()
            self.move((over.width() - self.width()) // 2, over.height() - self.height() - _MARGIN - 40)


def _button_of(action: QAction) -> QToolButton:
    button = QToolButton()
    button.setDefaultAction(action)
    button.setAccessibleName(action.text())
    button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    return button
