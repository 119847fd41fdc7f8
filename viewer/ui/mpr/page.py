"""The four planes two by two, or one of them alone, above the bar of the slab."""

from PyQt5.QtCore import Qt
from PyQt5.QtGui import QKeyEvent
from PyQt5.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from viewer.reading.marks import Mark
from viewer.space.mpr import Plane
from viewer.space.voxel_volume import Solid
from viewer.ui.mpr.answers import show_plane
from viewer.ui.mpr.bar import SlabBar
from viewer.ui.mpr.pane import PlanePane
from viewer.ui.mpr.planes import Planes
from viewer.ui.slices.viewing import Viewing

# Axial and coronal beside each other, as most readers know them; the two that readers use least are below.
_ORDER = (Plane.AXIAL, Plane.CORONAL, Plane.SAGITTAL, Plane.OBLIQUE)
_SEAM = 2


class MprPage(QWidget):
    """Lives as long as its solid; `release` releases its bytes."""

    def __init__(self, viewing: Viewing, solid: Solid) -> None:
        super().__init__()
        self._viewing = viewing
        self.planes = Planes(solid)
        self.panes = {plane: PlanePane(viewing, self.planes, plane) for plane in _ORDER}
        grid = QGridLayout()
        grid.setSpacing(_SEAM)
        for place, pane in enumerate(self.panes.values()):
            grid.addWidget(pane, *divmod(place, 2))
            pane.enlarged.connect(lambda pane=pane: self._enlarge(pane))
        for line in (0, 1):
            grid.setRowStretch(line, 1)
            grid.setColumnStretch(line, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(grid, 1)
        layout.addWidget(SlabBar(self.planes))
        self.setFocusProxy(self.panes[Plane.AXIAL])

    @property
    def settled(self) -> bool:
        """Whether the planes have reached their final quality."""
        return not self.planes.moving

    def _enlarge(self, pane: PlanePane) -> None:
        """Show only this pane; all four if it is already alone."""
        alone = all(other.isHidden() for other in self.panes.values() if other is not pane)
        for other in self.panes.values():
            other.setVisible(alone or other is pane)
        pane.setFocus()

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        """Esc resets the planes as well as the window; other keys go to the window."""
        if event is None:
            return
        if event.key() == Qt.Key.Key_Escape:
            if not any(pane.cancel() for pane in self.panes.values()) and not self._viewing.answered.cancel():
                self.planes.reset()
                self._viewing.reset()
        else:
            super().keyPressEvent(event)

    def go_to_plane(self, mark: Mark) -> None:
        """Show the plane on which a place of an answer lies."""
        show_plane(self.planes, mark)

    def release(self) -> None:
        """Cut no more planes."""
        self.planes.close()
