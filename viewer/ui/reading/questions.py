"""The questions of one case, in a column; typed text is kept at every pause."""

from collections.abc import Callable

from PyQt5.QtCore import Qt, QTimer, pyqtSignal
from PyQt5.QtWidgets import QFrame, QLabel, QScrollArea, QVBoxLayout, QWidget

from bundle.reading.form_parts.feedback import OF_CASE
from bundle.reading.questions import Question, Value
from viewer.reading.session import Session
from viewer.ui.look import theme
from viewer.ui.reading.field import Field
from viewer.ui.reading.fields import OnImages, PlacesField, anchors_text, make_field
from viewer.words import tr

# Typed text is written after this pause, and after the longer time even without a pause.
_PAUSE_MS, _LONGEST_MS = 600, 1500

Place = tuple[str, str]


class Questions(QScrollArea):
    """The fields of the current case. `told` is called after every answer that was kept.

    `answered` brings (place, value before, value now) of each change by the reader, for undo.
    """

    answered = pyqtSignal(object, object, object)

    def __init__(self, session: Session, told: Callable[[], None], images: OnImages) -> None:
        super().__init__()
        self._session, self._told, self._images = session, told, images
        self._fields: dict[Place, tuple[Question, Field, QWidget]] = {}
        self._typed: set[Place] = set()
        self._pause, self._longest = self._timer(_PAUSE_MS), self._timer(_LONGEST_MS)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setStyleSheet(f"QScrollArea, #questions {{ background: {theme.PANEL.name()}; }}")

    def _timer(self, milliseconds: int) -> QTimer:
        timer = QTimer(self)
        timer.setSingleShot(True)
        timer.setInterval(milliseconds)
        timer.timeout.connect(self.keep)
        return timer

    def show_case(self, series_names: dict[str, str]) -> None:
        """Show the questions of the session's case; the names are those of its series by UID."""
        self._fields.clear()
        page = QWidget()
        page.setObjectName("questions")
        layout = QVBoxLayout(page)
        layout.setContentsMargins(20, 14, 20, 14)
        layout.setSpacing(18)
        if said := self._session.feedback().get(OF_CASE):
            layout.addWidget(_reference(said))
        for question, series in self._session.form.places(self._session.series()):
            part = self._part(question, series, series_names.get(series, ""))
            layout.addWidget(part)
        layout.addStretch(1)
        self.setWidget(page)
        self.follow()

    def _part(self, question: Question, series: str, name: str) -> QWidget:
        field = make_field(question, series, self._images)
        place = (question.id, series)
        value = self._session.reading().answers.get(place)
        field.show_value(value if question.fits(value) else None)  # it may answer another version of the form
        field.changed.connect(lambda: self._touched(place))
        field.settled.connect(self.keep)
        part = QWidget()
        layout = QVBoxLayout(part)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(7)
        layout.addWidget(_heading(question, name))
        hints = [question.help, anchors_text(question), self._given(question)]
        for hint in filter(None, hints):
            layout.addWidget(_hint(hint))
        layout.addWidget(field)
        if said := self._session.feedback().get(question.id):
            layout.addWidget(_reference(said))
        self._fields[place] = (question, field, part)
        return part

    def _given(self, question: Question) -> str:
        """What others answered, for a reader who decides between them."""
        answers = self._session.form.given.get(self._session.slot.case, {}).get(question.id, ())
        return tr("Others answered: {answers}").format(answers="  |  ".join(answers)) if answers else ""

    def _touched(self, place: Place) -> None:
        self._typed.add(place)
        self._pause.start()
        if not self._longest.isActive():
            self._longest.start()

    def keep(self) -> None:
        """Pass all typed text to the session."""
        self._pause.stop()
        self._longest.stop()
        typed, self._typed = self._typed, set()
        for place in typed:
            self._answer(place, self._fields[place][1].value())
        if typed:
            self.follow()
            self._told()

    def give(self, place: Place, value: Value, how: str = "", *, again: bool = False) -> None:
        """Keep an answer that comes from the images, or from undo or redo, which do it `again`."""
        self.keep()
        if self._session.fixed():
            return
        self._fields[place][1].show_value(value)
        self._answer(place, value, how, again=again)
        self.follow()
        self._told()

    def _answer(self, place: Place, value: Value, how: str = "", *, again: bool = False) -> None:
        before = self._session.reading().answers.get(place)
        self._session.answer(self._fields[place][0], place[1], value, how)
        now = self._session.reading().answers.get(place)
        if before != now and not again:
            self.answered.emit(place, before, now)

    def describe(self) -> None:
        """The images are those of this case now: say where its answers lie."""
        for _, field, _ in self._fields.values():
            if isinstance(field, PlacesField):
                field.say("")

    def follow(self) -> None:
        """Show only the questions that apply, and make locked ones read-only."""
        reading, form = self._session.reading(), self._session.form
        locked = self._session.fixed()
        for (_, series), (question, field, part) in self._fields.items():
            part.setVisible(form.asked(question, reading.answers, series))
            field.setEnabled(not locked)

    def problem(self) -> tuple[Question, str, str] | None:
        """The first question whose typed text is not an answer: (question, series, reason)."""
        for (_, series), (question, field, part) in self._fields.items():
            if not part.isHidden() and field.problem():
                return question, series, field.problem()
        return None

    def focus(self, question: str = "", series: str = "") -> None:
        """Focus a question, or the first that applies."""
        for (name, of), (_, field, part) in self._fields.items():
            if not part.isHidden() and (not question or (name, of) == (question, series)):
                field.setFocus(Qt.FocusReason.TabFocusReason)
                self.ensureWidgetVisible(part, 0)
                return


def _heading(question: Question, series: str) -> QLabel:
    text = f"{series}: {question.text}" if series else question.text
    label = QLabel(f"{text}  *" if question.required else text)
    label.setTextFormat(Qt.TextFormat.PlainText)  # anybody who had the medium may have written the form
    label.setFont(theme.sized(label.font(), 15, bold=True))
    label.setWordWrap(True)
    if question.required:
        label.setToolTip(tr("An answer is required"))
    return label


def _reference(text: str) -> QLabel:
    """What is right, beside what the reader has answered."""
    label = _hint(tr("Reference: {text}").format(text=text))
    label.setObjectName("reference")
    label.setStyleSheet(f"color: {theme.ACCENT.name()};")
    return label


def _hint(text: str) -> QLabel:
    label = QLabel(text)
    label.setTextFormat(Qt.TextFormat.PlainText)  # anybody who had the medium may have written the form
    label.setWordWrap(True)
    label.setStyleSheet(f"color: {theme.MUTED.name()};")
    return label
