"""One [[question]] of a reading form: which keys each type has, and how they become a Question."""

from collections.abc import Callable, Collection, Mapping, Sequence
import re
from typing import Any, Protocol, TypeVar

from bundle.reading.questions import AnswerOption, Condition, Per, Question, QuestionType
from bundle.reading.units import LENGTHS

_Word = TypeVar("_Word", QuestionType, Per)
_ID = re.compile(r"[a-z][a-z0-9_]{0,39}")
_OF_SERIES = re.compile(r"_s\d+$")
# The column of the answer that was submitted first ends like this.
FIRST = "_first"
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
    "submitted_first",
}  # fmt: skip
_ALWAYS = ("id", "text", "type", "per", "required", "help", "only_if")
_KEYS: Mapping[QuestionType, tuple[str, ...]] = {
    QuestionType.TEXT: ("lines", "longest"),
    QuestionType.CHOICE: ("options",),
    QuestionType.CHOICES: ("options", "least", "most"),
    QuestionType.SCALE: ("from", "to", "anchors"),
    QuestionType.NUMBER: ("from", "to", "unit", "decimals"),
    QuestionType.YES_NO: (),
    QuestionType.MARK: ("least", "most"),
    QuestionType.MEASUREMENT: ("from", "to", "unit"),
}
_CONDITION = ("question", "is", "at_least", "at_most")
_LONGEST_SCALE = 21
_MOST_OPTIONS = 50


class FormTable(Protocol):
    """The methods of a form's table; see bundle.reading.form_file.Table."""

    content: dict[str, Any]
    question: str

    def wrong(self, key: str, text: str) -> None: ...
    def newly_wrong(self, key: str, text: str) -> None: ...
    def only(self, known: tuple[str, ...]) -> None: ...
    def text(self, key: str, default: str = "") -> str: ...
    def flag(self, key: str) -> bool: ...
    def whole(self, key: str, default: int, low: int, high: int) -> int: ...
    def number(self, key: str) -> float | None: ...


def read_question(table: FormTable, earlier: Sequence[Question], broken: Collection[str] = ()) -> Question:
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
        anchors=_anchors(table, minimum, maximum) if kind is QuestionType.SCALE else {},
        least=least,
        most=most,
        lines=table.whole("lines", 3, 1, 30),
        longest=table.whole("longest", 10_000, 1, 100_000),
        only_if=_condition(table, per, earlier, broken),
    )


def _check_id(table: FormTable, name: str, earlier: Sequence[Question]) -> None:
    if not name:
        if isinstance(table.content.get("id", ""), str):
            table.wrong("id", "'id' is missing: a short name, which heads the column of the answers")
    elif not _ID.fullmatch(name):
        table.wrong("id", "'id' must begin with a letter a-z and hold only a-z, 0-9 and _ (up to 40)")
    elif _OF_SERIES.search(name):
        table.wrong("id", f"'{name}' ends like the column of a series, '_s' and a number; take another 'id'")
    elif name in RESERVED or name.endswith(FIRST):
        refuse = table.wrong if name in _RESERVED_BEFORE else table.newly_wrong
        refuse("id", f"'{name}' is the name of a column that every table of results has; take another 'id'")
    elif name in [question.id for question in earlier]:
        table.wrong("id", f"an earlier question has the id '{name}' already")


def _word(table: FormTable, key: str, words: type[_Word], default: _Word | None) -> _Word | None:
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


def _limits(table: FormTable, kind: QuestionType) -> tuple[float | None, float | None]:
    low, high = table.number("from"), table.number("to")
    if kind is QuestionType.SCALE:
        return _scale_limits(table, low, high)
    if low is not None and high is not None and low >= high:
        table.wrong("to", "'to' must be more than 'from'")
    return low, high


def _unit(table: FormTable, kind: QuestionType | None) -> str:
    """A measurement is a length; before version 2 any unit could stand there, and all values were in mm."""
    if kind is not QuestionType.MEASUREMENT:
        return table.text("unit")
    unit = table.text("unit", "mm")
    if unit in LENGTHS:
        return unit
    table.newly_wrong("unit", f"a measurement is a length in {' or '.join(LENGTHS)}, not in '{unit}'")
    return "mm"


def _scale_limits(table: FormTable, low: float | None, high: float | None) -> tuple[float, float]:
    if not isinstance(low, int) or not isinstance(high, int):
        table.wrong("from" if not isinstance(low, int) else "to", "a scale needs whole numbers as 'from' and 'to'")
    elif not 1 <= high - low < _LONGEST_SCALE:
        table.wrong("to", f"a scale has 2 to {_LONGEST_SCALE} points from 'from' to 'to'")
    else:
        return low, high
    return 1, 5


