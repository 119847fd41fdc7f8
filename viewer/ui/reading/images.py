"""Answers on the images: asks for clicks, offers distances by name, shows answers, changes them when they are moved."""

from collections.abc import Callable, Iterator
from functools import partial
from itertools import islice
from typing import Protocol, runtime_checkable

from PyQt5.QtCore import QObject, QTimer

from bundle.reading.marks import apart, marks_of
from bundle.reading.questions import QuestionType, Value
from bundle.reading.readings import MOVED, REDONE, TAKEN, UNDONE
from viewer.entries import Entry
from viewer.marks.history import Step
from viewer.reading.asking import Asked
from viewer.reading.marks import Mark, across_gap, length_between, mark_at
from viewer.reading.session import Session
from viewer.reading.shapes import AnswerShape, said, shapes_of
from viewer.ui.reading.fields import PlacesField
from viewer.ui.reading.offers import Offer, offers
from viewer.ui.reading.panel import ReadingPanel
from viewer.ui.shell.window import MainWindow
from viewer.ui.slices.answers.jump import find_mark, go_to
from viewer.ui.slices.answers.listed import slice_words
from viewer.words import tr

# So many distances that are already there are offered, the last one first.
_OFFERED = 3


@runtime_checkable
class GoesToPlane(Protocol):
    """The page of planes, which loads only when the reader asks for it."""

    def go_to_plane(self, mark: Mark) -> None:
        """Show the plane on which a place was marked."""


