"""The questions of a reading form: their types, when each is asked, and which values answer them."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import Enum
import math
import sys
from typing import Any

from bundle.reading.marks import is_mark, is_number
from bundle.reading.units import converted

# An answer in JSON: text, a number, yes or no, a list of options, marks or a measurement as objects.
Value = Any
# Answers of one case: (question id, series UID or empty) -> value. A question of the case has no series.
Answers = Mapping[tuple[str, str], Value]


class QuestionType(Enum):
    """The types of questions; the value is the word in the form."""

    TEXT = "text"
    CHOICE = "choice"
    CHOICES = "choices"
    SCALE = "scale"
    SLIDER = "slider"
    NUMBER = "number"
    YES_NO = "yesno"
    MARK = "mark"
    MEASUREMENT = "measurement"


class Per(Enum):
    """Whether a question is asked once per case or once for each of its series."""

    CASE = "case"
    SERIES = "series"


@dataclass(frozen=True, slots=True)
class AnswerOption:
    """One of the options: the value that the journal keeps, and the text that the reader sees."""

    value: str
    text: str


@dataclass(frozen=True, slots=True)
class Condition:
    """The question is asked only if an earlier question has one of the values, or a number within the limits.

    With neither values nor limits, any answer to the earlier question is enough.
    """

    question: str
    values: tuple[str | bool | float, ...] = ()
    at_least: float | None = None
    at_most: float | None = None

    def holds(self, value: Value) -> bool:
        """Whether the earlier answer means that the question is asked."""
        if is_empty(value):
            return False
        given = value if isinstance(value, list) else [value]
        if self.values and not any(_same(answer, wanted) for answer in given for wanted in self.values):
            return False
        if self.at_least is None and self.at_most is None:
            return True
        low = -math.inf if self.at_least is None else self.at_least
        high = math.inf if self.at_most is None else self.at_most
        return any(is_number(number) and low <= number <= high for number in given)


@dataclass(frozen=True, slots=True)
class Rating:
    """What each mark of a question is rated by: a text, and whole numbers from `minimum` to `maximum`."""

    text: str
    minimum: int
    maximum: int
    anchors: Mapping[int, str] = field(default_factory=dict)

    def problem(self, value: Value) -> str:
        """Why the value is no rating; empty if it is one."""
        if value is None:
            return "every mark needs a rating"
        return "" if type(value) is int and self.minimum <= value <= self.maximum else "a rating is outside its limits"


@dataclass(frozen=True, slots=True)
class Question:
    """One question. `minimum` and `maximum` bound a number or a scale; `most` is the number of options or marks.

    `anchors` name points of a scale; `lines` is the height of a text field, `longest` its number of characters.
    `rating`: each mark gets one.
    """

    id: str
    text: str
    kind: QuestionType
    per: Per = Per.CASE
    required: bool = False
    help: str = ""
    options: tuple[AnswerOption, ...] = ()
    minimum: float | None = None
    maximum: float | None = None
    decimals: int = 2
    unit: str = ""
    anchors: Mapping[int, str] = field(default_factory=dict)
    least: int = 0
    most: int = 0
    lines: int = 3
    longest: int = 10_000
    only_if: Condition | None = None
    rating: Rating | None = None

    def fits(self, value: Value) -> bool:
        """Whether the value has this question's type, within its limits or not."""
        free = replace(self, minimum=None, maximum=None, least=0, most=0, longest=sys.maxsize, rating=None)
        return not free.problem(value)

    def amount(self, value: Value) -> Value:
        """The length of a measurement in the question's unit, whatever unit the journal has it in."""
        return converted(value["value"], value["unit"], self.unit)

    def problem(self, value: Value) -> str:
        """Why the value does not answer this question, in plain words; empty if it does. No answer is fine."""
        return "" if is_empty(value) else _CHECKS[self.kind](self, value)


def is_empty(value: Value) -> bool:
    """Whether a value is no answer: None, no option, or blanks alone."""
    return value is None or (isinstance(value, str) and not value.strip()) or value == []


def _same(value: Value, wanted: str | bool | float) -> bool:
    return isinstance(value, bool) == isinstance(wanted, bool) and value == wanted


# Which values answer which type


def _text(question: Question, value: Value) -> str:
    if not isinstance(value, str):
        return "it is not a text"
    return f"it is longer than {question.longest} characters" if len(value) > question.longest else ""


def _choice(question: Question, value: Value) -> str:
    return "" if value in [option.value for option in question.options] else "it is not one of the options"


def _choices(question: Question, value: Value) -> str:
    known = [option.value for option in question.options]
    if not isinstance(value, list) or any(chosen not in known for chosen in value) or len(set(value)) != len(value):
        return "it is not a list of the options"
    if len(value) < question.least:
        return f"at least {question.least} must be chosen"
    return f"at most {question.most} may be chosen" if question.most and len(value) > question.most else ""


def _scale(question: Question, value: Value) -> str:
    if not isinstance(value, int) or isinstance(value, bool):
        return "it is not a point of the scale"
    return _number(question, value)


def _number(question: Question, value: Value) -> str:
    if not is_number(value):
        return "it is not a number"
    unit = f" {question.unit}" if question.unit else ""
    if question.minimum is not None and value < question.minimum:
        return f"it is less than {question.minimum:g}{unit}"
    if question.maximum is not None and value > question.maximum:
        return f"it is more than {question.maximum:g}{unit}"
    return ""


def _yes_no(question: Question, value: Value) -> str:
    return "" if isinstance(value, bool) else "it is neither yes nor no"


def _marks(question: Question, value: Value) -> str:
    if not isinstance(value, list) or not all(is_mark(mark) for mark in value):
        return "it is not a list of marks"
    if len(value) < question.least:
        return f"at least {question.least} must be set"
    if question.most and len(value) > question.most:
        return f"at most {question.most} may be set"
    problems = [question.rating.problem(mark.get("rating")) for mark in value] if question.rating else []
    return next(filter(None, problems), "")


def _measurement(question: Question, value: Value) -> str:
    good = isinstance(value, dict) and is_number(value.get("value")) and isinstance(value.get("unit"), str)
    points = value.get("points") if good else None
    if not isinstance(points, list) or not all(is_mark(point) for point in points):
        return "it is not a measurement"
    return _number(question, question.amount(value))


_CHECKS = {
    QuestionType.TEXT: _text,
    QuestionType.CHOICE: _choice,
    QuestionType.CHOICES: _choices,
    QuestionType.SCALE: _scale,
    QuestionType.SLIDER: _scale,
    QuestionType.NUMBER: _number,
    QuestionType.YES_NO: _yes_no,
    QuestionType.MARK: _marks,
    QuestionType.MEASUREMENT: _measurement,
}
