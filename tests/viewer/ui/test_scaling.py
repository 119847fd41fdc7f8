"""Displays of every scaling and small screens: all parts are there, and nothing is cut off."""

import json
import os
import subprocess
import sys

import pytest

from tests.viewer import bundles
from tests.viewer.bundles import CaseSpec, SeriesSpec, StackSpec

_LOOK = """
import json, sys
from pathlib import Path
from PyQt5.QtWidgets import QApplication, QFrame, QSlider, QToolButton
from viewer.startup.options import StartOptions
from viewer.ui.app import make_application, open_window
from viewer.ui.trial import wait_until
application = make_application()
window = open_window(StartOptions(Path(sys.argv[1])))
ratio = float(sys.argv[2])
window.resize(round(int(sys.argv[3]) / ratio), round(int(sys.argv[4]) / ratio))
window.show()
window.viewing.start()
assert wait_until(lambda: window.viewing.loaded_stack.complete, 20)
window.viewing.lay_out(4)
window.toggle_help()
for _ in range(5):
    QApplication.processEvents()
buttons = [b for b in window._toolbar.findChildren(QToolButton) if b.objectName() != "qt_toolbar_ext_button"]
card = window.help.findChild(QFrame, "card")
inside = lambda part: window.rect().contains(part.mapTo(window, part.rect().topLeft())) and window.rect().contains(
    part.mapTo(window, part.rect().bottomRight()))
window.toggle_help()
pages = []
for name in ("mpr", "3d"):
    window.pages.show_page(name)
    assert wait_until(lambda: window.pages.settled, 40)
    content = window.pages.page.content
    for one in content.findChildren(QToolButton):
        if one.text() == "Clip":
            one.click()
    for _ in range(5):
        QApplication.processEvents()
    parts = [one for one in content.findChildren((QToolButton, QSlider)) if one.isVisible()]
    pages.append([window.width(), window.height(), len(parts) > 3 and all(map(inside, parts))])
print(json.dumps({
    "pages": pages, "scale": window.devicePixelRatioF(), "size": [window.width(), window.height()],
    "buttons": all(b.isVisible() and inside(b) for b in buttons),
    "panes": [min(p.width(), p.height()) for p in window.panes.all], "panes inside": all(map(inside, window.panes.all)),
    "help": [card.sizeHint().width() <= window.width(), card.sizeHint().height() <= window.height()],
}))
window.close()
"""


