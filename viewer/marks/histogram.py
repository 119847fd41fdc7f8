"""How the values inside an area are spread: a histogram and percentiles, by NumPy."""

import math

import numpy as np
from numpy.typing import NDArray

from viewer.marks.statistics import PERCENTILES, Histogram

# No more bars than this; each is as wide as a round number.
_MOST_BARS = 60
_ROUND = (1.0, 2.0, 5.0, 10.0)
_ROUNDING = 1e-9


def histogram_of(values: NDArray[np.float64]) -> Histogram:
    """The histogram of at least one value."""
    low, high = float(values.min()), float(values.max())
    whole = bool(np.all(values == np.rint(values)))
    width = _bar_width(high - low, whole=whole)
    # What lies at the end of a bar but for rounding belongs to the bar above.
    bars = np.floor(values / width + _ROUNDING).astype(np.int64)
    first = int(bars.min())
    counts = np.bincount(bars - first)
    spread = np.percentile(values, PERCENTILES)
    return Histogram(first * width, width, tuple(map(int, counts)), tuple(map(float, spread)))


def _bar_width(span: float, *, whole: bool) -> float:
    """The narrowest round width with few enough bars; whole numbers have bars of whole numbers."""
    least = max(span / (_MOST_BARS - 1), 1.0 if whole else 0.0)
    if least == 0:
        return 1.0
    power = 10.0 ** math.floor(math.log10(least))
    return next(part * power for part in _ROUND if part * power >= least * (1 - 1e-12))
