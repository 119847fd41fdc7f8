"""Studies of several readers and cases: means over readers, and differences of arms, that hold for other readers, too.

The model of Obuchowski and Rockette (1995) with the degrees of freedom of Hillis (2007), for readers and cases as
random samples; formulas of Hillis, Berbaum and Metz (Academic Radiology 15, 2008, 647-661), and for the mean of one
arm those of Hillis (Statistics in Medicine 33, 2014, 330-360). Readers have read the same cases in all arms.
"""

from dataclasses import dataclass
import math

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from builder.collect.statistics.estimates import LEVEL

Numbers = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class OverReaders:
    """A figure with its interval, the degrees of freedom, and p of a difference; nan where it is not defined."""

    value: float
    low: float
    high: float
    freedom: float
    p: float = math.nan


def mean_of(figures: Numbers, covariance: Numbers) -> OverReaders:
    """The mean over the readers of one arm; `covariance` is that of their figures, which read the same cases."""
    readers = len(figures)
    spread = float(figures.var(ddof=1))
    between = max(_off_diagonal(covariance), 0.0)
    return _interval(float(figures.mean()), spread, readers * between, readers - 1, 1 / readers)


def difference(figures: Numbers, covariance: Numbers) -> OverReaders:
    """The mean of the second arm minus that of the first.

    `figures` are arms by readers; `covariance` is that of all of them, (arm, reader) by (arm, reader).
    """
    arms, readers = figures.shape
    of = covariance.reshape(arms, readers, arms, readers)
    same_arm = float(np.mean([_off_diagonal(of[arm, :, arm, :]) for arm in range(arms)]))
    other_arm = _off_diagonal(of[0, :, 1, :])
    rest = figures - figures.mean(axis=1, keepdims=True) - figures.mean(axis=0, keepdims=True) + figures.mean()
    freedom = (arms - 1) * (readers - 1)
    mixed = float((rest**2).sum()) / freedom
    between = readers * max(same_arm - other_arm, 0.0)
    gain = float(figures[1].mean() - figures[0].mean())
    return _interval(gain, mixed, between, freedom, 2 / readers)


def _off_diagonal(covariance: Numbers) -> float:
    """The mean covariance of two different readers."""
    readers = len(covariance)
    return float(covariance.sum() - np.trace(covariance)) / (readers * (readers - 1))


def _interval(value: float, mean_square: float, between: float, freedom: int, share: float) -> OverReaders:
    """By Student's t with Hillis's degrees of freedom, without end if all of the spread is that of the cases."""
    total = mean_square + between
    if not math.isfinite(total) or total <= 0:
        return OverReaders(value, math.nan, math.nan, math.nan)
    hillis = total**2 / (mean_square**2 / freedom) if mean_square > 0 else math.inf
    error = math.sqrt(share * total)
    reach = float(stats.t.ppf((1 + LEVEL) / 2, hillis)) * error
    return OverReaders(value, value - reach, value + reach, hillis, 2 * float(stats.t.sf(abs(value) / error, hillis)))
