"""What a researcher should look at before using the table: missing, double and contradictory answers."""

from collections.abc import Iterator, Sequence

from builder.collect.answers import series_of, standing
from builder.collect.gather import Gathered
from bundle.reading.form import Form
from bundle.reading.marks import apart, marks_of
from bundle.reading.questions import Value
from bundle.reading.readings import CaseReading, Readings, SlotKey, State

# How many cases a remark names; and how many answers without a form become columns: no form has as many questions.
_NAMED, MOST_COLUMNS = 12, 1000


def said(readings: Readings, everything: Sequence[CaseReading], gathered: Gathered) -> Iterator[str]:
    """Remarks about one reader in one session; `everything` are all cases, also those not opened."""
    who = who_reads(readings, gathered)
    left = [reading.slot for reading in everything if not reading.finished]
    if left:
        named = some([slot_name(slot) for slot in left])
        yield f"{who}: {len(everything) - len(left)} of {len(everything)} cases are done; not {named}"
    again = [slot_name(reading.slot) for reading in everything if opened_again(reading)]
    if again:
        yield (
            f"{who}: opened again and not submitted since: {some(again)}; the submitted answers count, later ones are "
            "in the long table alone"
        )
    form = gathered.form_of(readings)
    for reading in everything:
        yield from _of_case(f"{who}, {slot_name(reading.slot)}", reading, form, gathered)
    for conflict in readings.conflicts():
        yield (
            f"{who}, {slot_name(conflict.slot)}, {conflict.place[0]}: two windows or PCs gave different "
            "answers; the later one counts, all are in the long table"
        )


def who_reads(readings: Readings, gathered: Gathered) -> str:
    """The reader; with the session, if there are several."""
    several = len({session for _, session in gathered.readings}) > 1
    return f"{readings.reader}, {readings.session}" if several else readings.reader


def opened_again(reading: CaseReading) -> bool:
    """Whether a submitted case was opened again, and not submitted since."""
    return reading.finished and reading.state is not State.DONE


def open_points(reading: CaseReading, form: Form | None, gathered: Gathered) -> tuple[list[str], list[str]]:
    """(questions without a needed answer, questions whose answer is out of range) of a finished case.

    Both are possible only if data were lost, the form changed, or somebody else wrote the journal.
    """
    if form is None or not reading.finished:
        return [], []
    series = series_of(reading, gathered)
    answers = standing(form, reading, series)
    points = form.open_points(answers, series)
    given = [(question.id, (question.id, of) in answers) for question, of, _ in points]
    missing, outside = ([name for name, has in given if has is wanted] for wanted in (False, True))
    return list(dict.fromkeys(missing)), list(dict.fromkeys(outside))


def _of_case(where: str, reading: CaseReading, form: Form | None, gathered: Gathered) -> Iterator[str]:
    missing, outside = open_points(reading, form, gathered)
    if missing:
        yield f"{where}: done, but without an answer to {', '.join(missing)}"
    if outside:
        yield f"{where}: {', '.join(outside)}: the answer is outside what the form allows; it is in the table as it is"
    if form is None and len(reading.answers) > MOST_COLUMNS:
        yield f"{where}: {len(reading.answers):,} answers; those beyond {MOST_COLUMNS:,} are in the long table alone"
    others = [] if form is None else [name for name, value in _last(reading) if not _is_of(form, name, value)]
    if others:
        yield f"{where}: {', '.join(others)}: no answer that this form knows; it is in the long table alone"
    twice = list(dict.fromkeys(name for (name, _), heads in reading.heads.items() if len(heads) > 1))
    conflicting = {conflict.place[0] for conflict in reading.conflicts()}
    if double := [name for name in twice if name not in conflicting]:
        yield f"{where}: {', '.join(double)}: answered twice alike, in two windows or on two PCs; counted once"
    yield from _said_apart(where, reading)


def _said_apart(where: str, reading: CaseReading) -> Iterator[str]:
    """Measurements whose ends do not belong together, as the first viewers took them."""
    for (name, _), value in reading.answers.items():
        if why := apart(marks_of(value) if isinstance(value, dict) else ()):
            yield f"{where}: {name}: {why}, so that its value is no distance on an image"


def _last(reading: CaseReading) -> list[tuple[str, Value]]:
    return [(name, value) for (name, _), value in reading.answers.items()]


def _is_of(form: Form, name: str, value: Value) -> bool:
    question = form.question(name)
    return question is not None and question.fits(value)


def slot_name(slot: SlotKey) -> str:
    """'CASE-004', or 'CASE-004 (time 2)'."""
    return slot[0] if slot[1] == 1 else f"{slot[0]} (time {slot[1]})"


def some(names: Sequence[str]) -> str:
    """No more of them than fit on a line."""
    more = len(names) - _NAMED
    return ", ".join(names[:_NAMED]) + (f" and {more} more" if more > 0 else "")