@pytest.mark.parametrize(
    ("scale", "screen"),
    [(1.0, (1366, 768)), (1.25, (1366, 768)), (1.5, (1366, 768)), (2.0, (1920, 1080)), (3.0, (3840, 2160))],
)
def test_every_part_of_the_window_fits_the_screen(tmp_path, scale, screen):
    root = bundles.make_bundle(tmp_path, [CaseSpec([SeriesSpec([StackSpec(bundles.head_like())])])])
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "QT_SCALE_FACTOR": str(scale), "QT_FONT_DPI": "96"}
    done = subprocess.run(
        [sys.executable, "-c", _LOOK, str(root), str(scale), *map(str, screen)],
        env=environment, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["scale"] == pytest.approx(scale, rel=0.06)
    assert found["size"] == [round(side / scale) for side in screen]
    assert found["buttons"]
    assert found["panes inside"]
    assert min(found["panes"]) >= 120
    assert found["help"] == [True, True]
    assert found["pages"] == [[*found["size"], True]] * 2


_SCALE = """
import json, sys
from pathlib import Path
import numpy as np
from PyQt5.QtWidgets import QApplication
from viewer.space.mpr import Plane
from viewer.startup.options import StartOptions
from viewer.ui.slices import overlay
from viewer.ui.app import make_application, open_window
from viewer.ui.trial import wait_until
application = make_application()
said = []
draw = overlay.Overlay.scale
overlay.Overlay.scale = lambda self, per_mm: (said.append(per_mm), draw(self, per_mm))
window = open_window(StartOptions(Path(sys.argv[1])))
window.resize(1000, 700)
window.show()
window.viewing.start()
assert wait_until(lambda: window.viewing.loaded_stack.complete, 20)
window.pane.grab()
mapping, pane = window.pane.mapping(), said[-1]
true = [(mapping.to_screen(10, 0)[0] - mapping.to_screen(0, 0)[0]) / 10]  # pixels of the image are 1 mm
window.pages.show_page("mpr")
assert wait_until(lambda: window.pages.settled, 20)
found = [pane]
for one in window.pages.page.content.panes.values():
    one.grab()
    found.append(said[-1])
    cut, ratio, point = one.cut(), one.devicePixelRatioF(), np.array(one._planes.state.point)
    right = np.array(one._planes.state.facings[one.plane].right)
    true.append((cut.place_of(point + 10 * right)[0] - cut.place_of(point)[0]) / ratio / 10)
print(json.dumps([found, true]))
window.close()
"""


@pytest.mark.parametrize("scale", [1.0, 1.5, 2.0])
def test_the_scale_bar_is_as_long_as_it_says_on_every_display(tmp_path, scale):
    root = bundles.make_bundle(tmp_path, [CaseSpec([SeriesSpec([StackSpec(bundles.head_like())])])])
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "QT_SCALE_FACTOR": str(scale), "QT_FONT_DPI": "96"}
    done = subprocess.run(
        [sys.executable, "-c", _SCALE, str(root)], env=environment, capture_output=True, text=True, timeout=60,
        check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    found, true = json.loads(done.stdout)
    assert len(found) == 5
    assert found == pytest.approx(true, rel=1e-6)


_POPUPS = """
import json, sys
from pathlib import Path
from PyQt5.QtCore import QTimer
from PyQt5.QtWidgets import QApplication, QToolButton
from viewer.startup.options import StartOptions
from viewer.ui import app
from viewer.ui.trial import wait_until
application = app.make_application()
window = app.open_window(StartOptions(Path(sys.argv[1])))
window.setGeometry(1366, 0, 1366, 768)
window.show()
window.viewing.start()
assert wait_until(lambda: window.viewing.loaded_stack.complete, 20)
found = []
def look(shown):
    part = shown()
    found.append([part.metaObject().className(), *part.frameGeometry().getRect()])
    part.close()
def when_open(shown):
    QTimer.singleShot(300, lambda: look(shown))
when_open(QApplication.activeModalWidget)
app._say_mistake("Traceback")
when_open(QApplication.activeModalWidget)
app._say_missing("Qt5Gui is not there")
for button in window._toolbar.findChildren(QToolButton):
    if button.menu() is not None:
        when_open(QApplication.activePopupWidget)
        button.showMenu()
print(json.dumps(found))
window.close()
"""


@pytest.fixture
def two_screens():
    """One desktop as wide as two screens of 1366 x 768 beside each other."""
    reader, writer = os.pipe()
    command = ["Xvfb", "-displayfd", str(writer), "-screen", "0", "2732x768x24", "-nolisten", "tcp", "-noreset"]
    server = subprocess.Popen(command, pass_fds=[writer], stderr=subprocess.DEVNULL)
    os.close(writer)
    with os.fdopen(reader) as number:
        yield f":{number.readline().strip()}"
    server.terminate()
    server.wait()


def test_with_two_screens_everything_opens_on_that_of_the_window(tmp_path, two_screens):
    root = bundles.make_bundle(tmp_path, [CaseSpec([SeriesSpec([StackSpec(bundles.head_like())])])])
    environment = {**os.environ, "QT_QPA_PLATFORM": "xcb", "DISPLAY": two_screens}
    command = [sys.executable, "-c", _POPUPS, str(root)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert [kind for kind, *_ in found[:2]] == ["Message", "Message"] and len(found) >= 6
    for kind, left, top, width, height in found:
        assert left >= 1366 and left + width <= 2732, kind
        assert top >= 0 and top + height <= 768, kind
