"""The test pattern, in the spirit of TG18-QC and of SMPTE RP 133, drawn anew: pixel by pixel of the screen.

It has grey steps from black to white, squares of 5 % in black and of 95 % in white, line pairs in the middle and in the
corners, a smooth ramp, a frame at the edge of the screen, and even fields.
"""

from enum import Enum

from PyQt5.QtCore import QPoint, QRect, QSize, Qt
from PyQt5.QtGui import QColor, QFont, QImage, QPainter

from viewer.ui.look import theme

BLACK, WHITE, MIDDLE = 0, 255, 128
STEPS = 18
# The grey of a share of white, which is a number of the screen, not of its light.
DARK, BRIGHT = round(0.05 * WHITE), round(0.95 * WHITE)
# Line pairs: how many pixels wide each line is.
LINES = (1, 2, 3)


class MonitorField(Enum):
    """What is shown: the whole pattern, or an even field of a share of white, to see whether the screen is even."""

    PATTERN = 0
    BRIGHT = 80
    DARK = 10

    @property
    def following(self) -> "MonitorField":
        """The next one; the pattern after the last."""
        fields = list(MonitorField)
        return fields[(fields.index(self) + 1) % len(fields)]


def grey_of_step(number: int) -> int:
    """The grey of a step: the first is black, the last white."""
    return round(number * WHITE / (STEPS - 1))


def pattern(size: QSize, field: MonitorField = MonitorField.PATTERN) -> QImage:
    """The picture for a screen of this size in its own pixels."""
    image = QImage(size, QImage.Format.Format_RGB32)
    if field is not MonitorField.PATTERN:
        image.fill(_grey(round(field.value / 100 * WHITE)))
        return image
    image.fill(_grey(MIDDLE))
    painter = QPainter(image)
    painter.setFont(theme.sized(QFont(), max(size.height() // 60, 11)))
    places = PatternPlaces(size)
    _frame(painter, QRect(QPoint(), size))
    for number in range(STEPS):
        painter.fillRect(places.step(number), _grey(grey_of_step(number)))
        _name_step(painter, places.step(number), number)
    for outer, inner, box in ((BLACK, DARK, places.dark), (WHITE, BRIGHT, places.bright)):
        painter.fillRect(box, _grey(outer))
        painter.fillRect(PatternPlaces.inner(box), _grey(inner))
    _ramp(painter, places.ramp)
    for box in places.lines:
        _line_pairs(painter, box)
    painter.end()
    return image


class PatternPlaces:
    """Where the parts are, in pixels of the screen."""

    def __init__(self, size: QSize) -> None:
        self._size = size
        width, height = size.width(), size.height()
        side = min(width, height)
        self.unit = max(side // 16, 12)
        middle = QPoint(width // 2, height // 2)
        square = QSize(3 * self.unit, 3 * self.unit)
        top = middle.y() - square.height() // 2
        self.dark = QRect(QPoint(middle.x() - 5 * self.unit, top), square)
        self.bright = QRect(QPoint(middle.x() + 2 * self.unit, top), square)
        self.ramp = QRect(width // 10, height - 3 * self.unit, width - width // 10 * 2, self.unit)

    def step(self, number: int) -> QRect:
        """A grey step; together they go across the screen."""
        left, right = (self._size.width() // 10 + round(share * self._size.width() * 0.8 / STEPS)
                       for share in (number, number + 1))  # fmt: skip
        return QRect(left, 3 * self.unit, right - left, 2 * self.unit)

    @staticmethod
    def inner(box: QRect) -> QRect:
        """The square in the middle of a square, half as wide."""
        quarter = box.width() // 4
        return box.adjusted(quarter, quarter, -quarter, -quarter)

    @property
    def lines(self) -> list[QRect]:
        """The line pairs: in the middle and in each corner."""
        side, edge = 2 * self.unit, self.unit // 2
        right, bottom = self._size.width() - edge - side, self._size.height() - edge - side
        middle = QRect((self._size.width() - side) // 2, (self._size.height() - side) // 2, side, side)
        return [middle, *(QRect(x, y, side, side) for x in (edge, right) for y in (edge, bottom))]


def _frame(painter: QPainter, box: QRect) -> None:
    """A white line along the outermost pixels: where it is missing, the screen does not show the whole picture."""
    for side in (
        QRect(0, 0, box.width(), 1), QRect(0, box.height() - 1, box.width(), 1),
        QRect(0, 0, 1, box.height()), QRect(box.width() - 1, 0, 1, box.height()),
    ):  # fmt: skip
        painter.fillRect(side, _grey(WHITE))


def _name_step(painter: QPainter, box: QRect, number: int) -> None:
    """The share of white below each step."""
    painter.setPen(_grey(WHITE))
    below = QRect(box.left(), box.bottom() + 4, box.width(), painter.fontMetrics().height())
    painter.drawText(below, Qt.AlignmentFlag.AlignHCenter, f"{round(100 * number / (STEPS - 1))}")


def _ramp(painter: QPainter, box: QRect) -> None:
    """Every grey from black to white, without a step that is wider than the others."""
    for column in range(box.width()):
        grey = column * (WHITE + 1) // box.width()
        painter.fillRect(QRect(box.left() + column, box.top(), 1, box.height()), _grey(grey))


def _line_pairs(painter: QPainter, box: QRect) -> None:
    """Lines of each width in black and white: upright ones above, level ones below."""
    painter.fillRect(box, _grey(BLACK))
    part = QSize(box.width() // len(LINES), box.height() // 2)
    for number, thick in enumerate(LINES):
        left = box.left() + number * part.width()
        for at in range(0, part.width() - 2 * thick, 2 * thick):
            painter.fillRect(QRect(left + at, box.top(), thick, part.height() - 2), _grey(WHITE))
        for at in range(0, part.height() - 2 * thick, 2 * thick):
            painter.fillRect(QRect(left, box.top() + part.height() + at, part.width() - 3, thick), _grey(WHITE))


def _grey(level: int) -> QColor:
    return QColor(level, level, level)
