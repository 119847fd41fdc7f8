"""How cases open by the researcher's rule, in the real window."""

from PyQt5.QtCore import Qt
from PyQt5.QtTest import QTest
from PyQt5.QtWidgets import QApplication
import pytest

from bundle.layout import FORM, HANGING
from tests.viewer import bundles
from tests.viewer.bundles import CORONAL, CaseSpec, SeriesSpec, StackSpec
from viewer.ui.trial import wait_until

FORM_TEXT = '[[question]]\nid = "d"\ntext = "Diagnosis"\ntype = "text"\n'


def series(number: int, description: str, slices: int, apart: float, orientation=bundles.AXIAL) -> SeriesSpec:
    step = (0.0, 0.0, apart) if orientation is bundles.AXIAL else (0.0, apart, 0.0)
    places = [tuple(part * k for part in step) for k in range(slices)]
    return SeriesSpec([StackSpec(bundles.head_like(slices, 32, 32), places, orientation)], "CT", number, description)


@pytest.fixture
def stick(tmp_path):
    """Two studies of one person, and one of another."""
    first = [series(1, "Chest, axial 5 mm, SOFT", 5, 5.0), series(2, "Chest, axial 1 mm, LUNG", 9, 1.0)]
    later = [series(1, "Chest, axial 5 mm, SOFT", 5, 5.0), series(2, "Chest, axial 2 mm, LUNG", 7, 2.0)]
    other = [series(1, "Head, coronal 2 mm", 6, 2.0, CORONAL), series(2, "Head, axial 3 mm", 6, 3.0)]
    cases = [CaseSpec(first, date="20190101"), CaseSpec(later, date="20190601"), CaseSpec(other, "P-OTHER")]
    return bundles.make_bundle(tmp_path / "stick", cases)


def hung(stick, text: str, show_window, **options: str):
    (stick / HANGING).write_text(text)
    window = show_window(stick, **options)
    window.hang()
    settle(window)
    return window


def settle(window) -> None:
    assert wait_until(lambda: not window.viewing.reading and window.pages.settled, 20)
    QApplication.processEvents()


def shown(window) -> list[tuple[str, str]]:
    return [(port.entry.study.case, port.entry.series.description) for port in window.viewing.ports]


def windows(window) -> list[tuple[float, float]]:
    return [port.state.window for port in window.viewing.ports]


SOFT = '[[rule]]\nwords = ["soft"]\nwindow = "Mediastinum"\n'
LUNG = '[[rule]]\nwords = ["lung"]\nwindow = "Lung"\nlayout = "two"\nprior = true\n'


def test_without_a_rule_the_thin_series_opens_in_its_own_window(stick, show_window):
    window = show_window(stick)
    window.hang()
    assert shown(window) == [("CASE-001", "Chest, axial 1 mm, LUNG")]
    assert windows(window) == [(40, 400)]


def test_the_series_and_window_of_the_rule_open_and_esc_comes_back_to_them(stick, show_window):
    window = hung(stick, SOFT, show_window)
    assert shown(window) == [("CASE-001", "Chest, axial 5 mm, SOFT")]
    assert windows(window) == [(50, 350)]
    QTest.keyClick(window.pane, Qt.Key.Key_7)
    assert windows(window) == [(-600, 1500)]
    QTest.keyClick(window.pane, Qt.Key.Key_Escape)
    assert windows(window) == [(50, 350)]


def test_the_study_before_stands_beside_and_every_case_opens_alike(stick, show_window):
    window = hung(stick, LUNG, show_window)
    assert shown(window) == [("CASE-001", "Chest, axial 1 mm, LUNG"), ("CASE-001", "Chest, axial 5 mm, SOFT")]
    QTest.keyClick(window.pane, Qt.Key.Key_PageDown, Qt.KeyboardModifier.ShiftModifier)
    settle(window)
    assert shown(window) == [("CASE-002", "Chest, axial 2 mm, LUNG"), ("CASE-001", "Chest, axial 1 mm, LUNG")]
    assert windows(window) == [(-600, 1500), (-600, 1500)]
    window.panes.all[1].setFocus()
    QTest.mouseClick(window.panes.all[1], Qt.MouseButton.LeftButton)
    # The study before is selected now: the case behind that one comes.
    QTest.keyClick(window.pane, Qt.Key.Key_PageDown, Qt.KeyboardModifier.ShiftModifier)
    settle(window)
    assert shown(window)[0] == ("CASE-002", "Chest, axial 2 mm, LUNG")


def test_a_case_that_no_rule_fits_opens_as_if_there_were_none(stick, show_window):
    window = hung(stick, LUNG, show_window, case="CASE-003")
    assert shown(window) == [("CASE-003", "Head, axial 3 mm")]
    assert windows(window) == [(40, 400)]


def test_planes_open_by_the_rule_and_the_next_case_leaves_them(stick, show_window):
    text = '[[rule]]\nwords = ["head"]\nplane = "coronal"\nlayout = "mpr"\n[[rule]]\nlayout = "single"\n'
    window = hung(stick, text, show_window, case="CASE-003")
    assert shown(window) == [("CASE-003", "Head, coronal 2 mm")]
    assert window.pages.page is not None and window.pages.page.content is not None
    window.open_case(-1)
    settle(window)
    assert window.pages.page is None
    assert shown(window) == [("CASE-002", "Chest, axial 2 mm, LUNG")]


def test_the_preview_is_not_shown_where_the_slice_will_come_in_another_window(stick, show_window):
    (stick / HANGING).write_text(SOFT)
    window = show_window(stick, load=False)
    assert window.pane.picture._current(window.viewing.port) is None
    (stick / HANGING).unlink()
    window = show_window(stick, load=False)
    assert window.pane.picture._current(window.viewing.port) is not None


def test_a_blinded_reader_gets_the_rule_and_no_study_of_another_case(stick, show_window):
    (stick / FORM).write_text(FORM_TEXT)
    window = hung(stick, LUNG, show_window, reader="Dr Quill")
    assert {case for case, _ in shown(window)} == {"Case 1"}
    assert len(window.viewing.ports) == 2
    assert windows(window)[0] == (-600, 1500)
