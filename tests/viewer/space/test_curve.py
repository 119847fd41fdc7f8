"""Curves through points and pictures straightened along them, against SciPy and phantoms whose lengths are known."""

from itertools import pairwise
import math

from hypothesis import given, settings
from hypothesis import strategies as st
import numpy as np
import pytest
from scipy.interpolate import CubicSpline
from scipy.ndimage import map_coordinates

from viewer.images.windowing import PixelKind, Rescale
from viewer.space.curve import curve_through
from viewer.space.straighten import straightened
from viewer.space.voxel_volume import Solid

SPACING = np.array((0.8, 0.7, 1.1))  # of columns, rows and slices, in mm
SHAPE = (90, 140, 120)  # slices, rows, columns
ORIGIN = np.array((-47.0, -48.0, -50.0))


def solid_of(values: np.ndarray, tilt: float = 0.0) -> Solid:
    """Voxels in millimetres of the patient; `tilt` shears the slices, as a tilted gantry does."""
    matrix = np.diag([*SPACING, 1.0])
    matrix[1, 2] = tilt
    matrix[:3, 3] = ORIGIN
    kind = PixelKind(16, 16, signed=True, monochrome1=False, padding=None)
    return Solid(values.astype(np.float32), matrix, Rescale(), kind, (), "")


def circle(radius: float, start: float, end: float, points: int) -> list[tuple[float, float, float]]:
    angles = np.linspace(start, end, points)
    return [(radius * math.cos(a), radius * math.sin(a), 0.0) for a in angles]


def helix(radius: float, pitch: float, turns: float, points: int) -> list[tuple[float, float, float]]:
    angles = np.linspace(0, 2 * math.pi * turns, points)
    return [(radius * math.cos(a), radius * math.sin(a), pitch * a / (2 * math.pi) - 12.0) for a in angles]


def tube_about(points: np.ndarray, width: float) -> np.ndarray:
    """Voxels that are bright near a polyline of many points, and fade away from it."""
    k, j, i = np.mgrid[: SHAPE[0], : SHAPE[1], : SHAPE[2]]
    centres = np.stack((i, j, k), axis=-1) * SPACING + ORIGIN
    nearest = np.full(SHAPE, np.inf)
    for point in points:
        nearest = np.minimum(nearest, np.sum((centres - point) ** 2, axis=-1))
    return 1000 * np.exp(-nearest / (2 * width**2))


PHANTOMS = {
    "circle": (circle(30.0, 0.2, 3.9, 9), np.array(circle(30.0, 0.2, 3.9, 160)), 30.0 * 3.7),
    "helix": (
        helix(22.0, 14.0, 1.6, 17), np.array(helix(22.0, 14.0, 1.6, 220)),
        2 * math.pi * 1.6 * math.hypot(22.0, 14.0 / (2 * math.pi)),
    ),
}  # fmt: skip
VOXEL = float(SPACING.min())


