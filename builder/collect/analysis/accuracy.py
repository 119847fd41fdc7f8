"""Accuracy against a reference: for each reader, session and question, with intervals clustered by patient."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from itertools import combinations
from typing import NamedTuple

import numpy as np

from builder.collect.analysis.lesions import matched, rated_cases
from builder.collect.analysis.ratings import Item, Rater, Ratings
from builder.collect.analysis.truth import Reference, Truth
from builder.collect.columns import Row
from builder.collect.statistics import froc, roc
from builder.collect.statistics.estimates import LENGTH, SHARES_APART, Estimate, jackknife
from builder.collect.statistics.proportions import share
from bundle.reading.questions import Question, QuestionType, Value

AUC = "area under the ROC curve"
MERIT = "JAFROC figure of merit"
_ROC = (QuestionType.SCALE, QuestionType.SLIDER, QuestionType.NUMBER, QuestionType.MEASUREMENT)


class Scored(NamedTuple):
    """A rater's answers to a question over the items whose truth is known; `left_out` says what is not."""

    ratings: Ratings
    reference: Reference
    rater: Rater
    items: tuple[Item, ...]
    left_out: str

    @property
    def answers(self) -> list[Value]:
        """The answers, item by item."""
        return [self.ratings.given[self.rater][item] for item in self.items]

    @property
    def truth(self) -> list[bool | str]:
        """The truth, item by item."""
        return [self.reference.of_case[item[0]] for item in self.items]

    @property
    def patients(self) -> list[str]:
        """The patient, item by item."""
        return [self.ratings.patient(item) for item in self.items]


class Accuracy(NamedTuple):
    """One figure: the question, who, by which method, and what came out."""

    question: Question
    readers: str
    method: str
    estimate: Estimate
    left_out: str = ""

    def row(self) -> Row:
        """A row of the file."""
        found = self.estimate
        cells = {"figure": found.value, "low": found.low, "high": found.high}
        return {
            "question": self.question.id,
            "comparison": "with the reference",
            "readers": self.readers,
            "method": self.method,
            "n": found.items,
            "patients": found.patients,
            **{name: cell if np.isfinite(cell) else None for name, cell in cells.items()},
            "left_out": self.left_out,
        }


def scored(every: Sequence[Ratings], truth: Truth) -> list[Scored]:
    """Every reader in every session against every reference; repeats of a case do not count twice."""
    return [
        _scored(ratings, reference, rater)
        for reference in truth.references
        for ratings in every
        if ratings.question.id == reference.question
        for rater in sorted(ratings.given)
        if rater.occurrence == 1
    ]


def _scored(ratings: Ratings, reference: Reference, rater: Rater) -> Scored:
    answered = sorted(ratings.given[rater])
    items = tuple(item for item in answered if item[0] in reference.of_case)
    without = len(answered) - len(items)
    words = [f"{without} without a reference" if without else "", *_not_there(ratings, rater, reference.of_case)]
    unanswered = reference.of_case.keys() & ratings.read[rater] - {item[0] for item in answered}
    words += [f"{len(unanswered)} read without an answer" if unanswered else ""]
    return Scored(ratings, reference, rater, items, "; ".join(filter(None, words)))


def _not_there(ratings: Ratings, rater: Rater, known: Collection[str]) -> Iterator[str]:
    """In words, which cases of the reference a reader has not finished."""
    unread = set(known) - ratings.read.get(rater, set())
    training = unread & ratings.training.get(rater.session, frozenset())
    for number, word in ((len(training), "for training"), (len(unread - training), "not read")):
        if number:
            yield f"{number} {word}"


def is_rated(each: Scored) -> bool:
    """Whether the answers are ratings of which an area under a curve is made, and the reference is no repetition."""
    return each.ratings.question.kind in _ROC and not each.reference.is_again


def accuracies(every: Sequence[Ratings], truth: Truth, radius: float) -> list[Accuracy]:
    """All figures; a mark within `radius` mm of a lesion has found it."""
    found = scored(every, truth)
    of_raters = [
        Accuracy(each.ratings.question, name_of(each.rater, each.ratings), method, estimate, each.left_out)
        for each in found
        for method, estimate in _figures(each)
    ]
    return [*of_raters, *_differences(found), *_of_marks(every, truth, radius)]


def name_of(rater: Rater, ratings: Ratings) -> str:
    """The reader; with the session, if there are several."""
    return f"{rater.reader}, {rater.session}" if ratings.several else rater.reader


def _figures(each: Scored) -> Iterator[tuple[str, Estimate]]:
    kind = each.ratings.question.kind
    if kind is QuestionType.CHOICE:
        right = [answer == true for answer, true in zip(each.answers, each.truth, strict=True)]
        yield "right", share(right, each.patients)
        return
    if is_rated(each):
        ratings = list(map(float, each.answers))
        yield AUC, roc.auc(ratings, list(map(bool, each.truth)), each.patients)
    if (called := positive(each)) is not None:
        for method, estimate in _of_calls(called, list(map(bool, each.truth)), each.patients):
            yield f"{method}{_from(each)}", estimate


def positive(each: Scored) -> list[bool] | None:
    """Which answers call the case positive; None for ratings without a threshold."""
    if each.ratings.question.kind is QuestionType.YES_NO:
        return list(map(bool, each.answers))
    least = each.reference.least
    return None if least is None else [answer >= least for answer in each.answers]


def _from(each: Scored) -> str:
    """The rating from which an answer counts as positive: several of one question are told apart."""
    return "" if each.reference.least is None else f", >= {each.reference.least:g}"


