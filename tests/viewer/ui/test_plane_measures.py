"""Measuring on planes in the real window: lengths, angles and values of a phantom, on every plane and on the slices."""

from dataclasses import replace
import math

import numpy as np
from PyQt5.QtCore import QEvent, QPointF, Qt
from PyQt5.QtTest import QTest
from PyQt5.QtWidgets import QApplication
import pytest

from tests.viewer import bundles
from tests.viewer.bundles import AXIAL, CaseSpec, SeriesSpec, StackSpec
from tests.viewer.events import CONTROL, LEFT, click, colours, drag, mouse, press, settle, turn
from viewer.marks.measure import MeasurementKind
from viewer.space import mpr, plane_view
from viewer.space.mpr import Plane, Slab
from viewer.state import Annotation, Tool
from viewer.ui.mpr import words
from viewer.ui.over.space_drawing import on_slice, texts_of
from viewer.ui.slices.answers.listed import listed, ticks
from viewer.ui.trial import wait_until
from viewer.ui.values.areas import shown_area

SHAPE, SPACING, STEP = (40, 64, 80), (1.5, 1.0), 2.0
ORIGIN = np.array((-40.0, -48.0, 10.0))
SLOPE = np.array((3.0, 2.0, 5.0))


def value_of(point):
    """A plane through values that tells where it is."""
    return float(SLOPE @ (np.asarray(point) - ORIGIN))


@pytest.fixture
def phantom(tmp_path):
    """Voxels that encode their place in the patient."""
    k, j, i = np.meshgrid(*(np.arange(n) for n in SHAPE), indexing="ij")
    points = np.array((i * SPACING[1], j * SPACING[0], k * STEP))
    stored = np.rint(np.tensordot(SLOPE, points, 1)).astype(int)
    positions = [tuple(ORIGIN + np.array((0, 0, STEP * n))) for n in range(SHAPE[0])]
    spec = StackSpec(stored, positions, AXIAL, pixel_spacing=SPACING, window=(400, 1000))
    return bundles.make_bundle(tmp_path, [CaseSpec([SeriesSpec([spec])])])


def open_planes(window):
    window.pages.show_page("mpr")
    assert wait_until(lambda: window.pages.settled, 30)
    QApplication.processEvents()
    return window.pages.page.content


@pytest.fixture
def planes(show_window, phantom):
    window = show_window(phantom, size=(1200, 800))
    return window, open_planes(window)


def screen(pane, *shares: tuple[float, float]) -> list[tuple[float, float]]:
    return [(pane.width() * x, pane.height() * y) for x, y in shares]


def under(pane, at: tuple[float, float]) -> np.ndarray:
    """The patient place under a place of the pane, by the matrix of its picture alone."""
    ratio, cut = pane.devicePixelRatioF(), pane.cut()
    return (cut.matrix @ (at[0] * ratio - 0.5, at[1] * ratio - 0.5, 0, 1))[:3]


def askew(page) -> None:
    """Turn all planes, so that none runs along the voxels."""
    state = page.planes.state
    for plane, degrees in ((Plane.AXIAL, 23.0), (Plane.CORONAL, 14.0)):
        state = mpr.turn(state, plane, degrees)
    page.planes.set_state(state)


@pytest.mark.parametrize("turned", [False, True])
@pytest.mark.parametrize("plane", list(Plane))
def test_a_distance_on_any_plane_is_that_of_the_patient(planes, plane, turned):
    window, page = planes
    if turned:
        askew(page)
    pane = page.panes[plane]
    window.viewing.set_tool(Tool.DISTANCE)
    before, ends = page.planes.state, screen(pane, (0.42, 0.45), (0.58, 0.6))
    points = [under(pane, at) for at in ends]
    click(pane, *ends)
    drag(pane, LEFT, 30, 20, ends[0])  # the first point is held and moved
    moved = under(pane, (ends[0][0] + 30, ends[0][1] + 20))
    (measure,) = window.viewing.markings.in_space.all
    assert np.array(measure.points) == pytest.approx(np.array((moved, points[1])), abs=1e-6)
    said = float(texts_of(measure, "HU")[0].removesuffix(" mm"))
    assert said == pytest.approx(np.linalg.norm(points[1] - moved), abs=0.05)
    assert page.planes.state == before  # the tool that is lit is in force: no click moved the cross-hair


