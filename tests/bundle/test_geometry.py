"""Positions become stacks, spacing, tilt and letters, checked against numbers computed another way."""

from hypothesis import given
from hypothesis import strategies as st
import numpy as np
import pytest

from bundle import directions, geometry
from bundle.geometry import Plane

AXIAL = (1.0, 0.0, 0.0, 0.0, 1.0, 0.0)


def planes_at(positions, orientation=AXIAL, order=None, kind=()):
    return [
        Plane(tuple(map(float, p)), orientation, (1.0, 1.0), kind, order[i] if order else (float(i),))
        for i, p in enumerate(positions)
    ]


def rotation(angles):
    a, b, c = angles
    x = np.array([[1, 0, 0], [0, np.cos(a), -np.sin(a)], [0, np.sin(a), np.cos(a)]])
    y = np.array([[np.cos(b), 0, np.sin(b)], [0, 1, 0], [-np.sin(b), 0, np.cos(b)]])
    z = np.array([[np.cos(c), -np.sin(c), 0], [np.sin(c), np.cos(c), 0], [0, 0, 1]])
    return z @ y @ x


angles = st.tuples(*[st.floats(-3.1, 3.1)] * 3)


@given(angles=angles, spacing=st.floats(0.1, 20), count=st.integers(2, 40), seed=st.integers(0, 1000))
def test_shuffled_slices_come_back_in_order_along_the_normal(angles, spacing, count, seed):
    matrix = rotation(angles)
    orientation = (*matrix[:, 0], *matrix[:, 1])
    normal = np.cross(matrix[:, 0], matrix[:, 1])
    shuffled = np.random.default_rng(seed).permutation(count)
    planes = planes_at([np.array([5.0, -3.0, 2.0]) + k * spacing * normal for k in shuffled], orientation)
    (stack,) = geometry.split_stacks(planes)
    assert [shuffled[i] for i in stack] == list(range(count))
    found = geometry.describe([planes[i] for i in stack])
    assert found.is_volume
    assert found.tilt == 0
    assert found.spacing_between_slices == pytest.approx(spacing, rel=1e-6)


@given(tilt=st.floats(-30, 30).filter(lambda t: abs(t) > 0.1), step=st.floats(0.5, 10))
def test_a_tilted_gantry_is_found_from_positions_with_its_sign(tilt, step):
    # The table moves along z; the plane is turned about x by the tilt, as on the Philips phantom (-18.5 degrees
    # with direction cosines 0, 0.948, -0.317).
    radians = np.radians(tilt)
    orientation = (1.0, 0.0, 0.0, 0.0, float(np.cos(radians)), float(np.sin(radians)))
    found = geometry.describe(planes_at([(0, 0, k * step) for k in range(5)], orientation))
    assert found.is_volume
    assert found.tilt == pytest.approx(tilt, abs=1e-6)
    assert found.spacing_between_slices == pytest.approx(step * np.cos(radians), rel=1e-9)
    assert found.step == pytest.approx((0, 0, step))
    assert f"{found.tilt:.1f}°" in found.notes


def test_a_missing_slice_is_reported_with_its_position():
    found = geometry.describe(planes_at([(0, 0, z) for z in (-2, 0, 2, 6, 8, 10)]))
    assert not found.is_volume
    assert found.missing == pytest.approx((4.0,))
    assert "1 missing" in found.not_volume_reason
    assert found.notes == "slices missing at position 4.0 mm"


def test_uneven_spacing_is_no_volume_and_no_missing_slice():
    found = geometry.describe(planes_at([(0, 0, z) for z in (0, 1.25, 2.5, 205)]))
    assert not found.is_volume
    assert found.missing == ()
    assert found.not_volume_reason == "uneven spacing, 1.25 to 202.50 mm"


def test_positions_rounded_to_a_tenth_are_still_a_volume():
    found = geometry.describe(planes_at([(0, 0, round(0.625 * k, 1)) for k in range(60)]))
    assert found.is_volume


def test_slices_shifted_sideways_are_no_volume():
    found = geometry.describe(planes_at([(0, 0, 0), (4, 0, 1), (0, 0, 2), (4, 0, 3)]))
    assert not found.is_volume
    assert "shifted" in found.not_volume_reason


def test_planes_without_a_position_are_a_plain_stack_in_the_order_of_their_numbers():
    planes = [Plane(None, None, (1.0, 1.0), (), (0.0, float(n))) for n in (3, 1, 2)]
    (stack,) = geometry.split_stacks(planes)
    assert stack == [1, 2, 0]
    assert geometry.describe(planes).not_volume_reason == "the images say nothing about their position"


def test_images_at_one_position_become_stacks_by_what_tells_them_apart():
    # Two echoes: the echo time is the second number; the instance numbers run through both.
    order = [(1.0, echo, float(10 * echo + k)) for echo in (10.0, 20.0) for k in range(4)]
    planes = planes_at([(0, 0, k) for _ in range(2) for k in range(4)], order=order)
    assert geometry.split_stacks(planes) == [[0, 1, 2, 3], [4, 5, 6, 7]]


def test_overlapping_acquisitions_are_split_by_acquisition_and_not_mixed():
    order = [(1.0, float(k)) for k in range(5)] + [(2.0, float(k)) for k in range(5)]
    planes = planes_at([(0, 0, z) for z in (0, 1, 2, 3, 4, 3, 4, 5, 6, 7)], order=order)
    assert geometry.split_stacks(planes) == [[0, 1, 2, 3, 4], [5, 6, 7, 8, 9]]


def test_other_orientation_or_matrix_is_another_stack():
    sagittal = planes_at([(k, 0, 0) for k in range(3)], (0.0, 1.0, 0.0, 0.0, 0.0, -1.0))
    small = planes_at([(0, 0, k) for k in range(3)], kind=(64, 64))
    assert len(geometry.split_stacks(planes_at([(0, 0, k) for k in range(3)]) + sagittal + small)) == 3


@given(angles=angles)
def test_the_affine_takes_voxels_where_the_standard_says(angles):
    # PS3.3 C.7.6.2.1.1, equation C.7.6.2.1-1, written out for one voxel.
    matrix = rotation(angles)
    origin, spacing, step = (1.0, 2.0, 3.0), (0.5, 0.75), tuple(2.0 * matrix[:, 2])
    affine = geometry.affine(origin, (*matrix[:, 0], *matrix[:, 1]), spacing, step)
    column, row, k = 7, 4, 3
    expected = np.array(origin) + matrix[:, 0] * 0.75 * column + matrix[:, 1] * 0.5 * row + 2.0 * matrix[:, 2] * k
    assert (affine @ [column, row, k, 1])[:3] == pytest.approx(expected)


@pytest.mark.parametrize(
    ("direction", "letters"),
    [((1, 0, 0), "L"), ((-1, 0, 0), "R"), ((0, 1, 0), "P"), ((0, -1, 0), "A"), ((0, 0, 1), "S"), ((0, 0, -1), "I"),
     ((0.2, 0.9, -0.4), "PI")],
)  # fmt: skip
def test_letters_name_the_nearest_directions_first(direction, letters):
    assert directions.orientation_letters(direction) == letters


@pytest.mark.parametrize("values", [(0, 0, 0, 0, 0, 0), (1, 0, 0, 1, 0, 0), (float("nan"), 0, 0, 0, 1, 0), (1, 0, 0)])
def test_what_is_no_orientation_is_not_taken_for_one(values):
    assert not geometry.is_orientation(values)
