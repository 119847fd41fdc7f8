"""The four planes two by two, or one of them alone, above the bar of the slab."""

import numpy as np
from PyQt5.QtCore import Qt
from PyQt5.QtGui import QKeyEvent
from PyQt5.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from viewer.reading.marks import Mark
from viewer.space.mpr import Plane
from viewer.space.slice_runs import place_at
from viewer.space.voxel_volume import Solid
from viewer.ui.mpr.answers import show_plane
from viewer.ui.mpr.bar import SlabBar
from viewer.ui.mpr.curved.pane import CurvedPane
from viewer.ui.mpr.curved.tracing import Tracing
from viewer.ui.mpr.pane import PlanePane
from viewer.ui.mpr.place import place_of, state_at
from viewer.ui.mpr.planes import Planes
from viewer.ui.slices.viewing import Viewing

# Axial and coronal beside each other, as most readers know them; the two that readers use least are below.
_ORDER = (Plane.AXIAL, Plane.CORONAL, Plane.SAGITTAL, Plane.OBLIQUE)
_SEAM = 2
_DELETE = (Qt.Key.Key_Delete, Qt.Key.Key_Backspace)


class MprPage(QWidget):
    """Lives as long as its solid; `release` releases its bytes."""

    def __init__(self, viewing: Viewing, solid: Solid) -> None:
        super().__init__()
        self._viewing, self._loaded = viewing, viewing.loaded_stack
        tracing = Tracing(viewing.markings.curves, viewing.entry.stack.stack_id)
        viewing.changed.connect(tracing.follow)
        tracing.changed.connect(viewing.changed)  # a tick of the slider shows where the curve begins
        self.planes = Planes(solid, tracing, place_of(viewing))
        self.planes.rested.connect(self._hand_back)
        viewing.segmenting.sought.connect(self._go_to_voxel)
        self.panes = {plane: PlanePane(viewing, self.planes, plane) for plane in _ORDER}
        grid = self._grid = QGridLayout()
        grid.setSpacing(_SEAM)
        for place, pane in enumerate(self.panes.values()):
            grid.addWidget(pane, *divmod(place, 2))
            pane.enlarged.connect(lambda pane=pane: self._enlarge(pane))
        self.curved = CurvedPane(viewing, self.planes)
        grid.addWidget(self.curved, *divmod(_ORDER.index(Plane.OBLIQUE), 2))
        self.curved.enlarged.connect(lambda: self._enlarge(self.panes[Plane.OBLIQUE]))
        self.curved.hide()
        self.planes.tracing.changed.connect(self._show_curve)
        self._stretch()
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

    @property
    def picture(self) -> QWidget:
        """The plane that had the focus last, or else the first one that is shown: a menu may have it now."""
        every: list[QWidget] = [*self.panes.values(), self.curved]
        shown, chosen = [pane for pane in every if not pane.isHidden()], self.focusWidget()
        return next((pane for pane in shown if pane is chosen), shown[0])

    def _enlarge(self, pane: PlanePane) -> None:
        """Show only this pane, on the whole page; all four if it is already alone."""
        alone = all(other.isHidden() for other in self.panes.values() if other is not pane)
        for other in self.panes.values():
            other.cancel()
            other.setVisible(alone or other is pane)
        self.planes.alone = None if alone else pane.plane
        self._show_curve()
        self._stretch()
        pane.setFocus()

    def _show_curve(self) -> None:
        """The straightened picture takes the place of the oblique plane, unless another plane is alone."""
        free, curved = self.planes.alone in (None, Plane.OBLIQUE), self.planes.tracing.shown
        self.curved.setVisible(free and curved)
        self.panes[Plane.OBLIQUE].setVisible(free and not curved)

    def _stretch(self) -> None:
        """Lines without a pane take no room: a stretch would keep half of the page free."""
        hidden = {plane for plane, pane in self.panes.items() if pane.isHidden()}
        hidden -= set() if self.curved.isHidden() else {Plane.OBLIQUE}
        shown = [divmod(place, 2) for place, plane in enumerate(self.panes) if plane not in hidden]
        for line in (0, 1):
            self._grid.setRowStretch(line, int(any(row == line for row, _ in shown)))
            self._grid.setColumnStretch(line, int(any(column == line for _, column in shown)))

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        """Esc cancels a measurement, leaves the full screen, or resets planes and window; Delete deletes.

        Other keys go to the window, so does Shift with Delete.
        """
        if event is None:
            return
        if event.key() == Qt.Key.Key_Escape:
            self._escape(event)
        elif event.key() not in _DELETE or event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            super().keyPressEvent(event)
        elif self.planes.tracing.on:
            self.planes.tracing.remove_last()
            self._viewing.changed.emit()
        else:
            self._viewing.markings.in_space.remove_last()
            self._viewing.changed.emit()

    def _escape(self, event: QKeyEvent) -> None:
        window = self.window()
        if any(pane.cancel() for pane in (*self.panes.values(), self.curved)):  # only one of them can have begun
            return
        if self._viewing.answered.cancel():
            return
        if window is not None and window.isFullScreen():
            super().keyPressEvent(event)
        elif self.planes.tracing.on:
            self.planes.tracing.toggle()
        else:
            self.planes.reset()
            self._viewing.reset()

    def go_to_plane(self, mark: Mark) -> None:
        """Show the plane on which a place of an answer lies."""
        show_plane(self.planes, mark)

    def _go_to_voxel(self, column: float, row: float, number: int) -> None:
        """Show the planes through a voxel of the stack, such as the middle of a segment."""
        solid = self.planes.solid
        self.planes.move_to(solid.point_of(np.array((column, row, place_at(solid.runs, number)))))

    def _hand_back(self) -> None:
        """The slices follow to the place of the cross-hair, unless they show another series by now."""
        if self._loaded is self._viewing.loaded_stack and self.planes.went:
            self._viewing.set_state(state_at(self._viewing.port, self.planes.state.point))

    def release(self) -> None:
        """Cut no more planes."""
        self._hand_back()
        self._viewing.changed.disconnect(self.planes.tracing.follow)
        self._viewing.segmenting.sought.disconnect(self._go_to_voxel)
        self.planes.close()
