"""Which answers count, and how each is written in a table: the same in every format."""

from collections.abc import Mapping, Sequence
import json

from builder.cell_text import printable
from builder.collect.gather import Gathered
from bundle.reading.form import Form
from bundle.reading.form_questions import SEPARATOR
from bundle.reading.questions import Question, QuestionType, Value
from bundle.reading.readings import CaseReading, Place


class FormWord(str):
    """A word of the researcher's own form, such as the value '-' of an option: every format has it as it is."""

    __slots__ = ()


def series_of(reading: CaseReading, gathered: Gathered) -> list[str]:
    """The series of a case, as listed on the stick; without a stick, those with answers."""
    study = gathered.studies.get(reading.slot[0])
    if study is not None:
        return [series.series_instance_uid for series in study.series]
    return list(dict.fromkeys(series for _, series in reading.history if series))


def standing(form: Form, reading: CaseReading, series: Sequence[str]) -> dict[Place, Value]:
    """The answers that count: as submitted, to questions that apply, given the other answers, and of the right type.

    Answers from before a condition changed, or to another version of the form, are only in the long table.
    """
    return of_type(form, reading.counting, series)


def first_submitted(form: Form, reading: CaseReading, series: Sequence[str]) -> dict[Place, Value]:
    """The same of the answers as they were submitted first; empty if the case never was."""
    submissions = reading.course.submissions
    return of_type(form, submissions[0].answers, series) if submissions else {}


def of_type(form: Form, answers: Mapping[Place, Value], series: Sequence[str]) -> dict[Place, Value]:
    """Those answers that the form asks for, given the others, and that have the type of their question."""
    found: dict[Place, Value] = {}
    for question, of in form.places(series):
        value = answers.get((question.id, of))
        if value is not None and question.fits(value) and form.asked(question, found, of):
            found[question.id, of] = value
    return found


def plain(question: Question, value: Value) -> Value:
    """An answer as a cell of a table; a measurement in the unit of its question."""
    if value is None:
        return None
    if question.kind is QuestionType.CHOICE:
        return FormWord(value)
    if question.kind is QuestionType.CHOICES:
        return FormWord(SEPARATOR.join(value))
    if question.kind is QuestionType.MEASUREMENT:
        return question.amount(value)
    return flat(value)


def whole(question: Question | None, value: Value) -> Value:
    """An answer as a cell of the long table, which has measurements and marks with all their places."""
    chosen = question is not None and question.kind in (QuestionType.CHOICE, QuestionType.CHOICES)
    return plain(question, value) if question is not None and chosen and question.fits(value) else flat(value)


def flat(value: Value) -> Value:
    """Any value as a cell."""
    if value is None:
        return None
    if isinstance(value, str):
        return printable(value)
    return value if isinstance(value, int | float | bool) else printable(json.dumps(value, ensure_ascii=False))
