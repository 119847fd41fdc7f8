"""Outlines of a reader's hand: what they enclose, beside Shapely, winding numbers from angles, and circles on paper."""

import math

from hypothesis import given, settings
from hypothesis import strategies as st
import numpy as np
import pytest
from shapely import LineString, Point, Polygon, contains_xy, polygonize, unary_union

from tests.viewer.marks.test_measure import SHAPE, loaded
from viewer.marks import roi
from viewer.marks.measure import Measure, MeasurementKind, area
from viewer.marks.outline import enclosed, inside

__all__ = ["loaded"]  # a fixture
KINDS = st.sampled_from([MeasurementKind.FREEHAND, MeasurementKind.POLYGON])


@st.composite
def simple(draw):
    """An outline that does not cross itself: corners at rising angles about a middle."""
    middle = draw(st.tuples(st.floats(5, 50), st.floats(5, 35)))
    angles = sorted(draw(st.lists(st.floats(0, 2 * math.pi - 0.01), min_size=3, max_size=14, unique=True)))
    radii = [draw(st.floats(0.5, 30)) for _ in angles]
    return [(middle[0] + r * math.cos(t), middle[1] + r * math.sin(t)) for r, t in zip(radii, angles, strict=True)]


places = st.tuples(st.integers(0, 56 * 4).map(lambda n: n / 4), st.integers(0, 40 * 4).map(lambda n: n / 4 + 1 / 64))
any_outline = st.lists(places, min_size=3, max_size=9, unique=True)


def winding(corners, x: float, y: float) -> int:
    """How often the outline goes round a place: the sum of the angles under which its edges are seen from there."""
    turned = 0.0
    for (x0, y0), (x1, y1) in zip(corners, [*corners[1:], corners[0]], strict=True):
        ax, ay, bx, by = x0 - x, y0 - y, x1 - x, y1 - y
        turned += math.atan2(ax * by - ay * bx, ax * bx + ay * by)
    return round(turned / (2 * math.pi))


def edges(corners) -> LineString:
    return LineString([*corners, corners[0]])


@settings(deadline=None)
@given(simple())
def test_what_an_outline_encloses_is_what_shapely_finds(corners):
    truth = Polygon(corners)
    if not truth.is_valid:
        return
    assert enclosed(corners) == pytest.approx(truth.area, abs=1e-4)
    y, x = np.mgrid[0:40, 0:60] + 0.5
    far = np.array([[truth.exterior.distance(Point(*at)) > 1e-6 for at in zip(*row, strict=True)]
                    for row in zip(x, y, strict=True)])  # fmt: skip
    found = inside(corners, np.arange(60) + 0.5, np.arange(40) + 0.5)
    assert np.array_equal(found[far], contains_xy(truth, x, y)[far])


@settings(deadline=None)
@given(any_outline)
def test_an_outline_that_crosses_itself_encloses_all_that_it_goes_round(corners):
    """The faces between its lines by Shapely, each counted if the angles add up to a turn."""
    faces = polygonize([unary_union(edges(corners))]).geoms
    kept = [face for face in faces if winding(corners, *face.representative_point().coords[0])]
    assert enclosed(corners) == pytest.approx(sum(face.area for face in kept), abs=1e-3)
    line = edges(corners)
    columns, rows = np.arange(0.3, 56, 4.0), np.arange(0.7, 40, 3.0)
    found = inside(corners, columns, rows)
    for row, y in enumerate(rows):
        for column, x in enumerate(columns):
            if line.distance(Point(x, y)) > 1e-6:
                assert found[row, column] == bool(winding(corners, x, y))


def test_figures_on_paper():
    bow = [(0, 0), (4, 4), (4, 0), (0, 4)]
    assert enclosed(bow) == pytest.approx(8)
    star = [(math.cos(t), math.sin(t)) for t in (math.pi / 2 + 4 * math.pi / 5 * n for n in range(5))]
    tips = [(math.cos(t), math.sin(t)) for t in (math.pi / 2 + 2 * math.pi / 5 * n for n in range(5))]
    inner = math.cos(2 * math.pi / 5) / math.cos(math.pi / 5)
    around = [at for n, tip in enumerate(tips)
              for at in (tip, (inner * math.cos(math.pi / 2 + 2 * math.pi / 5 * (n + 0.5)),
                               inner * math.sin(math.pi / 2 + 2 * math.pi / 5 * (n + 0.5))))]  # fmt: skip
    assert enclosed(star) == pytest.approx(Polygon(around).area)
    twice = [(math.cos(t), math.sin(t)) for t in np.linspace(0, 4 * math.pi, 721)[:-1]]
    assert enclosed(twice) == pytest.approx(math.pi, rel=1e-3)
    assert enclosed([(0, 0), (5, 5), (2, 2)]) == 0


