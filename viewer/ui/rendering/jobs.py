"""Work in the thread that casts, while the window goes on answering."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from PyQt5.QtCore import QObject, pyqtSignal

# One thread for all bodies: the C library gives each thread memory of its own, and keeps what is left of it.
_CASTING = ThreadPoolExecutor(1, "3D")
# Whether the result is still wanted.
Wanted = Callable[[], bool]


def end_casting() -> None:
    """Wait for the work that the thread has begun: it may not outlive the objects that it tells of its result."""
    _CASTING.submit(int).result()


class Job(QObject):
    """One work at a time; `ended` brings its result, or the exception that it raised, unless `stop` came before."""

    ended = pyqtSignal(object)
    _done = pyqtSignal(int, object)

    def __init__(self) -> None:
        super().__init__()
        self._turn, self.busy = 0, False
        self._done.connect(self._take)

    def begin(self, work: Callable[[Wanted], object]) -> None:
        """Do this in the thread; what was begun before is not wanted any more."""
        self._turn += 1
        self.busy = True
        _CASTING.submit(self._run, self._turn, work)

    def stop(self) -> None:
        """The result is not wanted any more."""
        self._turn += 1
        self.busy = False

    def _run(self, turn: int, work: Callable[[Wanted], object]) -> None:
        if turn != self._turn:
            return
        try:
            result = work(lambda: turn == self._turn)
        except Exception as error:  # whatever it is, the reader must know that there is no result
            result = error
        self._done.emit(turn, result)

    def _take(self, turn: int, result: object) -> None:
        if turn == self._turn:
            self.busy = False
            self.ended.emit(result)
