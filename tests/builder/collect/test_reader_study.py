"""Several readers and cases, against published figures; R computes the same from the tables (study.R)."""

import numpy as np
import pandas as pd
import pytest

from builder.collect.analysis.accuracy import scored
from builder.collect.analysis.mrmc import write_mrmc
from builder.collect.analysis.ratings import Rater, Ratings
from builder.collect.analysis.truth import Reference, Truth
from builder.collect.statistics.froc import UNMARKED, RatedCase, curve, merit_of
from builder.collect.statistics.reader_study import difference, mean_of
from bundle.reading.form_file import read_form
from bundle.reading.study_session import SESSION_1

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


def test_questions_per_series_are_one_case_for_each_series_in_other_programs(tmp_path):
    """Case and series as one number: iMRMC takes no second score of a reader for one case."""
    form = '[[question]]\nid = "sure"\ntext = "Sure?"\ntype = "slider"\nper = "series"\n'
    (question,) = read_form(form).questions
    rater, items = Rater("Ash", SESSION_1, 1), [("CASE-001", "1.1"), ("CASE-001", "1.2"), ("CASE-002", "2.1")]
    given = {rater: dict(zip(items, (70, 80, 20), strict=True))}
    ratings = Ratings(question, given, {rater: {"CASE-001", "CASE-002"}}, conditions={SESSION_1: "session 1"})
    truth = Truth(["CASE-001", "CASE-002"], [Reference("sure", None, {"CASE-001": True, "CASE-002": False})])
    paths = write_mrmc(tmp_path / "r.csv", scored([ratings], truth), [ratings], truth, 10)
    lines = next(path for path in paths if path.suffix == ".imrmc").read_text().splitlines()
    assert lines[lines.index("BEGIN DATA:") + 1 :] == [
        "-1,1,0,1", "-1,2,0,1", "-1,3,0,0", "1,1,1,70", "1,2,1,80", "1,3,1,20",
    ]  # fmt: skip
    assert "case 2 is CASE-001, series 1.2" in lines and "N1: 2" in lines
    rows = pd.read_csv(tmp_path / "r-proc-sure.csv")
    assert list(rows["Ash, session 1"]) == [70, 80, 20] and not rows.duplicated(["case", "series"]).any()
