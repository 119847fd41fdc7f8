"""The bar below the 3D picture: presets with small pictures, sides, and what is hidden."""

from collections.abc import Callable, Sequence
from functools import partial

from PyQt5.QtCore import Qt
from PyQt5.QtGui import QIcon, QImage, QPixmap
from PyQt5.QtWidgets import QButtonGroup, QToolButton, QWidget

from viewer.scene.render_presets import SIDES, RenderPreset, Side
from viewer.ui.look.bar import Bar, text_button
from viewer.ui.look.flow import FlowLayout
from viewer.ui.rendering import previews
from viewer.words import tr


class BodyBar(Bar):
    """Buttons for the page, in two groups: presets, and everything else."""

    def __init__(self, looks: Sequence[RenderPreset], choose: Callable[[RenderPreset], None]) -> None:
        self._first, self._second = QWidget(), QWidget()
        super().__init__(self._first, self._second)
        self._looks, self._choices = QButtonGroup(self), QButtonGroup(self)
        self._rest = FlowLayout(self._second, 1)
        self._add_looks(looks, choose)

    def _add_looks(self, looks: Sequence[RenderPreset], choose: Callable[[RenderPreset], None]) -> None:
        row, blank = FlowLayout(self._first), QPixmap(previews.SIZE)
        blank.fill(Qt.GlobalColor.transparent)
        for number, look in enumerate(looks):
            tip = tr("Choose what is shown ({key})").format(key=number + 1)
            button = text_button(tr(look.name), tip, partial(choose, look))
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextUnderIcon)
            button.setIconSize(previews.SIZE)
            button.setIcon(QIcon(blank))
            button.setCheckable(True)
            self._looks.addButton(button, number)
            row.addWidget(button)

    def show_look(self, number: int) -> None:
        """Light the button of this preset."""
        button = self._looks.button(number)
        if button is not None:
            button.setChecked(True)

    def picture_look(self, number: int, image: QImage) -> None:
        """The small picture of a preset."""
        button = self._looks.button(number)
        if button is not None:
            button.setIcon(QIcon(QPixmap.fromImage(image)))

    def add_sides(self, look_from: Callable[[Side], None]) -> None:
        """A button for each side."""
        for side in SIDES:
            self._rest.addWidget(text_button(side.letter, tr("View from this side"), partial(look_from, side)))

    def add(self, text: str, tip: str, action: Callable[[], None], *, lasting: bool = False) -> QToolButton:
        """A button; a `lasting` one stays down until it is clicked again."""
        button = text_button(text, tip, action)
        button.setCheckable(lasting)
        self._rest.addWidget(button)
        return button
