"""Measures, panes, links, cross-hair, cine and pictures in the real window, by real events."""

import math

import numpy as np
from PyQt5.QtCore import QEvent, QMimeData, QPoint, QPointF, Qt
from PyQt5.QtGui import QDragEnterEvent, QDropEvent, QImage, QMouseEvent
from PyQt5.QtPrintSupport import QPrinter
from PyQt5.QtTest import QTest
from PyQt5.QtWidgets import QApplication, QFileDialog, QToolButton
import pytest

from tests.viewer import bundles
from tests.viewer.bundles import AXIAL, CORONAL, CaseSpec, SeriesSpec, StackSpec
from viewer.images import early
from viewer.marks.measure import MeasurementKind
from viewer.state import Tool, WindowDrag, slice_number
from viewer.ui.shell import output
from viewer.ui.slices.drawing import words
from viewer.ui.slices.overlay import Overlay
from viewer.ui.slices.pane import STACK_MIME
from viewer.ui.slices.panes import PANE_LAYOUTS
from viewer.ui.trial import wait_until

SHAPE = (12, 48, 64)


@pytest.fixture
def root(tmp_path):
    """One person with two studies: an axial and a coronal series of one examination, and an axial one of another."""
    noise = np.random.default_rng(1).integers(-200, 300, SHAPE)
    axial = StackSpec(noise, [(-32, -24, 3.0 * k) for k in range(12)], AXIAL, pixel_spacing=(1.0, 1.0))
    coronal = StackSpec(noise, [(-32, -24 + 4.0 * k, 40) for k in range(12)], CORONAL, pixel_spacing=(1.0, 1.0))
    later = StackSpec(noise[:8], [(-32, -24, 100 + 3.0 * k) for k in range(8)], AXIAL, pixel_spacing=(1.0, 1.0))
    first = CaseSpec([SeriesSpec([axial], frame_of_reference="1.2.3"),
                      SeriesSpec([coronal], number=2, frame_of_reference="1.2.3")])  # fmt: skip
    second = CaseSpec([SeriesSpec([later], frame_of_reference="1.2.4")], date="20200101")
    return bundles.make_bundle(tmp_path, [first, second])


def all_here(window):
    assert wait_until(lambda: all(port.loaded_stack.complete for port in window.viewing.ports), 10)
    QApplication.processEvents()


def place(pane, column, row):
    x, y = pane.mapping().to_screen(column, row)
    return QPoint(round(x), round(y))


def click(pane, *at):
    for column, row in at:
        QTest.mouseClick(pane, Qt.MouseButton.LeftButton, pos=place(pane, column, row))


def drag(pane, first, last):
    QTest.mousePress(pane, Qt.MouseButton.LeftButton, pos=place(pane, *first))
    left = Qt.MouseButton.LeftButton
    held = QMouseEvent(
        QEvent.Type.MouseMove,
        QPointF(place(pane, *last)),
        Qt.MouseButton.NoButton,
        left,
        Qt.KeyboardModifier.NoModifier,
    )
    QApplication.sendEvent(pane, held)
    QTest.mouseRelease(pane, left, pos=place(pane, *last))


