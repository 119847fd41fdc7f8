"""IHE Basic Image Review (RAD TF-2 4.16.4.2.2.5), its parts .8 to .11 and printing, line by line."""

import math
import shutil
import sqlite3
import subprocess
import time

import numpy as np
from PIL import Image
from PyQt5.QtCore import Qt
from PyQt5.QtPrintSupport import QPrintDialog, QPrinter
from PyQt5.QtTest import QTest
from PyQt5.QtWidgets import QApplication, QLabel, QToolButton
import pytest

from tests.viewer import bundles
from tests.viewer.bundles import CaseSpec, SeriesSpec, StackSpec
from tests.viewer.events import CONTROL, LEFT, SHIFT, blob, click, colours, fit, lines, press, settle, turn
from tests.viewer.ui.bir import of_key
from viewer.state import Annotation, slice_number
from viewer.ui.look import theme
from viewer.ui.slices.drawing import words
from viewer.ui.slices.overlay import Overlay
from viewer.ui.trial import wait_until

SHAPE, SPACING = (80, 96), (0.9, 0.6)
# Middles of small bright balls, (column, row) from the middle of the first pixel: between pixels, as vessels are.
SPOTS = ((20.3, 15.8), (75.6, 22.15), (18.9, 62.4), (70.25, 48.7))


def spots() -> np.ndarray:
    """Three slices, each with the balls in the same places."""
    rows, columns = np.mgrid[0 : SHAPE[0], 0 : SHAPE[1]]
    found = sum(900 * np.exp(-((columns - x) ** 2 + (rows - y) ** 2) / (2 * 1.6**2)) for x, y in SPOTS)
    return np.rint(np.repeat(found[None], 5, axis=0)).astype(int)


@pytest.fixture
def stick(tmp_path):
    """A case with two series in one frame of reference."""
    spec = StackSpec(spots(), [(0.0, 0.0, 3.0 * k) for k in range(5)], pixel_spacing=SPACING, window=(500, 1000))
    series = [SeriesSpec([spec], number=n, frame_of_reference="2.25.8") for n in (1, 2)]
    return bundles.make_bundle(tmp_path / "stick", [CaseSpec(series)])


def seen_spots(window) -> list[tuple[float, float]]:
    """Where the balls are seen in the selected pane."""
    window.viewing.set_annotation(Annotation.OFF)
    pane = window.pane
    scale, (x, y) = fit(pane, SHAPE, SPACING)
    picture = colours(pane).mean(axis=2)
    near = [(x + (i + 0.5) * SPACING[1] * scale, y + (j + 0.5) * SPACING[0] * scale) for i, j in SPOTS]
    return [blob(picture, at, int(5 * SPACING[1] * scale)) for at in near]


def millimetres(spot: tuple[float, float]) -> np.ndarray:
    """PS3.3 C.7.6.2.1.1 for a slice whose rows run along x and columns along y."""
    return np.array((spot[0] * SPACING[1], spot[1] * SPACING[0]))


def said(window) -> str:
    """What the last measure on the shown slice says."""
    viewing = window.viewing
    return words(viewing.port, viewing.markings.on(viewing.port.where)[-1])[0]


# .8 Annotation


@pytest.fixture
def corners(monkeypatch):
    """What was last written into the corners of a pane."""
    found = {}
    prepare = Overlay.prepare

    def note(self, texts, *more):
        found.clear()
        found.update({name: lines(getattr(texts, name)) for name in texts.__slots__})
        return prepare(self, texts, *more)

    monkeypatch.setattr(Overlay, "prepare", note)
    return found


def test_8_person_above_left_study_above_right_series_and_window_below_right(show_window, stick, corners):
    window = show_window(stick)
    window.pane.grab()
    assert corners["top_left"] == ["CASE-001", "P-7KQ2"]
    assert corners["top_right"] == ["2019-03-04"]
    assert corners["bottom_left"] == ["Slice 3 / 5", "Position 6 mm", "Slice spacing 3 mm"]
    scale = fit(window.pane, SHAPE, SPACING)[0] * 100
    zoom = f"Zoom {scale * SPACING[1]:.0f} × {scale * SPACING[0]:.0f} % (fit)"
    below = ["CT  ·  Series 1", "Head, axial 2 mm", zoom, "W 1000   C 500"]
    assert corners["bottom_right"] == below
    turn(window.pane, -1)
    window.pane.grab()
    assert corners["bottom_left"][:2] == ["Slice 4 / 5", "Position 3 mm"]


