"""The sliders of the clipping box."""

from PyQt5.QtCore import Qt, pyqtSignal
from PyQt5.QtWidgets import QHBoxLayout, QLabel, QSlider, QWidget

from viewer.space.voxel_volume import Solid
from viewer.ui.rendering.words import end_letters
from viewer.words import tr

_STEPS = 100
# The width of a slider, in pixels: six fit beside each other.
_NARROWEST = 40


class ClipBox(QWidget):
    """Two sliders for each axis of the stack, named after the direction of its ends in the patient."""

    changed = pyqtSignal()

    def __init__(self, solid: Solid) -> None:
        super().__init__()
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 4, 14, 4)
        self.sliders: list[QSlider] = []
        for number, letters in enumerate(end_letters(solid)):
            row.addWidget(QLabel(letters))
            row.addWidget(self._slider(letters, number % 2 * _STEPS), 1)

    def _slider(self, letters: str, value: int) -> QSlider:
        slider = QSlider(Qt.Orientation.Horizontal)
        slider.setRange(0, _STEPS)
        slider.setValue(value)
        slider.setMinimumWidth(_NARROWEST)
        slider.setAccessibleName(tr("Clip from {side}").format(side=letters))
        slider.valueChanged.connect(self.changed)
        self.sliders.append(slider)
        return slider

    @property
    def shares(self) -> tuple[float, ...]:
        """From and to along columns, rows and slices; at least one step of each stays."""
        values = [slider.value() / _STEPS for slider in self.sliders]
        shares: list[float] = []
        for low, high in zip(values[::2], values[1::2], strict=True):
            shares += [min(low, high - 1 / _STEPS), max(high, 1 / _STEPS)]
        return tuple(min(max(share, 0.0), 1.0) for share in shares)
