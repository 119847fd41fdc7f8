"""Names and writes the researcher's private files, so that neither a kill nor a power cut leaves half a file."""

from collections.abc import Iterable, Iterator
import contextlib
import errno
import os
from pathlib import Path
import secrets
import shutil
import sys
import time

from builder.errors.build import PrivateFileFailed

# After this many seconds, a temporary file belongs to no running build.
_FORSAKEN = 3600
# The errors of file systems that cannot flush a folder.
_NO_FLUSH = (errno.EINVAL, errno.ENOTSUP, errno.EBADF, errno.EACCES, errno.EPERM)


def register_path(key: Path) -> Path:
    """The register of a key: a file beside it."""
    place = key.with_name(f"{key.stem}.db")
    return place if place.name != key.name else key.with_name(f"{key.name}.db")


def previous_path(register: Path) -> Path:
    """The copy of the register from before the last build."""
    return register.with_name(f"{register.stem}.before.db")


def report_path(key: Path) -> Path:
    """The full report of the last build: beside the key, since it names source files."""
    return key.with_name(f"{key.stem}.report.txt")


def look_path(key: Path) -> Path:
    """The page of pictures that may show text: beside the key, since it may show names."""
    return key.with_name(f"{key.stem}.look.html")


def table_path(key: Path) -> Path:
    """The table for decisions on these pictures."""
    return key.with_name(f"{key.stem}.decide.csv")


def write_private(path: Path, text: str | Iterable[str]) -> None:
    """Write a file that only its owner can read, replacing an old one atomically; raises PrivateFileFailed.

    The text may come in pieces. When this returns, the new file and its name are on the disk.
    """
    try:
        make_folder(path.parent)
        _sweep(path)
        # A file name may hold bytes that are no valid text; the report must be written all the same.
        with (
            replacing(path) as fresh,
            fresh.open("w", encoding="utf-8", errors="backslashreplace", newline="") as stream,
        ):
            stream.writelines([text] if isinstance(text, str) else text)
    except OSError as error:
        raise PrivateFileFailed(path, error.strerror or type(error).__name__) from error


def copy_private(path: Path, place: Path) -> None:
    """Copy a file to a place that only its owner can read, replacing an old one atomically; raises OSError."""
    with replacing(place) as fresh:
        shutil.copyfile(path, fresh)


@contextlib.contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A temporary file to fill; in the end it is flushed and takes the place of `path`. Raises OSError."""
    with fresh_file(path) as fresh:
        yield fresh
        with fresh.open("rb+") as stream:
            flush_file(stream.fileno())
        fresh.replace(path)
    flush_folder(path.parent)


@contextlib.contextmanager
def fresh_file(path: Path) -> Iterator[Path]:
    """An empty temporary file beside `path`, removed at the end unless it was renamed."""
    fresh = path.with_name(f"{path.name}.{secrets.token_hex(4)}.new")
    os.close(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    try:
        yield fresh
    finally:
        with contextlib.suppress(OSError):
            fresh.unlink(missing_ok=True)


def _sweep(path: Path) -> None:
    """Remove the temporary files of builds that were killed while writing this file."""
    for left in path.parent.glob(f"{literal(path.name)}.*new"):
        with contextlib.suppress(OSError):
            if time.time() - left.stat().st_mtime > _FORSAKEN:
                left.unlink()


def literal(name: str) -> str:
    """A name for `glob` in which nothing is a pattern."""
    return "".join(f"[{letter}]" if letter in "[*?" else letter for letter in name)


def make_folder(folder: Path) -> None:
    """Make a folder and all above it, and flush each to the disk; raises OSError."""
    missing = [place for place in (folder, *folder.parents) if not place.exists()]
    folder.mkdir(parents=True, exist_ok=True)
    for new in reversed(missing):
        flush_folder(new.parent)


def flush_file(descriptor: int) -> None:
    """Return when the content of an open file is on the disk; raises OSError."""
    os.fsync(descriptor)


def flush_folder(folder: Path) -> None:
    """Return when the names in a folder are on the disk; raises OSError.

    Windows cannot flush a folder: NTFS keeps the order of names in its own journal.
    """
    if sys.platform == "win32":
        return
    try:
        descriptor = os.open(folder, os.O_RDONLY)
    except PermissionError:  # a folder that may be written but not read
        return
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno not in _NO_FLUSH:
            raise
    finally:
        os.close(descriptor)
