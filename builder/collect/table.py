"""The tables: one row for each reader, session and case, one row for each answer, and the meaning of every column."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
import re
from typing import Any

from builder.cell_text import printable
from builder.collect.about_readers import about_reader, said_of_readers
from builder.collect.answers import first_submitted, flat, plain, series_of, standing, whole
from builder.collect.columns import RESOLVED, Row, column, dictionary
from builder.collect.gather import Gathered
from builder.collect.remarks import MOST_COLUMNS, open_points, opened_again, said
from builder.key.crosswalk import CrosswalkRow
from bundle.layout import number_of_case
from bundle.reading.form import Form
from bundle.reading.form_questions import FIRST
from bundle.reading.journal import JournalEntry
from bundle.reading.order import Slot, slots_of
from bundle.reading.questions import QuestionType, Value
from bundle.reading.readings import Answer, CaseReading, Place, Readings, State

_ZONE = re.compile(r"[+-]\d{4}")


@dataclass
class Tables:
    """Wide and long rows, the data dictionary, and remarks for the researcher."""

    wide: list[Row]
    long: list[Row]
    dictionary: list[Row]
    remarks: list[str]


def make_tables(gathered: Gathered, crosswalk: Sequence[CrosswalkRow] | None = None) -> Tables:
    """All tables; with a crosswalk, pseudonyms and UIDs are resolved to the originals."""
    known = {row.study_instance_uid: row for row in crosswalk or ()}
    remarks = list(gathered.remarks)
    wide: list[Row] = []
    long: list[Row] = []
    for readings in gathered.readings.values():
        cases, about = list(in_order(readings, gathered)), about_reader(readings, gathered)
        # Readings come in the order in which their first entries were written.
        ranks = {slot: rank for rank, slot in enumerate(readings.cases, start=1)}
        for reading, slot in cases:
            row = _wide(readings, reading, slot, gathered, ranks.get(reading.slot)) | about
            if crosswalk is not None:
                row |= _original(known.get(row["study_instance_uid"]))
            wide.append(row)
            long.extend(_long(readings, reading, gathered))
        remarks += said(readings, [reading for reading, _ in cases], gathered)
    remarks += said_of_readers(gathered)
    if crosswalk is not None:
        unknown = sorted({row["case"] for row in wide if row["study_instance_uid"] not in known})
        if unknown:
            remarks.append(f"the crosswalk does not know {', '.join(unknown)}")
    forms = list(gathered.forms.values())
    return Tables(wide, long, dictionary(forms, wide, resolved=crosswalk is not None), remarks)


def in_order(readings: Readings, gathered: Gathered) -> Iterator[tuple[CaseReading, Slot | None]]:
    """Every case in the reader's order, including unopened ones; then cases that the order does not know."""
    order: Sequence[Slot] = ()
    form = gathered.form_of(readings)
    if form is not None and gathered.studies:
        order = slots_of(form, sorted(gathered.studies, key=number_of_case), readings.reader)
    for slot in order:
        yield readings.case(slot.key), slot
    known = {slot.key for slot in order}
    for key in sorted(readings.cases.keys() - known):
        yield readings.cases[key], None


def _wide(readings: Readings, reading: CaseReading, slot: Slot | None, gathered: Gathered, rank: int | None) -> Row:
    case, occurrence = reading.slot
    study, form = gathered.studies.get(case), gathered.form_of(readings)
    missing, outside = open_points(reading, form, gathered)
    row: Row = {
        "reader": printable(readings.reader),
        "case": case,
        "occurrence": occurrence,
        "session": readings.session.number,
        "arm": printable(readings.session.arm),
        "number": reading.number or (slot.number if slot else None),
        "rank": rank,
        "training": reading.training or bool(slot and slot.training),
        "state": State.DONE.value if reading.finished else reading.state.value,
        "open_again": opened_again(reading),
        **_times(reading),
        "changes": sum(len(history) - 1 for history in reading.history.values()),
        "reopened": len(reading.reopened),
        "reasons": _reasons(reading),
        "missing": ";".join(missing),
        "out_of_range": ";".join(outside),
        "conflicts": ";".join(dict.fromkeys(conflict.place[0] for conflict in reading.conflicts())),
        **_written_by(reading, gathered),
        "study_instance_uid": reading.study_instance_uid or (study.study_instance_uid if study else ""),
    }
    return row | _kept(reading, form) | _answers(reading, form, series_of(reading, gathered))


