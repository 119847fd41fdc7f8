"""Draws one plane: its picture where there are voxels, damage, the cross-hair, and the texts."""

import math

from PyQt5.QtCore import QLineF, QPointF, QRectF, Qt
from PyQt5.QtGui import QBrush, QColor, QImage, QPainter, QPainterPath, QPen

from viewer.space import mpr
from viewer.space.crosshair import GAP, CrossHair, Grip, Held
from viewer.space.mpr import Cut, Plane
from viewer.space.voxel_volume import Solid
from viewer.ui.look import theme
from viewer.ui.over.clipping import clip_to, polygon_path

# One colour for each plane: for its lines in the other panes, and for the edge of its own.
COLOURS = {
    Plane.AXIAL: theme.ACCENT,
    Plane.CORONAL: QColor("#86c98b"),
    Plane.SAGITTAL: QColor("#e3a17a"),
    Plane.OBLIQUE: QColor("#b9a3e6"),
}
_HANDLE = 4.5


class PlanePainter:
    """Draws in units of the picture's own pixels: the centre of the first is (0, 0)."""

    def __init__(self, painter: QPainter, cut: Cut, ratio: float) -> None:
        self._painter, self._cut, self._ratio = painter, cut, ratio

    @property
    def area(self) -> QRectF:
        """Where the outer edges of the picture are in the pane."""
        return QRectF(0, 0, self._cut.columns / self._ratio, self._cut.rows / self._ratio)

    def picture(self, image: QImage, solid: Solid) -> None:
        """The image within the voxels' outline; gaps, and parts that depend on a damaged slice, are hatched instead."""
        painter, cut = self._painter, self._cut
        painter.save()
        clip_to(painter, cut, self.area, mpr.outline(cut, solid), ())
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(self.area, image)
        for polygons, colour in (
            (mpr.gap_parts(cut, solid), theme.NOTE),
            (mpr.damaged_parts(cut, solid), theme.DAMAGE.darker(160)),
        ):
            for polygon in polygons:
                self._hatch(polygon_path(polygon, cut, self.area), colour)
        painter.restore()

    def _hatch(self, path: QPainterPath, colour: QColor) -> None:
        """A band of this colour, which cannot be mistaken for image."""
        faint = QColor(colour)
        faint.setAlpha(90)
        self._painter.fillPath(path, theme.IMAGE_BACKGROUND)
        self._painter.fillPath(path, faint)
        self._painter.fillPath(path, QBrush(colour, Qt.BrushStyle.BDiagPattern))

    def _screen(self, column: float, row: float) -> QPointF:
        return QPointF((column + 0.5) / self._ratio, (row + 0.5) / self._ratio)

    def cross_hair(self, hair: CrossHair, held: Held | None) -> None:
        """The lines of the other planes with a gap around the point; the held line is stronger."""
        painter = self._painter
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for line in hair.lines:
            strong = held is not None and held.other is line.other
            colour = QColor(COLOURS[line.other])
            colour.setAlpha(255 if strong else 175)
            painter.setPen(QPen(colour, 1.8 if strong else 1.1))
            for sign in (-1, 1):
                self._half_line(hair, (sign * line.direction[0], sign * line.direction[1]))
                self._handle(hair, line.other, (sign * line.direction[0], sign * line.direction[1]), held)
        if held is not None and held.grip is Grip.POINT:
            painter.setPen(QPen(theme.TEXT, 1.4))
            painter.drawEllipse(self._screen(*hair.center), GAP * 0.6, GAP * 0.6)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)

    def _half_line(self, hair: CrossHair, direction: tuple[float, float]) -> None:
        gap, far = GAP * self._ratio, math.hypot(self._cut.columns, self._cut.rows) * 2
        x, y = hair.center
        ends = (self._screen(x + direction[0] * way, y + direction[1] * way) for way in (gap, far))
        self._painter.drawLine(QLineF(*ends))

    def _handle(self, hair: CrossHair, other: Plane, direction: tuple[float, float], held: Held | None) -> None:
        """A dot where the turning part of the line begins."""
        turning = held is not None and held.grip is Grip.TURN and held.other is other
        self._painter.setBrush(COLOURS[other] if turning else theme.IMAGE_BACKGROUND)
        x, y = hair.center
        place = self._screen(x + direction[0] * hair.reach, y + direction[1] * hair.reach)
        self._painter.drawEllipse(place, _HANDLE, _HANDLE)
        self._painter.setBrush(Qt.BrushStyle.NoBrush)

    def edge(self, plane: Plane, area: QRectF, *, focused: bool) -> None:
        """A short bar in the plane's colour above its name; a frame if the pane has the keyboard focus."""
        self._painter.fillRect(QRectF(area.left() + 14, area.top() + 7, 34, 3), COLOURS[plane])
        if focused:
            self._painter.setPen(QPen(theme.ACCENT, 1))
            self._painter.drawRect(area.adjusted(0, 0, -1, -1))
