"""The keys, menu entries and messages about segmentations, and their list beside the images."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PyQt5.QtCore import Qt
from PyQt5.QtWidgets import QAction, QHBoxLayout, QMenu, QWidget

from viewer.ui.look.message import Message
from viewer.ui.shell.commands import Command
from viewer.ui.slices.viewing import Viewing
from viewer.words import tr

if TYPE_CHECKING:  # it is made when it is needed
    from viewer.ui.slices.segmenting.panel import SegmentPanel

_SHIFT = int(Qt.KeyboardModifier.ShiftModifier)
_CTRL = int(Qt.KeyboardModifier.ControlModifier)


def commands(viewing: Viewing, side: "WithSegments", window: QWidget) -> Sequence[Command]:
    """The keys; a refusal is a message over the window."""
    segmenting = viewing.segmenting

    def refuse(reason: str) -> None:
        message = Message(tr("No segmentation is shown"), reason, window)
        message.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        message.open()

    segmenting.refused.connect(refuse)
    on, step, back = _CTRL | Qt.Key.Key_G, Qt.Key.Key_Period, Qt.Key.Key_Comma
    return (
        Command((on,), tr("Ctrl+G"), tr("Segmentations (Shift: list)"), segmenting.toggle),
        Command((on | _SHIFT,), "", "", side.turn),
        Command((step,), tr(". , Ctrl+."), tr("Next, previous segment; hide"), lambda: segmenting.step(1)),
        Command((back,), "", "", lambda: segmenting.step(-1)),
        Command((_CTRL | step,), "", "", segmenting.turn_segment),
    )


class WithSegments(QWidget):
    """The images, and on their right the list of segments, which is made when there are some to list."""

    def __init__(self, content: QWidget, viewing: Viewing) -> None:
        super().__init__()
        self._viewing = viewing
        self.panel: SegmentPanel | None = None
        self._layout = QHBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(0)
        self._layout.addWidget(content, 1)
        viewing.segmenting.listed.connect(self._list)

    def _list(self) -> None:
        if self.panel is None and self._viewing.segmenting.chosen(self._viewing.entry) is not None:
            from viewer.ui.slices.segmenting.panel import SegmentPanel

            self.panel = SegmentPanel(self._viewing)
            self._layout.addWidget(self.panel)
        if self.panel is not None:
            self.panel.fill()

    def turn(self) -> None:
        """Put the list away, or bring it back."""
        if self.panel is not None:
            self.panel.turn()


def fill(menu: QMenu, viewing: Viewing) -> None:
    """An entry that turns segmentations on and off, where there are any."""
    segmenting = viewing.segmenting
    if not segmenting.offered(viewing.entry):
        return
    menu.addSeparator()
    action = QAction(f"{tr('Segmentations')}\t{tr('Ctrl+G')}", menu)
    action.setCheckable(True)
    action.setChecked(segmenting.on)
    action.triggered.connect(lambda _checked: segmenting.toggle())
    menu.addAction(action)
