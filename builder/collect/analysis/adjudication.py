"""The form for a reader who decides where others differ: these cases alone, with what was answered, without names."""

from collections.abc import Iterator, Mapping, Sequence
import json
from pathlib import Path
from typing import Any

from builder.collect.analysis.ratings import Item, Rater, Ratings
from bundle.bounded import read_toml
from bundle.layout import number_of_case
from bundle.reading.form import Form
from bundle.reading.questions import Per, Question, QuestionType, Value
from bundle.reading.study_session import StudySession

ARM = "adjudication"
_DECIDED = (QuestionType.CHOICE, QuestionType.CHOICES, QuestionType.YES_NO, QuestionType.SCALE)
# What belongs to the readers and the session before.
_DROPPED = ("readers", "session", "arm", "arms", "washout", "order", "media", "given", "feedback")
Given = Mapping[str, Mapping[str, Sequence[str]]]


def differing(every: Sequence[Ratings], session: StudySession) -> dict[str, dict[str, list[str]]]:
    """Case -> question id -> the different answers of a session in words, in the order of the alphabet."""
    found: dict[str, dict[str, list[str]]] = {}
    for ratings in every:
        question = ratings.question
        same = {each for each, name in ratings.conditions.items() if name == ratings.conditions[session]}
        raters = [rater for rater in ratings.given if rater.session in same and rater.occurrence == 1]
        if question.kind in _DECIDED and question.per is Per.CASE:
            for item, answers in _answers(ratings, raters).items():
                words = sorted({_in_words(question, answer) for answer in answers})
                if len(words) > 1:
                    found.setdefault(item[0], {})[question.id] = words
    return dict(sorted(found.items(), key=lambda pair: number_of_case(pair[0])))


def _answers(ratings: Ratings, raters: Sequence[Rater]) -> dict[Item, list[Value]]:
    found: dict[Item, list[Value]] = {}
    for rater in raters:
        for item, answer in ratings.given[rater].items():
            found.setdefault(item, []).append(answer)
    return found


def _in_words(question: Question, answer: Value) -> str:
    """As the reader saw it."""
    if question.kind is QuestionType.YES_NO:
        return "yes" if answer else "no"
    texts = {option.value: option.text for option in question.options}
    if question.kind is QuestionType.CHOICES:
        if not answer:
            return "none"
        return ", ".join(texts.get(value, value) for value in str(answer).split(";"))
    return texts.get(answer, str(answer))


def adjudication_form(form: Form, given: Given, session: int) -> str:
    """The form as TOML: the same questions about these cases, as a session of its own."""
    content = {key: value for key, value in read_toml(form.text).items() if key not in _DROPPED}
    questions = content.pop("question")
    content |= {"title": f"{form.title}: {ARM}", "session": session, "arm": ARM}
    lines = [*(f"{key} = {_toml(value)}" for key, value in content.items())]
    order = {"shuffle": True, "seed": form.order.seed, "cases": list(given)}
    lines += ["", "[order]", *(f"{key} = {_toml(value)}" for key, value in order.items())]
    for case, answers in given.items():
        lines += ["", f"[given.{case}]", *(f"{name} = {_toml(list(words))}" for name, words in answers.items())]
    for question in questions:
        lines += ["", "[[question]]", *(f"{key} = {_toml(value)}" for key, value in question.items())]
    return "\n".join([*lines, ""])


def _toml(value: Any) -> str:
    """A value of a form; TOML's basic strings are escaped as JSON's are."""
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{_key(key)} = {_toml(each)}" for key, each in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(map(_toml, value)) + "]"
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _key(name: str) -> str:
    return name if name.isidentifier() and name.isascii() else json.dumps(name, ensure_ascii=False)


def write_adjudication(forms: Mapping[StudySession, Form], every: Sequence[Ratings], path: Path) -> Iterator[str]:
    """Write the form about the latest session, and say in words what is in it; raises OSError."""
    session, form = list(forms.items())[-1]
    given = differing(every, session)
    condition = next((ratings.conditions[session] for ratings in every), str(session))
    if not given:
        yield f"adjudication: in {condition} no readers differ, and no form was written"
        return
    last = max(each.number for each in forms)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(adjudication_form(form, given, last + 1), encoding="utf-8")
    yield f"adjudication: readers differ on {len(given)} cases of {condition}; build a stick with --form {path}"
