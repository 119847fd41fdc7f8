"""Changed libraries for Windows: one C++ runtime for all, and a stand-in for parts of VTK that ends the program."""

from collections.abc import Iterator
from pathlib import Path
import re
import shutil
import subprocess
import sys

import pytest

from builder.freeze import trim, windows
from builder.freeze.libraries import dlls, pe, unused
from builder.freeze.wine import wine_environment
from tests import wine
from viewer.scene.modules import VTK_MODULES

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the stand-in is compiled on Linux")


@pytest.fixture(scope="module")
def python() -> Path:
    return windows.windows_python(lambda _: None)


@pytest.fixture(scope="module")
def folder(python: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """What a pack has of VTK and NumPy, with the runtimes of all, changed as in a pack."""
    packages, made = python / "Lib" / "site-packages", tmp_path_factory.mktemp("libraries")
    (made / "vtkmodules").mkdir()
    (made / "vtk.libs").mkdir()
    for name in (name.partition(".")[2] for name in VTK_MODULES if "util" not in name):
        (module,) = (packages / "vtkmodules").glob(f"{name}.*.pyd")
        shutil.copy(module, made / "vtkmodules")
    for name in ("numpy/_core", "numpy.libs"):
        kept = shutil.ignore_patterns("*.py", "*openblas*", "tests", "__pycache__", "*.lib", "*simd*")
        shutil.copytree(packages / name, made / name, ignore=kept)
    _copy_what_is_named(made, packages / "vtk.libs")
    (made / "bin").mkdir()
    for name in ("msvcp140", "msvcp140_1", "vcruntime140", "vcruntime140_1", "Qt5Core"):
        shutil.copy(packages / "PyQt5" / "Qt5" / "bin" / f"{name}.dll", made / "bin")
    for name in ("msvcp140", "vcruntime140"):
        shutil.copy(python / f"{name}.dll", made)
    yield made
    shutil.rmtree(made)


def _copy_what_is_named(folder: Path, source: Path) -> None:
    while True:
        named = {name for path in folder.rglob("*.[dp][ly][ld]") for name in pe.imports(path)}
        missing = [name for name in named if (source / name).is_file() and not (folder / "vtk.libs" / name).exists()]
        if not missing:
            return
        for name in missing:
            shutil.copy(source / name, folder / "vtk.libs")


def test_vtk_goes_with_fewer_libraries_and_misses_none(folder: Path, python: Path) -> None:
    before = {path.name for path in (folder / "vtk.libs").iterdir()}
    assert any(name.startswith("vtktiff") for name in before)
    unused.leave_out(folder)
    after = {path.name for path in (folder / "vtk.libs").iterdir()}
    gone = {name.partition("-")[0] for name in before - after}
    assert {"vtkIOImage", "vtktiff", "vtkpng", "vtkjpeg", "vtkmetaio", "vtkverdict", "vtkFiltersHybrid"} <= gone
    assert after - before == {unused.STAND_IN}
    # Whatever is asked of a library of VTK is there by name, or Windows would not start the program.
    offered = {path.name: _exports(path) for path in (folder / "vtk.libs").iterdir()}
    asked = 0
    for path in folder.rglob("*.[dp][ly][ld]"):
        for name, parts in pe.imports(path).items():
            if name.startswith("vtk"):
                assert set(parts) <= offered[name], (path.name, name)
                asked += len(parts) if name == unused.STAND_IN else 0
    assert 10 < asked < 30
    assert len(offered[unused.STAND_IN]) == asked


def _exports(path: Path) -> set[str]:
    """As binutils list them."""
    said = subprocess.run(["objdump", "-p", path], capture_output=True, text=True, check=True).stdout
    return set(re.findall(r"^\s+\[ *\d+\] (?:\+base\[ *\d+\] +[0-9a-f]+ )?(\S+)$", said, re.MULTILINE))


def test_the_newest_runtime_serves_all(folder: Path, python: Path) -> None:
    copies = [path for path in folder.rglob("*.dll") if path.name.lower().startswith("msvcp140")]
    assert len({path.parent for path in copies}) >= 3
    newest = max(pe.version(path) for path in copies if "_1" not in path.name)
    dlls.share_runtime(folder, folder)
    left = {path.relative_to(folder).as_posix() for path in folder.rglob("*.dll") if "140" in path.name}
    assert left == {"MSVCP140.dll", "MSVCP140_1.dll", "VCRUNTIME140.dll", "VCRUNTIME140_1.dll"}
    assert pe.version(folder / "MSVCP140.dll") == newest
    named = {name.lower() for path in folder.rglob("*.[dp][ly][ld]") for name in pe.imports(path)}
    assert {name for name in named if "140" in name} <= {name.lower() for name in left}


def test_what_is_called_of_the_stand_in_ends_the_program(folder: Path, python: Path) -> None:
    """Under Wine; the test before has made it."""
    code = (
        f"import ctypes; unused = ctypes.CDLL({str(folder / 'vtk.libs' / unused.STAND_IN)!r});"
        "print('here', flush=True);"
        "unused['?New@vtkJPEGReader@@SAPEAV1@XZ'](); print('and after')"
    )
    pipe = subprocess.PIPE
    done = subprocess.run(
        ["wine", python / "python.exe", "-c", code], env=wine_environment(wine.wine_prefix()),
        stdin=subprocess.DEVNULL, stdout=pipe, stderr=pipe, text=True, check=False,
    )  # fmt: skip
    assert done.stdout.split() == ["here"]
    assert done.returncode != 0


def test_no_module_of_vtk_that_the_viewer_uses_is_an_empty_one() -> None:
    assert trim.EMPTY_MODULES
    assert not set(VTK_MODULES) & set(trim.EMPTY_MODULES)
