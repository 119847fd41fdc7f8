"""IHE Basic Image Review (RAD TF-2 4.16.4.2.2.5), its parts .4 to .6, line by line: windowing, scroll, zoom and pan."""

from dataclasses import replace

import numpy as np
from PyQt5.QtCore import Qt
from PyQt5.QtTest import QTest
from PyQt5.QtWidgets import QApplication
import pytest

from tests.viewer import bundles
from tests.viewer.bundles import AXIAL, CORONAL, CaseSpec, SeriesSpec, StackSpec
from tests.viewer.events import CONTROL, LEFT, RIGHT, colours, drag, grey, press, settle, turn
from tests.viewer.ui.bir import WINDOW, bare, blocks, entry_of, make_stick, seen_blocks, upwards
from viewer.state import Tool
from viewer.ui.shell.commands import key_of

SAGITTAL = (0.0, 1.0, 0.0, 0.0, 0.0, -1.0)
PRESETS = [("0", WINDOW), ("1", (40, 80)), ("7", (-600, 1500)), ("8", (400, 1800))]


@pytest.fixture
def stick(tmp_path):
    return make_stick(tmp_path / "stick")


# .4 Windowing


@pytest.mark.parametrize(("key", "window_of"), PRESETS)
def test_4_a_preset_is_its_window_over_hounsfield_units(show_window, tmp_path, key, window_of):
    stored = blocks() // 2 + 400
    spec = StackSpec(stored, upwards(9, 2.0), window=WINDOW, rescales=[(2.0, -1500.0)] * 9, signed=False)
    window = show_window(bundles.make_bundle(tmp_path / "b", [CaseSpec([SeriesSpec([spec])])]))
    bare(window)
    QTest.keyClicks(window.pane, key)
    expected = grey(stored[4][4::8, 4::8] * 2.0 - 1500.0, *window_of)
    assert np.abs(seen_blocks(window.pane) - expected).max() <= 1


def test_4_the_same_uptake_of_a_pet_has_the_same_grey_whatever_the_slope_of_its_slice(show_window, stick):
    window = show_window(stick, case="CASE-003")
    bare(window)
    seen = []
    for _ in range(3):
        seen.append(seen_blocks(window.pane).mean())
        press(window, Qt.Key.Key_Down)
    assert seen == pytest.approx([255 - float(grey(600, 1500, 3000))] * 3, abs=1)  # PET opens inverted
    press(window, Qt.Key.Key_X)
    assert seen_blocks(window.pane).mean() == pytest.approx(float(grey(600, 1500, 3000)), abs=1)
    press(window, Qt.Key.Key_X, Qt.Key.Key_X, Qt.Key.Key_Escape)
    assert window.viewing.state.inverted


def test_4_black_of_a_pet_stays_at_zero_until_the_reader_sets_it_free(show_window, stick):
    window = show_window(stick, case="CASE-003")
    drag(window.pane, RIGHT, 30, -50)
    center, width = window.viewing.state.window
    assert center == width / 2 != 1500
    entry_of(window, "more", "keep black at zero").trigger()
    drag(window.pane, RIGHT, 0, -50)
    assert window.viewing.state.window[1] == width
    assert window.viewing.state.window[0] < center


def test_4_a_preference_turns_the_drag_of_the_window_round(show_window, stick):
    window = show_window(stick)
    bare(window)
    press(window, Qt.Key.Key_W)
    before = seen_blocks(window.pane).mean()
    drag(window.pane, LEFT, 0, -40)
    assert seen_blocks(window.pane).mean() > before
    press(window, Qt.Key.Key_Escape)
    entry_of(window, "more", "drag up to darken").trigger()
    assert entry_of(window, "more", "drag up to darken").isChecked()
    drag(window.pane, LEFT, 0, -40)
    assert seen_blocks(window.pane).mean() < before


# .5 Scroll


