"""A hand that does anything: real events at random, over every kind of series, on every page, reading and looking."""

import os
import random

from PyQt5 import sip
from PyQt5.QtCore import QEvent, QPoint, QPointF, Qt
from PyQt5.QtGui import QMouseEvent, QWheelEvent
from PyQt5.QtTest import QTest
from PyQt5.QtWidgets import QApplication, QToolButton, QWidget
import pytest

from builder.catalogue.template import default_form
from tests.viewer import bundles
from tests.viewer.bundles import CaseSpec, SeriesSpec, StackSpec
from tests.viewer.conftest import sample_cases
from tests.viewer.fingers import Touch
from viewer.ui.trial import wait_until

STEPS = int(os.environ.get("MKBUNDLE_FUZZ_STEPS", "250"))
# What Qt says where there is no screen, and when fingers pan its own lists and text boxes past their edges.
OF_THE_SYSTEM = ("This plugin does not support", "QStandardPaths", "QGestureManager::deliverEvent")
KEYS = [
    *(getattr(Qt.Key, f"Key_{letter}") for letter in "ABCDEHIKLMNOPQRSTUVWXYZ0123456789"),
    Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Home, Qt.Key.Key_End,
    Qt.Key.Key_PageUp, Qt.Key.Key_PageDown, Qt.Key.Key_Escape, Qt.Key.Key_Tab, Qt.Key.Key_Backtab, Qt.Key.Key_Return,
    Qt.Key.Key_Space, Qt.Key.Key_Delete, Qt.Key.Key_Plus, Qt.Key.Key_Minus, Qt.Key.Key_F1, Qt.Key.Key_F6, Qt.Key.Key_F8,
    Qt.Key.Key_F10, Qt.Key.Key_F11, Qt.Key.Key_F3, Qt.Key.Key_F5, Qt.Key.Key_F7, Qt.Key.Key_F9, Qt.Key.Key_F12,
]  # fmt: skip
MODIFIERS = [Qt.KeyboardModifier.NoModifier] * 6 + [
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.ControlModifier,
]
BUTTONS = [Qt.MouseButton.LeftButton] * 3 + [Qt.MouseButton.MiddleButton, Qt.MouseButton.RightButton]


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    """Every kind of series; a slice of the first is cut short, one of the second is another one."""
    flat = StackSpec(bundles.head_like(3, 9, 300), pixel_spacing=(4.0, 0.2))
    single = StackSpec(bundles.head_like(1))
    more = CaseSpec([SeriesSpec([flat], number=3), SeriesSpec([single], "CT", 4)], "P-THIRD")
    root = bundles.make_bundle(tmp_path_factory.mktemp("hand"), [*sample_cases(), more])
    files = sorted((root / "DICOM").rglob("IM*"))
    files[2].write_bytes(files[2].read_bytes()[:-100])
    files[12].write_bytes(files[13].read_bytes())
    return root


