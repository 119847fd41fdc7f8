"""The reading form in the real window, driven by keys and clicks as a surgeon does."""

from pathlib import Path

from PyQt5.QtCore import QPoint, Qt, QTimer
from PyQt5.QtTest import QTest
from PyQt5.QtWidgets import QApplication, QFileDialog, QLabel, QMessageBox, QPushButton, QRadioButton
import pytest

from bundle.medium.plain import PlainFolder
from bundle.reading.form_file import FormMistaken, read_form
from bundle.reading.journal import journal_paths, parse_journal, read_journal
from bundle.reading.readings import State
from bundle.reading.sent import unpack_journals
from bundle.sealed.errors import DamagedSeal
from tests.journals import readings_of
from tests.viewer import bundles
from tests.viewer.reading.test_reading import tiny_cases
from viewer.reading.places import readers_in
from viewer.ui.reading.control import ReadingControl
from viewer.ui.reading.panel import ReadingPanel
from viewer.ui.reading.start import WhoReads
from viewer.ui.slices.picture import why_none
from viewer.ui.trial import wait_until

FORM = """
title = "Abdominal CT"
lock = true
keep_view = true
[order]
shuffle = true
seed = 9
training = ["CASE-003"]
repeat = 1
[[question]]
id = "diagnosis"
text = "Diagnosis"
type = "text"
required = true
[[question]]
id = "sure"
text = "How sure are you?"
type = "scale"
from = 1
to = 5
required = true
[[question]]
id = "lesion"
text = "Is there a lesion?"
type = "yesno"
[[question]]
id = "size"
text = "Largest diameter"
type = "measurement"
only_if = { question = "lesion", is = "yes" }
[[question]]
id = "place"
text = "Where?"
type = "mark"
only_if = { question = "lesion", is = "yes" }
"""
CASES = 100


def make(folder: Path, cases: int) -> Path:
    root = bundles.make_bundle(folder / "stick", tiny_cases(cases))
    (root / "BUNDLE/FORM.TXT").write_text(FORM)
    return root


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path / "home"))


def press(key: int, control: bool = False) -> None:
    modifier = Qt.KeyboardModifier.ControlModifier if control else Qt.KeyboardModifier.NoModifier
    assert wait_until(lambda: QApplication.focusWidget() is not None, 3)  # a window gets the keys when it is active
    QTest.keyClick(QApplication.focusWidget(), key, modifier)


def readings(root: Path, reader: str):
    return readings_of([read_journal(path) for path in journal_paths(root / "READINGS")], reader)


def test_a_whole_study_of_100_cases_is_read_by_keyboard_alone(show_window, tmp_path, home):
    root = make(tmp_path, CASES)
    window = show_window(root, reader="Dr Quill")
    panel = window.findChild(ReadingPanel)
    expected, seen = {}, []
    while panel.session.done() < len(panel.session.slots):
        assert wait_until(lambda: QApplication.focusWidget() is window.pane, 3)
        press(Qt.Key.Key_F6)
        slot = panel.session.slot
        seen.append(window.viewing.entry.study.case)
        sure = slot.number % 5 + 1
        QTest.keyClicks(QApplication.focusWidget(), f"wszt 120 hi {slot.number}")  # letters of the image's keys
        press(Qt.Key.Key_Tab)
        press(Qt.Key.Key_Space)
        for _ in range(sure - 1):
            press(Qt.Key.Key_Right)
        press(Qt.Key.Key_Escape)
        assert QApplication.focusWidget() is window.pane
        press(Qt.Key.Key_Return, control=True)
        expected[slot.key] = {("diagnosis", ""): f"wszt 120 hi {slot.number}", ("sure", ""): sure}
    assert len(expected) == CASES + 1
    assert seen == ["Training 1", *(f"Case {number}" for number in range(2, CASES + 2))]
    assert "All cases are done" in panel.findChildren(QLabel)[2].text()
    assert f"{CASES + 1} cases in 0 h" in panel.findChildren(QLabel)[2].text()
    window.close()
    found = readings(root, "Dr Quill")
    assert {key: reading.answers for key, reading in found.cases.items()} == expected
    assert all(reading.state is State.DONE and reading.view["window"] for reading in found.cases.values())
    assert [key for key, reading in found.cases.items() if reading.training] == [("CASE-003", 1)]


