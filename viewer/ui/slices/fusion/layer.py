"""The colours of a PET in one pane, kept until the plane, the colours or the opacity change."""

import numpy as np
from PyQt5.QtCore import QRectF
from PyQt5.QtGui import QImage, QPainter

from viewer.annotation import Nothing
from viewer.images.hot_iron import levels_of, translucent
from viewer.scene.overlaid import Overlaid
from viewer.scene.reslice import ResliceView
from viewer.space.mpr import Cut
from viewer.space.plane_view import Place, coarser
from viewer.ui.over.clipping import clip_to

# While it moves, a voxel of the PET has so many pixels along its shortest edge.
_OF_VOXEL = 2.0


class Layer:
    """One pane's picture of the PET on its plane."""

    def __init__(self) -> None:
        self._cut_of: tuple[object, ...] = ()
        self._cut: Cut | None = None
        self._seen: ResliceView | None = None
        self._over: Overlaid | None = None
        self._image = QImage()
        self._image_of: tuple[object, ...] = ()

    def paint(
        self, painter: QPainter, over: Overlaid, cut: Cut, place: QRectF, white: float, opacity: int, *,
        moving: bool = False,
    ) -> None:  # fmt: skip
        """Paint over the picture of the plane, whose outer edges are at `place`; nothing where the PET has no voxel.

        While it is `moving`, a PET has no more pixels than its voxels are worth: Qt mixes the colours between them.
        """
        cut = self._coarse(over, cut) if moving else cut
        seen = self._look(over, cut)
        if (white, opacity) != self._image_of:
            self._image, self._image_of = coloured(seen, white, opacity / 100), (white, opacity)
        painter.save()
        clip_to(painter, cut, place, over.outline(cut), over.holes(cut))
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(place, self._image)
        painter.restore()

    def _coarse(self, over: Overlaid, cut: Cut) -> Cut:
        """The same plane with `_OF_VOXEL` pixels along a voxel of the PET; but the fine picture if that is there."""
        fine = (id(over), *_asked(cut))
        return cut if fine == self._cut_of else coarser(cut, over.finest / _OF_VOXEL)

    def _look(self, over: Overlaid, cut: Cut) -> ResliceView:
        """The values on a plane, cut anew only if it is another one."""
        asked = (id(over), *_asked(cut))
        if self._seen is None or asked != self._cut_of:
            self._seen, self._cut_of, self._image_of = over.see(cut), asked, ()
            self._over, self._cut = over, cut
        return self._seen

    def value_at(self, over: Overlaid, share: Place) -> float | Nothing:
        """The value last painted at a place, in shares of the plane's width and height; or why there is none."""
        if self._seen is None or self._cut is None or self._over is not over:
            return Nothing.BESIDE
        place = share[0] * self._cut.columns - 0.5, share[1] * self._cut.rows - 0.5
        return over.value_at(self._seen, self._cut, place)


def _asked(cut: Cut) -> tuple[object, ...]:
    return cut.matrix.tobytes(), cut.columns, cut.rows, cut.samples, cut.slab


def coloured(seen: ResliceView, white: float, opacity: float) -> QImage:
    """The colours of values from 0 to `white`; see-through where there are none."""
    levels = levels_of(seen.values, 0.0, white)
    if seen.there is not None:
        levels[~seen.there] = 0
    pixels = np.ascontiguousarray(translucent(opacity).take(levels))
    rows, columns = levels.shape
    return QImage(pixels.tobytes(), columns, rows, 4 * columns, QImage.Format.Format_ARGB32_Premultiplied).copy()
