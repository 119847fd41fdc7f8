"""Where readings are kept: on the medium or, if that accepts no data, in the reader's documents folder."""

from collections.abc import Sequence
from contextlib import suppress
import os
from pathlib import Path
import sys

from bundle.medium.plain import PlainFolder
from bundle.medium.port import BundleMedium, JournalFolder
from bundle.reading import journal as journals
from bundle.reading.journal import Journal, file_prefix, is_journal_name, parse_journal, reader_key
from bundle.reading.sound_entries import MAX_JOURNAL

_FOLDER = "DICOM readings"


def folders_of(medium: BundleMedium, bundle: str) -> list[JournalFolder]:
    """Where answers are written, the medium first; those of a sealed one go nowhere else."""
    on_medium = medium.readings()
    return [on_medium] if medium.is_sealed else [on_medium, PlainFolder(in_documents(bundle))]


def in_documents(bundle: str) -> Path:
    """The folder of this bundle's readings on the PC; its name reveals nothing about the content."""
    return _documents() / _FOLDER / bundle[:12]


def _documents() -> Path:
    home = Path.home()
    if sys.platform == "win32":
        return Path(os.environ.get("USERPROFILE", home)) / "Documents"
    return home / "Documents"


def journals_in(folders: Sequence[JournalFolder]) -> list[Journal]:
    """Every journal in one of the folders."""
    return [journal for folder in folders for journal in journals.journals_in(folder)]


def readers_in(folders: Sequence[JournalFolder]) -> list[str]:
    """The names of those who have begun to read."""
    names = (journal.opening.get("reader") for journal in journals_in(folders))
    return list(dict.fromkeys(name for name in names if isinstance(name, str)))


def contents_in(folders: Sequence[JournalFolder], reader: str) -> dict[str, bytes]:
    """File name -> content of every journal of a reader, for a file to send; of two copies, the longer."""
    found: dict[str, bytes] = {}
    places = [(place, name) for place in folders for name in place.names() if is_journal_name(name)]
    for folder, name in places:
        with suppress(OSError):
            content = folder.read(name, MAX_JOURNAL)
            if len(content) > len(found.get(name, b"")) and _is_of(name, content, reader):
                found[name] = content
    return found


def _is_of(name: str, content: bytes, reader: str) -> bool:
    """Whether the reader wrote this; what is too damaged to say so goes by its name."""
    opening = parse_journal(name, content).opening
    if opening:
        return reader_key(str(opening.get("reader", ""))) == reader_key(reader)
    return name.lower().startswith(file_prefix(reader).lower())
