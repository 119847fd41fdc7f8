"""Free-hand outlines, polygons, arrows and texts in the real window, by real events, on slices and on planes."""

from itertools import pairwise
import math

import numpy as np
from PyQt5.QtCore import QEvent, Qt
from PyQt5.QtTest import QTest
from PyQt5.QtWidgets import QApplication, QLineEdit
import pytest
from shapely import Point, Polygon, contains_xy

from tests.viewer import bundles
from tests.viewer.bundles import AXIAL, CaseSpec, SeriesSpec, StackSpec
from tests.viewer.events import CONTROL, LEFT, click, colours, drag, mouse, press, settle
from tests.viewer.ui.test_layouts import double_click, open_page, sizes
from tests.viewer.ui.test_plane_measures import ORIGIN, SPACING, askew, phantom, planes, under, value_of
from viewer.marks.measure import MeasurementKind
from viewer.space.mpr import Plane
from viewer.state import Annotation, Tool
from viewer.ui.look import theme
from viewer.ui.over.space_drawing import texts_of
from viewer.ui.slices.answers.listed import listed, ticks
from viewer.ui.slices.drawing import words

__all__ = ["phantom", "planes"]  # fixtures
NONE = Qt.MouseButton.NoButton


@pytest.fixture
def root(tmp_path):
    """Noise in pixels that are not square, with padding at the left edge."""
    noise = np.random.default_rng(8).integers(-500, 900, (9, 48, 64))
    noise[:, :, :10] = -2000
    positions = [(-32.0, -24.0, 3.0 * k) for k in range(9)]
    spec = StackSpec(noise, positions, AXIAL, pixel_spacing=(1.5, 0.8), padding=-2000, window=(200, 2000))
    other = StackSpec(noise[:4], positions[:4], AXIAL, pixel_spacing=(1.5, 0.8), padding=-2000)
    return bundles.make_bundle(tmp_path, [CaseSpec([SeriesSpec([spec]), SeriesSpec([other], number=2)])])


def on_screen(pane, corners):
    return [pane.mapping().to_screen(*corner) for corner in corners]


def trace(widget, places) -> None:
    """Press, move through all places, release at the last."""
    mouse(widget, QEvent.Type.MouseButtonPress, places[0], LEFT, LEFT)
    for at in places[1:]:
        mouse(widget, QEvent.Type.MouseMove, at, NONE, LEFT)
    mouse(widget, QEvent.Type.MouseButtonRelease, places[-1], LEFT, NONE)


def here(window):
    return window.viewing.markings.on(window.viewing.port.where)


def circle(middle, radius, number=90):
    return [(middle[0] + radius * math.cos(t), middle[1] + radius * math.sin(t))
            for t in np.linspace(0, 2 * math.pi, number)]  # fmt: skip


def said(window, measure) -> dict[str, float]:
    """The figures on the picture, by their names."""
    text = "  ".join(words(window.viewing.port, measure)).replace("−", "-").replace(" HU", "")
    parts = text.replace("Mean", "mean").split()
    found = {name: float(value) for name, value in pairwise(parts) if name in ("mean", "SD", "Min", "Max")}
    found["area"] = float(parts[-2]) * (100 if parts[-1] == "cm²" else 1)
    return found


def by_numpy(window, shape: Polygon) -> dict[str, float]:
    """The same from the stored pixels whose middles Shapely finds inside, without padding."""
    values = window.viewing.loaded_stack.modality_values(window.viewing.state.index)
    y, x = np.mgrid[0 : values.shape[0], 0 : values.shape[1]] + 0.5
    chosen = values[contains_xy(shape, x, y) & (values != -2000)]
    return {"mean": chosen.mean(), "SD": chosen.std(ddof=1), "Min": chosen.min(), "Max": chosen.max(),
            "area": shape.area * 1.5 * 0.8}  # fmt: skip


def assert_alike(found, wanted) -> None:
    assert found.keys() == wanted.keys()
    for name, value in wanted.items():
        assert found[name] == pytest.approx(value, abs=1.0 if name == "area" else 0.051), name


def is_drawn(pane, at, colour=theme.ACCENT) -> bool:
    """Whether a line of this colour runs through a place of the pane."""
    x, y = (round(part) for part in at)
    part = colours(pane)[y - 2 : y + 3, x - 2 : x + 3].reshape(-1, 3)
    return bool(np.any(np.all(np.abs(part - (colour.red(), colour.green(), colour.blue())) < 40, axis=1)))


