"""A PET in colours over one plane, and its value under the pointer."""

from PyQt5.QtCore import QRectF
from PyQt5.QtGui import QPainter

from viewer.annotation import Nothing
from viewer.entries import Entry
from viewer.space.mpr import Cut
from viewer.space.plane_view import Place
from viewer.ui.mpr.planes import Planes
from viewer.ui.slices.fusion.fusing import Fusing
from viewer.ui.slices.fusion.layer import Layer
from viewer.ui.slices.fusion.words import suv_text, value_text


class OverPlane:
    """What one pane has of a fusion; a slab of the PET is mixed like that of the plane."""

    def __init__(self, fusing: Fusing, planes: Planes) -> None:
        self._fusing, self._planes = fusing, planes
        self._layer: Layer | None = None

    def paint(self, painter: QPainter, entry: Entry, cut: Cut, place: QRectF) -> None:
        """Paint over the picture that shows `cut` at `place`, if anything lies over this series."""
        over = self._fusing.over_for(entry)
        if over is None:
            self._layer = None
            return
        self._layer = self._layer or Layer()
        self._layer.paint(
            painter, over, cut, place, self._fusing.white, self._fusing.opacity, moving=self._planes.moving
        )

    def value(self, entry: Entry, size: tuple[int, int], place: Place, own: float | Nothing) -> str:
        """The PET at (column, row) of a pane of `size` pixels, or its `own` value as SUV; empty if there is none."""
        over = self._fusing.over_for(entry)
        if over is None or self._layer is None:
            return suv_text(entry, own)
        share = (place[0] + 0.5) / size[0], (place[1] + 0.5) / size[1]
        return value_text(self._fusing, self._layer.value_at(over, share))
