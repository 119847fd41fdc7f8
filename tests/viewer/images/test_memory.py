"""The memory of the real window: for a series of 2,000 slices, and for a hundred cases one after another."""

import json
import os
from pathlib import Path
import sqlite3
import subprocess
import sys

import numpy as np
import pytest

from tests.viewer import bundles
from tests.viewer.bundles import CaseSpec, SeriesSpec, StackSpec

_SIDE = 512
_PLACES = "UPDATE instance SET pixel_length = {bytes}, file_size = pixel_offset + {bytes}"
_HEAD = """
import gc, json, sys
from pathlib import Path
from PyQt5.QtCore import QEvent, Qt
from PyQt5.QtTest import QTest
from PyQt5.QtWidgets import QApplication, QWidget
from viewer.images import memory
memory.physical_bytes = lambda: int(sys.argv[2])
from viewer.startup.options import StartOptions
from viewer.ui.app import make_application, open_window
from viewer.ui.trial import wait_until
def taken(name="VmRSS"):
    status = Path("/proc/self/status").read_text()
    return next(int(line.split()[1]) // 1024 for line in status.splitlines() if line.startswith(name))
def settle():
    assert wait_until(lambda: not window.viewing.reading and window.pages.settled, 120)
    QApplication.processEvents()
    QApplication.sendPostedEvents(None, QEvent.DeferredDelete)
application = make_application()
window = open_window(StartOptions(Path(sys.argv[1])))
window.resize(1000, 700)
window.show()
window.viewing.start()
settle()
"""
_LONG = """
found = {"slices": window.viewing.loaded_stack.arrived, "damaged": window.viewing.loaded_stack.damaged}
found["loaded"] = taken()
for index in (0, 1999, 1000, 3):
    window.viewing.set_index(index)
    window.grab()
for page in ("mpr", "3d", "single"):
    window.pages.show_page(page)
    settle()
    window.grab()
    found[page] = taken()
QTest.keyClick(window.pane, Qt.Key_PageDown)
settle()
found["the next"] = taken()
found["peak"] = taken("VmHWM")
print(json.dumps(found))
window.close()
"""
_HUNDRED = """
import vtkmodules.vtkCommonCore as vtk
found = []
for number in range(100):
    settle()
    window.viewing.set_index(5)
    window.grab()
    if number % 5 == 4:
        for page in ("mpr", "3d", "single"):
            window.pages.show_page(page)
            settle()
            window.grab()
        settle()
    gc.collect()
    vtks = sum(isinstance(one, vtk.vtkObjectBase) for one in gc.get_objects())
    found.append([window.viewing.entry.study.case, taken(), len(QApplication.allWidgets()), vtks])
    QTest.keyClick(window.pane, Qt.Key_PageDown, Qt.ShiftModifier)
print(json.dumps(found))
window.close()
"""


def make_large(root: Path, cases: int, series: int, slices: int) -> Path:
    """Slices of 512 x 512 that are full of zeros, as holes in their files: they take no room on the disk."""
    tiny = StackSpec(np.zeros((slices, 2, 2), np.int64))
    spec = [CaseSpec([SeriesSpec([tiny], number=n) for n in range(series)], f"P-{case:03d}") for case in range(cases)]
    bundles.make_bundle(root, spec)
    size = _SIDE * _SIDE * 2
    with sqlite3.connect(root / "BUNDLE/INDEX.DB") as database:
        database.execute(f"UPDATE stack SET rows = {_SIDE}, columns = {_SIDE}")
        database.execute(_PLACES.format(bytes=size))
        files = database.execute("SELECT path, file_size FROM instance").fetchall()
    for path, length in files:
        os.truncate(root / path, length)
    return root


def run(code: str, root: Path, physical: int) -> list | dict:
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run(
        [sys.executable, "-c", _HEAD + code, str(root), str(physical)], env=environment, capture_output=True, text=True,
        timeout=500, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.skipif(sys.platform != "linux", reason="the system is asked in the way of Linux")
def test_a_series_of_2000_slices_is_read_cut_and_cast_on_a_pc_with_4_gb(tmp_path):
    found = run(_LONG, make_large(tmp_path / "stick", 1, 2, 2000), 4 << 30)
    pixels = 2000 * _SIDE * _SIDE * 2 >> 20
    assert (found["slices"], found["damaged"]) == (2000, 0)
    assert pixels < found["loaded"] < pixels + 300
    assert found["peak"] < 2500  # 4 GB, of which the system takes a good part
    # What planes and body took is given back, and the series before goes when another one comes.
    assert found["single"] < found["loaded"] + 150
    assert found["the next"] < found["loaded"] + 200


@pytest.mark.skipif(sys.platform != "linux", reason="the system is asked in the way of Linux")
def test_memory_stays_flat_over_a_hundred_cases(tmp_path):
    found = run(_HUNDRED, make_large(tmp_path / "stick", 100, 1, 24), 1 << 30)
    assert [case for case, *_ in found] == [f"CASE-{number:03d}" for number in range(1, 101)]
    _, taken, widgets, vtks = zip(*found, strict=True)
    # 256 MB of slices are kept, 21 cases: by then everything has been seen once.
    assert max(taken[40:]) < max(taken[25:40]) * 1.05 + 5, taken
    assert max(widgets[40:]) <= max(widgets[25:40]), widgets
    assert max(vtks[40:]) <= max(vtks[25:40]), vtks
