"""What a wheel or a touch pad turned: a touch pad sends many small parts of a step."""

from PyQt5.QtCore import Qt
from PyQt5.QtGui import QWheelEvent

# What Qt reports for one notch of a wheel, in eighths of a degree.
_STEP = 120.0


def turned(event: QWheelEvent) -> float:
    """In steps, away from the hand; with Alt Qt reports the other axis."""
    return (event.angleDelta().y() or event.angleDelta().x()) / _STEP


def zooms(event: QWheelEvent) -> bool:
    """Whether Ctrl is held, which is also how Windows reports two fingers that move apart."""
    return bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)


class Wheel:
    """Gathers the parts until they are whole steps; those of the other way are not set off against them."""

    def __init__(self) -> None:
        self._rest = 0.0

    def steps(self, event: QWheelEvent) -> int:
        """How many whole steps came together with this event."""
        more = turned(event)
        self._rest = more if self._rest * more < 0 else self._rest + more
        whole = int(self._rest)
        self._rest -= whole
        return whole
