"""Agreement beyond chance, in names and on scales: Cohen's, weighted, Fleiss' and Light's kappa, and Gwet's AC1."""

from itertools import combinations
import math
import warnings

import numpy as np
from numpy.typing import NDArray
from statsmodels.stats.inter_rater import cohens_kappa, fleiss_kappa

# Items by readers: the number of the category, from 0, or -1 where a reader gave no answer.
Codes = NDArray[np.intp]


def cohen(codes: Codes, categories: int) -> float:
    """Cohen's kappa of two readers (1960); nan if all answers are alike."""
    return _kappa(codes, categories, None)


def weighted(codes: Codes, categories: int) -> float:
    """The same with quadratic weights (Cohen 1968): two points apart count four times as much as one."""
    return _kappa(codes, categories, "quadratic")


def light(codes: Codes, categories: int) -> float:
    """The mean of the weighted kappas of all pairs of readers (Light 1971)."""
    pairs = combinations(range(codes.shape[1]), 2)
    return float(np.mean([weighted(codes[:, list(pair)], categories) for pair in pairs]))


def fleiss(codes: Codes, categories: int) -> float:
    """Fleiss' kappa (1971), of readers who all read all items; nan if all answers are alike."""
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        return float(fleiss_kappa(_counts(codes, categories)))


def ac1(codes: Codes, categories: int) -> float:
    """Gwet's AC1 (2008), of any number of readers, who need not all have read all items.

    It does not fall to nothing, as kappa does, where nearly all cases have the same answer.
    """
    counts = _counts(codes, categories)
    readers = counts.sum(axis=1)
    several = readers >= 2
    if categories < 2 or not several.any():
        return math.nan
    pairs = (counts * (counts - 1)).sum(axis=1)[several] / (readers * (readers - 1))[several]
    shares = (counts[readers > 0] / readers[readers > 0, None]).mean(axis=0)
    chance = float((shares * (1 - shares)).sum()) / (categories - 1)
    return (float(pairs.mean()) - chance) / (1 - chance)


def _kappa(codes: Codes, categories: int, weights: str | None) -> float:
    table = np.zeros((categories, categories))
    np.add.at(table, (codes[:, 0], codes[:, 1]), 1)
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")  # with a single value the result is nan, which is reported
        return float(cohens_kappa(table, wt=weights, return_results=False))


def _counts(codes: Codes, categories: int) -> NDArray[np.float64]:
    """Items by categories: how many readers chose each."""
    return np.stack([(codes == category).sum(axis=1) for category in range(categories)], axis=1).astype(float)