class AnswersOnImages(QObject):
    """What the fields need of the images; `follow` keeps both alike. One question is asked at a time."""

    def __init__(self, window: MainWindow, session: Session) -> None:
        super().__init__(window)
        self._window, self._session = window, session
        self._panel: ReadingPanel | None = None
        self._field: PlacesField | None = None
        self._shown: dict[tuple[str, str], int] = {}
        answered = window.viewing.answered
        answered.placed.connect(self._take)
        answered.moved.connect(self._moved)
        answered.sought.connect(self._show)
        answered.cancelled.connect(self.end)
        window.panes.placed.connect(self._placed)
        # The plane to go to; the page may have to wait for its slices.
        self._wanted: Mark | None = None
        window.viewing.loaded.connect(lambda: QTimer.singleShot(0, self._go_to_plane))

    def attach(self, panel: ReadingPanel) -> None:
        """The panel with the fields."""
        self._panel = panel
        panel.turning.connect(self.end)
        panel.told.connect(self.follow)
        panel.submitted.connect(self._submitted)
        panel.questions.answered.connect(self._answered)
        self._window.stepping.connect(panel.questions.keep)

    @property
    def panel(self) -> ReadingPanel:
        """The panel; it is made with this object, and attached at once."""
        assert self._panel is not None
        return self._panel

    def follow(self) -> None:
        """Show the answers of the case on its images."""
        session = self._session
        reading = session.reading()
        shapes = shapes_of(session.form, reading.answers, session.series())
        self._window.viewing.answered.show(shapes, fixed=session.fixed())

    # Asking

    def ask(self, field: PlacesField) -> None:
        """See OnImages: clicks answer; a distance that is there already is offered by name."""
        self.end()
        question, value = field.question, field.value()
        if question.kind is QuestionType.MARK and 0 < question.most <= len(value or []):
            field.say(tr("No more than %n marks can be set here. Remove them to set others.", question.most))
            return
        clicks = 1 if question.kind is QuestionType.MARK else 2
        asked = Asked(question.text, clicks, field.answer[1], question.unit)
        self._field = field
        field.say(asked.hint)
        if clicks > 1:
            field.offer(list(self._offers(field)))
        page = self._window.pages.page
        if self._window.pages.name != "mpr" or page is None or page.content is None:
            self._window.pages.leave()
        self._window.panes.pick(picking=True)
        self._window.viewing.answered.ask(asked)
        self._window.focus_image()

    def end(self) -> None:
        """Wait for no more clicks."""
        field, self._field = self._field, None
        self._window.panes.pick(picking=False)
        if field is not None:
            self._window.viewing.answered.ask(None)
            field.offer([])
            field.say("")

    def _placed(self, column: float, row: float) -> None:
        viewing = self._window.viewing
        self._take(mark_at(viewing.entry, viewing.port.frame, column, row))

    def _take(self, mark: Mark) -> None:
        answered, field = self._window.viewing.answered, self._field
        if field is None or answered.asked is None:
            return
        asked = answered.asked
        taken = asked.take(mark, self.where)
        field.say(asked.hint if taken else asked.refused)
        answered.ask(asked)
        if taken and asked.complete:
            self._complete(field, asked)

    def _complete(self, field: PlacesField, asked: Asked) -> None:
        marks = asked.marks
        if asked.clicks == 1:
            value: Value = [*(field.value() or []), marks[0]]
        else:
            value = length_between(self._window.viewing.entry.stack, marks)
        self.end()
        if value is None:
            field.say(tr("The pixel size is unknown, so lengths cannot be measured"))
        else:
            self._give(field.answer, value)
        field.focus_answer()

    def _give(self, answer: tuple[str, str], value: Value, how: str = "") -> None:
        self.panel.questions.give(answer, value, how)

    # Distances that are there already

    def _offers(self, field: PlacesField) -> Iterator[tuple[str, Callable[[], None]]]:
        for offer in islice(offers(self._window.viewing, field.answer[1]), _OFFERED):
            length = said(offer.value["value"], field.question.unit)
            text = tr("Use {length} on {place}").format(length=length, place=offer.place)
            yield text, partial(self._use, field, offer)

    def _use(self, field: PlacesField, offer: Offer) -> None:
        """The distance becomes the answer: it is no longer there for another question."""
        self.end()
        with self._window.viewing.markings.history.as_one():
            if offer.remove():
                self._give(field.answer, offer.value, TAKEN)

    def _entry(self, stack_id: int) -> Entry | None:
        entries = self._window.viewing.entries
        return next((entry for entry in entries if entry.stack.stack_id == stack_id), None)

    # Where places are

    def note(self, value: Value) -> str:
        """See OnImages."""
        marks = marks_of(value) if isinstance(value, dict) else []
        if apart(marks):  # an older viewer took it
            return tr("not on one slice: please measure again")
        found = find_mark(self._window.viewing, marks[0]) if marks else None
        entry = None if found is None else self._entry(found[0])
        if entry is None or not across_gap(self._window.viewing.loadings.stack(entry), marks):
            return ""
        return tr("across missing slices")

    def where(self, mark: Mark) -> str:
        """See OnImages."""
        if "instance" not in mark:
            return tr("MPR plane")
        found = find_mark(self._window.viewing, mark)
        return "" if found is None else slice_words(self._window.viewing, found)

    def show(self, field: PlacesField) -> None:
        """See OnImages: the next of several marks with each press."""
        marks = marks_of(field.value())
        if not marks:
            return
        number = self._shown.get(field.answer, -1) + 1
        self._shown[field.answer] = number
        self._show(marks[number % len(marks)])

    def _show(self, mark: Mark) -> None:
        window = self._window
        found = find_mark(window.viewing, mark)
        if found is None:
            return
        if "instance" in mark:
            window.pages.leave()
            go_to(window.viewing, found)
        else:
            window.open(next(entry for entry in window.viewing.entries if entry.stack.stack_id == found[0]))
            window.pages.show_page("mpr")
            self._wanted = mark
            self._go_to_plane()

    def _go_to_plane(self) -> None:
        """Go to the plane of an answer as soon as the planes are there."""
        page, mark = self._window.pages.page, self._wanted
        content = None if page is None else page.content
        if mark is not None and isinstance(content, GoesToPlane):
            self._wanted = None
            content.go_to_plane(mark)

    # Changes

    def _moved(self, shape: AnswerShape) -> None:
        """An answer was dragged: it changes."""
        value = self._session.reading().answers.get(shape.answer)
        if value is not None:
            self._give(shape.answer, shape.within(value), MOVED)

    def _answered(self, answer: tuple[str, str], before: Value, now: Value) -> None:
        again = self.panel.questions.give
        self._window.viewing.markings.history.did(
            Step(lambda: again(answer, before, UNDONE, again=True), lambda: again(answer, now, REDONE, again=True))
        )

    def _submitted(self) -> None:
        """No undo reaches past a submission."""
        self._window.viewing.markings.history.forget()
