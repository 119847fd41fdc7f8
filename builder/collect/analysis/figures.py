"""Figures in words, never rounded to a claim that is not true: 249 of 250 is not '100 %'."""

from collections.abc import Sequence
from itertools import groupby
import math

from builder.collect.analysis.accuracy import Accuracy
from builder.collect.analysis.agreement import ALIKE, Agreement
from builder.collect.analysis.ratings import BETWEEN_READERS
from builder.collect.statistics.estimates import Estimate

_MOST_DIGITS = 6
# More figures than these are in the file alone.
_MOST_FIGURES = 60


def percent(value: float, digits: int = 0) -> str:
    """A share in per cent, with as many digits as keep it from looking like all or nothing."""
    for more in range(digits, _MOST_DIGITS + 1):
        text = f"{value:.{more}%}"
        if float(text.rstrip("%")) not in (0, 100) or value in (0, 1):
            return text
    return "> 0%" if value < 0.5 else "< 100%"


def figure(value: float, digits: int = 2, why: str = " (all answers are alike)") -> str:
    """A figure such as kappa: 1.00 and -1.00 only if it is exactly that. Words if it divides by zero, and `why`."""
    if not math.isfinite(value):
        return f"not defined{why}"
    for more in range(digits, _MOST_DIGITS + 1):
        text = f"{value:.{more}f}"
        if abs(float(text)) != 1 or abs(value) == 1:
            return text
    return "> 0.99" if value > 0 else "< -0.99"


def interval(found: Estimate, *, share: bool = False) -> str:
    """'0.12 to 0.56', or words."""
    if not (math.isfinite(found.low) and math.isfinite(found.high)):
        return "no interval"
    name = percent if share else figure
    return f"{name(found.low)} to {name(found.high)}"


def agreement_lines(found: Sequence[Agreement]) -> list[str]:
    """The summary on the screen, question by question; of very many figures, those of all readers and of repeats."""
    if len(found) > _MOST_FIGURES:
        found = [each for each in found if len(each.compared.raters) > 2 or each.compared.kind != BETWEEN_READERS]
    if len(found) > _MOST_FIGURES:
        found = [each for each in found if len(each.compared.raters) > 2]
    lines: list[str] = []
    for _, of_question in groupby(found, key=lambda agreement: agreement.question.id):
        listed = list(of_question)
        lines.append(listed[0].question.text)
        for _, of_pair in groupby(listed, key=lambda agreement: agreement.compared):
            lines += [f"  {line}" for line in _lines(list(of_pair))]
    return lines


def accuracy_lines(found: Sequence[Accuracy]) -> list[str]:
    """The same of the figures against the reference; of very many, the first of each reader and question."""
    if len(found) > _MOST_FIGURES:
        firsts = {(each.question.id, each.readers): each for each in reversed(found)}
        found = [each for each in found if firsts[each.question.id, each.readers] is each]
    lines: list[str] = []
    for _, of_question in groupby(found, key=lambda accuracy: accuracy.question.id):
        listed = list(of_question)
        lines.append(listed[0].question.text)
        for each in listed:
            estimate = each.estimate
            left_out = f"; left out: {each.left_out}" if each.left_out else ""
            said = (
                f"{each.method} {figure(estimate.value, why='')} over {estimate.items}, {interval(estimate)}{left_out}"
            )
            lines.append(f"  {each.readers}: {said}")
    return lines


def _lines(found: Sequence[Agreement]) -> list[str]:
    """What is alike together with the first figure; below it the intervals and all other figures."""
    compared, who = found[0].compared, found[0].compared.who
    alike = next((each for each in found if each.method == ALIKE), None)
    others = [each for each in found if each is not alike]
    lines = []
    if alike is not None:
        first = f", {others[0].method} {figure(others[0].estimate.value)}" if others else ""
        lines.append(f"{who}: {percent(alike.estimate.value)} of {alike.estimate.items} alike{first}")
        first_interval = f"; of {others[0].method} {interval(others[0].estimate)}" if others else ""
        lines.append(f"  95% interval {interval(alike.estimate, share=True)}{first_interval}")
        others = others[1:]
    for each in others:
        said = (
            f"{each.method} {figure(each.estimate.value)} over {each.estimate.items} cases, {interval(each.estimate)}"
        )
        lines.append(f"  {said}" if alike is not None else f"{who}: {said}")
    return [*lines, *([f"  left out: {compared.left_out}"] if compared.left_out else [])]