def _of_calls(called: Sequence[bool], truth: Sequence[bool], patients: Sequence[str]) -> Iterator[tuple[str, Estimate]]:
    kept: Mapping[str, Callable[[bool, bool], bool]] = {
        "sensitivity": lambda call, true: true,
        "specificity": lambda call, true: not true,
        "positive predictive value": lambda call, true: call,
        "negative predictive value": lambda call, true: not call,
    }
    triples = list(zip(called, truth, patients, strict=True))
    for method, is_in in kept.items():
        of = [triple for triple in triples if is_in(triple[0], triple[1])]
        yield method, share([call == true for call, true, _ in of], [patient for *_, patient in of])


# Differences between the sessions, or arms, of one reader


def _differences(found: Sequence[Scored]) -> Iterator[Accuracy]:
    for pair in combinations(found, 2):
        earlier, later = sorted(pair, key=_place)
        same = earlier.reference is later.reference and earlier.ratings is later.ratings
        same = same and earlier.rater.reader == later.rater.reader
        if same and earlier.rater.session != later.rater.session:
            common = tuple(sorted(set(earlier.items) & set(later.items)))
            first, second = earlier._replace(items=common), later._replace(items=common)
            who = f"{earlier.rater.reader}, {later.rater.session} minus {earlier.rater.session}"
            left = len(set(earlier.items) ^ set(later.items))
            words = f"{left} read in one of them only" if left else ""
            for method, estimate in _difference(first, second):
                yield Accuracy(earlier.ratings.question, who, method, estimate, words)


def _place(each: Scored) -> int:
    """Crossed arms are subtracted the same way round for every reader."""
    return list(each.ratings.conditions).index(each.rater.session)


def _difference(one: Scored, other: Scored) -> Iterator[tuple[str, Estimate]]:
    truth, patients = list(map(bool, one.truth)), one.patients
    if not one.items or one.ratings.question.kind is QuestionType.CHOICE:
        return
    if is_rated(one):
        first, second = (list(map(float, each.answers)) for each in (one, other))
        yield f"difference in {AUC}", roc.auc_difference(first, second, truth, patients)
    before, after = positive(one), positive(other)
    if before is None or after is None:
        return
    for method, wanted in (("sensitivity", True), ("specificity", False)):
        kept = [number for number, true in enumerate(truth) if true is wanted]
        gains = np.array([(after[number] is wanted) - (before[number] is wanted) for number in kept], float)
        if len(gains):
            yield (
                f"difference in {method}{_from(one)}",
                _mean(gains, [patients[number] for number in kept], SHARES_APART),
            )


def _mean(values: np.ndarray, patients: Sequence[str], ends: tuple[float, float] = LENGTH) -> Estimate:
    return jackknife(lambda kept: float(values[kept].mean()), patients, ends=ends)


# Marks against lesions


def _of_marks(every: Sequence[Ratings], truth: Truth, radius: float) -> Iterator[Accuracy]:
    for ratings in every:
        if ratings.question.kind is QuestionType.MARK and truth.lesions:
            for rater in sorted(rater for rater in ratings.given if rater.occurrence == 1):
                for method, estimate, left_out in _of_places(ratings, rater, truth, radius):
                    yield Accuracy(ratings.question, name_of(rater, ratings), method, estimate, left_out)


def _of_places(ratings: Ratings, rater: Rater, truth: Truth, radius: float) -> Iterator[tuple[str, Estimate, str]]:
    """A case that was read without a mark is read all the same: its lesions were missed."""
    found = matched(ratings, rater, truth, radius)
    left_out = "; ".join(_not_there(ratings, rater, truth.lesions))
    hits = [(lesion in {pair[0] for pair in pairs.pairs}, ratings.patient((case, "")))
            for case, pairs in found.items() for lesion in range(pairs.first)]  # fmt: skip
    if hits:
        located = share([hit for hit, _ in hits], [patient for _, patient in hits])
        yield f"lesions found within {radius:g} mm", located, left_out
    patients = [ratings.patient((case, "")) for case in found]
    if found:
        false = np.array([pairs.second - len(pairs.pairs) for pairs in found.values()], float)
        yield "false marks per case", _mean(false, patients), left_out
    single = [(case, pairs) for case, pairs in found.items() if pairs.first == 1]
    if single:
        right = [bool(pairs.pairs) for _, pairs in single]
        yield (
            "cases with one lesion, correctly located",
            share(right, [ratings.patient((c, "")) for c, _ in single]),
            left_out,
        )
    errors = [(distance, ratings.patient((case, ""))) for case, pairs in found.items() for *_, distance in pairs.pairs]
    if errors:
        yield "localisation error in mm", _mean(np.array([e for e, _ in errors]), [p for _, p in errors]), left_out
    yield from _merit(ratings, rater, truth, radius, left_out)


def _merit(
    ratings: Ratings, rater: Rater, truth: Truth, radius: float, left_out: str
) -> Iterator[tuple[str, Estimate, str]]:
    """Only of marks with ratings: without them it would say no more than the shares above."""
    if ratings.question.rating is not None:
        cases, unrated = rated_cases(ratings, rater, truth, radius)
        words = [left_out, f"{unrated} with a mark without a rating" if unrated else ""]
        if cases:
            patients = [ratings.patient((case, "")) for case in cases]
            yield MERIT, froc.merit(list(cases.values()), patients), "; ".join(filter(None, words))
