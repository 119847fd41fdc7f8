"""Three by three panes: their sizes on the screen, what they show, and that no text is cut."""

import numpy as np
from PyQt5.QtCore import Qt
from PyQt5.QtWidgets import QApplication
import pytest

from tests.viewer import bundles
from tests.viewer.bundles import AXIAL, CaseSpec, SeriesSpec, StackSpec
from tests.viewer.events import LEFT, drag, press, settle
from tests.viewer.ui.bir import entry_of
from tests.viewer.ui.test_layouts import double_click, sizes
from tests.viewer.ui.test_reading_window import FORM, home
from viewer.state import slice_number
from viewer.ui.slices.drawing import Drawing

__all__ = ["home"]  # a fixture
SCREENS = [(1366, 768), (1600, 1000), (3840, 2160)]


@pytest.fixture
def root(tmp_path):
    noise = np.random.default_rng(5).integers(-200, 300, (14, 32, 40))
    series = [SeriesSpec([StackSpec(noise + 10 * n, [(-20, -16, 3.0 * k) for k in range(14)], AXIAL)], number=n)
              for n in range(1, 5)]  # fmt: skip
    return bundles.make_bundle(tmp_path / "stick", [CaseSpec(series)])


def assert_three_by_three(window) -> None:
    panes, area = window.panes.all, window.panes
    assert len(panes) == 9 and all(pane.isVisible() for pane in panes)
    places = [(pane.x(), pane.y()) for pane in panes]
    assert places == sorted(places, key=lambda place: (place[1], place[0]))
    assert (len({x for x, _ in places}), len({y for _, y in places})) == (3, 3)
    for total, lengths in ((area.width(), [w for w, _ in sizes(panes)]), (area.height(), [h for _, h in sizes(panes)])):
        assert max(lengths) - min(lengths) <= 1
        assert min(lengths) >= (total - 4) // 3 - 1
    for pane in panes:
        assert area.rect().contains(pane.geometry())


@pytest.mark.parametrize("size", SCREENS)
def test_nine_panes_share_the_area_evenly_on_every_screen(show_window, root, size):
    window = show_window(root, size=size)
    assert (window.width(), window.height()) == size
    entry_of(window, "panes", "Nine panes").trigger()
    settle(window)
    assert_three_by_three(window)
    assert window.panes.width() >= size[0] - 330 - 34 - 6
    before, area = sizes(window.panes.all), (window.panes.width(), window.panes.height())
    double_click(window.panes.all[4], (20, 20))
    assert sizes(window.panes.all) == [area]
    double_click(window.panes.all[4], (20, 20))
    assert sizes(window.panes.all) == before
    for number in (4, 2, 1):
        window.viewing.lay_out(number)
        settle(window)
        widths = {width for width, _ in sizes(window.panes.all)}
        assert len(window.panes.all) == number
        assert min(widths) >= (window.panes.width() - 2) // min(number, 2) - 1


def test_nine_panes_have_room_beside_the_form_on_a_small_screen(show_window, root, home):
    (root / "BUNDLE/FORM.TXT").write_text(FORM.replace('training = ["CASE-003"]\n', "").replace("repeat = 1", ""))
    window = show_window(root, size=(1366, 768), reader="AB")
    assert window.width() == 1366
    window.viewing.lay_out(9)
    settle(window)
    QApplication.processEvents()
    assert window.width() == 1366
    assert_three_by_three(window)
    assert min(width for width, _ in sizes(window.panes.all)) >= 160


def test_labels_of_areas_keep_their_first_and_last_line_in_narrow_panes(show_window, root, monkeypatch):
    said = []
    monkeypatch.setattr(Drawing, "_label", lambda self, _measure, _colour, lines: said.append(tuple(lines)))
    window = show_window(root, size=(1366, 768))
    press(window, Qt.Key.Key_B)
    drag(window.pane, LEFT, 80, 60)
    window.pane.grab()
    whole = said[-1]
    assert len(whole) == 3 and whole[1].startswith("Min")
    window.viewing.lay_out(9)
    settle(window)
    assert window.panes.all[0].width() < 360
    said.clear()
    window.panes.all[0].grab()
    assert set(said) == {(whole[0], whole[2])}


def test_q_goes_on_to_nine_panes_and_the_cases_series_come_first(show_window, root):
    window = show_window(root)
    press(window, *[Qt.Key.Key_Q] * 4)
    settle(window)
    assert_three_by_three(window)
    assert sorted(port.entry.series.series_number for port in window.viewing.ports[:4]) == [1, 2, 3, 4]


def test_nine_slices_of_a_series_follow_each_other_and_scroll_as_one(show_window, root):
    window = show_window(root)
    entry_of(window, "panes", "Nine slices of this series").trigger()
    settle(window)
    assert_three_by_three(window)
    numbers = [slice_number(port.entry.stack, port.state.index) for port in window.viewing.ports]
    assert numbers == list(range(numbers[0], numbers[0] + 9))
    press(window, Qt.Key.Key_Up)
    again = [slice_number(port.entry.stack, port.state.index) for port in window.viewing.ports]
    assert again == [number - 1 for number in numbers]