def test_angles_on_an_oblique_plane_are_those_of_the_patient(planes):
    window, page = planes
    askew(page)
    pane = page.panes[Plane.OBLIQUE]
    corner = screen(pane, (0.55, 0.5), (0.45, 0.5), (0.5, 0.35))
    window.viewing.set_tool(Tool.ANGLE)
    click(pane, *corner)
    a, b, c = (under(pane, at) for at in corner)
    wanted = math.degrees(math.acos((a - b) @ (c - b) / np.linalg.norm(a - b) / np.linalg.norm(c - b)))
    window.viewing.set_tool(Tool.COBB)
    lines = screen(pane, (0.4, 0.4), (0.6, 0.45), (0.4, 0.62), (0.6, 0.58))
    click(pane, *lines)
    p, q, r, s = (under(pane, at) for at in lines)
    cobb = math.degrees(math.acos((q - p) @ (s - r) / np.linalg.norm(q - p) / np.linalg.norm(s - r)))
    angle, of_cobb = window.viewing.markings.in_space.all
    assert float(texts_of(angle, "")[0].removesuffix("°")) == pytest.approx(wanted, abs=0.06)
    assert float(texts_of(of_cobb, "")[0].removeprefix("Cobb ").removesuffix("°")) == pytest.approx(cobb, abs=0.06)


@pytest.mark.parametrize("kind", [MeasurementKind.ELLIPSE, MeasurementKind.RECTANGLE])
@pytest.mark.parametrize("turned", [False, True])
@pytest.mark.parametrize("plane", list(Plane))
def test_the_values_of_an_area_are_those_of_the_function(planes, plane, turned, kind):
    window, page = planes
    if turned:
        askew(page)
    pane = page.panes[plane]
    window.viewing.set_tool(Tool.ELLIPSE if kind is MeasurementKind.ELLIPSE else Tool.RECTANGLE)
    first, last = screen(pane, (0.44, 0.42), (0.57, 0.6))
    drag(pane, LEFT, last[0] - first[0], last[1] - first[1], first)
    (measure,) = window.viewing.markings.in_space.all
    a, b = under(pane, first), under(pane, last)
    right, down = pane.cut().matrix[:3, 0], pane.cut().matrix[:3, 1]
    width, height = (abs((b - a) @ way / np.linalg.norm(way)) for way in (right, down))
    size = width * height * (math.pi / 4 if kind is MeasurementKind.ELLIPSE else 1)
    said = texts_of(measure, "HU")[-1]
    assert float(said.split()[0]) * (100 if "cm²" in said else 1) == pytest.approx(size, abs=0.6)
    # A linear function has its mean in the middle; the centres of voxels need not lie evenly about it.
    assert measure.values.mean == pytest.approx(value_of((a + b) / 2), abs=5.5)
    assert measure.values.pixels == pytest.approx(size / np.prod(steps(page, measure)), rel=0.2)
    slope = (SLOPE @ (right / np.linalg.norm(right)) * width, SLOPE @ (down / np.linalg.norm(down)) * height)
    spread = math.hypot(*slope) / (4 if kind is MeasurementKind.ELLIPSE else math.sqrt(12))
    assert measure.values.deviation == pytest.approx(spread, rel=0.12)


def steps(page, measure) -> tuple[float, float]:
    return tuple(mpr.step_along(page.planes.solid, np.array(way)) for way in (measure.right, measure.down))


