"""Waits for a program to end, but not for processes that it leaves running."""

import subprocess
import time

_MOMENT = 1.0


def said_until_end(process: subprocess.Popen[bytes], seconds: float, given: bytes | None = None) -> bytes:
    """Give the program its input and wait for its end; returns its output up to then.

    A process that it has started may outlive it and hold its pipes: the desktop that Wine starts with the first window
    does, and sometimes never ends. This does not wait for it. Raises TimeoutExpired if the program itself does not end.
    """
    until = time.monotonic() + seconds
    while True:
        over = process.poll() is not None
        try:
            said, _ = process.communicate(given, _MOMENT)
        except subprocess.TimeoutExpired as waiting:
            if over:
                return waiting.output or b""
            if time.monotonic() > until:
                raise
            given = None
        else:
            return said
