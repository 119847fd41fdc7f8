"""A curve through points that are clicked on the planes, and the straightened picture: pixels, lengths, texts."""

import math

import numpy as np
from PyQt5.QtCore import QPointF, Qt
from PyQt5.QtTest import QTest
from PyQt5.QtWidgets import QApplication, QMenu
import pytest

from tests.viewer import bundles
from tests.viewer.bundles import AXIAL, CaseSpec, SeriesSpec, StackSpec
from tests.viewer.events import click, colours, grey, lines, press, settle, turn
from tests.viewer.ui.test_layouts import double_click
from viewer.space.mpr import Plane
from viewer.state import Annotation, Tool
from viewer.ui.mpr.curved import words
from viewer.ui.shell.marked import fill_marked
from viewer.ui.slices.answers.listed import Sort, ticks
from viewer.ui.trial import wait_until

RADIUS, WIDTH = 30.0, 3.0
ANGLES = np.linspace(0.3, 2.9, 8)
LENGTH = RADIUS * 2.6


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    """A bright tube about half a circle in the axial plane at 20 mm, in voxels of 1 x 1 x 2 mm."""
    k, j, i = np.mgrid[:21, :96, :96].astype(float)
    x, y, z = i - 48, j - 40, 2.0 * k - 20
    away = np.hypot(np.hypot(x, y) - RADIUS, z)
    values = -100 + 400 * np.clip(WIDTH + 0.5 - away, 0, 1)  # the edge fades within a voxel, as in a scan
    positions = [(-48.0, -40.0, 2.0 * number) for number in range(21)]
    spec = StackSpec(values.astype(int), positions, AXIAL, (1.0, 1.0))
    return bundles.make_bundle(tmp_path_factory.mktemp("curved") / "b", [CaseSpec([SeriesSpec([spec])])])


def point(angle: float) -> tuple[float, float, float]:
    return RADIUS * math.cos(angle), RADIUS * math.sin(angle), 20.0


@pytest.fixture
def traced(show_window, root):
    """MPR after Shift+M, with a click on the axial plane for each point."""
    window = show_window(root, size=(1366, 900))
    settle(window)
    window.pages.show_page("mpr")
    assert wait_until(lambda: window.pages.settled, 60)
    page = window.pages.page.content
    page.planes.move_to(np.array((0.0, 0.0, 20.0)))
    pane = page.panes[Plane.AXIAL]
    QTest.keyClick(pane, Qt.Key.Key_M, Qt.KeyboardModifier.ShiftModifier)
    for angle in ANGLES:
        spot = pane.spot(point(angle))
        click(pane, (spot.x(), spot.y()))
    QApplication.processEvents()
    return window, page


def texts(page, window) -> list[str]:
    found = words.corners(window.viewing, page.planes.tracing, page.curved.curve())
    return [*lines(found.top_left), *lines(found.bottom_left)]


def test_the_clicks_are_the_points_and_the_length_is_that_of_the_arc(traced):
    window, page = traced
    points = page.planes.tracing.points
    assert np.abs(np.array(points) - [point(angle) for angle in ANGLES]).max() < 0.5
    assert page.curved.curve().length == pytest.approx(LENGTH, abs=0.5)  # half a voxel
    said = texts(page, window)
    assert "Straightened along a curve through 8 points" in said
    assert any(text.startswith("Length 7") and text.endswith(" mm along the curve") for text in said)
    window.viewing.set_annotation(Annotation.OFF)
    assert texts(page, window) == ["Straightened along a curve through 8 points"]


def test_the_tube_is_straight_on_the_screen_and_the_planes_show_the_curve(traced):
    window, page = traced
    window.viewing.set_annotation(Annotation.OFF)
    QApplication.processEvents()
    curved, step = page.curved, page.curved.curve().step
    assert curved.isVisible() and not page.panes[Plane.OBLIQUE].isVisible()
    seen = colours(curved)[..., 0]
    middle, reach = curved.width() / 2, 2 * WIDTH / step
    rows = range(3, int(0.8 * len(curved.curve().places)), 7)  # the text lies below
    for row in rows:
        y = round(curved.spot((row * step, 0.0)).y())
        bright = np.flatnonzero(seen[y] > 200)
        bright = bright[np.abs(bright + 0.5 - middle) < reach]
        assert (bright[0] + bright[-1] + 1) / 2 == pytest.approx(middle, abs=0.5 / step)  # half a voxel
        assert (bright[-1] - bright[0] + 1) * step == pytest.approx(2 * WIDTH, abs=1.2)
    spot = page.panes[Plane.AXIAL].spot(point((ANGLES[3] + ANGLES[4]) / 2))
    here = colours(page.panes[Plane.AXIAL])[round(spot.y()), round(spot.x())]
    assert max(here) - min(here) > 40  # the line, not grey


