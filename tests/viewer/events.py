"""Acts on the real window with Qt's own events, and measures the picture by code that is not the viewer's."""

from collections.abc import Sequence
import math

import numpy as np
from PyQt5.QtCore import QEvent, QPoint, QPointF, Qt
from PyQt5.QtGui import QImage, QMouseEvent, QWheelEvent
from PyQt5.QtTest import QTest
from PyQt5.QtWidgets import QApplication, QWidget

from viewer.ui.shell.window import MainWindow
from viewer.ui.trial import wait_until

LEFT, MIDDLE, RIGHT = Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton, Qt.MouseButton.RightButton
SHIFT, CONTROL = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier
_NONE = Qt.KeyboardModifier.NoModifier
At = tuple[float, float]


def settle(window: MainWindow) -> None:
    """Wait until everything visible has arrived."""
    assert wait_until(lambda: all(port.loaded_stack.complete for port in window.viewing.ports), 10)
    QApplication.processEvents()


def press(window: MainWindow, *keys: int, held: Qt.KeyboardModifier = _NONE) -> None:
    """Keys on the selected pane."""
    for key in keys:
        QTest.keyClick(window.pane, key, held)


def mouse(widget: QWidget, kind: QEvent.Type, at: At, button: Qt.MouseButton, buttons: Qt.MouseButton) -> None:
    """One event of the mouse, at parts of a pixel too: a screen of high resolution reports them."""
    place = QPointF(*at)
    QApplication.sendEvent(
        widget, QMouseEvent(kind, place, QPointF(widget.mapToGlobal(QPoint(0, 0))) + place, button, buttons, _NONE)
    )


def click(widget: QWidget, *places: At, button: Qt.MouseButton = LEFT) -> None:
    """A click at each of the places, in the widget's own coordinates."""
    for at in places:
        mouse(widget, QEvent.Type.MouseButtonPress, at, button, button)
        mouse(widget, QEvent.Type.MouseButtonRelease, at, button, Qt.MouseButton.NoButton)


def drag(widget: QWidget, button: Qt.MouseButton, dx: float, dy: float, start: At | None = None) -> None:
    """From the middle of the widget, or from `start`."""
    x, y = start or (widget.width() / 2, widget.height() / 2)
    mouse(widget, QEvent.Type.MouseButtonPress, (x, y), button, button)
    mouse(widget, QEvent.Type.MouseMove, (x + dx, y + dy), Qt.MouseButton.NoButton, button)
    mouse(widget, QEvent.Type.MouseButtonRelease, (x + dx, y + dy), button, Qt.MouseButton.NoButton)


def turn(widget: QWidget, steps: float, held: Qt.KeyboardModifier = _NONE) -> None:
    """Notches of the wheel over the middle of the widget; away from the hand is more than 0."""
    place = QPointF(widget.rect().center())
    event = QWheelEvent(
        place, place, QPoint(), QPoint(0, round(120 * steps)), Qt.MouseButton.NoButton, held,
        Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(widget, event)


def colours(widget: QWidget) -> np.ndarray:
    """The picture of a widget: (rows, columns, 3) of red, green and blue."""
    image = widget.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    bits = np.frombuffer(image.constBits().asstring(image.byteCount()), np.uint8)
    return bits.reshape(image.height(), image.width(), 4)[..., 2::-1].astype(int)


def fit(widget: QWidget, shape: tuple[int, int], spacing: tuple[float, float] = (1.0, 1.0)) -> tuple[float, At]:
    """Screen pixels per mm of an image that just fits, and the screen place of its outer corner above left."""
    height, width = shape[0] * spacing[0], shape[1] * spacing[1]
    scale = min(widget.width() / width, widget.height() / height)
    return scale, ((widget.width() - width * scale) / 2, (widget.height() - height * scale) / 2)


def grey(values: np.ndarray | float, center: float, width: float) -> np.ndarray:
    """The linear window of PS3.3 C.11.2.1.2.1, from 0 to 255."""
    return np.clip(((np.asarray(values, float) - (center - 0.5)) / (width - 1) + 0.5) * 255, 0, 255)


def blob(seen: np.ndarray, near: At, reach: int) -> At:
    """Where the middle of a bright spot lies in a picture of grey levels, by its weights, in screen coordinates."""
    x, y = (math.floor(value) for value in near)
    part = seen[y - reach : y + reach + 1, x - reach : x + reach + 1].astype(float)
    rows, columns = np.mgrid[y - reach : y + reach + 1, x - reach : x + reach + 1] + 0.5
    return float((columns * part).sum() / part.sum()), float((rows * part).sum() / part.sum())


def lines(texts: Sequence[object]) -> list[str]:
    """The plain texts of the lines of a corner."""
    return [getattr(line, "text", str(line)) for line in texts]
