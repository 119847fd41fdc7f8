"""The 3D page: the picture above its bar, and its keys."""

from collections.abc import Callable

from PyQt5.QtCore import Qt
from PyQt5.QtGui import QKeyEvent
from PyQt5.QtWidgets import QVBoxLayout, QWidget

from bundle.presets import HU
from viewer.scene.render_presets import SIDES, RenderPreset, Side, looks_for, looks_of_difference
from viewer.space.voxel_volume import Solid
from viewer.state import Tool
from viewer.ui.rendering.bar import BodyBar
from viewer.ui.rendering.clip import ClipBox
from viewer.ui.rendering.labelled import LabelsIn3D
from viewer.ui.rendering.pane import BodyPane
from viewer.ui.rendering.previews import LookPictures
from viewer.ui.rendering.scissors import Snip
from viewer.ui.rendering.turntable import Turntable
from viewer.ui.slices.viewing import Viewing
from viewer.words import tr

_SHIFT = int(Qt.KeyboardModifier.ShiftModifier)
_CTRL = int(Qt.KeyboardModifier.ControlModifier)


class BodyPage(QWidget):
    """Lives as long as its solid; `release` releases all memory."""

    def __init__(self, viewing: Viewing, solid: Solid) -> None:
        super().__init__()
        self._viewing = viewing
        entry, window = viewing.entry, viewing.state.window
        is_difference = viewing.subtracting.parts_of(entry) is not None
        self.looks = looks_of_difference(window) if is_difference else looks_for(solid, entry.stack.units, window)
        self.pane = BodyPane(viewing, solid)
        self.labels = LabelsIn3D(viewing)
        self.pane.label_look = self.labels.look
        self.turntable = Turntable(self.pane)
        self.pane.interrupt = self.turntable.stop
        self.previews = LookPictures(self.pane, solid, self.looks)
        self._clip = ClipBox(solid)
        self._clip.changed.connect(lambda: self.pane.clip(self._clip.shares))
        self._clip.hide()
        self._bar = self._make_bar()
        self._keys = self._make_keys()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.pane, 1)
        layout.addWidget(self._clip)
        layout.addWidget(self._bar)
        self.pane.enlarged.connect(self._enlarge)
        self.pane.sculptor.changed.connect(self._follow)
        viewing.changed.connect(self._follow)
        self.setFocusProxy(self.pane)
        self.reset()
        self.pane.follow()  # segments that are there already
        self._follow()

    def _make_bar(self) -> BodyBar:
        bar = BodyBar(self.looks, self._set_look)
        self.previews.made.connect(bar.picture_look)
        bar.add_sides(self._look_from)
        self._clipping = bar.add(tr("Clip"), tr("Show only what lies inside a box"), self._turn_clip, lasting=True)
        tip = tr("Remove table and head-holder, or show them again")
        self._table = bar.add(tr("Remove table"), tip, self._turn_table, lasting=True)
        self._table.setEnabled(self._viewing.entry.stack.units == HU)  # only there a table is known by its values
        tip = tr("Drag up to see more, down to see less (W, or Shift with the left button); 0 restores the preset")
        self._opacity = bar.add(tr("Opacity"), tip, self._turn_opacity, lasting=True)
        tips = {
            Snip.AWAY: (tr("Cut away"), tr("Draw round what is cut away (Ctrl+Z undoes it)")),
            Snip.KEEP: (tr("Keep"), tr("Draw round what is kept: the rest is cut away (Ctrl+Z undoes it)")),
        }
        self._snips = {snip: bar.add(*words, self._taker(snip), lasting=True) for snip, words in tips.items()}
        self._undo = bar.add(tr("Undo"), tr("Undo the last cut (Ctrl+Z)"), self._undo_cut)
        tip = tr("Show segments without the body around them, or with it")
        self._alone = bar.add(tr("Segments alone"), tip, self.labels.turn, lasting=True)
        bar.add(tr("Turntable"), tr("Save pictures of a whole turn"), self._save_turn)
        bar.add(tr("Full screen"), tr("Show only the 3D view and this bar (F)"), self.turn_full_screen)
        return bar

    def _set_look(self, look: RenderPreset) -> None:
        self.pane.touch()
        self.pane.set_look(look)

    def _look_from(self, side: Side) -> None:
        self.pane.touch()
        self.pane.look_from(side)

    def _turn_table(self) -> None:
        self.pane.touch()
        self.pane.sculptor.turn_table()

    def _turn_opacity(self) -> None:
        self.take_scissors(None)
        self._viewing.set_tool(Tool.WINDOW if self._viewing.tool is not Tool.WINDOW else Tool.SCROLL)

    def _taker(self, snip: Snip) -> Callable[[], None]:
        return lambda: self.take_scissors(None if self.pane.scissors.snip is snip else snip)

    def take_scissors(self, snip: Snip | None) -> None:
        """Take the scissors, or put them away with None."""
        self.pane.touch()
        self.pane.take_scissors(snip)
        self._follow()

    def _follow(self) -> None:
        snip, sculptor = self.pane.scissors.snip, self.pane.sculptor
        for mine, button in self._snips.items():
            button.setChecked(mine is snip)
        self._opacity.setChecked(snip is None and self._viewing.tool is Tool.WINDOW)
        self._table.setChecked(sculptor.without_table)
        self._alone.setVisible(self.pane.body.labels is not None)
        self._alone.setChecked(self.labels.alone)
        self._undo.setEnabled(bool(self.pane.body.sculpture.cuts))

    def _save_turn(self) -> None:
        self.turntable.ask(self._viewing.entry.study.case)

    @property
    def settled(self) -> bool:
        """Whether the picture has reached its final quality."""
        return self.pane.settled

    @property
    def picture(self) -> QWidget:
        """The body, without the bar."""
        return self.pane

    @property
    def clip_shares(self) -> tuple[float, ...]:
        """From and to along columns, rows and slices."""
        return self._clip.shares

    def _turn_clip(self) -> None:
        self.pane.touch()
        self._clip.setVisible(self._clipping.isChecked())
        self.pane.clip(self._clip.shares if self._clipping.isChecked() else (0, 1, 0, 1, 0, 1))

    def _enlarge(self) -> None:
        """Let the picture fill the page; give the bar its place back if it does already."""
        alone = self._bar.isHidden()
        self._bar.setVisible(alone)
        self._clip.setVisible(alone and self._clipping.isChecked())

    def turn_full_screen(self) -> None:
        """Toggle between this page alone and the whole window."""
        window = self.window()
        if window is not None:
            window.setWindowState(window.windowState() ^ Qt.WindowState.WindowFullScreen)

    # Keys

    def takes(self, event: QKeyEvent) -> bool:
        """Act on a key that means something else here than on the slices; False if it does not."""
        held = int(event.modifiers()) & ~int(Qt.KeyboardModifier.KeypadModifier)
        action = self._keys.get(held | event.key())
        if action is not None:
            action()
        return action is not None

    def _make_keys(self) -> dict[int, Callable[[], None]]:
        """The slice behind the body is not seen: nothing on it may be marked or deleted."""
        keys = {int(Qt.Key.Key_1) + number: self._chooser(number) for number in range(len(self.looks))}
        unseen = self._teller(tr("Measurements are on the slices: none is deleted in 3D"))
        key_image = self._teller(tr("A body has no slice to mark: key images are marked on the slices"))
        for held in (0, _SHIFT):
            keys |= {held | key: unseen for key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace)}
            keys[held | Qt.Key.Key_K] = key_image
        return keys | {
            int(Qt.Key.Key_0): self.pane.restore_look,
            int(Qt.Key.Key_F): self.turn_full_screen,
            int(Qt.Key.Key_Escape): self._escape,
            _CTRL | Qt.Key.Key_Z: self._undo_cut,
            _CTRL | Qt.Key.Key_Y: self._redo_cut,
            _CTRL | _SHIFT | Qt.Key.Key_Z: self._redo_cut,
        }

    def _chooser(self, number: int) -> Callable[[], None]:
        def choose() -> None:
            self._set_look(self.looks[number])
            self._bar.show_look(number)

        return choose

    def _teller(self, text: str) -> Callable[[], None]:
        return lambda: self.pane.say(text)

    def _undo_cut(self) -> None:
        self.pane.touch()
        if not self.pane.sculptor.undo():
            self.pane.say(tr("There is no cut to undo"))

    def _redo_cut(self) -> None:
        self.pane.touch()
        if not self.pane.sculptor.redo():
            self.pane.say(tr("There is no cut to make again"))

    def _escape(self) -> None:
        """First cancel what has begun, then end the full screen, then restore the page."""
        window = self.window()
        if self.turntable.stop():
            return
        if self.pane.scissors.cancel():
            self.pane.update()
        elif self.pane.scissors.snip is not None:
            self.take_scissors(None)
        elif window is not None and window.isFullScreen():
            self.turn_full_screen()
        else:
            self.reset()

    def reset(self) -> None:
        """The page as it opened, the first preset, from the front; what was cut away stays so, as undo is its way."""
        self.pane.set_look(self.looks[0])
        self._bar.show_look(0)
        self.pane.look_from(SIDES[0])

    def release(self) -> None:
        """Render no more."""
        self._viewing.changed.disconnect(self._follow)
        window = self.window()
        if window is not None and window.isFullScreen():
            self.turn_full_screen()
        self.turntable.release()
        self.previews.release()
        self.pane.release()
