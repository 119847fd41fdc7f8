"""python -m bench.interaction: how long the real window takes for each picture, against what a reader feels.

A series of 512 x 512 from the sample scans, a pane of 1000 x 1000, real events, the processor alone. It needs a
display (xvfb-run).
"""

import argparse
from collections.abc import Callable
from pathlib import Path
import subprocess
import sys
import tempfile
import time

import numpy as np
from PyQt5.QtCore import QEvent, QPoint, QPointF, Qt
from PyQt5.QtGui import QMouseEvent, QWheelEvent
from PyQt5.QtWidgets import QApplication, QWidget

from viewer.space.mpr import Plane
from viewer.startup.options import StartOptions
from viewer.ui.app import make_application, open_window
from viewer.ui.shell.window import MainWindow
from viewer.ui.trial import wait_until

_PATIENCE = 120.0
# So many slices one way, then back.
_THERE = 40
_NONE = Qt.KeyboardModifier.NoModifier
Step = Callable[[int], None]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=120)
    rounds = parser.parse_args().rounds
    application = make_application()
    with tempfile.TemporaryDirectory(prefix="bench-") as work:
        window = _window(_bundle(Path(work)))
        stack = window.viewing.entry.stack
        pane = f"{window.pane.width()} x {window.pane.height()}"
        print(f"{stack.columns} x {stack.rows} x {stack.number_of_frames}, pane {pane}")
        print(f"{'':34}{'median':>10}{'99 %':>10}   goal (99 %)")
        _slices(window, rounds)
        _planes(window, rounds)
        _body(window, rounds)
        window.close()
    application.processEvents()


def _bundle(work: Path) -> Path:
    """The sample scans as a bundle."""
    bundle = work / "bundle"
    bundle.mkdir()
    program = [sys.executable, "-c", "from builder.cli.main import main; main()"]
    subprocess.run([*program, "demo", work / "scans"], check=True, capture_output=True)
    options = ["--viewer", "none", "--no-check", "--no-picture-search", "--key", work / "key"]
    subprocess.run([*program, work / "scans", bundle, *options], check=True, capture_output=True)
    return bundle


def _window(bundle: Path) -> MainWindow:
    """The largest series, in a pane of 1000 x 1000."""
    window = open_window(StartOptions(bundle))
    assert window is not None
    window.show()
    window.viewing.open(max(window.viewing.entries, key=lambda entry: entry.stack.number_of_frames))
    _settle(window)
    for _ in range(3):
        window.resize(window.width() + 1000 - window.pane.width(), window.height() + 1000 - window.pane.height())
        QApplication.processEvents()
    return window


def _settle(window: MainWindow) -> None:
    window.viewing.start()
    assert wait_until(lambda: window.viewing.loaded_stack.complete and window.pages.settled, _PATIENCE)


def _slices(window: MainWindow, rounds: int) -> None:
    pane, viewing = window.pane, window.viewing
    viewing.set_index(viewing.entry.stack.number_of_frames // 2)
    _print("a slice, scrolled to by the wheel", _time(lambda turn: _scroll(window, turn), [pane], rounds), 8, 16)
    _press(pane, Qt.MouseButton.RightButton)
    _print(
        "a window, dragged", _time(lambda turn: _drag(pane, Qt.MouseButton.RightButton, turn), [pane], rounds), 8, 16
    )
    _release(pane, Qt.MouseButton.RightButton)
    viewing.reset()
    viewing.set_index(viewing.entry.stack.number_of_frames // 2)
    found = _time(lambda turn: _scroll(window, turn), [], rounds, through_the_queue=True)
    _print("from the event to the pixels", found, None, 33)


def _planes(window: MainWindow, rounds: int) -> None:
    from viewer.ui.mpr.page import MprPage

    window.pages.show_page("mpr")
    _settle(window)
    page = window.pages.page
    assert page is not None and isinstance(page.content, MprPage)
    planes, panes = page.content.planes, list(page.content.panes.values())[:3]
    planes.scroll(Plane.AXIAL, 1)
    middle = planes.solid.center

    def move(turn: int) -> None:
        planes.move_to(middle + np.array((turn % 40 - 20, (turn * 3) % 40 - 20, (turn * 7) % 60 - 30)))

    _print("the cross-hair, three planes", _time(move, panes, rounds), 25, None)


def _body(window: MainWindow, rounds: int) -> None:
    from viewer.ui.rendering.page import BodyPage

    window.pages.show_page("3d")
    _settle(window)
    page = window.pages.page
    assert page is not None and isinstance(page.content, BodyPage)
    pane = page.content.pane
    pane.repaint()
    _print("the body, while it turns", _time(lambda turn: pane.turn(3, 1), [pane], rounds // 4), 80, None)
    start = last = time.perf_counter()
    waits = []
    pane.rest()
    while not pane.settled:
        QApplication.processEvents()
        waits.append(time.perf_counter() - last)
        last = time.perf_counter()
    print(f"{'the body, at rest':34}{(last - start) * 1000:>8.0f} ms, events wait {max(waits) * 1000:.0f} ms at most")


def _scroll(window: MainWindow, turn: int) -> None:
    """Up and down again, to another slice each time."""
    before = window.viewing.state.index
    _wheel(window.pane, -1 if turn // _THERE % 2 else 1)
    assert window.viewing.state.index != before


def _time(step: Step, painted: list[QWidget], rounds: int, *, through_the_queue: bool = False) -> list[float]:
    """Milliseconds from a step until its pixels are there."""
    found = []
    for turn in range(rounds + 5):  # the first ones warm up
        QApplication.processEvents()
        start = time.perf_counter()
        step(turn)
        for widget in painted:
            widget.repaint()
        if through_the_queue:
            QApplication.processEvents()
        found.append((time.perf_counter() - start) * 1000)
    del found[:5]
    return found


def _print(what: str, times: list[float], goal: float | None, worst: float | None) -> None:
    ordered = sorted(times)
    median, highest = ordered[len(ordered) // 2], ordered[min(int(len(ordered) * 0.99), len(ordered) - 1)]
    goals = "  ".join(text for text in (f"{goal} ms" if goal else "", f"({worst} ms)" if worst else "") if text)
    print(f"{what:34}{median:>8.1f} ms{highest:>7.1f} ms   {goals}", flush=True)


# Events as Qt gets them from the system


def _wheel(pane: QWidget, steps: int) -> None:
    place = QPointF(pane.rect().center())
    event = QWheelEvent(
        place, QPointF(pane.mapToGlobal(pane.rect().center())), QPoint(), QPoint(0, 120 * steps),
        Qt.MouseButton.NoButton, _NONE, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(pane, event)


def _press(pane: QWidget, button: Qt.MouseButton) -> None:
    place = QPointF(pane.rect().center())
    QApplication.sendEvent(pane, QMouseEvent(QEvent.Type.MouseButtonPress, place, button, button, _NONE))


def _release(pane: QWidget, button: Qt.MouseButton) -> None:
    place = QPointF(pane.rect().center())
    QApplication.sendEvent(
        pane, QMouseEvent(QEvent.Type.MouseButtonRelease, place, button, Qt.MouseButton.NoButton, _NONE)
    )


def _drag(pane: QWidget, button: Qt.MouseButton, turn: int) -> None:
    place = QPointF(pane.rect().center()) + QPointF(turn % 50, (turn * 3) % 70)
    QApplication.sendEvent(pane, QMouseEvent(QEvent.Type.MouseMove, place, Qt.MouseButton.NoButton, button, _NONE))


if __name__ == "__main__":
    main()
