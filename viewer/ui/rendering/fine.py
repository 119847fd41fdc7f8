"""Casts a picture ray by ray while the window stays responsive: some rows at a time, with events in between."""

import time

import numpy as np
from numpy.typing import NDArray
from PyQt5.QtCore import QObject, QTimer, pyqtSignal

from viewer.scene.body import Body

# VTK holds Python's lock while it casts, so a thread would not help. A step takes about this long, in seconds: no
# input waits longer. The next rows may pass through much more tissue than the last, hence a limit to their rays, for
# which two busy cores need 30 ms.
_STEP, _MOST_RAYS = 0.012, 16_000
_FEWEST_ROWS, _GROWTH = 2, 2.0


class FineCast(QObject):
    """One picture at a time; `finished` brings it, unless `stop` came before."""

    finished = pyqtSignal(object)

    def __init__(self, body: Body) -> None:
        super().__init__()
        self._body = body
        self._picture: NDArray[np.uint8] = np.zeros((0, 0, 4), np.uint8)
        self._done = self._rows = 0
        self._turn = QTimer(self)
        self._turn.setInterval(0)
        self._turn.timeout.connect(self._step)

    @property
    def busy(self) -> bool:
        """Whether rays remain to be cast."""
        return self._turn.isActive()

    def begin(self, size: tuple[int, int]) -> None:
        """Cast the solid in its current state, in (width, height) rays."""
        self._picture = np.zeros((size[1], size[0], 4), np.uint8)
        self._done, self._rows = 0, _FEWEST_ROWS
        self._turn.start()

    def stop(self) -> None:
        """The solid has moved: discard the cast rows."""
        self._turn.stop()

    def _step(self) -> None:
        height, width, _ = self._picture.shape
        first, start = self._done, time.perf_counter()
        self._done = min(first + self._rows, height)
        self._picture[first : self._done] = self._body.rows((width, height), first, self._done)
        took = max(time.perf_counter() - start, 1e-6)
        wanted = min(int(self._rows * min(_STEP / took, _GROWTH)), _MOST_RAYS // width)
        self._rows = max(wanted, _FEWEST_ROWS)
        if self._done == height:
            self._turn.stop()
            self.finished.emit(self._picture)