def test_a_free_hand_outline_has_the_values_of_the_pixels_within_it(show_window, root):
    window = show_window(root)
    press(window, Qt.Key.Key_F3)
    assert window.viewing.tool is Tool.FREEHAND
    drawn = circle((22, 24), 15)
    trace(window.pane, on_screen(window.pane, drawn))
    (measure,) = here(window)
    assert measure.complete and len(measure.points) > 20
    assert Polygon(measure.points).symmetric_difference(Polygon(drawn)).area < 0.02 * Polygon(drawn).area
    assert_alike(said(window, measure), by_numpy(window, Polygon(measure.points)))
    for at in on_screen(window.pane, drawn)[::17]:
        assert is_drawn(window.pane, at)


def test_a_polygon_is_closed_by_a_click_on_its_first_corner_or_by_a_double_click(show_window, root):
    window = show_window(root)
    press(window, Qt.Key.Key_F5)
    corners = [(12, 8), (50, 12), (40, 40), (15, 30)]
    click(window.pane, *on_screen(window.pane, corners))
    assert here(window) == ()
    click(window.pane, *on_screen(window.pane, corners[:1]))
    (first,) = here(window)
    assert np.array(first.points) == pytest.approx(np.array(corners), abs=1e-6)
    assert_alike(said(window, first), by_numpy(window, Polygon(corners)))
    others = [(20.1, 42.2), (60, 44), (57.7, 30.2)]
    before = sizes(window.panes.all)
    click(window.pane, *on_screen(window.pane, others[:2]))
    double_click(window.pane, on_screen(window.pane, others[2:])[0])
    assert len(here(window)) == 2
    assert np.array(here(window)[1].points) == pytest.approx(np.array(others), abs=1e-6)
    assert sizes(window.panes.all) == before
    assert_alike(said(window, here(window)[1]), by_numpy(window, Polygon(others)))


def test_esc_and_another_slice_cancel_an_outline_and_a_mere_click_makes_none(show_window, root):
    window = show_window(root)
    press(window, Qt.Key.Key_F5)
    click(window.pane, *on_screen(window.pane, [(20, 10), (40, 10), (30, 30)]))
    press(window, Qt.Key.Key_Escape)
    click(window.pane, *on_screen(window.pane, [(20, 10), (40, 10), (30, 30)]))
    press(window, Qt.Key.Key_Down, Qt.Key.Key_Up)
    assert not window.pane.hand.sketch.busy
    press(window, Qt.Key.Key_F3)
    click(window.pane, *on_screen(window.pane, [(30, 20)]))
    trace(window.pane, on_screen(window.pane, [(30, 20), (30.01, 20)]))
    assert not window.pane.hand.sketch.busy and window.viewing.markings.all == {}


def test_corners_are_dragged_and_a_free_hand_outline_moves_as_a_whole(show_window, root):
    window = show_window(root)
    pane, scale = window.pane, window.pane.mapping().scale_x
    press(window, Qt.Key.Key_F5)
    corners = [(12, 8), (50, 12), (40, 40)]
    click(pane, *on_screen(pane, [*corners, corners[0]]))
    drag(pane, LEFT, -4 * scale, 0, on_screen(pane, corners)[1])
    (polygon,) = here(window)
    assert np.array(polygon.points) == pytest.approx(np.array([(12, 8), (46, 12), (40, 40)]), abs=1e-6)
    press(window, Qt.Key.Key_Delete, Qt.Key.Key_F3)
    trace(pane, on_screen(pane, circle((22, 24), 8)))
    (before,) = here(window)
    press(window, Qt.Key.Key_V)
    drag(pane, LEFT, 20 * scale, 0, on_screen(pane, [(22, 24)])[0])
    (after,) = here(window)
    assert np.array(after.points) == pytest.approx(np.array(before.points) + np.array((20, 0)), abs=1e-6)
    assert_alike(said(window, after), by_numpy(window, Polygon(after.points)))
    QTest.keyClick(pane, Qt.Key.Key_Z, CONTROL)
    assert here(window) == (before,)


def test_all_of_them_are_undone_listed_ticked_and_there_again_when_the_series_opens_again(show_window, root):
    window = show_window(root)
    window.viewing.set_annotation(Annotation.OFF)  # neither the value at the pointer nor the frame of the focus
    pane = window.pane
    draw_one_of_each(window)
    kinds = [measure.kind for measure in here(window)]
    assert kinds == [MeasurementKind.FREEHAND, MeasurementKind.POLYGON, MeasurementKind.ARROW, MeasurementKind.TEXT]
    texts = [thing.text for thing in listed(window.viewing)]
    assert texts[2:] == ["Arrow", "“node, 2nd look”"] and texts[0].endswith("²")
    assert len(ticks(window.viewing)) == 1
    picture, kept = colours(pane), here(window)
    for number in range(4):
        QTest.keyClick(pane, Qt.Key.Key_Z, CONTROL)
        assert here(window) == kept[: 3 - number]
    for _ in range(4):
        QTest.keyClick(pane, Qt.Key.Key_Y, CONTROL)
    assert here(window) == kept
    press(window, Qt.Key.Key_PageDown)
    settle(window)
    assert here(window) == ()
    press(window, Qt.Key.Key_PageUp)
    settle(window)
    assert here(window) == kept
    assert np.array_equal(colours(window.pane), picture)