@pytest.mark.parametrize("tool", list(Tool))
def test_5_the_wheel_scrolls_whatever_the_tool(show_window, stick, tool):
    window = show_window(stick)
    QTest.keyClick(window.pane, key_of(tool))
    assert window.viewing.tool is tool
    turn(window.pane, -1)
    turn(window.pane, -1)
    assert window.viewing.state == replace(window.viewing.state, index=2, zoom=1.0, window=WINDOW)


# Each plane from both sides: its orientation, and the one direction in which scrolling down goes.
DOWN_THE_PATIENT = [
    (AXIAL, (0, 0, -1)), ((-1.0, 0.0, 0.0, 0.0, 1.0, 0.0), (0, 0, -1)),
    (CORONAL, (0, 1, 0)), ((-1.0, 0.0, 0.0, 0.0, 0.0, -1.0), (0, 1, 0)),
    (SAGITTAL, (-1, 0, 0)), ((0.0, -1.0, 0.0, 0.0, 0.0, -1.0), (-1, 0, 0)),
    ((0.96, 0.0, 0.28, 0.0, 1.0, 0.0), (0, 0, -1)), ((0.8, 0.0, -0.6, 0.0, -1.0, 0.0), (0, 0, -1)),
]  # fmt: skip


@pytest.mark.parametrize(("orientation", "down"), DOWN_THE_PATIENT)
def test_5_scrolling_goes_one_way_through_the_patient(show_window, tmp_path, orientation, down):
    along = np.cross(orientation[:3], orientation[3:])
    places = [tuple(3.0 * k * along) for k in range(9)]  # a stack is ordered along its normal
    root = bundles.make_bundle(tmp_path / "b", [CaseSpec([SeriesSpec([StackSpec(blocks(), places, orientation)])])])
    window = show_window(root)
    before = np.array(places[window.viewing.state.index])
    turn(window.pane, -1)
    moved = np.array(places[window.viewing.state.index]) - before
    assert np.linalg.norm(moved) == pytest.approx(3)
    assert moved @ down > 2


def test_5_linked_panes_go_to_the_nearest_slice_by_position(show_window, stick):
    window = show_window(stick)
    window.viewing.lay_out(2)
    settle(window)
    thin, thick = window.viewing.ports
    entry_of(window, "panes", "Scroll together").trigger()
    heights = 1.0 + 5.0 * np.arange(4)
    press(window, Qt.Key.Key_Home)
    for index in reversed(range(9)):
        assert thin.state.index == index
        away = np.abs(heights - 2.0 * index)
        assert away[thick.state.index] == away.min()
        turn(window.panes.all[0], -1)
    entry_of(window, "panes", "Scroll together").trigger()
    kept = thick.state.index
    press(window, Qt.Key.Key_Home)
    assert thick.state.index == kept


# .6 Zoom and pan


def test_6_linked_panes_zoom_and_move_together(show_window, stick):
    window = show_window(stick)
    window.viewing.lay_out(2)
    settle(window)
    press(window, Qt.Key.Key_L)
    bare(window)
    turn(window.panes.all[0], 4, CONTROL)
    press(window, Qt.Key.Key_T)
    drag(window.panes.all[0], LEFT, -31, 17)
    QApplication.processEvents()
    one, other = (edge_of_block(pane) for pane in window.panes.all)
    assert one == pytest.approx(other, abs=1)
    press(window, Qt.Key.Key_U)
    turn(window.panes.all[0], 2, CONTROL)
    assert edge_of_block(window.panes.all[1]) == other != edge_of_block(window.panes.all[0])


def edge_of_block(pane) -> tuple[int, int]:
    """Where the first edges between blocks right of and below the middle of a pane are seen."""
    seen = colours(pane).mean(axis=2)
    row, column = seen.shape[0] // 2, seen.shape[1] // 2
    right = np.flatnonzero(np.diff(seen[row, column:]))
    below = np.flatnonzero(np.diff(seen[row:, column]))
    return int(right[0]), int(below[0])
