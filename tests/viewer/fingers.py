"""Fingers on a touch screen: they take the path of real ones, from the window system's side of Qt on."""

import ctypes
from functools import cache

from PyQt5 import sip
from PyQt5.QtCore import QPoint
from PyQt5.QtGui import QTouchDevice
from PyQt5.QtTest import QTest
from PyQt5.QtWidgets import QApplication, QWidget

Finger = tuple[int, int]


@cache
def screen() -> QTouchDevice:
    """A touch screen as Qt's plugins for Windows and X11 make one; what is not registered is not heard.

    QWindowSystemInterface::registerTouchDevice is not in PyQt5.
    """
    device = QTouchDevice()
    device.setName("a screen that is touched")
    device.setType(QTouchDevice.DeviceType.TouchScreen)
    device.setCapabilities(QTouchDevice.CapabilityFlag.Position)
    device.setMaximumTouchPoints(5)
    ctypes.pythonapi.Py_IncRef(ctypes.py_object(device))  # it is Qt that deletes it at the end
    register = ctypes.CDLL("libQt5Gui.so.5")._ZN22QWindowSystemInterface19registerTouchDeviceEPK12QTouchDevice
    register.argtypes, register.restype = [ctypes.c_void_p], None
    register(sip.unwrapinstance(device))
    return device


class Touch:
    """A hand over one widget; every finger has a number, and `QTest` tells Qt of all of them at once."""

    def __init__(self, widget: QWidget) -> None:
        self._widget = widget
        self._sequence = QTest.touchEvent(widget, screen())
        self._down: dict[int, Finger] = {}

    def press(self, **fingers: Finger) -> None:
        """Fingers come: `one=(x, y)`, `two=…`."""
        self._tell("press", fingers)

    def move(self, **fingers: Finger) -> None:
        """Fingers move."""
        self._tell("move", fingers)

    def lift(self, *names: str) -> None:
        """Fingers go, from where they are."""
        self._tell("release", {name: self._down[_number(name)] for name in names})
        for name in names:
            del self._down[_number(name)]

    def _tell(self, what: str, fingers: dict[str, Finger]) -> None:
        told = {_number(name): at for name, at in fingers.items()}
        for number in self._down.keys() - told.keys():
            self._sequence.stationary(number)
        for number, at in told.items():
            getattr(self._sequence, what)(number, QPoint(*at), self._widget)
        self._down |= told
        self._sequence.commit()
        QApplication.processEvents()

    def pinch(self, start: tuple[Finger, Finger], end: tuple[Finger, Finger], *, together: bool = False) -> None:
        """Two fingers in ten steps; one comes before the other, and goes after it, unless they do so `together`."""
        if together:
            self.press(one=start[0], two=start[1])
        else:
            self.press(one=start[0])
            self.press(two=start[1])
        for step in range(1, 11):
            one, two = (
                (round(a[0] + (b[0] - a[0]) * step / 10), round(a[1] + (b[1] - a[1]) * step / 10))
                for a, b in zip(start, end, strict=True)
            )
            self.move(one=one, two=two)
        if together:
            self.lift("one", "two")
        else:
            self.lift("two")
            self.lift("one")


def _number(name: str) -> int:
    return ("one", "two", "three").index(name)