def test_lengths_along_the_curve_are_measured_and_the_value_is_read(traced, monkeypatch):
    _, page = traced
    curved = page.curved
    first, last = curved.spot((10.0, 0.0)), curved.spot((50.0, 2.0))
    click(curved, (first.x(), first.y()), (last.x(), last.y()))
    assert curved.measured == "40 mm along, 2 mm across"
    bare = colours(curved)
    assert curved.cancel() and curved.measured == ""
    assert not np.array_equal(colours(curved), bare)
    monkeypatch.setattr(curved, "underMouse", lambda: True)
    curved._pointer = curved.spot((25.0, 0.0))
    along, value = curved._under_pointer(curved.curve(), curved.seen())
    assert along == pytest.approx((25.0, 0.0), abs=0.2) and value == pytest.approx(300, abs=1)
    curved._pointer = curved.spot((25.0, 15.0))
    assert curved._under_pointer(curved.curve(), curved.seen())[1] == pytest.approx(-100, abs=1)


def test_the_wheel_turns_about_the_curve_and_says_so(traced):
    window, page = traced
    before = page.curved.seen().values.copy()
    turn(page.curved, 3)
    QApplication.processEvents()
    assert abs(page.planes.tracing.angle) in (15.0, 345.0)
    assert page.curved.seen().values.shape == before.shape
    assert not np.array_equal(page.curved.seen().values, before)
    assert any(text.startswith("turned by ") for text in texts(page, window))


def test_delete_takes_the_last_point_away_and_esc_gives_the_oblique_plane_back(traced):
    window, page = traced
    pane = page.panes[Plane.AXIAL]
    QTest.keyClick(pane, Qt.Key.Key_Delete)
    assert len(page.planes.tracing.points) == 7
    for _ in range(6):
        QTest.keyClick(pane, Qt.Key.Key_Delete)
    assert not page.curved.isVisible() and page.panes[Plane.OBLIQUE].isVisible()  # one point is no curve
    QTest.keyClick(pane, Qt.Key.Key_Escape)
    assert not page.planes.tracing.on and window.pages.page is not None
    spot = pane.spot(point(1.0))
    click(pane, (spot.x(), spot.y()))
    assert len(page.planes.tracing.points) == 1  # a click moves the cross-hair again


