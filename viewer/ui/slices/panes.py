"""The panes of the window: one, two beside each other, two by two, or two or three rows of three."""

import math

from PyQt5.QtCore import pyqtSignal
from PyQt5.QtWidgets import QGridLayout, QWidget

from viewer.ui.slices.pane import SlicePane
from viewer.ui.slices.viewing import Viewing

PANE_LAYOUTS = (1, 2, 4, 6, 9)


class Panes(QWidget):
    """As many panes as the viewing has ports; each call acts on all of them."""

    clicked = pyqtSignal()
    placed = pyqtSignal(float, float)
    dropped = pyqtSignal(int)

    def __init__(self, viewing: Viewing) -> None:
        super().__init__()
        self._viewing = viewing
        self._picking = False
        self.all: list[SlicePane] = []
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(2)
        viewing.laid_out.connect(self._lay_out)
        viewing.changed.connect(self._focus_selected)
        self._lay_out()

    @property
    def selected(self) -> SlicePane:
        """The pane that keys and buttons act on."""
        return self.all[self._viewing.ports.index(self._viewing.port)]

    def _lay_out(self) -> None:
        had_focus = any(pane.hasFocus() for pane in self.all)
        number = len(self._viewing.ports)
        while len(self.all) > number:
            pane = self.all.pop()
            self._grid.removeWidget(pane)
            pane.let_go()
        while len(self.all) < number:
            self._add(SlicePane(self._viewing, len(self.all)))
        self._arrange()
        self._show_all()
        if had_focus:
            self.selected.setFocus()

    @property
    def alone(self) -> SlicePane | None:
        """The pane that fills the area, if there are others."""
        shown = [pane for pane in self.all if not pane.isHidden()]
        return shown[0] if len(shown) == 1 < len(self.all) else None

    def _enlarge(self, pane: SlicePane) -> None:
        """Let a pane fill the area; give the area back if it does already."""
        if self.alone is not None:
            self._show_all()
        else:
            for other in self.all:
                other.setVisible(other is pane)
        pane.setFocus()

    def _show_all(self) -> None:
        for pane in self.all:
            pane.setVisible(True)

    def _add(self, pane: SlicePane) -> None:
        pane.clicked.connect(self.clicked)
        pane.placed.connect(self.placed)
        pane.dropped.connect(self.dropped)
        pane.enlarged.connect(lambda: self._enlarge(pane))
        pane.hand.pick(picking=self._picking)
        pane.picture.smooth = self.all[0].picture.smooth if self.all else True
        self.all.append(pane)

    def _arrange(self) -> None:
        """As many columns as rows, or one more; without stretches hidden panes take no room."""
        columns = math.ceil(math.sqrt(len(self.all)))
        for number, pane in enumerate(self.all):
            self._grid.removeWidget(pane)
            self._grid.addWidget(pane, *divmod(number, columns))

    def _focus_selected(self) -> None:
        if self.alone not in (None, self.selected):
            self._show_all()
        if any(pane.hasFocus() for pane in self.all) and not self.selected.hasFocus():
            self.selected.setFocus()

    def pick(self, *, picking: bool) -> None:
        """A click reports a place on the image, in any pane."""
        self._picking = picking
        for pane in self.all:
            pane.hand.pick(picking=picking)

    def cancel(self) -> bool:
        """Cancel a measurement in progress; False if there is none."""
        if any(pane.hand.answers.cancel() or pane.hand.writing.end(keep=False) for pane in self.all):
            return True
        begun = [pane for pane in self.all if pane.hand.sketch.busy]
        for pane in begun:
            pane.hand.sketch.cancel(self._viewing.markings)
            pane.update()
        return bool(begun)
