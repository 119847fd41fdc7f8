"""Where readings are kept: on the medium or, if that accepts no data, in the reader's documents folder."""

from collections.abc import Sequence
from contextlib import suppress
import os
from pathlib import Path
import sys

from bundle.bounded import read_file
from bundle.layout import INDEX, READINGS_FOLDER
from bundle.reading.journal import Journal, file_prefix, journal_paths, parse_journal, read_journal, reader_key
from bundle.reading.sound_entries import MAX_JOURNAL

_FOLDER = "DICOM readings"


def on_medium(root: Path) -> Path:
    """The folder of the readings on the medium."""
    return root / READINGS_FOLDER


def mark_of(root: Path) -> tuple[int, int] | None:
    """Distinguishes the medium from another one under the same drive letter later; None if the medium is gone."""
    try:
        found = (root / INDEX).stat()
    except OSError:
        return None
    return found.st_size, found.st_mtime_ns


def in_documents(bundle: str) -> Path:
    """The folder of this bundle's readings on the PC; its name reveals nothing about the content."""
    return _documents() / _FOLDER / bundle[:12]


def _documents() -> Path:
    home = Path.home()
    if sys.platform == "win32":
        return Path(os.environ.get("USERPROFILE", home)) / "Documents"
    return home / "Documents"


def journals_in(folders: Sequence[Path]) -> list[Journal]:
    """Every journal in one of the folders."""
    return [read_journal(path) for folder in folders for path in journal_paths(folder)]


def contents_in(folders: Sequence[Path], reader: str) -> dict[str, bytes]:
    """File name -> content of every journal of a reader, for a file to send; of two copies, the longer."""
    found: dict[str, bytes] = {}
    for path in (path for folder in folders for path in journal_paths(folder)):
        with suppress(OSError):
            content = read_file(path, MAX_JOURNAL)
            if len(content) > len(found.get(path.name, b"")) and _is_of(path.name, content, reader):
                found[path.name] = content
    return found


def _is_of(name: str, content: bytes, reader: str) -> bool:
    """Whether the reader wrote this; what is too damaged to say so goes by its name."""
    opening = parse_journal(name, content).opening
    if opening:
        return reader_key(str(opening.get("reader", ""))) == reader_key(reader)
    return name.lower().startswith(file_prefix(reader).lower())
