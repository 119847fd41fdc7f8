"""What studies ask for, in the real window: sliders, ratings of marks, questions about the reader, training."""

import json

from PyQt5.QtCore import QPoint, Qt, QTimer
from PyQt5.QtTest import QTest
from PyQt5.QtWidgets import QApplication, QLabel, QPushButton, QSlider
import pytest

from bundle.reading.readings import State
from tests.viewer import bundles
from tests.viewer.events import LEFT, click, drag, settle
from tests.viewer.reading.test_reading import tiny_cases
from tests.viewer.ui.test_answers import BALLS, at, button, make_stick
from tests.viewer.ui.test_reading_window import press, readings
from viewer.ui.reading.about_reader import AboutReader
from viewer.ui.reading.panel import ReadingPanel
from viewer.ui.trial import wait_until

SLIDER = """
[[question]]
id = "chance"
text = "Chance in per cent"
type = "slider"
anchors = { 0 = "none", 100 = "certain" }
"""
RATED = """
title = "Marks"
[[question]]
id = "where"
text = "Where is it?"
type = "mark"
most = 3
rating = { from = 0, to = 100, text = "How sure are you of this place?" }
"""
TRAINING = """
title = "Training"
[order]
training = ["CASE-001"]
[feedback.CASE-001]
case = "A cyst, seen on slice 3."
lesion = "yes"
[[question]]
id = "lesion"
text = "Is there a lesion?"
type = "yesno"
required = true
"""
READER = (
    """
title = "Readers"
[[reader_question]]
id = "years"
text = "Years of experience"
type = "number"
from = 0
to = 60
required = true
[[reader_question]]
id = "speciality"
text = "Speciality"
type = "choice"
options = ["surgery", "radiology"]
"""
    + SLIDER
)


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path / "home"))


def stick_with(folder, form: str, cases: int = 2):
    root = bundles.make_bundle(folder / "stick", tiny_cases(cases))
    (root / "BUNDLE/FORM.TXT").write_text(form)
    return root


def answer_of(root, question: str, case: str = "CASE-001"):
    reading = readings(root, "AB").cases.get((case, 1))
    return None if reading is None else reading.answers.get((question, ""))


def slider(panel: ReadingPanel, number: int = 0) -> QSlider:
    return [part for part in panel.questions.findChildren(QSlider) if part.isVisible()][number]


def numbers(panel: ReadingPanel) -> list[str]:
    return [label.text() for label in panel.questions.findChildren(QLabel) if label.isVisible()]


def test_a_slider_has_no_value_until_the_reader_gives_one_by_keys(show_window, tmp_path, home):
    root = stick_with(tmp_path, 'title = "S"' + SLIDER)
    window = show_window(root, reader="AB")
    panel = window.findChild(ReadingPanel)
    assert "–" in numbers(panel)
    assert "0 = none, 100 = certain" in numbers(panel)
    press(Qt.Key.Key_F6)
    QTest.keyClicks(QApplication.focusWidget(), "73")
    assert slider(panel).value() == 73 and "73" in numbers(panel)
    press(Qt.Key.Key_Right)
    assert wait_until(lambda: answer_of(root, "chance") == 74, 3)
    press(Qt.Key.Key_PageUp)
    assert wait_until(lambda: answer_of(root, "chance") == 84, 3)
    press(Qt.Key.Key_Delete)
    assert wait_until(lambda: answer_of(root, "chance") is None, 3)
    assert "–" in numbers(panel)
    press(Qt.Key.Key_Right)  # the first arrow begins in the middle, and gives no side the advantage
    assert wait_until(lambda: answer_of(root, "chance") == 50, 3)


