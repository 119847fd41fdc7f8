"""A figure with its 95 % interval: by the jackknife, which leaves out one patient with all cases at a time."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
import math

import numpy as np
from numpy.typing import NDArray
from scipy import stats

LEVEL = 0.95
# Figures that differ by less do not differ, but in the last bits of a division.
_NO_SPREAD = 1e-12
# What a figure can be: anything, a share, a length or a number of things, a difference of two shares, a correlation.
NO_ENDS, SHARE, LENGTH, SHARES_APART = (-math.inf, math.inf), (0.0, 1.0), (0.0, math.inf), (-1.0, 1.0)
CORRELATION = SHARES_APART


@dataclass(frozen=True, slots=True)
class Scale:
    """How a figure is stretched so that its interval is as long on either side; `ends` are those of the scale."""

    stretch: np.ufunc
    back: np.ufunc
    ends: tuple[float, float]


PLAIN = Scale(np.positive, np.positive, NO_ENDS)
# For figures in -1 to 1: Fisher's z for correlations and kappa; AC1 near 1 is like a share, whose angle spreads alike.
FISHER_Z = Scale(np.arctanh, np.tanh, NO_ENDS)
ANGLE = Scale(np.arcsin, np.sin, (-math.pi / 2, math.pi / 2))
# Gives the figure for the items with these indices.
Statistic = Callable[[NDArray[np.intp]], float]
Clusters = Sequence[str]


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure and its interval; nan where it is not defined. `items` were compared, of so many `patients`."""

    value: float
    low: float
    high: float
    items: int
    patients: int


def jackknife(
    statistic: Statistic, clusters: Clusters, *, scale: Scale = PLAIN, ends: tuple[float, float] = NO_ENDS
) -> Estimate:
    """The figure with an interval by Student's t, which is made on the `scale`.

    `ends` are those of what the figure can be at all: an interval of lengths has no end below 0.
    If a figure without one patient is not on the scale (1 has no z), the interval is that of the plain figure.
    The variance is (m - 1) / m times the sum of squares about the mean of the m figures without one patient each
    (Tukey 1958), which also holds if a patient has several cases.
    """
    names = np.unique(np.asarray(clusters, dtype=str))
    labels = np.asarray(clusters, dtype=str)
    value = statistic(np.arange(len(labels)))
    alone = Estimate(value, math.nan, math.nan, len(labels), len(names))
    if scale is not PLAIN:
        ends = CORRELATION
    if len(names) < 3 or not math.isfinite(value) or (scale is not PLAIN and abs(value) >= 1):
        return alone
    without = np.array([statistic(np.flatnonzero(labels != name)) for name in names])
    on = scale if (np.abs(without) < 1).all() else PLAIN
    spread = math.sqrt((len(names) - 1) * float(np.var(on.stretch(without))))
    if not math.isfinite(spread) or spread <= _NO_SPREAD * max(1.0, abs(value)):
        return alone  # an interval without width would claim to know for certain
    reach = float(stats.t.ppf((1 + LEVEL) / 2, len(names) - 1)) * spread
    centre = float(on.stretch(value))
    low, high = (float(on.back(np.clip(end, *on.ends))) for end in (centre - reach, centre + reach))
    return Estimate(value, max(low, ends[0]), min(high, ends[1]), len(labels), len(names))
