"""What lies over one plane, a PET in colours or a segmentation, and what both have under the pointer."""

from PyQt5.QtCore import QRectF
from PyQt5.QtGui import QPainter

from viewer.annotation import Nothing
from viewer.entries import Entry
from viewer.space.mpr import Cut
from viewer.space.plane_view import Place
from viewer.ui.mpr.planes import Planes
from viewer.ui.mpr.segmented import SegmentsOverPlane
from viewer.ui.slices.fusion.layer import Layer
from viewer.ui.slices.fusion.words import suv_text, value_text
from viewer.ui.slices.viewing import Viewing


class OverPlane:
    """What one pane has of a fusion and of a segmentation; a slab of the PET is mixed like that of the plane."""

    def __init__(self, viewing: Viewing, planes: Planes) -> None:
        self._fusing, self._planes = viewing.fusing, planes
        self._layer: Layer | None = None
        self._segments = SegmentsOverPlane(viewing, planes)

    def paint(self, painter: QPainter, entry: Entry, cut: Cut, place: QRectF) -> None:
        """Paint over the picture that shows `cut` at `place`, if anything lies over this series."""
        self._paint_pet(painter, entry, cut, place)
        self._segments.paint(painter, cut, place)

    def _paint_pet(self, painter: QPainter, entry: Entry, cut: Cut, place: QRectF) -> None:
        over = self._fusing.over_for(entry)
        if over is None:
            self._layer = None
            return
        self._layer = self._layer or Layer()
        self._layer.paint(
            painter, over, cut, place, self._fusing.white, self._fusing.opacity, moving=self._planes.moving
        )

    def value(self, entry: Entry, cut: Cut, place: Place, own: float | Nothing) -> str:
        """At (column, row) of a pane that shows `cut`: the PET, or its `own` value as SUV, and the segments there."""
        return "   ".join(filter(None, (self._of_pet(entry, cut, place, own), self._segments.value(cut, place))))

    def _of_pet(self, entry: Entry, cut: Cut, place: Place, own: float | Nothing) -> str:
        over = self._fusing.over_for(entry)
        if over is None or self._layer is None:
            return suv_text(entry, own)
        share = (place[0] + 0.5) / cut.columns, (place[1] + 0.5) / cut.rows
        return value_text(self._fusing, self._layer.value_at(over, share))
