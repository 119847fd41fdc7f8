"""What the journals of readers add up to: for each reader and case the answers that count, history and conflicts."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
import hashlib
from typing import Any

from bundle.index.records import Study
from bundle.reading.course import Course, Submission
from bundle.reading.form import Form
from bundle.reading.journal import OPENING, Journal, JournalEntry, reader_key
from bundle.reading.merge import Merged
from bundle.reading.questions import Value, is_empty
from bundle.reading.receipts import RECEIPT
from bundle.reading.study_session import SESSION_1, StudySession, session_of

# Kinds of entries besides the opening one.
CASE, ANSWER, SUBMIT, REOPEN, TIME = "case", "answer", "submit", "reopen", "time"
VISIT = "visit"  # the case was shown
FEEDBACK = "feedback"  # the reference of a training case was shown, after it was submitted
ABOUT = "about"  # the reader answered a question about the reader
# How an answer came about, where it was not given in the form: a place of it was dragged on the image; it was undone;
# it was done again; a distance that had been measured before was taken by name.
MOVED, UNDONE, REDONE, TAKEN = HOW = ("moved", "undone", "redone", "taken")

SlotKey = tuple[str, int]
Place = tuple[str, str]


class State(Enum):
    """How far a reader has got with a case."""

    OPEN = "open"
    BEGUN = "begun"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer: the value (None: taken back), when, and in which entry."""

    value: Value
    entry: JournalEntry

    @property
    def how(self) -> str:
        """One of HOW; empty if it was given in the form."""
        said = self.entry.data.get("how", "")
        return said if said in HOW else ""


@dataclass(frozen=True, slots=True)
class Conflict:
    """Answers to one question whose writers did not know each other's; the latest counts, nothing is lost."""

    slot: SlotKey
    place: Place
    kept: Answer
    aside: tuple[Answer, ...]


@dataclass(slots=True)
class CaseReading:
    """One reader's reading of one slot. The keys of `answers` and `history` are (question id, series UID or empty)."""

    slot: SlotKey
    number: int = 0
    study_instance_uid: str = ""
    training: bool = False
    state: State = State.OPEN
    seconds: float = 0.0
    submitted: str = ""
    view: Mapping[str, Any] = field(default_factory=dict)
    history: dict[Place, list[Answer]] = field(default_factory=dict)
    reopened: list[JournalEntry] = field(default_factory=list)
    heads: dict[Place, list[Answer]] = field(default_factory=dict)
    course: Course = field(default_factory=Course)

    @property
    def answers(self) -> dict[Place, Value]:
        """The answers that count, without those taken back."""
        last = {place: answers[-1].value for place, answers in self.history.items()}
        return {place: value for place, value in last.items() if not is_empty(value)}

    @property
    def counting(self) -> Mapping[Place, Value]:
        """The answers of a finished reading: if it was opened again and not submitted since, those submitted last."""
        waits = self.state is State.BEGUN and self.course.submissions
        return self.course.submissions[-1].answers if waits else self.answers

    @property
    def finished(self) -> bool:
        """Whether the case was submitted, even if it has been opened again since."""
        return self.state is State.DONE or bool(self.course.submissions)

    @property
    def locked(self) -> bool:
        """Whether a change needs a reopening first: the case is submitted and was not reopened."""
        return self.state is State.DONE

    def conflicts(self) -> Iterator[Conflict]:
        """The questions with contradictory answers."""
        for place, heads in self.heads.items():
            kept = heads[-1]
            aside = tuple(head for head in heads[:-1] if head.value != kept.value)
            if aside:
                yield Conflict(self.slot, place, kept, aside)


@dataclass(slots=True)
class Readings:
    """One reader's readings in one session; `forms` are the digests of the forms answered, the latest last.

    `about` has what the reader said of herself or himself, by question id, the latest last.
    """

    reader: str
    session: StudySession = SESSION_1
    cases: dict[SlotKey, CaseReading] = field(default_factory=dict)
    forms: list[str] = field(default_factory=list)
    form_texts: dict[str, str] = field(default_factory=dict)
    receipts: list[JournalEntry] = field(default_factory=list)
    about: dict[str, list[Answer]] = field(default_factory=dict)

    def case(self, slot: SlotKey) -> CaseReading:
        """The reading of a slot; an empty reading if there is none yet."""
        return self.cases.get(slot) or CaseReading(slot)

    def conflicts(self) -> list[Conflict]:
        """All conflicts, case by case."""
        return [conflict for reading in self.cases.values() for conflict in reading.conflicts()]


def bundle_id(studies: Sequence[Study]) -> str:
    """Distinguishes bundles by their cases, so that a bundle rebuilt from the same cases is the same bundle."""
    uids = "\n".join(f"{study.case} {study.study_instance_uid}" for study in studies)
    return hashlib.sha256(uids.encode()).hexdigest()[:32]


def name_of(form: Form | None, studies: Sequence[Study]) -> str:
    """The name of the bundle in journals: from its cases, or the common name of media that were built together."""
    return bundle_id(studies) if form is None or form.media is None else form.media.name


def of_bundle(
    journals: Iterable[Journal], bundle: str, studies: Mapping[str, str]
) -> tuple[list[Journal], list[Journal]]:
    """(journals of this bundle, journals of others); `studies` are the Study Instance UIDs of its cases.

    A journal older than an added or removed case calls the bundle by another name, but has the same studies.
    """
    mine: list[Journal] = []
    others: list[Journal] = []
    for journal in journals:
        known = journal.opening.get("bundle") == bundle or _tells_of(journal, studies)
        (mine if known else others).append(journal)
    return mine, others


