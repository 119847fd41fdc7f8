"""A segmentation over one plane, and the segments under the pointer."""

import numpy as np
from PyQt5.QtCore import QRectF
from PyQt5.QtGui import QPainter

from viewer.segments.labels import Labels
from viewer.space import mpr
from viewer.space.mpr import Cut
from viewer.space.plane_view import Place
from viewer.space.slice_runs import number_at
from viewer.ui.mpr.planes import Planes
from viewer.ui.slices.segmenting.layer import ColouredLabels, clip_to
from viewer.ui.slices.segmenting.words import named
from viewer.ui.slices.viewing import Viewing


class SegmentsOverPlane:
    """What one pane has of the segmentation: of a slab, that of the plane in its middle."""

    def __init__(self, viewing: Viewing, planes: Planes) -> None:
        self._viewing, self._planes = viewing, planes
        self._coloured = ColouredLabels()

    def paint(self, painter: QPainter, cut: Cut, place: QRectF) -> None:
        """Paint over the picture that shows `cut` at `place`, where it shows voxels."""
        labels, solid = self._labels(), self._planes.solid
        if labels is None:
            self._coloured = ColouredLabels()
            return
        planes = self._planes.labels(labels)
        asked = planes, cut.matrix.tobytes(), cut.columns, cut.rows
        painter.save()
        holes = [*mpr.gap_parts(cut, solid), *mpr.damaged_parts(cut, solid)]
        clip_to(painter, cut, place, mpr.outline(cut, solid), holes)
        colours = self._viewing.segmenting.palette(labels.segmentation)
        self._coloured.paint(painter, place, asked, lambda: planes.see(cut), colours)
        painter.restore()

    def _labels(self) -> Labels | None:
        """All of them: before the last has arrived, a plane would show only some."""
        labels = self._viewing.segmenting.labels(self._viewing.entry)
        return labels if labels is not None and labels.complete else None

    def value(self, cut: Cut, place: Place) -> str:
        """The shown segments at (column, row) of a plane; empty if there is none."""
        labels, solid = self._labels(), self._planes.solid
        if labels is None:
            return ""
        column, row, along = solid.index_of(cut.point_at(*place))
        if any(low < along < high for low, high in solid.gaps):
            return ""
        number = number_at(solid.runs, float(along))
        where = (int(np.floor(part + 0.5)) for part in (number, row, column))
        return named(self._viewing.segmenting, labels, *where)
