"""Draws measurements, key images, the cross-hair and localizer lines onto a pane's picture."""

from collections.abc import Sequence
import math

from PyQt5.QtCore import QLineF, QPointF, QRectF, Qt
from PyQt5.QtGui import QColor, QFontMetricsF, QPainter, QPen, QPolygonF

from bundle.index.records import Stack, Vector
from viewer.annotation import signed
from viewer.marks.measure import Measure, MeasurementKind, Place, angle, area, cobb, length, unit
from viewer.space.mapping import Mapping
from viewer.ui.look import theme
from viewer.ui.over.arrow import arrow_head
from viewer.ui.over.labels import Room
from viewer.ui.over.note_field import text_lines
from viewer.ui.over.space_drawing import remark
from viewer.ui.slices.port import Port
from viewer.ui.slices.sketch import held_points, lines_of
from viewer.words import tr

_DARK = QColor(0, 0, 0, 190)
_SHADE = QColor(0, 0, 0, 150)
_HANDLE = 3.5
_GAP, _ARM = 9.0, 30.0
_RING = 8.0
# The question of an answer is shortened to this many times the height of the type.
_LONGEST = 20
# A pane below this width, in screen pixels, has room for labels of so many lines.
_NARROW, _LINES = 360, 2


class Drawing:
    """Draws onto one pane, with its mapping."""

    def __init__(
        self, painter: QPainter, area: QRectF, mapping: Mapping, port: Port, pixels: int, room: Room
    ) -> None:  # fmt: skip
        """Type is `pixels` high; labels lie where there is `room` for them."""
        self._painter, self._area, self._mapping, self._port = painter, area, mapping, port
        self._room, self._longest = room, float(pixels * _LONGEST)
        self._font = theme.sized(painter.font(), pixels)

    def measures(self, measures: Sequence[Measure], touched: int | None) -> None:
        """All measurements of a slice; the one touched last stands out."""
        self._painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for number, measure in enumerate(measures):
            colour = theme.ACCENT if number == touched else theme.NOTE
            self._shape(measure, colour)
            self._room.keep_off(map(self._point, held_points(measure)))
        for number, measure in enumerate(measures):
            lines = self._fitting(measure) if measure.complete else ()
            if lines:
                self._label(measure, theme.ACCENT if number == touched else theme.NOTE, lines)

    def _fitting(self, measure: Measure) -> tuple[str, ...]:
        """In a narrow pane an area has its mean and its size, a text its beginning; the list (F4) has all."""
        lines = words(self._port, measure)
        if len(lines) <= _LINES or self._area.width() >= _NARROW:
            return lines
        return (lines[0], f"{lines[1]} …") if measure.kind.is_remark else (lines[0], lines[-1])

    def answer(self, measure: Measure, lines: Sequence[str]) -> None:
        """A mark or measurement of the form, with its question; also while only its first end is there."""
        self._painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._shape(measure, theme.ANSWER)
        shortened = QFontMetricsF(self._font).elidedText(lines[0], Qt.TextElideMode.ElideMiddle, self._longest)
        self._label(measure, theme.ANSWER, (shortened, *lines[1:]))

    def _shape(self, measure: Measure, colour: QColor) -> None:
        for pen in (QPen(_DARK, 3.6), QPen(colour, 1.6)):
            self._painter.setPen(pen)
            self._painter.setBrush(Qt.BrushStyle.NoBrush)
            if measure.kind.is_area:
                self._around(measure)
            for first, last in () if measure.kind.is_area else lines_of(measure):
                self._painter.drawLine(QLineF(self._point(first), self._point(last)))
        if measure.kind is MeasurementKind.ARROW and measure.complete:
            self._painter.setBrush(colour)
            self._painter.drawPolygon(arrow_head(*map(self._point, measure.points)))
            return
        if measure.kind is MeasurementKind.POINT:
            self._ring(measure.points[0], colour)
        if measure.kind is MeasurementKind.COBB and measure.complete:
            self._between(measure, colour)
        self._painter.setPen(QPen(_DARK, 1))
        self._painter.setBrush(colour)
        for place in held_points(measure):
            self._painter.drawEllipse(self._point(place), _HANDLE, _HANDLE)

    def _around(self, measure: Measure) -> None:
        """The edge of an area."""
        if measure.kind.is_outline:
            line = QPolygonF([self._point(place) for place in measure.points])
            (self._painter.drawPolygon if measure.closed else self._painter.drawPolyline)(line)
        elif measure.complete:
            around = QRectF(self._point(measure.points[0]), self._point(measure.points[1])).normalized()
            ellipse = measure.kind is MeasurementKind.ELLIPSE
            (self._painter.drawEllipse if ellipse else self._painter.drawRect)(around)

    def _ring(self, place: Place, colour: QColor) -> None:
        """A mark stands out by a ring, which hides nothing of what it marks."""
        for pen in (QPen(_DARK, 3.6), QPen(colour, 1.6)):
            self._painter.setPen(pen)
            self._painter.drawEllipse(self._point(place), _RING, _RING)

    def _between(self, measure: Measure, colour: QColor) -> None:
        """A thin line that shows which two lines belong together."""
        middles = [
            QPointF((a[0] + b[0]) / 2, (a[1] + b[1]) / 2)
            for a, b in (measure.points[:2], measure.points[2:])
        ]  # fmt: skip
        self._painter.setPen(QPen(colour, 1, Qt.PenStyle.DotLine))
        self._painter.drawLine(*(self._point((middle.x(), middle.y())) for middle in middles))

    def _label(self, measure: Measure, colour: QColor, lines: Sequence[str]) -> None:
        metrics = QFontMetricsF(self._font)
        width = max(metrics.horizontalAdvance(line) for line in lines)
        height = metrics.height() * len(lines)
        spot = max((self._point(place) for place in measure.points), key=lambda point: (point.x(), -point.y()))
        box = QRectF(spot.x() + 9, spot.y() - height / 2, width + 10, height + 4)
        if box.right() > self._area.right() - 4:  # beside the edge it is below the point, not on it
            box.moveLeft(self._area.right() - box.width() - 4)
            box.moveTop(spot.y() + _RING + 4)
        box = self._room.place(box, QPolygonF([self._point(place) for place in measure.points]).boundingRect())
        self._painter.fillRect(box, _SHADE)
        self._painter.setFont(self._font)
        self._painter.setPen(colour)
        self._painter.drawText(box.adjusted(5, 2, -5, -2), Qt.AlignmentFlag.AlignLeft, "\n".join(lines))

    def localizer(self, line: tuple[Place, Place]) -> None:
        """The line where the selected pane's slice cuts this one."""
        for pen in (QPen(_DARK, 3), QPen(theme.NOTE, 1.2, Qt.PenStyle.DashLine)):
            self._painter.setPen(pen)
            self._painter.drawLine(QLineF(self._point(line[0]), self._point(line[1])))

    def cross(self, place: Place) -> None:
        """The place that the cross-hair marks: four arms that leave the place itself clear."""
        at = self._point(place)
        for pen in (QPen(_DARK, 3.4), QPen(theme.ACCENT, 1.6)):
            self._painter.setPen(pen)
            for dx, dy in ((1, 0), (-1, 0), (0, 1), (0, -1)):
                near, far = QPointF(dx * _GAP, dy * _GAP), QPointF(dx * _ARM, dy * _ARM)
                self._painter.drawLine(QLineF(at + near, at + far))

    def _point(self, place: Place) -> QPointF:
        return QPointF(*self._mapping.to_screen(*place))


