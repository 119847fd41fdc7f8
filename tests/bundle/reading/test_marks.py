"""Places as answers: which are sound, and which two of them make a distance."""

import math

from hypothesis import given
from hypothesis import strategies as st
import numpy as np
import pytest

from bundle.reading.form_file import read_form
from bundle.reading.marks import apart, is_mark, marks_of

IMAGE = {"series": "1.2", "instance": "1.2.66", "frame": 0, "column": 3.5, "row": 4.0, "position": [1.0, 2.0, 3.0]}
PLANE = {
    "series": "1.2", "volume": {"instance": "1.2.1", "frame": 0}, "frame_of_reference": "1.9",
    "position": [1.0, 2.0, 3.0], "normal": [0.0, 0.6, 0.8],
}  # fmt: skip
FORM = """
[[question]]
id = "size"
text = "Size"
type = "measurement"
[[question]]
id = "where"
text = "Where?"
type = "mark"
"""


def test_places_on_images_and_planes_are_answers_of_marks_and_measurements():
    size, where = read_form(FORM).questions
    for mark in (IMAGE, IMAGE | {"position": None}, PLANE, PLANE | {"slab": {"thickness": 5.0, "projection": "MIP"}}):
        assert where.problem([mark]) == ""
        assert size.problem({"value": 4.0, "unit": "mm", "points": [mark, mark]}) == ""
        assert marks_of([mark]) == marks_of({"points": [mark]}) == [mark]


@pytest.mark.parametrize("wrong", [
    PLANE | {"normal": [0.0, 0.6, 0.7]}, PLANE | {"normal": None}, PLANE | {"position": None}, PLANE | {"series": 1},
    {name: PLANE[name] for name in PLANE if name != "frame_of_reference"}, PLANE | {"position": [1.0, math.nan, 2.0]},
    PLANE | {"instance": 5}, PLANE | {"volume": "1.2.1"},
    IMAGE | {"column": True}, IMAGE | {"frame": "0"}, "a place", None,
])  # fmt: skip
def test_what_is_no_place_is_no_answer(wrong):
    size, where = read_form(FORM).questions
    assert not is_mark(wrong)
    assert where.problem([wrong]) == "it is not a list of marks"
    assert size.problem({"value": 4.0, "unit": "mm", "points": [wrong, wrong]}) == "it is not a measurement"


@pytest.mark.parametrize(("other", "why"), [
    (IMAGE | {"column": 99.0}, ""),
    (IMAGE | {"instance": "1.2.76"}, "its ends lie on different slices"),
    (IMAGE | {"frame": 1}, "its ends lie on different slices"),
    (IMAGE | {"series": "1.3"}, "its ends lie in different series"),
    (PLANE, "one end lies on an image, the other on a plane"),
])  # fmt: skip
def test_ends_on_images_make_a_distance_only_on_one_slice_of_one_series(other, why):
    assert apart([IMAGE, other]) == apart([other, IMAGE]) == why


_PARTS = st.floats(-400, 400)


@given(st.tuples(_PARTS, _PARTS, _PARTS), st.tuples(_PARTS, _PARTS), st.floats(0.1, 300), st.integers(0, 2**32 - 1))
def test_rounded_ends_on_one_plane_are_together_and_ends_beside_it_are_not(start, way, off, seed):
    axes, _ = np.linalg.qr(np.random.default_rng(seed).normal(size=(3, 3)))
    right, down, normal = axes.T

    def mark(place: np.ndarray) -> dict[str, object]:
        rounded = [round(float(part), 3) for part in place]
        return PLANE | {"position": rounded, "normal": [round(float(part), 6) for part in normal]}

    first, last = np.array(start), np.array(start) + way[0] * right + way[1] * down
    assert apart([mark(first), mark(last)]) == ""
    assert apart([mark(first), mark(last + (off + 0.1) * normal)]) == "its ends lie on different planes"
    for other in ({"frame_of_reference": ""}, {"volume": {"instance": "1.2.1", "frame": 5}}):
        assert apart([mark(first), mark(last) | other]) == "its ends lie on different planes"
