"""The kinds of measurements in words."""

from viewer.marks.measure import MeasurementKind
from viewer.words import tr


def kind_name(kind: MeasurementKind) -> str:
    """What a reader calls it."""
    names = {
        MeasurementKind.DISTANCE: tr("Distance"), MeasurementKind.ANGLE: tr("Angle"),
        MeasurementKind.COBB: tr("Cobb angle"), MeasurementKind.ELLIPSE: tr("Ellipse"),
        MeasurementKind.RECTANGLE: tr("Rectangle"), MeasurementKind.FREEHAND: tr("Free-hand outline"),
        MeasurementKind.POLYGON: tr("Polygon"), MeasurementKind.ARROW: tr("Arrow"), MeasurementKind.TEXT: tr("Text"),
        MeasurementKind.POINT: tr("Mark"),
    }  # fmt: skip
    return names[kind]