def draw_one_of_each(window) -> None:
    pane = window.pane
    press(window, Qt.Key.Key_F3)
    trace(pane, on_screen(pane, circle((20, 14), 7)))
    press(window, Qt.Key.Key_F5)
    corners = [(30, 8), (50, 12), (40, 22)]
    click(pane, *on_screen(pane, [*corners, corners[0]]))
    press(window, Qt.Key.Key_F7)
    tip, tail = on_screen(pane, [(20, 30), (35, 40)])
    drag(pane, LEFT, tail[0] - tip[0], tail[1] - tip[1], tip)
    write(window, (45, 34), "node, 2nd look")


def write(window, at, text: str, key=Qt.Key.Key_Return) -> None:
    press(window, Qt.Key.Key_F9)
    click(window.pane, *on_screen(window.pane, [at]))
    (field,) = [found for found in window.pane.findChildren(QLineEdit) if found.isVisible()]
    QTest.keyClicks(field, text)
    QTest.keyClick(field, key)


def test_an_arrow_points_at_its_first_place_and_copies_with_the_picture(show_window, root):
    window = show_window(root)
    pane = window.pane
    press(window, Qt.Key.Key_F7)
    tip, tail = on_screen(pane, [(30, 30), (50, 30)])
    drag(pane, LEFT, tail[0] - tip[0], 0, tip)
    seen = colours(pane)
    accent = np.array((theme.ACCENT.red(), theme.ACCENT.green(), theme.ACCENT.blue()))

    def height(at: float) -> int:
        column = seen[round(tip[1]) - 12 : round(tip[1]) + 13, round(at)]
        return int(np.sum(np.all(np.abs(column - accent) < 60, axis=1)))

    assert height(tip[0] + 10) >= 6
    assert 1 <= height((tip[0] + tail[0]) / 2) <= 3
    QTest.keyClick(pane, Qt.Key.Key_C, CONTROL)
    copied = QApplication.clipboard().image()
    colour = copied.pixelColor(round(tip[0] + 10), round(tip[1]))
    assert np.abs(np.array((colour.red(), colour.green(), colour.blue())) - accent).max() < 40


def test_a_text_is_letters_not_commands_and_esc_drops_it(show_window, root):
    window = show_window(root)
    before = colours(window.pane)
    write(window, (40, 20), "dswx 1 q", Qt.Key.Key_Escape)
    assert here(window) == () and window.viewing.tool is Tool.TEXT and len(window.viewing.ports) == 1
    assert np.array_equal(colours(window.pane), before)
    write(window, (40, 20), "dswx 1 q")
    (measure,) = here(window)
    assert measure.text == "dswx 1 q" and measure.points[0] == pytest.approx((40, 20), abs=0.2)
    assert words(window.viewing.port, measure) == ("dswx 1 q",)
    assert not np.array_equal(colours(window.pane), before)
    write(window, (20, 30), "   ")
    assert here(window) == (measure,)


def test_a_text_stays_on_the_slice_where_it_was_begun(show_window, root):
    window = show_window(root)
    press(window, Qt.Key.Key_F9)
    begun = window.viewing.port.where
    click(window.pane, *on_screen(window.pane, [(30, 20)]))
    (field,) = [found for found in window.pane.findChildren(QLineEdit) if found.isVisible()]
    QTest.keyClicks(field, "here")
    window.viewing.set_index(window.viewing.state.index + 1)
    assert [measure.text for measure in window.viewing.markings.on(begun)] == ["here"]
    assert here(window) == ()


# On planes


def draw_on(pane, window, tool: Tool, places) -> None:
    window.viewing.set_tool(tool)
    if tool is Tool.FREEHAND:
        trace(pane, places)
    else:
        click(pane, *places, places[0])


