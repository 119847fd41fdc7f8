"""Shares such as 'alike' or sensitivity: Wilson's interval, over as many cases as the patients are worth."""

from collections.abc import Sequence
import math

import numpy as np
from statsmodels.stats.proportion import proportion_confint

from builder.collect.statistics.estimates import LEVEL, Clusters, Estimate


def share(hits: Sequence[bool], clusters: Clusters) -> Estimate:
    """The share of hits; nan if there is nothing to count.

    Cases of one patient are no independent trials: Wilson's interval takes the number of cases divided by the design
    effect of the ratio estimator (Rao and Scott 1992), and never more than there are.
    """
    counted, labels = np.asarray(hits, dtype=float), np.asarray(clusters, dtype=str)
    patients = len(np.unique(labels))
    if not len(counted):
        return Estimate(math.nan, math.nan, math.nan, 0, 0)
    value = float(counted.mean())
    worth = len(counted) / design_effect(counted, labels)
    low, high = proportion_confint(value * worth, worth, alpha=1 - LEVEL, method="wilson")
    ends = (0.0 if value == 0 else float(low), 1.0 if value == 1 else float(high))  # exactly, whatever rounding left
    return Estimate(value, *ends, len(counted), patients)


def design_effect(counted: np.ndarray, labels: np.ndarray) -> float:
    """The variance of the share with patients as clusters, over that of as many independent cases; at least 1."""
    names, of = np.unique(labels, return_inverse=True)
    if len(names) == len(counted):
        return 1.0
    value, size = counted.mean(), len(counted)
    if value in (0, 1) or len(names) < 2:  # no spread to see: each patient counts once
        return size / len(names)
    residuals = np.bincount(of, weights=counted - value)
    variance = len(names) / (len(names) - 1) * float((residuals**2).sum()) / size**2
    return max(float(variance / (value * (1 - value) / size)), 1.0)