def test_a_slider_takes_the_place_of_a_click_and_no_wheel(show_window, tmp_path, home):
    root = stick_with(tmp_path, 'title = "S"' + SLIDER)
    panel = show_window(root, reader="AB").findChild(ReadingPanel)
    part = slider(panel)
    QTest.mouseClick(part, Qt.MouseButton.LeftButton, pos=QPoint(part.width() - 3, part.height() // 2))
    assert wait_until(lambda: answer_of(root, "chance") == 100, 3)
    QTest.mouseClick(part, Qt.MouseButton.LeftButton, pos=QPoint(part.width() // 2, part.height() // 2))
    assert wait_until(lambda: answer_of(root, "chance") in range(48, 53), 3)


def test_each_mark_is_rated_and_keeps_its_rating_when_it_is_dragged(show_window, tmp_path, home):
    root = make_stick(tmp_path / "stick", RATED)
    window = show_window(root, reader="AB", size=(1366, 768))
    settle(window)
    panel = window.findChild(ReadingPanel)
    for number, ball in enumerate(BALLS[:2], start=1):
        button(panel, "where", "Mark on the image").click()
        click(window.pane, at(window.pane, ball))
        assert len(panel.session.reading().answers["where", ""]) == number
    assert isinstance(QApplication.focusWidget(), QSlider)  # the new mark waits for its rating
    press(Qt.Key.Key_Return, control=True)
    assert panel.session.done() == 0
    assert "every mark needs a rating" in panel.findChildren(QLabel)[2].text()
    for number, rating in enumerate(("30", "85")):
        QTest.keyClicks(slider(panel, number), rating)
    assert wait_until(lambda: [mark.get("rating") for mark in answer_of(root, "where")] == [30, 85], 3)
    before = answer_of(root, "where")
    labels = {shape.label for shape in window.viewing.answered.shapes}
    assert labels == {"Where is it? 1: 30", "Where is it? 2: 85"}
    crosses = [part for part in panel.questions.findChildren(QPushButton) if part.toolTip() == "Remove this mark"]
    crosses[0].click()
    assert wait_until(lambda: answer_of(root, "where") == before[1:], 3)
    x, y = at(window.pane, BALLS[1])
    window.focus_image()
    press(Qt.Key.Key_V)  # the tool that selects
    drag(window.pane, LEFT, 12, 8, start=(x, y))
    (moved,) = panel.session.reading().answers["where", ""]
    assert moved["rating"] == 85 and moved["position"] != before[1]["position"]


def test_a_training_case_shows_its_reference_only_once_it_is_submitted(show_window, tmp_path, home):
    root = stick_with(tmp_path, TRAINING)
    window = show_window(root, reader="AB")
    panel = window.findChild(ReadingPanel)

    def shown() -> list[str]:
        return [label.text() for label in panel.questions.findChildren(QLabel, "reference") if label.isVisible()]

    assert panel.session.slot.training and shown() == []
    press(Qt.Key.Key_F6)
    press(Qt.Key.Key_Space)
    press(Qt.Key.Key_Return, control=True)
    assert shown() == ["Reference: A cyst, seen on slice 3.", "Reference: yes"]
    assert "compare your answers" in panel.findChildren(QLabel)[2].text()
    press(Qt.Key.Key_Return, control=True)  # goes on, and changes nothing
    assert panel.session.slot.case == "CASE-002" and shown() == []
    press(Qt.Key.Key_F6)
    press(Qt.Key.Key_Space)
    press(Qt.Key.Key_Return, control=True)
    assert shown() == []  # a case that counts has no reference
    window.close()
    cases = readings(root, "AB").cases
    assert cases["CASE-001", 1].course.feedback >= cases["CASE-001", 1].submitted
    assert cases["CASE-002", 1].course.feedback == ""
    assert all(reading.state is State.DONE for reading in cases.values())


def test_a_reader_is_asked_once_and_never_again(show_window, tmp_path, home):
    root = stick_with(tmp_path, READER)
    asked: list[bool] = []

    def answer() -> None:
        dialog = QApplication.activeModalWidget()
        assert isinstance(dialog, AboutReader)
        go_on = next(part for part in dialog.findChildren(QPushButton) if part.text() == "Continue")
        asked.append(go_on.isEnabled())
        field = dialog._fields[0][1].focusProxy()
        QTest.keyClicks(field, "12")
        asked.append(go_on.isEnabled())
        QTest.keyClick(dialog, Qt.Key.Key_Return)

    QTimer.singleShot(500, answer)
    window = show_window(root, reader="AB")
    assert asked == [False, True]
    window.close()
    found = readings(root, "AB")
    assert {name: answers[-1].value for name, answers in found.about.items()} == {"years": 12, "speciality": None}
    again = show_window(root, reader="AB")
    assert again.findChild(ReadingPanel).session.unasked() == []
    assert QApplication.activeModalWidget() is None
    text = (root / "READINGS").iterdir().__next__().read_text()
    assert json.loads(text.splitlines()[0])["data"]["reader"] == "AB"
