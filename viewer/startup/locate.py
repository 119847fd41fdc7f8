"""Finds the bundle: at the given path, in the folders above the frozen program, or in the current folder."""

from collections.abc import Iterator
from pathlib import Path
import sys

from bundle.errors import NoBundle
from bundle.layout import INDEX, LOCK

# viewer.exe lies in the root of the bundle, other viewers in VIEWER/LINUX64: no bundle is further up than that.
LEVELS_UP = 3


def find_bundle(given: Path | None = None) -> Path:
    """The root folder of the bundle, absolute; raises NoBundle with the folder that was searched first."""
    places = list(_candidates(given))
    for folder in places:
        if (folder / INDEX).is_file() or (folder / LOCK).is_file():
            return folder
    raise NoBundle(str(places[0]))


def _candidates(given: Path | None) -> Iterator[Path]:
    if given is not None:
        yield from _with_parents(given) if given.is_file() else (given.absolute(),)
        return
    if getattr(sys, "frozen", False):
        yield from _with_parents(Path(sys.executable))
    yield Path.cwd()


def _with_parents(file: Path) -> list[Path]:
    """The folder of a file and those above it; users can drop a file on the program: DICOMDIR, INDEX.DB."""
    return list(file.absolute().parents)[: LEVELS_UP + 1]
