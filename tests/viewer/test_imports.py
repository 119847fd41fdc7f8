"""What comes along: a clean interpreter imports a part, or the program up to its first picture."""

import subprocess
import sys

import pytest

_FIRST_PICTURE = """
import sys
from pathlib import Path
from viewer import clock
from viewer.options import Options
from viewer.ui.app import make_application, open_window, show
from viewer.ui.trial import wait_until
application = make_application()
window = open_window(Options(Path(sys.argv[1])))
show(window)
assert wait_until(lambda: "first picture" in clock.phases(), 10)
assert not [name for name in sys.modules if name.split(".")[0] in ("vtkmodules", "vtk", "pydicom", "builder")]
window.close()
"""


def run(code: str, *arguments: str) -> None:
    done = subprocess.run([sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    "module", ["locate", "volume", "windowing", "state", "mapping", "annotation", "entries", "selftest", "__main__"]
)
def test_the_parts_without_a_window_bring_neither_qt_nor_vtk(module):
    run(f"import viewer.{module}, sys; assert not {{'PyQt5', 'vtkmodules', 'pydicom', 'builder'}} & set(sys.modules)")


def test_the_scene_brings_vtk_only_when_it_renders():
    run("import viewer.scene.volume_render, sys; assert not {'PyQt5', 'vtkmodules', 'vtk'} & set(sys.modules)")


def test_the_first_picture_needs_no_vtk(bundle_root):
    run(_FIRST_PICTURE, str(bundle_root))
