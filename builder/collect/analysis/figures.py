"""Figures in words, never rounded to a claim that is not true: 249 of 250 is not '100 %'."""

from collections.abc import Sequence
from itertools import groupby
import math

from builder.collect.analysis.accuracy import Accuracy
from builder.collect.analysis.agreement import ALIKE, TOO_FEW, Agreement
from builder.collect.analysis.ratings import BETWEEN_READERS
from builder.collect.statistics.estimates import Estimate
from bundle.reading.questions import Per

_MOST_DIGITS, _DUST = 6, 12
# What differs from 1, 0 and -1 by less than that.
_NEARLY = {1: "nearly 1", 0: "nearly 0", -1: "nearly -1"}
# A sensitivity says nothing without its specificity; these follow from others, or say more of the same.
_SECOND = ("predictive value", "localisation error", "correctly located")
# Figures of a test, which have no interval.
_PLAIN = (", p", ", degrees of freedom")
# More figures than these are in the file alone.
_MOST_FIGURES = 60


def percent(value: float, digits: int = 0) -> str:
    """A share in per cent, with as many digits as keep it from looking like all or nothing."""
    for more in range(digits, _MOST_DIGITS + 1):
        text = f"{value:.{more}%}"
        if float(text.rstrip("%")) not in (0, 100) or value in (0, 1):
            return text
    return "> 0%" if value < 0.5 else "< 100%"


def figure(value: float, digits: int = 2, why: str = "") -> str:
    """A figure such as kappa: 1.00, 0.00 and -1.00 only if it is just that. Words if it divides by zero, and `why`."""
    if not math.isfinite(value):
        return f"not defined{why}"
    value = round(value, _DUST) + 0.0  # the last bits of a division, and the sign of -0.0, are no claim
    for more in range(digits, _MOST_DIGITS + 1):
        text = f"{value:.{more}f}"
        if abs(float(text)) not in (0, 1) or abs(value) in (0, 1):
            return text
    return _NEARLY[round(value)]


def interval(found: Estimate, *, share: bool = False) -> str:
    """'0.12 to 0.56', or words."""
    if not (math.isfinite(found.low) and math.isfinite(found.high)):
        return "no interval"
    name = percent if share else figure
    return f"{name(found.low)} to {name(found.high)}"


def main_agreement(found: Sequence[Agreement], most: int) -> Sequence[Agreement]:
    """All figures; of more than `most` those of all readers and of repeats, or else of all readers alone."""
    if len(found) > most:
        found = [each for each in found if len(each.compared.raters) > 2 or each.compared.kind != BETWEEN_READERS]
    return found if len(found) <= most else [each for each in found if len(each.compared.raters) > 2]


def main_accuracy(found: Sequence[Accuracy], most: int) -> Sequence[Accuracy]:
    """The same of figures against the reference: of very many those without which none of the others stands."""
    if len(found) <= most:
        return found
    return [each for each in found if not any(word in each.method for word in _SECOND)]


def agreement_lines(found: Sequence[Agreement]) -> list[str]:
    """The summary on the screen, question by question; of very many figures, those of all readers and of repeats."""
    lines: list[str] = []
    for _, of_question in groupby(main_agreement(found, _MOST_FIGURES), key=lambda agreement: agreement.question.id):
        listed = list(of_question)
        lines.append(listed[0].question.text)
        for _, of_pair in groupby(listed, key=lambda agreement: agreement.compared):
            lines += [f"  {line}" for line in _lines(list(of_pair))]
    return lines


def accuracy_lines(found: Sequence[Accuracy]) -> list[str]:
    """The same of the figures against the reference; of very many, those without which none of the others stands."""
    found = main_accuracy(found, _MOST_FIGURES)
    places = {name: place for place, name in enumerate(dict.fromkeys(each.question.id for each in found))}
    found = sorted(found, key=lambda accuracy: places[accuracy.question.id])
    lines: list[str] = []
    for _, of_question in groupby(found, key=lambda accuracy: accuracy.question.id):
        listed = list(of_question)
        lines.append(listed[0].question.text)
        for readers, of_readers in groupby(listed, key=lambda accuracy: accuracy.readers):
            lines += [f"  {line}" for line in _of_readers(readers, list(of_readers))]
    return lines


def _of_readers(readers: str, found: Sequence[Accuracy]) -> list[str]:
    """A line for each figure, and what is left out of all of them once."""
    lines = [f"{readers}:"]
    for each in found:
        estimate = each.estimate
        over = f" over {estimate.items}, {interval(estimate)}" if not each.method.endswith(_PLAIN) else ""
        lines.append(f"  {each.method} {figure(estimate.value)}{over}")
    return [*lines, *(f"  left out: {said}" for said in dict.fromkeys(each.left_out for each in found) if said)]


def _lines(found: Sequence[Agreement]) -> list[str]:
    """What is alike together with the first figure; below it the intervals and all other figures."""
    compared, who = found[0].compared, found[0].compared.who
    alike = next((each for each in found if each.method == ALIKE), None)
    others = [each for each in found if each is not alike]
    lines = []
    if alike is not None:
        first = f", {others[0].method} {_value(others[0])}" if others else ""
        lines.append(f"{who}: {percent(alike.estimate.value)} of {alike.estimate.items} alike{first}")
        first_interval = f"; of {others[0].method} {interval(others[0].estimate)}" if others else ""
        lines.append(f"  95% interval {interval(alike.estimate, share=True)}{first_interval}")
        others = others[1:]
    for each in others:
        said = f"{each.method} {_value(each)} over {_many(each)}, {interval(each.estimate)}"
        if each.method == TOO_FEW:
            said = f"{_many(each)} in common, {TOO_FEW}"
        lines.append(f"  {said}" if alike is not None else f"{who}: {said}")
    return [*lines, *([f"  left out: {compared.left_out}"] if compared.left_out else [])]


def _many(found: Agreement) -> str:
    items, of_series = found.estimate.items, found.question.per is Per.SERIES
    return f"{items} series" if of_series else f"{items} case{'' if items == 1 else 's'}"


def _value(found: Agreement) -> str:
    return figure(found.estimate.value, why=why_not(found.method))


def why_not(method: str) -> str:
    """Why a figure is not defined: kappa if all answers are alike, the ICC if the cases do not differ."""
    return " (the cases do not differ)" if method.startswith("ICC") else " (all answers are alike)"