def test_what_is_typed_is_saved_at_a_pause(show_window, tmp_path, home):
    root = make(tmp_path, 3)
    show_window(root, reader="AB")
    press(Qt.Key.Key_F6)
    QTest.keyClicks(QApplication.focusWidget(), "half a thought")
    assert wait_until(lambda: any(reading.answers for reading in readings(root, "AB").cases.values()), 2)
    (reading,) = readings(root, "AB").cases.values()
    assert reading.answers["diagnosis", ""] == "half a thought"


def test_a_case_with_a_missing_answer_is_not_submitted_and_says_which(show_window, tmp_path, home):
    window = show_window(make(tmp_path, 3), reader="AB")
    panel = window.findChild(ReadingPanel)
    press(Qt.Key.Key_F6)
    QTest.keyClicks(QApplication.focusWidget(), "clear")
    press(Qt.Key.Key_Return, control=True)
    assert panel.session.done() == 0
    assert "How sure are you?" in panel.findChildren(QLabel)[2].text()
    assert QApplication.focusWidget().accessibleName() == "How sure are you?: 1"


def test_a_locked_case_is_opened_again_with_a_reason(show_window, tmp_path, home, monkeypatch):
    window = show_window(make(tmp_path, 3), reader="AB")
    panel = window.findChild(ReadingPanel)
    slot = panel.session.slot
    press(Qt.Key.Key_F6)
    QTest.keyClicks(QApplication.focusWidget(), "first")
    press(Qt.Key.Key_Tab)
    press(Qt.Key.Key_Space)
    press(Qt.Key.Key_Return, control=True)
    panel.turn(slot)
    assert not any(button.isEnabled() for button in panel.questions.findChildren(QRadioButton))
    monkeypatch.setattr(panel, "_ask_reason", lambda: "")
    panel.submit()
    assert panel.session.state(slot) is State.DONE
    monkeypatch.setattr(panel, "_ask_reason", lambda: "looked again")
    panel.submit()
    assert panel.session.state(slot) is State.BEGUN
    assert all(button.isEnabled() for button in panel.questions.findChildren(QRadioButton))


def test_questions_appear_when_an_earlier_answer_asks_for_them_and_places_come_from_the_image(
    show_window, tmp_path, home
):
    window = show_window(make(tmp_path, 3), reader="AB", size=(1300, 800))
    panel = window.findChild(ReadingPanel)
    assert wait_until(lambda: window.viewing.loaded_stack.complete, 5)
    buttons = {button.text(): button for button in panel.questions.findChildren(QPushButton)}
    assert not buttons["Measure on the image"].isVisible()
    next(b for b in panel.questions.findChildren(QRadioButton) if b.text() == "Yes").click()
    assert buttons["Measure on the image"].isVisible()
    stack, mapping = window.viewing.entry.stack, window.pane.mapping()

    def click(column: float, row: float) -> None:
        x, y = mapping.to_screen(column + 0.5, row + 0.5)
        QTest.mouseClick(window.pane, Qt.MouseButton.LeftButton, pos=QPoint(round(x), round(y)))

    buttons["Measure on the image"].click()
    click(1, 2)
    click(5, 5)
    buttons["Mark on the image"].click()
    click(3, 3)
    answers = panel.session.reading().answers
    rows, columns = stack.pixel_spacing
    size = ((4 * columns) ** 2 + (3 * rows) ** 2) ** 0.5
    assert answers["size", ""]["value"] == pytest.approx(size, abs=0.1)
    (mark,) = answers["place", ""]
    assert (mark["column"], mark["row"]) == pytest.approx((3, 3), abs=0.1)
    before = window.viewing.state
    click(2, 2)  # from now on a click is a click again
    assert window.viewing.state == before
    assert panel.session.reading().answers["place", ""] == [mark]


