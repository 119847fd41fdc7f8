"""The viewer's emblem for its windows; the builder's `viewer.ico` holds the same for viewer.exe."""

from PyQt5.QtCore import QRectF, Qt
from PyQt5.QtGui import QIcon, QImage, QPainter, QPen, QPixmap

from viewer.ui.look import theme
from viewer.ui.look.icons import drawings

_WINDOW_SIZES = (16, 32, 48)
_UNITS, _MARGIN, _ROUND = 28.0, 2.0, 5.0


def window_icon() -> QIcon:
    """In the sizes that title bars and task bars show."""
    made = QIcon()
    for size in _WINDOW_SIZES:
        made.addPixmap(QPixmap.fromImage(emblem(size)))
    return made


def emblem(size: int) -> QImage:
    """Slices on a dark ground."""
    image = QImage(size, size, QImage.Format.Format_ARGB32)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.scale(size / _UNITS, size / _UNITS)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.PANEL)
    painter.drawRoundedRect(QRectF(0, 0, _UNITS, _UNITS), _ROUND, _ROUND)
    painter.translate(_MARGIN, _MARGIN)
    painter.setPen(QPen(theme.ACCENT, 2.0, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin))
    for shape in drawings()["emblem"]:
        painter.setBrush(theme.ACCENT if shape.filled else Qt.BrushStyle.NoBrush)
        painter.drawPath(shape.path)
    painter.end()
    return image