def words(port: Port, measure: Measure) -> tuple[str, ...]:
    """The texts of a measurement, line by line."""
    if measure.kind.is_remark:
        return text_lines(measure.text)
    size = size_of(port.entry.stack, measure)
    return (*_values(port, measure), size) if measure.kind.is_area else (size,)


def size_of(stack: Stack, measure: Measure) -> str:
    """The length, angle or area of a measurement; what an arrow or a text is called in lists."""
    if measure.kind.is_remark:
        return remark(measure.kind, measure.text)
    if measure.kind is MeasurementKind.DISTANCE:
        return f"{length(stack, *measure.points):.1f} {unit(stack)}"
    if measure.kind is MeasurementKind.ANGLE:
        return f"{angle(stack, measure.points):.1f}°"
    if measure.kind is MeasurementKind.COBB:
        return f"Cobb {cobb(stack, measure.points):.1f}°"
    return _area(area(stack, measure), unit(stack))


def _values(port: Port, measure: Measure) -> tuple[str, ...]:
    from viewer.marks.roi import statistics  # NumPy loads after the first pictures

    found = statistics(port.loaded_stack, port.state.index, measure)
    if found is None:
        return (tr("no pixels inside"),)
    of_unit = value_unit(port)
    return (
        tr("Mean {mean}{unit}   SD {deviation}").format(
            mean=signed(found.mean), unit=of_unit, deviation=signed(found.deviation)
        ),
        tr("Min {low}   Max {high}").format(low=signed(found.minimum), high=signed(found.maximum)),
    )


def _area(size: float, length_unit: str) -> str:
    if length_unit == "mm" and size >= 100:
        return f"{size / 100:.2f} cm²"
    return f"{size:.1f} {length_unit}²"


def value_unit(port: Port) -> str:
    """' HU', or another unit of the values that the file names; empty if it names none."""
    units = port.entry.stack.units
    return f" {units}" if units else ""


def reaches(port: Port, point: Vector, here: Vector) -> bool:
    """Whether a pane's slice shows a patient place; `here` is the nearest place on the slice."""
    return math.dist(point, here) <= port.reach
