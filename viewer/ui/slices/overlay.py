"""Draws the texts on the image: corners, orientation letters, scale bar, messages."""

from dataclasses import dataclass

from PyQt5.QtCore import QPointF, QRectF, Qt
from PyQt5.QtGui import QColor, QFont, QFontMetricsF, QPainter

from viewer.annotation import BAR_SHARE, Corners, Letters, TextLine, Weight, scale_bar, signed
from viewer.ui.look import theme
from viewer.ui.look.stamp import draw_words
from viewer.ui.over.folding import arranged
from viewer.ui.over.labels import Room

_COLOURS = {
    Weight.STRONG: theme.TEXT,
    Weight.PLAIN: theme.TEXT,
    Weight.MUTED: QColor("#c3cad2"),
    Weight.NOTE: theme.NOTE,
    Weight.DAMAGE: theme.DAMAGE,
}
_MARGIN = 14.0
# Between the scale bar and the texts beside it.
_GAP = 10.0
# Between the scale bar or a letter and the text below it.
_LIFT = 3.0
_SMALLEST, _LARGEST = 14, 20


@dataclass(frozen=True, slots=True)
class _Row:
    """A row of text of a line, and where it is."""

    text: str
    line: TextLine
    box: QRectF
    left: bool


@dataclass(frozen=True, slots=True)
class _ScaleBar:
    """The parts of the bar, the lowest first; the length, and where it stands."""

    bars: tuple[QRectF, ...]
    text: QRectF
    length: str


