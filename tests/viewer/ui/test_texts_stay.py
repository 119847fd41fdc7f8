"""What a reader writes on pictures stays in the window: not in the journal, not on the stick, not in a file to send."""

from pathlib import Path

from PyQt5.QtCore import Qt
from PyQt5.QtTest import QTest
from PyQt5.QtWidgets import QLineEdit

from bundle.reading.journal import read_journal
from tests.viewer.events import click, press
from tests.viewer.ui.test_layouts import open_page
from tests.viewer.ui.test_outlines import draw_on, on_screen, write
from tests.viewer.ui.test_reading_window import home, make
from viewer.space.mpr import Plane
from viewer.state import Tool
from viewer.ui.reading.panel import ReadingPanel

__all__ = ["home"]  # a fixture
WORDS = "Quillfeather asked me"


def answer_all(panel) -> None:
    for question in panel.session.form.questions:
        value = {"diagnosis": "clear", "sure": 3, "lesion": False}.get(question.id)
        if value is not None:
            panel.session.answer(question, "", value)


def said_in(journal: Path) -> str:
    """What a journal says once it is unveiled."""
    return repr([(entry.kind, entry.data) for entry in read_journal(journal).entries])


def test_texts_on_pictures_are_in_no_file_even_where_the_form_keeps_the_view(show_window, tmp_path, home):
    root = make(tmp_path, 3)
    window = show_window(root, reader="AB")
    panel = window.findChild(ReadingPanel)
    assert panel.session.form.keep_view
    write(window, (3, 3), WORDS)
    press(window, Qt.Key.Key_F7)
    click(window.pane, *on_screen(window.pane, [(2, 2), (6, 6)]))
    press(window, Qt.Key.Key_K)
    page = open_page(window, "mpr")
    pane = page.panes[Plane.AXIAL]
    window.viewing.set_tool(Tool.TEXT)
    click(pane, (pane.width() / 2, pane.height() / 2))
    (field,) = [found for found in pane.findChildren(QLineEdit) if found.isVisible()]
    QTest.keyClicks(field, WORDS)
    QTest.keyClick(field, Qt.Key.Key_Return)
    draw_on(pane, window, Tool.POLYGON, [(100, 100), (150, 100), (120, 150)])
    assert [measure.text for measure in window.viewing.markings.in_space.all] == [WORDS, ""]
    answer_all(panel)
    before = panel.session.done()
    panel.submit()
    assert panel.session.done() == before + 1
    panel.session.save_copy(tmp_path / "copy.json")
    window.close()
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    journals = [path for path in files if path.suffix.upper() == ".JSONL"]
    assert journals and "'view'" in said_in(journals[0]) and "key_images" in said_in(journals[0])
    assert not [part for part in (WORDS, "free-hand", "polygon", "'arrow'") if part in said_in(journals[0])]
    for path in files:
        content = path.read_bytes()
        for part in (WORDS, "Quillfeather", "free-hand", "polygon", '"arrow"', '"text"'):
            assert part.encode() not in content or (part == '"text"' and path.name == "FORM.TXT"), (path, part)
