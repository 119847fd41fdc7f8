"""What a slice pane has of a fusion: the colours over its slice, and the value under the pointer."""

from typing import TYPE_CHECKING

from PyQt5.QtCore import QPointF, QRectF
from PyQt5.QtGui import QPainter

from viewer.annotation import Nothing
from viewer.images import early
from viewer.space.mapping import Mapping
from viewer.ui.slices.fusion.fusing import Fusing
from viewer.ui.slices.fusion.words import suv_text, value_text
from viewer.ui.slices.port import Port

if TYPE_CHECKING:  # they need NumPy, which loads after the first slices
    from viewer.scene.overlaid import Overlaid
    from viewer.space.mpr import Cut
    from viewer.ui.slices.fusion.layer import Layer


class OverSlice:
    """Holds values of the PET only while it lies over the pane."""

    def __init__(self, fusing: Fusing) -> None:
        self._fusing = fusing
        self._layer: Layer | None = None

    def paint(self, painter: QPainter, port: Port, mapping: Mapping) -> None:
        """Paint over the slice, if anything lies over it and the slice is there."""
        over, cut = self._found(port)
        if over is None or cut is None or not port.here:
            self._layer = None
            return
        from viewer.ui.slices.fusion.layer import Layer

        self._layer = self._layer or Layer()
        stack = port.entry.stack
        place = QRectF(
            QPointF(*mapping.to_screen(0, 0)), QPointF(*mapping.to_screen(stack.columns, stack.rows))
        )  # fmt: skip
        self._layer.paint(painter, over, cut, place, self._fusing.white, self._fusing.opacity)

    def _found(self, port: Port) -> "tuple[Overlaid | None, Cut | None]":
        if self._fusing.pet is None or not early.numpy_is_here():
            return None, None
        from viewer.space.registered import slice_cut

        over = self._fusing.over_for(port.entry)
        return over, None if over is None else slice_cut(port.entry.stack, port.frame)

    def value(self, port: Port, pointer: tuple[float, float], own: float | Nothing) -> str:
        """The PET at a place on the image, in pixels: over it, or its `own` value as SUV; empty if there is none."""
        over, stack = self._fusing.over_for(port.entry), port.entry.stack
        if over is None or self._layer is None:
            return suv_text(port.entry, own)
        share = pointer[0] / stack.columns, pointer[1] / stack.rows
        return value_text(self._fusing, self._layer.value_at(over, share))
