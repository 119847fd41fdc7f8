"""What readers said of themselves: columns of the table, the same in all rows of a reader."""

from collections.abc import Iterator

from builder.collect.answers import plain
from builder.collect.columns import Row
from builder.collect.gather import Gathered
from bundle.reading.form_questions import OF_READER
from bundle.reading.journal import reader_key
from bundle.reading.questions import Question, Value
from bundle.reading.readings import Answer, Readings


def asked_of_readers(gathered: Gathered) -> dict[str, Question]:
    """The questions about readers of all sessions, by id, as the latest form asks them."""
    return {question.id: question for form in gathered.forms.values() for question in form.of_reader}


def about_reader(readings: Readings, gathered: Gathered) -> Row:
    """The columns of a reader, with the answers of all sessions: a question is asked only once."""
    answers = _answers(readings, gathered)
    row: Row = {}
    for name, question in asked_of_readers(gathered).items():
        given = [answer.value for answer in answers.get(name, ()) if question.fits(answer.value)]
        row[OF_READER + name] = plain(question, given[-1]) if given else None
    return row


def said_of_readers(gathered: Gathered) -> Iterator[str]:
    """Remarks about readers who said nothing, or who answered differently in two sessions or on two PCs."""
    asked = asked_of_readers(gathered)
    for readings in {key: readings for (key, _), readings in gathered.readings.items()}.values():
        answers = _answers(readings, gathered)
        if missing := [name for name, question in asked.items() if question.required and name not in answers]:
            yield f"{readings.reader}: said nothing about {', '.join(missing)}, which the form asks of every reader"
        for name in asked:
            given: list[Value] = [answer.value for answer in answers.get(name, ()) if answer.value is not None]
            if given and any(value != given[-1] for value in given):
                yield f"{readings.reader}, {OF_READER}{name}: answered differently in two sessions; the latest counts"


def _answers(readings: Readings, gathered: Gathered) -> dict[str, list[Answer]]:
    """By question id, in the order of time, from all sessions of the reader."""
    found: dict[str, list[Answer]] = {}
    for (key, _), each in gathered.readings.items():
        if key == reader_key(readings.reader):
            for name, answers in each.about.items():
                found.setdefault(name, []).extend(answers)
    return {name: sorted(answers, key=lambda answer: answer.entry.time) for name, answers in found.items()}