@pytest.mark.parametrize("name", PHANTOMS)
def test_a_bent_tube_comes_out_straight_and_as_long_as_it_is(name):
    points, dense, length = PHANTOMS[name]
    step = 0.5
    curve = curve_through(points, step)
    assert curve.length == pytest.approx(length, abs=VOXEL / 2)
    solid = solid_of(tube_about(dense, 2.0))
    columns = 61
    values, there = straightened(solid, curve, columns)
    assert values.shape == (len(curve.places), columns) and there.all()
    off = (np.arange(columns) - columns // 2) * curve.step
    near = np.abs(off) <= 8  # another turn of the helix is not the tube
    weights = values[:, near]
    middles = (weights * off[near]).sum(axis=1) / weights.sum(axis=1)
    assert np.abs(middles).max() <= VOXEL / 2
    # The ends: where the tube was made, and not farther.
    bright = values[:, columns // 2] > 500
    assert bright.all()


@pytest.mark.parametrize("tilt", [0.0, 0.35])
@pytest.mark.parametrize("angle", [0.0, 75.0])
@pytest.mark.parametrize("name", PHANTOMS)
def test_every_value_is_that_of_scipy_at_its_place(name, angle, tilt):
    points, _, _ = PHANTOMS[name]
    noise = np.random.default_rng(4).normal(0, 500, SHAPE)
    solid = solid_of(noise, tilt)
    curve, columns = curve_through(points, 0.9, angle), 41
    values, there = straightened(solid, curve, columns)
    off = (np.arange(columns) - columns // 2) * curve.step
    places = curve.places[:, None] + off[:, None] * curve.across[:, None]
    index = (places - ORIGIN) @ np.linalg.inv(solid.affine[:3, :3]).T
    wanted = map_coordinates(noise.astype(np.float32), np.moveaxis(index[..., ::-1], -1, 0), order=1)
    inside = np.all((index >= 0) & (index <= np.array(SHAPE)[::-1] - 1), axis=-1)
    assert inside.mean() > 0.9 and not (inside & ~there).any()
    assert np.abs(values - wanted)[inside].max() <= 0.5


@pytest.mark.parametrize("name", PHANTOMS)
def test_the_curve_is_the_cubic_spline_of_scipy(name):
    points = np.array(PHANTOMS[name][0])
    knots = np.concatenate(([0], np.cumsum(np.linalg.norm(np.diff(points, axis=0), axis=1))))
    wanted = CubicSpline(knots, points)
    fine = wanted(np.linspace(0, knots[-1], 20_001))
    lengths = np.concatenate(([0], np.cumsum(np.linalg.norm(np.diff(fine, axis=0), axis=1))))
    curve = curve_through(PHANTOMS[name][0], 0.25)
    assert curve.length == pytest.approx(lengths[-1], rel=1e-5)
    even = np.linspace(0, lengths[-1], len(curve.places))
    there = np.stack([np.interp(even, lengths, fine[:, axis]) for axis in range(3)], axis=1)
    assert np.linalg.norm(curve.places - there, axis=1).max() < 1e-3


places = st.tuples(*(st.floats(-80, 80),) * 3)


@settings(max_examples=60, deadline=None)
@given(st.lists(places, min_size=2, max_size=7, unique=True), st.floats(-360, 360))
def test_any_curve_goes_through_its_points_evenly_without_a_twist(points, angle):
    curve = curve_through(points, 0.4, angle)
    apart = [math.dist(a, b) for a, b in pairwise(points)]
    if sum(apart) < 0.1 or curve is None:
        return
    steps = np.linalg.norm(np.diff(curve.places, axis=0), axis=1)
    assert steps.max() <= curve.step * (1 + 1e-6)  # a chord is never longer than its arc
    for point in points:
        assert np.linalg.norm(curve.places - point, axis=1).min() <= curve.step
    assert np.abs(np.linalg.norm(curve.across, axis=1) - 1).max() < 1e-9


def test_a_straight_line_is_a_plane_and_too_few_points_are_none():
    curve = curve_through([(0, 0, -20), (0, 0, 0), (0, 0, 25)], 0.5)
    assert curve.length == pytest.approx(45, abs=1e-9)
    assert np.allclose(curve.along, (0, 0, 1)) and np.allclose(curve.across, (1, 0, 0))
    assert curve_through([(1, 2, 3)], 0.5) is None and curve_through([(1, 2, 3), (1, 2, 3)], 0.5) is None


def test_nothing_is_seen_beside_the_voxels_in_gaps_and_where_a_slice_is_damaged():
    solid = solid_of(np.full(SHAPE, 100.0))
    object.__setattr__(solid, "damaged", (40,))
    points = [(0.0, 0.0, -60.0), (0.0, 0.0, 0.0), (0.0, 0.0, 60.0)]
    curve = curve_through(points, 0.5)
    values, there = straightened(solid, curve, 11)
    place = (curve.places[:, 2] - ORIGIN[2]) / SPACING[2]
    wanted = (place >= -0.5) & (place <= SHAPE[0] - 0.5) & ~((place > 39) & (place < 41))
    assert np.array_equal(there[:, 5], wanted)
    assert np.all(values[there] == 100)
