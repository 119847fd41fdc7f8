"""One [[question]] of a reading form: which keys each type has, and how they become a Question."""

from collections.abc import Collection, Mapping, Sequence
import re
from typing import TypeVar

from bundle.reading.form_parts.conditions import read_condition
from bundle.reading.form_parts.scales import read_anchors, read_rating, scale_limits, slider_limits
from bundle.reading.form_table import Table
from bundle.reading.questions import AnswerOption, Per, Question, QuestionType
from bundle.reading.units import LENGTHS

_Word = TypeVar("_Word", QuestionType, Per)
_ID = re.compile(r"[a-z][a-z0-9_]{0,39}")
_OF_SERIES = re.compile(r"_s\d+$")
# The column of the answer that was submitted first ends like this.
FIRST = "_first"
# The column of a question about the reader begins like this.
OF_READER = "reader_"
# Stands between several options of one answer in every table.
SEPARATOR = ";"
# Names of columns that every table of results has; those of version 1 first.
_RESERVED_BEFORE = frozenset({
    "reader", "case", "occurrence", "number", "training", "patient", "pseudonym", "study", "series", "bundle", "form",
    "state", "submitted", "seconds", "order", "site", "conflicts", "changes", "question", "value", "time", "reason",
    "reopened", "reasons", "view", "missing", "counts", "journal", "line", "study_instance_uid", "series_instance_uid",
    "original_patient_id", "original_patient_name", "original_study_instance_uid",
    "original_study_date", "original_accession_number", "plan_label", "plan_group",
})  # fmt: skip
RESERVED = _RESERVED_BEFORE | {
    "session", "arm", "rank", "looks", "windows", "first_look", "first_answer", "first_submitted", "open_again",
    "seconds_to_submission", "seconds_after_submission", "idle", "form_digest", "viewer", "time_zone", "out_of_range",
    "submitted_first", "feedback",
}  # fmt: skip
_ALWAYS = ("id", "text", "type", "per", "required", "help", "only_if")
_KEYS: Mapping[QuestionType, tuple[str, ...]] = {
    QuestionType.TEXT: ("lines", "longest"),
    QuestionType.CHOICE: ("options",),
    QuestionType.CHOICES: ("options", "least", "most"),
    QuestionType.SCALE: ("from", "to", "anchors"),
    QuestionType.SLIDER: ("from", "to", "anchors"),
    QuestionType.NUMBER: ("from", "to", "unit", "decimals"),
    QuestionType.YES_NO: (),
    QuestionType.MARK: ("least", "most", "rating"),
    QuestionType.MEASUREMENT: ("from", "to", "unit"),
}
# What read.csv of R or pandas takes for a missing value.
_MISSING = frozenset({
    "#N/A", "#N/A N/A", "#NA", "-1.#IND", "-1.#QNAN", "-NaN", "-nan", "1.#IND", "1.#QNAN", "<NA>", "N/A", "NA", "NULL",
    "NaN", "None", "n/a", "nan", "null",
})  # fmt: skip
_OTHER = "nothing"
_POINTS = (QuestionType.SCALE, QuestionType.SLIDER)
_MOST_OPTIONS = 50


def read_question(table: Table, earlier: Sequence[Question], broken: Collection[str] = ()) -> Question:
    """The question in a table; the table notes mistakes, and a usable value stands in for a wrong one.

    A question that depends on one of the `broken` questions is not reported for that.
    """
    name = table.text("id")
    table.question = name or f"number {len(earlier) + 1}"
    _check_id(table, name, earlier)
    kind = _word(table, "type", QuestionType, None)
    per = _word(table, "per", Per, Per.CASE) or Per.CASE
    if kind is not None:
        table.only(_ALWAYS + _KEYS[kind])
    minimum, maximum = _limits(table, kind or QuestionType.TEXT)
    options = _options(table) if kind in (QuestionType.CHOICE, QuestionType.CHOICES) else ()
    least, most = _count(table, kind, len(options))
    question_text = table.text("text")
    if not question_text:
        table.wrong("text", "'text' is missing: what the reader is asked")
    return Question(
        id=table.question,
        text=question_text,
        kind=kind or QuestionType.TEXT,
        per=per,
        required=table.flag("required"),
        help=table.text("help"),
        options=options,
        minimum=minimum,
        maximum=maximum,
        decimals=table.whole("decimals", 2, 0, 6),
        unit=_unit(table, kind),
        anchors=read_anchors(table, minimum, maximum) if kind in _POINTS else {},
        least=least,
        most=most,
        lines=table.whole("lines", 3, 1, 30),
        longest=table.whole("longest", 10_000, 1, 100_000),
        only_if=read_condition(table, per, earlier, broken),
        rating=read_rating(table) if kind is QuestionType.MARK else None,
    )


