"""The tables: one row for each reader and case, one row for each answer, and the meaning of every column."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
import json
from typing import Any

from builder.cell_text import printable
from builder.collect.gather import Gathered
from builder.key.crosswalk import CrosswalkRow
from bundle.layout import number_of_case
from bundle.reading.form import Form
from bundle.reading.order import Slot, slots_of
from bundle.reading.questions import Per, Question, QuestionType, Value
from bundle.reading.readings import CaseReading, Place, Readings, SlotKey, State

Row = dict[str, Any]
# How many cases a remark names; and how many answers without a form become columns: no form has as many questions.
_NAMED, _MOST_COLUMNS = 12, 1000

_FIXED = {
    "reader": "who read, as the name was typed last",
    "case": "the case number of the index and the crosswalk",
    "occurrence": "1, or 2 where the case was shown again to the same reader",
    "number": "the case's number as the reader saw it",
    "training": "whether it was a training case",
    "state": "open, begun or done",
    "submitted": "when it was submitted last, UTC by the clock of the reader's PC",
    "seconds": "time with the window active",
    "changes": "how many times an answer was saved anew after it was first given; a pause in typing counts",
    "reopened": "how many times the case was opened again after it was submitted",
    "reasons": "why it was changed after it was submitted, with the times (UTC), where the form locks cases",
    "view": "what was on the screen when it was submitted, where the form keeps it: window, layout, key images (JSON)",
    "missing": "questions that need an answer and have none",
    "conflicts": "questions with contradicting answers from two windows or PCs; the later ones are shown",
    "pseudonym": "the patient on the stick",
    "study_instance_uid": "the study on the stick",
}
_RESOLVED = {
    "original_patient_id": "the patient, from the crosswalk",
    "original_patient_name": "the patient's name, from the crosswalk",
    "original_study_instance_uid": "the original study, from the crosswalk",
    "original_study_date": "the original date, from the crosswalk",
    "original_accession_number": "the original accession number, from the crosswalk",
}
_TYPES = {
    QuestionType.TEXT: "text",
    QuestionType.CHOICE: "one of the values",
    QuestionType.CHOICES: "values with ; between",
    QuestionType.SCALE: "integer",
    QuestionType.NUMBER: "number",
    QuestionType.YES_NO: "true or false",
    QuestionType.MARK: "JSON list of places",
    QuestionType.MEASUREMENT: "number",
}


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
        for reading, slot in _in_order(readings, gathered):
            row = _wide(readings, reading, slot, gathered)
            if crosswalk is not None:
                row |= _original(known.get(row["study_instance_uid"]))
            wide.append(row)
            long.extend(_long(readings, reading, gathered))
        remarks += _said(readings, gathered)
    if crosswalk is not None:
        unknown = sorted({row["case"] for row in wide if row["study_instance_uid"] not in known})
        if unknown:
            remarks.append(f"the crosswalk does not know {', '.join(unknown)}")
    return Tables(wide, long, _dictionary(gathered.form, wide, resolved=crosswalk is not None), remarks)


def _in_order(readings: Readings, gathered: Gathered) -> Iterator[tuple[CaseReading, Slot | None]]:
    """Every case in the reader's order, including unopened ones; then cases that the order does not know."""
    order: Sequence[Slot] = ()
    form = gathered.form
    if form is not None and gathered.studies:
        cases = sorted(gathered.studies, key=number_of_case)
        order = slots_of(form, cases, readings.reader)
    for slot in order:
        yield readings.case(slot.key), slot
    known = {slot.key for slot in order}
    for key in sorted(readings.cases.keys() - known):
        yield readings.cases[key], None


