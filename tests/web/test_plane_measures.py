"""Measurements on planes in Chromium: the values of NumPy, and the texts of the viewer's own code."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.browser import Browser
from tests.viewer.bundles import CaseSpec, SeriesSpec
from tests.web import opened
from tests.web.conftest import make_medium
from tests.web.test_planes import (
    COLUMNS,
    ORIGIN,
    REST,
    ROWS,
    SPACING,
    SPECS,
    STEP,
    Truth,
    corner,
    cut_of,
    pictures,
    truths_of,
)  # fmt: skip
from viewer.marks.in_space import SpaceMeasure
from viewer.marks.measure import MeasurementKind
from viewer.scene.reslice import Reslicer
from viewer.space import plane_roi
from viewer.space.mpr import Plane, Slab
from viewer.ui.over.space_drawing import texts_of

NAMES = ("a volume", "slices missing", "padding")
PLANES = (Plane.AXIAL, Plane.CORONAL, Plane.SAGITTAL, Plane.OBLIQUE)
KEYS = {
    "d": MeasurementKind.DISTANCE, "g": MeasurementKind.ANGLE, "a": MeasurementKind.COBB,
    "e": MeasurementKind.ELLIPSE, "b": MeasurementKind.RECTANGLE,
}  # fmt: skip
DELETE, SHIFT, CONTROL = "\ue017", "\ue008", "\ue009"
SAID = "return [...document.querySelectorAll('.plane .spoken')].map(found => found.textContent)"
SLAB = """
const slider = document.querySelector('.slab input');
slider.value = arguments[0];
slider.dispatchEvent(new Event('input'));
[...document.querySelectorAll('.slab button')].find(made => made.innerText === arguments[1]).click();
"""
DRAWN = "return [...document.querySelectorAll('.plane canvas.over')].map(canvas => canvas.toDataURL())"
TEXT = "return document.querySelector('.pane .spoken').textContent"


@pytest.fixture(scope="module")
def medium(tmp_path_factory: pytest.TempPathFactory) -> Path:
    series = [SeriesSpec([replace(SPECS[name])], description=name) for name in NAMES]
    return make_medium(tmp_path_factory.mktemp("measures") / "stick", [CaseSpec(series)])


@pytest.fixture(scope="module")
def truths(medium: Path) -> dict[str, Truth]:
    return truths_of(medium)


@pytest.fixture
def planes(browser: Browser, medium: Path) -> Iterator[Browser]:
    browser.resize(1366, 768)
    opened.open_medium(browser, medium)
    browser.keys("m")
    yield browser
    browser.keys("m")


def open_series(browser: Browser, name: str) -> None:
    opened.choose(browser, NAMES.index(name))
    browser.wait("return document.querySelectorAll('.plane').length === 4")
    browser.run(REST)


def window_place(browser: Browser, plane: Plane, column: float, row: float) -> tuple[float, float]:
    """A pixel of the picture in the window; the pointer is on whole ones."""
    left, top = corner(browser, PLANES.index(plane))
    return round(left + column + 0.5), round(top + row + 0.5)


def pixel(browser: Browser, plane: Plane, place: tuple[float, float]) -> tuple[float, float]:
    left, top = corner(browser, PLANES.index(plane))
    return place[0] - left - 0.5, place[1] - top - 0.5


def draw(browser: Browser, key: str, plane: Plane, *spots: tuple[float, float]) -> list[tuple[float, float]]:
    """Click at each spot, given from the middle of the pane; the pixels of the picture that were hit."""
    browser.keys(key)
    rows, columns = pictures(browser)[plane].shape
    places = [window_place(browser, plane, columns / 2 + right, rows / 2 + down) for right, down in spots]
    for place in places:
        browser.drag([place])
    browser.run(REST)
    return [pixel(browser, plane, place) for place in places]


def of_viewer(truth: Truth, plane: Plane, shape: tuple[int, ...], key: str, hit: list[tuple[float, float]]) -> str:
    """What the viewer's own code says of the same clicks."""
    cut, facing = cut_of(truth, plane, shape), truth.state.facings[plane]
    points = tuple(tuple(map(float, cut.point_at(*place))) for place in hit)
    measure = SpaceMeasure(KEYS[key], points, facing.right, facing.down, 1)  # type: ignore[arg-type]
    remarks = ("across missing slices",) if plane_roi.crosses_gap(measure, truth.solid) else ()
    if measure.kind.is_area:
        reslicer, area = Reslicer(truth.solid), plane_roi.places_in(measure, truth.solid, truth.state)
        measure = plane_roi.with_values(*reslicer.see(area), area, truth.solid, measure)
        reslicer.close()
        slab = truth.state
        remarks = ((f"{slab.slab.value} over {slab.thickness:g} mm",) if slab.thickness else ()) + remarks
    return ", ".join(texts_of(replace(measure, remarks=remarks), "HU"))


