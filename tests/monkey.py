"""A monkey on the frozen viewers: python -m tests.monkey STICK [--windows] [--events 50000] [--seed 1].

Random keys, clicks, drags and turns of the wheel over the case list, the toolbar and the pictures, by the X server, as
from a hand. In between it types answers into the form. It ends with 1 if the viewer ended, if its memory grew, or if
the journal holds another answer than the form. If both hold another than was typed, keys were lost on their way to the
viewer, which happens under Wine on a busy PC: then it types again, and says how often. STICK is a bundle with viewers
and a form whose first question is a text; it is copied, and the copy is read as "AB".
"""

import argparse
from collections.abc import Iterator
import os
from pathlib import Path
import random
import shutil
import subprocess
import sys
import tempfile
import time

from PIL import Image, ImageGrab
import psutil

from bundle.reading.journal import journal_paths, read_journal
from tests import screen
from tests.journals import readings_of
from tests.screen import xdotool
from tests.test_frozen_reading import Linux, Windows

# Events between two answers, and of one call of xdotool.
_BETWEEN, _AT_ONCE = 500, 25
# What grows the memory: at first everything that is opened for the first time; later nothing may, by more than this.
_GROWTH, _SLACK = 1.15, 80e6
# Neither F6 nor Tab, which lead to the form, nor what opens a dialog of the system, which would wait for ever.
_KEYS = (
    *"abcdegijklmnoqstuvwxz0123456789", "Up", "Down", "Left", "Right", "Home", "End", "Prior", "Next", "Escape",
    "Delete", "plus", "minus", "F1", "F10", "ctrl+z", "ctrl+y", "shift+Delete",
)  # fmt: skip


# An answer is in the journal in time; it is typed so often if the form does not show it.
_SECONDS, _TRIES = 60, 3
# Prints what a program has copied.
_COPIED = "from PyQt5.QtWidgets import QApplication; app = QApplication([]); print(app.clipboard().text())"

# Dialogs of the system that a click has opened are left: under Wine they fall by themselves when they are played with.
_DIALOGS, _NESTED = "^(Folder for|Save|Open|Print)", 10


class Monkey:
    """One viewer whose window it has found; the form on its right is left alone but for answers."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        self._window = screen.windows("Case ")[-1]
        shape = dict(line.split("=") for line in xdotool("getwindowgeometry", "--shell", self._window).split())
        self._width, self._height = int(shape["WIDTH"]) * 2 // 3, int(shape["HEIGHT"])

    def play(self, events: int) -> None:
        """So many events at random."""
        for _ in range(0, events, _AT_ONCE):
            xdotool(*(word for _ in range(_AT_ONCE) for word in self._event()))
            self._leave_dialogs()

    def _leave_dialogs(self) -> None:
        """A dialog may have opened others, which are left first."""
        for _ in range(_NESTED):
            if not screen.windows(_DIALOGS):
                return
            xdotool("key", "Escape")
            time.sleep(0.2)

    def _event(self) -> Iterator[str]:
        chance = self._chance
        kind = chance.choice(["key", "key", "click", "wheel", "drag"])
        if kind == "key":
            yield from ("key", chance.choice(_KEYS))
            return
        yield from self._to()
        if kind == "drag":
            button = chance.choice("1113")
            yield from ("mousedown", button, *self._to(), *self._to(), "mouseup", button)
        else:
            yield from ("click", chance.choice("45" if kind == "wheel" else "1113"))

    def _to(self) -> tuple[str, ...]:
        x, y = self._chance.randrange(2, self._width), self._chance.randrange(2, self._height - 2)
        return "mousemove", "--window", self._window, str(x), str(y)

    def answer(self, text: str) -> None:
        """Type this in place of whatever is in the first question."""
        self._select()
        xdotool("type", "--delay", "20", text)

    def shown(self) -> str:
        """What stands in the first question."""
        self._select()
        xdotool("key", "ctrl+c")
        time.sleep(1)
        environment = {**os.environ, "DISPLAY": screen.display(), "QT_QPA_PLATFORM": "xcb"}
        done = subprocess.run(
            [sys.executable, "-c", _COPIED], env=environment, check=True, capture_output=True, text=True, timeout=60
        )
        return done.stdout.strip()

    def _select(self) -> None:
        # No window manager gives the keys back to it, and menus lie in menus.
        xdotool("windowfocus", self._window, *(word for _ in range(_NESTED) for word in ("key", "Escape")))
        xdotool("key", "F6")
        time.sleep(0.5)
        xdotool("key", "ctrl+a")


def picture() -> Image.Image:
    """The whole screen."""
    return ImageGrab.grab(xdisplay=screen.display())


def answered(stick: Path) -> list[str]:
    """The answers to the first question in all journals."""
    read = readings_of([read_journal(path) for path in journal_paths(stick / "READINGS")], "AB")
    return [str(answer) for reading in read.cases.values() for answer in reading.answers.values()]


def memory() -> int:
    """The bytes that the viewer on this screen takes, whatever system it believes to run on; 0 if there is none."""
    viewers = [process for process in psutil.process_iter(["name"]) if "viewer" in (process.info["name"] or "")]
    return max(map(_memory_here, viewers), default=0)


def _memory_here(process: psutil.Process) -> int:
    """0 on another screen: viewers of other programs may run beside this one."""
    try:
        return process.memory_info().rss if process.environ().get("DISPLAY") == screen.display() else 0
    except psutil.Error:  # it has just ended
        return 0


def main() -> int:
    """Play, and say what came of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("stick", type=Path)
    parser.add_argument("--windows", action="store_true", help="the viewer for Windows, under Wine")
    parser.add_argument("--events", type=int, default=50_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--pictures", type=Path, default=Path(), help="where the screen is kept if an answer is missing"
    )
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as work:
        stick = Path(work, "stick")
        shutil.copytree(chosen.stick, stick)
        viewer = (Windows if chosen.windows else Linux)(stick)
        with viewer.shows("Case "):
            code = _play(stick, chosen.events, random.Random(chosen.seed), chosen.pictures)
        return _say(f"the viewer said {viewer.said.decode('utf-8', 'replace')}", code) if code and viewer.said else code