def hover(pane, *at):
    """The system tells of no move where the pointer has been before, so it is told here."""
    none = Qt.MouseButton.NoButton
    moved = QMouseEvent(QEvent.Type.MouseMove, QPointF(place(pane, *at)), none, none, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(pane, moved)


def here(window):
    return window.viewing.markings.on(window.viewing.port.where)


def key(window, *keys, modifier=Qt.KeyboardModifier.NoModifier):
    for key in keys:
        QTest.keyClick(window.pane, key, modifier)


# Measures


def test_a_distance_by_two_clicks_and_by_one_drag(show_window, root):
    window = show_window(root)
    pixel = 1 / window.pane.mapping().scale_x
    key(window, Qt.Key.Key_D)
    click(window.pane, (10, 10), (40, 30))
    drag(window.pane, (5, 40), (55, 40))
    assert [measurement.kind for measurement in here(window)] == [MeasurementKind.DISTANCE] * 2
    text = words(window.viewing.port, here(window)[0])[0]
    assert float(text.removesuffix(" mm")) == pytest.approx(math.hypot(30, 20), abs=pixel + 0.05)
    text = words(window.viewing.port, here(window)[1])[0]
    assert float(text.removesuffix(" mm")) == pytest.approx(50, abs=pixel + 0.05)


def test_a_point_is_moved_and_the_wheel_leaves_the_measure_on_its_slice(show_window, root):
    window = show_window(root)
    key(window, Qt.Key.Key_D)
    drag(window.pane, (10, 10), (40, 10))
    drag(window.pane, (40, 10), (50, 10))
    assert len(here(window)) == 1
    assert here(window)[0].points[1] == pytest.approx((50, 10), abs=0.2)
    key(window, Qt.Key.Key_V)
    drag(window.pane, (30, 10), (30, 20))  # the whole line
    assert [point[1] for point in here(window)[0].points] == pytest.approx([20, 20], abs=0.3)
    key(window, Qt.Key.Key_Down)
    assert here(window) == ()
    key(window, Qt.Key.Key_Up)
    assert len(here(window)) == 1


def test_angles_take_their_clicks_and_a_begun_one_ends_with_the_slice_or_esc(show_window, root):
    window = show_window(root)
    key(window, Qt.Key.Key_A)
    click(window.pane, (10, 10), (30, 10), (10, 30))
    key(window, Qt.Key.Key_Escape)
    assert here(window) == ()
    click(window.pane, (10, 10), (30, 10))
    key(window, Qt.Key.Key_Down, Qt.Key.Key_Up)
    click(window.pane, (10, 10), (30, 10), (10, 40), (30, 20))
    key(window, Qt.Key.Key_G)
    click(window.pane, (50, 10), (40, 10), (40, 30))
    assert [measurement.kind for measurement in here(window)] == [MeasurementKind.COBB, MeasurementKind.ANGLE]
    assert words(window.viewing.port, here(window)[0])[0].startswith(("Cobb 45", "Cobb 44.9"))
    assert words(window.viewing.port, here(window)[1])[0].startswith(("90", "89.9"))


def test_an_area_tells_the_values_that_numpy_finds(show_window, root):
    window = show_window(root)
    key(window, Qt.Key.Key_B)
    drag(window.pane, (9.9, 9.9), (20.1, 30.1))
    found = words(window.viewing.port, here(window)[0])
    values = window.viewing.loaded_stack.modality_values(window.viewing.state.index)[10:30, 10:20]
    assert found[0] == f"Mean {values.mean():.1f} HU   SD {values.std(ddof=1):.1f}".replace("-", "−").replace(
        ".0 ", " "
    )
    assert found[1] == f"Min {values.min():.0f}   Max {values.max():.0f}".replace("-", "−")
    assert found[2].endswith(" cm²")


def test_delete_takes_the_last_measure_and_esc_none(show_window, root):
    window = show_window(root)
    key(window, Qt.Key.Key_E)
    drag(window.pane, (10, 10), (20, 20))
    drag(window.pane, (30, 10), (40, 20))
    key(window, Qt.Key.Key_Delete)
    (left,) = here(window)
    kept = window.viewing.state.index
    key(window, Qt.Key.Key_8, Qt.Key.Key_Escape)
    assert here(window) == (left,)
    assert window.viewing.state.index == kept
    assert window.viewing.state.window == window.viewing.first_window


def test_the_value_under_the_pointer_is_shown(show_window, root, monkeypatch):
    window = show_window(root)
    monkeypatch.setattr(window.pane, "underMouse", lambda: True)
    assert wait_until(early.numpy_is_here, 5)
    hover(window.pane, 20.5, 10.5)
    column, row = (math.floor(value) for value in window.pane.hand.pointer)
    value = window.viewing.loaded_stack.modality_values(window.viewing.state.index)[row, column]
    assert window.pane._probe() == f"{value:.0f} HU".replace("-", "−")


def test_what_is_drawn_can_be_seen(show_window, root):
    window = show_window(root)
    before = window.pane.grab().toImage()
    key(window, Qt.Key.Key_D)
    drag(window.pane, (10, 24), (50, 24))
    middle = place(window.pane, 30, 24)
    ratio = window.pane.devicePixelRatioF()
    after = window.pane.grab().toImage()
    assert before != after
    at = (round(middle.x() * ratio), round(middle.y() * ratio))
    blue = max(
        after.pixelColor(at[0], at[1] + dy).blue() - after.pixelColor(at[0], at[1] + dy).red() for dy in (-1, 0, 1)
    )
    assert blue > 60  # the accent's colour, on grey


# Panes


def test_the_layout_goes_from_one_to_two_to_four_to_nine_panes_and_back(show_window, root):
    window = show_window(root)
    for number in (*PANE_LAYOUTS[1:], PANE_LAYOUTS[0]):
        key(window, Qt.Key.Key_Q)
        all_here(window)
        assert len(window.panes.all) == len(window.viewing.ports) == number
        assert window.panes.selected is window.panes.all[0]
        assert all(pane.isVisible() for pane in window.panes.all)
    key(window, Qt.Key.Key_Q, Qt.Key.Key_Q)
    titles = [port.entry.series.series_number for port in window.viewing.ports]
    assert titles[:2] == [1, 2]
    studies = [port.entry.study.case for port in window.viewing.ports]
    assert studies[:3] == ["CASE-001", "CASE-001", "CASE-002"]  # the person's other study comes behind this case


def test_a_click_selects_a_pane_and_keys_mean_it_alone(show_window, root):
    window = show_window(root)
    key(window, Qt.Key.Key_Q)
    all_here(window)
    first, second = window.viewing.ports
    before = first.state
    QTest.mouseClick(window.panes.all[1], Qt.MouseButton.RightButton, pos=QPoint(30, 30))
    assert window.panes.selected is window.panes.all[1]
    assert window.panes.all[1].hasFocus() or window.pane is window.panes.all[1]
    key(window, Qt.Key.Key_Home, Qt.Key.Key_X)
    assert first.state == before
    assert second.state.inverted
    assert slice_number(second.entry.stack, second.state.index) == 1


def test_a_series_dragged_from_the_list_opens_where_it_is_dropped(show_window, root):
    window = show_window(root)
    key(window, Qt.Key.Key_Q)
    all_here(window)
    third = window.viewing.entries[2]
    index = window.list._items[third.stack.stack_id].index()
    data = window.list.model().mimeData([index])
    assert isinstance(data, QMimeData)
    assert data.hasFormat(STACK_MIME)
    pane, copy, left = window.panes.all[1], Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
    enter = QDragEnterEvent(QPoint(9, 9), copy, data, left, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(pane, enter)
    assert enter.isAccepted()
    QApplication.sendEvent(pane, QDropEvent(QPointF(9, 9), copy, data, left, Qt.KeyboardModifier.NoModifier))
    all_here(window)
    assert window.viewing.ports[1].entry is third
    assert window.viewing.entry is third


def test_linked_panes_scroll_together_by_position_and_unlinked_do_not(show_window, root):
    window = show_window(root)
    window.viewing.lay_out(4)
    all_here(window)
    axial, coronal, later, again = window.viewing.ports
    assert again.entry is axial.entry
    key(window, Qt.Key.Key_L)
    assert window.viewing.ties.linked
    start = later.state.index
    key(window, Qt.Key.Key_Down, Qt.Key.Key_Down)
    assert again.state.index == axial.state.index
    assert later.state.index == start - 2  # another frame of reference: as far apart as when they were linked
    middle = coronal.state.index
    key(window, Qt.Key.Key_U, Qt.Key.Key_End)
    assert coronal.state.index == middle
    assert again.state.index != axial.state.index


def test_the_cross_hair_finds_one_place_in_the_other_panes(show_window, root):
    window = show_window(root)
    window.viewing.lay_out(2)
    all_here(window)
    axial, coronal = window.viewing.ports
    key(window, Qt.Key.Key_J)
    click(window.panes.all[0], (40.5, 30.5))
    _, point = window.viewing.cross
    z = axial.frame.image_position_patient[2]
    assert point == pytest.approx((8, 6, z), abs=0.2)
    nearest = min(range(12), key=lambda k: abs(-24 + 4.0 * k - point[1]))
    assert coronal.state.index == nearest
    image = window.panes.all[1].grab().toImage()
    at = place(window.panes.all[1], 40.5, 40 - z + 0.5)
    ratio = window.pane.devicePixelRatioF()
    x, y = round(at.x() * ratio), round(at.y() * ratio)
    row = [image.pixelColor(x + dx, y + dy) for dx in range(11, 28) for dy in (-1, 0, 1)]
    assert max(colour.blue() - colour.red() for colour in row) > 60


def test_the_localizer_line_stands_where_the_selected_slice_cuts(show_window, root):
    window = show_window(root)
    window.viewing.lay_out(2)
    all_here(window)
    before = window.panes.all[1].grab().toImage()
    key(window, Qt.Key.Key_O)
    after = window.panes.all[1].grab().toImage()
    z = window.viewing.ports[0].frame.image_position_patient[2]
    ratio = window.pane.devicePixelRatioF()
    row = round(place(window.panes.all[1], 0, 40 - z + 0.5).y() * ratio)
    changed = {
        y for y in range(after.height()) for x in range(0, after.width(), 7) if before.pixel(x, y) != after.pixel(x, y)
    }
    assert changed
    assert all(abs(y - row) <= 3 for y in changed)


def test_panes_that_go_leave_nothing_behind(show_window, root):
    window = show_window(root)
    for number in (4, 1, 2, 1, 4, 1):
        window.viewing.lay_out(number)
        all_here(window)
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    from viewer.ui.slices.pane import SlicePane

    assert len(window.findChildren(SlicePane)) == 1
    assert window.viewing.receivers(window.viewing.changed) < 20


# Cases, cine, key images, output


def test_shift_and_page_keys_go_from_case_to_case(show_window, root):
    window = show_window(root)
    key(window, Qt.Key.Key_PageDown, modifier=Qt.KeyboardModifier.ShiftModifier)
    assert window.viewing.entry.study.case == "CASE-002"
    key(window, Qt.Key.Key_PageDown, modifier=Qt.KeyboardModifier.ShiftModifier)
    assert window.viewing.entry.study.case == "CASE-002"
    key(window, Qt.Key.Key_PageUp, modifier=Qt.KeyboardModifier.ShiftModifier)
    assert window.viewing.entry.study.case == "CASE-001"


def test_cine_plays_at_once_and_loops_or_stops_at_the_end(show_window, root):
    window = show_window(root)
    key(window, Qt.Key.Key_End)
    window.cine.rate.setValue(60)
    key(window, Qt.Key.Key_C)
    assert window.cine.isVisible()
    assert wait_until(lambda: slice_number(window.viewing.entry.stack, window.viewing.state.index) == 2, 5)
    window.cine.loop.setChecked(False)
    assert wait_until(lambda: not window.cine.playing, 5)
    assert slice_number(window.viewing.entry.stack, window.viewing.state.index) == 12
    key(window, Qt.Key.Key_Escape)
    assert not window.cine.isVisible()


def test_a_key_image_is_marked_and_unmarked(show_window, root):
    window = show_window(root)
    key(window, Qt.Key.Key_K)
    assert window.viewing.markings.key_images == {window.viewing.port.where}
    key(window, Qt.Key.Key_K)
    assert not window.viewing.markings.key_images


def test_the_window_drag_can_be_turned(show_window, root):
    window = show_window(root)
    key(window, Qt.Key.Key_W)
    drag(window.pane, (30, 30), (30, 20))
    assert window.viewing.state.window[0] < 40
    key(window, Qt.Key.Key_Escape)
    window.viewing.prefer(WindowDrag(turned=True))
    drag(window.pane, (30, 30), (30, 20))
    assert window.viewing.state.window[0] > 40


def test_the_pane_is_saved_as_it_is_shown(show_window, root, tmp_path, monkeypatch):
    window = show_window(root)
    chosen = tmp_path / "a picture"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *a, **k: (str(chosen), ""))
    key(window, Qt.Key.Key_S, modifier=Qt.KeyboardModifier.ControlModifier)
    assert window.viewing.tool is Tool.SCROLL
    saved = QImage(f"{chosen}.png")
    assert saved.convertToFormat(QImage.Format.Format_RGB32) == window.pane.grab().toImage().convertToFormat(
        QImage.Format.Format_RGB32
    )


def test_the_pane_is_printed_on_one_page(show_window, root, tmp_path):
    window = show_window(root)
    printer = QPrinter(QPrinter.PrinterMode.ScreenResolution)
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setOutputFileName(str(tmp_path / "page.pdf"))
    output.paint_page(printer, window.pane.grab())
    written = (tmp_path / "page.pdf").read_bytes()
    assert written.startswith(b"%PDF")
    assert written.count(b"/Type /Page\n") == 1
    assert len(written) > 10_000


def test_a_narrow_window_has_icons_alone_and_every_button_fits(show_window, root):
    window = show_window(root, size=(800, 600))
    for width in (1700, 800):
        window.resize(width, 600)
        QApplication.processEvents()
        buttons = [
            button
            for button in window._toolbar.findChildren(QToolButton)
            if button.objectName() != "qt_toolbar_ext_button"
        ]
        assert all(button.isVisible() and button.toolTip() for button in buttons)
        named = {button.toolButtonStyle() for button in buttons}
        expected = (
            Qt.ToolButtonStyle.ToolButtonTextBesideIcon if width > 1500 else Qt.ToolButtonStyle.ToolButtonIconOnly
        )
        assert named == {expected}


def test_a_narrow_pane_says_no_more_than_is_needed(show_window, root, monkeypatch):
    bars = []
    monkeypatch.setattr(Overlay, "scale", lambda self, per_mm: bars.append(per_mm))
    window = show_window(root, size=(1100, 700))
    window.grab()
    assert bars
    window.resize(700, 520)
    window.viewing.lay_out(4)
    QApplication.processEvents()
    assert max(pane.width() for pane in window.panes.all) < 360
    bars.clear()
    window.grab()
    assert not bars
