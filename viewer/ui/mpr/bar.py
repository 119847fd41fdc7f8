"""The bar below the planes: slab thickness, how values along it make a pixel, and corrections to the voxels."""

from PyQt5.QtCore import Qt
from PyQt5.QtWidgets import QButtonGroup, QLabel, QSlider, QToolButton, QWidget

from viewer.annotation import signed
from viewer.entries import sentence
from viewer.space.mpr import Slab
from viewer.ui.look import theme
from viewer.ui.look.bar import Bar
from viewer.ui.look.flow import FlowLayout
from viewer.ui.mpr import words
from viewer.ui.mpr.planes import Planes
from viewer.words import tr

_MOST_MM = 50
_SHORTEST = 90


class SlabBar(Bar):
    """Follows `planes`, and changes them."""

    def __init__(self, planes: Planes) -> None:
        self._controls, self._note = QWidget(), QLabel()
        super().__init__(self._controls, self._note, filling=True)
        self._planes = planes
        self._slider = self._make_slider()
        self._thickness = QLabel()
        self._thickness.setMinimumWidth(64)
        self._slabs = QButtonGroup(self)
        self._by_slab = {slab: self._make_button(slab) for slab in Slab}
        self._cross = self._make_cross()
        self._curve = self._make_curve()
        self._arrange()
        planes.changed.connect(self._follow)
        self._follow()

    def _make_slider(self) -> QSlider:
        slider = QSlider(Qt.Orientation.Horizontal)
        slider.setRange(0, _MOST_MM)
        slider.setMinimumWidth(_SHORTEST)
        slider.setMaximumWidth(200)
        slider.setAccessibleName(tr("Slab thickness"))
        slider.setToolTip(tr("Slab thickness in mm"))
        slider.valueChanged.connect(self._set_thickness)
        return slider

    def _make_button(self, slab: Slab) -> QToolButton:
        tips = {
            Slab.MAXIMUM: tr("Maximum value through the slab"),
            Slab.MINIMUM: tr("Minimum value through the slab"),
            Slab.MEAN: tr("Mean value through the slab"),
        }
        button = QToolButton()
        button.setText(words.slab_name(slab))
        button.setToolTip(tips[slab])
        button.setCheckable(True)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.clicked.connect(lambda _checked: self._planes.set_slab(self._planes.state.thickness, slab))
        self._slabs.addButton(button)
        return button

    def _make_cross(self) -> QToolButton:
        button = QToolButton()
        button.setText(tr("Cross-hair"))
        button.setToolTip(tr("Show or hide the cross-hair and the rotation centre"))
        button.setCheckable(True)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.clicked.connect(lambda checked: self._planes.show_cross(shown=checked))
        return button

    def _make_curve(self) -> QToolButton:
        button = QToolButton()
        button.setText(tr("Curve"))
        button.setToolTip(tr("Set points on the planes: the volume is straightened along them (Shift+M)"))
        button.setCheckable(True)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.clicked.connect(lambda _checked: self._planes.tracing.toggle())
        return button

    def _arrange(self) -> None:
        layout = FlowLayout(self._controls, 8)
        layout.addWidget(QLabel(tr("Slab")))
        layout.addWidget(self._slider)
        layout.addWidget(self._thickness)
        for button in self._by_slab.values():
            layout.addWidget(button)
        layout.addWidget(self._cross)
        layout.addWidget(self._curve)
        note = self._planes.solid.note
        self._note.setText(sentence(note) if note else "")
        self._note.setVisible(bool(note))
        self._note.setWordWrap(True)
        right = Qt.Alignment()
        right |= Qt.AlignmentFlag.AlignRight
        right |= Qt.AlignmentFlag.AlignVCenter
        self._note.setAlignment(right)
        self._note.setStyleSheet(f"color: {theme.NOTE.name()};")

    def _set_thickness(self, value: int) -> None:
        self._planes.set_slab(float(value), self._planes.state.slab)

    def _follow(self) -> None:
        state = self._planes.state
        self._cross.setChecked(self._planes.cross_shown)
        self._curve.setChecked(self._planes.tracing.on)
        self._slider.blockSignals(True)
        self._slider.setValue(round(state.thickness))
        self._slider.blockSignals(False)
        self._thickness.setText(f"{signed(state.thickness)} mm" if state.thickness else tr("thin"))
        for slab, button in self._by_slab.items():
            button.setChecked(slab is state.slab)
            button.setEnabled(state.thickness > 0)
