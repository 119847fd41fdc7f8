"""Conditions of a form's questions: `only_if`, with the values or limits that an earlier question can have."""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from bundle.reading.form_table import Table
from bundle.reading.questions import Condition, Per, Question, QuestionType

_CONDITION = ("question", "is", "at_least", "at_most")
_BOUNDED = (QuestionType.SCALE, QuestionType.SLIDER, QuestionType.NUMBER)


def read_condition(table: Table, per: Per, earlier: Sequence[Question], broken: Collection[str]) -> Condition | None:
    """When a question is asked; None if always. One on a `broken` question is not reported for that."""
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


def _bound(table: Table, content: dict[str, Any], key: str, asked: Question) -> float | None:
    value = content.get(key)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or asked.kind not in _BOUNDED:
        table.wrong("only_if", f"'{key}' takes a number, and the question '{asked.id}' must be a scale or a number")
        return None
    return value


def _nothing(table: Table, asked: Question, value: Any) -> Any:
    table.wrong("only_if", f"'is' cannot be used with '{asked.id}', which is a {asked.kind.value}; leave it out")
    return value


def _of_options(table: Table, asked: Question, value: Any) -> Any:
    if value not in [option.value for option in asked.options]:
        table.wrong("only_if", f"'{value}' is no option of the question '{asked.id}'")
    return value


def _of_numbers(table: Table, asked: Question, value: Any) -> Any:
    if isinstance(value, bool) or not isinstance(value, int | float) or asked.problem(value):
        table.wrong("only_if", f"'{value}' is no answer to the question '{asked.id}'")
    return value


def _of_yes_no(table: Table, asked: Question, value: Any) -> Any:
    words = {"yes": True, "no": False, True: True, False: False}
    if not isinstance(value, str | bool) or value not in words:
        table.wrong("only_if", f'\'{asked.id}\' is answered by "yes" or "no"')
        return value
    return words[value]


_EXPECTED: Mapping[QuestionType, Callable[[Table, Question, Any], Any]] = {
    QuestionType.CHOICE: _of_options,
    QuestionType.CHOICES: _of_options,
    QuestionType.SCALE: _of_numbers,
    QuestionType.SLIDER: _of_numbers,
    QuestionType.NUMBER: _of_numbers,
    QuestionType.YES_NO: _of_yes_no,
}
