"""Reads the viewer's own SVG drawings into Qt's paths; Qt's SVG library would be one more to load before the start."""

from dataclasses import dataclass
import re

from PyQt5.QtCore import QPointF, QRectF, QXmlStreamAttributes, QXmlStreamReader
from PyQt5.QtGui import QPainterPath

# One command of a path with its numbers (SVG 1.1, 8.3); the drawings use M, L, H, V, C and Z.
_COMMAND = re.compile(r"([MLHVCZ])([^MLHVCZ]*)")
_NUMBER = re.compile(r"-?\d*\.?\d+")


@dataclass(frozen=True)
class SvgShape:
    """A line, and whether the area that it encloses is filled."""

    path: QPainterPath
    filled: bool


Drawing = tuple[SvgShape, ...]


def read_drawings(text: str) -> dict[str, Drawing]:
    """The shapes of every group that has an `id`; the position of the group on the sheet does not matter.

    Raises ValueError for anything that this reader does not know.
    """
    reader, found, name = QXmlStreamReader(text), dict[str, list[SvgShape]](), ""
    while not reader.atEnd():
        if reader.readNext() != QXmlStreamReader.TokenType.StartElement:
            continue
        kind, attributes = reader.name(), reader.attributes()
        if kind == "g":
            name = attributes.value("id")
            found[name] = []
        elif kind not in ("svg", "title"):
            found[name].append(SvgShape(_path(kind, attributes), attributes.value("fill") == "currentColor"))
    if reader.hasError():
        raise ValueError(reader.errorString())
    return {name: tuple(shapes) for name, shapes in found.items()}


def _path(kind: str, attributes: QXmlStreamAttributes) -> QPainterPath:
    def number(name: str) -> float:
        return float(attributes.value(name) or 0)

    path = QPainterPath()
    if kind == "path":
        _draw(path, attributes.value("d"))
    elif kind == "rect":
        place = QRectF(number("x"), number("y"), number("width"), number("height"))
        path.addRoundedRect(place, number("rx"), number("rx"))
    elif kind == "circle":
        path.addEllipse(QPointF(number("cx"), number("cy")), number("r"), number("r"))
    elif kind == "ellipse":
        path.addEllipse(QPointF(number("cx"), number("cy")), number("rx"), number("ry"))
    else:
        raise ValueError(f"unknown shape: {kind}")
    return path


def _draw(path: QPainterPath, commands: str) -> None:
    for command, numbers in _COMMAND.findall(commands):
        values, here = [float(number) for number in _NUMBER.findall(numbers)], path.currentPosition()
        if command == "M":
            path.moveTo(*values)
        elif command == "L":
            path.lineTo(*values)
        elif command == "H":
            path.lineTo(values[0], here.y())
        elif command == "V":
            path.lineTo(here.x(), values[0])
        elif command == "C":
            path.cubicTo(*values)
        else:
            path.closeSubpath()