def test_a_distance_that_was_measured_is_offered_by_name_and_markings_stay_with_their_case(show_window, tmp_path, home):
    window = show_window(make(tmp_path, 4), reader="AB", size=(1300, 800))
    panel = window.findChild(ReadingPanel)
    first, other = panel.session.slots[:2]
    assert wait_until(lambda: window.viewing.loaded_stack.complete, 5)
    QTest.keyClick(window.pane, Qt.Key.Key_D)
    for column, row in ((1, 2), (5, 5), (1, 6), (7, 6)):
        x, y = window.pane.mapping().to_screen(column, row)
        QTest.mouseClick(window.pane, Qt.MouseButton.LeftButton, pos=QPoint(round(x), round(y)))
    QTest.keyClick(window.pane, Qt.Key.Key_K)
    next(b for b in panel.questions.findChildren(QRadioButton) if b.text() == "Yes").click()
    next(b for b in panel.questions.findChildren(QPushButton) if b.text() == "Measure on the image").click()
    assert ("size", "") not in panel.session.reading().answers
    offers = [b for b in panel.questions.findChildren(QPushButton) if b.text().startswith("Use ") and b.isVisible()]
    assert [b.text() for b in offers] == ["Use 6.0 mm on slice 2", "Use 5.0 mm on slice 2"]
    offers[1].click()
    rows, columns = window.viewing.entry.stack.pixel_spacing
    size = ((4 * columns) ** 2 + (3 * rows) ** 2) ** 0.5
    assert panel.session.reading().answers["size", ""]["value"] == pytest.approx(size, abs=0.1)
    instance = window.viewing.port.frame.sop_instance_uid
    panel.turn(other)
    assert not window.viewing.markings.key_images
    panel.turn(first)
    assert [image["instance"] for image in window.findChild(ReadingControl)._view()["key_images"]] == [instance]
    assert len(window.viewing.markings.on(window.viewing.port.where)) == 1


def test_nothing_on_the_screen_tells_which_case_it_is(show_window, tmp_path, home):
    window = show_window(make(tmp_path, 5), reader="AB")
    shown = window.windowTitle() + window.pane.accessibleDescription()
    model = window.list.model()
    for row in range(model.rowCount()):
        shown += model.item(row).text() + model.item(row).child(0).text()
    assert "Training 1" in shown
    assert not any(word in shown for word in ("CASE-", "P-0", "2024"))


def test_who_reads_must_be_said(qtbot, show_window):
    from viewer.ui.app import make_application

    make_application()
    dialog = WhoReads(read_form(FORM))
    qtbot.addWidget(dialog)
    begin = next(b for b in dialog.findChildren(QPushButton) if b.text() == "Start")
    assert not begin.isEnabled()
    QTest.keyClicks(dialog._name, "  Dr   Quill ")
    assert begin.isEnabled()
    assert dialog.name == "Dr Quill"
    chosen = WhoReads(read_form('readers = ["R1", "R2"]\n' + FORM))
    qtbot.addWidget(chosen)
    chosen._name.setCurrentText("R2")
    assert chosen.name == "R2"


@pytest.mark.parametrize(
    ("typed", "choice", "name"),
    [
        ("Dr. Quill", "Dr Quill", "Dr Quill"),
        ("Dr. Quill", "New reader", "Dr. Quill"),
        ("Dr. Quill", "Back", None),
        ("dr quill", None, "dr quill"),
        ("Dr Okafor", None, "Dr Okafor"),
    ],
)
def test_a_new_spelling_of_a_known_name_asks_who_it_is(qtbot, show_window, tmp_path, home, typed, choice, name):
    root = make(tmp_path, 3)
    show_window(root, reader="Dr Quill").findChild(ReadingPanel).questions.give(("lesion", ""), True)
    dialog = WhoReads(read_form(FORM), lambda: readers_in([PlainFolder(root / "READINGS")]))
    qtbot.addWidget(dialog)
    dialog.show()
    QTest.keyClicks(dialog._name, typed)
    asked = []

    def answer_the_question() -> None:
        box = QApplication.activeModalWidget()
        if isinstance(box, QMessageBox):
            asked.append(box.text())
            next(b for b in box.buttons() if b.text() == choice).click()

    QTimer.singleShot(200, answer_the_question)
    next(b for b in dialog.findChildren(QPushButton) if b.text() == "Start").click()
    QTest.qWait(0 if asked else 250)
    assert asked == ([] if choice is None else ["New reader, or Dr Quill?"])
    assert (dialog.result(), dialog.name) == ((1, name) if name else (0, typed))


# What is hard on a form

HARD = """
title = "Hard"
readers = ["Dr Quill", "Dr Okafor"]
[[question]]
id = "found"
text = "What is found?"
type = "choice"
options = ["LONG", "nothing"]
[[question]]
id = "volume"
text = "Volume"
type = "number"
unit = "mm³"
[[question]]
id = "words"
text = "In a word"
type = "text"
longest = 12
[[question]]
id = "eleven"
text = "From 0 to 10"
type = "scale"
from = 0
to = 10
""".replace("LONG", "one rather long option that goes on and on, so that it can never stand in one line " * 2)


