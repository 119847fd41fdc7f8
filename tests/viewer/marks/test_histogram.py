"""Histograms and percentiles, beside plain counting and Python's own statistics."""

from collections import Counter
from fractions import Fraction
import math
import statistics

from hypothesis import given
from hypothesis import strategies as st
import numpy as np
import pytest

from viewer.marks.histogram import histogram_of
from viewer.marks.statistics import PERCENTILES

whole = st.lists(st.integers(-3000, 30000), min_size=1, max_size=300)


@given(whole)
def test_whole_values_are_counted_in_bars_of_whole_round_widths(values):
    found = histogram_of(np.array(values, float))
    width = int(found.width)
    assert found.width == width >= 1
    assert str(width).rstrip("0") in ("1", "2", "5")
    counted = Counter(value // width for value in values)
    first = min(counted)
    assert found.start == first * width
    assert found.counts == tuple(counted[first + n] for n in range(max(counted) - first + 1))
    assert len(found.counts) <= 61


@given(whole)
def test_percentiles_lie_between_values_by_the_straight_line(values):
    found = histogram_of(np.array(values, float)).percentiles
    assert found[PERCENTILES.index(50)] == pytest.approx(statistics.median(values))
    ranked = sorted(values)
    for percent, value in zip(PERCENTILES, found, strict=True):
        place = Fraction(percent, 100) * (len(ranked) - 1)
        low = math.floor(place)
        above = ranked[min(low + 1, len(ranked) - 1)]
        assert value == pytest.approx(float(ranked[low] + (place - low) * (above - ranked[low])))


@given(st.lists(st.floats(-5, 5), min_size=1, max_size=200))
def test_every_value_is_in_a_bar_of_its_own_range(values):
    found = histogram_of(np.array(values))
    assert sum(found.counts) == len(values)
    assert 1 <= len(found.counts) <= 61
    assert found.counts[0] > 0
    assert found.counts[-1] > 0
    for number, count in enumerate(found.counts):
        low, high = found.start + number * found.width, found.start + (number + 1) * found.width
        edge = 1e-6 * found.width
        assert sum(low + edge <= v < high - edge for v in values) <= count
        assert count <= sum(low - edge <= v < high + edge for v in values)


def test_one_value_has_one_bar():
    found = histogram_of(np.full(7, -12.5))
    assert found.counts == (7,)
    assert found.percentiles == (-12.5,) * 5
    assert found.start <= -12.5 < found.start + found.width
