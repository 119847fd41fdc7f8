"""The panel beside the images: which case of how many, its questions, and the buttons for it."""

from collections.abc import Callable
import time

from PyQt5.QtCore import Qt, QTimer, pyqtSignal
from PyQt5.QtGui import QKeyEvent, QStandardItemModel
from PyQt5.QtWidgets import QApplication, QComboBox, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from bundle.reading.order import Slot
from bundle.reading.questions import Question
from bundle.reading.readings import State
from viewer.reading.blind import case_name
from viewer.reading.session import Session
from viewer.ui.look import theme
from viewer.ui.reading.fields import OnImages
from viewer.ui.reading.questions import Questions
from viewer.ui.reading.style import STYLE
from viewer.words import tr, tr_remark

_TICK_SECONDS = 1.0


class ReadingPanel(QWidget):
    """Follows one session. `turned` brings the slot to show; `left` fires when the focus returns to the image.

    `turning` fires before the fields of a case go, `told` after every change of answers or of the state of the case,
    `submitted` when a case is done.
    """

    turned = pyqtSignal(object)
    turning, told, submitted = pyqtSignal(), pyqtSignal(), pyqtSignal()
    left = pyqtSignal()

    def __init__(
        self, session: Session, view: Callable[[], dict[str, object]], ask_reason: Callable[[], str],
        images: OnImages, send: Callable[[], None],
    ) -> None:  # fmt: skip
        super().__init__()
        self.session, self._view, self._ask_reason = session, view, ask_reason
        self.questions = Questions(session, self._answered, images)
        self._case, self._count, self._state, self._trouble = QLabel(), QLabel(), QLabel(), QLabel()
        self._cases = QComboBox()
        self._submit, self._next = QPushButton(), QPushButton(tr("Next open case"))
        self._send = QPushButton(tr("Save a copy to send"))
        self._send.clicked.connect(send)
        self.setAccessibleName(tr("Reading"))
        self.setObjectName("reading")
        self.setStyleSheet(STYLE + f"#reading {{ background: {theme.PANEL.name()}; }}")
        self._lay_out()
        self._touched = time.monotonic()
        self._clock = QTimer(self)
        self._clock.setInterval(int(_TICK_SECONDS * 1000))
        self._clock.timeout.connect(self._tick)
        self._clock.start()

    def _lay_out(self) -> None:
        self._case.setFont(theme.sized(self._case.font(), 20, bold=True))
        self._count.setStyleSheet(f"color: {theme.MUTED.name()};")
        self._state.setWordWrap(True)
        self._trouble.setWordWrap(True)
        self._trouble.setStyleSheet(f"color: {theme.NOTE.name()};")
        self._cases.setAccessibleName(tr("Cases"))
        self._cases.setToolTip(tr("All cases: open, started and done"))
        self._cases.activated.connect(lambda number: self.turn(self.session.slots[number]))
        self._submit.setToolTip(tr("Submit this case, or change it once it is done (Ctrl+Enter)"))
        self._next.setToolTip(tr("Go to the next open case (F8); F6 switches between image and form"))
        self._submit.clicked.connect(self.submit)
        self._next.clicked.connect(self.next_open)
        head = QVBoxLayout()
        head.setContentsMargins(20, 16, 20, 6)
        head.setSpacing(5)
        for part in (self._case, self._count, self._cases, self._state):
            head.addWidget(part)
        foot = QVBoxLayout()
        foot.setContentsMargins(20, 8, 20, 16)
        foot.setSpacing(8)
        buttons = QHBoxLayout()
        buttons.addWidget(self._submit)
        buttons.addWidget(self._next)
        foot.addWidget(self._trouble)
        foot.addLayout(buttons)
        foot.addWidget(self._send)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addLayout(head)
        layout.addWidget(self.questions, 1)
        layout.addLayout(foot)
        self.setMinimumWidth(340)

    # Moving from case to case

    def show_case(self) -> None:
        """The session's case, with its questions."""
        names = {
            series.series_instance_uid: series.description for series in self.session.study(self.session.slot).series
        }
        self.questions.show_case(names)
        self.follow()

    def turn(self, slot: Slot) -> None:
        """Go to another case; keep typed text first."""
        self.turning.emit()
        self.questions.keep()
        if slot != self.session.slot:
            if self.session.closed(slot):
                self._refuse()
                return
            self.session.go_to(slot)
        self.session.show()
        self.show_case()
        self.turned.emit(slot)

    def step(self, steps: int) -> None:
        """Go to the case this many places on in the order, stopping at its ends."""
        slots = self.session.slots
        self.turn(slots[min(max(slots.index(self.session.slot) + steps, 0), len(slots) - 1)])

    def _refuse(self) -> None:
        """Which case it is, and why, would tell what a reader must not know: that a case comes again."""
        self.follow()
        self._warn(tr("This case is closed. Please go on with the next open case (F8)."))

    def _warn(self, text: str) -> None:
        self._state.setText(text)
        self._state.show()
        self._state.setStyleSheet(f"color: {theme.NOTE.name()};")

    def next_open(self) -> None:
        """Go to the next case that is not done; if all are done, show the summary."""
        self.questions.keep()
        following = self.session.first_open(self.session.slot)
        if following is not None:
            self.turn(following)
        self.follow()

    # Answers

    def submit(self) -> None:
        """Mark the case as done if nothing is missing; reopen a submitted and locked case, with a reason."""
        self.questions.keep()
        reading = self.session.reading()
        if self.session.feedback():
            self.next_open()
            return
        if reading.state is State.DONE:
            self._reopen()
            return
        unfinished = self.questions.problem()
        missing = [unfinished] if unfinished else self.session.open_points()
        if missing:
            question, series, why = missing[0]
            self._warn(f"{question.text}  –  {_why(question, why)}")
            self.questions.focus(question.id, series)
            return
        self.session.submit(self._view())
        self.submitted.emit()
        if self.session.feedback():  # the reader compares, and goes on when ready
            self.session.note_feedback()
            self.show_case()
            self._submit.setFocus()  # the field that had the focus is gone
            return
        self.next_open()

    def _reopen(self) -> None:
        if self.session.closed(self.session.slot):
            self._refuse()
            return
        reason = self._ask_reason() if self.session.form.lock else "no lock"  # same journal in every language
        if reason:
            self.session.reopen(reason)
            self.questions.follow()
            self.follow()
            self.questions.focus()

    def _answered(self) -> None:
        reading = self.session.reading()
        if reading.state is State.DONE:  # without a lock the change itself reopens the case
            self.session.reopen("changed")
        self.follow()

    def follow(self) -> None:
        """Show how far the reader is, and where the answers are saved."""
        session, slot = self.session, self.session.slot
        done, total = session.done(), len(session.slots)
        state = session.state(slot)
        self._case.setText(case_name(slot))
        self._count.setText(tr("{done} of {total} done").format(done=done, total=total) + f"  ·  {session.reader}")
        self._fill_cases()
        self._state.setStyleSheet(f"color: {theme.ACCENT.name() if state is State.DONE else theme.MUTED.name()};")
        said = [_compare() if session.feedback() else "", _summary(session) if done == total else ""]
        self._state.setText("\n\n".join(filter(None, said)))
        self._state.setVisible(any(said))
        again = tr("Continue") if session.feedback() else tr("Change")
        self._submit.setText(again if state is State.DONE else tr("Submit"))
        self._submit.setEnabled(not session.closed(slot))
        self._next.setEnabled(session.first_open(slot) not in (None, slot))
        self._trouble.setText(_trouble(session))
        self._trouble.setVisible(bool(self._trouble.text()))
        may_leave = not session.is_sealed
        self._send.setVisible(may_leave and (session.beside_the_medium or session.unsaved or done == total))
        self.told.emit()

    def _fill_cases(self) -> None:
        slots = self.session.slots
        if self._cases.count() != len(slots):
            self._cases.clear()
            self._cases.addItems([""] * len(slots))
        for number, slot in enumerate(slots):
            self._cases.setItemText(number, f"{case_name(slot)}  –  {_STATES[self.session.state(slot)]()}")
            self._enable(number, enabled=slot == self.session.slot or not self.session.closed(slot))
        self._cases.setCurrentIndex(slots.index(self.session.slot))

    def _enable(self, number: int, *, enabled: bool) -> None:
        model = self._cases.model()
        item = model.item(number) if isinstance(model, QStandardItemModel) else None
        if item is not None:
            item.setEnabled(enabled)

    # Time

    def _tick(self) -> None:
        if QApplication.activeWindow() is not None:
            idle = time.monotonic() - self._touched > self.session.form.idle_after
            self.session.looked(_TICK_SECONDS, idle=idle)
        self.session.write_look()
        if self.session.unsaved:
            self.session.try_again()
            self.follow()

    def touched(self) -> None:
        """Somebody is at work: a key was pressed, or the mouse moved."""
        self._touched = time.monotonic()

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        """Stop keys that no field uses: a letter typed beside a text would change the image."""
        if event is None:
            return
        bare = not event.modifiers() & (Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier)
        of_the_window = event.key() in (Qt.Key.Key_F1, Qt.Key.Key_Escape)
        event.setAccepted(bool(bare) and not of_the_window)

    def close_session(self) -> None:
        """Keep everything, and close the files on the medium."""
        self._clock.stop()
        self.questions.keep()
        self.session.close()


