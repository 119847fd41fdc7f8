"""What lies on an encrypted stick beside its own files: the usual rules judge it, together with the plain content.

The outer manifest has no say in what is the stick's own: whoever puts a file there can list it, too.
"""

from collections.abc import Iterator
from pathlib import Path

from builder.pipeline.sealing.seal import PAPERS, is_open
from bundle.layout import READINGS_FOLDER, ROOT_NAMES, SEALED_FOLDER, STAGE, UNFINISHED
from bundle.sealed.errors import DamagedSeal
from bundle.sealed.medium import SealedMedium
from bundle.sealed.readings import is_sealed_journal

_BUNDLE = SEALED_FOLDER.split("/", maxsplit=1)[0]


def beside(drive: Path, medium: SealedMedium) -> list[str]:
    """The paths of what lies on the drive beside the encrypted bundle.

    Raises DamagedSeal for a file that has the name of one that is encrypted, and for links and devices; OSError.
    """
    found: list[str] = []
    for entry in sorted(drive.iterdir()):
        if entry.name not in ROOT_NAMES:
            found.append(entry.name)
        elif entry.name != _BUNDLE:
            found += _of_ours(drive, entry, medium)
    return found + [path for path in (UNFINISHED, STAGE) if (drive / path).exists()]


def _of_ours(drive: Path, entry: Path, medium: SealedMedium) -> Iterator[str]:
    for path in _files(entry):
        name = path.relative_to(drive).as_posix()
        if path.is_symlink() or not path.is_file():
            raise DamagedSeal(name, "it is a link or a device, not a file or folder")
        if name in PAPERS or (name.startswith(f"{READINGS_FOLDER}/") and is_sealed_journal(path)):
            continue
        if medium.has(name) and not is_open(name):
            raise DamagedSeal(name, "it is encrypted on this stick, and yet it also lies there in plain")
        yield name


def _files(entry: Path) -> Iterator[Path]:
    """All below an entry that is no folder."""
    if entry.is_symlink() or not entry.is_dir():
        yield entry
        return
    for below in sorted(entry.iterdir()):
        yield from _files(below)