def test_8_the_key_i_and_the_menu_go_from_all_to_little_to_none_and_loss_is_always_said(show_window, stick, corners):
    copy = shutil.copytree(stick, stick.parent / "lossy")
    with sqlite3.connect(copy / "BUNDLE/INDEX.DB") as database:
        database.execute("UPDATE stack SET notes = 'compressed with loss, 12.9 : 1, JPEG'")
    window = show_window(copy)
    loss, seen = "Compressed with loss, 12.9 : 1, JPEG", []
    for way in (None, "key", "menu", "key"):
        if way == "key":
            press(window, Qt.Key.Key_I)
        elif way == "menu":
            of_key(window, "I").trigger()
        window.pane.grab()
        seen.append(sum(map(len, corners.values())))
        assert loss in corners["bottom_left"]
    assert seen[0] == seen[3] > seen[1] > seen[2] == 1


# .9 Cine


def test_9_the_buttons_of_the_cine_pause_step_and_go_to_the_ends(show_window, stick):
    window = show_window(stick)
    press(window, Qt.Key.Key_C)
    assert window.cine.playing
    play, loop = "Play or pause (C closes the cine bar)", "Start again after the last slice"
    cine_button(window, play)
    assert not window.cine.playing
    reached = []
    for name in ("First slice", "Next slice", "Next slice", "Previous slice", "Last slice"):
        cine_button(window, name)
        reached.append(slice_number(window.viewing.entry.stack, window.viewing.state.index))
    assert reached == [1, 2, 3, 2, 5]
    cine_button(window, loop)
    cine_button(window, play)
    assert wait_until(lambda: not window.cine.playing, 5)
    assert slice_number(window.viewing.entry.stack, window.viewing.state.index) == 5


def cine_button(window, name: str) -> None:
    (button,) = [button_ for button_ in window.cine.findChildren(QToolButton) if button_.toolTip() == name]
    QTest.mouseClick(button, LEFT)


@pytest.mark.parametrize("rate", [5, 20])
def test_9_the_cine_plays_as_fast_as_its_rate_says(show_window, stick, rate):
    window = show_window(stick)
    window.cine.rate.setValue(rate)
    assert f"{rate} / s" in [label.text() for label in window.cine.findChildren(QLabel)]
    times: list[float] = []
    window.viewing.changed.connect(lambda: times.append(time.monotonic()))
    press(window, Qt.Key.Key_C)
    assert wait_until(lambda: len(times) > 8, 60)
    press(window, Qt.Key.Key_C)
    assert np.median(np.diff(times)) == pytest.approx(1 / rate, rel=0.3)
    assert not window.cine.isVisible()


# .10 Measurements


@pytest.mark.parametrize(("first", "last"), [(0, 1), (0, 3), (1, 2)])
def test_10_a_distance_is_right_to_parts_of_a_pixel_where_pixels_are_not_square(show_window, stick, first, last):
    window = show_window(stick)
    at = seen_spots(window)
    press(window, Qt.Key.Key_D)
    click(window.pane, at[first], at[last])
    expected = np.linalg.norm(millimetres(SPOTS[last]) - millimetres(SPOTS[first]))
    assert said(window).endswith(" mm")
    assert float(said(window).removesuffix(" mm")) == pytest.approx(expected, abs=0.1)  # a sixth of a pixel


def test_10_a_cobb_angle_takes_four_clicks_and_is_right_to_a_fifth_of_a_degree(show_window, stick):
    window = show_window(stick)
    at = seen_spots(window)
    press(window, Qt.Key.Key_A)
    click(window.pane, *at)
    one, other = (millimetres(SPOTS[b]) - millimetres(SPOTS[a]) for a, b in ((0, 1), (2, 3)))
    expected = math.degrees(math.acos(one @ other / np.linalg.norm(one) / np.linalg.norm(other)))
    assert float(said(window).removeprefix("Cobb ").removesuffix("°")) == pytest.approx(expected, abs=0.2)


