"""A segmentation over one plane, and the segments under the pointer."""

from functools import partial

import numpy as np
from PyQt5.QtCore import QRectF
from PyQt5.QtGui import QPainter

from viewer.segments.labels import Labels
from viewer.segments.picture import Palette
from viewer.space import mpr
from viewer.space.mpr import Cut
from viewer.space.plane_view import Place
from viewer.space.slice_runs import number_at
from viewer.ui.mpr.planes import Planes
from viewer.ui.over.clipping import clip_to
from viewer.ui.slices.segmenting.layer import ColouredLabels, See, differences
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
        asked, seeing, colours = self._asked(labels, cut)
        painter.save()
        holes = [*mpr.gap_parts(cut, solid), *mpr.damaged_parts(cut, solid)]
        clip_to(painter, cut, place, mpr.outline(cut, solid), holes)
        self._coloured.paint(painter, place, asked, seeing, colours)
        painter.restore()

    def _asked(self, labels: Labels, cut: Cut) -> tuple[object, See, Palette]:
        """What the picture is of, how it is cut, and its colours."""
        segmenting = self._viewing.segmenting
        colours, others = segmenting.palette(labels.segmentation), self._others()
        asked = labels, cut.matrix.tobytes(), cut.columns, cut.rows
        see = partial(self._planes.labels(labels).see, cut)
        if others is None:
            return asked, see, colours
        kept = colours, segmenting.palette(others.segmentation)
        seeing = differences((see, partial(self._planes.labels(others).see, cut)), kept)
        return (asked, others, *kept), seeing, segmenting.palette_of_difference()

    def _labels(self) -> Labels | None:
        """All of them: before the last has arrived, a plane would show only some."""
        labels = self._viewing.segmenting.labels(self._viewing.entry)
        return labels if labels is not None and labels.complete else None

    def _others(self) -> Labels | None:
        """The segmentation that it is compared with, where their difference is shown."""
        differing = self._viewing.segmenting.comparing.differing(self._viewing.entry)
        return differing[1] if differing is not None and differing[1].complete else None

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
