"""Paints the rows of the case list."""

from collections.abc import Callable, Sequence

from PyQt5.QtCore import QModelIndex, QPoint, QPointF, QRect, QRectF, QSize, QSizeF, Qt
from PyQt5.QtGui import QColor, QFontMetrics, QPainter, QPen, QPixmap, QPolygonF
from PyQt5.QtWidgets import QApplication, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QTreeView

from viewer.entries import Entry, count_text, date_text, missing_images, phase_of, remarks, when_acquired
from viewer.ui.look import theme
from viewer.words import tr

ENTRY = Qt.ItemDataRole.UserRole + 1
THUMBNAIL = 72
_PAD = 10
_CASE_HEIGHT, _CASE_LINE = 54, 20
_SERIES_HEIGHT = THUMBNAIL + 2 * _PAD
_SELECTED = QColor("#20333d")
_TITLE, _SMALL = 15, 13
# Lines of a card.
_ROWS = 4


class CaseDelegate(QStyledItemDelegate):
    """A case is a heading; a series is a card with its preview."""

    def __init__(self, view: QTreeView, thumbnail: Callable[[Entry], QPixmap]) -> None:
        super().__init__(view)
        self._view, self._thumbnail = view, thumbnail

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex) -> QSize:
        """A series has a picture; a case is a heading, with one more line if images of it are missing."""
        entry: Entry = index.data(ENTRY)
        heading = _CASE_HEIGHT + (_CASE_LINE if missing_images(entry.study) else 0)
        return QSize(200, _SERIES_HEIGHT if index.parent().isValid() else heading)

    def paint(self, painter: QPainter | None, option: QStyleOptionViewItem, index: QModelIndex) -> None:
        """One row."""
        if painter is None:
            return
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        entry: Entry = index.data(ENTRY)
        if index.parent().isValid():
            self._paint_series(painter, option, entry, index == self._view.currentIndex())
        else:
            self._paint_case(painter, option.rect, entry, self._view.isExpanded(index))
        if option.state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(QPen(theme.ACCENT, 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(option.rect.adjusted(1, 1, -2, -2))
        painter.restore()

    def _paint_case(self, painter: QPainter, area: QRect, entry: Entry, expanded: bool) -> None:
        painter.fillRect(area, theme.RAISED)
        painter.fillRect(QRect(area.left(), area.top(), area.width(), 1), theme.BACKGROUND)
        _chevron(painter, QPoint(area.left() + 18, area.center().y()), expanded)
        box = area.adjusted(34, 7, -_PAD, -7)
        series = tr("%n series", len(entry.study.series))
        parts = (entry.patient.pseudonym, date_text(entry.study), series)
        lines = [(entry.study.case, _TITLE, theme.TEXT), ("  ·  ".join(filter(None, parts)), _SMALL, theme.MUTED)]
        if missing := missing_images(entry.study):
            lines.append((missing, _SMALL, theme.NOTE))
        height = box.height() // len(lines)
        for row, (text, size, colour) in enumerate(lines):
            place = QRect(box.left(), box.top() + row * height, box.width(), height)
            _text(painter, place, text, size, colour, bold=row == 0)

    def _paint_series(self, painter: QPainter, option: QStyleOptionViewItem, entry: Entry, current: bool) -> None:
        area = option.rect
        if current:
            painter.fillRect(area, _SELECTED)
            painter.fillRect(QRect(area.left(), area.top(), 3, area.height()), theme.ACCENT)
        elif option.state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(area, theme.RAISED)
        frame = QRect(area.left() + _PAD + 3, area.top() + _PAD, THUMBNAIL, THUMBNAIL)
        _picture(painter, frame, self._thumbnail(entry))
        _card(painter, QRect(frame.right() + 13, frame.top(), area.right() - frame.right() - 20, THUMBNAIL), entry)


def _card(painter: QPainter, box: QRect, entry: Entry) -> None:
    line = box.height() // _ROWS
    number = str(entry.series.series_number or "")
    facts = (entry.series.modality, number, count_text(entry), entry.part_text, when_acquired(entry), phase_of(entry))
    rows = [("  ·  ".join(fact for fact in facts if fact), _SMALL, theme.MUTED)]
    # The words that distinguish stacks of a series are at the end of their names.
    rows += [(text, _TITLE, theme.TEXT) for text in _two_lines(entry.name, _TITLE, box.width())]
    # One remark, on two lines if it is long: the tooltip has the others, and the image has them all.
    rows += [
        (text, _SMALL, theme.NOTE) for remark in remarks(entry)[:1] for text in _two_lines(remark, _SMALL, box.width())
    ]
    rows = rows[:_ROWS]
    top = box.top() + (box.height() - line * len(rows)) // 2
    for row, (text, size, colour) in enumerate(rows):
        _text(painter, QRect(box.left(), top + row * line, box.width(), line), text, size, colour)


def _two_lines(text: str, size: int, width: int) -> Sequence[str]:
    """Broken after a comma if that works, else between words."""
    metrics = QFontMetrics(theme.sized(QApplication.font(), size))
    if metrics.horizontalAdvance(text) <= width:
        return [text]
    for mark in (", ", " "):
        parts = text.split(mark)
        starts = [f"{mark.join(parts[:n])}{mark.strip()}" for n in range(1, len(parts))]
        fitting = [start for start in starts if metrics.horizontalAdvance(start) <= width]
        if fitting:
            return [fitting[-1], text.removeprefix(fitting[-1]).strip()]
    return [text]


def _picture(painter: QPainter, frame: QRect, pixmap: QPixmap) -> None:
    painter.fillRect(frame, theme.IMAGE_BACKGROUND)
    if not pixmap.isNull():
        place = QRectF(QPointF(0, 0), QSizeF(pixmap.size()) / pixmap.devicePixelRatio())
        place.moveCenter(QRectF(frame).center())
        painter.drawPixmap(place.topLeft(), pixmap)


def _chevron(painter: QPainter, middle: QPoint, expanded: bool) -> None:
    painter.setPen(QPen(theme.MUTED, 1.8, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin))
    points = ((-4, -2), (0, 3), (4, -2)) if expanded else ((-2, -4), (3, 0), (-2, 4))
    painter.drawPolyline(QPolygonF([QPointF(middle.x() + x, middle.y() + y) for x, y in points]))


def _text(painter: QPainter, box: QRect, text: str, size: int, colour: QColor, bold: bool = False) -> None:
    font = theme.sized(QApplication.font(), size, bold)
    painter.setFont(font)
    painter.setPen(colour)
    shown = QFontMetrics(font).elidedText(text, Qt.TextElideMode.ElideRight, box.width())
    painter.drawText(box, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, shown)
