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
from PyQt5.QtWidgets import QApplication, QFrame, QToolButton
from viewer.options import Options
from viewer.ui.app import make_application, open_window
from viewer.ui.trial import wait_until
application = make_application()
window = open_window(Options(Path(sys.argv[1])))
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
print(json.dumps({
    "scale": window.devicePixelRatioF(), "size": [window.width(), window.height()],
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
