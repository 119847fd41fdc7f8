"""Two fingers on a touch screen, or on a Mac's touch pad: they zoom a pane about their middle, and move it with it."""

import math
from typing import cast

from PyQt5.QtCore import QEvent, QObject, QPointF, Qt, pyqtSignal
from PyQt5.QtGui import QNativeGestureEvent, QTouchDevice, QTouchEvent
from PyQt5.QtWidgets import QWidget

_TOUCHES = (QEvent.Type.TouchBegin, QEvent.Type.TouchUpdate, QEvent.Type.TouchEnd, QEvent.Type.TouchCancel)
_BUTTON = (QEvent.Type.MouseButtonPress, QEvent.Type.MouseButtonDblClick, QEvent.Type.MouseMove)
# Fingers that are nearer to each other, in screen pixels, count as so far apart: a glass cannot tell them well.
_NEAREST = 10.0


class Pinch(QObject):
    """Takes for its pane what more than one finger does; Qt goes on making a mouse's left button out of a single one.

    `begun` tells that the second finger has come: whatever the first one has begun, as a mouse, ends. `zoomed` brings a
    factor and the middle of the fingers, `moved` how far that went, all in the pane's coordinates. They are signals so
    that nothing here holds the pane, with all its voxels, when it has gone.
    """

    begun = pyqtSignal()
    zoomed = pyqtSignal(float, QPointF)
    moved = pyqtSignal(QPointF)

    def __init__(self, pane: QWidget) -> None:
        super().__init__(pane)
        self._before: tuple[QPointF, float] | None = None
        # The points say where the fingers are; what Qt's own gesture makes of them was seen to count steps twice.
        pane.setAttribute(Qt.WidgetAttribute.WA_AcceptTouchEvents)
        pane.installEventFilter(self)

    def eventFilter(self, pane: QObject | None, event: QEvent | None) -> bool:
        """Whether the event was one of several fingers."""
        if event is None:
            return False
        if self._before is not None and event.type() in _BUTTON:
            return True  # Windows makes a mouse of the first finger, too, and may be late with it
        if event.type() == QEvent.Type.NativeGesture:
            return self._native(cast(QNativeGestureEvent, event))
        return event.type() in _TOUCHES and self._touched(cast(QTouchEvent, event))

    def _touched(self, event: QTouchEvent) -> bool:
        points, device = event.touchPoints()[:2], event.device()
        on_screen = device is not None and device.type() == QTouchDevice.DeviceType.TouchScreen
        lifted = any(point.state() == Qt.TouchPointState.TouchPointReleased for point in points)
        if not on_screen or len(points) < 2 or lifted or event.type() == QEvent.Type.TouchCancel:
            self._before = None
            return False  # Qt lets go of its left button
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