def test_an_area_on_a_plane_along_the_slices_has_the_very_values_of_the_slice(planes):
    """By NumPy from the stored pixels."""
    window, page = planes
    solid = page.planes.solid
    page.planes.move_to(solid.point_of(np.array((40, 30, 17))))
    pane = page.panes[Plane.AXIAL]
    window.viewing.set_tool(Tool.RECTANGLE)
    drag(pane, LEFT, 80, 60, screen(pane, (0.4, 0.4))[0])
    (measure,) = window.viewing.markings.in_space.all
    (x0, y0, _), (x1, y1, _) = (solid.index_of(np.array(point)) for point in measure.points)
    part = window.viewing.loaded_stack.modality_values(17)[math.ceil(y0) : math.floor(y1) + 1,
                                                            math.ceil(x0) : math.floor(x1) + 1]  # fmt: skip
    found = measure.values
    assert (found.pixels, found.minimum, found.maximum) == (part.size, part.min(), part.max())
    assert (found.mean, found.deviation) == pytest.approx((part.mean(), part.std(ddof=1)))


def test_an_area_through_a_slab_says_so_and_has_the_slabs_values(planes):
    window, page = planes
    page.planes.set_state(replace(page.planes.state, thickness=10.0, slab=Slab.MAXIMUM))
    pane = page.panes[Plane.AXIAL]
    window.viewing.set_tool(Tool.RECTANGLE)
    drag(pane, LEFT, 60, 40, screen(pane, (0.42, 0.42))[0])
    (measure,) = window.viewing.markings.in_space.all
    assert texts_of(measure, "HU")[-1] == "MIP over 10 mm"
    middle = np.mean([np.array(point) for point in measure.points], axis=0)
    assert measure.values.mean == pytest.approx(value_of(middle + np.array((0, 0, 4.0))), abs=6)


def test_what_was_measured_on_planes_is_drawn_there_and_found_again_on_the_slices(planes):
    window, page = planes
    pane, viewing = page.panes[Plane.CORONAL], window.viewing
    page.planes.show_cross(shown=False)
    viewing.set_tool(Tool.DISTANCE)
    ends = screen(pane, (0.45, 0.4), (0.55, 0.6))
    before = colours(pane)
    points = [under(pane, at) for at in ends]
    click(pane, *ends)
    middle = (np.array(ends[0]) + ends[1]) / 2
    assert is_blue(colours(pane), middle) and not is_blue(before, middle)
    window.pages.leave()
    settle(window)
    low, high = sorted(point[2] for point in points)
    drawn = []
    for index, frame in enumerate(viewing.loaded_stack.frames):
        viewing.set_index(index)
        z = frame.image_position_patient[2]
        parts = on_slice(viewing.markings, viewing.entry, viewing.port.frame)
        assert bool(parts) == (low - STEP / 2 - 1e-6 <= z <= high + STEP / 2 + 1e-6)
        if parts:
            drawn.append(index)
            share = np.clip((z - points[0][2]) / (points[1][2] - points[0][2]), 0, 1)
            here = points[0] + (points[1] - points[0]) * share
            column, row = (here[0] - ORIGIN[0]) / SPACING[1] + 0.5, (here[1] - ORIGIN[1]) / SPACING[0] + 0.5
            assert is_blue(colours(window.pane), window.pane.mapping().to_screen(column, row))
            assert parts[0].texts == texts_of(viewing.markings.in_space.all[0], "HU")
    assert len(drawn) > 5


def is_blue(picture: np.ndarray, at) -> bool:
    """Whether the accent's colour is drawn within two pixels of a place."""
    x, y = (round(float(value)) for value in at)
    part = picture[y - 2 : y + 3, x - 2 : x + 3].reshape(-1, 3)
    return bool((part[:, 2] - part[:, 0]).max() > 60)


def test_a_length_across_missing_slices_says_so_on_a_plane_too(show_window, tmp_path):
    positions = [(0.0, 0.0, 2.0 * k) for k in (*range(10), *range(20, 30))]
    root = bundles.make_bundle(tmp_path, [CaseSpec([SeriesSpec([StackSpec(bundles.head_like(20), positions)])])])
    window = show_window(root, size=(1200, 800))
    page = open_planes(window)
    pane = page.panes[Plane.CORONAL]
    window.viewing.set_tool(Tool.DISTANCE)
    for heights in ((14.0, 44.0), (4.0, 14.0)):
        places = [pane.spot((x, page.planes.state.point[1], z)) for x, z in zip((20.0, 40.0), heights, strict=True)]
        click(pane, *[(place.x(), place.y()) for place in places])
    across, within = window.viewing.markings.in_space.all
    assert texts_of(across, "HU") == (f"{math.hypot(20, 30):.1f} mm", "across missing slices")
    assert texts_of(within, "HU") == (f"{math.hypot(20, 10):.1f} mm",)


