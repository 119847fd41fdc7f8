"""The window that a reader types, the presets without a number, and the pane on the clipboard."""

from PyQt5.QtCore import Qt
from PyQt5.QtTest import QTest
from PyQt5.QtWidgets import QApplication
import pytest

from tests.viewer.events import CONTROL, colours, press, settle
from tests.viewer.ui.bir import entry_of
from viewer.ui.shell.typed_window import TypedWindow


def dialog(window) -> TypedWindow:
    (found,) = [widget for widget in window.findChildren(TypedWindow) if widget.isVisible()]
    return found


def type_into(field, text: str) -> None:
    field.selectAll()
    QTest.keyClicks(field.lineEdit(), text)


@pytest.mark.parametrize("kept", [True, False])
def test_a_typed_window_takes_effect_at_once_and_esc_brings_the_old_one_back(show_window, bundle_root, kept):
    window = show_window(bundle_root)
    before = colours(window.pane)
    press(window, Qt.Key.Key_F2)
    asked = dialog(window)
    type_into(asked.width_field, "120")
    type_into(asked.center_field, "-35.5")
    assert window.viewing.state.window == (-35.5, 120)
    assert (colours(window.pane) != before).any()
    QTest.keyClick(asked, Qt.Key.Key_Return if kept else Qt.Key.Key_Escape)
    assert not asked.isVisible()
    assert window.viewing.state.window == ((-35.5, 120) if kept else (40, 400))


def test_what_is_typed_for_one_series_never_reaches_another(show_window, bundle_root):
    window = show_window(bundle_root)
    press(window, Qt.Key.Key_F2)
    asked = dialog(window)
    window.open(window.viewing.entries[1])
    settle(window)
    before = window.viewing.state
    type_into(asked.width_field, "77")
    QTest.keyClick(asked, Qt.Key.Key_Escape)
    assert window.viewing.state == before


@pytest.mark.parametrize(
    ("name", "window"), [("Liver", (30, 150)), ("Spine", (50, 250)), ("Temporal bone", (600, 2800)),
                         ("Stroke", (40, 40)), ("Angio", (300, 600))]
)  # fmt: skip
def test_a_preset_in_the_menu_is_its_window(show_window, bundle_root, name, window):
    shown = show_window(bundle_root)
    entry_of(shown, "presets", name).trigger()
    assert shown.viewing.state.window == window


def test_a_pane_is_copied_as_it_is_shown(show_window, bundle_root):
    window = show_window(bundle_root)
    clipboard = QApplication.clipboard()
    clipboard.clear()
    press(window, Qt.Key.Key_C, held=CONTROL)
    copied, shown = clipboard.image(), window.pane.grab().toImage()
    assert copied.size() == shown.size()
    assert copied.convertToFormat(shown.format()) == shown
    assert not window.cine.isVisible()
