"""What a study asks of the window: no mark is lost, lengths in the form's unit, blind repeats, a receipt at the end."""

from PyQt5.QtCore import Qt
from PyQt5.QtTest import QTest
from PyQt5.QtWidgets import QApplication, QLabel, QPushButton
import pytest

from bundle.reading.journal import journal_paths, read_journal
from bundle.reading.readings import State
from tests.journals import readings_of
from tests.viewer import bundles
from tests.viewer.reading.test_reading import tiny_cases
from viewer.ui.reading import panel as panel_module
from viewer.ui.reading.panel import ReadingPanel
from viewer.ui.trial import wait_until

FORM = """
title = "Study"
no_way_back = true
idle_after = 30
[order]
repeat = ["CASE-001"]
[[question]]
id = "places"
text = "Where?"
type = "mark"
most = 2
[[question]]
id = "size"
text = "Largest diameter"
type = "measurement"
unit = "cm"
to = 100
"""


@pytest.fixture
def panel(show_window, tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    root = bundles.make_bundle(tmp_path / "stick", tiny_cases(2))
    (root / "BUNDLE/FORM.TXT").write_text(FORM)
    window = show_window(root, reader="AB")
    assert wait_until(lambda: QApplication.focusWidget() is window.pane, 3)
    return window.findChild(ReadingPanel)


def button(panel: ReadingPanel, text: str) -> QPushButton:
    return next(found for found in panel.findChildren(QPushButton) if found.text() == text)


def click(panel: ReadingPanel, column: float, row: float) -> None:
    panel.window().panes.placed.emit(column, row)


def texts(panel: ReadingPanel) -> str:
    return "\n".join(label.text() for label in panel.findChildren(QLabel) if label.isVisible())


def test_a_mark_too_many_is_refused_and_said_and_none_is_lost(panel):
    for column in (1, 2):
        button(panel, "Mark on the image").click()
        click(panel, column, 3)
    button(panel, "Mark on the image").click()
    assert "No more than 2 marks can be set here. Remove them to set others." in texts(panel)
    click(panel, 5, 3)
    marks = panel.session.reading().answers["places", ""]
    assert [mark["column"] for mark in marks] == [1, 2]


def test_a_length_is_shown_and_judged_in_the_unit_of_the_form(panel):
    button(panel, "Measure on the image").click()
    click(panel, 0, 0)
    click(panel, 6, 0)
    value = panel.session.reading().answers["size", ""]
    assert value["unit"] == "mm"
    assert f"{value['value'] / 10:g} cm" in texts(panel)
    assert panel.session.open_points() == []  # as millimetres it might be more than 100


def test_a_closed_case_does_not_open_and_the_end_shows_a_receipt(panel, tmp_path):
    session = panel.session
    first, second, repeat = session.slots
    assert not panel._cases.model().item(session.slots.index(repeat)).isEnabled()
    panel.turn(repeat)
    assert session.slot == first
    assert "This case is closed." in texts(panel)
    assert "again" not in texts(panel)  # a reader must not learn that a case comes twice
    for _ in range(2):
        QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert session.state(second) is State.DONE
    panel.turn(first)
    assert session.slot == repeat
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert session.done() == 3
    assert f"Receipt: {session.receipt()}" in texts(panel)
    assert not panel._submit.isEnabled()
    entries = [entry for path in journal_paths(tmp_path / "stick/READINGS") for entry in read_journal(path).entries]
    assert [entry.data["case"] for entry in entries if entry.kind == "visit"] == [
        first.case, second.case, repeat.case,
    ]  # fmt: skip


def test_time_without_any_input_is_idle(panel, tmp_path, monkeypatch):
    monkeypatch.setattr(QApplication, "activeWindow", staticmethod(lambda: panel))
    panel._clock.stop()
    start = panel._touched
    monkeypatch.setattr(panel_module.time, "monotonic", lambda: start + 20)
    panel._tick()
    monkeypatch.setattr(panel_module.time, "monotonic", lambda: start + 40)
    panel._tick()
    QTest.keyClick(panel.window(), Qt.Key.Key_Down)
    panel._tick()
    panel.close_session()
    (reading,) = readings_of(
        [read_journal(path) for path in journal_paths(tmp_path / "stick/READINGS")], "AB"
    ).cases.values()
    assert (reading.seconds, reading.course.idle) == (3, 1)


def test_a_reader_who_decides_sees_what_others_answered(panel, tmp_path, show_window):
    given = '[given.CASE-001]\nplaces = ["left", "right"]\n'
    (tmp_path / "stick/BUNDLE/FORM.TXT").write_text(FORM.replace("[order]", f"{given}[order]", 1))
    other = show_window(tmp_path / "stick", reader="CD").findChild(ReadingPanel)
    assert "Others answered: left  |  right" in texts(other)
    other.turn(other.session.slots[1])
    assert "Others answered" not in texts(other)
