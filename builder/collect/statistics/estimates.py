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
# What a figure can be: anything, a share, a length or a number of things, a difference of two shares.
NO_ENDS, SHARE, LENGTH, SHARES_APART = (-math.inf, math.inf), (0.0, 1.0), (0.0, math.inf), (-1.0, 1.0)
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
    statistic: Statistic, clusters: Clusters, *, bounded: bool = False, ends: tuple[float, float] = NO_ENDS
) -> Estimate:
    """The figure with an interval by Student's t; `bounded` figures lie in -1 to 1, and are jackknifed as Fisher's z.

    `ends` are those of what the figure can be at all: an interval of lengths has no end below 0.
    If a figure without one patient is 1 or -1, it has no z: then the interval is that of the figure itself, cut there.
    The variance is (m - 1) / m times the sum of squares about the mean of the m figures without one patient each
    (Tukey 1958), which also holds if a patient has several cases.
    """
    names = np.unique(np.asarray(clusters, dtype=str))
    labels = np.asarray(clusters, dtype=str)
    value = statistic(np.arange(len(labels)))
    plain = Estimate(value, math.nan, math.nan, len(labels), len(names))
    if len(names) < 3 or not math.isfinite(value) or (bounded and abs(value) >= 1):
        return plain
    without = np.array([statistic(np.flatnonzero(labels != name)) for name in names])
    as_z = bounded and bool((np.abs(without) < 1).all())
    if as_z:
        without = np.arctanh(without)
    spread = math.sqrt((len(names) - 1) * float(np.var(without)))
    if not math.isfinite(spread) or spread <= _NO_SPREAD * max(
        1.0, abs(value)
    ):  # an interval without width would claim to know for certain
        return plain
    reach = float(stats.t.ppf((1 + LEVEL) / 2, len(names) - 1)) * spread
    centre = math.atanh(value) if as_z else value
    low, high = centre - reach, centre + reach
    if as_z:
        low, high = math.tanh(low), math.tanh(high)
    elif bounded:
        ends = (-1.0, 1.0)
    low, high = max(low, ends[0]), min(high, ends[1])
    return Estimate(value, low, high, len(labels), len(names))