def _anchors(table: FormTable, low: float | None, high: float | None) -> dict[int, str]:
    content = table.content.get("anchors", {})
    if not isinstance(content, dict):
        table.wrong("anchors", 'anchors are written as { 1 = "unlikely", 5 = "certain" }')
        return {}
    found = {}
    for key, text in content.items():
        point = int(key) if re.fullmatch(r"-?\d{1,6}", key) else None
        if point is None or low is None or high is None or not low <= point <= high:
            table.wrong("anchors", f"the anchor '{key}' is not a point of the scale")
        elif not isinstance(text, str) or not text.strip():
            table.wrong("anchors", f"the anchor '{key}' must be a text in quotes")
        else:
            found[point] = text.strip()
    return found


def _options(table: FormTable) -> tuple[AnswerOption, ...]:
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
    return tuple(options)


def _option(table: FormTable, content: object) -> AnswerOption | None:
    if isinstance(content, str) and content.strip():
        return AnswerOption(content.strip(), content.strip())
    if isinstance(content, dict) and set(content) == {"value", "text"}:
        value, text = content["value"], content["text"]
        if isinstance(value, str) and isinstance(text, str) and value.strip() and text.strip():
            return AnswerOption(value.strip(), text.strip())
    table.wrong("options", 'an option is a text in quotes, or { value = "short", text = "what the reader sees" }')
    return None


def _count(table: FormTable, kind: QuestionType | None, options: int) -> tuple[int, int]:
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


# Conditions


def _condition(table: FormTable, per: Per, earlier: Sequence[Question], broken: Collection[str]) -> Condition | None:
    content = table.content.get("only_if")
    if content is None:
        return None
    if not isinstance(content, dict) or not isinstance(content.get("question"), str):
        table.wrong("only_if", 'a condition is written as { question = "id of an earlier one", is = "its answer" }')
        return None
    for key in sorted(content.keys() - set(_CONDITION)):
        table.wrong("only_if", f"a condition has no '{key}'; possible are {', '.join(_CONDITION)}")
    asked = next((question for question in earlier if question.id == content["question"]), None)
    if asked is None:
        table.wrong("only_if", f"no earlier question has the id '{content['question']}'")
        return None
    if asked.id in broken:
        return None
    if asked.per is Per.SERIES and per is Per.CASE:
        table.wrong("only_if", f"'{asked.id}' is asked per series, so a question per case cannot depend on it")
    wanted = content.get("is", [])
    values = wanted if isinstance(wanted, list) else [wanted]
    convert = _EXPECTED.get(asked.kind, _nothing)
    return Condition(
        asked.id,
        tuple(convert(table, asked, value) for value in values),
        _bound(table, content, "at_least", asked),
        _bound(table, content, "at_most", asked),
    )


def _bound(table: FormTable, content: dict[str, Any], key: str, asked: Question) -> float | None:
    value = content.get(key)
    if value is None:
        return None
    if (
        isinstance(value, bool)
        or not isinstance(value, int | float)
        or asked.kind not in (QuestionType.SCALE, QuestionType.NUMBER)
    ):
        table.wrong("only_if", f"'{key}' takes a number, and the question '{asked.id}' must be a scale or a number")
        return None
    return value


def _nothing(table: FormTable, asked: Question, value: Any) -> Any:
    table.wrong("only_if", f"'is' cannot be used with '{asked.id}', which is a {asked.kind.value}; leave it out")
    return value


def _of_options(table: FormTable, asked: Question, value: Any) -> Any:
    if value not in [option.value for option in asked.options]:
        table.wrong("only_if", f"'{value}' is no option of the question '{asked.id}'")
    return value


def _of_numbers(table: FormTable, asked: Question, value: Any) -> Any:
    if isinstance(value, bool) or not isinstance(value, int | float) or asked.problem(value):
        table.wrong("only_if", f"'{value}' is no answer to the question '{asked.id}'")
    return value


def _of_yes_no(table: FormTable, asked: Question, value: Any) -> Any:
    words = {"yes": True, "no": False, True: True, False: False}
    if not isinstance(value, str | bool) or value not in words:
        table.wrong("only_if", f'\'{asked.id}\' is answered by "yes" or "no"')
        return value
    return words[value]


_EXPECTED: Mapping[QuestionType, Callable[[FormTable, Question, Any], Any]] = {
    QuestionType.CHOICE: _of_options,
    QuestionType.CHOICES: _of_options,
    QuestionType.SCALE: _of_numbers,
    QuestionType.NUMBER: _of_numbers,
    QuestionType.YES_NO: _of_yes_no,
}