def test_10_and_13_esc_cancels_then_resets_the_display_keeps_the_slice_and_deletes_nothing(show_window, stick):
    window = show_window(stick)
    at = seen_spots(window)
    press(window, Qt.Key.Key_Down, Qt.Key.Key_D)
    click(window.pane, at[0], at[3])
    before = colours(window.pane)
    press(window, Qt.Key.Key_8, Qt.Key.Key_X, Qt.Key.Key_Plus)
    changed = window.viewing.state
    click(window.pane, at[1])
    press(window, Qt.Key.Key_Escape)
    assert window.viewing.state == changed
    for _ in range(3):
        press(window, Qt.Key.Key_Escape)
        assert (colours(window.pane) == before).all()
    assert window.viewing.state.index == 1


def test_10_a_command_of_its_own_deletes_the_measures_and_undo_brings_them_back(show_window, stick):
    window = show_window(stick)
    at = seen_spots(window)
    none = colours(window.pane)
    press(window, Qt.Key.Key_D)
    click(window.pane, at[0], at[3], at[1], at[2])
    press(window, Qt.Key.Key_V)
    both = colours(window.pane)
    press(window, Qt.Key.Key_Delete, held=SHIFT)
    assert (colours(window.pane) == none).all()
    press(window, Qt.Key.Key_Z, held=CONTROL)
    assert (colours(window.pane) == both).all()
    press(window, Qt.Key.Key_Y, held=CONTROL)
    assert (colours(window.pane) == none).all()
    of_key(window, "Ctrl\\+Z").trigger()
    assert (colours(window.pane) == both).all()


# .11 Selection


def test_11_the_upper_left_pane_is_selected_first_and_the_selected_one_is_framed(show_window, stick):
    window = show_window(stick)
    press(window, Qt.Key.Key_Q)
    settle(window)
    accent = np.array(theme.ACCENT.getRgb()[:3])

    def framed() -> list[bool]:
        edges = [
            np.concatenate([seen[0], seen[-1], seen[:, 0], seen[:, -1]]) for seen in map(colours, window.panes.all)
        ]
        return [bool((edge == accent).all()) for edge in edges]

    assert window.panes.all[0].pos().x() < window.panes.all[1].pos().x()
    assert framed() == [True, False]
    click(window.panes.all[1], (40, 40))
    QApplication.processEvents()
    assert framed() == [False, True]


# Print


def test_print_puts_the_selected_pane_on_paper_as_it_is_shown(show_window, stick, tmp_path, monkeypatch):
    page = tmp_path / "page.pdf"

    def accept(dialog: QPrintDialog) -> int:
        dialog.printer().setOutputFormat(QPrinter.OutputFormat.PdfFormat)
        dialog.printer().setOutputFileName(str(page))
        return 1

    monkeypatch.setattr(QPrintDialog, "exec", accept)
    window = show_window(stick)
    press(window, Qt.Key.Key_Q)
    settle(window)
    click(window.panes.all[1], (40, 40))
    press(window, Qt.Key.Key_D)
    click(window.pane, (100, 200), (200, 250))
    press(window, Qt.Key.Key_P)
    subprocess.run(["pdftoppm", "-r", "150", "-singlefile", "-png", page, page.with_suffix("")], check=True)
    printed = np.asarray(Image.open(page.with_suffix(".png")).convert("RGB")).astype(int)
    rows, columns = (np.flatnonzero((printed.min(axis=2) < 128).any(axis=axis)) for axis in (1, 0))
    printed = printed[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    other, shown = (colours(pane) for pane in window.panes.all)
    assert printed.shape[1] / printed.shape[0] == pytest.approx(shown.shape[1] / shown.shape[0], rel=0.02)
    size = (shown.shape[1] // 3, shown.shape[0] // 3)
    small = [np.asarray(Image.fromarray(picture.astype(np.uint8)).resize(size)) for picture in (printed, shown, other)]
    likeness = np.corrcoef([picture.ravel() for picture in small])[0]
    assert likeness[1] > 0.97 > likeness[2]