SPOTS = {
    "d": [(-60, -20), (50, 30)],
    "g": [(-60, -20), (0, 10), (50, -40)],
    "a": [(-60, -20), (0, 10), (-50, 30), (50, -40)],
    "e": [(-60, -30), (50, 40)],
    "b": [(50, 40), (-40, -30)],
}


@pytest.mark.parametrize("plane", PLANES)
def test_each_measurement_has_the_values_of_the_viewer(planes, truths, plane):
    open_series(planes, "a volume")
    shape = pictures(planes)[plane].shape
    for key in KEYS:
        hit = draw(planes, key, plane, *SPOTS[key])
        assert planes.run(SAID)[PLANES.index(plane)] == of_viewer(truths["a volume"], plane, shape, key, hit)
        planes.keys(DELETE)


@pytest.mark.parametrize("name", NAMES)
def test_an_area_through_a_slab_has_the_values_of_the_viewer_and_says_so(planes, truths, name):
    open_series(planes, name)
    planes.run(SLAB, 9, "Mean")
    planes.run(REST)
    truth = truths[name]
    truth = Truth(truth.solid, replace(truth.state, thickness=9.0, slab=Slab.MEAN))
    shape = pictures(planes)[Plane.CORONAL].shape
    hit = draw(planes, "e", Plane.CORONAL, (-70, -60), (60, 70))
    found = planes.run(SAID)[1]
    right = of_viewer(truth, Plane.CORONAL, shape, "e", hit).replace("mean over", "Mean over")
    assert found == right
    assert "Mean over 9 mm" in found
    assert ("across missing slices" in found) is (name == "slices missing")


