"""Agreement in numbers: bias, limits of agreement, repeatability, and the intraclass correlation."""

import math

import numpy as np
from numpy.typing import NDArray

# Items by readers.
Values = NDArray[np.float64]
# 95 % of a normal distribution lie within so many standard deviations.
_WITHIN = 1.959963984540054


def bias(values: Values) -> float:
    """The mean of the second reader's values minus the first's."""
    return float(_differences(values).mean())


def lower_limit(values: Values) -> float:
    """The lower limit of agreement (Bland and Altman 1986); nan for fewer than two items."""
    return bias(values) - _WITHIN * _spread(values)


def upper_limit(values: Values) -> float:
    """The upper limit of agreement."""
    return bias(values) + _WITHIN * _spread(values)


def repeatability(values: Values) -> float:
    """The repeatability coefficient (ISO 5725-6, Bland and Altman 1999): two values of one case differ by less in 95 %.

    1.96 times the square root of 2 times the standard deviation within the items.
    """
    within = float(values.var(axis=1, ddof=1).mean())
    return _WITHIN * math.sqrt(2 * within)


def icc(values: Values) -> float:
    """ICC(2,1): two-way random effects, absolute agreement, a single reader (Shrout and Fleiss 1979)."""
    items, readers = values.shape
    if items < 2 or readers < 2:
        return math.nan
    by_item, by_reader, grand = values.mean(axis=1), values.mean(axis=0), values.mean()
    between = readers * float(((by_item - grand) ** 2).sum()) / (items - 1)
    of_readers = items * float(((by_reader - grand) ** 2).sum()) / (readers - 1)
    rest = values - by_item[:, None] - by_reader[None, :] + grand
    error = float((rest**2).sum()) / ((items - 1) * (readers - 1))
    below = between + (readers - 1) * error + readers * (of_readers - error) / items
    return (between - error) / below if below > 0 and between > 0 else math.nan


def _differences(values: Values) -> Values:
    return values[:, 1] - values[:, 0]


def _spread(values: Values) -> float:
    return float(_differences(values).std(ddof=1)) if len(values) > 1 else math.nan
