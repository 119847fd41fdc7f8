"""Unevenly spaced slices: which steps are gaps, and that every slice stays where it is."""

from hypothesis import given, settings
from hypothesis import strategies as st
import numpy as np
import pytest

from bundle.images.directions import gaps, tolerance
from viewer.space import slice_runs

STEPS = st.lists(st.sampled_from([0.5, 1.0, 1.08, 2.0, 2.0, 2.0, 4.0, 6.0, 7.0]), min_size=1, max_size=40)


@pytest.mark.parametrize(
    ("steps", "wide"),
    [
        ([2.0] * 8, []),
        ([2.0] * 4 + [4.0] + [2.0] * 4, [4]),  # one slice is lost
        ([5.0, 5.0, 10.0], [2]),
        ([2.0] * 4 + [3.0] + [2.0] * 4, []),  # half as much again is no gap
        ([2.0] * 4 + [3.1] + [2.0] * 4, [4]),
        ([4.0] * 12 + [1.08] + [7.0] * 10, []),  # a head, finer at its base
        ([2.0] * 8 + [4.0, 4.0, 4.0], [8, 9, 10]),  # every second slice is lost
        ([5.0] * 8 + [10.0] * 7, []),
        ([1.0] * 9 + [7.3, 7.3] + [1.0] * 9, [9, 10]),
        ([3.0], []),
        ([], []),
    ],
)
def test_what_is_a_gap(steps, wide):
    assert [index for index, gap in enumerate(gaps(steps)) if gap] == wide


@settings(max_examples=200, deadline=None)
@given(STEPS)
def test_every_slice_stands_where_it_is_and_belongs_to_a_run(steps):
    usual = float(np.median(steps))
    places = np.concatenate(([0.0], np.cumsum(steps))) / usual
    found = slice_runs.runs_of(places, usual)
    assert found[0].first == 0 and found[-1].last == len(steps)
    for number, place in enumerate(places):
        assert slice_runs.place_at(found, number) * usual == pytest.approx(
            place * usual, abs=tolerance(max(steps)) + 1e-9
        )
        assert slice_runs.number_at(found, float(place)) == pytest.approx(number, abs=0.1)
        assert not any(low < place < high for low, high in slice_runs.empty_places(found))
    wide = [index for index, gap in enumerate(gaps(steps)) if gap]
    assert len(slice_runs.empty_places(found)) == len(wide)
    for (low, high), index in zip(slice_runs.empty_places(found), wide, strict=True):
        assert places[index] < low < high < places[index + 1]


def test_uneven_steps_are_few_runs_and_even_ones_a_single_one():
    places = np.concatenate((np.arange(12) * 4.0, 44 + 1.08 + np.arange(11) * 7.0)) / 4
    found = slice_runs.runs_of(places, 4.0)
    assert [(run.first, run.last) for run in found] == [(0, 11), (11, 12), (12, 22)]
    assert found[0].low == -0.5 and found[-1].high == pytest.approx(places[-1] + 7 / 8)
    assert slice_runs.runs_of(np.arange(30.0), 2.0) == slice_runs.even(30)
