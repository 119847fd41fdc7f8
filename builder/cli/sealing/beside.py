"""What lies on an encrypted stick beside its own files goes to the plain content, where the usual rules judge it.

The outer manifest has no say in what is the stick's own: whoever puts a file there can list it, too.
"""

from collections.abc import Iterator
from pathlib import Path

from builder.drive.verified_write import put_copy
from builder.errors.drive import DriveFailed
from builder.pipeline.sealing.seal import is_open
from bundle.layout import READINGS_FOLDER, README, ROOT_NAMES, SEALED_FOLDER, UNFINISHED
from bundle.sealed.errors import DamagedSeal
from bundle.sealed.readings import is_sealed_journal

_BUNDLE = SEALED_FOLDER.split("/", maxsplit=1)[0]
# Of a file in the root that is none of ours, the rules read the name, the beginning, and whether it is short.
_START, _LENGTH = 4096, 1 << 20


def copy_beside(drive: Path, folder: Path) -> None:
    """Copy what lies on the drive beside the encrypted bundle into `folder`, which holds the plain one.

    Raises DamagedSeal for a file that has the name of one that is encrypted, and for links and devices; DriveFailed.
    """
    try:
        _copy_all(drive, folder)
    except OSError as error:
        raise DriveFailed(folder, error.strerror or type(error).__name__) from error


def _copy_all(drive: Path, folder: Path) -> None:
    for entry in sorted(drive.iterdir()):
        if entry.name not in ROOT_NAMES:
            _stand_in(entry, folder / entry.name)
        elif entry.name != _BUNDLE:
            for path in _files(entry):
                _copy(path, path.relative_to(drive).as_posix(), folder)
    if (drive / UNFINISHED).is_file():
        put_copy(drive / UNFINISHED, folder / UNFINISHED)


def _files(entry: Path) -> Iterator[Path]:
    """All below an entry that is no folder."""
    if entry.is_symlink() or not entry.is_dir():
        yield entry
        return
    for below in sorted(entry.iterdir()):
        yield from _files(below)


def _copy(path: Path, name: str, folder: Path) -> None:
    if path.is_symlink() or not path.is_file():
        raise DamagedSeal(name, "it is a link or a device, not a file or folder")
    if name == README or (name.startswith(f"{READINGS_FOLDER}/") and is_sealed_journal(path)):
        return
    target = folder / name
    if target.exists():
        if is_open(name):  # a viewer: `write_plain` has compared it with the sealed manifest
            return
        raise DamagedSeal(name, "it is encrypted on this stick, and yet it also lies there in plain")
    put_copy(path, target)


def _stand_in(entry: Path, target: Path) -> None:
    """What the rules look at, without the rest: a stick may also hold somebody's films."""
    if entry.is_dir():
        target.mkdir()
        return
    start, size = b"", 0
    if entry.is_file():
        size = min(entry.stat().st_size, _LENGTH)
        with entry.open("rb") as stream:
            start = stream.read(_START)
    with target.open("xb") as new:
        new.write(start)
        new.truncate(max(size, len(start)))
