"""Polygons of a plane on the screen, and painting within them alone."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from PyQt5.QtCore import QPointF, QRectF, Qt
from PyQt5.QtGui import QPainter, QPainterPath, QPolygonF

if TYPE_CHECKING:  # they need NumPy, which loads after the first slices
    from viewer.space.mpr import Cut
    from viewer.space.polygons import Polygon


def clip_to(painter: QPainter, cut: "Cut", place: QRectF, inside: "Polygon", holes: "Iterable[Polygon]") -> None:
    """Paint only within a polygon of a plane whose outer edges are at `place`, and not in its holes."""
    path = polygon_path(inside, cut, place)
    for hole in holes:
        path = path.subtracted(polygon_path(hole, cut, place))
    painter.setClipPath(path, Qt.ClipOperation.IntersectClip)


def polygon_path(polygon: "Polygon", cut: "Cut", place: QRectF) -> QPainterPath:
    """A polygon in pixels of the plane, on the screen."""
    across, down = place.width() / cut.columns, place.height() / cut.rows
    path = QPainterPath()
    if polygon:
        corners = [QPointF(place.left() + (x + 0.5) * across, place.top() + (y + 0.5) * down) for x, y in polygon]
        path.addPolygon(QPolygonF(corners))
        path.closeSubpath()
    return path
