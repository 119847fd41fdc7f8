"""Words with a dark edge, cached as small pictures: drawing the edge costs eight times the text, and words recur."""

from functools import lru_cache

from PyQt5.QtCore import QPointF, QRectF, Qt
from PyQt5.QtGui import QColor, QFont, QFontMetricsF, QImage, QPainter

_EDGE = 1.4
_OFFSETS = [QPointF(x, y) for x in (-_EDGE, 0, _EDGE) for y in (-_EDGE, 0, _EDGE) if x or y]
_DARK, _SHADE = QColor(0, 0, 0, 215), QColor(0, 0, 0, 90)
# How far the shade extends beside the text, and its picture above and below.
_BESIDE, _ABOVE = 4.0, 2.0


def draw_words(painter: QPainter, box: QRectF, text: str, font: QFont, colour: QColor, align: int) -> None:
    """Text on a shade and with a dark edge, so that it is readable on bone, noise and air alike.

    It lies in the middle of the box's height; `align` gives its place in the width.
    """
    if not text:  # a shade alone would darken the image
        return
    device = painter.device()
    ratio = device.devicePixelRatioF() if device is not None else 1.0
    image = _stamp(text, font.toString(), colour.rgba(), ratio)
    width, height = image.width() / ratio, image.height() / ratio
    if align & Qt.AlignmentFlag.AlignHCenter:
        left = box.center().x() - width / 2
    elif align & Qt.AlignmentFlag.AlignRight:
        left = box.right() + _BESIDE - width
    else:
        left = box.left() - _BESIDE
    # On whole pixels of the screen, so that the letters stay sharp.
    place = QPointF(round(left * ratio) / ratio, round((box.center().y() - height / 2) * ratio) / ratio)
    painter.drawImage(place, image)


@lru_cache(maxsize=256)
def _stamp(text: str, description: str, rgba: int, ratio: float) -> QImage:
    font = QFont()
    font.fromString(description)
    metrics = QFontMetricsF(font)
    area = QRectF(0, 0, metrics.horizontalAdvance(text) + 2 * _BESIDE, metrics.height() + 2 * _ABOVE)
    image = QImage(
        int(area.width() * ratio) + 1, int(area.height() * ratio) + 1, QImage.Format.Format_ARGB32_Premultiplied
    )
    image.setDevicePixelRatio(ratio)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    painter.fillRect(area.adjusted(0, _ABOVE, 0, -_ABOVE), _SHADE)
    painter.setFont(font)
    start = QPointF(_BESIDE, _ABOVE + metrics.ascent())
    painter.setPen(_DARK)
    for offset in _OFFSETS:
        painter.drawText(start + offset, text)
    painter.setPen(QColor.fromRgba(rgba))
    painter.drawText(start, text)
    painter.end()
    return image
