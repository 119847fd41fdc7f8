"""The drive: whether a bundle can go there, and the files that are written on it."""

from collections.abc import Iterable, Sequence
import contextlib
from pathlib import Path
import shutil
import tempfile

from builder.drive import staging
from builder.drive.private_paths import is_inside
from builder.drive.verified_write import erase_file, put_whole
from builder.errors.build import DriveHoldsBundle, DriveInsideSource, DriveMissing, DriveReadOnly, DriveTooSmall
from bundle.errors import NoBundle
from bundle.layout import INDEX, MANIFEST

# What a file system takes besides the content, at the most: a cluster of exFAT on a large stick.
_CLUSTER = 128 * 1024


def check_drive(drive: Path, sources: Sequence[Path], *, resume: bool, task: str = "") -> None:
    """Refuse a drive that is missing, read-only, mixed with the scans or taken; changes nothing."""
    check_place(drive, sources)
    check_to_change(drive, task, resume=resume) if task else check_free(drive, resume=resume)


def check_place(drive: Path, sources: Sequence[Path]) -> None:
    """Refuse a folder that is missing, read-only or mixed with the scans, whatever lies in it."""
    if not drive.is_dir():
        raise DriveMissing(drive)
    for source in sources:
        if _one_inside_the_other(drive, source):
            raise DriveInsideSource(drive, source)
    _check_writable(drive)


def check_to_change(drive: Path, task: str, *, resume: bool) -> None:
    """Refuse a drive that holds no finished bundle, unless the same `task` was interrupted on it."""
    if not drive.is_dir():
        raise DriveMissing(drive)
    interrupted = staging.check_free(drive, resume=resume, task=task)
    if not interrupted and not ((drive / MANIFEST).is_file() and (drive / INDEX).is_file()):
        raise NoBundle(str(drive))


def check_space(drive: Path, files: int, content: int, *, kept: int = 0) -> None:
    """Refuse a drive on which the bundle does not fit, besides `kept` bytes that lie there already."""
    needed = content + files * _CLUSTER // 2
    # What an interrupted build has written is used again.
    free = shutil.disk_usage(drive).free + max(0, staging.size_of(drive) - kept)
    if needed > free:
        raise DriveTooSmall(drive, needed, free)


def _one_inside_the_other(drive: Path, source: Path) -> bool:
    return is_inside(drive, source) or is_inside(source, drive)


def check_free(drive: Path, *, resume: bool) -> None:
    """Refuse a drive that holds a bundle, one that another build is at work on, or somebody else's files by our names.

    Raises DriveBusy, DriveHoldsUnfinished, DriveHoldsBundle, NamesTaken.
    """
    interrupted = staging.check_free(drive, resume=resume)
    if not interrupted and (drive / MANIFEST).is_file() and (drive / INDEX).is_file():
        raise DriveHoldsBundle(drive)
    staging.check_names(drive)


def _check_writable(drive: Path) -> None:
    try:
        with tempfile.TemporaryFile(dir=drive):  # which is gone even if this process is killed
            pass
    except OSError:
        raise DriveReadOnly(drive) from None


def write_file(root: Path, path: str, content: bytes) -> None:
    """Write one file of the bundle, making its folders; a script gets its executable bit where there is one."""
    put_whole(root / path, content)
    if content.startswith(b"#!"):
        with contextlib.suppress(OSError):  # FAT has no such bit and may refuse to set it
            (root / path).chmod(0o755)


def erase_from(root: Path, path: str) -> None:
    """Take back one file of this build so that no byte of it is left, and its folder if that is empty then."""
    if (root / path).exists():
        erase_file(root / path)
    with contextlib.suppress(OSError):  # there are others in it
        (root / path).parent.rmdir()


def total_size(paths: Iterable[Path]) -> int:
    """Bytes of all the files."""
    return sum(path.stat().st_size for path in paths)