def _why(question: Question, why: str) -> str:
    """Why the case is not done, in the reader's language; a limit may end in the unit of the question."""
    unit = f" {question.unit}" if question.unit and why.endswith(f" {question.unit}") else ""
    return tr_remark(why.removesuffix(unit)) + unit


def _compare() -> str:
    return tr("Training: compare your answers with the reference. They stay as they are.")


def _summary(session: Session) -> str:
    minutes = round(session.seconds() / 60)
    taken = tr("{hours} h {minutes} min").format(hours=minutes // 60, minutes=minutes % 60)
    text = tr("All cases are done. Thank you.\n%n cases in {time}. You can still open each one in the list above. "
              "Give the medium back, or save a copy to send.", len(session.slots))  # fmt: skip
    if session.form.no_way_back:
        text = tr("All cases are done. Thank you.\n%n cases in {time}. "
                  "Give the medium back, or save a copy to send.", len(session.slots))  # fmt: skip
    if session.is_sealed:
        text = tr("All cases are done. Thank you.\n%n cases in {time}. Give the medium back.", len(session.slots))
    code = tr("Receipt: {code}\nPlease tell it to the study, by telephone or mail.")
    return "\n".join([text.format(time=taken), *([code.format(code=session.receipt())] if session.receipt() else [])])


def _trouble(session: Session) -> str:
    if session.unsaved and session.is_sealed:
        return tr("Your latest answers could not be saved. Free some space on the stick, and leave it plugged in.")
    if session.unsaved:
        return tr("Your latest answers could not be saved. Free some space, or save a copy to send.")
    if session.beside_the_medium:
        text = tr("Answers cannot be saved on this medium. They are saved on this PC, in {folder}")
        return text.format(folder=session.folder)
    return ""


_STATES: dict[State, Callable[[], str]] = {
    State.OPEN: lambda: tr("open"), State.BEGUN: lambda: tr("started"), State.DONE: lambda: tr("done"),
}  # fmt: skip