def _wide(readings: Readings, reading: CaseReading, slot: Slot | None, gathered: Gathered) -> Row:
    case, occurrence = reading.slot
    study = gathered.studies.get(case)
    row: Row = {
        "reader": printable(readings.reader),
        "case": case,
        "occurrence": occurrence,
        "number": reading.number or (slot.number if slot else None),
        "training": reading.training or bool(slot and slot.training),
        "state": reading.state.value,
        "submitted": reading.submitted if reading.state is State.DONE else "",
        "seconds": round(reading.seconds, 1),
        "changes": sum(len(history) - 1 for history in reading.history.values()),
        "reopened": len(reading.reopened),
        "missing": ";".join(_missing(reading, gathered)),
        "conflicts": ";".join(dict.fromkeys(conflict.place[0] for conflict in reading.conflicts())),
        "study_instance_uid": reading.study_instance_uid or (study.study_instance_uid if study else ""),
    }
    return row | _kept(reading, gathered.form) | _answers(reading, gathered.form, series_of(reading, gathered))


def _kept(reading: CaseReading, form: Form | None) -> Row:
    """The columns that the form asks for besides the answers."""
    row: Row = {}
    if form is not None and form.lock:
        row["reasons"] = printable(
            "; ".join(f"{reopening.time} {reopening.data.get('reason', '')}" for reopening in reading.reopened)
        )
    if form is not None and form.keep_view:
        row["view"] = _flat(dict(reading.view)) if reading.view else None
    return row


def series_of(reading: CaseReading, gathered: Gathered) -> list[str]:
    """The series of a case, as listed on the stick; without a stick, those with answers."""
    study = gathered.studies.get(reading.slot[0])
    if study is not None:
        return [series.series_instance_uid for series in study.series]
    return list(dict.fromkeys(series for _, series in reading.history if series))


def _answers(reading: CaseReading, form: Form | None, series: Sequence[str]) -> Row:
    if form is None:
        known = sorted(reading.answers.items())[:_MOST_COLUMNS]
        return {_column(name, of, series): _flat(value) for (name, of), value in known}
    answers = standing(form, reading, series)
    return {
        _column(question.id, of, series): plain(question, answers.get((question.id, of)))
        for question, of in form.places(series)
    }


def standing(form: Form, reading: CaseReading, series: Sequence[str]) -> dict[Place, Value]:
    """The answers that count: to questions that apply, given the other answers, and of the right type.

    Answers from before a condition changed, or to another version of the form, are only in the long table.
    """
    answers = reading.answers
    found: dict[Place, Value] = {}
    for question, of in form.places(series):
        value = answers.get((question.id, of))
        if value is not None and question.fits(value) and form.asked(question, found, of):
            found[question.id, of] = value
    return found


def _missing(reading: CaseReading, gathered: Gathered) -> list[str]:
    """What prevents a case from being finished; only possible if data were lost or the form changed."""
    form = gathered.form
    if form is None or reading.state is not State.DONE:
        return []
    series = series_of(reading, gathered)
    points = form.open_points(standing(form, reading, series), series)
    return list(dict.fromkeys(question.id for question, _, _ in points))


def _column(name: str, of: str, series: Sequence[str]) -> str:
    """'diagnosis', or 'quality_s2' for the second series of the case."""
    return f"{name}_s{series.index(of) + 1}" if of in series else name


def plain(question: Question, value: Value) -> Value:
    """An answer as a cell of a table."""
    if value is None:
        return None
    if question.kind is QuestionType.CHOICES:
        return ";".join(value)
    if question.kind is QuestionType.MEASUREMENT:
        return value["value"]
    return _flat(value)


def _flat(value: Value) -> Value:
    if isinstance(value, str):
        return printable(value)
    return value if isinstance(value, int | float | bool) else printable(json.dumps(value, ensure_ascii=False))


def _original(row: CrosswalkRow | None) -> Row:
    found = {name: getattr(row, name, "") for name in _RESOLVED}
    return found | {"pseudonym": row.pseudonym if row else ""}


