"""The state that the four panes share: the solid, the cross-hair, the slab and the lens of each pane."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from PyQt5.QtCore import QObject, QTimer, pyqtSignal

from bundle.index.records import Vector
from viewer.scene.labelled.planes import LabelPlanes
from viewer.scene.reslice import Reslicer, ResliceView
from viewer.segments.labels import Labels
from viewer.space import mpr, plane_view
from viewer.space.mpr import Cut, MprState, Plane, Slab
from viewer.space.plane_view import Lens
from viewer.space.voxel_volume import Solid
from viewer.ui.mpr.curved.tracing import Tracing

# The panes show fewer pixels until nothing has moved for this long, in milliseconds.
_REST = 160


class Planes(QObject):
    """One solid; `state` and `lenses` are only ever replaced, and `changed` announces it."""

    changed = pyqtSignal()
    rested = pyqtSignal()

    def __init__(self, solid: Solid, tracing: Tracing, place: Vector | None = None) -> None:
        """They open at a place in the patient, or in the middle."""
        super().__init__()
        self.solid = solid
        self.state = mpr.start(solid)
        if place is not None:
            self.state = mpr.move_to(self.state, solid, np.array(place))
        self._first = self.state
        self.cross_shown = True
        self.alone: Plane | None = None  # the plane that fills the page
        self.lenses = dict(plane_view.FIRST_LENSES)
        self._reslicer = Reslicer(solid)
        self._labels: dict[Labels, LabelPlanes] = {}
        self.tracing = tracing
        self.tracing.changed.connect(self.changed)
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(_REST)
        self._rest.timeout.connect(self.rested)

    @property
    def moving(self) -> bool:
        """Whether something has just moved, so that a coarse picture in time is better than a fine one late."""
        return self._rest.isActive()

    def see(self, cut: Cut) -> ResliceView:
        """The values on a plane, as the voxels store them."""
        return self._reslicer.see(cut)

    def labels(self, wanted: Labels) -> LabelPlanes:
        """Cuts complete labels of the solid's stack; those of two segmentations at a time are held."""
        if wanted not in self._labels:
            for old in list(self._labels)[1:]:
                self._labels.pop(old).close()
            self._labels = {wanted: LabelPlanes(wanted, self.solid), **self._labels}
        return self._labels[wanted]

    def set_state(self, state: MprState) -> None:
        """Show this from now on."""
        if state != self.state:
            self.state = state
            self._moved()

    def set_lens(self, plane: Plane, wanted: Lens) -> None:
        """Show this part of a plane from now on; all others zoom alike."""
        if wanted == self.lenses[plane]:
            return
        if wanted.zoom != self.lenses[plane].zoom:
            point, center = self.state.point, self.solid.center
            lenses = {other: plane_view.zoomed_with(lens, wanted.zoom, point, center)
                      for other, lens in self.lenses.items()}  # fmt: skip
        else:
            lenses = dict(self.lenses)
        self.lenses = {**lenses, plane: wanted}
        self._moved()

    def show_cross(self, *, shown: bool) -> None:
        """Show the cross-hair with its rotation centre, or the bare picture."""
        self.cross_shown = shown
        self.changed.emit()

    @property
    def went(self) -> bool:
        """Whether the cross-hair has left the place where the planes opened."""
        return self.state.point != self._first.point

    def _moved(self) -> None:
        self._rest.start()
        self.changed.emit()

    def move_to(self, point: NDArray[np.float64]) -> None:
        """Move the cross-hair to another point in the patient."""
        self.set_state(mpr.move_to(self.state, self.solid, point))

    def scroll(self, plane: Plane, steps: int) -> None:
        """Scroll along the normal of a plane; from head to feet if it points there, as in the slice pane."""
        normal = self.state.facings[plane].normal
        down = -1 if normal[2] > max(abs(normal[0]), abs(normal[1])) else 1
        self.set_state(mpr.scroll(self.state, self.solid, plane, steps * down))

    def set_slab(self, thickness: float, slab: Slab) -> None:
        """Set the thickness of the planes, and how values along it make a pixel."""
        self.set_state(replace(self.state, thickness=thickness, slab=slab))

    def reset(self) -> None:
        """Restore the planes as the page opened."""
        self.lenses = dict(plane_view.FIRST_LENSES)
        self.state = self._first
        self._moved()

    def close(self) -> None:
        """Release the bytes."""
        self._rest.stop()
        for planes in self._labels.values():
            planes.close()
        self._labels = {}
        self._reslicer.close()