def test_what_was_measured_on_planes_is_in_the_list_and_has_a_tick(planes):
    window, page = planes
    viewing = window.viewing
    page.planes.move_to(page.planes.solid.point_of(np.array((40.0, 30.0, 9.0))))
    viewing.set_tool(Tool.DISTANCE)
    click(page.panes[Plane.AXIAL], *screen(page.panes[Plane.AXIAL], (0.4, 0.4), (0.6, 0.4)))
    (thing,) = listed(viewing)
    assert thing.text == texts_of(viewing.markings.in_space.all[0], "HU")[0]
    assert thing.where == (viewing.entry.stack.stack_id, 9) and list(ticks(viewing)) == [SHAPE[0] - 9]


def test_the_values_of_an_area_are_never_said_to_be_those_of_another_series(show_window, tmp_path):
    positions, values = [(0.0, 0.0, 2.0 * k) for k in range(20)], bundles.head_like(20)
    specs = [StackSpec(values, positions), StackSpec(values * 0 + 7000, positions, units="BQML")]
    series = [
        SeriesSpec([spec], modality, frame_of_reference="1.2.3")
        for spec, modality in zip(specs, ("CT", "PT"), strict=True)
    ]
    window = show_window(bundles.make_bundle(tmp_path, [CaseSpec(series)]), size=(1200, 800))
    viewing, page = window.viewing, open_planes(window)
    viewing.set_tool(Tool.ELLIPSE)
    first, last = screen(page.panes[Plane.AXIAL], (0.44, 0.42), (0.57, 0.6))
    drag(page.panes[Plane.AXIAL], LEFT, last[0] - first[0], last[1] - first[1], first)
    (area,) = viewing.markings.in_space.all
    size = texts_of(area, "HU")[-1]

    def said() -> list[tuple[str, ...]]:
        found = (on_slice(viewing.markings, viewing.entry, frame) for frame in viewing.loaded_stack.frames)
        return [part.texts for parts in found for part in parts][:1]

    assert said() == [texts_of(area, "HU")]
    window.open(next(entry for entry in viewing.entries if entry.series.modality == "PT"))
    page = open_planes(window)
    assert said() == [(size,)]
    assert shown_area(viewing, on_planes=True).units == "HU"
    # There it is moved: now it has the values of that series.
    page.planes.move_to(np.array(area.points[0]))
    pane = page.panes[Plane.AXIAL]
    corner = pane.cut().place_of(np.array(area.points[1]))
    drag(pane, LEFT, 15, 10, tuple(np.array(corner) / pane.devicePixelRatioF()))
    ((mean, *_, moved),) = said()
    assert mean == "Mean 7000 BQML   SD 0" and moved != size
    assert shown_area(viewing, on_planes=True).units == "BQML"


def test_a_measurement_of_a_slice_is_seen_on_the_planes(show_window, phantom):
    window = show_window(phantom, size=(1200, 800))
    window.viewing.set_tool(Tool.DISTANCE)
    click(window.pane, *(window.pane.mapping().to_screen(*at) for at in ((20.5, 20.5), (60.5, 40.5))))
    window.viewing.set_tool(Tool.SCROLL)
    page = open_planes(window)
    (part,) = page.panes[Plane.AXIAL]._measures.parts()
    assert float(part.texts[0].removesuffix(" mm")) == pytest.approx(math.hypot(40, 30), abs=0.8)
    assert np.array(part.points)[:, 2] == pytest.approx(ORIGIN[2] + STEP * window.viewing.state.index)


