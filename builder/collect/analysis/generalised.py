"""Accuracy that holds for other readers, too: the mean over the readers of each arm, and what differs between arms."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import combinations
import math
from typing import NamedTuple

import numpy as np

from builder.collect.analysis.accuracy import AUC, MERIT, Accuracy, Scored, is_rated
from builder.collect.analysis.lesions import rated_cases
from builder.collect.analysis.ratings import COMPLETE, Item, Rater, Ratings
from builder.collect.analysis.truth import Truth
from builder.collect.statistics import froc, roc
from builder.collect.statistics.estimates import SHARE, SHARES_APART, Estimate
from builder.collect.statistics.reader_study import Numbers, OverReaders, difference, mean_of
from bundle.reading.questions import Question, QuestionType

_BY = "Obuchowski-Rockette"


class _Arm(NamedTuple):
    """One arm (or session): its readers, each with the items that were read."""

    name: str
    items: Mapping[str, frozenset[Item]]


# Gives (figures, covariance of the figures) for pairs of arm and reader over some items.
Figures = Callable[[Sequence[tuple[str, str]], Sequence[Item]], tuple[Numbers, Numbers]]


class _Design(NamedTuple):
    """A question with its arms; `name` is the figure, `of` computes it."""

    question: Question
    name: str
    arms: Sequence[_Arm]
    of: Figures
    patient: Callable[[Item], str]


def over_readers(found: Sequence[Scored], every: Sequence[Ratings], truth: Truth, radius: float) -> Iterator[Accuracy]:
    """The figures of every rated question, and of marks with ratings, that at least two readers have read alike."""
    for number in dict.fromkeys(id(each.reference) for each in found):
        of = [each for each in found if id(each.reference) == number and each.items and is_rated(each)]
        for ratings in {id(each.ratings): each.ratings for each in of}.values():
            yield from _of_design(_rated([each for each in of if each.ratings is ratings]))
    for ratings in every:
        if ratings.question.kind is QuestionType.MARK and ratings.question.rating is not None and truth.lesions:
            yield from _of_design(_marked(ratings, truth, radius))


def _of_design(design: _Design) -> Iterator[Accuracy]:
    for arm in design.arms:
        yield from _mean(design, arm)
    for first, second in combinations(design.arms, 2):
        yield from _difference(design, first, second)


# Questions with a rating for each item


def _rated(of: Sequence[Scored]) -> _Design:
    ratings = of[0].ratings
    given = {(ratings.conditions[each.rater.session], each.rater.reader): each for each in of}

    def figures(cells: Sequence[tuple[str, str]], items: Sequence[Item]) -> tuple[Numbers, Numbers]:
        parts = [_parts(given[cell], items) for cell in cells]
        covariance = [[roc.covariance(first, second) for second in parts] for first in parts]
        return np.array([part.area for part in parts]), np.array(covariance)

    arms = _arms(ratings, {cell: frozenset(each.items) for cell, each in given.items()})
    return _Design(ratings.question, AUC, arms, figures, ratings.patient)


def _parts(each: Scored, items: Sequence[Item]) -> roc.Parts:
    answers = each.ratings.given[each.rater]
    truth = [bool(each.reference.of_case[item[0]]) for item in items]
    return roc.Parts.of([float(answers[item]) for item in items], truth, [each.ratings.patient(item) for item in items])


# Marks with ratings


def _marked(ratings: Ratings, truth: Truth, radius: float) -> _Design:
    raters = sorted(rater for rater in ratings.given if rater.occurrence == 1)
    given = {_cell(ratings, rater): rated_cases(ratings, rater, truth, radius)[0] for rater in raters}

    def figures(cells: Sequence[tuple[str, str]], items: Sequence[Item]) -> tuple[Numbers, Numbers]:
        """The covariance of the jackknife over patients, as for a single reader."""
        cases = [[given[cell][case] for case, _ in items] for cell in cells]
        patients = np.array([ratings.patient(item) for item in items])
        names = np.unique(patients)
        kept = [np.flatnonzero(patients != name) for name in names]
        without = np.array([[froc.merit_of([of[case] for case in left]) for of in cases] for left in kept])
        covariance = (len(names) - 1) * np.atleast_2d(np.cov(without, rowvar=False, ddof=0))
        return np.array([froc.merit_of(of) for of in cases]), covariance

    read = {cell: frozenset((case, "") for case in cases) for cell, cases in given.items()}
    return _Design(ratings.question, MERIT, _arms(ratings, read), figures, ratings.patient)


def _cell(ratings: Ratings, rater: Rater) -> tuple[str, str]:
    return ratings.conditions[rater.session], rater.reader


# Arms


def _arms(ratings: Ratings, read: Mapping[tuple[str, str], frozenset[Item]]) -> list[_Arm]:
    names = dict.fromkeys(ratings.conditions.values())
    return [_Arm(name, {reader: items for (arm, reader), items in read.items() if arm == name}) for name in names]


def _mean(design: _Design, arm: _Arm) -> Iterator[Accuracy]:
    readers, items, left_out = _common([arm])
    if len(readers) > 1:
        found = mean_of(*design.of([(arm.name, reader) for reader in readers], items))
        who = f"mean of {len(readers)} readers, {arm.name}"
        yield _accuracy(design, who, f"{design.name}, {_BY}", found, items, left_out, SHARE)


def _difference(design: _Design, first: _Arm, second: _Arm) -> Iterator[Accuracy]:
    readers, items, left_out = _common([first, second])
    if len(readers) < 2:
        return
    cells = [(arm.name, reader) for arm in (first, second) for reader in readers]
    figures, covariance = design.of(cells, items)
    found = difference(figures.reshape(2, len(readers)), covariance)
    who, name = f"mean of {len(readers)} readers, {second.name} minus {first.name}", f"difference in {design.name}"
    yield _accuracy(design, who, f"{name}, {_BY}", found, items, left_out, SHARES_APART)
    for said, value in (("p", found.p), ("degrees of freedom", found.freedom)):
        plain = OverReaders(value, math.nan, math.nan, math.nan)
        yield _accuracy(design, who, f"{name}, {said}", plain, items, left_out, SHARES_APART)


def _common(arms: Sequence[_Arm]) -> tuple[list[str], list[Item], str]:
    """(readers who read nearly everything in all arms, what all of them read, in words what is left out)."""
    everybody = sorted({reader for arm in arms for reader in arm.items})
    counts = {reader: min(len(arm.items.get(reader, ())) for arm in arms) for reader in everybody}
    most = max(counts.values(), default=0)
    readers = [reader for reader in everybody if most and counts[reader] >= COMPLETE * most]
    sets = [arm.items[reader] for arm in arms for reader in readers]
    common = sorted(frozenset.intersection(*sets)) if sets else []
    alone = len(frozenset().union(*sets)) - len(common)
    missing = ", ".join(f"{reader} ({counts[reader]} of {most})" for reader in everybody if reader not in readers)
    words = [f"incomplete: {missing}" if missing else "", f"{alone} not read by all of them" if alone else ""]
    return readers, common, "; ".join(filter(None, words))


def _accuracy(
    design: _Design, who: str, method: str, found: OverReaders, items: Sequence[Item], left_out: str,
    ends: tuple[float, float],
) -> Accuracy:  # fmt: skip
    patients = len({design.patient(item) for item in items})
    low, high = max(found.low, ends[0]), min(found.high, ends[1])
    if math.isnan(found.low):
        low = high = math.nan
    return Accuracy(design.question, who, method, Estimate(found.value, low, high, len(items), patients), left_out)