@pytest.fixture
def hard(show_window, tmp_path, home):
    root = make(tmp_path, 3)
    (root / "BUNDLE/FORM.TXT").write_text(HARD, encoding="utf-8")
    window = show_window(root, reader="dr quill", size=(1366, 768))
    assert wait_until(lambda: QApplication.focusWidget() is window.pane, 3)
    return window.findChild(ReadingPanel)


def answer(panel: ReadingPanel, question: str) -> object:
    panel.questions.keep()
    return panel.session.reading().answers.get((question, ""))


def test_a_long_option_wraps_and_nothing_moves_out_of_sight(hard):
    page = hard.questions.widget()
    assert page.width() <= hard.questions.viewport().width()
    for question in ("eleven", "found"):
        hard.questions.focus(question)
        assert hard.questions.horizontalScrollBar().value() == 0
    for button in hard.questions.findChildren(QRadioButton):
        right = button.mapTo(page, button.rect().bottomRight()).x()
        assert right < hard.questions.viewport().width()
    (text,) = (label for label in hard.questions.findChildren(QLabel) if label.text() == "nothing")
    QTest.mouseClick(text, Qt.MouseButton.LeftButton)
    assert answer(hard, "found") == "nothing"


def test_an_answer_is_taken_back_by_key_and_by_click(hard):
    for take_back in ("key", "click"):
        hard.questions.focus("eleven")
        press(Qt.Key.Key_Space)
        assert answer(hard, "eleven") == 0
        if take_back == "key":
            press(Qt.Key.Key_Delete)
        else:
            next(b for b in hard.questions.findChildren(QPushButton) if b.text() == "×" and b.isVisible()).click()
        assert answer(hard, "eleven") is None
        assert not any(button.isChecked() for button in hard.questions.findChildren(QRadioButton))


@pytest.mark.parametrize(
    ("typed", "value"),
    [("1234567.25", 1234567.25), ("1234567,5", 1234567.5), ("-3", -3), ("1e400", 1400), ("12.345", 12.34), (".5", 0.5)],
)
def test_numbers_are_kept_and_shown_with_all_their_figures(hard, typed, value):
    hard.questions.focus("volume")
    QTest.keyClicks(QApplication.focusWidget(), typed)
    assert answer(hard, "volume") == value
    slots = hard.session.slots
    hard.turn(slots[1])
    hard.turn(slots[0])
    hard.questions.focus("volume")
    assert float(QApplication.focusWidget().text()) == value


def test_half_a_number_is_not_submitted_as_nothing(hard):
    hard.questions.focus("volume")
    QTest.keyClicks(QApplication.focusWidget(), "-")
    press(Qt.Key.Key_Return, control=True)
    assert hard.session.done() == 0
    assert "Volume  –  this is not a number" in hard.findChildren(QLabel)[2].text()


def test_a_text_that_is_too_long_says_what_was_left_out(hard):
    hard.questions.focus("words")
    QApplication.clipboard().setText("a pasted text of many words")
    press(Qt.Key.Key_V, control=True)
    assert answer(hard, "words") == "a pasted tex"
    notes = [label for label in hard.questions.findChildren(QLabel) if "12 characters" in label.text()]
    assert [note.isVisible() for note in notes] == [True]
    press(Qt.Key.Key_Backspace)
    assert [note.isVisible() for note in notes] == [False]


def test_answers_to_another_version_of_the_form_do_not_stop_the_viewer(show_window, tmp_path, home):
    root = make(tmp_path, 3)
    anybody = HARD.replace('readers = ["Dr Quill", "Dr Okafor"]', "")
    other = anybody.replace('type = "number"\nunit = "mm³"', 'type = "text"')
    (root / "BUNDLE/FORM.TXT").write_text(other, encoding="utf-8")
    window = show_window(root, reader="AB")
    assert wait_until(lambda: QApplication.focusWidget() is window.pane, 3)
    window.findChild(ReadingPanel).questions.focus("volume")
    QTest.keyClicks(QApplication.focusWidget(), "large")
    window.close()
    (root / "BUNDLE/FORM.TXT").write_text(anybody, encoding="utf-8")
    window = show_window(root, reader="AB")
    panel = window.findChild(ReadingPanel)
    assert wait_until(lambda: QApplication.focusWidget() is window.pane, 3)
    panel.questions.focus("volume")
    assert QApplication.focusWidget().text() == ""
    QTest.keyClicks(QApplication.focusWidget(), "7")
    assert answer(panel, "volume") == 7