def test_an_ellipse_has_the_values_that_numpy_finds_and_a_distance_is_that_in_the_patient(planes):
    """Nothing of this program: the geometry of PS3.3 C.7.6.2.1.1, and the fit by hand."""
    open_series(planes, "a volume")
    rows, columns = pictures(planes)[Plane.CORONAL].shape
    hit = draw(planes, "e", Plane.CORONAL, *SPOTS["e"])
    size = np.array([COLUMNS * SPACING[1], ROWS * SPACING[0], 12 * STEP])
    center = np.array(ORIGIN) + (size - [SPACING[1], SPACING[0], STEP]) / 2
    scale = max(max(size[a] / columns, size[b] / rows) for a, b in ((0, 1), (0, 2), (1, 2)))
    (x0, z0), (x1, z1) = (
        (center[0] + (column - (columns - 1) / 2) * scale, center[2] - (row - (rows - 1) / 2) * scale)
        for column, row in hit
    )
    volume = SPECS["a volume"].stored.astype(float)
    # The cross-hair lies between two rows of voxels.
    plane = np.floor((volume[:, ROWS // 2 - 1] + volume[:, ROWS // 2]) / 2 + 0.5)
    k, i = np.mgrid[:12, :COLUMNS]
    x, z = ORIGIN[0] + i * SPACING[1], ORIGIN[2] + k * STEP
    held = ((x - (x0 + x1) / 2) / ((x1 - x0) / 2)) ** 2 + ((z - (z0 + z1) / 2) / ((z1 - z0) / 2)) ** 2 <= 1
    values = plane[held]
    assert values.size > 50
    said = planes.run(SAID)[1].replace("\u2212", "-")
    mean, deviation = (f"{value:.1f}".removesuffix(".0") for value in (values.mean(), values.std(ddof=1)))
    assert f"Mean {mean} HU   SD {deviation}" in said
    assert f"Min {values.min():.0f}   Max {values.max():.0f}" in said
    hit = draw(planes, "d", Plane.CORONAL, (-80, 50), (70, -35))
    length = np.hypot(*(np.array(hit[0]) - hit[1])) * scale
    assert f"{length:.1f} mm" in planes.run(SAID)[1]


def test_a_measurement_is_shown_on_planes_and_slices_that_it_crosses_and_can_be_undone(planes):
    open_series(planes, "a volume")
    draw(planes, "d", Plane.CORONAL, (-60, -40), (50, -40))
    length = planes.run(SAID)[1]
    assert length.endswith(" mm")
    before = planes.run(DRAWN)
    planes.chord(CONTROL, "z")
    planes.run(REST)
    assert planes.run(SAID)[1] == ""
    # A line along the rows, above the axial plane: it crosses the sagittal plane in a point, and the oblique one.
    without = planes.run(DRAWN)
    assert [was != now for was, now in zip(before, without, strict=True)] == [False, True, True, True]
    planes.chord(CONTROL, "y")
    planes.run(REST)
    assert planes.run(SAID)[1] == length
    assert planes.run(DRAWN) == before
    planes.keys("m")
    found = []
    for key in (opened.HOME, *[opened.ARROW_DOWN] * 11):
        opened.press(planes, key)
        found.append(planes.run(TEXT))
    planes.keys("m")
    planes.run(REST)
    assert found.count(length) == 1
    planes.keys(DELETE)
    planes.run(REST)
    assert planes.run(SAID) == [""] * 4


def test_the_values_of_an_area_are_never_said_to_be_those_of_another_series(browser, tmp_path):
    spec = SPECS["a volume"]
    other = replace(spec, stored=spec.stored * 0 + 70, units="BQML")
    series = [SeriesSpec([spec], frame_of_reference="1.2.3"), SeriesSpec([other], "PT", frame_of_reference="1.2.3")]
    browser.resize(1366, 768)
    opened.open_medium(browser, make_medium(tmp_path / "stick", [CaseSpec(series)]))
    browser.keys("m")
    for place in (0, 1):
        opened.choose(browser, place)
        browser.wait("return document.querySelectorAll('.plane').length === 4")
        browser.run(REST)
        if not place:
            draw(browser, "e", Plane.AXIAL, (-40, -30), (40, 30))
            whole = browser.run(SAID)[0]
            size = whole.split(", ")[-1]
            assert " HU " in whole
    assert browser.run(SAID)[0] == size
    rows, columns = pictures(browser)[Plane.AXIAL].shape
    grip = window_place(browser, Plane.AXIAL, columns / 2 + 40, rows / 2 + 30)
    browser.keys("v")
    browser.drag([grip, (grip[0] + 9, grip[1] + 9), (grip[0] + 20, grip[1] + 15)])
    browser.run(REST)
    moved = browser.run(SAID)[0]
    assert moved.startswith("Mean 70 BQML   SD 0, ") and moved.split(", ")[-1] != size
    opened.choose(browser, 0)
    browser.run(REST)
    assert "BQML" not in browser.run(SAID)[0]
    browser.keys("m")


def test_a_measurement_of_a_slice_is_shown_on_planes_with_the_same_values(planes):
    planes.keys("m")
    opened.choose(planes, 0)
    opened.press(planes, "e")
    left, top, width, height = opened.area(planes)
    planes.drag([(left + width / 2 - 50, top + height / 2 - 50), (left + width / 2 + 60, top + height / 2 + 70)])
    opened.see(planes)
    said = planes.run(TEXT)
    assert "Mean" in said
    planes.keys("m")
    planes.wait("return document.querySelectorAll('.plane').length === 4")
    planes.run(REST)
    assert planes.run(SAID)[0] == said
    first = planes.run(DRAWN)
    planes.keys(DELETE)  # which is of planes
    planes.chord(SHIFT, DELETE)
    planes.run(REST)
    assert planes.run(SAID)[0] == ""
    assert planes.run(DRAWN)[1] != first[1]


def test_a_point_of_a_measurement_is_dragged_and_the_wheel_ends_what_has_begun(planes, truths):
    open_series(planes, "a volume")
    shape = pictures(planes)[Plane.AXIAL].shape
    first, _ = draw(planes, "e", Plane.AXIAL, (-40, -30), (40, 30))
    rows, columns = shape
    grip = window_place(planes, Plane.AXIAL, columns / 2 + 40, rows / 2 + 30)
    end = (grip[0] + 20, grip[1] + 15)
    planes.keys("v")
    planes.drag([grip, (grip[0] + 9, grip[1] + 9), end])
    planes.run(REST)
    hit = [first, pixel(planes, Plane.AXIAL, end)]
    assert of_viewer(truths["a volume"], Plane.AXIAL, shape, "e", hit) == planes.run(SAID)[0]
    planes.keys("d")
    planes.drag([window_place(planes, Plane.AXIAL, 60, 60)])
    planes.wheel(window_place(planes, Plane.AXIAL, 60, 60), 100)
    planes.run(REST)
    planes.drag([window_place(planes, Plane.AXIAL, 80, 90)])
    planes.run(REST)
    # On the slice that the wheel has reached, a new one begins.
    assert planes.run(SAID)[0] == "0.0 mm"
    planes.keys(opened.ESCAPE)
