"""Casts a picture from all voxels in a thread of its own, while the window goes on answering."""

from concurrent.futures import ThreadPoolExecutor
import time

import numpy as np
from numpy.typing import NDArray
from PyQt5.QtCore import QObject, pyqtSignal

from viewer.scene.body import Body, BodyView

# Some rows at a time, so that a body that moves again is not cast to its end: about this many seconds. The next rows
# may pass through much more tissue than the last.
_STEP = 0.06
_FEWEST_ROWS, _GROWTH = 8, 2.0
# One thread for all bodies: the C library gives each thread memory of its own, and keeps what is left of it.
_CASTING = ThreadPoolExecutor(1, "3D")


class FineCast(QObject):
    """One picture at a time; `finished` brings it, unless `stop` came before, or None if the memory was too small."""

    finished = pyqtSignal(object)
    _cast = pyqtSignal(int, object)

    def __init__(self, body: Body) -> None:
        super().__init__()
        self._body = body
        self._turn, self.busy = 0, False
        self._cast.connect(self._take)

    def begin(self, size: tuple[int, int]) -> None:
        """Cast the solid in its current state, in (width, height) rays."""
        self._turn += 1
        self.busy = True
        job = (self._turn, self._body.view(size), size)
        _CASTING.submit(self._run, *job)

    def stop(self) -> None:
        """The solid has moved: the rest of the rows is not cast."""
        self._turn += 1
        self.busy = False

    def _run(self, turn: int, view: BodyView, size: tuple[int, int]) -> None:
        picture = np.zeros((size[1], size[0], 4), np.uint8)
        done, rows = 0, _FEWEST_ROWS
        while done < size[1]:
            if turn != self._turn:
                return
            start, first = time.perf_counter(), done
            done = min(first + rows, size[1])
            try:
                picture[first:done] = self._body.rows(view, size, first, done)
            except MemoryError:
                self._cast.emit(turn, None)
                return
            took = max(time.perf_counter() - start, 1e-6)
            rows = max(int(rows * min(_STEP / took, _GROWTH)), _FEWEST_ROWS)
        self._cast.emit(turn, picture)

    def _take(self, turn: int, picture: NDArray[np.uint8] | None) -> None:
        if turn == self._turn:
            self.busy = False
            self.finished.emit(picture)