def test_the_points_stay_with_the_case_when_the_planes_close_and_undo_takes_them_back_one_by_one(traced):
    window, page = traced
    points, markings = page.planes.tracing.points, window.viewing.markings
    before = colours(page.panes[Plane.AXIAL])
    press(window, Qt.Key.Key_M)
    assert window.pages.page is None
    press(window, Qt.Key.Key_M)
    again = page_again(window)
    assert again is not page and again.planes.tracing.points == points
    again.planes.move_to(np.array((0.0, 0.0, 20.0)))
    QTest.keyClick(again.panes[Plane.AXIAL], Qt.Key.Key_M, Qt.KeyboardModifier.ShiftModifier)
    assert again.curved.isVisible() and texts(again, window)[2] == "Straightened along a curve through 8 points"
    assert wait_until(lambda: again.settled, 10)
    assert np.mean(np.any(colours(again.panes[Plane.AXIAL]) != before, axis=2)) < 0.01  # the same curve on the plane
    QTest.keyClick(again.panes[Plane.AXIAL], Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert again.planes.tracing.points == points[:-1]
    assert "Straightened along a curve through 7 points" in texts(again, window)
    press(window, Qt.Key.Key_M)
    window.undo()
    assert markings.curves.through(window.viewing.entry.stack.stack_id) == points[:-2]
    window.redo()
    window.redo()
    press(window, Qt.Key.Key_M)
    assert page_again(window).planes.tracing.points == points


def page_again(window):
    assert wait_until(lambda: window.pages.settled, 60)
    return window.pages.page.content


def test_the_list_names_the_curve_and_leads_to_it(traced):
    window, _ = traced
    assert len(window.slider.ticks()) == 1  # at once
    window.pages.leave()
    window.viewing.set_index(0)
    menu = QMenu()
    fill_marked(menu, window.viewing, window.pages)
    (entry,) = menu.actions()
    slice_number = window.viewing.entry.stack.number_of_frames - 10  # at 20 mm, counted from the head
    assert entry.text() == f"Curve through 8 points\tslice {slice_number}"
    assert ticks(window.viewing) == {slice_number: Sort.CURVE}
    entry.trigger()
    again = page_again(window)
    assert again.curved.isVisible() and len(again.planes.tracing.points) == 8


def test_shift_and_delete_in_planes_delete_all_measurements_of_the_series(traced):
    window, page = traced
    pane = page.panes[Plane.AXIAL]
    QTest.keyClick(pane, Qt.Key.Key_Escape)
    window.viewing.set_tool(Tool.DISTANCE)
    for shift in (0, 30):
        click(pane, (60, 60 + shift), (120, 60 + shift))
    assert len(window.viewing.markings.in_space.all) == 2
    QTest.keyClick(pane, Qt.Key.Key_Delete, Qt.KeyboardModifier.ShiftModifier)
    assert not window.viewing.markings.in_space.all
    window.undo()
    assert len(window.viewing.markings.in_space.all) == 2


def test_every_part_keeps_its_size_when_one_of_them_fills_the_page(traced):
    _, page = traced
    shown = [page.panes[plane] for plane in (Plane.AXIAL, Plane.CORONAL, Plane.SAGITTAL)] + [page.curved]
    sizes = [(part.width(), part.height()) for part in shown]
    area = (page.width(), sum(part.height() for part in (shown[0], shown[2])) + 2)
    assert len(set(sizes)) <= 2 and max(abs(width - page.width() / 2) for width, _ in sizes) <= 2
    for part in shown:
        double_click(part)
        assert [other for other in [*page.panes.values(), page.curved] if other.isVisible()] == [part]
        assert (part.width(), part.height()) == area
        double_click(part)
        assert [(other.width(), other.height()) for other in shown] == sizes


def test_copying_takes_the_straightened_picture_when_it_has_the_focus(traced):
    _, page = traced
    page.curved.setFocus()
    assert page.picture is page.curved or not page.isActiveWindow()
    assert page.curved.place_of(page.curved.spot((12.0, -3.0))) == pytest.approx((12.0, -3.0))
    assert isinstance(page.curved.spot((0.0, 0.0)), QPointF)


@pytest.mark.parametrize(("slope", "intercept"), [(1.0, 0.0), (1.0, -1024.0), (2.0, -8192.0), (0.5, 30.0)])
def test_the_straightened_picture_has_the_greys_of_the_values_in_the_window(show_window, tmp_path, slope, intercept):
    across = np.linspace(-100, 180, 96)[np.newaxis, np.newaxis].repeat(40, 1).repeat(8, 0)  # HU, along the columns
    stored = np.rint((across - intercept) / slope).astype(int)
    positions = [(-48.0, -20.0, 2.0 * number) for number in range(8)]
    spec = StackSpec(stored, positions, AXIAL, window=(40.0, 400.0), rescales=[(slope, intercept)] * 8)
    window = show_window(bundles.make_bundle(tmp_path / "b", [CaseSpec([SeriesSpec([spec])])]))
    settle(window)
    window.viewing.set_annotation(Annotation.OFF)
    window.pages.show_page("mpr")
    assert wait_until(lambda: window.pages.settled, 60)
    page = window.pages.page.content
    page.planes.tracing.toggle()
    for x in (-40.0, 0.0, 40.0):  # along a row: each line of the picture has the value of one column
        page.planes.tracing.add((x, 0.0, 8.0))
    QApplication.processEvents()
    curved, seen = page.curved, colours(page.curved)[..., 0]
    rows = np.arange(4, int(0.6 * len(curved.curve().places)), 9)
    spots = [curved.spot((row * curved.curve().step, 0.0)) for row in rows]
    column = curved.curve().places[rows][:, 0] + 48.0
    values = np.interp(column, np.arange(96), stored[0, 0] * slope + intercept)
    shown = np.array([seen[int(spot.y()), int(spot.x())] for spot in spots])
    assert np.abs(shown - grey(values, 40.0, 400.0)).max() <= 1.0
    assert np.ptp(shown) > 40
