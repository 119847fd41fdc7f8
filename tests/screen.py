"""The X screen that the frozen viewers are shown on, its windows, and keys as if they were typed there."""

import atexit
from collections.abc import Callable
from functools import cache
import os
import subprocess
import time

_SCREEN = "1280x1024x24"  # OpenGL needs a real depth


@cache
def display() -> str:
    """The X display that is here, or one without a screen that lives as long as this program."""
    given = os.environ.get("DISPLAY")
    if given:
        return given
    reader, writer = os.pipe()
    server = subprocess.Popen(
        # Without -noreset it begins anew whenever the last client leaves, and refuses who comes meanwhile.
        ["Xvfb", "-displayfd", str(writer), "-screen", "0", _SCREEN, "-nolisten", "tcp", "-noreset"],
        pass_fds=[writer], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    atexit.register(_end, server)
    os.close(writer)
    with os.fdopen(reader) as number:
        return f":{number.readline().strip()}"


def xdotool(*words: str) -> str:
    """Run a command, and return its output."""
    return subprocess.run(["xdotool", *words], env=_environment(), check=True, capture_output=True, text=True).stdout


def windows(title: str) -> list[str]:
    """The numbers of the windows with these words in their titles."""
    words = ["xdotool", "search", "--onlyvisible", "--name", title]
    return subprocess.run(words, env=_environment(), check=False, capture_output=True, text=True).stdout.split()


def tree() -> str:
    """Everything on the screen, to explain why something is missing."""
    words = ["xwininfo", "-root", "-tree"]
    return subprocess.run(words, env=_environment(), check=False, capture_output=True, text=True).stdout


def wait_for(what: Callable[[], object], seconds: float = 90.0) -> None:
    """Wait until a condition holds."""
    if not _comes(what, seconds):
        raise AssertionError(f"not so within {seconds:.0f} s; on the screen is\n{tree()}")


def focus(title: str) -> None:
    """Give the window of this title the keys once it is there, as a click on its picture does."""
    wait_for(lambda: windows(title))
    time.sleep(1.5)
    window = windows(title)[-1]
    xdotool("windowfocus", window)
    xdotool("mousemove", "--window", window, "600", "400", "click", "1")
    time.sleep(0.5)


def opens(title: str, seconds: float = 90.0) -> bool:
    """Whether a window of this title is there within that time."""
    return _comes(lambda: windows(title), seconds)


def _comes(what: Callable[[], object], seconds: float) -> bool:
    until = time.monotonic() + seconds
    while not what():
        if time.monotonic() > until:
            return False
        time.sleep(0.3)
    return True


def _environment() -> dict[str, str]:
    return {**os.environ, "DISPLAY": display()}


def _end(server: subprocess.Popen[bytes]) -> None:
    server.terminate()
    server.wait()
