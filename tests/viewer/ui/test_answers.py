"""Answers belong to the picture: journal, drawn pixels and patient coordinates of a phantom say the same."""

from pathlib import Path

import numpy as np
from PyQt5.QtCore import QEvent, Qt
from PyQt5.QtGui import QColor
from PyQt5.QtTest import QTest
from PyQt5.QtWidgets import QApplication, QPushButton
import pytest

from bundle.reading.journal import journal_paths, read_journal
from tests.viewer import bundles
from tests.viewer.bundles import CORONAL, CaseSpec, SeriesSpec, StackSpec
from tests.viewer.events import CONTROL, LEFT, click, colours, drag, mouse, press, settle
from viewer.state import slice_number
from viewer.ui.look import theme
from viewer.ui.reading.panel import ReadingPanel

FORM = """
title = "Appendix"
LOCK
[[question]]
id = "diameter"
text = "Largest outer diameter"
type = "measurement"
[[question]]
id = "length"
text = "Length"
type = "measurement"
[[question]]
id = "where"
text = "Where is it?"
type = "mark"
most = 2
"""
SHAPE, SPACING, APART = (80, 96), (0.9, 0.6), 3.0
CORNER = np.array((-30.0, -20.0, 40.0))
# Middles of the balls: (column, row) from the middle of the first pixel.
BALLS = ((20.0, 16.0), (75.0, 22.0), (19.0, 62.0))


def phantom() -> np.ndarray:
    rows, columns = np.mgrid[0 : SHAPE[0], 0 : SHAPE[1]]
    balls = sum(900 * np.exp(-((columns - x) ** 2 + (rows - y) ** 2) / 8) for x, y in BALLS)
    return np.rint(np.repeat(balls[None], 8, axis=0)).astype(int)


def make_stick(folder: Path, form: str = FORM) -> Path:
    """A volume, and a scout across it in the same frame of reference; a second case that is alike."""
    places = [tuple(CORNER + np.array((0, 0, APART * k))) for k in range(8)]
    volume = StackSpec(phantom(), places, pixel_spacing=SPACING,
                       window=(500, 1000))  # fmt: skip
    scout = StackSpec(phantom()[:1], [(-30.0, 0.0, 60.0)], CORONAL, SPACING, window=(500, 1000))
    series = [SeriesSpec([volume], frame_of_reference="2.25.8", description="Abdomen, axial 3 mm"),
              SeriesSpec([scout], number=2, frame_of_reference="2.25.8", description="Scout")]  # fmt: skip
    root = bundles.make_bundle(folder, [CaseSpec(series), CaseSpec(series[:1], "P-OTHER")])
    (root / "BUNDLE/FORM.TXT").write_text(form.replace("LOCK", ""))
    return root