def _long(readings: Readings, reading: CaseReading, gathered: Gathered) -> Iterator[Row]:
    """One row for every answer ever given; `counts` marks the ones that count."""
    form = gathered.form
    counting = None if form is None else standing(form, reading, series_of(reading, gathered))
    for (question, series), history in reading.history.items():
        stands = counting is None or (question, series) in counting
        for answer in history:
            yield {
                "reader": printable(readings.reader),
                "case": reading.slot[0],
                "occurrence": reading.slot[1],
                "question": question,
                "series_instance_uid": series,
                "value": None if answer.value is None else _flat(answer.value),
                "time": answer.entry.time,
                "counts": stands and answer is history[-1],
                "journal": answer.entry.file,
                "line": answer.entry.number,
            }


def _said(readings: Readings, gathered: Gathered) -> Iterator[str]:
    """Missing, duplicate and contradictory data, in plain words."""
    everything = [reading for reading, _ in _in_order(readings, gathered)]
    left = [reading.slot for reading in everything if reading.state is not State.DONE]
    if left:
        named = _some([_name(slot) for slot in left])
        yield f"{readings.reader}: {len(everything) - len(left)} of {len(everything)} cases are done; not {named}"
    for reading in everything:
        yield from _said_of(readings.reader, reading, gathered)
    for conflict in readings.conflicts():
        yield (
            f"{readings.reader}, {_name(conflict.slot)}, {conflict.place[0]}: two windows or PCs gave different "
            "answers; the later one counts, all are in the long table"
        )


def _said_of(reader: str, reading: CaseReading, gathered: Gathered) -> Iterator[str]:
    where = f"{reader}, {_name(reading.slot)}"
    if missing := _missing(reading, gathered):
        yield f"{where}: done, but without an answer to {', '.join(missing)}"
    if gathered.form is None and len(reading.answers) > _MOST_COLUMNS:
        yield f"{where}: {len(reading.answers):,} answers; those beyond {_MOST_COLUMNS:,} are in the long table alone"
    form = gathered.form
    others = [] if form is None else [name for name, value in _last(reading) if not _is_of(form, name, value)]
    if others:
        yield f"{where}: {', '.join(others)}: no answer that this form knows; it is in the long table alone"
    twice = list(dict.fromkeys(name for (name, _), heads in reading.heads.items() if len(heads) > 1))
    conflicting = {conflict.place[0] for conflict in reading.conflicts()}
    if double := [name for name in twice if name not in conflicting]:
        yield f"{where}: {', '.join(double)}: answered twice alike, in two windows or on two PCs; counted once"


def _last(reading: CaseReading) -> list[tuple[str, Value]]:
    return [(name, value) for (name, _), value in reading.answers.items()]


def _is_of(form: Form, name: str, value: Value) -> bool:
    question = form.question(name)
    return question is not None and question.fits(value)


def _name(slot: SlotKey) -> str:
    return slot[0] if slot[1] == 1 else f"{slot[0]} (time {slot[1]})"


def _some(names: Sequence[str]) -> str:
    """No more of them than fit on a line."""
    more = len(names) - _NAMED
    return ", ".join(names[:_NAMED]) + (f" and {more} more" if more > 0 else "")


def _dictionary(form: Form | None, wide: Sequence[Row], *, resolved: bool) -> list[Row]:
    texts = _FIXED | (_RESOLVED if resolved else {})
    columns = list(dict.fromkeys(name for row in wide for name in row))
    return [_entry(name, texts, form) for name in columns]


def _entry(column: str, texts: dict[str, str], form: Form | None) -> Row:
    row = {"column": column, "meaning": texts.get(column, ""), "type": "", "unit": "", "values": ""}
    name = column.rsplit("_s", 1)[0]
    question = None if form is None else form.question(column) or form.question(name)
    if column in texts or question is None:
        return row
    options = [f"{option.value} = {option.text}" for option in question.options]
    points = [f"{point} = {text}" for point, text in sorted(question.anchors.items())]
    limits = [f"from {question.minimum:g}"] if question.minimum is not None else []
    limits += [f"to {question.maximum:g}"] if question.maximum is not None else []
    per = " (of this series of the case)" if question.per is Per.SERIES else ""
    return row | {
        "meaning": question.text + per,
        "type": _TYPES[question.kind],
        "unit": question.unit,
        "values": "; ".join(options + limits + points),
    }