def test_delete_takes_the_last_one_and_esc_cancels_only_what_is_begun(planes):
    window, page = planes
    pane, marks = page.panes[Plane.AXIAL], window.viewing.markings.in_space
    window.viewing.set_tool(Tool.DISTANCE)
    click(pane, *screen(pane, (0.4, 0.4), (0.5, 0.4), (0.4, 0.6), (0.5, 0.6)))
    click(pane, *screen(pane, (0.6, 0.7)))
    QTest.keyClick(pane, Qt.Key.Key_Escape)
    assert not pane._measures.busy and len(marks.all) == 2
    click(pane, *screen(pane, (0.6, 0.7)))
    page.planes.scroll(Plane.AXIAL, 1)  # what began on one plane does not end on another
    assert not pane._measures.busy
    QTest.keyClick(pane, Qt.Key.Key_Delete)
    QTest.keyClick(pane, Qt.Key.Key_Delete)
    assert marks.all == () and marks.touched is None
    for key, left in ((Qt.Key.Key_Z, 1), (Qt.Key.Key_Z, 2), (Qt.Key.Key_Y, 1), (Qt.Key.Key_Z, 2)):
        QTest.keyClick(pane, key, CONTROL)
        assert len(marks.all) == left
    page.planes.scroll(Plane.AXIAL, -1)
    moved = marks.all[0].points[0]
    drag(pane, LEFT, 25, 10, screen(pane, (0.4, 0.4))[0])
    assert marks.all[0].points[0] != moved
    QTest.keyClick(pane, Qt.Key.Key_Z, CONTROL)
    assert marks.all[0].points[0] == moved and len(marks.all) == 2


# The place that is handed over and back


def test_planes_open_where_one_looks_and_hand_their_place_back(show_window, phantom):
    window = show_window(phantom, size=(1200, 800))
    viewing = window.viewing
    viewing.set_index(31)
    press(window, Qt.Key.Key_T)
    turn(window.pane, 5, CONTROL)
    drag(window.pane, LEFT, -60, 45)
    seen = viewing.state
    column, row = window.pane.mapping().to_image(window.pane.width() / 2, window.pane.height() / 2)
    wanted = ORIGIN + np.array(((column - 0.5) * SPACING[1], (row - 0.5) * SPACING[0], 31 * STEP))
    press(window, Qt.Key.Key_M)
    page = open_planes(window)
    assert np.array(page.planes.state.point) == pytest.approx(wanted, abs=1e-6)
    assert page.planes.reset() is None and np.array(page.planes.state.point) == pytest.approx(wanted, abs=1e-6)
    window.pages.leave()
    assert viewing.state == seen
    page = open_planes(window)
    place = page.planes.solid.point_of(np.array((3.0, 60.0, 8.2)))
    page.planes.move_to(place)
    assert wait_until(lambda: viewing.state.index == 8, 5)  # at rest already: a key image or an answer means this slice
    window.pages.leave()
    QApplication.processEvents()
    x, y = window.pane.mapping().to_screen(3.5, 60.5)
    assert viewing.state.index == 8 and 0 <= x < window.pane.width() and 0 <= y < window.pane.height()


def test_the_place_of_a_cross_hair_on_the_slice_is_where_planes_open(show_window, phantom):
    window = show_window(phantom, size=(1200, 800))
    window.viewing.set_tool(Tool.CROSS)
    click(window.pane, window.pane.mapping().to_screen(12.5, 50.5))
    _, point = window.viewing.cross
    page = open_planes(window)
    assert np.array(page.planes.state.point) == pytest.approx(point, abs=1e-6)


# How planes behave