@pytest.fixture
def stick(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    return make_stick(tmp_path / "stick")


def begin(show_window, stick, size=(1366, 768)):
    window = show_window(stick, reader="Dr Quill", size=size)
    settle(window)
    return window, window.findChild(ReadingPanel)


def button(panel: ReadingPanel, question: str, text: str) -> QPushButton:
    field = panel.questions._fields[question, ""][1]
    (found,) = [b for b in field.findChildren(QPushButton) if b.text() == text and b.isVisible()]
    return found


def said(panel: ReadingPanel, question: str) -> str:
    return panel.questions._fields[question, ""][1]._said.text()


def answer(panel: ReadingPanel, question: str):
    return panel.session.reading().answers.get((question, ""))


def lines(stick: Path) -> list[dict]:
    """What the journal says of answers."""
    journals = [read_journal(path) for path in journal_paths(stick / "READINGS")]
    assert not any(journal.problems for journal in journals)
    return [dict(entry.data) for journal in journals for entry in journal.entries if entry.kind == "answer"]


def at(pane, ball: tuple[float, float]) -> tuple[float, float]:
    return pane.mapping().to_screen(ball[0] + 0.5, ball[1] + 0.5)


def millimetres(ball: tuple[float, float], number: int) -> np.ndarray:
    """PS3.3 C.7.6.2.1.1 for the phantom; `number` is the index of the slice."""
    return CORNER + np.array((ball[0] * SPACING[1], ball[1] * SPACING[0], APART * number))


def length(one: tuple[float, float], other: tuple[float, float]) -> float:
    return float(np.linalg.norm(millimetres(one, 0) - millimetres(other, 0)))


def drawn(pane, colour: QColor = theme.ANSWER, off: int = 12) -> np.ndarray:
    """Where the colour of answers is on a pane: (x, y) of each pixel; soft edges are `off` by more."""
    QApplication.processEvents()
    rows, columns = np.nonzero((np.abs(colours(pane) - np.array(colour.getRgb()[:3])) < off).all(axis=2))
    return np.stack([columns, rows], axis=1) + 0.5


def on_line(pane, one: tuple[float, float], other: tuple[float, float]) -> float:
    """The share of a line's length that is drawn in the colour of answers."""
    pixels, first, last = drawn(pane, off=60), np.array(at(pane, one)), np.array(at(pane, other))
    shares = np.linspace(0, 1, 60)[:, None]
    near = [np.abs(pixels - place).max(axis=1).min() <= 1.5 for place in first + shares * (last - first)]
    return float(np.mean(near))


def measure(window, panel, question: str, one=BALLS[0], other=BALLS[1]) -> None:
    button(panel, question, "Measure on the image").click()
    click(window.pane, at(window.pane, one), at(window.pane, other))


def test_a_distance_is_drawn_while_it_is_made_and_after_and_on_reopening_with_its_question(show_window, stick):
    window, panel = begin(show_window, stick)
    pane = window.pane
    assert not len(drawn(pane))
    button(panel, "diameter", "Measure on the image").click()
    assert len(drawn(pane)), "the hint is on the image"
    click(pane, at(pane, BALLS[0]))
    pane.underMouse = lambda: True
    x, y = at(pane, BALLS[2])
    mouse(pane, QEvent.Type.MouseMove, (x, y), Qt.MouseButton.NoButton, Qt.MouseButton.NoButton)
    assert on_line(pane, BALLS[0], BALLS[2]) > 0.9, "the rubber line follows the pointer"
    assert answer(panel, "diameter") is None
    click(pane, at(pane, BALLS[1]))
    assert on_line(pane, BALLS[0], BALLS[1]) > 0.9
    assert on_line(pane, BALLS[0], BALLS[2]) < 0.4
    value = answer(panel, "diameter")
    index = window.viewing.state.index
    for end, ball in zip(value["points"], BALLS[:2], strict=True):
        assert (end["column"], end["row"]) == pytest.approx(ball, abs=0.1)
        assert end["position"] == pytest.approx(millimetres(ball, index), abs=0.1)
    assert value["value"] == pytest.approx(length(*BALLS[:2]), abs=0.15)
    number = slice_number(window.viewing.entry.stack, index)
    assert said(panel, "diameter") == f"{value['value']:.1f} mm, slice {number}"
    before = drawn(pane)
    press(window, Qt.Key.Key_Down)
    assert not len(drawn(pane)), "it lies on its own slice alone"
    window.close()
    window, panel = begin(show_window, stick)
    assert said(panel, "diameter") == f"{value['value']:.1f} mm, slice {number}"
    press(window, Qt.Key.Key_Home)
    assert not len(drawn(window.pane))
    button(panel, "diameter", "Show").click()
    assert slice_number(window.viewing.entry.stack, window.viewing.state.index) == number
    assert np.array_equal(drawn(window.pane), before), "pixel for pixel as it was made"
    assert [line["value"] for line in lines(stick)] == [value]


def test_both_ends_lie_on_one_slice_of_one_series_and_a_click_elsewhere_is_refused_with_the_reason(show_window, stick):
    window, panel = begin(show_window, stick)
    press(window, Qt.Key.Key_Q)
    settle(window)
    axial, scout = window.panes.all
    button(panel, "diameter", "Measure on the image").click()
    click(axial, at(axial, BALLS[0]))
    started = slice_number(window.viewing.entry.stack, window.viewing.state.index)
    orange = len(drawn(axial, theme.NOTE))
    press(window, Qt.Key.Key_Down, Qt.Key.Key_Down)
    click(axial, at(axial, BALLS[1]))
    why = f"The distance begins on slice {started}, so it must end there, too. Esc cancels"
    assert said(panel, "diameter") == window.viewing.answered.asked.refused == why
    assert len(drawn(axial, theme.NOTE)) > orange + 50, "the reason is on the image"
    click(scout, at(scout, BALLS[1]))
    assert "The distance begins on slice" in said(panel, "diameter")
    assert len(drawn(scout, theme.NOTE)) > 50
    assert answer(panel, "diameter") is None
    click(axial, (3, 3))
    assert "Click on an image" in window.viewing.answered.asked.refused
    press(window, Qt.Key.Key_Up, Qt.Key.Key_Up)
    click(axial, at(axial, BALLS[0]))
    assert window.viewing.answered.asked.refused == "Both ends are at the same place"
    click(axial, at(axial, BALLS[1]))
    assert answer(panel, "diameter")["value"] == pytest.approx(length(*BALLS[:2]), abs=0.3)
    assert len(lines(stick)) == 1


def test_esc_ends_a_question_on_the_image_and_then_a_click_is_a_click_again(show_window, stick):
    window, panel = begin(show_window, stick)
    button(panel, "diameter", "Measure on the image").click()
    click(window.pane, at(window.pane, BALLS[0]))
    zoomed = window.viewing.state
    QTest.keyClick(QApplication.focusWidget() or window.pane, Qt.Key.Key_Escape)
    assert window.viewing.state == zoomed
    assert window.viewing.answered.asked is None
    assert said(panel, "diameter") == "none yet"
    assert not len(drawn(window.pane))
    click(window.pane, at(window.pane, BALLS[1]))
    assert answer(panel, "diameter") is None


def test_another_case_ends_what_was_asked(show_window, stick):
    window, panel = begin(show_window, stick)
    button(panel, "diameter", "Measure on the image").click()
    click(window.pane, at(window.pane, BALLS[0]))
    panel.turn(panel.session.slots[1])
    assert window.viewing.entry.study.case == "Case 2"
    assert window.viewing.answered.asked is None
    settle(window)
    click(window.pane, at(window.pane, BALLS[0]), at(window.pane, BALLS[1]))
    assert lines(stick) == []


def test_one_distance_is_one_answer_and_none_is_taken_silently(show_window, stick):
    window, panel = begin(show_window, stick)
    press(window, Qt.Key.Key_D)
    click(window.pane, at(window.pane, BALLS[0]), at(window.pane, BALLS[1]))
    number = slice_number(window.viewing.entry.stack, window.viewing.state.index)
    name = f"Use {length(*BALLS[:2]):.1f} mm on slice {number}"
    press(window, Qt.Key.Key_S, Qt.Key.Key_Down)
    button(panel, "diameter", "Measure on the image").click()
    assert answer(panel, "diameter") is None
    button(panel, "diameter", name).click()
    assert answer(panel, "diameter")["value"] == pytest.approx(length(*BALLS[:2]), abs=0.15)
    button(panel, "length", "Measure on the image").click()
    field = panel.questions._fields["length", ""][1]
    assert not [b for b in field.findChildren(QPushButton) if b.text().startswith("Use") and b.isVisible()]
    click(window.pane, at(window.pane, BALLS[0]), at(window.pane, BALLS[2]))
    assert [(line["question"], line.get("how", "")) for line in lines(stick)] == [("diameter", "taken"), ("length", "")]
    press(window, Qt.Key.Key_Z, held=CONTROL)
    press(window, Qt.Key.Key_Z, held=CONTROL)
    assert answer(panel, "diameter") is answer(panel, "length") is None
    (measures,) = window.viewing.markings.all.values()
    assert len(measures) == 1, "the distance is a measurement again"


def test_an_end_that_is_dragged_changes_the_answer_and_undo_is_a_line_of_its_own(show_window, stick):
    window, panel = begin(show_window, stick)
    measure(window, panel, "diameter")
    first = answer(panel, "diameter")
    pane = window.pane
    from_, to = np.array(at(pane, BALLS[1])), np.array(at(pane, BALLS[2]))
    press(window, Qt.Key.Key_S)
    drag(pane, LEFT, *(to - from_), start=tuple(from_))
    assert answer(panel, "diameter") == first, "with a tool that scrolls, a drag is a drag"
    press(window, Qt.Key.Key_Home)
    button(panel, "diameter", "Show").click()
    press(window, Qt.Key.Key_V)
    hovers = [from_, (from_ + to) / 2]
    for place, shape in zip(hovers, (Qt.CursorShape.SizeAllCursor, Qt.CursorShape.ArrowCursor), strict=True):
        mouse(pane, QEvent.Type.MouseMove, tuple(place), Qt.MouseButton.NoButton, Qt.MouseButton.NoButton)
        assert pane.cursor().shape() == shape
    drag(pane, LEFT, *(to - from_), start=tuple(from_))
    second = answer(panel, "diameter")
    assert second["points"][0] == first["points"][0]
    assert second["points"][1]["position"] == pytest.approx(millimetres(BALLS[2], window.viewing.state.index), abs=0.4)
    assert second["value"] == pytest.approx(length(BALLS[0], BALLS[2]), abs=0.4)
    assert on_line(pane, BALLS[0], BALLS[2]) > 0.9
    assert f"{second['value']:.1f} mm" in said(panel, "diameter")
    press(window, Qt.Key.Key_Z, held=CONTROL)
    assert answer(panel, "diameter") == first
    assert on_line(pane, BALLS[0], BALLS[1]) > 0.9
    press(window, Qt.Key.Key_Y, held=CONTROL)
    assert answer(panel, "diameter") == second
    told = [(line["value"], line.get("how", "")) for line in lines(stick)]
    assert told == [(first, ""), (second, "moved"), (first, "undone"), (second, "redone")]


def test_esc_during_a_drag_leaves_the_answer_and_the_journal_alone(show_window, stick):
    window, panel = begin(show_window, stick)
    measure(window, panel, "diameter")
    first, pane = answer(panel, "diameter"), window.pane
    pane.setFocus()
    press(window, Qt.Key.Key_V)
    x, y = at(pane, BALLS[1])
    mouse(pane, QEvent.Type.MouseButtonPress, (x, y), LEFT, LEFT)
    mouse(pane, QEvent.Type.MouseMove, (x - 40, y + 30), Qt.MouseButton.NoButton, LEFT)
    assert on_line(pane, BALLS[0], BALLS[1]) < 0.5
    press(window, Qt.Key.Key_Escape)
    mouse(pane, QEvent.Type.MouseButtonRelease, (x - 40, y + 30), LEFT, Qt.MouseButton.NoButton)
    assert answer(panel, "diameter") == first
    assert on_line(pane, BALLS[0], BALLS[1]) > 0.9
    assert len(lines(stick)) == 1


def test_a_dragged_answer_stays_within_its_image(show_window, stick):
    window, panel = begin(show_window, stick)
    measure(window, panel, "diameter")
    press(window, Qt.Key.Key_V)
    pane = window.pane
    middle = (np.array(at(pane, BALLS[0])) + at(pane, BALLS[1])) / 2
    drag(pane, LEFT, -2000, -2000, start=tuple(middle))
    moved = answer(panel, "diameter")
    assert moved["value"] == pytest.approx(length(*BALLS[:2]), abs=0.15), "moved as a whole, it stays as long"
    assert min(end["column"] for end in moved["points"]) == min(end["row"] for end in moved["points"]) == -0.5


def test_marks_have_numbers_and_a_mark_too_many_is_refused(show_window, stick):
    window, panel = begin(show_window, stick)
    pane = window.pane
    for ball in BALLS[:2]:
        button(panel, "where", "Mark on the image").click()
        click(pane, at(pane, ball))
    marks = answer(panel, "where")
    index = window.viewing.state.index
    assert [mark["position"] for mark in marks] == [
        pytest.approx(millimetres(ball, index), abs=0.3) for ball in BALLS[:2]
    ]
    assert [shape.lines for shape in window.viewing.answered.shapes] == [("Where is it? 1",), ("Where is it? 2",)]
    for ball in BALLS[:2]:
        assert np.abs(drawn(pane) - at(pane, ball)).max(axis=1).min() <= 1.5
    button(panel, "where", "Mark on the image").click()
    assert "No more than 2 marks can be set here" in said(panel, "where")
    assert window.viewing.answered.asked is None
    press(window, Qt.Key.Key_V)
    drag(pane, LEFT, *(np.array(at(pane, BALLS[2])) - at(pane, BALLS[1])), start=at(pane, BALLS[1]))
    assert [m["column"] for m in answer(panel, "where")] == pytest.approx([BALLS[0][0], BALLS[2][0]], abs=0.6)


def test_undo_never_reaches_past_a_submission(show_window, stick):
    window, panel = begin(show_window, stick)
    measure(window, panel, "diameter")
    first, slot = answer(panel, "diameter"), panel.session.slot
    panel.submit()
    panel.turn(slot)
    for _ in range(4):
        press(window, Qt.Key.Key_Z, held=CONTROL)
    assert answer(panel, "diameter") == first
    assert len(lines(stick)) == 1


def test_a_locked_case_cannot_be_dragged(show_window, tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    stick = make_stick(tmp_path / "stick", FORM.replace("LOCK", "lock = true"))
    window, panel = begin(show_window, stick)
    measure(window, panel, "diameter")
    first, slot = answer(panel, "diameter"), panel.session.slot
    panel.submit()
    panel.turn(slot)
    button(panel, "diameter", "Show")
    press(window, Qt.Key.Key_V)
    drag(window.pane, LEFT, 40, 40, start=at(window.pane, BALLS[1]))
    assert answer(panel, "diameter") == first
    assert len(lines(stick)) == 1


def test_text_and_key_images_are_undone_with_the_rest_in_their_order(show_window, stick):
    (stick / "BUNDLE/FORM.TXT").write_text(
        FORM.replace("LOCK", "") + '[[question]]\nid = "d"\ntext = "D"\ntype = "yesno"\n'
    )
    window, panel = begin(show_window, stick)
    panel.questions.give(("d", ""), True)
    press(window, Qt.Key.Key_K)
    panel.questions.give(("d", ""), False)
    seen = []
    for _ in range(4):
        seen.append((answer(panel, "d"), len(window.viewing.markings.key_images)))
        press(window, Qt.Key.Key_Z, held=CONTROL)
    assert seen == [(False, 1), (True, 1), (True, 0), (None, 0)]
    assert [(line["value"], line.get("how")) for line in lines(stick)] == [
        (True, None), (False, None), (True, "undone"), (None, "undone"),
    ]  # fmt: skip


def test_a_list_has_all_that_is_marked_in_the_case_and_each_entry_goes_there(show_window, stick):
    window, panel = begin(show_window, stick)
    measure(window, panel, "diameter")
    of_answer = slice_number(window.viewing.entry.stack, window.viewing.state.index)
    press(window, Qt.Key.Key_Home, Qt.Key.Key_K, Qt.Key.Key_Down, Qt.Key.Key_D)
    click(window.pane, at(window.pane, BALLS[0]), at(window.pane, BALLS[2]))
    press(window, Qt.Key.Key_PageDown)
    settle(window)
    press(window, Qt.Key.Key_K, Qt.Key.Key_F4)
    axial = "(Abdomen, axial 3 mm)"
    menu = QApplication.activePopupWidget()
    assert [action.text() for action in menu.actions()] == [
        f"Largest outer diameter  {answer(panel, 'diameter')['value']:.1f} mm\tslice {of_answer} {axial}",
        f"Key image\tslice 1 {axial}",
        f"{length(BALLS[0], BALLS[2]):.1f} mm\tslice 2 {axial}",
        "Key image\tslice 1",
    ]
    reached = []
    for number in range(4):
        if number:
            press(window, Qt.Key.Key_F4)
        menu = QApplication.activePopupWidget()
        menu.actions()[number].trigger()
        menu.close()
        viewing = window.viewing
        reached.append((viewing.entry.series.description, slice_number(viewing.entry.stack, viewing.state.index)))
    series = "Abdomen, axial 3 mm"
    assert reached == [(series, of_answer), (series, 1), (series, 2), ("Scout", 1)]
    panel.turn(panel.session.slots[1])
    press(window, Qt.Key.Key_F4)
    menu = QApplication.activePopupWidget()
    assert [action.text() for action in menu.actions()] == ["Nothing is marked in this case yet"]
    menu.close()


def test_the_slider_has_a_tick_at_each_slice_on_which_something_is(show_window, stick):
    window, panel = begin(show_window, stick)
    assert window.slider.ticks() == []
    measure(window, panel, "diameter")
    press(window, Qt.Key.Key_Home, Qt.Key.Key_K, Qt.Key.Key_Down, Qt.Key.Key_D)
    click(window.pane, at(window.pane, BALLS[0]), at(window.pane, BALLS[2]))
    picture, height = colours(window.slider), window.slider.height()
    for number, colour in ((1, theme.TEXT), (2, theme.ACCENT), (4, theme.ANSWER)):
        rows = np.nonzero((picture[:, 4] == colour.getRgb()[:3]).all(axis=1))[0]
        assert 2 <= len(rows) <= 4
        assert rows.mean() / height == pytest.approx((number - 1) / 7, abs=0.04)
    press(window, Qt.Key.Key_Z, held=CONTROL)
    assert len(window.slider.ticks()) == 2
    press(window, Qt.Key.Key_PageDown)
    settle(window)
    assert window.slider.ticks() == []
