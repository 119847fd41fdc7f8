"""Six panes of one case, laid out by the hanging rule: which series is where, in which window, and how large."""

import numpy as np
from PyQt5.QtCore import Qt
from PyQt5.QtWidgets import QApplication
import pytest

from bundle.layout import HANGING
from tests.viewer import bundles
from tests.viewer.bundles import CaseSpec, SeriesSpec, StackSpec
from tests.viewer.events import press, settle
from tests.viewer.ui.bir import entry_of

# In the order of the list; the rule wants them from the last to the first.
PARTS = ("Pelvis", "Abdomen", "Chest", "Neck", "Face", "Brain")
RULE = "".join(
    f'[[rule]]\nwords = ["{part.lower()}"]\nlayout = "six"\nwindow = [{10 * place}, {100 + place}]\n'
    for place, part in enumerate(reversed(PARTS))
)
SCREENS = [(1366, 768), (1600, 1000), (3840, 2160)]


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    """A case of six series and a scout, and a later study of the same person."""
    noise = np.random.default_rng(3).integers(-200, 300, (5, 40, 48))
    series = [SeriesSpec([StackSpec(noise + k)], number=k + 1, description=f"{part}, axial 2 mm")
              for k, part in enumerate(PARTS)]  # fmt: skip
    scout = SeriesSpec([StackSpec(noise[:1])], number=9, description="Scout")
    made = bundles.make_bundle(
        tmp_path_factory.mktemp("six") / "b", [CaseSpec([scout, *series]), CaseSpec(series[:1], date="20200101")]
    )
    (made / HANGING).write_text(RULE)
    return made


def boxes(window) -> list[tuple[int, int, int, int]]:
    """Left, top, width and height of each pane in the window, in the order of the panes."""
    found = []
    for pane in window.panes.all:
        corner = pane.mapTo(window, pane.rect().topLeft())
        found.append((corner.x(), corner.y(), pane.width(), pane.height()))
    return found


@pytest.mark.parametrize("size", SCREENS, ids=lambda size: f"{size[0]}x{size[1]}")
def test_six_panes_share_the_area_in_two_rows_of_three_as_the_rule_says(show_window, root, size):
    window = show_window(root, case="CASE-001", size=size)
    window.hang()
    settle(window)
    QApplication.processEvents()
    shown = [port.entry.series.description.split(",")[0] for port in window.viewing.ports]
    assert shown == list(reversed(PARTS))
    assert [port.state.window for port in window.viewing.ports] == [(10 * k, 100 + k) for k in range(6)]
    found = boxes(window)
    width, height = (window.panes.width() - 4) / 3, (window.panes.height() - 2) / 2
    assert window.width() == size[0] and window.panes.width() > size[0] * 0.6
    for number, (left, top, across, down) in enumerate(found):
        row, column = divmod(number, 3)
        assert across == pytest.approx(width, abs=1) and down == pytest.approx(height, abs=1)
        assert left == pytest.approx(found[0][0] + column * (width + 2), abs=2)
        assert top == pytest.approx(found[0][1] + row * (height + 2), abs=2)
        assert left + across <= size[0] and top + down <= size[1]
        assert window.panes.all[number].isVisible()


def test_the_key_and_the_menu_go_to_six_panes_and_fewer_take_the_room_again(show_window, root):
    window = show_window(root, case="CASE-001", size=(1366, 768))
    press(window, Qt.Key.Key_Q, Qt.Key.Key_Q, Qt.Key.Key_Q)
    settle(window)
    QApplication.processEvents()
    assert len(boxes(window)) == 6
    assert {port.entry.study.case for port in window.viewing.ports} == {"CASE-001"}  # and no scout among them
    assert all(port.entry.stack.number_of_frames > 1 for port in window.viewing.ports)
    entry_of(window, "panes", "Four panes").trigger()
    settle(window)
    QApplication.processEvents()
    for _, _, across, down in boxes(window):
        assert across == pytest.approx((window.panes.width() - 2) / 2, abs=1)
        assert down == pytest.approx((window.panes.height() - 2) / 2, abs=1)
    entry_of(window, "panes", "Six panes").trigger()
    settle(window)
    assert len(boxes(window)) == 6