class Overlay:
    """Draws onto one pane's rectangle; the type size grows a little with the pane."""

    def __init__(self, painter: QPainter, area: QRectF) -> None:
        self._painter, self._area = painter, area.adjusted(_MARGIN, _MARGIN, -_MARGIN, -_MARGIN)
        self.size = int(min(max(area.height() / 46, _SMALLEST), _LARGEST))
        self._metrics: dict[bool, QFontMetricsF] = {}
        self._rows: list[_Row] = []  # of the corners
        self._letters = Letters()
        self._pixels_per_mm: float | None = None
        self._pane, self._room = area, Room(area)

    def prepare(self, corners: Corners, letters: Letters, pixels_per_mm: float | None) -> Room:
        """All that `finish` will draw, after the labels that are drawn before it in the room that is left for them."""
        self._arrange(corners)
        self._letters, self._pixels_per_mm = letters, pixels_per_mm
        bar = self._scale_bar(pixels_per_mm)
        sides = zip(_sides(letters), self._letter_places(letters), strict=True)
        fixed = [*(place for (text, _), place in sides if text), *([] if bar is None else [bar.text | bar.bars[0]])]
        stay, fold = ([row.box for row in self._rows if bool(row.line.fold) is may] for may in (False, True))
        self._room = Room(self._pane, [*fixed, *stay], fold)
        return self._room

    def finish(self) -> None:
        """Corners, letters and scale bar; a line folds away that a label lies on, if it may."""
        self._draw_rows()
        self.letters(self._letters)
        if self._pixels_per_mm is not None:
            self.scale(self._pixels_per_mm)

    def corners(self, corners: Corners) -> None:
        """The lines of the four corners, as far as they have room: what matters most always stays."""
        self._arrange(corners)
        self._draw_rows()

    def _arrange(self, corners: Corners) -> None:
        row, area = self.size * 1.38, self._area
        for placed in arranged(corners, area.width(), area.height(), row, self._width_of):
            bold = placed.line.weight is Weight.STRONG
            text, width = placed.text, self._width_of(placed.text, bold)
            if width > area.width():  # only a single word may be this long
                text = QFontMetricsF(self._font(bold)).elidedText(text, Qt.TextElideMode.ElideRight, area.width())
                width = self._width_of(text, bold)
            start = area.left() if placed.left else area.right() - width
            self._rows.append(_Row(text, placed.line, QRectF(start, area.top() + placed.top, width, row), placed.left))

    def _draw_rows(self) -> None:
        folded = {id(row.line) for row in self._rows if row.line.fold and self._room.covers(row.box)}
        for row in self._rows:
            line = row.line
            if id(line) in folded:
                continue
            box = QRectF(self._area.left(), row.box.top(), self._area.width(), row.box.height())
            align = Qt.AlignmentFlag.AlignLeft if row.left else Qt.AlignmentFlag.AlignRight
            colour = _COLOURS[line.weight] if line.case is None else theme.CASES[line.case % len(theme.CASES)]
            draw_words(self._painter, box, row.text, self._font(line.weight is Weight.STRONG), colour, align)

    def _width_of(self, text: str, bold: bool) -> float:
        if bold not in self._metrics:
            self._metrics[bold] = QFontMetricsF(self._font(bold))
        return self._metrics[bold].horizontalAdvance(text)

    def _font(self, bold: bool = False, larger: int = 0) -> QFont:
        return theme.sized(self._painter.font(), self.size + larger, bold)

    def letters(self, letters: Letters) -> None:
        """The directions of the sides, in the middle of each."""
        font = self._font(bold=True, larger=4)
        for (text, align), place in zip(_sides(letters), self._letter_places(letters), strict=True):
            around = self._letter(align)
            around.moveCenter(QPointF(around.center().x(), place.center().y()))
            draw_words(self._painter, around, text, font, theme.TEXT, align)

    def _letter_places(self, letters: Letters) -> list[QRectF]:
        metrics, found = QFontMetricsF(self._font(bold=True, larger=4)), []
        for text, align in _sides(letters):
            around, box = self._letter(align), QRectF(0, 0, metrics.horizontalAdvance(text), metrics.height())
            box.moveCenter(around.center())
            if align & Qt.AlignmentFlag.AlignLeft:
                box.moveLeft(around.left())
            elif align & Qt.AlignmentFlag.AlignRight:
                box.moveRight(around.right())
            box = box.adjusted(-4, -1, 4, 1)
            found.append(self._above_texts(box) if align & Qt.AlignmentFlag.AlignBottom else box)
        return found

    def _above_texts(self, letter: QRectF) -> QRectF:
        """A note may be so long that it would run under the lower letter, and the scale bar stand above it."""
        bar = self._scale_bar(self._pixels_per_mm)
        below = [*(row.box for row in self._rows), *([] if bar is None else [bar.text | bar.bars[0]])]
        for box in sorted(below, key=lambda box: -float(box.top())):
            if box.intersects(letter):
                letter.moveBottom(box.top() - _LIFT)
        return letter

    def _letter(self, align: int) -> QRectF:
        return self._side(QRectF(0, 0, self.size * 4.0, self.size * 1.7), align)

    def _side(self, box: QRectF, align: int) -> QRectF:
        area = self._area.adjusted(0, 0, 0, -self.size * 2.2)  # the scale bar is below the lowest letter
        box.moveCenter(self._area.center())
        if align & Qt.AlignmentFlag.AlignLeft:
            box.moveLeft(area.left())
        elif align & Qt.AlignmentFlag.AlignRight:
            box.moveRight(area.right())
        elif align & Qt.AlignmentFlag.AlignTop:
            box.moveTop(area.top())
        else:
            box.moveBottom(area.bottom())
        return box

    def scale(self, pixels_per_mm: float | None) -> None:
        """The scale bar with its length, in the middle at the bottom, or beside it where a corner's text is."""
        bar = self._scale_bar(pixels_per_mm)
        if bar is None:
            return
        for part in bar.bars:
            self._painter.fillRect(part.adjusted(-1, -1, 1, 1), QColor(0, 0, 0, 170))
        for part in bar.bars:
            self._painter.fillRect(part, theme.TEXT)
        draw_words(self._painter, bar.text, bar.length, self._font(), theme.TEXT, Qt.AlignmentFlag.AlignHCenter)

    def _scale_bar(self, pixels_per_mm: float | None) -> "_ScaleBar | None":
        """None if the scale is not known, or has no room."""
        places = (self._bar_at(bottom, pixels_per_mm) for bottom in self._bottoms())
        return next((bar for bar in places if bar is not None), None)

    def _bottoms(self) -> list[float]:
        """Where the scale bar may stand: at the bottom, or above rows of text that leave it no room there."""
        above = sorted((row.box.top() - _LIFT for row in self._rows), reverse=True)
        return [self._area.bottom(), *(top for top in above if top > self._area.center().y())]

    def _bar_at(self, y: float, pixels_per_mm: float | None) -> "_ScaleBar | None":
        start, end = self._free(y - self.size * 1.75, y)
        length, pixels = scale_bar(pixels_per_mm, min(self._area.width(), (end - start) / BAR_SHARE))
        if not length:
            return None
        text = f"{signed(length / 10)} cm" if length >= 10 else f"{signed(length)} mm"
        half = max(pixels, self._width_of(text, False)) / 2
        if 2 * half > end - start:
            return None
        middle = min(max(self._area.center().x(), start + half), max(end - half, start + half))
        left = middle - pixels / 2
        bars = (QRectF(left, y - 2, pixels, 2), QRectF(left, y - 9, 2, 9), QRectF(left + pixels - 2, y - 9, 2, 9))
        box = QRectF(middle - half - 1, y - self.size * 1.75, 2 * half + 2, self.size * 1.4)
        return _ScaleBar(bars, box, text)

    def _free(self, top: float, bottom: float) -> tuple[float, float]:
        """From and to of what the texts of the corners leave free between these heights."""
        low = [row for row in self._rows if row.box.bottom() > top and row.box.top() < bottom]
        left = [row.box.right() + _GAP for row in low if row.left]
        right = [row.box.left() - _GAP for row in low if not row.left]
        return max(left, default=self._area.left()), min(right, default=self._area.right())

    def message(self, title: str, text: str, colour: QColor) -> None:
        """A message in place of the picture, both parts about the middle: in a small pane texts are close below."""
        flags = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextWordWrap
        parts = [(title, self._font(bold=True, larger=5), colour), (text, self._font(), theme.TEXT)]
        width = min(self._area.width() * 0.86, 620)
        boxes = [QFontMetricsF(font).boundingRect(QRectF(0, 0, width, 1e4), flags, said) for said, font, _ in parts]
        gap = self.size * 0.7 if title else 0.0
        top = self._area.center().y() - (sum(box.height() for box in boxes) + gap) / 2
        for (said, font, ink), box in zip(parts, boxes, strict=True):
            self._painter.setPen(ink)
            self._painter.setFont(font)
            place = QRectF(self._area.center().x() - width / 2, max(top, self._area.top()), width, box.height() + 2)
            self._painter.drawText(place, flags, said)
            top = place.top() + box.height() + gap


def _sides(letters: Letters) -> tuple[tuple[str, int], ...]:
    """The letters, and how each is aligned."""
    return (
        (letters.left, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter),
        (letters.right, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter),
        (letters.top, Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop),
        (letters.bottom, Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignBottom),
    )
