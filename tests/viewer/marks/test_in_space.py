"""Measurements in the patient: the part that lies near a plane, beside NumPy's linear algebra."""

from hypothesis import assume, given, settings
from hypothesis import strategies as st
import numpy as np
import pytest

from viewer.marks.in_space import SpaceMeasure, distance_from, near_plane, outline
from viewer.marks.measure import MeasurementKind

_number = st.floats(-200, 200, allow_nan=False)
_vector = st.tuples(_number, _number, _number)


def unit(vector) -> np.ndarray:
    return np.array(vector) / np.linalg.norm(vector)


@settings(max_examples=100, deadline=None)
@given(_vector, _vector, _vector, _vector, st.floats(0.1, 20))
def test_the_part_of_a_line_near_a_plane_is_what_sampling_finds(first, last, at, normal, reach):
    assume(np.linalg.norm(normal) > 1 and np.linalg.norm(np.subtract(last, first)) > 1)
    across = tuple(map(float, unit(normal)))
    parts = near_plane([(first, last)], at, across, reach)
    shares = np.linspace(0, 1, 2001)
    places = np.array(first) + shares[:, None] * np.subtract(last, first)
    inside = np.abs((places - at) @ across) <= reach
    if not parts:
        assert not inside[1:-1].any()
        return
    ((start, end),) = parts
    assert all(abs(distance_from(end_, at, across)) <= reach + 1e-6 for end_ in (start, end))
    if inside.any():
        step = np.linalg.norm(places[1] - places[0])
        assert np.linalg.norm(places[inside][0] - start) <= step + 1e-6
        assert np.linalg.norm(places[inside][-1] - end) <= step + 1e-6


@settings(max_examples=100, deadline=None)
@given(_vector, st.floats(1, 80), st.floats(1, 80), st.floats(0, 360))
def test_an_ellipse_lies_on_its_plane_within_its_corners(start, width, height, degrees):
    turn = np.radians(degrees)
    right = (float(np.cos(turn)), float(np.sin(turn)), 0.0)
    down = (0.0, 0.0, -1.0)
    corner = tuple(map(float, np.array(start) + width * np.array(right) + height * np.array(down)))
    measure = SpaceMeasure(MeasurementKind.ELLIPSE, (start, corner), right, down, 1)
    points = np.array([first for first, _ in outline(measure)])
    middle = (np.array(start) + corner) / 2
    away = (points - middle) @ np.array((right, down)).T / (width / 2, height / 2)
    assert np.hypot(*away.T) == pytest.approx(1.0, abs=1e-6)
    assert (points - middle) @ measure.normal == pytest.approx(0.0, abs=1e-6)
    assert measure.flat().points[1] == pytest.approx((width, height))
    assert measure.lies_on(corner, measure.normal) and not measure.lies_on(corner, right)
