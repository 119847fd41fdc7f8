"""What the tests of IHE Basic Image Review share: images whose greys tell the slice, and the words of the toolbar."""

from pathlib import Path
import re

import numpy as np
from PyQt5.QtWidgets import QAction, QMenu, QToolButton

from tests.viewer import bundles
from tests.viewer.bundles import CaseSpec, SeriesSpec, StackSpec
from tests.viewer.events import colours, fit, grey
from viewer.state import Annotation

BLOCKS, SIDE = 8, 64
WINDOW = (1000.0, 2200.0)


def blocks(slices: int = 9) -> np.ndarray:
    """Squares of 8 x 8 pixels, each of another value, and other ones on each slice; the upper left is the brightest."""
    k, j, i = np.mgrid[0:slices, 0:BLOCKS, 0:BLOCKS]
    values = 1900 - 25 * (BLOCKS * j + i) - 20 * k
    return values.repeat(SIDE // BLOCKS, axis=1).repeat(SIDE // BLOCKS, axis=2)


def upwards(slices: int, apart: float, start: float = 0.0) -> list[tuple[float, float, float]]:
    return [(-32.0, -32.0, start + apart * k) for k in range(slices)]


def make_stick(folder: Path) -> Path:
    """Two people; the first has two studies, and in the first of them two series that are alike."""
    plain = StackSpec(blocks(), upwards(9, 2.0), window=WINDOW)
    thick = StackSpec(blocks(4), upwards(4, 5.0, 1.0), window=WINDOW)
    first = CaseSpec([SeriesSpec([plain], number=3, frame_of_reference="2.25.7"),
                      SeriesSpec([thick], number=3, frame_of_reference="2.25.7")])  # fmt: skip
    later = CaseSpec([SeriesSpec([plain], description="Head, axial 2 mm, later")], date="20190704")
    uptake = StackSpec(np.full((3, SIDE, SIDE), 600), upwards(3, 4.0), signed=False, window=(1500, 3000),
                       rescales=[(1.0, 0.0), (2.0, 0.0), (4.0, 0.0)])  # fmt: skip
    uptake.stored[1], uptake.stored[2] = 300, 150
    other = CaseSpec([SeriesSpec([uptake], "PT", 5, "PET, axial 4 mm")], "P-OTHER", "20200101")
    return bundles.make_bundle(folder, [first, later, other])


def bare(window) -> None:
    """Nothing is written on the image, and each pixel has one grey."""
    window.viewing.set_annotation(Annotation.OFF)
    for pane in window.panes.all:
        pane.picture.smooth = False


def seen_blocks(pane) -> np.ndarray:
    """The grey in the middle of every block of an image that fits the pane."""
    scale, (x, y) = fit(pane, (SIDE, SIDE))
    middles = (np.arange(BLOCKS) + 0.5) * SIDE / BLOCKS * scale
    return colours(pane)[np.ix_((y + middles).astype(int), (x + middles).astype(int))].mean(axis=2)


def block_greys(index: int, window: tuple[float, float] = WINDOW) -> np.ndarray:
    """The same by the formula of the standard from the stored values."""
    return grey(blocks()[index][4::8, 4::8], *window)


def entry_of(window, menu_name: str, text: str) -> QAction:
    """What a menu of the toolbar holds, filled as when it is opened."""
    (button,) = [candidate for candidate in window.findChildren(QToolButton) if candidate.objectName() == menu_name]
    menu: QMenu = button.menu()
    menu.aboutToShow.emit()
    (found,) = [action for action in menu.actions() if text in action.text()]
    return found


def of_key(window, letter: str) -> QAction:
    """The button, or the entry of a menu, that says this key."""
    for button in window._toolbar.findChildren(QToolButton):
        if button.menu() is not None:
            button.menu().aboutToShow.emit()
    says = re.compile(rf"\((?:\w+ or )?{letter}(?: or \w+)?\)$|\t{letter}(?:,|$)")
    (found,) = [
        action for action in window.findChildren(QAction) if says.search(action.toolTip()) or says.search(action.text())
    ]
    return found
