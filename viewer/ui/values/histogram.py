"""A small panel beside the image: how the values inside an area are spread."""

from collections.abc import Callable

from PyQt5.QtCore import QLineF, QRectF, QSize, Qt
from PyQt5.QtGui import QPainter, QPaintEvent, QPen
from PyQt5.QtWidgets import QDialog, QGridLayout, QLabel, QVBoxLayout, QWidget

from viewer.annotation import signed
from viewer.marks.statistics import PERCENTILES, Histogram
from viewer.ui.look import theme
from viewer.ui.slices.viewing import Viewing
from viewer.ui.values.areas import ShownArea, shown_area
from viewer.words import tr

_MARGIN, _TYPE = 8, 12
# From a window below this width on, one decimal says nothing: values are given with this many digits.
_NARROW, _DIGITS = 10.0, 4


class HistogramPanel(QDialog):
    """Follows the area that was touched last; `on_planes` tells whether planes are shown."""

    def __init__(self, viewing: Viewing, parent: QWidget, on_planes: Callable[[], bool]) -> None:
        super().__init__(parent, Qt.WindowType.Tool)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)  # keys still mean the image
        self.setWindowTitle(tr("Histogram of an area"))
        self._viewing, self._on_planes = viewing, on_planes
        self.area: ShownArea | None = None
        self._name, self.bars = QLabel(), Bars()
        self._name.setTextFormat(Qt.TextFormat.PlainText)  # the name of a series comes from the medium
        self._name.setWordWrap(True)
        self._values = [QLabel() for _ in _names()]
        layout = QVBoxLayout(self)
        layout.addWidget(self._name)
        layout.addWidget(self.bars, 1)
        layout.addLayout(self._grid())
        viewing.changed.connect(self.follow)
        self.follow()

    def _grid(self) -> QGridLayout:
        """The figures in two columns: what describes all values, and the percentiles."""
        grid = QGridLayout()
        grid.setHorizontalSpacing(18)
        half = len(_names()) - len(PERCENTILES)
        for number, (name, value) in enumerate(zip(_names(), self._values, strict=True)):
            right, row = divmod(number, half)
            grid.addWidget(QLabel(name), row, 2 * right)
            value.setAlignment(Qt.AlignmentFlag.AlignRight)
            value.setAccessibleName(name)
            grid.addWidget(value, row, 2 * right + 1)
        return grid

    def follow(self) -> None:
        """Show the values of the area as it is now."""
        area = self.area = shown_area(self._viewing, on_planes=self._on_planes())
        self.bars.show_histogram(None if area is None else area.histogram)
        if area is None:
            self._name.setText(tr("Draw an ellipse, a rectangle or an outline: its values are shown here."))
        else:
            said = f"{area.name}  ({area.units})" if area.units else area.name
            self._name.setText(said if area.statistics else f"{said}: {tr('no pixels inside')}")
        for label, text in zip(self._values, _figures(area), strict=True):
            label.setText(text)


class Bars(QWidget):
    """The histogram: a bar for each range of values, the highest as high as the picture, a line at the median."""

    def __init__(self) -> None:
        super().__init__()
        self._shown: Histogram | None = None
        self.setMinimumHeight(110)

    def sizeHint(self) -> QSize:
        """Small enough to stand beside the image."""
        return QSize(320, 170)

    def show_histogram(self, histogram: Histogram | None) -> None:
        """Show this from now on."""
        self._shown = histogram
        self.update()

    @property
    def area(self) -> QRectF:
        """Where the bars stand: the scale is below them, and the highest count above."""
        row = _TYPE * 1.6
        return QRectF(self.rect()).adjusted(_MARGIN, row, -_MARGIN, -row)

    def paintEvent(self, event: QPaintEvent | None) -> None:
        """Bars, then the scale."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme.PANEL)
        shown, area = self._shown, self.area
        if shown is not None:
            wide, highest = area.width() / len(shown.counts), max(shown.counts)
            for number, count in enumerate(shown.counts):
                tall = area.height() * count / highest
                bar = QRectF(area.left() + number * wide, area.bottom() - tall, max(wide - 1, 1), tall)
                painter.fillRect(bar, theme.ACCENT)
            self._median(painter, shown)
            self._scale(painter, shown, highest)
        painter.setPen(QPen(theme.MUTED, 1))
        painter.drawLine(QLineF(area.bottomLeft(), area.bottomRight()))
        painter.end()

    def _median(self, painter: QPainter, shown: Histogram) -> None:
        area = self.area
        median = shown.percentiles[PERCENTILES.index(50)]
        x = area.left() + area.width() * (median - shown.start) / (shown.width * len(shown.counts))
        painter.setPen(QPen(theme.NOTE, 1, Qt.PenStyle.DashLine))
        painter.drawLine(QLineF(x, area.top(), x, area.bottom()))

    def _scale(self, painter: QPainter, shown: Histogram, highest: int) -> None:
        """Both ends of the values, the width of a bar, and the highest count."""
        painter.setFont(theme.sized(painter.font(), _TYPE))
        painter.setPen(theme.TEXT)
        row, end = _TYPE * 1.5, shown.start + shown.width * len(shown.counts)
        below = QRectF(_MARGIN, self.height() - row, self.width() - 2 * _MARGIN, row)
        above = QRectF(_MARGIN, 1, self.width() - 2 * _MARGIN, row)
        width = tr("bar {width}").format(width=_plain(shown.width))
        for box, align, text in (
            (below, Qt.AlignmentFlag.AlignLeft, _plain(shown.start)),
            (below, Qt.AlignmentFlag.AlignHCenter, width),
            (below, Qt.AlignmentFlag.AlignRight, _plain(end)),
            (above, Qt.AlignmentFlag.AlignLeft, tr("%n pixels", highest)),
        ):
            painter.drawText(box, align, text)


def _names() -> tuple[str, ...]:
    """What the figures are."""
    percent = (tr("Median") if part == 50 else f"{part} %" for part in PERCENTILES)
    return tr("Pixels"), tr("Mean"), tr("SD"), tr("Minimum"), tr("Maximum"), *percent


def _figures(area: ShownArea | None) -> tuple[str, ...]:
    if area is None or area.statistics is None or area.histogram is None:
        return ("",) * len(_names())
    found, spread = area.statistics, area.histogram
    narrow = found.maximum - found.minimum < _NARROW
    values = (found.mean, found.deviation, found.minimum, found.maximum, *spread.percentiles)
    return f"{found.pixels}", *(_plain(value) if narrow else signed(value) for value in values)


def _plain(value: float) -> str:
    return f"{value:.{_DIGITS}g}".replace("-", "\N{MINUS SIGN}")


def turn_histogram(viewing: Viewing, window: QWidget, on_planes: Callable[[], bool]) -> None:
    """Show the panel, or close it if it is there."""
    panel = window.findChild(HistogramPanel)
    if panel is not None and panel.isVisible():
        panel.close()
        return
    HistogramPanel(viewing, window, on_planes).show()
