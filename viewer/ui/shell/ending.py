"""Closes the window when the system or Ctrl-C in a terminal asks for it; Qt alone would not notice."""

import os
import signal
import sys

from PyQt5.QtCore import QObject, QSocketNotifier
from PyQt5.QtWidgets import QApplication

_ASKING = ("SIGINT", "SIGTERM", "SIGHUP")


class Ending(QObject):
    """The first signal closes all windows, so that typed text is kept; a second ends the program at once."""

    def __init__(self) -> None:
        super().__init__()
        if sys.platform == "win32":  # there a windowed program gets no signals
            return
        self._reader, writer = os.pipe()
        os.set_blocking(writer, False)
        signal.set_wakeup_fd(writer)
        self._signals = [getattr(signal, name) for name in _ASKING]
        for number in self._signals:
            if signal.getsignal(number) is not signal.SIG_IGN:  # `nohup` ignores it
                signal.signal(number, lambda *_: None)
        self._notifier = QSocketNotifier(self._reader, QSocketNotifier.Type.Read, self)  # type: ignore[arg-type]
        self._notifier.activated.connect(self._close)

    def _close(self) -> None:
        os.read(self._reader, 1)
        for number in self._signals:
            if signal.getsignal(number) is not signal.SIG_IGN:
                signal.signal(number, signal.SIG_DFL)
        QApplication.closeAllWindows()
