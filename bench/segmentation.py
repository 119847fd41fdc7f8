"""python -m bench.segmentation: what 117 labels on 512 x 512 x 512 cost in the real window, against the goals.

A CT with 117 balls as segments on a made stick, a pane of 1000 x 1000, real events, the processor alone. Memory is
what the process holds beyond the CT. It needs a display (xvfb-run). `--slices` makes it smaller for a trial.
"""

import argparse
from collections.abc import Callable
import hashlib
from pathlib import Path
import resource
import sqlite3
import statistics
import struct
import tempfile
import time
import zlib

import numpy as np
from numpy.typing import NDArray
from PyQt5.QtWidgets import QApplication, QWidget

from bench.measure import print_goal
from bundle.manifest import format_lines
from bundle.segments import CHUNK, HEAD, MAGIC, RUNS, SEGMENT, compact_path, palette_colour
from tests.viewer import bundles
from tests.viewer.bundles import CaseSpec, SeriesSpec, StackSpec
from viewer.space.mpr import Plane
from viewer.startup.options import StartOptions
from viewer.ui.app import make_application, open_window
from viewer.ui.shell.window import MainWindow
from viewer.ui.trial import wait_until

_SIDE, _LABELS = 512, 117
_PATIENCE, _ROUNDS = 300.0, 40
_VISIBLE, _MEMORY, _PICTURE, _TOGGLE, _FIRST, _TURN = 1.0, 250.0, 3.0, 100.0, 3.0, 80.0


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--slices", type=int, default=_SIDE)
    parser.add_argument("--rounds", type=int, default=_ROUNDS)
    arguments = parser.parse_args()
    application = make_application()
    with tempfile.TemporaryDirectory(prefix="bench-") as work:
        window = _window(_stick(Path(work) / "stick", arguments.slices))
        _load(window)
        _slices(window, arguments.rounds)
        _planes(window, arguments.rounds)
        _body(window, max(arguments.rounds // 4, 5))
        window.close()
    application.processEvents()


def _stick(root: Path, slices: int) -> Path:
    """A CT whose values do not matter, and balls in rows through it, none on another."""
    plain = np.broadcast_to((np.arange(_SIDE) % 400 - 200).astype(np.int16), (slices, _SIDE, _SIDE))
    places = [(-_SIDE / 2, -_SIDE / 2, float(k)) for k in range(slices)]
    bundles.make_bundle(root, [CaseSpec([SeriesSpec([StackSpec(plain, places)])])])
    masks = _balls(slices)
    content, rows = _compact(masks)
    path = root / compact_path(1)
    path.parent.mkdir()
    path.write_bytes(content)
    (root / "BUNDLE/MANIFEST.TXT").write_text(format_lines({compact_path(1): hashlib.sha256(content).hexdigest()}))
    with sqlite3.connect(root / "BUNDLE/INDEX.DB") as database:
        database.execute(
            "INSERT INTO segmentation VALUES (1, 1, '2.25.1', '1.2.840.10008.5.1.4.1.1.66.4', '2.25.2', 100, 1,"
            " 'DICOM/X', 0, 0, 0, '', '', 'BINARY', '')"
        )
        database.executemany("INSERT INTO segment VALUES (?, 1, ?, ?, '', '', '', ?, ?, ?, ?, ?)", rows)
    return root


def _balls(slices: int) -> list[tuple[int, int, int, int]]:
    """Slice, row, column and radius of each: as many along each axis as it takes."""
    across = 5
    layers = -(-_LABELS // across**2)
    radius = int(min(_SIDE / across, slices / layers) / 2)
    return [
        (int((n // across**2 + 0.5) * slices / layers), int((n // across % across + 0.5) * _SIDE / across),
         int((n % across + 0.5) * _SIDE / across), radius)
        for n in range(_LABELS)
    ]  # fmt: skip


def _compact(balls: list[tuple[int, int, int, int]]) -> tuple[bytes, list[tuple[object, ...]]]:
    """The file, and the rows of the index, by the document of the format alone."""
    segments, chunks, data, rows = b"", [], [], []
    for number, (slice_, row, column, radius) in enumerate(balls, start=1):
        first, voxels = len(chunks), 0
        for k in range(1 - radius, radius):
            reach = int((radius**2 - k**2 - 1) ** 0.5)
            mask = _disc(reach, radius**2 - k**2)
            voxels += int(mask.sum())
            chunks.append((slice_ + k, row - reach, row + reach, column - reach, column + reach))
            data.append(zlib.compress(_runs(mask)))
        segments += SEGMENT.pack(number, first, len(chunks) - first)
        ends = slice_ - radius + 1, slice_ + radius - 1
        rows.append((number, number, f"Label {number}", palette_colour(number), voxels, voxels / 1000, *ends))
    offset = len(MAGIC) + HEAD.size + len(segments) + CHUNK.size * len(chunks)
    table = b""
    for chunk, packed in zip(chunks, data, strict=True):
        table += CHUNK.pack(*chunk, offset, len(packed))
        offset += len(packed)
    return MAGIC + HEAD.pack(RUNS, len(balls), len(chunks)) + segments + table + b"".join(data), rows


def _disc(reach: int, below: int) -> NDArray[np.uint8]:
    ways = np.arange(-reach, reach + 1)
    return (ways[:, np.newaxis] ** 2 + ways**2 < below).astype(np.uint8)


def _runs(mask: NDArray[np.uint8]) -> bytes:
    flat = mask.ravel()
    ends = np.concatenate(([0], np.flatnonzero(np.diff(flat)) + 1, [len(flat)]))
    lengths = np.diff(ends).tolist()
    return struct.pack(f"<{len(lengths) + int(flat[0])}L", *([0] if flat[0] else []), *lengths)


def _window(root: Path) -> MainWindow:
    window = open_window(StartOptions(root))
    assert window is not None
    window.show()
    for _ in range(3):
        window.resize(window.width() + 1000 - window.pane.width(), window.height() + 1000 - window.pane.height())
        QApplication.processEvents()
    return window


def _megabytes() -> float:
    """What the process holds now."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 1e6


def _load(window: MainWindow) -> None:
    viewing = window.viewing
    viewing.start()
    assert wait_until(lambda: viewing.loaded_stack.complete, _PATIENCE)
    start, before = time.perf_counter(), _megabytes()
    segmenting, entry = viewing.segmenting, viewing.entry
    assert wait_until(lambda: segmenting.labels(entry) is not None, _PATIENCE)
    window.pane.repaint()
    print_goal("segments visible after the slices, s", time.perf_counter() - start, _VISIBLE)
    assert wait_until(lambda: (arriving := segmenting.arriving(entry)) is not None and arriving.complete, _PATIENCE)
    print(f"all {_LABELS} labels unpacked after {time.perf_counter() - start:.2f} s")
    print_goal("memory above the CT, MB", _megabytes() - before, _MEMORY, digits=0)


def _time(step: Callable[[int], None], widget: QWidget, rounds: int) -> float:
    """The median of the milliseconds from a step until its pixels are there."""
    found = []
    for turn in range(rounds + 3):  # the first ones warm up
        QApplication.processEvents()
        start = time.perf_counter()
        step(turn)
        widget.repaint()
        found.append((time.perf_counter() - start) * 1000)
    return statistics.median(found[3:])


def _more(window: MainWindow, step: Callable[[int], None], widget: QWidget, rounds: int) -> float:
    """The milliseconds that segments add to a picture: the same steps with and without them, by turns."""
    found: dict[bool, list[float]] = {True: [], False: []}
    for turn in range(2 * (rounds + 3)):
        window.viewing.segmenting.on = turn % 2 == 0  # without the list, which would change the size of the panes
        QApplication.processEvents()
        start = time.perf_counter()
        step(turn)
        widget.repaint()
        found[turn % 2 == 0].append((time.perf_counter() - start) * 1000)
    window.viewing.segmenting.on = True
    return statistics.median(found[True][3:]) - statistics.median(found[False][3:])


def _slices(window: MainWindow, rounds: int) -> None:
    middle, viewing = window.viewing.entry.stack.number_of_frames // 2, window.viewing

    def scroll(turn: int) -> None:
        viewing.set_index(middle + turn % 40)
        viewing.changed.emit()

    more = _more(window, scroll, window.pane, rounds)
    print_goal("more on a slice, ms", more, _PICTURE, digits=1)
    segmenting = window.viewing.segmenting
    segmenting.segment = 59
    print_goal("toggling a label, ms", _time(lambda _turn: segmenting.turn_segment(), window.pane, rounds), _TOGGLE)


def _planes(window: MainWindow, rounds: int) -> None:
    from viewer.ui.mpr.page import MprPage

    window.pages.show_page("mpr")
    assert wait_until(lambda: window.pages.settled, _PATIENCE)
    page = window.pages.page
    assert page is not None and isinstance(page.content, MprPage)
    planes, middle = page.content.planes, page.content.planes.solid.center

    def move(turn: int) -> None:
        planes.move_to(middle + np.array((turn % 40 - 20, (turn * 3) % 40 - 20, (turn * 7) % 60 - 30)))

    # One repaint paints all planes that have changed.
    more = _more(window, move, page.content.panes[Plane.OBLIQUE], rounds) / len(page.content.panes)
    print_goal("more on a plane, ms", more, _PICTURE, digits=1)


def _body(window: MainWindow, rounds: int) -> None:
    from viewer.ui.rendering.page import BodyPage

    start = time.perf_counter()
    window.pages.show_page("3d")
    page = window.pages.page
    assert page is not None and isinstance(page.content, BodyPage)
    pane = page.content.pane
    pane.repaint()
    pane.repaint()  # the first says only that it is being prepared
    print_goal("first picture in 3D, s", time.perf_counter() - start, _FIRST)
    assert wait_until(lambda: window.pages.settled, _PATIENCE)
    _time(lambda turn: pane.turn(3, 1), pane, 10)  # until the pace is found
    print_goal("turning in 3D, ms", _time(lambda turn: pane.turn(3, 1), pane, rounds), _TURN)
    segmenting = window.viewing.segmenting
    found = _time(lambda _turn: segmenting.turn_segment(), pane, rounds)
    print_goal("toggling a label in 3D, ms", found, _TOGGLE)


if __name__ == "__main__":
    main()