def _tells_of(journal: Journal, studies: Mapping[str, str]) -> bool:
    """Whether the journal and the bundle have cases in common, with the same studies."""
    opened = studies_in(journal)
    common = opened.keys() & studies.keys()
    return bool(common) and all(opened[case] == studies[case] for case in common)


def studies_in(journal: Journal) -> dict[str, str]:
    """Case -> Study Instance UID, of the cases that the reader opened."""
    shown = [entry.data for entry in journal.entries if entry.kind in (CASE, VISIT)]
    pairs = [(data.get("case"), data.get("study")) for data in shown]
    return {case: study for case, study in pairs if isinstance(case, str) and isinstance(study, str)}


def of_reader(journals: Iterable[Journal], reader: str) -> list[Journal]:
    """The journals of one reader."""
    key = reader_key(reader)
    return [journal for journal in journals if reader_key(str(journal.opening.get("reader", ""))) == key]


def readings_by_reader(merged: Merged) -> dict[str, Readings]:
    """Reader key -> the readings, from journals of one session; the name is the one that was written last."""
    return {reader: readings for (reader, _), readings in readings_by_session(merged).items()}


def readings_by_session(merged: Merged) -> dict[tuple[str, StudySession], Readings]:
    """(reader key, session) -> the readings, which know nothing of each other."""
    found: dict[tuple[str, StudySession], Readings] = {}
    for entry in merged.entries:
        journal = merged.journals[entry.file]
        name, session = str(journal.opening.get("reader", "")), session_of(journal)
        readings = found.setdefault((reader_key(name), session), Readings(name, session))
        apply_entry(readings, entry, merged)
    return found


def apply_entry(readings: Readings, entry: JournalEntry, merged: Merged | None = None) -> None:
    """Add one entry; entries of kinds that this program does not know are skipped."""
    if entry.kind == OPENING:
        _take_opening(readings, entry)
        return
    if entry.kind == RECEIPT:
        readings.receipts.append(entry)
        return
    if entry.kind == ABOUT:
        _take_about(readings, entry)
        return
    slot = _slot(entry.data)
    take = _TAKERS.get(entry.kind)
    if slot is not None and take is not None:
        take(readings.cases.setdefault(slot, CaseReading(slot)), entry, merged)


def _take_opening(readings: Readings, entry: JournalEntry) -> None:
    readings.reader = str(entry.data.get("reader", readings.reader))
    form, text = entry.data.get("form"), entry.data.get("form_text")
    if isinstance(form, str):
        readings.forms = [known for known in readings.forms if known != form] + [form]
        if isinstance(text, str):
            readings.form_texts[form] = text


def _take_about(readings: Readings, entry: JournalEntry) -> None:
    question = entry.data.get("question")
    if isinstance(question, str):
        readings.about.setdefault(question, []).append(Answer(entry.data.get("value"), entry))


def _slot(data: Mapping[str, Any]) -> SlotKey | None:
    case, occurrence = data.get("case"), data.get("occurrence", 1)
    return (case, occurrence) if isinstance(case, str) and type(occurrence) is int else None


def _take_case(reading: CaseReading, entry: JournalEntry, merged: Merged | None) -> None:
    number, study = entry.data.get("number"), entry.data.get("study")
    reading.number = number if type(number) is int else reading.number
    reading.study_instance_uid = study if isinstance(study, str) else reading.study_instance_uid
    reading.training = bool(entry.data.get("training", reading.training))
    _begin(reading)


def _take_visit(reading: CaseReading, entry: JournalEntry, merged: Merged | None) -> None:
    """A case that was only looked at stays open."""
    state = reading.state
    _take_case(reading, entry, merged)
    reading.state = state
    reading.course.looks.append(entry)


def _take_answer(reading: CaseReading, entry: JournalEntry, merged: Merged | None) -> None:
    question, series = entry.data.get("question"), entry.data.get("series", "")
    if not isinstance(question, str) or not isinstance(series, str):
        return
    answer = Answer(entry.data.get("value"), entry)
    reading.history.setdefault((question, series), []).append(answer)
    heads = reading.heads.get((question, series), [])
    # A writer replaces the answers that he knew; an answer that he could not know stays beside his.
    unknown = [] if merged is None else [head for head in heads if not merged.knew(entry, head.entry)]
    reading.heads[question, series] = [*unknown, answer]
    reading.course.add_answer(entry, str(reading.reopened[-1].data.get("reason", "")) if reading.reopened else "")
    _begin(reading)


def _begin(reading: CaseReading) -> None:
    reading.state = State.BEGUN if reading.state is State.OPEN else reading.state


def _take_submit(reading: CaseReading, entry: JournalEntry, merged: Merged | None) -> None:
    reading.state, reading.submitted = State.DONE, entry.time
    view = entry.data.get("view")
    reading.view = view if isinstance(view, dict) else {}
    reading.course.submissions.append(Submission(entry, reading.answers))


def _take_reopen(reading: CaseReading, entry: JournalEntry, merged: Merged | None) -> None:
    reading.state = State.BEGUN
    reading.reopened.append(entry)


def _take_time(reading: CaseReading, entry: JournalEntry, merged: Merged | None) -> None:
    reading.seconds += reading.course.add_time(entry.data)


def _take_feedback(reading: CaseReading, entry: JournalEntry, merged: Merged | None) -> None:
    reading.course.feedback = reading.course.feedback or entry.time


_TAKERS = {
    CASE: _take_case, VISIT: _take_visit, ANSWER: _take_answer, SUBMIT: _take_submit, REOPEN: _take_reopen,
    TIME: _take_time, FEEDBACK: _take_feedback,
}  # fmt: skip