def _times(reading: CaseReading) -> Row:
    course = reading.course
    return {
        "first_look": course.first_look,
        "first_answer": course.first_answer,
        "first_submitted": course.first_submitted,
        "submitted": reading.submitted,
        "feedback": course.feedback,
        "seconds": round(reading.seconds, 1),
        "seconds_to_submission": round(course.before, 1),
        "seconds_after_submission": round(course.after, 1),
        "idle": round(course.idle, 1),
        "looks": len(course.looks),
        "windows": course.windows,
    }


def _reasons(reading: CaseReading) -> str:
    return printable("; ".join(f"{again.time} {again.data.get('reason', '')}" for again in reading.reopened))


def _written_by(reading: CaseReading, gathered: Gathered) -> Row:
    """What the journal says in which the case was submitted, or else answered or shown last."""
    opening: Mapping[str, Any] = {}
    if (entry := _last_entry(reading)) is not None:
        opening = gathered.merged.journals[entry.file].opening
    said = {name: printable(str(opening.get(key, ""))) for name, key in (("form_digest", "form"), ("viewer", "viewer"))}
    zone = str(opening.get("time_zone", ""))
    return said | {"time_zone": f"UTC{zone[:3]}:{zone[3:]}" if _ZONE.fullmatch(zone) else ""}


def _last_entry(reading: CaseReading) -> JournalEntry | None:
    """The entry of the last submission; without one, of the last answer, or else of the last look."""
    given = [answers[-1].entry for answers in reading.history.values()]
    submitted = [submission.entry for submission in reading.course.submissions]
    return max(submitted or given or reading.course.looks, key=lambda entry: entry.time, default=None)


def _kept(reading: CaseReading, form: Form | None) -> Row:
    """The column that a form may ask for besides the answers."""
    if form is None or not form.keep_view:
        return {}
    return {"view": flat(dict(reading.view)) if reading.view else None}


def _answers(reading: CaseReading, form: Form | None, series: Sequence[str]) -> Row:
    """The answers that count, and behind them those that were submitted first."""
    if form is None:
        known = sorted(reading.answers.items())[:MOST_COLUMNS]
        return {column(name, of, series): flat(value) for (name, of), value in known}
    answers, first = standing(form, reading, series), first_submitted(form, reading, series)
    row = {column(question.id, of, series): plain(question, answers.get((question.id, of)))
           for question, of in form.places(series)}  # fmt: skip
    return row | {
        column(question.id, of, series) + FIRST: plain(question, first.get((question.id, of)))
        for question, of in form.places(series)
        if question.kind is not QuestionType.MARK
    }


def _original(row: CrosswalkRow | None) -> Row:
    found = {name: getattr(row, name, "") for name in RESOLVED}
    return found | {"pseudonym": row.pseudonym if row else ""}


def _long(readings: Readings, reading: CaseReading, gathered: Gathered) -> Iterator[Row]:
    """One row for every answer ever given; `counts` marks the ones that count."""
    form = gathered.form_of(readings)
    stand = None if form is None else standing(form, reading, series_of(reading, gathered)).keys()
    submitted = reading.counting if opened_again(reading) else None
    for place, history in reading.history.items():
        counting = _counting(history, place, submitted) if stand is None or place in stand else None
        for answer in history:
            yield {
                "reader": printable(readings.reader),
                "case": reading.slot[0],
                "occurrence": reading.slot[1],
                "session": readings.session.number,
                "arm": printable(readings.session.arm),
                "question": place[0],
                "series_instance_uid": place[1],
                "value": whole(None if form is None else form.question(place[0]), answer.value),
                "time": answer.entry.time,
                "how": answer.how,
                "counts": answer.entry is counting,
                "reason": printable(reading.course.reasons.get((answer.entry.file, answer.entry.number), "")),
                "journal": answer.entry.file,
                "line": answer.entry.number,
            }


def _counting(history: Sequence[Answer], place: Place, submitted: Mapping[Place, Value] | None) -> object:
    """The entry of the answer that counts: the last one, or the last before the submission that counts."""
    if submitted is None:
        return history[-1].entry
    given = submitted.get(place)
    return next((answer.entry for answer in reversed(history) if answer.value == given), None)
