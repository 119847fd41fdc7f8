"""The real window: what it shows, and what mouse and keys do to it."""

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
import shutil
import sys

import numpy as np
from PyQt5.QtCore import QEvent, QPoint, QPointF, Qt
from PyQt5.QtGui import QMouseEvent, QWheelEvent
from PyQt5.QtTest import QTest
from PyQt5.QtWidgets import QApplication, QToolButton
import pytest

from tests.viewer import bundles
from tests.viewer.bundles import CaseSpec, SeriesSpec, StackSpec
from viewer import annotation
from viewer.startup.options import StartOptions
from viewer.state import Annotation, Tool, slice_number
from viewer.ui import app
from viewer.ui.look import theme
from viewer.ui.look.message import Message
from viewer.ui.shell.window import MainWindow
from viewer.ui.trial import grab_grey, wait_until


def settle(window: MainWindow) -> None:
    assert wait_until(lambda: window.viewing.loaded_stack.complete, 10)
    QApplication.processEvents()


def press(window: MainWindow, *keys: int) -> None:
    for key in keys:
        QTest.keyClick(window.pane, key)


def number(window: MainWindow) -> int:
    return slice_number(window.viewing.entry.stack, window.viewing.state.index)


def drag(window: MainWindow, button: Qt.MouseButton, dx: int, dy: int) -> None:
    start = window.pane.rect().center()
    QTest.mousePress(window.pane, button, pos=start)
    # QTest.mouseMove says nothing of the button that is held, and comes late.
    place = QPointF(start + QPoint(dx, dy))
    held = QMouseEvent(QEvent.Type.MouseMove, place, Qt.MouseButton.NoButton, button, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(window.pane, held)
    QTest.mouseRelease(window.pane, button, pos=start + QPoint(dx, dy))


def wheel(window: MainWindow, steps: float, place: QPoint, modifiers: Qt.KeyboardModifier) -> None:
    event = QWheelEvent(
        QPointF(place), QPointF(window.pane.mapToGlobal(place)), QPoint(), QPoint(0, round(120 * steps)),
        Qt.MouseButton.NoButton, modifiers, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(window.pane, event)


def bare(window: MainWindow) -> None:
    window.viewing.set_annotation(Annotation.OFF)


def test_the_first_picture_is_there_before_any_file_is_read(show_window, bundle_root):
    window = show_window(bundle_root, load=False)
    bare(window)
    assert window.viewing.loaded_stack.arrived == 0
    assert len(np.unique(grab_grey(window.pane))) > 10
    window.viewing.start()
    settle(window)
    assert len(np.unique(grab_grey(window.pane))) > 10


def test_keys_scroll_and_stop_at_the_ends(show_window, bundle_root):
    window = show_window(bundle_root)
    press(window, Qt.Key.Key_Home)
    assert number(window) == 1
    press(window, Qt.Key.Key_Down, Qt.Key.Key_Right, Qt.Key.Key_Up)
    assert number(window) == 2
    press(window, Qt.Key.Key_End, Qt.Key.Key_Down)
    assert number(window) == 12
    assert window.slider.value() == 12


def test_page_keys_go_through_the_series_and_the_state_is_kept(show_window, bundle_root):
    window = show_window(bundle_root)
    press(window, Qt.Key.Key_Home, Qt.Key.Key_8)
    press(window, Qt.Key.Key_PageDown, Qt.Key.Key_PageDown)
    settle(window)
    assert window.viewing.entry.study.case == "CASE-002"
    assert "CASE-002" in window.windowTitle()
    press(window, Qt.Key.Key_PageUp, Qt.Key.Key_PageUp, Qt.Key.Key_PageUp)
    assert window.viewing.entry is window.viewing.entries[0]
    assert number(window) == 1
    assert window.viewing.state.window == (400, 1800)


def test_the_wheel_scrolls_and_with_ctrl_zooms_about_the_pointer(show_window, bundle_root):
    window = show_window(bundle_root)
    before, place = number(window), QPoint(200, 150)
    wheel(window, -2, place, Qt.KeyboardModifier.NoModifier)
    assert number(window) == before + 2
    point = window.pane.mapping().to_image(place.x(), place.y())
    wheel(window, 3, place, Qt.KeyboardModifier.ControlModifier)
    assert window.viewing.state.zoom > 1.4
    assert window.pane.mapping().to_image(place.x(), place.y()) == pytest.approx(point)
    assert number(window) == before + 2


def test_a_touch_pad_scrolls_by_its_way_and_turns_back_at_once(show_window, bundle_root):
    window = show_window(bundle_root)
    before, place, none = number(window), QPoint(200, 150), Qt.KeyboardModifier.NoModifier
    for _ in range(24):  # as precision touch pads report two steps
        wheel(window, -1 / 12, place, none)
    assert number(window) == before + 2
    for _ in range(11):
        wheel(window, -1 / 12, place, none)
    assert number(window) == before + 2
    for _ in range(12):
        wheel(window, 1 / 12, place, none)
    assert number(window) == before + 1


def test_two_fingers_that_move_apart_zoom_without_steps(show_window, bundle_root):
    window = show_window(bundle_root)
    zooms, control = [window.viewing.state.zoom], Qt.KeyboardModifier.ControlModifier
    for _ in range(12):
        wheel(window, 1 / 12, QPoint(200, 150), control)
        zooms.append(window.viewing.state.zoom)
    assert all(1 < b / a < 1.02 for a, b in pairwise(zooms))
    assert zooms[-1] == pytest.approx(zooms[0] * 1.15)


def test_the_slider_scrolls(show_window, bundle_root):
    window = show_window(bundle_root)
    window.slider.setValue(3)
    assert number(window) == 3


def test_right_drag_is_the_window_whatever_the_tool(show_window, bundle_root):
    window = show_window(bundle_root)
    press(window, Qt.Key.Key_Z)
    drag(window, Qt.MouseButton.RightButton, 60, 0)
    assert window.viewing.state.window[0] == 40
    assert window.viewing.state.window[1] > 400
    bare(window)
    dark = grab_grey(window.pane).mean()
    drag(window, Qt.MouseButton.RightButton, 0, -120)
    assert window.viewing.state.window[0] < 40
    assert grab_grey(window.pane).mean() > dark


def test_left_drag_does_what_the_tool_says(show_window, bundle_root):
    window = show_window(bundle_root)
    first = window.viewing.state
    assert window.viewing.tool is Tool.SCROLL
    drag(window, Qt.MouseButton.LeftButton, 0, 60)
    assert number(window) > slice_number(window.viewing.entry.stack, first.index)
    press(window, Qt.Key.Key_T)
    drag(window, Qt.MouseButton.LeftButton, 30, 10)
    assert window.viewing.state.pan[0] > 0 < window.viewing.state.pan[1]
    press(window, Qt.Key.Key_Z)
    drag(window, Qt.MouseButton.LeftButton, 0, -80)
    assert window.viewing.state.zoom > 1.2
    press(window, Qt.Key.Key_W)
    drag(window, Qt.MouseButton.LeftButton, 50, 0)
    assert window.viewing.state.window[1] > 400
    kept = window.viewing.state.index
    press(window, Qt.Key.Key_Escape)
    assert window.viewing.state.window == (40, 400)
    assert window.viewing.state.zoom == 1
    assert window.viewing.state.index == kept


def test_middle_drag_moves_the_picture_with_the_hand(show_window, bundle_root):
    window = show_window(bundle_root)
    before = window.pane.mapping()
    drag(window, Qt.MouseButton.MiddleButton, 25, -40)
    after = window.pane.mapping()
    assert (after.origin_x - before.origin_x, after.origin_y - before.origin_y) == pytest.approx((25, -40))


def test_number_keys_are_presets_and_zero_is_the_first_window(show_window, bundle_root):
    window = show_window(bundle_root)
    press(window, Qt.Key.Key_1)
    assert window.viewing.state.window == (40, 80)
    press(window, Qt.Key.Key_7)
    assert window.viewing.state.window == (-600, 1500)
    press(window, Qt.Key.Key_0)
    assert window.viewing.state.window == (40, 400)
    assert len(window.commands.presets()) == 13


def test_a_preset_of_an_mr_comes_from_its_slice(show_window, bundle_root):
    window = show_window(bundle_root, case="CASE-003")
    press(window, Qt.Key.Key_1)
    assert window.viewing.state.window != (1000, 900)
    press(window, Qt.Key.Key_5)
    press(window, Qt.Key.Key_0)
    assert window.viewing.state.window == (1000, 900)


def test_invert_shows_the_opposite_grey(show_window, bundle_root):
    window = show_window(bundle_root)
    bare(window)
    middle = (window.pane.height() // 2, window.pane.width() // 2)
    plain = int(grab_grey(window.pane)[middle])
    press(window, Qt.Key.Key_X)
    assert int(grab_grey(window.pane)[middle]) == pytest.approx(255 - plain, abs=2)


def test_non_square_pixels_are_shown_in_the_right_shape(show_window, tmp_path):
    disc = np.full((1, 40, 80), -1000)
    rows, columns = np.mgrid[0:40, 0:80]
    disc[0][((rows - 19.5) * 2) ** 2 + (columns - 39.5) ** 2 < 30**2] = 500
    root = bundles.make_bundle(tmp_path / "b", [CaseSpec([SeriesSpec([StackSpec(disc, pixel_spacing=(2.0, 1.0))])])])
    window = show_window(root)
    bare(window)
    white = np.argwhere(grab_grey(window.pane) > 200)
    height, width = np.ptp(white, axis=0)
    assert height == pytest.approx(width, rel=0.03)


def amber(window: MainWindow) -> int:
    image = window.pane.grab().toImage()
    colours = (image.pixelColor(x, y) for y in range(image.height() * 3 // 4, image.height()) for x in range(330))
    return sum(colour.red() - colour.blue() > 80 for colour in colours)


def test_a_tilt_note_can_be_seen_on_the_image(show_window, bundle_root):
    window = show_window(bundle_root)
    assert amber(window) == 0
    press(window, Qt.Key.Key_PageDown)
    settle(window)
    assert amber(window) > 50


def test_a_stick_that_is_pulled_out_is_said_and_read_again_when_it_is_back(show_window, bundle_root, tmp_path):
    stick, elsewhere = tmp_path / "stick", tmp_path / "elsewhere"
    shutil.copytree(bundle_root, stick)
    window = show_window(stick)
    viewing = window.viewing
    stick.rename(elsewhere)
    press(window, Qt.Key.Key_Home, Qt.Key.Key_End)  # what was read is there
    assert viewing.loaded_stack.failure(viewing.state.index) is None
    press(window, Qt.Key.Key_PageDown)
    settle(window)
    assert "no longer there" in str(viewing.loaded_stack.failure(viewing.state.index))
    elsewhere.rename(stick)
    window.open(viewing.entry)
    settle(window)
    assert viewing.loaded_stack.damaged == 0
    assert viewing.loaded_stack.raw_bytes(viewing.state.index) is not None


@pytest.mark.parametrize(
    ("there", "title"), [(False, "The stick or disc is no longer there"), (True, "Something went wrong")]
)
def test_a_mistake_is_told_from_a_stick_that_is_gone(show_window, bundle_root, tmp_path, monkeypatch, there, title):
    said = []
    monkeypatch.setattr(Message, "exec", lambda self: said.append((self._text, self.parent())))
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    window = show_window(bundle_root)
    options = StartOptions(bundle_root if there else tmp_path / "gone")
    app._went_wrong(options, OSError, OSError(5, "Input/output error"), None)
    assert wait_until(lambda: bool(said), 5)
    ((text, parent),) = said
    assert text.startswith(title) and "Input/output error" in text and parent is window


def test_a_damaged_slice_is_said_and_never_shown(show_window, bundle_root, tmp_path):
    root = shutil.copytree(bundle_root, tmp_path / "copy")
    path = next(root.rglob("IM000007"))
    content = bytearray(path.read_bytes())
    content[140] ^= 1
    path.write_bytes(content)
    window = show_window(root)
    bare(window)
    assert window.viewing.state.index == 6
    image = window.pane.grab().toImage()
    reddish = sum(
        image.pixelColor(x, y).red() - image.pixelColor(x, y).blue() > 60
        for x in range(0, image.width(), 2) for y in range(0, image.height(), 2)
    )  # fmt: skip
    assert reddish > 50
    press(window, Qt.Key.Key_Down)
    assert len(np.unique(grab_grey(window.pane))) > 10


def test_the_list_opens_what_is_clicked_and_leaves_letters_to_the_window(show_window, bundle_root):
    window = show_window(bundle_root)
    item = window.list._items[window.viewing.entries[4].stack.stack_id]
    window.list._use(item.index())
    assert window.viewing.entry.series.modality == "PT"
    QTest.keyClick(window.list, Qt.Key.Key_Z)
    assert window.viewing.tool is Tool.ZOOM
    QTest.keyClick(window.list, Qt.Key.Key_Up)
    QTest.keyClick(window.list, Qt.Key.Key_Return)
    assert window.viewing.entry is window.viewing.entries[3]


def test_every_part_has_a_name_for_screen_readers(show_window, bundle_root):
    window = show_window(bundle_root)
    for part in (window.pane, window.list, window.slider, window.progress, window.help):
        assert part.accessibleName()
    assert "Slice 6 / 12" in window.pane.accessibleDescription()
    for button in window.findChildren(QToolButton):
        assert button.toolTip() or not button.isVisible()


def test_help_comes_and_goes(show_window, bundle_root):
    window = show_window(bundle_root)
    press(window, Qt.Key.Key_H)
    assert window.help.isVisible()
    press(window, Qt.Key.Key_Escape)
    assert not window.help.isVisible()
    press(window, Qt.Key.Key_F1, Qt.Key.Key_H)
    assert not window.help.isVisible()


def test_loading_never_blocks_the_window(show_window, bundle_root, monkeypatch):
    from viewer.images.volume import FrameReader

    gate: list[bool] = []
    plain = FrameReader.read

    def slow(reader: FrameReader, index: int) -> None:
        assert wait_in_thread(lambda: bool(gate))
        plain(reader, index)

    monkeypatch.setattr(FrameReader, "read", slow)
    window = show_window(bundle_root, load=False)
    window.viewing.start()
    press(window, Qt.Key.Key_Home, Qt.Key.Key_Down)
    assert number(window) == 2
    viewing = window.viewing
    corners = annotation.corners(viewing.entry, viewing.loaded_stack, viewing.state, Annotation.FULL)
    assert corners.top_right[-1].text == "Loading 0 of 12"
    gate.append(True)
    settle(window)


def wait_in_thread(condition: Callable[[], bool]) -> bool:
    import time

    end = time.monotonic() + 10
    while not condition() and time.monotonic() < end:
        time.sleep(0.005)
    return condition()


def tree(root: Path) -> dict[str, tuple[int, int, bytes]]:
    found = {}
    for path in root.rglob("*"):
        content = path.read_bytes() if path.is_file() else b""
        found[str(path.relative_to(root))] = (path.stat().st_mtime_ns, path.stat().st_mode, content)
    return found


def test_nothing_is_written_to_the_bundle(show_window, bundle_root, tmp_path):
    root = shutil.copytree(bundle_root, tmp_path / "copy")
    for path in sorted(root.rglob("*"), reverse=True):
        path.chmod(0o444 if path.is_file() else 0o555)
    before = tree(root)
    window = show_window(root)
    for _ in window.viewing.entries:
        press(window, Qt.Key.Key_PageDown)
        settle(window)
    window.close()
    assert tree(root) == before
    for path in root.rglob("*"):
        path.chmod(0o755)


def test_the_next_case_is_read_while_this_one_is_looked_at(show_window, bundle_root):
    window = show_window(bundle_root)
    viewing = window.viewing
    following = next(entry for entry in viewing.entries if entry.study.study_id != viewing.entry.study.study_id)

    def ahead() -> bool:
        return (found := viewing.loadings.peek(following)) is not None and found.complete

    assert wait_until(ahead, 10)
    read = viewing.loadings.peek(following)
    window.open(following)
    assert viewing.loaded_stack is read


def test_r_says_that_there_is_no_report_and_f10_is_the_advanced_mode(show_window, bundle_root, monkeypatch):
    said = []
    monkeypatch.setattr(Message, "exec", lambda self: said.append(self._text))
    window = show_window(bundle_root)
    QTest.keyClick(window.pane, Qt.Key.Key_R)
    assert said[0].startswith("There is no report")
    QTest.keyClick(window.pane, Qt.Key.Key_F10)
    assert window.pages.page is not None and window.pages.page.content is not None
    QTest.keyClick(window.pages.page.content, Qt.Key.Key_F10)
    assert window.pages.page is None


def test_the_list_says_of_a_case_how_many_of_its_images_could_not_be_read(show_window, tmp_path):
    series = [SeriesSpec([StackSpec(bundles.head_like())])]
    cases = [CaseSpec(series, not_chosen=2, unreadable=1), CaseSpec(series, unreadable=3), CaseSpec(series)]
    model = show_window(bundles.make_bundle(tmp_path / "stick", cases)).list.model()
    said = [model.index(row, 0).data(Qt.ItemDataRole.AccessibleTextRole) for row in range(3)]
    assert "2 images not chosen, 1 image could not be read" in said[0] and "3 images could not be read" in said[1]
    assert "images" not in said[2]


def test_the_list_says_of_a_case_how_many_of_its_images_were_not_chosen(show_window, tmp_path):
    """In a line of its own below the heading, in the colour of remarks, and for screen readers."""
    series = [SeriesSpec([StackSpec(bundles.head_like())])]
    window = show_window(bundles.make_bundle(tmp_path / "stick", [CaseSpec(series, not_chosen=12), CaseSpec(series)]))
    model, image = window.list.model(), window.list.viewport().grab().toImage()
    rows = [model.index(row, 0) for row in range(2)]
    areas = [window.list.visualRect(row) for row in rows]
    colours = [{image.copy(area).pixelColor(x, y).rgb() for x in range(area.width()) for y in range(area.height())}
               for area in areas]  # fmt: skip
    noted = [theme.NOTE.rgb() in found for found in colours]
    assert noted == [True, False] and areas[0].height() > areas[1].height()
    assert ["12 images not chosen" in row.data(Qt.ItemDataRole.AccessibleTextRole) for row in rows] == [True, False]