@settings(deadline=None)
@given(st.floats(4, 17), st.tuples(st.floats(20, 30), st.floats(18, 22)), KINDS)
def test_a_circle_has_the_area_and_the_values_of_a_circle(loaded, radius, middle, kind):
    """Pixels of 0.5 x 0.8 mm; whether a centre lies in the circle follows from its distance alone."""
    turns = np.linspace(0, 2 * math.pi, 2000, endpoint=False)
    corners = tuple((middle[0] + radius * math.cos(t), middle[1] + radius * math.sin(t)) for t in turns)
    measure = Measure(kind, corners, closed=True)
    stack, truth = loaded[0], loaded[1][2]
    assert area(stack.stack, measure) == pytest.approx(math.pi * radius**2 * 0.5 * 0.8, rel=1e-4)
    y, x = np.mgrid[0 : SHAPE[1], 0 : SHAPE[2]] + 0.5
    away = np.hypot(x - middle[0], y - middle[1])
    if np.any(np.abs(away - radius) < 1e-4):
        return
    chosen = truth[(away < radius) & (truth != -4010)]
    found = roi.statistics(stack, 2, measure)
    assert found.pixels == chosen.size
    assert (found.mean, found.minimum, found.maximum) == pytest.approx((chosen.mean(), chosen.min(), chosen.max()))
    assert found.deviation == pytest.approx(chosen.std(ddof=1))


@settings(deadline=None)
@given(simple(), KINDS, st.integers(0, 4))
def test_the_values_of_an_outline_are_those_of_the_pixels_within_without_padding(loaded, corners, kind, index):
    truth, shape = loaded[1][index], Polygon(corners)
    y, x = np.mgrid[0 : SHAPE[1], 0 : SHAPE[2]] + 0.5
    near = [shape.exterior.distance(Point(*at)) < 1e-6 for at in zip(x.ravel(), y.ravel(), strict=True)]
    if not shape.is_valid or any(near):
        return
    chosen = truth[contains_xy(shape, x, y) & (truth != -4010)]
    found = roi.statistics(loaded[0], index, Measure(kind, tuple(corners), closed=True))
    if not chosen.size:
        assert found is None
        return
    assert (found.pixels, found.minimum, found.maximum) == (chosen.size, chosen.min(), chosen.max())
    assert found.mean == pytest.approx(chosen.mean())
    assert found.deviation == pytest.approx(chosen.std(ddof=1) if chosen.size > 1 else 0.0)


@settings(deadline=None)
@given(st.tuples(st.integers(0, 100), st.integers(0, 70)), st.tuples(st.integers(0, 100), st.integers(0, 70)))
def test_a_polygon_with_the_corners_of_a_rectangle_has_its_values(loaded, first, last):
    """Also where its edges run through the middles of pixels."""
    (x0, y0), (x1, y1) = (tuple(part / 2 for part in at) for at in (first, last))
    if x0 == x1 or y0 == y1:
        return
    box = Measure(MeasurementKind.RECTANGLE, ((x0, y0), (x1, y1)))
    polygon = Measure(MeasurementKind.POLYGON, ((x0, y0), (x1, y0), (x1, y1), (x0, y1)), closed=True)
    assert roi.statistics(loaded[0], 1, polygon) == roi.statistics(loaded[0], 1, box)
    assert area(loaded[0].stack, polygon) == pytest.approx(area(loaded[0].stack, box))


def test_an_area_beside_the_image_has_no_values(loaded):
    for at in ((-30, -30), (80, 5), (5, 80), (-30, 5), (5, -30)):
        corners = tuple((at[0] + dx, at[1] + dy) for dx, dy in ((0, 0), (9, 0), (4, 9)))
        assert roi.statistics(loaded[0], 1, Measure(MeasurementKind.POLYGON, corners, closed=True)) is None
        box = Measure(MeasurementKind.RECTANGLE, (corners[0], (at[0] + 9, at[1] + 9)))
        assert roi.statistics(loaded[0], 1, box) is None


def test_an_outline_is_complete_once_it_is_closed():
    corners = ((1.0, 1.0), (5.0, 1.0), (3.0, 4.0))
    assert not Measure(MeasurementKind.POLYGON, corners).complete
    assert Measure(MeasurementKind.POLYGON, corners, closed=True).complete
    assert Measure(MeasurementKind.TEXT, corners[:1], "here").complete
    assert Measure(MeasurementKind.ARROW, corners[:2]).complete
