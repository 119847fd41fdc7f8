"""Agreement between readers, within a reader and between sessions: each figure with its method, n and interval."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from builder.collect.analysis.lesions import points
from builder.collect.analysis.ratings import WITHIN_READER, Compared, Ratings, comparisons
from builder.collect.columns import Row
from builder.collect.statistics import kappa, numbers
from builder.collect.statistics.estimates import ANGLE, FISHER_Z, LENGTH, NO_ENDS, SHARE, Estimate, Scale, jackknife
from builder.collect.statistics.places import match
from builder.collect.statistics.proportions import share
from bundle.reading.questions import Question, QuestionType, Value

# Fewer common cases are meaningless.
FEWEST = 3
ALIKE = "alike"
# Stands in the place of a method, so that no comparison vanishes without a word.
TOO_FEW = f"no figure for fewer than {FEWEST}"
_NUMBERS = (QuestionType.SLIDER, QuestionType.NUMBER, QuestionType.MEASUREMENT)


class Agreement(NamedTuple):
    """One figure: the question, who is compared, by which method, and what came out."""

    question: Question
    compared: Compared
    method: str
    estimate: Estimate

    def row(self) -> Row:
        """A row of the file."""
        found = self.estimate
        return {
            "question": self.question.id,
            "comparison": self.compared.kind,
            "readers": self.compared.who,
            "method": self.method,
            "n": found.items,
            "patients": found.patients,
            "figure": _cell(found.value),
            "low": _cell(found.low),
            "high": _cell(found.high),
            "left_out": self.compared.left_out,
        }


def _of_few(compared: Compared) -> Estimate:
    return Estimate(math.nan, math.nan, math.nan, len(compared.items), len({item[0] for item in compared.items}))


def agreements(every: Sequence[Ratings], radius: float) -> list[Agreement]:
    """All figures, question by question; marks within `radius` mm of each other are the same finding."""
    return [
        Agreement(ratings.question, compared, method, estimate)
        for ratings in every
        for compared in comparisons(ratings)
        for method, estimate in [*_figures(ratings, compared, radius)] or [(TOO_FEW, _of_few(compared))]
    ]


Figures = Iterator[tuple[str, Estimate]]


def _figures(ratings: Ratings, compared: Compared, radius: float) -> Figures:
    kind = ratings.question.kind
    if kind is QuestionType.MARK:
        yield from _of_marks(ratings, compared, radius)
    elif kind in _NUMBERS:
        yield from _of_numbers(_matrix(ratings, compared, float), ratings, compared)
    elif kind is QuestionType.CHOICES:
        yield from _of_choices(ratings, compared)
    else:
        yield from _of_names(ratings, compared)


def _clusters(ratings: Ratings, compared: Compared) -> list[str]:
    return [ratings.patient(item) for item in compared.items]


def _matrix(ratings: Ratings, compared: Compared, of: Callable[[Value], float]) -> NDArray[np.float64]:
    """Items by raters."""
    rows = [[of(ratings.given[rater][item]) for rater in compared.raters] for item in compared.items]
    return np.array(rows).reshape(len(rows), len(compared.raters))


def _of_names(ratings: Ratings, compared: Compared) -> Figures:
    question, clusters = ratings.question, _clusters(ratings, compared)
    values = categories(question)
    codes = _matrix(ratings, compared, values.index).astype(np.intp)
    if len(compared.raters) == 2 and compared.items:
        yield ALIKE, share(codes[:, 0] == codes[:, 1], clusters)
    if len(compared.items) < FEWEST:
        return
    is_scale = question.kind is QuestionType.SCALE
    named: Mapping[str, Callable[..., float]] = _METHODS[is_scale, len(compared.raters) == 2]
    for method, statistic in named.items():
        yield method, jackknife(partial(_over, statistic, codes, len(values)), clusters, scale=_scale(statistic))
    if is_scale:
        points = _matrix(ratings, compared, float)
        yield "ICC(2,1)", jackknife(lambda kept: numbers.icc(points[kept]), clusters, scale=FISHER_Z)


_METHODS = {
    (False, True): {"Cohen's kappa": kappa.cohen, "Gwet's AC1": kappa.ac1},
    (False, False): {"Fleiss' kappa": kappa.fleiss, "Gwet's AC1": kappa.ac1},
    (True, True): {"weighted kappa": kappa.weighted},
    (True, False): {"mean weighted kappa of all pairs": kappa.light},
}


def _scale(statistic: Callable[..., float]) -> Scale:
    return ANGLE if statistic is kappa.ac1 else FISHER_Z


def _over(statistic: Callable[..., float], codes: kappa.Codes, categories: int, kept: NDArray[np.intp]) -> float:
    return statistic(codes[kept], categories)


def categories(question: Question) -> list[Value]:
    """All answers that the form allows, in its order, whether anybody gave them or not."""
    if question.kind is QuestionType.SCALE:
        return list(range(int(question.minimum or 0), int(question.maximum or 0) + 1))
    return [option.value for option in question.options] or [False, True]


def _of_choices(ratings: Ratings, compared: Compared) -> Figures:
    """Several of several: whether all is alike, and for each option whether it was chosen."""
    clusters, pair = _clusters(ratings, compared), len(compared.raters) == 2
    if pair and compared.items:
        first, second = (ratings.given[rater] for rater in compared.raters)
        yield ALIKE, share([_options(first[item]) == _options(second[item]) for item in compared.items], clusters)
    if len(compared.items) < FEWEST:
        return
    for option in ratings.question.options:
        codes = _matrix(ratings, compared, partial(_has, option.value)).astype(np.intp)
        for method, statistic in _METHODS[False, pair].items():
            figure = jackknife(partial(_over, statistic, codes, 2), clusters, scale=_scale(statistic))
            yield f"{method}, '{option.value}'", figure


def _options(value: Value) -> set[str]:
    return set(str(value).split(";"))


def _has(option: str, value: Value) -> float:
    return float(option in _options(value))


def _of_numbers(values: NDArray[np.float64], ratings: Ratings, compared: Compared) -> Figures:
    clusters = _clusters(ratings, compared)
    if len(compared.items) < FEWEST:
        return
    if len(compared.raters) == 2:
        named: dict[str, Callable[[NDArray[np.float64]], float]] = {
            "bias": numbers.bias, "lower limit of agreement": numbers.lower_limit,
            "upper limit of agreement": numbers.upper_limit,
        }  # fmt: skip
        if compared.kind == WITHIN_READER:
            named["repeatability coefficient"] = numbers.repeatability
        for method, statistic in named.items():
            ends = LENGTH if statistic is numbers.repeatability else NO_ENDS
            yield method, jackknife(partial(_rows, statistic, values), clusters, ends=ends)
    yield "ICC(2,1)", jackknife(partial(_rows, numbers.icc, values), clusters, scale=FISHER_Z)


def _rows(
    statistic: Callable[[NDArray[np.float64]], float], values: NDArray[np.float64], kept: NDArray[np.intp]
) -> float:
    return statistic(values[kept])


def _of_marks(ratings: Ratings, compared: Compared, radius: float) -> Figures:
    """How many marks have their partner, and how far apart partners are; case by case, of two raters."""
    if len(compared.raters) != 2:
        return
    first, second = (ratings.given[rater] for rater in compared.raters)
    placed = [item for item in compared.items if _all_placed(first[item]) and _all_placed(second[item])]
    pairs = [match(points(first[item]), points(second[item]), radius) for item in placed]
    clusters = [ratings.patient(item) for item in placed]
    if len(placed) < FEWEST:
        return
    alike = np.array([pair.alike for pair in pairs])
    yield (
        f"marks with a partner within {radius:g} mm",
        jackknife(lambda kept: float(alike[kept].mean()), clusters, ends=SHARE),
    )
    found = [(float(np.mean([distance for *_, distance in pair.pairs])), cluster)
             for pair, cluster in zip(pairs, clusters, strict=True) if pair.pairs]  # fmt: skip
    if len(found) >= FEWEST:
        apart = np.array([distance for distance, _ in found])
        of = [cluster for _, cluster in found]
        yield "mm between partners", jackknife(lambda kept: float(apart[kept].mean()), of, ends=LENGTH)


def _all_placed(marks: Value) -> bool:
    return len(points(marks)) == len(marks)


def _cell(value: float) -> float | None:
    return value if np.isfinite(value) else None
