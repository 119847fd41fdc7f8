"""The drive: whether a bundle can go there, the marker of an unfinished one, and the files that are written on it."""

from collections.abc import Iterable, Sequence
import contextlib
import os
from pathlib import Path
import shutil

from builder.errors import (
    DriveHoldsBundle,
    DriveHoldsUnfinished,
    DriveInsideSource,
    DriveMissing,
    DriveReadOnly,
    DriveTooSmall,
    KeyOnDrive,
    NamesTaken,
)
from bundle.layout import INDEX, MANIFEST, READINGS_FOLDER, ROOT_NAMES, UNFINISHED

# What a file system takes besides the content, at the most: a cluster of exFAT on a large stick.
_CLUSTER = 128 * 1024
_MARKER_TEXT = "This bundle is not finished. Run mkbundle with --resume to make it anew.\r\n"


def check_drive(drive: Path, sources: Sequence[Path], *, resume: bool) -> None:
    """Refuse a drive that is missing, read-only, mixed with the scans or taken; changes nothing."""
    if not drive.is_dir():
        raise DriveMissing(drive)
    for source in sources:
        if _one_inside_the_other(drive, source):
            raise DriveInsideSource(drive, source)
    _check_names(drive, resume=resume)
    _check_writable(drive)


def check_key(key: Path, drive: Path) -> None:
    """Refuse a key that lies, or would be made, on the drive."""
    if key.resolve().is_relative_to(drive.resolve()):
        raise KeyOnDrive(key)


def check_space(drive: Path, files: int, content: int) -> None:
    """Refuse a drive on which the bundle does not fit."""
    needed = content + files * _CLUSTER // 2
    free = shutil.disk_usage(drive).free
    if needed > free:
        raise DriveTooSmall(drive, needed, free)


def _one_inside_the_other(drive: Path, source: Path) -> bool:
    a, b = drive.resolve(), source.resolve()
    return a.is_relative_to(b) or b.is_relative_to(a)


def _check_names(drive: Path, *, resume: bool) -> None:
    if (drive / UNFINISHED).is_file():
        if not resume:
            raise DriveHoldsUnfinished(drive)
        return
    if (drive / MANIFEST).is_file() and (drive / INDEX).is_file():
        raise DriveHoldsBundle(drive)
    # FAT, exFAT and NTFS do not tell upper and lower case apart.
    wanted = {name.casefold() for name in ROOT_NAMES if name != READINGS_FOLDER}
    taken = sorted(entry.name for entry in drive.iterdir() if entry.name.casefold() in wanted)
    if taken:
        raise NamesTaken(drive, taken)


def _check_writable(drive: Path) -> None:
    probe = drive / f"MKBTEST{os.getpid() % 10}.TMP"
    try:
        with probe.open("xb"):
            pass
        probe.unlink()
    except OSError:
        raise DriveReadOnly(drive) from None


def begin(drive: Path) -> None:
    """Mark the drive as holding an unfinished bundle; what an earlier unfinished one left is removed first.

    Only with the marker of this program in place is anything removed, and only names that a bundle owns: before the
    marker was written those names were not there, so nothing under them is anybody else's. Readings are kept.
    """
    if (drive / UNFINISHED).is_file():
        _remove_unfinished(drive)
    (drive / UNFINISHED).parent.mkdir(exist_ok=True)
    (drive / UNFINISHED).write_bytes(_MARKER_TEXT.encode())


def abandon(drive: Path) -> None:
    """Take back everything that was written since `begin`, readings excepted."""
    _remove_unfinished(drive)
    (drive / UNFINISHED).unlink()
    (drive / UNFINISHED).parent.rmdir()


def _remove_unfinished(drive: Path) -> None:
    for name in ROOT_NAMES:
        path = drive / name
        if name in (READINGS_FOLDER, "BUNDLE"):
            continue
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
    for leftover in ((drive / INDEX), (drive / MANIFEST), (drive / MANIFEST).with_suffix(".NEW")):
        leftover.unlink(missing_ok=True)


def write_file(drive: Path, path: str, content: bytes) -> None:
    """Write one file of the bundle, making its folders; a script gets its executable bit where there is one."""
    target = drive / path
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(content)
    if content.startswith(b"#!"):
        with contextlib.suppress(OSError):  # FAT has no such bit and may refuse to set it
            target.chmod(0o755)


def copy_file(source: Path, drive: Path, path: str) -> None:
    """Copy one file with its executable bit, but not its times."""
    target = drive / path
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)
    with contextlib.suppress(OSError):  # as above
        shutil.copymode(source, target)


def remove_file(drive: Path, path: str) -> None:
    """Take back one file of this build, and its folder if that is empty then."""
    (drive / path).unlink()
    with contextlib.suppress(OSError):  # there are others in it
        (drive / path).parent.rmdir()


def commit(drive: Path, manifest: str) -> None:
    """Write the manifest, which makes the bundle complete, after everything else has reached the medium.

    The marker goes last: a crash in between leaves a bundle that still counts as unfinished.
    """
    _flush()
    fresh = (drive / MANIFEST).with_suffix(".NEW")
    with fresh.open("w", encoding="utf-8", newline="\n") as stream:
        stream.write(manifest)
        stream.flush()
        os.fsync(stream.fileno())
    fresh.replace(drive / MANIFEST)
    (drive / UNFINISHED).unlink()
    _flush()


def _flush() -> None:
    if hasattr(os, "sync"):
        os.sync()


def total_size(paths: Iterable[Path]) -> int:
    """Bytes of all the files."""
    return sum(path.stat().st_size for path in paths)
