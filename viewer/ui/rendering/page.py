"""The 3D page: the picture above a bar with presets, sides, the clipping box and the full screen."""

from collections.abc import Callable
from functools import partial

from PyQt5.QtCore import Qt
from PyQt5.QtGui import QKeyEvent
from PyQt5.QtWidgets import QButtonGroup, QHBoxLayout, QLabel, QSlider, QToolButton, QVBoxLayout, QWidget

from bundle.images.directions import orientation_letters
from viewer.scene.render_presets import SIDES, RenderPreset, Side, looks_for
from viewer.space.voxel_volume import Solid
from viewer.ui.look.bar import Bar
from viewer.ui.look.flow import FlowLayout
from viewer.ui.rendering.pane import BodyPane
from viewer.ui.slices.viewing import Viewing
from viewer.words import tr

_STEPS = 100
# The width of a slider, in pixels: six fit beside each other.
_NARROWEST = 40


class BodyPage(QWidget):
    """Lives as long as its solid; `release` releases all memory."""

    def __init__(self, viewing: Viewing, solid: Solid) -> None:
        super().__init__()
        self._solid = solid
        self.looks = looks_for(solid, viewing.entry.stack.units, viewing.state.window)
        self.pane = BodyPane(viewing, solid)
        self._clip = self._clip_box()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.pane, 1)
        layout.addWidget(self._clip)
        self._below = self._bar()
        layout.addWidget(self._below)
        self.pane.enlarged.connect(self._enlarge)
        self.setFocusProxy(self.pane)
        self.reset()

    def _bar(self) -> QWidget:
        looks, rest = QWidget(), QWidget()
        row = FlowLayout(looks)
        group = QButtonGroup(looks)
        for look in self.looks:
            button = self._button(tr(look.name), tr("Choose what is shown"), partial(self._set_look, look))
            button.setCheckable(True)
            button.setChecked(look is self.looks[0])
            group.addButton(button)
            row.addWidget(button)
        row = FlowLayout(rest)
        row.addWidget(QLabel(tr("View from")))
        for side in SIDES:
            row.addWidget(self._button(side.letter, tr("View from this side"), partial(self._look_from, side)))
        self._clipping = self._button(tr("Clip"), tr("Show only what lies inside a box"), self._turn_clip)
        self._clipping.setCheckable(True)
        row.addWidget(self._clipping)
        row.addWidget(
            self._button(tr("Full screen"), tr("Show only the 3D view and this bar (F)"), self.turn_full_screen)
        )
        return Bar(looks, rest)

    def _set_look(self, look: RenderPreset) -> None:
        self.pane.set_look(look)

    def _look_from(self, side: Side) -> None:
        self.pane.look_from(side)

    def _button(self, text: str, tip: str, action: Callable[[], None]) -> QToolButton:
        button = QToolButton()
        button.setText(text)
        button.setToolTip(tip)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.clicked.connect(lambda _checked: action())
        return button

    def _clip_box(self) -> QWidget:
        """Two sliders for each axis of the stack, named after the direction of its ends in the patient."""
        box = QWidget()
        row = QHBoxLayout(box)
        row.setContentsMargins(14, 4, 14, 4)
        self._sliders: list[QSlider] = []
        for axis in range(3):
            direction = self._solid.affine[:3, axis] / self._solid.spacing[axis]
            for sign in (-1, 1):
                letters = orientation_letters([float(sign * part) for part in direction])
                row.addWidget(QLabel(letters))
                slider = QSlider(Qt.Orientation.Horizontal)
                slider.setRange(0, _STEPS)
                slider.setValue(0 if sign < 0 else _STEPS)
                slider.setMinimumWidth(_NARROWEST)
                slider.setAccessibleName(tr("Clip from {side}").format(side=letters))
                slider.valueChanged.connect(self._follow_clip)
                self._sliders.append(slider)
                row.addWidget(slider, 1)
        box.hide()
        return box

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
        """From and to along columns, rows and slices; at least one step of each stays."""
        values = [slider.value() / _STEPS for slider in self._sliders]
        shares: list[float] = []
        for low, high in zip(values[::2], values[1::2], strict=True):
            shares += [min(low, high - 1 / _STEPS), max(high, 1 / _STEPS)]
        return tuple(min(max(share, 0.0), 1.0) for share in shares)

    def _follow_clip(self) -> None:
        self.pane.clip(self.clip_shares)

    def _turn_clip(self) -> None:
        self._clip.setVisible(self._clipping.isChecked())
        self.pane.clip(self.clip_shares if self._clipping.isChecked() else (0, 1, 0, 1, 0, 1))

    def _enlarge(self) -> None:
        """Let the picture fill the page; give the bar its place back if it does already."""
        alone = self._below.isHidden()
        self._below.setVisible(alone)
        self._clip.setVisible(alone and self._clipping.isChecked())

    def turn_full_screen(self) -> None:
        """Toggle between this page alone and the whole window."""
        window = self.window()
        if window is not None:
            window.setWindowState(window.windowState() ^ Qt.WindowState.WindowFullScreen)

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        """F for the full screen; Esc ends it, and resets otherwise."""
        if event is None:
            return
        window = self.window()
        full = window is not None and window.isFullScreen()
        if event.key() == Qt.Key.Key_F or (full and event.key() == Qt.Key.Key_Escape):
            self.turn_full_screen()
        elif event.key() == Qt.Key.Key_Escape:
            self.reset()
        else:
            super().keyPressEvent(event)

    def reset(self) -> None:
        """Restore the page as it opened: the first preset, from the front."""
        self.pane.set_look(self.looks[0])
        self.pane.look_from(SIDES[0])

    def release(self) -> None:
        """Render no more."""
        window = self.window()
        if window is not None and window.isFullScreen():
            self.turn_full_screen()
        self.pane.release()