@pytest.mark.parametrize("turned", [False, True])
@pytest.mark.parametrize("tool", [Tool.FREEHAND, Tool.POLYGON])
@pytest.mark.parametrize("plane", [Plane.AXIAL, Plane.CORONAL, Plane.OBLIQUE])
def test_an_outline_on_any_plane_has_the_area_and_the_values_of_the_patient(planes, plane, tool, turned):
    window, page = planes
    if turned:
        askew(page)
    pane = page.panes[plane]
    middle, radius = (pane.width() / 2, pane.height() / 2), min(pane.width(), pane.height()) / 5
    places = circle(middle, radius, 70 if tool is Tool.FREEHAND else 8)[:-1]
    draw_on(pane, window, tool, places)
    (measure,) = window.viewing.markings.in_space.all
    corners = [under(pane, at) for at in places]
    right, down = (np.array(way) for way in (measure.right, measure.down))
    flat = Polygon([((at - corners[0]) @ right, (at - corners[0]) @ down) for at in corners])
    text = texts_of(measure, "HU")[-1]
    size = float(text.split()[0]) * (100 if "cm²" in text else 1)
    assert size == pytest.approx(flat.area, rel=0.01)
    center = corners[0] + flat.centroid.x * right + flat.centroid.y * down
    assert measure.values.mean == pytest.approx(value_of(center), abs=5.5)
    if not turned and plane is Plane.AXIAL:
        assert_pixels_of_the_slice(window, page, measure)


def assert_pixels_of_the_slice(window, page, measure) -> None:
    """By Shapely and NumPy from the stored pixels: the plane lies on a slice."""
    solid = page.planes.solid
    index = [solid.index_of(np.array(point)) for point in measure.points]
    values = window.viewing.loaded_stack.modality_values(round(index[0][2]))
    shape = Polygon([at[:2] for at in index])
    y, x = np.mgrid[0 : values.shape[0], 0 : values.shape[1]]
    assert min(shape.exterior.distance(Point(*at)) for at in zip(x.ravel(), y.ravel(), strict=True)) > 1e-7
    chosen = values[contains_xy(shape, x, y)]
    found = measure.values
    assert (found.pixels, found.minimum, found.maximum) == (chosen.size, chosen.min(), chosen.max())
    assert (found.mean, found.deviation) == pytest.approx((chosen.mean(), chosen.std(ddof=1)))
    assert sum(measure.histogram.counts) == chosen.size


def test_arrow_and_text_on_a_plane_are_found_again_on_the_slices_and_undone(planes):
    window, page = planes
    pane, viewing = page.panes[Plane.AXIAL], window.viewing
    page.planes.move_to(page.planes.solid.point_of(np.array((40, 30, 17))))
    viewing.set_tool(Tool.ARROW)
    drag(pane, LEFT, 60, 30, (pane.width() * 0.4, pane.height() * 0.4))
    viewing.set_tool(Tool.TEXT)
    at = (pane.width() * 0.6, pane.height() * 0.6)
    click(pane, at)
    (field,) = [found for found in pane.findChildren(QLineEdit) if found.isVisible()]
    QTest.keyClicks(field, "wsd")
    QTest.keyClick(field, Qt.Key.Key_Return)
    arrow, text = viewing.markings.in_space.all
    assert arrow.kind is MeasurementKind.ARROW and text.text == "wsd"
    assert np.array(text.points[0]) == pytest.approx(under(pane, at), abs=1e-6)
    assert [thing.text for thing in listed(viewing)] == ["Arrow", "“wsd”"]
    window.pages.leave()
    settle(window)
    viewing.set_index(17)
    column, row = ((arrow.points[0][n] - ORIGIN[n]) / SPACING[1 - n] + 0.5 for n in (0, 1))
    tip = window.pane.mapping().to_screen(column, row)
    away = [after - before for before, after in zip(arrow.points[0], arrow.points[1], strict=True)]
    turn = math.atan2(away[1], away[0])
    assert is_drawn(window.pane, (tip[0] + 9 * math.cos(turn), tip[1] + 9 * math.sin(turn)), theme.NOTE)
    bare = colours(window.pane)
    QTest.keyClick(window.pane, Qt.Key.Key_Z, CONTROL)
    QTest.keyClick(window.pane, Qt.Key.Key_Z, CONTROL)
    assert viewing.markings.in_space.all == ()
    assert (colours(window.pane) != bare).any()


def test_an_outline_on_a_slice_is_seen_on_the_planes_with_its_values(show_window, root):
    window = show_window(root)
    corners = [(20, 8), (50, 12), (40, 40)]
    press(window, Qt.Key.Key_F5)
    click(window.pane, *on_screen(window.pane, [*corners, corners[0]]))
    texts = words(window.viewing.port, here(window)[0])
    page = open_page(window, "mpr")
    page.planes.show_cross(shown=False)
    place = np.array((-32.0 + 0.8 * 34.5, -24.0 + 1.5 * 9.5, 3.0 * window.viewing.state.index))
    page.planes.move_to(place)
    parts = page.panes[Plane.AXIAL]._measures.parts()
    assert [part.texts for part in parts] == [texts]
    edge = np.array((-32.0 + 0.8 * (35 - 0.5), -24.0 + 1.5 * (10 - 0.5), place[2]))
    spot = page.panes[Plane.AXIAL].spot(tuple(edge))
    assert is_drawn(page.panes[Plane.AXIAL], (spot.x(), spot.y()), theme.NOTE)
