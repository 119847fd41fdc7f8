"""The picture of one plane: cut anew only if the plane, its lens or the slab changed, and turned into grey levels."""

import numpy as np
from PyQt5.QtGui import QImage

from bundle.presets import Window
from viewer.annotation import Nothing
from viewer.scene.reslice import ResliceView
from viewer.space import mpr, plane_view
from viewer.space.mpr import Cut, Plane
from viewer.ui.mpr.planes import Planes
from viewer.ui.slices.picture import as_image

# How many pixels of a pane can be cut in time during movement: along the voxels, and obliquely, where each costs four
# times as much; a larger pane gets the same number and stretches them.
_IN_TIME, _IN_TIME_ASKEW = 300_000, 100_000
# The picture at rest, and the one during movement.
_CUTS = 2


class PlanePicture:
    """A pane's picture of its plane, kept until something about it changes."""

    def __init__(self, planes: Planes, plane: Plane) -> None:
        self._planes, self._plane = planes, plane
        self._cut: Cut | None = None
        self._cuts: list[tuple[tuple[object, ...], Cut]] = []
        self._seen: ResliceView | None = None
        self._image = QImage()
        self._image_of: tuple[object, ...] = ()

    def cut_at(self, size: tuple[int, int], coarse: float = 1.0) -> Cut:
        """The current plane, whatever has been drawn of it; computed once until it changes."""
        planes, plane = self._planes, self._plane
        asked = (planes.state, planes.lenses[plane], size, coarse)
        known = next((cut for key, cut in self._cuts if key == asked), None)
        if known is not None:
            return known
        made = plane_view.cut_through(planes.state, planes.lenses[plane], planes.solid, plane, size, coarse)
        self._cuts = [(asked, made), *self._cuts][:_CUTS]
        return made

    def _coarse(self, size: tuple[int, int]) -> float:
        """The factor that divides the pixels along each side during movement."""
        planes = self._planes
        straight = mpr.along_voxels(planes.solid, planes.state.facings[self._plane])
        in_time = _IN_TIME if straight else _IN_TIME_ASKEW
        if planes.solid.there is not None:  # padding is cut as well
            in_time //= 3
        return float(max((size[0] * size[1] / in_time) ** 0.5, 1.0))

    def image(self, size: tuple[int, int], window: Window, *, inverted: bool) -> QImage:
        """Grey levels; at the size of the pane, or coarser during movement."""
        wanted = self.cut_at(size)
        if self._planes.moving and not _same(self._cut, wanted):
            wanted = self.cut_at(size, self._coarse(size))
        if self._seen is None or not _same(self._cut, wanted):
            self._cut, self._seen, self._image_of = wanted, self._planes.see(wanted), ()
        if self._image_of != (window, inverted):
            grey = plane_view.grey_of(*self._seen, self._planes.solid, window, inverted=inverted)
            self._image = as_image(grey.data.cast("B"), *grey.shape)
            self._image_of = (window, inverted)
        return self._image

    def shown_cut(self, size: tuple[int, int]) -> Cut:
        """The plane with as many pixels as the picture has that is shown."""
        return self._cut or self.cut_at(size)

    def value_at(self, size: tuple[int, int], place: plane_view.Place) -> float | Nothing:
        """The value shown at a place in the pane, or why there is none."""
        if self._cut is None or self._seen is None:
            return Nothing.BESIDE
        ratios = self._cut.columns / size[0], self._cut.rows / size[1]
        here = tuple((part + 0.5) * ratio - 0.5 for part, ratio in zip(place, ratios, strict=True))
        return plane_view.value_at(*self._seen, self._cut, self._planes.solid, (here[0], here[1]))


def _same(one: Cut | None, other: Cut) -> bool:
    """Whether two pictures show the same voxels: dragging a point within a plane changes it only by rounding."""
    if one is None or (one.columns, one.rows, one.samples) != (other.columns, other.rows, other.samples):
        return False
    return one.slab is other.slab and bool(np.all(np.abs(one.matrix - other.matrix) <= 1e-6))
