"""The commands on measured values and on the screen: each part is loaded when it is asked for."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from viewer.ui.slices.viewing import Viewing

if TYPE_CHECKING:
    from viewer.ui.shell.window import MainWindow


def on_values(window: "MainWindow") -> tuple[Callable[[], None], Callable[[], None], Callable[[], None]]:
    """Copy the table of measurements, show the histogram of an area, show the test pattern."""
    return (
        lambda: _copy_table(window.viewing, window),
        lambda: _turn_histogram(window.viewing, window),
        lambda: _show_pattern(window),
    )


def _copy_table(viewing: Viewing, window: "MainWindow") -> None:
    from viewer.ui.values.table import copy_table  # it needs NumPy, which loads after the first slices

    copy_table(viewing, window)


def _turn_histogram(viewing: Viewing, window: "MainWindow") -> None:
    from viewer.ui.values.histogram import turn_histogram

    turn_histogram(viewing, window, lambda: window.pages.name == "mpr")


def _show_pattern(window: "MainWindow") -> None:
    from viewer.ui.monitor.screen import MonitorScreen

    shown = window.findChild(MonitorScreen)
    if shown is not None and shown.isVisible():  # the key may come again before it has the focus
        return
    screen = MonitorScreen(window)
    screen.looked.connect(window.judged)
    screen.begin()
