"""The rotation of a wheel or a touch pad: a touch pad sends many small parts of a step."""

from PyQt5.QtCore import Qt
from PyQt5.QtGui import QWheelEvent

# Qt's value for one notch of a wheel, in eighths of a degree.
_STEP = 120.0


def turned(event: QWheelEvent) -> float:
    """The rotation in steps, away from the hand; with Alt Qt reports the other axis."""
    return (event.angleDelta().y() or event.angleDelta().x()) / _STEP


def zooms(event: QWheelEvent) -> bool:
    """Whether Ctrl is held; Windows also reports a two-finger pinch this way."""
    return bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)


class Wheel:
    """Adds the parts up to whole steps; parts of the opposite direction are not set off against them."""

    def __init__(self) -> None:
        self._rest = 0.0

    def steps(self, event: QWheelEvent) -> int:
        """The number of whole steps completed by this event."""
        more = turned(event)
        self._rest = more if self._rest * more < 0 else self._rest + more
        whole = int(self._rest)
        self._rest -= whole
        return whole
