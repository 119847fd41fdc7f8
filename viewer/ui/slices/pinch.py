"""Two fingers on a touch screen, or on a Mac's touch pad: they zoom a pane about their middle, and move it."""

import math
from typing import cast

from PyQt5.QtCore import QEvent, QObject, QPointF, Qt, pyqtSignal
from PyQt5.QtGui import QNativeGestureEvent, QTouchDevice, QTouchEvent
from PyQt5.QtWidgets import QWidget

_TOUCHES = (QEvent.Type.TouchBegin, QEvent.Type.TouchUpdate, QEvent.Type.TouchEnd, QEvent.Type.TouchCancel)
_BUTTON = (QEvent.Type.MouseButtonPress, QEvent.Type.MouseButtonDblClick, QEvent.Type.MouseMove)
# Fingers nearer to each other than this, in screen pixels, count as this far apart: a touch screen blurs them.
_NEAREST = 10.0


class Pinch(QObject):
    """Takes gestures of more than one finger for its pane; Qt still turns a single finger into the left mouse button.

    `begun` fires when the second finger touches: whatever the first began, as a mouse, ends. `zoomed` brings a factor
    and the middle of the fingers, `moved` how far that moved, all in the pane's coordinates. They are signals so that
    nothing here keeps the pane, with all its voxels, alive.
    """

    begun = pyqtSignal()
    zoomed = pyqtSignal(float, QPointF)
    moved = pyqtSignal(QPointF)

    def __init__(self, pane: QWidget) -> None:
        super().__init__(pane)
        self._before: tuple[QPointF, float] | None = None
        # The points give the places of the fingers; Qt's own gesture was seen to count steps twice.
        pane.setAttribute(Qt.WidgetAttribute.WA_AcceptTouchEvents)
        pane.installEventFilter(self)

    def eventFilter(self, pane: QObject | None, event: QEvent | None) -> bool:
        """Whether the event came from several fingers."""
        if event is None:
            return False
        if self._before is not None and event.type() in _BUTTON:
            return True  # Windows also makes mouse events of the first finger, perhaps late
        if event.type() == QEvent.Type.NativeGesture:
            return self._native(cast(QNativeGestureEvent, event))
        return event.type() in _TOUCHES and self._touched(cast(QTouchEvent, event))

    def _touched(self, event: QTouchEvent) -> bool:
        points, device = event.touchPoints()[:2], event.device()
        on_screen = device is not None and device.type() == QTouchDevice.DeviceType.TouchScreen
        lifted = any(point.state() == Qt.TouchPointState.TouchPointReleased for point in points)
        if not on_screen or len(points) < 2 or lifted or event.type() == QEvent.Type.TouchCancel:
            self._before = None
            return False  # Qt releases its left button
        one, other = (point.pos() for point in points)
        now = (one + other) / 2, max(math.hypot(one.x() - other.x(), one.y() - other.y()), _NEAREST)
        if self._before is None:
            self.begun.emit()
        else:
            self.moved.emit(now[0] - self._before[0])
            self.zoomed.emit(now[1] / self._before[1], now[0])
        self._before = now
        event.accept()
        return True

    def _native(self, event: QNativeGestureEvent) -> bool:
        if event.gestureType() != Qt.NativeGestureType.ZoomNativeGesture:
            return False
        self.zoomed.emit(1 + event.value(), event.localPos())
        event.accept()
        return True
