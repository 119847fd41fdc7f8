"""The bar below the images while a PET lies over them: its opacity, the value that is white, and a way to end it."""

from PyQt5.QtCore import Qt
from PyQt5.QtWidgets import QDoubleSpinBox, QLabel, QSlider, QToolButton, QVBoxLayout, QWidget

from viewer.images.suv import suv_of
from viewer.ui.look.bar import Bar
from viewer.ui.look.flow import FlowLayout
from viewer.ui.slices.fusion.fusing import Fusing
from viewer.ui.slices.fusion.words import suv_lines
from viewer.words import tr

_MOST = 1e9
# Of the slider, and of the value: nine digits fit, and all have room beside the form on a small screen.
_SHORTEST, _VALUE = 70, 110


class FusionBar(Bar):
    """Follows `fusing`, and changes it; hidden while nothing is fused. It takes no focus, so that keys keep working."""

    def __init__(self, fusing: Fusing) -> None:
        self._controls, self._said = QWidget(), QLabel()
        super().__init__(self._controls, self._said, filling=True)
        self._fusing = fusing
        self._name = QLabel()
        self.slider = self._make_slider()
        self._percent = QLabel()
        self._percent.setMinimumWidth(44)
        self.white = self._make_white()
        self._unit = QLabel()
        self._arrange()
        fusing.changed.connect(self._follow)
        self._follow()

    def _make_slider(self) -> QSlider:
        slider = QSlider(Qt.Orientation.Horizontal)
        slider.setRange(0, 100)
        slider.setMinimumWidth(_SHORTEST)
        slider.setMaximumWidth(180)
        slider.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        slider.setAccessibleName(tr("Opacity of the PET"))
        slider.setToolTip(tr("Opacity of the PET"))
        slider.valueChanged.connect(self._fusing.set_opacity)
        return slider

    def _make_white(self) -> QDoubleSpinBox:
        field = QDoubleSpinBox()
        field.setRange(0.0, _MOST)
        field.setMaximumWidth(_VALUE)
        field.setKeyboardTracking(False)
        field.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        field.setAccessibleName(tr("Value from which on the colour is white"))
        field.setToolTip(tr("Value from which on the colour is white"))
        field.valueChanged.connect(self._set_white)
        return field

    def _arrange(self) -> None:
        end = QToolButton()
        end.setText(tr("End fusion"))
        end.setToolTip(tr("Take the PET away (Y)"))
        end.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        end.clicked.connect(lambda _checked: self._fusing.end())
        layout = FlowLayout(self._controls, 8)
        for part in (self._name, self.slider, self._percent, QLabel(tr("white from")), self.white, self._unit, end):
            layout.addWidget(part)
        self._said.setWordWrap(True)
        right = Qt.Alignment()
        right |= Qt.AlignmentFlag.AlignRight
        right |= Qt.AlignmentFlag.AlignVCenter
        self._said.setAlignment(right)

    def _follow(self) -> None:
        fusing = self._fusing
        self.setVisible(fusing.pet is not None)
        if fusing.pet is None:
            return
        self._name.setText(fusing.pet.title)
        self._unit.setText(self._suv[1])
        self._percent.setText(f"{fusing.opacity} %")
        self._put(self.slider, fusing.opacity)
        self._put(self.white, fusing.white * self._suv[0])
        self.white.setSingleStep(max(fusing.white * self._suv[0] / 20, 0.01))
        said = "\n".join(line.text for line in suv_lines(fusing.pet))
        self._said.setText(said)
        self._said.setVisible(bool(said))

    def _put(self, field: QSlider | QDoubleSpinBox, value: float) -> None:
        """Without telling `fusing` its own value."""
        field.blockSignals(True)
        if isinstance(field, QSlider):
            field.setValue(round(value))
        else:
            field.setValue(value)
        field.blockSignals(False)

    @property
    def _suv(self) -> tuple[float, str]:
        """The factor of the values as the reader sees them, and their unit."""
        pet = self._fusing.pet
        suv = None if pet is None else suv_of(pet.series, pet.stack)
        if suv is not None and suv.factor is not None:
            return suv.factor, tr("SUV")
        return 1.0, "" if pet is None else pet.stack.units

    def _set_white(self, value: float) -> None:
        self._fusing.set_white(value / self._suv[0])


def above_bar(content: QWidget, fusing: Fusing) -> QWidget:
    """The images, above the bar of the fusion."""
    part = QWidget()
    layout = QVBoxLayout(part)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(0)
    layout.addWidget(content, 1)
    layout.addWidget(FusionBar(fusing))
    return part
