"""The area under the ROC curve without assuming its shape, with cases clustered in patients (Obuchowski 1997).

If every patient has one case, variance and covariance are those of DeLong, DeLong and Clarke-Pearson (1988).
"""

from collections.abc import Sequence
from dataclasses import dataclass
import math

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from builder.collect.statistics.estimates import LEVEL, Clusters, Estimate

Numbers = NDArray[np.float64]
_NORMAL = float(stats.norm.ppf((1 + LEVEL) / 2))


@dataclass(frozen=True, slots=True)
class Curve:
    """The points of a ROC curve: shares of false and true positives, and the lowest positive rating."""

    false: Numbers
    true: Numbers
    thresholds: Numbers


def curve(ratings: Sequence[float], truth: Sequence[bool]) -> Curve:
    """One point for each rating that occurs; an item is positive from that rating on."""
    given, sick = np.asarray(ratings, float), np.asarray(truth, bool)
    steps = np.concatenate([[np.inf], np.unique(given)[::-1]])
    positive = given[None, :] >= steps[:, None]
    return Curve(positive[:, ~sick].mean(axis=1), positive[:, sick].mean(axis=1), steps)


def auc(ratings: Sequence[float], truth: Sequence[bool], clusters: Clusters) -> Estimate:
    """The area with its interval on the scale of the logit, which never leaves 0 to 1 (Pepe 2003)."""
    parts = Parts.of(ratings, truth, clusters)
    patients = len(set(clusters))
    area = parts.area
    spread = math.sqrt(max(covariance(parts, parts), 0.0)) if parts.enough else math.nan
    if not 0 < area < 1 or not spread > 0:
        return Estimate(area, math.nan, math.nan, len(truth), patients)
    logit, reach = math.log(area / (1 - area)), _NORMAL * spread / (area * (1 - area))
    low, high = (1 / (1 + math.exp(-end)) for end in (logit - reach, logit + reach))
    return Estimate(area, low, high, len(truth), patients)


def auc_difference(
    first: Sequence[float], second: Sequence[float], truth: Sequence[bool], clusters: Clusters
) -> Estimate:
    """The area of the second ratings minus that of the first, given to the same items; no end is beyond 1."""
    one, other = Parts.of(first, truth, clusters), Parts.of(second, truth, clusters)
    value = other.area - one.area
    variance = covariance(one, one) + covariance(other, other) - 2 * covariance(one, other)
    reach = _NORMAL * math.sqrt(max(variance, 0.0)) if one.enough and variance > 0 else math.nan
    low, high = max(value - reach, -1.0), min(value + reach, 1.0)
    return Estimate(value, low, high, len(truth), len(set(clusters)))


@dataclass(frozen=True, slots=True)
class Parts:
    """The structural components, summed over each patient with items of that kind, minus what the area expects."""

    area: float
    sick: Numbers
    well: Numbers
    with_sick: int
    with_well: int
    sick_items: int
    well_items: int

    @property
    def enough(self) -> bool:
        """Whether there are patients enough of both kinds to see a spread."""
        return self.with_sick > 1 and self.with_well > 1

    @staticmethod
    def of(ratings: Sequence[float], truth: Sequence[bool], clusters: Clusters) -> "Parts":
        """Of ratings with the truth and the patient of each."""
        given, is_sick = np.asarray(ratings, float), np.asarray(truth, bool)
        names, of = np.unique(np.asarray(clusters, str), return_inverse=True)
        sick, well = given[is_sick], given[~is_sick]
        if not len(sick) or not len(well):
            none = np.zeros(len(names))
            return Parts(math.nan, none, none, 0, 0, len(sick), len(well))
        above = (sick[:, None] > well[None, :]) + 0.5 * (sick[:, None] == well[None, :])
        area = float(above.mean())
        of_sick, of_well = of[is_sick], of[~is_sick]
        return Parts(
            area,
            np.bincount(of_sick, above.mean(axis=1) - area, len(names)).astype(float),
            np.bincount(of_well, above.mean(axis=0) - area, len(names)).astype(float),
            len(np.unique(of_sick)), len(np.unique(of_well)), len(sick), len(well),
        )  # fmt: skip


def covariance(one: Parts, other: Parts) -> float:
    """The covariance of two areas over the same items; of one with itself, its variance (Obuchowski 1997)."""
    if not one.enough:
        return math.nan
    patients = len(one.sick)
    sick = one.with_sick / (one.with_sick - 1) * float(one.sick @ other.sick) / one.sick_items**2
    well = one.with_well / (one.with_well - 1) * float(one.well @ other.well) / one.well_items**2
    both = float(one.sick @ other.well) + float(one.well @ other.sick)
    return sick + well + patients / (patients - 1) * both / (one.sick_items * one.well_items)
