"""Parts of the window that meet: differences in a reading, keys that menus name."""

from PyQt5.QtCore import Qt
from PyQt5.QtTest import QTest
from PyQt5.QtWidgets import QLineEdit
import pytest

from bundle.reading.journal import journal_paths, read_journal
from tests.viewer import bundles
from tests.viewer.bundles import CaseSpec, SeriesSpec
from tests.viewer.events import CONTROL, click, press, settle
from tests.viewer.ui.bir import entry_of
from tests.viewer.ui.test_fusion import ct_spec, hot_pet, pet
from tests.viewer.ui.test_monitor import shown
from tests.viewer.ui.test_reading_window import home
from tests.viewer.ui.test_reading_window import press as press_focused
from tests.viewer.ui.test_subtraction import noise, series, stack, subtract
from viewer.ui.reading.panel import ReadingPanel

__all__ = ["home"]  # a fixture
NONE = Qt.KeyboardModifier.NoModifier
KEPT = """
title = "Kept"
keep_view = true
[[question]]
id = "lesion"
text = "Is there a lesion?"
type = "yesno"
"""


@pytest.fixture
def stick(tmp_path, home):
    cases = [CaseSpec([series(stack(noise(1)), 1), series(stack(noise(2)), 2)], f"P-{name}") for name in "AB"]
    root = bundles.make_bundle(tmp_path / "stick", cases)
    (root / "BUNDLE/FORM.TXT").write_text(KEPT)
    return root


def submitted_view(root) -> dict:
    (journal,) = [read_journal(path) for path in journal_paths(root / "READINGS")]
    assert not journal.problems
    (line,) = [entry for entry in journal.entries if entry.kind == "submit"]
    return dict(line.data["view"])


@pytest.mark.parametrize("away", [True, False], ids=["after another case", "at once"])
def test_a_key_image_of_a_difference_is_submitted_with_both_series(show_window, stick, away):
    window = show_window(stick, reader="AB")
    panel = window.findChild(ReadingPanel)
    case, (first, other) = panel.session.slot, window.viewing.entries
    subtract(window)
    frame = window.viewing.loaded_stack.frames[window.viewing.state.index]
    press(window, Qt.Key.Key_K)
    if away:
        panel.turn(next(slot for slot in panel.session.slots if slot != case))
        settle(window)
        panel.turn(case)
        settle(window)
        assert len(window.viewing.entries) == 2  # the difference is gone
    press_focused(Qt.Key.Key_F6)
    press_focused(Qt.Key.Key_Space)
    press_focused(Qt.Key.Key_Return, control=True)
    view = submitted_view(stick)
    of_difference = {
        "series": first.series.series_instance_uid, "instance": frame.sop_instance_uid, "frame": frame.frame_index,
        "minus": other.series.series_instance_uid,
    }  # fmt: skip
    assert view["key_images"] == [of_difference]
    assert view.get("minus") == (None if away else of_difference["minus"])
    assert view["series"] == of_difference["series"]


def test_a_difference_that_is_made_again_has_its_marks_again(show_window, stick):
    window = show_window(stick, reader="AB")
    panel = window.findChild(ReadingPanel)
    case = panel.session.slot
    subtract(window)
    press(window, Qt.Key.Key_K)
    panel.turn(next(slot for slot in panel.session.slots if slot != case))
    settle(window)
    panel.turn(case)
    settle(window)
    assert window.viewing.port.where not in window.viewing.markings.key_images
    subtract(window)
    assert window.viewing.port.where in window.viewing.markings.key_images


def test_the_menu_names_the_key_that_lays_a_pet_over(show_window, tmp_path):
    case = CaseSpec([SeriesSpec([ct_spec()], frame_of_reference="1.2.3"), pet(hot_pet())])
    window = show_window(bundles.make_bundle(tmp_path / "b", [case]))
    settle(window)
    entry = entry_of(window, "panes", "In colours over the others: Body, axial 3 mm")
    assert entry.text().split("\t")[1] == "Y"
    press(window, Qt.Key.Key_Y)
    assert window.viewing.fusing.pet is not None


def test_no_key_reaches_the_form_under_the_test_pattern(show_window, stick):
    window = show_window(stick, reader="AB")
    panel = window.findChild(ReadingPanel)
    case = panel.session.slot
    press(window, Qt.Key.Key_F12)
    for key, held in ((Qt.Key.Key_F8, NONE), (Qt.Key.Key_Return, CONTROL)):
        QTest.keyClick(shown(), key, held)
        assert panel.session.slot == case
    QTest.keyClick(shown(), Qt.Key.Key_Escape)
    press_focused(Qt.Key.Key_F8)
    assert panel.session.slot != case


def test_a_text_that_is_written_when_the_case_is_left_stays_with_its_case(show_window, stick):
    window = show_window(stick, reader="AB")
    settle(window)
    panel, viewing = window.findChild(ReadingPanel), window.viewing
    case, markings, where = panel.session.slot, viewing.markings, viewing.port.where
    press(window, Qt.Key.Key_F9)
    click(window.pane, (window.pane.width() / 2, window.pane.height() / 2))
    QTest.keyClicks(window.pane.findChild(QLineEdit), "seen twice")
    QTest.keyClick(window.pane.findChild(QLineEdit), Qt.Key.Key_F8)
    settle(window)
    assert panel.session.slot != case
    assert viewing.markings is not markings and not viewing.markings.all
    assert [measure.text for measure in markings.on(where)] == ["seen twice"]
