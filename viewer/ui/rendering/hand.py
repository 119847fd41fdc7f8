"""What the mouse and the keys do to the body in its pane."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PyQt5.QtCore import QPointF, Qt
from PyQt5.QtGui import QKeyEvent, QMouseEvent

from viewer.state import Tool
from viewer.ui.rendering.scissors import Snip
from viewer.ui.rendering.sculptor import cut_of
from viewer.ui.slices.viewing import Viewing

if TYPE_CHECKING:  # the pane has a hand
    from viewer.ui.rendering.pane import BodyPane

_DEGREES_PER_PIXEL = 0.4
_KEY_DEGREES, _KEY_ZOOM = 10.0, 1.25
# A drag over so many pixels moves a preset by all of its values.
_PIXELS_OF_PRESET = 500


class BodyHand:
    """Left turns, or does what the tool or the scissors do; with Shift it moves the preset."""

    def __init__(self, pane: "BodyPane", viewing: Viewing) -> None:
        self._pane, self._viewing = pane, viewing
        self._last: QPointF | None = None

    def press(self, event: QMouseEvent) -> None:
        """A drag or a line of the scissors begins."""
        self._last = event.localPos()
        if self._pane.scissors.snip is not None and event.button() == Qt.MouseButton.LeftButton:
            self._pane.scissors.begin(event.localPos())

    def let_go(self) -> None:
        """Forget the drag."""
        self._last = None
        self._pane.scissors.cancel()

    def move(self, event: QMouseEvent) -> None:
        """The solid, or the line of the scissors, follows."""
        if self._last is None:
            return
        moved, self._last = event.localPos() - self._last, event.localPos()
        if self._pane.scissors.drawing:
            self._pane.scissors.go_on(event.localPos())
            self._pane.update()
        else:
            self._drag(moved, event)

    def _drag(self, moved: QPointF, event: QMouseEvent) -> None:
        pane, buttons, tool = self._pane, event.buttons(), self._viewing.tool
        left = bool(buttons & Qt.MouseButton.LeftButton)
        if buttons & Qt.MouseButton.MiddleButton or (left and tool is Tool.PAN):
            pane.move_by(moved)
        elif buttons & Qt.MouseButton.RightButton or (left and tool is Tool.ZOOM):
            pane.zoom(float(2 ** (-moved.y() / 200)))
        elif left and (tool is Tool.WINDOW or event.modifiers() & Qt.KeyboardModifier.ShiftModifier):
            pane.shift_by(moved.y() / _PIXELS_OF_PRESET)
        elif left:
            pane.turn(moved.x() * _DEGREES_PER_PIXEL, moved.y() * _DEGREES_PER_PIXEL)

    def release(self) -> None:
        """The drag ends; the scissors cut."""
        pane, self._last = self._pane, None
        snip = pane.scissors.snip
        outline = pane.scissors.end() if pane.scissors.drawing else []
        if outline and snip is not None:
            size = float(pane.width()), float(pane.height())
            pane.sculptor.cut(cut_of(pane.body, size, outline, keep=snip is Snip.KEEP))
        pane.update()

    def key(self, event: QKeyEvent) -> bool:
        """The arrows turn, plus and minus zoom; False for any other key."""
        action = self._actions().get(event.key())
        if action is not None:
            action()
        return action is not None

    def _actions(self) -> dict[int, Callable[[], None]]:
        pane, by, larger = self._pane, _KEY_DEGREES, _KEY_ZOOM
        return {
            Qt.Key.Key_Left: lambda: pane.turn(-by, 0), Qt.Key.Key_Right: lambda: pane.turn(by, 0),
            Qt.Key.Key_Up: lambda: pane.turn(0, -by), Qt.Key.Key_Down: lambda: pane.turn(0, by),
            Qt.Key.Key_Plus: lambda: pane.zoom(larger), Qt.Key.Key_Equal: lambda: pane.zoom(larger),
            Qt.Key.Key_Minus: lambda: pane.zoom(1 / larger),
        }  # fmt: skip
