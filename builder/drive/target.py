"""The drive: whether a bundle can go there, and writing files on it."""

from collections.abc import Iterable, Sequence
import contextlib
import os
from pathlib import Path
import shutil
import tempfile

from builder.drive import staging
from builder.drive.private_paths import is_inside
from builder.drive.verified_write import erase_file, put_whole
from builder.errors.drive import (
    DriveHoldsBundle,
    DriveInsideSource,
    DriveMissing,
    DriveReadOnly,
    DriveTooSmall,
)
from bundle.errors import NoBundle
from bundle.layout import INDEX, LOCK, MANIFEST
from bundle.sealed.errors import MediumIsSealed

# The most that a file system takes besides the content: a cluster of exFAT on a large stick.
_CLUSTER = 128 * 1024


def check_drive(drive: Path, sources: Sequence[Path], *, resume: bool, task: str = "", only_look: bool = False) -> None:
    """Refuse a drive that is missing, read-only, mixed with the scans or taken; changes nothing.

    With `only_look`, not even the times of its folder change, and a medium that only claims to be writable passes.
    """
    check_place(drive, sources, only_look=only_look)
    check_to_change(drive, task, resume=resume) if task else check_free(drive, resume=resume)


def check_place(drive: Path, sources: Sequence[Path], *, only_look: bool = False) -> None:
    """Refuse a folder that is missing, read-only or mixed with the scans, whatever it contains."""
    if not drive.is_dir():
        raise DriveMissing(drive)
    for source in sources:
        if _one_inside_the_other(drive, source):
            raise DriveInsideSource(drive, source)
    if not only_look:
        _check_writable(drive)
    elif not os.access(drive, os.W_OK):
        raise DriveReadOnly(drive)


def check_to_change(drive: Path, task: str, *, resume: bool) -> None:
    """Refuse a drive without a finished bundle, unless the same `task` was interrupted on it."""
    if not drive.is_dir():
        raise DriveMissing(drive)
    interrupted = staging.check_free(drive, resume=resume, task=task)
    if (drive / LOCK).is_file():
        raise MediumIsSealed(str(drive))
    if not interrupted and not ((drive / MANIFEST).is_file() and (drive / INDEX).is_file()):
        raise NoBundle(str(drive))


def check_space(drive: Path, files: int, content: int, *, kept: int = 0) -> None:
    """Refuse a drive without enough space for the bundle, besides `kept` bytes that are already there."""
    needed, free = space(drive, files, content, kept=kept)
    if needed > free:
        raise DriveTooSmall(drive, needed, free)


def space(drive: Path, files: int, content: int, *, kept: int = 0) -> tuple[int, int]:
    """The bytes that a bundle needs at most, and those that are free for it."""
    # Files that an interrupted build has written are used again.
    free = shutil.disk_usage(drive).free + max(0, staging.size_of(drive) - kept)
    return content + files * _CLUSTER // 2, free


def _one_inside_the_other(drive: Path, source: Path) -> bool:
    return is_inside(drive, source) or is_inside(source, drive)


def check_free(drive: Path, *, resume: bool) -> None:
    """Refuse a drive that holds a bundle, that another build is using, or with foreign files of the same names.

    Raises DriveBusy, DriveHoldsUnfinished, DriveHoldsBundle, NamesTaken.
    """
    interrupted = staging.check_free(drive, resume=resume)
    finished = (drive / MANIFEST).is_file() and any((drive / path).is_file() for path in (INDEX, LOCK))
    if not interrupted and finished:
        raise DriveHoldsBundle(drive)
    staging.check_names(drive)


def _check_writable(drive: Path) -> None:
    try:
        with tempfile.TemporaryFile(dir=drive):  # the file vanishes even if this process is killed
            pass
    except OSError:
        raise DriveReadOnly(drive) from None


def write_file(root: Path, path: str, content: bytes) -> None:
    """Write one file of the bundle, making its folders; a script gets its executable bit where possible."""
    put_whole(root / path, content)
    if content.startswith(b"#!"):
        with contextlib.suppress(OSError):  # FAT has no such bit and may refuse to set it
            (root / path).chmod(0o755)


def erase_from(root: Path, path: str) -> None:
    """Remove one file of this build so that no byte of it remains, and its folder if that is then empty."""
    if (root / path).exists():
        erase_file(root / path)
    with contextlib.suppress(OSError):  # it contains other files
        (root / path).parent.rmdir()


def total_size(paths: Iterable[Path]) -> int:
    """Bytes of all the files."""
    return sum(path.stat().st_size for path in paths)