def _check_id(table: Table, name: str, earlier: Sequence[Question]) -> None:
    if not name:
        if isinstance(table.content.get("id", ""), str):
            table.wrong("id", "'id' is missing: a short name, which heads the column of the answers")
    elif not _ID.fullmatch(name):
        table.wrong("id", "'id' must begin with a letter a-z and hold only a-z, 0-9 and _ (up to 40)")
    elif _OF_SERIES.search(name):
        table.wrong("id", f"'{name}' ends like the column of a series, '_s' and a number; take another 'id'")
    elif name in RESERVED or name.endswith(FIRST) or name.startswith(OF_READER):
        refuse = table.wrong if name in _RESERVED_BEFORE else table.newly_wrong
        refuse("id", f"'{name}' is the name of a column that every table of results has; take another 'id'")
    elif name in [question.id for question in earlier]:
        table.wrong("id", f"an earlier question has the id '{name}' already")


def _word(table: Table, key: str, words: type[_Word], default: _Word | None) -> _Word | None:
    """A word from an enumeration."""
    known = [word.value for word in words]
    if key not in table.content:
        if default is None:
            table.wrong(key, f"'{key}' is missing; possible are {', '.join(known)}")
        return default
    if table.content[key] not in known:
        table.wrong(key, f"'{key}' must be one of {', '.join(known)}")
        return None
    return words(table.content[key])


def _limits(table: Table, kind: QuestionType) -> tuple[float | None, float | None]:
    low, high = table.number("from"), table.number("to")
    if kind is QuestionType.SCALE:
        return scale_limits(table, low, high)
    if kind is QuestionType.SLIDER:
        return slider_limits(table, low, high)
    if low is not None and high is not None and low >= high:
        table.wrong("to", "'to' must be more than 'from'")
    return low, high


def _unit(table: Table, kind: QuestionType | None) -> str:
    """A measurement is a length; before version 2 any unit could stand there, and all values were in mm."""
    if kind is not QuestionType.MEASUREMENT:
        return table.text("unit")
    unit = table.text("unit", "mm")
    if unit in LENGTHS:
        return unit
    table.newly_wrong("unit", f"a measurement is a length in {' or '.join(LENGTHS)}, not in '{unit}'")
    return "mm"


def _options(table: Table) -> tuple[AnswerOption, ...]:
    listed = table.content.get("options")
    if not isinstance(listed, list) or not 2 <= len(listed) <= _MOST_OPTIONS:
        table.wrong("options", f"'options' must be a list of 2 to {_MOST_OPTIONS} options")
        return ()
    options = [option for option in (_option(table, entry) for entry in listed) if option is not None]
    values = [option.value for option in options]
    for double in sorted({value for value in values if values.count(value) > 1}):
        table.wrong("options", f"the option '{double}' stands there twice")
    for value in values:
        if SEPARATOR in value or not value.isprintable():
            table.newly_wrong("options", f"the option '{value}' holds '{SEPARATOR}' or a line end")
        if value in _MISSING:
            meant = f'{{ value = "{_OTHER}", text = "{value}" }}'
            table.newly_wrong("options", f"R and pandas read the option '{value}' as no answer; write {meant}")
    return tuple(options)


def _option(table: Table, content: object) -> AnswerOption | None:
    if isinstance(content, str) and content.strip():
        return AnswerOption(content.strip(), content.strip())
    if isinstance(content, dict) and set(content) == {"value", "text"}:
        value, text = content["value"], content["text"]
        if isinstance(value, str) and isinstance(text, str) and value.strip() and text.strip():
            return AnswerOption(value.strip(), text.strip())
    table.wrong("options", 'an option is a text in quotes, or { value = "short", text = "what the reader sees" }')
    return None


def _count(table: Table, kind: QuestionType | None, options: int) -> tuple[int, int]:
    """The smallest and the largest number of options or marks; 0 for no limit."""
    if kind not in (QuestionType.CHOICES, QuestionType.MARK):
        return 0, 0
    limit = options if kind is QuestionType.CHOICES and options else 1000
    least, most = (
        table.whole("least", 0, 0, limit),
        table.whole("most", 1 if kind is QuestionType.MARK else 0, 0, limit),
    )
    if most and least > most:
        table.wrong("least", "'least' must not be more than 'most'")
    return least, most
