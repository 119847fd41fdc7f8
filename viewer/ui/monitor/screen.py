"""The test pattern on the whole screen, with what to look for, until Esc is pressed."""

import time

from PyQt5.QtCore import QRect, QSize, Qt, pyqtSignal
from PyQt5.QtGui import QCloseEvent, QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PyQt5.QtWidgets import QWidget

from viewer.ui.look import theme
from viewer.ui.monitor.pattern import MonitorField, PatternPlaces, pattern
from viewer.words import tr

_ENDS: tuple[int, ...] = (Qt.Key.Key_Escape, Qt.Key.Key_F12)
_FURTHER: tuple[int, ...] = (Qt.Key.Key_Space, Qt.Key.Key_Right, Qt.Key.Key_Down, Qt.Key.Key_Return)
_SHADE = QColor(0, 0, 0, 200)


class MonitorScreen(QWidget):
    """Covers the screen of its window; `looked` tells its size in its own pixels, and for how many seconds.

    Esc leaves it, the space bar and a click show the even fields.
    """

    looked = pyqtSignal(int, int, float)

    def __init__(self, window: QWidget) -> None:
        super().__init__(window, Qt.WindowType.Window)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowModality(Qt.WindowModality.ApplicationModal)  # no key submits or leaves a case that is covered
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setCursor(Qt.CursorShape.BlankCursor)
        self.setWindowTitle(tr("Test pattern, to judge the screen"))
        self.setAccessibleName(tr("Test pattern, to judge the screen"))
        self.field = MonitorField.PATTERN
        self._since: float | None = None
        screen = window.screen()
        if screen is not None:
            self.setGeometry(screen.geometry())

    def begin(self) -> None:
        """Show it."""
        self._since = time.monotonic()
        self.showFullScreen()
        self.activateWindow()
        self.setFocus()

    @property
    def pixels(self) -> QSize:
        """Its size in pixels of the screen."""
        ratio = self.devicePixelRatioF()
        return QSize(round(self.width() * ratio), round(self.height() * ratio))

    def paintEvent(self, event: QPaintEvent | None) -> None:
        """Each pixel of the picture is one of the screen: lines of one pixel are not blurred."""
        painter = QPainter(self)
        image = pattern(self.pixels, self.field)
        image.setDevicePixelRatio(self.devicePixelRatioF())
        painter.drawImage(0, 0, image)
        self._paint_words(painter)
        painter.end()

    def _paint_words(self, painter: QPainter) -> None:
        """What to look for, below the squares; the even fields have no text that would disturb them."""
        if self.field is not MonitorField.PATTERN:
            return
        ratio, pixels = self.devicePixelRatioF(), self.pixels
        places = PatternPlaces(pixels)
        painter.setFont(theme.sized(painter.font(), max(round(self.height() / 55), 12)))
        width = self.width() * 0.7
        top, bottom = (places.dark.bottom() + places.unit // 2) / ratio, (places.ramp.top() - places.unit // 4) / ratio
        room = QRect(round((self.width() - width) / 2), round(top), round(width), round(bottom - top))
        align = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextWordWrap
        text = "\n".join((*_advice(), f"{pixels.width()} × {pixels.height()}"))
        box = painter.boundingRect(room, align, text)
        painter.fillRect(box.adjusted(-10, -6, 10, 6), _SHADE)
        painter.setPen(theme.TEXT)
        painter.drawText(box, align, text)

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        """Esc leaves; the space bar goes on to the even fields."""
        if event is None:
            return
        if event.key() in _ENDS:
            self.close()
        elif event.key() in _FURTHER:
            self._go_on()

    def mousePressEvent(self, event: QMouseEvent | None) -> None:
        """A click goes on, too."""
        self._go_on()

    def _go_on(self) -> None:
        self.field = self.field.following
        self.update()

    def closeEvent(self, event: QCloseEvent | None) -> None:
        """Tell that it was looked at, once."""
        since, self._since = self._since, None
        if since is not None:
            self.looked.emit(self.pixels.width(), self.pixels.height(), time.monotonic() - since)
        super().closeEvent(event)


def _advice() -> tuple[str, ...]:
    return (
        tr("Can you see the darker square in the white one, and the brighter one in the black one?"),
        tr("Do all grey steps differ, and are the finest lines apart, in the middle and in the corners?"),
        tr("Is the white line at the edge whole? Space or a click: even fields, without spots. Esc leaves."),
    )
