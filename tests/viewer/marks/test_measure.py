"""Lengths, angles and statistics of measures, beside the same computed by NumPy from patient positions and pixels."""

from dataclasses import replace
import math

from hypothesis import given
from hypothesis import strategies as st
import numpy as np
import pytest

from bundle.index.index import Catalog
from tests.viewer import bundles
from tests.viewer.bundles import CaseSpec, SeriesSpec, StackSpec
from viewer.entries import all_entries
from viewer.images.volume import FrameReader, LoadedStack
from viewer.marks import roi
from viewer.marks.markings import Markings
from viewer.marks.measure import Measure, MeasurementKind, angle, area, cobb, length, unit
from viewer.space import planes

OBLIQUE = (0.6, 0.8, 0.0, -0.48, 0.36, -0.8)
SHAPE = (5, 40, 56)


@pytest.fixture(scope="module")
def loaded(tmp_path_factory):
    """A stack of noise in an odd orientation, with pixels that are not square, an own rescale, and padding."""
    noise = np.random.default_rng(3).integers(-900, 900, SHAPE)
    noise[:, :, :6] = -2000
    spec = StackSpec(
        noise, [tuple(k * 2.5 * np.cross(OBLIQUE[:3], OBLIQUE[3:]) + (10, -20, 30)) for k in range(5)], OBLIQUE,
        pixel_spacing=(0.8, 0.5), rescales=[(2.0, -10.0)] * 5, padding=-2000,
    )  # fmt: skip
    root = bundles.make_bundle(tmp_path_factory.mktemp("measure"), [CaseSpec([SeriesSpec([spec])])])
    with Catalog(root) as catalog:
        stack = all_entries(catalog)[0].stack
        found = LoadedStack(stack, catalog.frames(stack.stack_id))
    reader = FrameReader(root, found)
    for index in range(SHAPE[0]):
        reader.read(index)
    reader.close()
    return found, noise * 2.0 - 10.0


places = st.tuples(st.floats(0, SHAPE[2]), st.floats(0, SHAPE[1]))


@given(places, places, st.integers(0, 4))
def test_a_distance_is_that_of_the_patient_positions(loaded, first, last, index):
    stack, frame = loaded[0].stack, loaded[0].frames[index]
    a, b = (np.array(planes.to_patient(stack, frame, place)) for place in (first, last))
    assert length(stack, first, last) == pytest.approx(np.linalg.norm(a - b), abs=1e-9)
    back = planes.to_image(stack, frame, tuple(a))
    assert back == pytest.approx(first, abs=1e-9)


@given(st.lists(places, min_size=4, max_size=4, unique=True))
def test_angles_are_those_of_the_patient_directions(loaded, points):
    stack, frame = loaded[0].stack, loaded[0].frames[0]
    at = [np.array(planes.to_patient(stack, frame, place)) for place in points]

    def between(u, v):
        if min(np.linalg.norm(u), np.linalg.norm(v)) < 1e-3:
            return None
        return math.degrees(math.acos(np.clip(u @ v / np.linalg.norm(u) / np.linalg.norm(v), -1, 1)))

    expected = between(at[0] - at[1], at[2] - at[1])
    if expected is not None:
        assert angle(stack, points[:3]) == pytest.approx(expected, abs=1e-4)
    found = cobb(stack, points)
    lines = between(at[1] - at[0], at[3] - at[2])
    if lines is not None:
        assert found == pytest.approx(lines, abs=1e-4) or found == pytest.approx(180 - lines, abs=1e-4)
    turned = [points[1], points[0], points[2], points[3]]
    assert cobb(stack, turned) == pytest.approx(found, abs=1e-9)  # from whichever end a line was drawn


def test_a_cobb_angle_above_90_degrees_is_told(loaded):
    stack = replace(loaded[0].stack, pixel_spacing=(1.0, 1.0))
    steep = math.tan(math.radians(50))
    points = [(0, 0), (10, -10 * steep), (0, 20), (10, 20 + 10 * steep)]
    assert cobb(stack, points) == pytest.approx(100)


