"""The test pattern on the screen, and the line that tells that it was looked at."""

import numpy as np
from PyQt5.QtCore import QSize, Qt
from PyQt5.QtGui import QImage
from PyQt5.QtTest import QTest
from PyQt5.QtWidgets import QApplication
import pytest

from builder.collect.gather import gather
from builder.collect.study import study_lines
from bundle.reading.journal import journal_paths, read_journal
from tests.viewer.events import press
from tests.viewer.ui.bir import entry_of
from tests.viewer.ui.test_reading_window import home, make, readings
from viewer.ui.monitor.pattern import BRIGHT, DARK, STEPS, MonitorField, PatternPlaces, pattern
from viewer.ui.monitor.screen import MonitorScreen
from viewer.ui.reading.panel import ReadingPanel

__all__ = ["home"]  # a fixture
SCREENS = [(1366, 768), (1600, 1000), (3840, 2160)]


def greys(image: QImage) -> np.ndarray:
    image = image.convertToFormat(QImage.Format.Format_RGB32)
    bits = np.frombuffer(image.constBits().asstring(image.byteCount()), np.uint8)
    found = bits.reshape(image.height(), image.width(), 4)[..., :3]
    return found.astype(int)


def screens() -> list[MonitorScreen]:
    found = [widget for widget in QApplication.topLevelWidgets() if isinstance(widget, MonitorScreen)]
    return [screen for screen in found if screen.isVisible()]


def shown() -> MonitorScreen:
    (screen,) = screens()
    return screen


@pytest.mark.parametrize("size", SCREENS)
def test_the_pattern_has_every_step_both_squares_and_lines_of_single_pixels(size):
    found, places = greys(pattern(QSize(*size))), PatternPlaces(QSize(*size))
    assert (found[..., 0] == found[..., 1]).all() and (found[..., 1] == found[..., 2]).all()
    seen = found[..., 0]
    middles = [places.step(number).center() for number in range(STEPS)]
    steps = [seen[middle.y(), middle.x()] for middle in middles]
    assert steps == [round(255 * n / 17) for n in range(18)]
    for box, outer, inner in ((places.dark, 0, 13), (places.bright, 255, 242)):
        middle = box.center()
        assert (seen[middle.y(), middle.x()], seen[box.top() + 2, box.left() + 2]) == (inner, outer)
    assert (DARK, BRIGHT) == (13, 242)
    for edge in (seen[0], seen[-1], seen[:, 0], seen[:, -1]):
        assert (edge == 255).all()
    for box in places.lines:
        part = seen[box.top() : box.bottom() + 1, box.left() : box.right() + 1]
        assert set(np.unique(part)) == {0, 255}
        fine = part[2, : part.shape[1] // 3 - 4]
        assert list(fine) == [255, 0] * (len(fine) // 2) + [255] * (len(fine) % 2)
        assert 0.3 < (part == 255).mean() < 0.6
    ramp = seen[places.ramp.center().y(), places.ramp.left() : places.ramp.right() + 1]
    assert set(ramp) == set(range(256)) and (np.diff(ramp) >= 0).all() and np.diff(ramp).max() == 1


@pytest.mark.parametrize("size", SCREENS)
def test_nothing_of_the_pattern_lies_on_anything_else(size):
    places = PatternPlaces(QSize(*size))
    boxes = [*(places.step(n) for n in range(STEPS)), places.dark, places.bright, places.ramp, *places.lines]
    for number, box in enumerate(boxes):
        assert box.left() > 0 and box.right() < size[0] - 1 and box.top() > 0 and box.bottom() < size[1] - 1
        assert not [other for other in boxes[:number] if box.intersects(other)]


@pytest.mark.parametrize(("field", "level"), [(MonitorField.BRIGHT, 204), (MonitorField.DARK, 26)])
def test_an_even_field_has_one_grey(field, level):
    assert set(np.unique(greys(pattern(QSize(300, 200), field)))) == {level}


def test_a_key_and_the_menu_show_it_on_the_whole_screen_and_esc_leaves(show_window, bundle_root):
    window = show_window(bundle_root)
    press(window, Qt.Key.Key_F12)
    press(window, Qt.Key.Key_F12)
    screen = shown()
    assert screen.isVisible() and screen.isFullScreen()
    assert screen.geometry() == window.screen().geometry()
    seen = greys(screen.grab().toImage())
    words = PatternPlaces(screen.pixels)
    assert seen[words.dark.center().y(), words.dark.center().x(), 0] == DARK
    assert len(np.unique(seen)) > 200
    levels = []
    for _ in range(3):
        QTest.keyClick(screen, Qt.Key.Key_Space)
        levels.append(np.unique(greys(screen.grab().toImage())))
    assert [list(level) for level in levels[:2]] == [[204], [26]] and len(levels[2]) > 200
    QTest.keyClick(screen, Qt.Key.Key_Escape)
    assert screens() == [] and window.isVisible()
    entry_of(window, "more", "Test pattern, to judge the screen").trigger()
    assert shown().isVisible()
    QTest.keyClick(shown(), Qt.Key.Key_F12)


def test_the_journal_says_that_it_was_looked_at_and_no_answer_changes(show_window, tmp_path, home):
    root = make(tmp_path, 3)
    window = show_window(root, reader="Dr Quill")
    panel = window.findChild(ReadingPanel)
    question = next(question for question in panel.session.form.questions if question.id == "diagnosis")
    panel.session.answer(question, "", "clear")
    before = readings(root, "Dr Quill")
    press(window, Qt.Key.Key_F12)
    size = [shown().pixels.width(), shown().pixels.height()]
    QTest.keyClick(shown(), Qt.Key.Key_Escape)
    (journal,) = [read_journal(path) for path in journal_paths(root / "READINGS")]
    (line,) = [entry for entry in journal.entries if entry.kind == "monitor"]
    assert line.data["screen"] == size and 0 <= line.data["seconds"] < 60
    assert set(line.data) == {"case", "occurrence", "screen", "seconds"}
    after = readings(root, "Dr Quill")
    assert {key: reading.answers for key, reading in after.cases.items()} == {
        key: reading.answers for key, reading in before.cases.items()
    }
    assert not journal.problems
    window.close()
    gathered = gather([root])
    assert gathered.remarks == []
    (said,) = [text for text in study_lines(gathered, []) if "test pattern" in text]
    assert said.startswith(f"Dr Quill: looked at the test pattern on {line.time[:10]}")
    assert f"{size[0]} x {size[1]} pixels" in said


def test_without_a_form_nothing_is_written(show_window, bundle_root):
    before = sorted(path for path in bundle_root.rglob("*"))
    window = show_window(bundle_root)
    press(window, Qt.Key.Key_F12)
    QTest.keyClick(shown(), Qt.Key.Key_Escape)
    assert sorted(path for path in bundle_root.rglob("*")) == before


def test_a_line_that_no_viewer_writes_is_no_look():
    from bundle.reading.course import monitor_looks
    from bundle.reading.journal import Journal, JournalEntry

    bad = ([1, 2, 3], [0, 5], ["a", 5], [True, 5], "1x1", None, [10**9, 5], [1.5, 2])
    entries = [JournalEntry("R", n, "2026-03-01T10:00:00.000Z", "monitor", {"screen": screen}, "") for n, screen in
               enumerate(bad)]  # fmt: skip
    assert list(monitor_looks([Journal("R", entries)])) == []