def test_only_the_readers_of_the_form_may_read(hard):
    assert hard.session.reader == "dr quill"
    form = read_form(HARD)
    assert form.lets_read(" DR  OKAFOR")
    assert not form.lets_read("somebody")
    with pytest.raises(FormMistaken, match="one and the same reader"):
        read_form(HARD.replace("Dr Okafor", "DR QUILL"))


def test_the_layout_is_kept_with_the_answers(show_window, tmp_path, home):
    window = show_window(make(tmp_path, 3), reader="AB")
    control = window.findChild(ReadingControl)
    assert control._view()["layout"] == "single"
    window.viewing.lay_out(4)
    assert control._view()["layout"] == "4 panes"


def test_nobody_leaves_with_answers_that_lie_nowhere(show_window, tmp_path, home, monkeypatch):
    root = make(tmp_path, 3)
    (root / "READINGS").write_text("somebody's file")
    (tmp_path / "home").write_text("no folder")
    window = show_window(root, reader="AB")
    press(Qt.Key.Key_F6)
    QTest.keyClicks(QApplication.focusWidget(), "only in memory")
    copy = tmp_path / "copy.json"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(copy), ""))
    asked = []

    def answer_the_question() -> None:
        box = QApplication.activeModalWidget()
        asked.append(box.text())
        QTest.keyClick(box, Qt.Key.Key_Return)

    QTimer.singleShot(300, answer_the_question)
    window.close()
    assert asked == ["Your latest answers could not be saved."]
    sent = unpack_journals(copy.read_text(encoding="utf-8"))
    (found,) = readings_of([parse_journal(*file) for file in sent.items()], "AB").cases.values()
    assert found.answers == {("diagnosis", ""): "only in memory"}


def test_no_key_of_the_form_reaches_the_image_and_a_figure_is_a_point_of_the_scale(hard):
    viewing = hard.window().viewing
    before = (viewing.state, viewing.tool, len(viewing.ports), viewing.entry)
    for question in ("found", "volume", "eleven"):
        hard.questions.focus(question)
        for key in (*range(Qt.Key.Key_A, Qt.Key.Key_Z + 1), *range(Qt.Key.Key_0, Qt.Key.Key_9 + 1)):
            press(key)
        for key in (Qt.Key.Key_PageDown, Qt.Key.Key_PageUp, Qt.Key.Key_End, Qt.Key.Key_Plus, Qt.Key.Key_Minus):
            press(key)
    assert (viewing.state, viewing.tool, len(viewing.ports), viewing.entry) == before
    assert not hard.window().help.isVisible()
    assert hard.window().pages.name == "single"
    hard.questions.focus("eleven")
    QTest.keyClicks(QApplication.focusWidget(), "7")
    assert answer(hard, "eleven") == 7


def test_r_goes_to_the_questions_and_esc_back_to_what_is_shown(show_window, tmp_path, home):
    window = show_window(make(tmp_path, 3), reader="AB")
    assert wait_until(lambda: QApplication.focusWidget() is window.pane, 3)
    press(Qt.Key.Key_R)
    assert window.findChild(ReadingPanel).isAncestorOf(QApplication.focusWidget())
    press(Qt.Key.Key_Escape)
    assert QApplication.focusWidget() is window.pane


def test_a_damaged_image_of_a_blinded_reading_names_no_file(show_window, tmp_path):
    root = make(tmp_path, 3)
    for path in (root / "DICOM").rglob("IM*"):
        content = bytearray(path.read_bytes())
        content[150] ^= 1
        path.write_bytes(content)
    window = show_window(root, reader="AB", load=False)
    window.viewing.start()
    port = window.viewing.port
    assert wait_until(lambda: port.failed, 10)
    failure = port.loaded_stack.failure(port.state.index)
    said = why_none(port, failure)
    assert said.startswith("The file of this image does not match the index (its header differs)")
    assert "PT0" not in said and "IM0" not in said
    sealed = why_none(port, DamagedSeal(port.frame.path, "chunk 1"))
    assert sealed.startswith("The file of this image was damaged or altered (chunk 1)")
    # Without a form nobody is blinded.
    assert "DICOM/PT0" in str(failure)
