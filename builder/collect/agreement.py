"""Agreement of readers: percent, Cohen's and Fleiss' kappa, intraclass correlation, by statsmodels and pingouin."""

from collections.abc import Iterator, Sequence
from importlib import import_module
from itertools import combinations
import math
from typing import Any
import warnings

from builder.collect.errors import LibraryMissing
from builder.collect.gather import Gathered
from builder.collect.table import plain, standing
from bundle.reading.form import Form
from bundle.reading.questions import Per, Question, QuestionType, Value
from bundle.reading.readings import Readings, State

_NOMINAL = (QuestionType.CHOICE, QuestionType.YES_NO, QuestionType.SCALE)
_NUMBERS = (QuestionType.SCALE, QuestionType.NUMBER, QuestionType.MEASUREMENT)
# Fewer common cases are meaningless.
_FEWEST = 3

# (reader, occurrence) -> case -> answer
Answers = dict[tuple[str, int], dict[str, Value]]


def agreement_lines(gathered: Gathered) -> list[str]:
    """The summary, question by question; empty if nothing can be compared. Raises LibraryMissing."""
    form = gathered.form
    if form is None:
        return []
    lines: list[str] = []
    for question in form.questions:
        if question.per is Per.CASE and question.kind in {*_NOMINAL, *_NUMBERS}:
            lines += _of_question(question, _answers(question, gathered.readings.values(), form))
    return lines


def _answers(question: Question, readings: Any, form: Form) -> Answers:
    found: Answers = {}
    for reading in readings:
        _add(found, question, reading, form)
    return found


def _add(found: Answers, question: Question, readings: Readings, form: Form) -> None:
    for (case, occurrence), reading in readings.cases.items():
        value = standing(form, reading, ()).get((question.id, ""))
        if value is not None and reading.state is State.DONE and not reading.training:
            found.setdefault((readings.reader, occurrence), {})[case] = plain(question, value)


def _of_question(question: Question, answers: Answers) -> list[str]:
    readers = sorted(reader for reader, occurrence in answers if occurrence == 1)
    lines = [
        *_all_readers(question, [answers[reader, 1] for reader in readers]),
        *(
            line
            for reader, other in combinations(readers, 2)
            for line in _pair(question, f"{reader} and {other}", answers[reader, 1], answers[other, 1])
        ),
        *(
            line
            for reader in readers
            if (reader, 2) in answers
            for line in _pair(question, f"{reader}, the same case again", answers[reader, 1], answers[reader, 2])
        ),
    ]
    return [f"{question.text}", *(f"  {line}" for line in lines)] if lines else []


def _pair(question: Question, who: str, one: dict[str, Value], other: dict[str, Value]) -> Iterator[str]:
    common = sorted(one.keys() & other.keys())
    if not common:
        return
    first, second = [one[case] for case in common], [other[case] for case in common]
    if question.kind in _NOMINAL:
        same = sum(a == b for a, b in zip(first, second, strict=True))
        kappa = f", Cohen's kappa {_figure(_cohen(first, second))}" if len(common) >= _FEWEST else ""
        yield f"{who}: {same / len(common):.0%} of {len(common)} alike{kappa}"
    if question.kind in _NUMBERS and len(common) >= _FEWEST:
        yield f"{who}: ICC(2,1) {_figure(_icc([one, other], common))} over {len(common)} cases"


def _all_readers(question: Question, answers: Sequence[dict[str, Value]]) -> Iterator[str]:
    if len(answers) < 3:
        return
    common = sorted(set.intersection(*(set(answer) for answer in answers)))
    if len(common) < _FEWEST:
        return
    if question.kind in _NOMINAL:
        yield f"all {len(answers)} readers: Fleiss' kappa {_figure(_fleiss(answers, common))} over {len(common)} cases"
    if question.kind in _NUMBERS:
        yield f"all {len(answers)} readers: ICC(2,1) {_figure(_icc(answers, common))} over {len(common)} cases"


def _figure(value: float) -> str:
    """If all answers have one value, the statistic would divide by zero."""
    return f"{value:.2f}" if math.isfinite(value) else "not defined (all answers are alike)"


def _library(name: str) -> Any:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return import_module(name)
    except ImportError:
        raise LibraryMissing(name.split(".", maxsplit=1)[0]) from None


def _cohen(first: Sequence[Value], second: Sequence[Value]) -> float:
    rater = _library("statsmodels.stats.inter_rater")
    values = sorted(set(first) | set(second), key=str)
    table = [[0] * len(values) for _ in values]
    for a, b in zip(first, second, strict=True):
        table[values.index(a)][values.index(b)] += 1
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # with a single value the result is nan, which is reported
        return float(rater.cohens_kappa(table, return_results=False))


def _fleiss(answers: Sequence[dict[str, Value]], common: Sequence[str]) -> float:
    rater = _library("statsmodels.stats.inter_rater")
    codes = {
        value: code
        for code, value in enumerate(sorted({answer[case] for answer in answers for case in common}, key=str))
    }
    table, _ = rater.aggregate_raters([[codes[answer[case]] for answer in answers] for case in common])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return float(rater.fleiss_kappa(table))


def _icc(answers: Sequence[dict[str, Value]], common: Sequence[str]) -> float:
    """Two-way random effects, absolute agreement, a single reader (Shrout and Fleiss 1979)."""
    pandas, pingouin = _library("pandas"), _library("pingouin")
    rows = [
        {"case": case, "reader": str(number), "value": float(given[case])}
        for number, given in enumerate(answers)
        for case in common
    ]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        table = pingouin.intraclass_corr(pandas.DataFrame(rows), targets="case", raters="reader", ratings="value")
    single = table[table["Type"].isin(["ICC2", "ICC(A,1)"])]
    return float(single["ICC"].iloc[0])