@pytest.mark.parametrize("plane", list(Plane))
def test_all_planes_zoom_alike_and_keep_the_cross_hair_in_its_place(planes, plane):
    _, page = planes
    page.planes.move_to(page.planes.solid.point_of(np.array((30.0, 20.0, 12.0))))
    panes = page.panes
    before = {p: (plane_view.mm_per_pixel(panes[p].cut()), panes[p].hair().center) for p in Plane}
    turn(panes[plane], 3, CONTROL)
    factors = {p: before[p][0] / plane_view.mm_per_pixel(panes[p].cut()) for p in Plane}
    scales = [plane_view.mm_per_pixel(panes[p].cut()) for p in Plane]
    assert scales == pytest.approx([scales[0]] * 4, rel=0.01)  # one pane may be a pixel wider
    assert factors[plane] > 1.3 and all(factor == pytest.approx(factors[plane]) for factor in factors.values())
    for other in Plane:
        if other is not plane:
            assert panes[other].hair().center == pytest.approx(before[other][1], abs=1e-6)


def test_of_a_long_volume_each_plane_fits_by_itself(show_window, tmp_path):
    """A whole body: at one scale the axial plane would be a stamp."""
    positions = [(0.0, 0.0, 20.0 * k) for k in range(40)]
    root = bundles.make_bundle(tmp_path, [CaseSpec([SeriesSpec([StackSpec(bundles.head_like(40), positions)])])])
    page = open_planes(show_window(root, size=(1200, 800)))
    scales = {plane: plane_view.mm_per_pixel(pane.cut()) for plane, pane in page.panes.items()}
    assert scales[Plane.CORONAL] > 5 * scales[Plane.AXIAL]
    rows = page.panes[Plane.AXIAL].pixels[1]
    assert scales[Plane.AXIAL] * rows == pytest.approx(64, rel=0.01)


def test_a_turned_plane_is_called_oblique_and_one_that_is_turned_back_is_not(planes):
    _, page = planes

    def titles() -> list[str]:
        return [words.title_of(page.planes.state, plane) for plane in Plane]

    assert titles() == ["Axial", "Coronal", "Sagittal", "Oblique"]
    first = page.planes.state
    page.planes.set_state(mpr.turn(first, Plane.AXIAL, 12.5))
    assert titles() == ["Axial", "Oblique, 12.5° from coronal", "Oblique, 12.5° from sagittal", "Oblique"]
    page.planes.set_state(mpr.turn(page.planes.state, Plane.AXIAL, -12.5))
    assert titles() == ["Axial", "Coronal", "Sagittal", "Oblique"]


def test_the_cross_hair_and_its_rotation_centre_can_be_hidden(planes):
    window, page = planes
    window.viewing.set_annotation(Annotation.MINIMAL)
    pane = page.panes[Plane.AXIAL]
    (button,) = [button for button in page.findChildren(type(page.findChild(_tool_button())))
                 if button.text() == "Cross-hair"]  # fmt: skip
    middle, side = pane.hair().center, pane.width() * 0.8
    shown = colours(pane)[round(middle[1]) - 1 : round(middle[1]) + 2, round(side)]
    QTest.mouseClick(button, LEFT)
    hidden = colours(pane)[round(middle[1]) - 1 : round(middle[1]) + 2, round(side)]
    assert np.ptp(shown, axis=1).max() > 30 and np.ptp(hidden, axis=1).max() == 0  # no colour is left
    assert pane._held_at(middle) is None
    QTest.mouseClick(button, LEFT)
    assert pane._held_at(middle) is not None


def _tool_button():
    from PyQt5.QtWidgets import QToolButton

    return QToolButton


def test_the_cross_hair_tool_drags_the_place_from_anywhere(planes):
    window, page = planes
    window.viewing.set_tool(Tool.CROSS)
    pane = page.panes[Plane.CORONAL]
    start, end = screen(pane, (0.4, 0.4), (0.55, 0.62))
    wanted = under(pane, end)
    mouse(pane, QEvent.Type.MouseButtonPress, start, LEFT, LEFT)
    mouse(pane, QEvent.Type.MouseMove, end, Qt.MouseButton.NoButton, LEFT)
    assert np.array(page.planes.state.point) == pytest.approx(wanted, abs=0.05)
    mouse(pane, QEvent.Type.MouseButtonRelease, end, LEFT, Qt.MouseButton.NoButton)
    assert pane.place(QPointF(*end)) == pytest.approx(pane.hair().center, abs=0.5)
