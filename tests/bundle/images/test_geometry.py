"""Positions become stacks, spacing, tilt and letters, checked against numbers computed another way."""

from hypothesis import given
from hypothesis import strategies as st
import numpy as np
import pytest

from bundle.images import directions, geometry
from bundle.images.geometry import FramePlane

AXIAL = (1.0, 0.0, 0.0, 0.0, 1.0, 0.0)


def planes_at(positions, orientation=AXIAL):
    return [FramePlane(tuple(map(float, p)), orientation, (1.0, 1.0)) for p in positions]


def rotation(angles):
    a, b, c = angles
    x = np.array([[1, 0, 0], [0, np.cos(a), -np.sin(a)], [0, np.sin(a), np.cos(a)]])
    y = np.array([[np.cos(b), 0, np.sin(b)], [0, 1, 0], [-np.sin(b), 0, np.cos(b)]])
    z = np.array([[np.cos(c), -np.sin(c), 0], [np.sin(c), np.cos(c), 0], [0, 0, 1]])
    return z @ y @ x


angles = st.tuples(*[st.floats(-3.1, 3.1)] * 3)


@given(angles=angles, spacing=st.floats(0.1, 20), count=st.integers(2, 40))
def test_slices_in_any_direction_are_a_volume_with_their_spacing(angles, spacing, count):
    matrix = rotation(angles)
    orientation = (*matrix[:, 0], *matrix[:, 1])
    normal = np.cross(matrix[:, 0], matrix[:, 1])
    found = geometry.describe(
        planes_at([np.array([5.0, -3.0, 2.0]) + k * spacing * normal for k in range(count)], orientation)
    )
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


def test_a_missing_slice_leaves_a_volume_with_a_gap_that_is_told():
    found = geometry.describe(planes_at([(0, 0, z) for z in (-2, 0, 2, 6, 8, 10)]))
    assert (found.is_volume, found.not_volume_reason) == (True, "")
    assert (found.step, found.spacing_between_slices) == ((0, 0, 2), 2)
    assert found.missing == pytest.approx((4.0,))
    assert found.notes == "slices missing at position 4.0 mm"


def test_uneven_spacing_is_a_volume_of_the_median_step_and_no_missing_slice():
    found = geometry.describe(planes_at([(0, 0, z) for z in (0, 1.25, 2.5, 205)]))
    assert found.is_volume
    assert found.missing == ()
    assert (found.spacing_between_slices, found.notes) == (1.25, "uneven spacing, 1.25 to 202.50 mm")


def test_a_narrow_junction_between_two_spacings_is_told():
    # As in head CT: 4 mm through the base of the skull, 7 mm above, and 1.08 mm between the two.
    steps = [4.0] * 8 + [1.08] + [7.0] * 9
    found = geometry.describe(planes_at([(0, 0, z) for z in np.cumsum([0.0, *steps])]))
    assert (found.is_volume, round(found.spacing_between_slices, 9), found.missing) == (True, 4.0, ())
    assert found.notes == "uneven spacing, 1.08 to 7.00 mm"


def test_twice_the_spacing_throughout_a_part_is_no_loss():
    found = geometry.describe(planes_at([(0, 0, z) for z in np.cumsum([0.0, *[4.0] * 8, *[8.0] * 7])]))
    assert (found.missing, found.notes) == ((), "uneven spacing, 4.00 to 8.00 mm")


def test_steps_of_nine_micrometres_are_a_volume():
    found = geometry.describe(planes_at([(0, 0, round(0.009 * k, 6)) for k in range(30)]))
    assert found.is_volume
    assert found.spacing_between_slices == pytest.approx(0.009)


def test_images_at_one_place_are_no_volume():
    found = geometry.describe(planes_at([(0, 0, 7)] * 5))
    assert (found.is_volume, found.not_volume_reason) == (False, "several images at one place")


@pytest.mark.parametrize("step", [0.009, 0.3, 5.0])
def test_a_place_is_found_again_by_a_share_of_the_step(step):
    along = [k * step + jitter * step for jitter in (0, 0.005, -0.005) for k in range(6)]
    assert geometry.places(along) == [0, 1, 2, 3, 4, 5] * 3


def test_positions_rounded_to_a_tenth_are_still_a_volume():
    found = geometry.describe(planes_at([(0, 0, round(0.625 * k, 1)) for k in range(60)]))
    assert found.is_volume


def test_slices_shifted_sideways_are_no_volume_and_have_no_tilt():
    for places in ([(0, 0, 0), (4, 0, 1), (0, 0, 2), (4, 0, 3)], [(0, 0, 0), (0, 0, 1), (30, 0, 2), (30, 0, 3)]):
        found = geometry.describe(planes_at(places))
        assert not found.is_volume
        assert "shifted" in found.not_volume_reason
        assert (found.tilt, found.notes) == (0.0, "")


def test_planes_without_a_position_are_no_volume():
    planes = [FramePlane(None, None, (1.0, 1.0))] * 3
    assert geometry.describe(planes).not_volume_reason == "the images say nothing about their position"


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
