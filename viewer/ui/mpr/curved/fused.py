"""A PET in colours over the straightened picture, along the same curve, and its value under the pointer."""

from PyQt5.QtCore import QRectF
from PyQt5.QtGui import QImage, QPainter

from viewer.annotation import Nothing
from viewer.entries import Entry
from viewer.scene.overlaid import Overlaid
from viewer.scene.reslice import ResliceView
from viewer.space.curve import SpaceCurve
from viewer.space.straighten import straightened
from viewer.ui.slices.fusion.fusing import Fusing
from viewer.ui.slices.fusion.layer import coloured
from viewer.ui.slices.fusion.words import suv_text, value_text


class OverCurve:
    """Computed anew only if the curve, its width, the PET or its colours are others."""

    def __init__(self, fusing: Fusing) -> None:
        self._fusing = fusing
        self._of: tuple[SpaceCurve, int, Overlaid] | None = None
        self._seen: ResliceView | None = None
        self._image = QImage()
        self._image_of: tuple[float, int] | None = None

    def paint(self, painter: QPainter, entry: Entry, curve: SpaceCurve, columns: int, area: QRectF) -> None:
        """Paint over the picture in `area`, if anything lies over this series; nothing where the PET has no value."""
        over = self._fusing.over_for(entry)
        if over is None:
            self._of = self._seen = self._image_of = None
            return
        if self._seen is None or self._of is None or not _same(self._of, (curve, columns, over)):
            self._of, self._image_of = (curve, columns, over), None
            self._seen = ResliceView(*straightened(over.solid, curve, columns))
        colours = (self._fusing.white, self._fusing.opacity)
        if self._image_of != colours:
            self._image, self._image_of = coloured(self._seen, colours[0], colours[1] / 100), colours
        painter.drawImage(area, self._image)

    def value(self, entry: Entry, row: int, column: int, own: float | Nothing) -> str:
        """The PET at a pixel of the picture, or its `own` value as SUV; empty if there is none."""
        seen = self._seen
        if self._fusing.over_for(entry) is None or seen is None:
            return suv_text(entry, own)
        known = seen.there is None or bool(seen.there[row, column])
        return value_text(self._fusing, float(seen.values[row, column]) if known else Nothing.BESIDE)


def _same(one: tuple[SpaceCurve, int, Overlaid], other: tuple[SpaceCurve, int, Overlaid]) -> bool:
    """The pane has one curve until its points, angle or size change."""
    return one[0] is other[0] and one[1] == other[1] and one[2] is other[2]
