"""Where readings are kept: on the medium, and where that takes nothing, in the reader's documents folder."""

from collections.abc import Sequence
from contextlib import suppress
import os
from pathlib import Path
import sys

from bundle.layout import INDEX, READINGS_FOLDER
from bundle.reading.journal import Journal, journal_paths, read_journal

_FOLDER = "DICOM readings"


def on_medium(root: Path) -> Path:
    """The folder of the readings on the medium."""
    return root / READINGS_FOLDER


def mark_of(root: Path) -> tuple[int, int] | None:
    """What tells the medium from another one that may lie there later, under the same letter; None where it is gone."""
    try:
        found = (root / INDEX).stat()
    except OSError:
        return None
    return found.st_size, found.st_mtime_ns


def in_documents(bundle: str) -> Path:
    """The folder of this bundle's readings on the PC; a name that says nothing of what is in it."""
    return _documents() / _FOLDER / bundle[:12]


def _documents() -> Path:
    home = Path.home()
    if sys.platform == "win32":
        return Path(os.environ.get("USERPROFILE", home)) / "Documents"
    return home / "Documents"


def journals_in(folders: Sequence[Path]) -> list[Journal]:
    """Every journal that lies in one of the folders."""
    return [read_journal(path) for folder in folders for path in journal_paths(folder)]


def contents_in(folders: Sequence[Path]) -> dict[str, bytes]:
    """File name -> content of every journal, for a file to send; of two copies the longer one."""
    found: dict[str, bytes] = {}
    for path in (path for folder in folders for path in journal_paths(folder)):
        with suppress(OSError):
            content = path.read_bytes()
            if len(content) > len(found.get(path.name, b"")):
                found[path.name] = content
    return found
