"""Marks with ratings against lesions, without assuming any shape: the FROC curve and the JAFROC figure of merit."""

from collections.abc import Sequence
import math
from typing import NamedTuple

import numpy as np

from builder.collect.statistics.estimates import SHARE, Clusters, Estimate, jackknife

# A lesion that nobody marked, and a case without a false mark, come below every rating.
UNMARKED = -math.inf


class RatedCase(NamedTuple):
    """A case: for each lesion the rating of the mark that found it, or UNMARKED; and the ratings of all other marks."""

    lesions: tuple[float, ...]
    false: tuple[float, ...]


def merit(cases: Sequence[RatedCase], clusters: Clusters) -> Estimate:
    """JAFROC's figure of merit with the interval of the jackknife over patients (Chakraborty and Berbaum 2004).

    The chance that a lesion is rated higher than the highest false mark of a case without lesions; a tie counts half.
    False marks on cases with lesions do not count. It is nan without cases of either kind.
    """
    everything = list(cases)
    return jackknife(lambda kept: merit_of([everything[number] for number in kept]), clusters, ends=SHARE)


def merit_of(cases: Sequence[RatedCase]) -> float:
    """The figure of merit alone."""
    well = np.array([max(case.false, default=UNMARKED) for case in cases if not case.lesions])
    sick = np.array([rating for case in cases for rating in case.lesions])
    if not len(well) or not len(sick):
        return math.nan
    # Ranks, not differences: two places without a mark are a tie, and infinity minus itself is no number.
    above = (sick[:, None] > well[None, :]) + 0.5 * (sick[:, None] == well[None, :])
    return float(above.mean())


def curve(cases: Sequence[RatedCase]) -> list[tuple[float, float]]:
    """(false marks per case, share of lesions found) for each rating from the highest on, after (0, 0)."""
    lesions = [rating for case in cases for rating in case.lesions]
    false = [rating for case in cases for rating in case.false]
    steps = sorted({rating for rating in [*lesions, *false] if rating > UNMARKED}, reverse=True)
    if not lesions:
        return []
    points = [
        (sum(rating >= step for rating in false) / len(cases), sum(rating >= step for rating in lesions) / len(lesions))
        for step in steps
    ]
    return [(0.0, 0.0), *points]
