"""A reader's session: the order of the cases, the answers, and the journal, which records every change at once."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from bundle import __version__
from bundle.index.records import Study
from bundle.medium.plain import as_medium
from bundle.medium.port import BundleMedium
from bundle.reading.course import HANDED, MONITOR
from bundle.reading.form import Form
from bundle.reading.journal import JournalEntry, reader_key
from bundle.reading.merge import merge
from bundle.reading.order import Slot, slots_of
from bundle.reading.questions import Question, Value
from bundle.reading.readings import (
    ABOUT,
    ANSWER,
    CASE,
    FEEDBACK,
    REOPEN,
    SUBMIT,
    TIME,
    VISIT,
    CaseReading,
    Readings,
    State,
    apply_entry,
    name_of,
    of_bundle,
    of_reader,
    readings_by_reader,
)  # fmt: skip
from bundle.reading.receipts import RECEIPT, receipt_code
from bundle.reading.sent import pack_journals
from bundle.reading.study_session import of_session
from viewer.reading import places
from viewer.reading.closing import closed
from viewer.reading.handing import Handing, NotRecorded
from viewer.reading.keeping import Keeping

# The session writes the time spent on a case at least this often, in seconds.
_TIME_EVERY = 60.0


class Session:
    """One reader's work on one bundle, in one session of its study. It writes nothing before a case is shown."""

    def __init__(self, place: Path | BundleMedium, studies: Sequence[Study], form: Form, reader: str) -> None:
        self.form, self.reader = form, reader
        self.session = form.sessions.of(reader)
        self.bundle = name_of(form, studies)
        self._studies = {study.case: study for study in studies}
        self.slots = slots_of(form, list(self._studies), reader)
        self._medium = as_medium(place)
        self._folders = places.folders_of(self._medium, self.bundle)
        self.readings, seen = self._read()
        self._kept = Keeping(self._medium, self._folders, reader, self._opening, seen)
        self._seconds: dict[Slot, float] = {}
        self._idle: dict[Slot, float] = {}
        self._shown: Slot | None = None
        self.slot = self.first_open() or self.slots[-1 if form.no_way_back else 0]

    def _read(self) -> tuple[Readings, dict[str, list[object]]]:
        uids = {case: study.study_instance_uid for case, study in self._studies.items()}
        mine, _ = of_bundle(places.journals_in(self._folders), self.bundle, uids)
        of_mine = of_reader(mine, self.reader)
        # What readers say of themselves holds in every session, unlike their answers about cases.
        self._said_before = {name for journal in of_mine for entry in journal.entries if entry.kind == ABOUT
                             and isinstance(name := entry.data.get("question"), str)}  # fmt: skip
        merged = merge(of_session(of_mine, self.session))
        readings = readings_by_reader(merged).get(reader_key(self.reader)) or Readings(self.reader, self.session)
        return readings, {name: list(journal.head) for name, journal in merged.journals.items()}

    # State

    def study(self, slot: Slot) -> Study:
        """The study at a place in the order."""
        return self._studies[slot.case]

    def reading(self, slot: Slot | None = None) -> CaseReading:
        """The answers to a case so far; without a slot, to the current case."""
        return self.readings.case((slot or self.slot).key)

    def state(self, slot: Slot) -> State:
        """How far a case is."""
        return self.reading(slot).state

    def done(self) -> int:
        """How many cases are done."""
        return sum(self.state(slot) is State.DONE for slot in self.slots)

    def seconds(self) -> float:
        """The time spent on all cases, as far as it has been written."""
        return sum(self.reading(slot).seconds for slot in self.slots)

    def first_open(self, after: Slot | None = None) -> Slot | None:
        """The next case that is not done, after `after` and then from the beginning; None if all are done."""
        start = 0 if after is None else self.slots.index(after) + 1
        behind = [*self.slots[start:], *self.slots[:start]]
        return next((slot for slot in behind if self.state(slot) is not State.DONE and not self.closed(slot)), None)

    def closed(self, slot: Slot) -> bool:
        """Whether the reader may not open this case, now or any more."""
        return closed(slot, self.readings, no_way_back=self.form.no_way_back)

    def receipt(self) -> str:
        """The code to tell once all cases are done; empty before, or if nothing could be written."""
        receipts = self.readings.receipts if self.done() == len(self.slots) else []
        return str(receipts[-1].data.get("code", "")) if receipts else ""

    def series(self) -> list[str]:
        """The series of the current case, for questions that are asked of each."""
        return [series.series_instance_uid for series in self.study(self.slot).series]

    def open_points(self) -> list[tuple[Question, str, str]]:
        """(question, series, reason) for everything that prevents submitting the current case."""
        return self.form.open_points(self.reading().answers, self.series())

    @property
    def folder(self) -> Path | None:
        """Where this session writes; None as long as it has written nothing."""
        return self._kept.folder

    @property
    def beside_the_medium(self) -> bool:
        """Whether the answers are on this PC instead of the medium."""
        return self.folder is not None and self.folder != self._folders[0].path

    @property
    def is_sealed(self) -> bool:
        """Whether the medium is encrypted: its answers stay on it, and no copy is written."""
        return self._medium.is_sealed

    @property
    def unsaved(self) -> bool:
        """Whether answers exist only in memory, because they could not be written anywhere."""
        return self._kept.stuck

    # Actions of the reader

    def go_to(self, slot: Slot) -> None:
        """Go to another case."""
        self._write_time()
        self.slot = slot

    def show(self) -> None:
        """Note that the case is on the screen; `write_look` writes it, as a slow medium would hold up the image."""
        if self._shown != self.slot:
            self._shown = self.slot
            self._note(VISIT, self._about())

    def write_look(self) -> None:
        """Write the look at the case that is shown, if nothing else has been written since."""
        if not self._kept.stuck:
            self._kept.flush()

    def answer(self, question: Question, series: str, value: Value, how: str = "") -> None:
        """Keep an answer; None takes it back. Repeating the same answer is no change. `how` is one of HOW, or empty."""
        if self.reading().answers.get((question.id, series)) == value:
            return
        if self.reading().state is State.OPEN:
            self._record(CASE, self._about())
        said = {"how": how} if how else {}
        self._record(ANSWER, {"question": question.id, "series": series, "value": value} | said)

    def _about(self) -> dict[str, Any]:
        study = self.study(self.slot).study_instance_uid
        return {"number": self.slot.number, "study": study, "training": self.slot.training}

    def unasked(self) -> list[Question]:
        """The questions about the reader that nobody has asked this reader yet."""
        asked = self._said_before | self.readings.about.keys()
        return [question for question in self.form.of_reader if question.id not in asked]

    def answer_about(self, question: Question, value: Value) -> None:
        """Keep what the reader says of herself or himself; None: asked, and not answered."""
        self._record(ABOUT, {"question": question.id, "value": value}, of_case=False)

    def submit(self, view: Mapping[str, Any] | None = None) -> None:
        """Mark the case as done; `view` is the state of the screen, if the form wants it kept."""
        self._write_time()
        self._record(SUBMIT, {"view": dict(view)} if view is not None and self.form.keep_view else {})
        if self.done() == len(self.slots):
            self._write_receipt()

    def feedback(self) -> Mapping[str, str]:
        """The reference of the current case by question id, once it was submitted, and of a training case only."""
        is_over = self.slot.training and self.reading().finished
        return self.form.feedback.get(self.slot.case, {}) if is_over else {}

    def note_feedback(self) -> None:
        """The reader sees the reference now."""
        if self.feedback() and not self.reading().course.feedback:
            self._record(FEEDBACK, {})

    def fixed(self) -> bool:
        """Whether the answers stay as they are: the form locks them, or the reader has seen the reference."""
        return (self.form.lock and self.reading().locked) or bool(self.feedback())

    def _write_receipt(self) -> None:
        """The code covers everything written so far; what only waits in memory gets none."""
        heads = self._kept.heads()
        if heads:
            code = receipt_code(self.reader, self.session, heads)
            self._record(RECEIPT, {"code": code, "heads": heads})

    def reopen(self, reason: str) -> None:
        """Open a submitted case for changes."""
        self._record(REOPEN, {"reason": reason})

    def looked(self, seconds: float, *, idle: bool = False) -> None:
        """Count this much time while the window was active; `idle` if nothing was touched for long."""
        self._seconds[self.slot] = self._seconds.get(self.slot, 0.0) + seconds
        self._idle[self.slot] = self._idle.get(self.slot, 0.0) + seconds * idle
        if self._seconds[self.slot] >= _TIME_EVERY:
            self._write_time()

    def judged(self, width: int, height: int, seconds: float) -> None:
        """Note that the reader looked at the test pattern, on a screen of this size in pixels; it is no answer."""
        self._record(MONITOR, {"screen": [width, height], "seconds": round(seconds, 1)})

    def hand_over(self, chosen: Path) -> Handing:
        """The open case on its way into a folder below `chosen`; raises BundleError, OSError.

        It is recorded before the first byte leaves the medium.
        """
        handing = Handing(self._medium, self.study(self.slot), chosen)
        self._record(HANDED, {"files": len(handing.paths)})
        if self.unsaved:
            raise NotRecorded
        return handing

    def try_again(self) -> None:
        """Write what could not be written so far: a stick may be back, or a disk have room again."""
        self._kept.flush()

    def close(self) -> None:
        """Keep the rest, and close the file."""
        self._write_time()
        self._kept.close()

    def save_copy(self, path: Path) -> None:
        """Write one file to send: all journals of this reader, and unwritten answers; raises OSError.

        Never of a sealed medium.
        """
        if self.is_sealed:
            raise PermissionError(None, "the stick is encrypted, and its answers stay on it")
        self._kept.flush()
        contents = places.contents_in(self._folders, self.reader)
        waiting = self._kept.waiting_journal()
        path.write_text(pack_journals(contents | waiting, self.bundle), encoding="utf-8")
        self._kept.are_in_a_copy(waiting)

    # Writing

    def _write_time(self) -> None:
        """A case that was neither shown nor answered has no time."""
        reading = self.reading()
        if (reading.course.looks or reading.state is not State.OPEN) and self._seconds.get(self.slot, 0.0) >= 1:
            idle = round(self._idle.pop(self.slot, 0.0), 1)
            self._record(TIME, {"seconds": round(self._seconds.pop(self.slot), 1)} | ({"idle": idle} if idle else {}))

    def _record(self, kind: str, data: Mapping[str, Any], *, of_case: bool = True) -> None:
        self._note(kind, data, of_case=of_case)
        self._kept.flush()

    def _note(self, kind: str, data: Mapping[str, Any], *, of_case: bool = True) -> None:
        slot = {"case": self.slot.case, "occurrence": self.slot.occurrence} if of_case else {}
        time = self._kept.note(kind, slot | dict(data))
        apply_entry(self.readings, JournalEntry("", 0, time, kind, slot | dict(data), ""))

    def _opening(self) -> dict[str, Any]:
        return {
            "bundle": self.bundle,
            "viewer": __version__,
            "form": self.form.digest,
            "form_version": self.form.version,
            "form_text": self.form.text,
            "time_zone": datetime.now().astimezone().strftime("%z"),
            **self.session.opening,
        }
