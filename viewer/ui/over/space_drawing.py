"""Draws measurements in the patient onto a slice or a plane: as much of each as lies there, with its value."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PyQt5.QtCore import QLineF, QPointF, QRectF, Qt
from PyQt5.QtGui import QColor, QFontMetricsF, QPainter, QPen, QPolygonF

from bundle.images.directions import unit_normal
from bundle.index.records import Stack, StackFrame, Vector
from viewer.annotation import signed
from viewer.entries import Entry
from viewer.marks.in_space import Millimetres, Segment, SpaceMeasure, distance_from, near_plane, outline
from viewer.marks.markings import Markings
from viewer.marks.measure import MeasurementKind, angle, area, cobb, length
from viewer.ui.look import theme
from viewer.ui.over.arrow import arrow_head
from viewer.ui.over.labels import Room
from viewer.ui.over.note_field import text_lines
from viewer.words import tr

_DARK, _SHADE = QColor(0, 0, 0, 190), QColor(0, 0, 0, 150)
_HANDLE = 3.5
# A slice shows what lies within half a slice spacing, or within this many mm.
_NEAR = 0.5
# What lies just between two slices is on both, never on none.
_ROUNDING = 1e-6
_MM = Millimetres()


@dataclass(frozen=True, slots=True)
class Crossing:
    """As much of a measurement as lies near a plane: lines, points and the texts beside them; an arrow with its tip.

    The points are `held` if a hand can take hold of them.
    """

    lines: tuple[Segment, ...]
    points: tuple[Vector, ...]
    texts: tuple[str, ...]
    strong: bool
    held: bool = True
    arrow: Segment | None = None


def part_of(
    measure: SpaceMeasure, at: Vector, normal: Vector, reach: float, stack: Stack, *,
    strong: bool = False, always: bool = False,
) -> Crossing | None:  # fmt: skip
    """The part within `reach` mm of a plane through `stack`, given by a point and its unit normal, or None.

    The texts are there if the whole measurement is, or `always`.
    """
    lines = near_plane(outline(measure), at, normal, reach)
    points = [point for point in measure.points if abs(distance_from(point, at, normal)) <= reach]
    if not lines and not points:
        return None
    # The values of an area are those of its own series: on another one, they are not said.
    units = stack.units if measure.stack_id == stack.stack_id else None
    said = measure.complete and (always or len(points) == len(measure.points))
    arrow = measure.kind is MeasurementKind.ARROW and measure.complete and measure.points[0] in points
    return Crossing(
        tuple(lines), tuple(points), texts_of(measure, units) if said else (), strong,
        held=measure.kind not in (MeasurementKind.FREEHAND, MeasurementKind.ARROW),
        arrow=(measure.points[0], measure.points[1]) if arrow else None,
    )  # fmt: skip


def on_slice(markings: Markings, entry: Entry, frame: StackFrame) -> list[Crossing]:
    """The parts of measurements on planes that lie on a slice."""
    stack = entry.stack
    at, orientation = frame.image_position_patient, stack.image_orientation_patient
    if at is None or orientation is None:
        return []
    reach, marks = max((stack.spacing_between_slices or 0.0) / 2, _NEAR) + _ROUNDING, markings.in_space
    normal = unit_normal(orientation)
    found = [
        part_of(measure, at, normal, reach, stack, strong=number == marks.touched, always=True)
        for number, measure in enumerate(marks.all)
        if is_of(measure, entry)
    ]
    return [part for part in found if part is not None]


def is_of(measure: SpaceMeasure, entry: Entry) -> bool:
    """Whether a measurement lies in the coordinates of a series."""
    frame = entry.series.frame_of_reference_uid
    return measure.stack_id == entry.stack.stack_id or (bool(frame) and frame == measure.frame_of_reference)


def texts_of(measure: SpaceMeasure, units: str | None) -> tuple[str, ...]:
    """The texts of a complete measurement, line by line; without `units`, nothing of the values in an area."""
    if measure.kind.is_remark:
        return text_lines(measure.text)
    if measure.kind.is_area and units is None:
        return (_area(measure),)
    return (*_sizes(measure, units or ""), *measure.remarks)


def remark(kind: MeasurementKind, text: str) -> str:
    """What an arrow or a text is called in lists."""
    return tr("Arrow") if kind is MeasurementKind.ARROW else tr("“{text}”").format(text=text)


def _sizes(measure: SpaceMeasure, units: str) -> tuple[str, ...]:
    flat = measure.flat()
    if measure.kind is MeasurementKind.DISTANCE:
        return (f"{length(_MM, *flat.points):.1f} mm",)
    if measure.kind is MeasurementKind.ANGLE:
        return (f"{angle(_MM, flat.points):.1f}°",)
    if measure.kind is MeasurementKind.COBB:
        return (f"Cobb {cobb(_MM, flat.points):.1f}°",)
    return (*_values(measure, f" {units}" if units else ""), _area(measure))


def _area(measure: SpaceMeasure) -> str:
    size = area(_MM, measure.flat())
    return f"{size / 100:.2f} cm²" if size >= 100 else f"{size:.1f} mm²"


def _values(measure: SpaceMeasure, unit: str) -> tuple[str, ...]:
    found = measure.values
    if found is None:
        return (tr("no pixels inside"),)
    return (
        tr("Mean {mean}{unit}   SD {deviation}").format(
            mean=signed(found.mean), unit=unit, deviation=signed(found.deviation)
        ),
        tr("Min {low}   Max {high}").format(low=signed(found.minimum), high=signed(found.maximum)),
    )


def draw(
    painter: QPainter, pixels: int, to_screen: Callable[[Vector], QPointF], parts: Sequence[Crossing], room: Room
) -> None:
    """All parts, with texts `pixels` high where there is `room` for them."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for part in parts:
        colour = theme.ACCENT if part.strong else theme.NOTE
        lines = [QLineF(to_screen(first), to_screen(last)) for first, last in part.lines]
        for pen in (QPen(_DARK, 3.6), QPen(colour, 1.6)):
            painter.setPen(pen)
            for line in lines:
                painter.drawLine(line)
        painter.setPen(QPen(_DARK, 1))
        painter.setBrush(colour)
        for point in part.points if part.held else ():
            painter.drawEllipse(to_screen(point), _HANDLE, _HANDLE)
        room.keep_off(map(to_screen, part.points if part.held else ()))
        if part.arrow is not None:
            painter.drawPolygon(arrow_head(*map(to_screen, part.arrow)))
        painter.setBrush(Qt.BrushStyle.NoBrush)
    for part in parts:
        if part.texts:
            places = [to_screen(point) for point in (*part.points, *(end for line in part.lines for end in line))]
            _label(painter, pixels, places, part, room)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)


def _label(painter: QPainter, pixels: int, places: Sequence[QPointF], part: Crossing, room: Room) -> None:
    """Beside the rightmost place, or where there is room."""
    font = theme.sized(painter.font(), pixels)
    metrics = QFontMetricsF(font)
    width = max(metrics.horizontalAdvance(text) for text in part.texts) + 10
    height = metrics.height() * len(part.texts) + 4
    spot = max(places, key=lambda place: (place.x(), -place.y()))
    shape = QPolygonF(list(places)).boundingRect()
    box = room.place(QRectF(spot.x() + 9, spot.y() - height / 2, width, height), shape)
    painter.fillRect(box, _SHADE)
    painter.setFont(font)
    painter.setPen(theme.ACCENT if part.strong else theme.NOTE)
    painter.drawText(box.adjusted(5, 2, -5, -2), Qt.AlignmentFlag.AlignLeft, "\n".join(part.texts))