@given(places, places, st.sampled_from([MeasurementKind.ELLIPSE, MeasurementKind.RECTANGLE]), st.integers(0, 4))
def test_statistics_are_those_of_the_pixels_whose_middle_lies_inside(loaded, first, last, kind, index):
    stack, truth = loaded[0], loaded[1][index]
    measure = Measure(kind, (first, last))
    y, x = np.mgrid[0 : SHAPE[1], 0 : SHAPE[2]] + 0.5
    (x0, x1), (y0, y1) = sorted((first[0], last[0])), sorted((first[1], last[1]))
    if kind is MeasurementKind.RECTANGLE:
        inside = (x >= x0) & (x <= x1) & (y >= y0) & (y <= y1)
    else:
        half = max(x1 - x0, 1e-9) / 2, max(y1 - y0, 1e-9) / 2
        inside = ((x - (x0 + x1) / 2) / half[0]) ** 2 + ((y - (y0 + y1) / 2) / half[1]) ** 2 <= 1
    chosen = truth[inside & (truth != -4010)]
    found = roi.statistics(stack, index, measure)
    if not chosen.size:
        assert found is None
        return
    assert found.pixels == chosen.size
    assert (found.mean, found.minimum, found.maximum) == pytest.approx((chosen.mean(), chosen.min(), chosen.max()))
    assert found.deviation == pytest.approx(chosen.std(ddof=1) if chosen.size > 1 else 0.0)
    around = (x1 - x0) * 0.5 * (y1 - y0) * 0.8
    assert area(stack.stack, measure) == pytest.approx(around * (math.pi / 4 if kind is MeasurementKind.ELLIPSE else 1))


def test_the_value_under_a_place_is_that_of_its_pixel(loaded):
    stack, truth = loaded
    assert roi.value_at(stack, 2, (7.0, 3.99)) == truth[2, 3, 7]
    assert roi.value_at(stack, 2, (55.999, 39.999)) == truth[2, 39, 55]
    assert roi.value_at(stack, 2, (3.0, 3.0)) is None  # padding
    for outside in ((-0.001, 3.0), (3.0, -0.1), (56.0, 3.0), (3.0, 40.0)):
        assert roi.value_at(stack, 2, outside) is None


def test_what_has_no_pixel_size_is_measured_in_pixels(loaded):
    stack = replace(loaded[0].stack, pixel_spacing=None)
    assert length(stack, (0, 0), (3, 4)) == 5
    assert unit(stack) == "px"
    assert unit(loaded[0].stack) == "mm"


def test_markings_belong_to_their_slice_and_are_cleared_by_stack():
    markings = Markings()
    one, other = (
        Measure(MeasurementKind.DISTANCE, ((0, 0), (1, 1))),
        Measure(MeasurementKind.ANGLE, ((0, 0), (1, 1), (2, 0))),
    )
    markings.add((1, 0), one)
    markings.add((1, 0), other)
    markings.add((2, 5), one)
    markings.turn_key_image((1, 0))
    markings.clear(2)
    assert markings.on((2, 5)) == ()
    assert markings.touched is None
    markings.change((1, 0), 0, other)
    assert markings.on((1, 0)) == (other, other)
    markings.remove_last()
    assert markings.last() == other
    markings.remove_last()
    markings.remove_last()
    assert markings.on((1, 0)) == ()
    assert markings.key_images == {(1, 0)}
    markings.turn_key_image((1, 0))
    assert not markings.key_images


def test_every_change_of_markings_is_undone_and_redone_in_its_order():
    markings = Markings()
    one = Measure(MeasurementKind.DISTANCE, ((0, 0), (1, 1)))
    moved = one.with_point(1, (5, 5))

    def state():
        return markings.all, markings.key_images

    states = [state()]
    for act in (
        lambda: markings.add((1, 0), one), lambda: markings.turn_key_image((1, 0)), lambda: markings.add((1, 4), one),
        lambda: drag(markings, moved), lambda: markings.clear(1), lambda: markings.turn_key_image((1, 0)),
    ):  # fmt: skip
        act()
        states.append(state())
    assert states[4] == ({(1, 0): (moved,), (1, 4): (one,)}, {(1, 0)})
    for expected in states[-2::-1]:
        assert markings.history.undo()
        assert state() == expected
    assert not markings.history.undo()
    for expected in states[1:]:
        assert markings.history.redo()
        assert state() == expected
    assert not markings.history.redo()
    markings.history.undo()
    markings.add((2, 0), one)
    assert not markings.history.redo()
    markings.history.forget()
    assert not markings.history.undo()


def drag(markings, moved):
    """As the mouse does: many changes, one move."""
    before = markings.on((1, 0))[0]
    for x in (2, 3, 5):
        markings.change((1, 0), 0, before.with_point(1, (x, x)))
    markings.moved((1, 0), 0, before)


def test_what_was_done_as_one_is_undone_as_one():
    markings = Markings()
    with markings.history.as_one():
        markings.turn_key_image((1, 0))
        markings.turn_key_image((1, 2))
    assert markings.key_images == {(1, 0), (1, 2)}
    markings.history.undo()
    assert not markings.key_images
    markings.history.redo()
    assert markings.key_images == {(1, 0), (1, 2)}
