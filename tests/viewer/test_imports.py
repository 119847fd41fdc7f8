"""What comes along: a clean interpreter imports a part, or the program up to its first picture."""

import ast
from pathlib import Path
import subprocess
import sys

import pytest

import viewer
from viewer.scene.modules import VTK_MODULES

_FIRST_PICTURE = """
import sys
import time
from pathlib import Path
from viewer.startup import clock
from viewer.startup.options import StartOptions
from viewer.ui.app import make_application, open_window, show
application = make_application()
window = open_window(StartOptions(Path(sys.argv[1])))
show(window)
end = time.monotonic() + 10
while "first picture" not in clock.phases():
    assert time.monotonic() < end
    application.processEvents()
late = ("numpy", "vtkmodules", "vtk", "pydicom", "builder", "cryptography", "_cffi_backend")
assert not [name for name in sys.modules if name.split(".")[0] in late]
window.close()
"""


def test_the_table_of_vtk_modules_is_what_the_viewer_imports():
    room = Path(viewer.__file__).parent
    trees = [ast.parse(path.read_text()) for path in room.rglob("*.py")]
    nodes = [node for tree in trees for node in ast.walk(tree)]
    names = {node.module or "" for node in nodes if isinstance(node, ast.ImportFrom)}
    names |= {name.name for node in nodes if isinstance(node, ast.Import) for name in node.names}
    assert sorted(name for name in names if name.startswith("vtkmodules")) == list(VTK_MODULES)


def run(code: str, *arguments: str) -> None:
    done = subprocess.run([sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    "module",
    [
        "startup.locate",
        "images.volume",
        "images.loading",
        "images.memory",
        "space.voxel_volume",
        "space.mpr",
        "images.windowing",
        "images.early",
        "state",
        "space.mapping",
        "annotation",
        "entries",
        "startup.selftest",
        "__main__",
    ],
)
def test_the_parts_without_a_window_bring_neither_qt_nor_vtk(module):
    run(f"import viewer.{module}, sys; assert not {{'PyQt5', 'vtkmodules', 'pydicom', 'builder'}} & set(sys.modules)")


@pytest.mark.parametrize("module", ["volume_render", "reslice"])
def test_the_scene_brings_vtk_only_when_it_renders(module):
    run(f"import viewer.scene.{module}, sys; assert not {{'PyQt5', 'vtkmodules', 'vtk'}} & set(sys.modules)")


def test_the_first_picture_needs_neither_numpy_nor_vtk(bundle_root):
    run(_FIRST_PICTURE, str(bundle_root))
