"""Several readers and cases, against published figures; R computes the same from the tables (study.R)."""

import numpy as np
import pytest

from builder.collect.statistics.froc import UNMARKED, RatedCase, curve, merit_of
from builder.collect.statistics.reader_study import difference, mean_of

# Van Dyke's study (1993): five readers, spin echo and cine MRI for aortic dissection, 45 with and 69 without. Areas,
# covariances and results are those that RJafroc and MRMCaov document for it (empirical areas, jackknife covariances).
AREAS = np.array([
    [0.9196457, 0.8587762, 0.9038647, 0.9731079, 0.8297907],
    [0.9478261, 0.9053140, 0.9217391, 0.9993559, 0.9299517],
])  # fmt: skip
VARIANCE, COV1, COV2, COV3 = 0.0008022883, 0.0003466137, 0.0003440748, 0.0002390284


def covariances() -> np.ndarray:
    """Every pair of areas has the mean covariance of its kind, on which alone the model depends."""
    arm, reader = np.repeat([0, 1], 5), np.tile(np.arange(5), 2)
    same_arm, same_reader = arm[:, None] == arm, reader[:, None] == reader
    return np.select([same_arm & same_reader, same_reader, same_arm], [VARIANCE, COV1, COV2], COV3)


def test_a_difference_of_arms_is_that_of_rjafroc():
    found = difference(AREAS, covariances())
    assert found.value == pytest.approx(0.04380032, abs=1e-7)
    assert found.freedom == pytest.approx(15.25967, abs=1e-3)
    assert found.p == pytest.approx(0.05166569, abs=1e-6)
    assert (found.low, found.high) == pytest.approx((-0.0003588544, 0.08795949), abs=1e-6)


def test_readers_who_agree_fully_leave_the_spread_of_the_cases():
    same = np.full((2, 4), 0.8)
    spread = np.full((8, 8), 0.001)
    assert np.isnan(difference(same, spread).low)  # nothing differs, and nobody knows how sure that is
    alone = mean_of(same[0], spread[:4, :4])
    assert alone.freedom == np.inf
    assert alone.high - alone.value == pytest.approx(1.959964 * np.sqrt(0.001), rel=1e-6)


def test_the_figure_of_merit_counts_lesions_against_the_worst_false_mark():
    """Four comparisons: 80 beats 30 and nothing; the missed lesion loses to 30, and ties with a case without a mark."""
    cases = [RatedCase((80.0, UNMARKED), (99.0,)), RatedCase((), (10.0, 30.0)), RatedCase((), ())]
    assert merit_of(cases) == pytest.approx((1 + 1 + 0 + 0.5) / 4)
    assert np.isnan(merit_of(cases[:1]))
    assert curve(cases) == [(0, 0), (1 / 3, 0), (1 / 3, 0.5), (2 / 3, 0.5), (1, 0.5)]
