"""The program to freeze: the module to run, its packages, and their sources."""

from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
import shutil

from builder.freeze.errors import SourceNotFound

START = "start.py"
_NOT_SOURCE = shutil.ignore_patterns("__pycache__", "*.pyc", "*.pyi")

# Run by name and not by path, so that relative imports work in it.
_START_TEXT = """\
import runpy

runpy.run_module({module!r}, run_name="__main__", alter_sys=True)
"""


@dataclass(frozen=True)
class Program:
    """A module to run, our packages in it, the foreign packages that it imports, and what its start imports."""

    module: str = "viewer"
    packages: tuple[str, ...] = ("viewer", "bundle")
    needs: tuple[str, ...] = ("PyQt5", "numpy", "vtkmodules", "cryptography")
    first: str = ""


VIEWER = Program(first="viewer.ui.app")


def source_folder(package: str) -> Path:
    """The folder of a package, found without importing it."""
    found = find_spec(package)
    if found is None or not found.submodule_search_locations:
        raise SourceNotFound(package)
    return Path(next(iter(found.submodule_search_locations)))


def source_files(program: Program) -> Iterator[tuple[str, Path]]:
    """Every source and data file of the program, as (name on any machine, path on this one), in a fixed order."""
    for package in program.packages:
        folder = source_folder(package)
        for path in sorted(folder.rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts and path.suffix not in {".pyc", ".pyi"}:
                yield f"{package}/{path.relative_to(folder).as_posix()}", path


def copy_sources(program: Program, folder: Path) -> None:
    """Copy the start script and the packages into a separate folder: frozen code then has no other path."""
    (folder / START).write_text(_START_TEXT.format(module=program.module), encoding="utf-8")
    for package in program.packages:
        shutil.copytree(source_folder(package), folder / package, ignore=_NOT_SOURCE)


def modules(program: Program) -> list[str]:
    """The dotted names of all our modules: lazily imported ones are frozen as well."""
    names = [name for name, _ in source_files(program) if name.endswith(".py")]
    return [name.removesuffix(".py").removesuffix("/__init__").replace("/", ".") for name in names]


def data_files(program: Program) -> list[str]:
    """The relative names of the files in our packages that are neither Python nor sources of .qm files."""
    return [name for name, _ in source_files(program) if not name.endswith((".py", ".ts"))]