class Hand:
    """Presses, drags, turns the wheel and types, wherever it happens to be."""

    def __init__(self, window: QWidget, chance: random.Random) -> None:
        self.window, self.chance = window, chance

    def act(self) -> None:
        """One thing."""
        often = [self.key, self.drag, self.wheel, self.click] * 2
        self.chance.choice([*often, self.key, self.pinch, self.menu, self.resize])()

    def key(self) -> None:
        widget = QApplication.focusWidget()
        target = widget if widget is not None and widget.window() is self.window else self.window
        QTest.keyClick(target, self.chance.choice(KEYS), self.chance.choice(MODIFIERS))

    def place(self) -> tuple[QWidget, QPoint]:
        at = QPoint(self.chance.randrange(self.window.width()), self.chance.randrange(self.window.height()))
        widget = self.window.childAt(at) or self.window
        return widget, widget.mapFrom(self.window, at) if widget is not self.window else at

    def click(self) -> None:
        widget, at = self.place()
        act = self.chance.choice([QTest.mouseClick, QTest.mouseClick, QTest.mouseDClick])
        act(widget, self.chance.choice(BUTTONS), self.chance.choice(MODIFIERS), at)

    def drag(self) -> None:
        widget, at = self.place()
        button = self.chance.choice(BUTTONS)
        QTest.mousePress(widget, button, pos=at)
        for _ in range(self.chance.randrange(6)):
            at += QPoint(self.chance.randrange(-60, 60), self.chance.randrange(-60, 60))
            moved = QMouseEvent(
                QEvent.Type.MouseMove, QPointF(at), Qt.MouseButton.NoButton, button, Qt.KeyboardModifier.NoModifier
            )
            QApplication.sendEvent(widget, moved)
            if self.chance.random() < 0.3:  # the series, or the page, may change in the middle of it
                self.key()
            if sip.isdeleted(widget) or not widget.isVisible():  # to which Qt sends nothing any more
                return
        QTest.mouseRelease(widget, button, pos=at)

    def wheel(self) -> None:
        widget, at = self.place()
        angle = QPoint(0, self.chance.choice([-1200, -120, -13, 13, 120, 1200]))
        event = QWheelEvent(
            QPointF(at), QPointF(widget.mapToGlobal(at)), QPoint(), angle, Qt.MouseButton.NoButton,
            self.chance.choice(MODIFIERS), Qt.ScrollPhase.NoScrollPhase, False,
        )  # fmt: skip
        QApplication.sendEvent(widget, event)

    def pinch(self) -> None:
        places = [(self.chance.randrange(self.window.width()), self.chance.randrange(self.window.height()))
                  for _ in range(4)]  # fmt: skip
        Touch(self.window).pinch((places[0], places[1]), (places[2], places[3]), together=self.chance.random() < 0.5)

    def menu(self) -> None:
        buttons = [button for button in self.window.findChildren(QToolButton) if button.menu() is not None]
        menu = self.chance.choice(buttons).menu()
        menu.aboutToShow.emit()
        self.chance.choice([action for action in menu.actions() if not action.isSeparator()]).trigger()

    def resize(self) -> None:
        self.window.resize(self.chance.randrange(500, 1500), self.chance.randrange(400, 1000))


@pytest.mark.parametrize("reader", ["", "Dr Quill"], ids=["looking", "reading"])
@pytest.mark.parametrize("seed", range(int(os.environ.get("MKBUNDLE_FUZZ_SEEDS", "2"))))
def test_whatever_a_hand_does_the_window_goes_on(
    show_window, root, tmp_path, monkeypatch, nothing_modal, qtlog, capfd, seed, reader
):
    monkeypatch.setenv("HOME", str(tmp_path))
    if reader:
        (root / "BUNDLE/FORM.TXT").write_text(default_form())
    else:
        (root / "BUNDLE/FORM.TXT").unlink(missing_ok=True)
    window = show_window(root, load=False, reader=reader)
    window.viewing.start()
    hand = Hand(window, random.Random(f"{seed}{reader}"))
    for _ in range(STEPS):
        hand.act()
        QApplication.processEvents()
        if not window.isVisible():
            window.show()
    for page in ("single", "mpr", "3d", "single"):
        window.pages.show_page(page)
        assert wait_until(lambda: window.pages.settled, 20)
    viewing = window.viewing
    assert 0 <= viewing.state.index < viewing.entry.stack.number_of_frames
    QTest.keyClick(window.pane, Qt.Key.Key_Escape)
    assert wait_until(lambda: all(port.loaded_stack.complete for port in viewing.ports), 10)
    image = window.pane.grab().toImage()
    assert len({image.pixel(x, y) for x in range(0, image.width(), 3) for y in range(0, image.height(), 3)}) > 5
    said = [record.message for record in qtlog.records] + capfd.readouterr().err.splitlines()
    assert [line for line in said if not line.startswith(OF_THE_SYSTEM)] == []
