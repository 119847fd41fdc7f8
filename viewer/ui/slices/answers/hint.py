"""A hint on an image while the form waits for a click: what to do next, or why the last click did not count."""

from PyQt5.QtCore import QRectF, Qt
from PyQt5.QtGui import QColor, QPainter

from viewer.reading.asking import Asked
from viewer.ui.look import theme
from viewer.words import tr

_SHADE = QColor(0, 0, 0, 205)
_PADDING, _WIDEST, _SMALL = 9.0, 560.0, 420


def paint_hint(painter: QPainter, area: QRectF, asked: Asked, pixels: int) -> None:
    """A box at the upper edge of a pane, just below the letter of that side: it hides as little as possible."""
    refused = bool(asked.refused)
    text = asked.refused or asked.hint
    if area.height() >= _SMALL:  # a small pane has no room for more
        text = f"{asked.label}\n{text}" + ("" if refused else f"  ({tr('Esc cancels')})")
    painter.setFont(theme.sized(painter.font(), pixels))
    width = min(area.width() * 0.86, _WIDEST)
    room = QRectF(area.center().x() - width / 2, area.top() + pixels * 3.4, width, area.height() * 0.5)
    flags = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextWordWrap
    words = painter.boundingRect(room, flags, text)
    box = words.adjusted(-_PADDING, -_PADDING / 2, _PADDING, _PADDING / 2)
    painter.fillRect(box, _SHADE)
    painter.setPen(theme.NOTE if refused else theme.ANSWER)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRect(box)
    painter.drawText(words, flags, text)
