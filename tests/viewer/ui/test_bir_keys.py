"""IHE Basic Image Review (RAD TF-2 4.16.4.2.2.5), its part .13 and what it is for, line by line: icons and keys.

The table in docs/viewer.md has all lines; it is held to the tests here.
"""

from pathlib import Path
import re

import numpy as np
from PyQt5.QtCore import Qt
from PyQt5.QtPrintSupport import QPrintDialog
from PyQt5.QtTest import QTest
from PyQt5.QtWidgets import QApplication, QLabel, QToolButton
import pytest

from tests.viewer.events import SHIFT, colours, press, settle
from tests.viewer.ui.bir import make_stick, of_key
from viewer.state import Annotation, Tool
from viewer.ui.look import theme


@pytest.fixture
def stick(tmp_path):
    return make_stick(tmp_path / "stick")


# .13 Icons and keys

BIR_TOOLS = {"S": Tool.SCROLL, "W": Tool.WINDOW, "Z": Tool.ZOOM, "T": Tool.PAN, "V": Tool.SELECT, "D": Tool.DISTANCE,
             "A": Tool.COBB, "J": Tool.CROSS}  # fmt: skip


@pytest.mark.parametrize(("letter", "tool"), BIR_TOOLS.items())
def test_13_a_key_chooses_its_tool_alone_capital_or_not_and_button_and_pointer_show_it(
    show_window, stick, letter, tool
):
    window = show_window(stick)
    other = Tool.ELLIPSE
    for held in (Qt.KeyboardModifier.NoModifier, SHIFT):
        window.viewing.set_tool(other)
        plain = window.pane.cursor().shape()
        QTest.keyClick(window.pane, letter if held else letter.lower(), held)
        assert window.viewing.tool is tool
    tools = window._toolbar._group.actions()
    assert [command for command in tools if command.isChecked()] == [of_key(window, letter)]
    assert of_key(window, letter).isCheckable() and not of_key(window, letter).icon().isNull()
    if tool in (Tool.SCROLL, Tool.ZOOM, Tool.PAN, Tool.SELECT):
        assert window.pane.cursor().shape() != plain


@pytest.mark.parametrize("letter", [*BIR_TOOLS, "O", "L", "I", "C", "P", "H", "F10", "Esc"])
def test_13_what_a_key_does_a_button_or_an_entry_with_its_icon_does_and_says_the_key(show_window, stick, letter):
    action = of_key(show_window(stick), letter)
    assert not action.icon().isNull()
    assert len(action.toolTip()) > 3


@pytest.mark.parametrize("held", [Qt.KeyboardModifier.NoModifier, SHIFT])
def test_13_the_other_letters_do_what_bir_says(show_window, stick, held, monkeypatch):
    window = show_window(stick)
    viewing, printed = window.viewing, []
    monkeypatch.setattr(QPrintDialog, "exec", lambda self: printed.append(self) or 0)
    press(window, Qt.Key.Key_Q)
    settle(window)
    press(window, Qt.Key.Key_O, held=held)
    assert viewing.localizers
    press(window, Qt.Key.Key_L, held=held)
    assert viewing.ties.linked
    press(window, Qt.Key.Key_U, held=held)
    assert not viewing.ties.linked
    press(window, Qt.Key.Key_I, held=held)
    assert viewing.annotation is Annotation.MINIMAL
    press(window, Qt.Key.Key_C, held=held)
    assert window.cine.playing
    press(window, Qt.Key.Key_C, held=held)
    assert not window.cine.playing
    press(window, Qt.Key.Key_P, held=held)
    assert len(printed) == 1
    press(window, Qt.Key.Key_H, held=held)
    assert window.help.isVisible()


def test_13_a_chosen_entry_of_a_menu_is_seen(show_window, stick):
    window = show_window(stick)
    (button,) = [candidate for candidate in window.findChildren(QToolButton) if candidate.objectName() == "distance"]
    menu, accent = button.menu(), np.array(theme.ACCENT.getRgb()[:3])

    def marked() -> list[bool]:
        menu.popup(window.mapToGlobal(window.rect().center()))
        seen = colours(menu)
        menu.hide()
        places = [menu.actionGeometry(action) for action in menu.actions() if action.isCheckable()]
        return [(np.abs(seen[p.top() : p.bottom(), :34] - accent).max(axis=2) < 30).sum() > 20 for p in places]

    keys = [*map(ord, "DAGEB"), Qt.Key.Key_F3, Qt.Key.Key_F5, Qt.Key.Key_F7, Qt.Key.Key_F9, *map(ord, "VJ")]
    for number, key in enumerate(keys):
        QTest.keyClick(window.pane, key)
        assert [n for n, is_marked in enumerate(marked()) if is_marked] == [number]
    QTest.keyClicks(window.pane, "s")
    assert not any(marked())


def test_13_no_key_has_two_meanings(show_window, stick):
    """F6 and F8 belong to the form, wherever the focus is (`viewer/ui/reading/keys.py`)."""
    commands = show_window(stick).commands
    keys = [int(key) for command in (*commands.tools, *commands.others) for key in command.keys]
    keys += [int(Qt.Key.Key_F6), int(Qt.Key.Key_F8)]
    assert len(keys) > 50 and sorted({key for key in keys if keys.count(key) > 1}) == []
    shown = [name.strip() for command in (*commands.tools, *commands.others) for name in command.shown.split(",")]
    assert sorted({name for name in shown if name and shown.count(name) > 1}) == []


# What it is for


def test_goals_nothing_stands_between_the_reader_and_the_image(show_window, stick):
    window = show_window(stick)
    QTest.qWait(50)
    assert QApplication.activeModalWidget() is None and QApplication.activePopupWidget() is None
    texts = " ".join(label.text() for label in window.findChildren(QLabel) if label.isVisible())
    assert "diagnos" not in texts.lower()


# The table of the manual

PARTS = [f".{number}" for number in range(2, 12)] + ["print", ".13", "aims"]


def test_the_table_has_every_part_and_every_test_that_it_names_is_there():
    root = Path(__file__).parents[3]
    section = (root / "docs/viewer.md").read_text().split("## Basic Image Review, line by line")[1]
    rows = re.findall(r"^\| (\S+) \| (.+) \| (.+) \| (.+) \|$", section, re.MULTILINE)[1:]
    assert list(dict.fromkeys(part for part, *_ in rows)) == [*PARTS]
    named = [set(re.findall(r"`(test_\w+::test_\w+)`", proof)) for *_, proof in rows]
    assert all(named)
    for module, _, test in (name.partition("::") for name in set().union(*named)):
        (file,) = (path for path in (root / "tests").rglob(f"{module}.py") if path.parent.name != "web")
        assert f"\ndef {test}(" in file.read_text(), (module, test)
    own = {f"{file.stem}::{test}" for file in Path(__file__).parent.glob("test_bir*.py")
           for test in re.findall(r"^def (test_(?:\d+|goals|print)_\w+)", file.read_text(), re.MULTILINE)}  # fmt: skip
    assert len(own) > 25
    assert own <= set().union(*named), "in no line of the table"