def _play(stick: Path, events: int, chance: random.Random, pictures: Path) -> int:
    monkey, sizes, unheard = Monkey(chance), [memory()], 0
    for done in range(_BETWEEN, events + _BETWEEN, _BETWEEN):
        monkey.play(_BETWEEN)
        for _ in range(_TRIES):
            lost = _lost(monkey, stick, f"answer {done}", pictures)
            if lost != _UNHEARD:
                break
            unheard += 1
        if lost:
            return _say(f"after {done} events: {lost}", 1)
        sizes.append(memory())
        if not sizes[-1]:
            return _say(f"the viewer has ended within {done} events", 1)
        _say(f"{done} events, {sizes[-1] / 1e6:.0f} MB", 0)
    half = len(sizes) // 2
    grew = max(sizes[half:]) > max(sizes[:half]) * _GROWTH + _SLACK
    _say(f"{unheard} answers typed again, because their keys never reached the viewer", 0)
    return _say(f"{events} events, memory {'has grown' if grew else 'flat'}", int(grew))


_UNHEARD = "keys never reached the viewer"


def _lost(monkey: Monkey, stick: Path, text: str, pictures: Path) -> str:
    """Why an answer that is typed now is not in the journal; empty if it is."""
    monkey.answer(text)
    try:
        screen.wait_for(lambda: text in answered(stick), _SECONDS)
    except AssertionError as error:
        kept = pictures / f"{text.replace(' ', '-')}.png"
        picture().save(kept)
        _say(f"{text!r} is not in the journal, see {kept}: {error}; the keys go to {_focus()}", 0)
        if not memory():
            return "the viewer has ended"
        shown = monkey.shown()
        _say(f"the form shows {shown!r}; the journal holds {answered(stick)}", 0)
        return f"{shown!r} is shown and not in the journal" if shown not in answered(stick) else _UNHEARD
    return ""


def _focus() -> str:
    """The window that has the keys, by number and name."""
    window = xdotool("getwindowfocus").strip()
    return f"{window} {xdotool('getwindowname', window).strip()!r}"


def _say(text: str, code: int) -> int:
    print(text, flush=True)  # noqa: T201 - this is its command line
    return code


if __name__ == "__main__":
    sys.exit(main())
