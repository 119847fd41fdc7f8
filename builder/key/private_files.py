"""Writes what is for the researcher alone, so that neither a kill nor a power cut leaves half of it, and names it."""

from collections.abc import Iterable, Iterator
import contextlib
import errno
import os
from pathlib import Path
import secrets
import sys
import time

from builder.errors.build import PrivateFileFailed

# What a killed build left behind is nobody's any more after so many seconds.
_FORSAKEN = 3600
# File systems that cannot flush a folder say so in these ways; what they do instead is up to them.
_NO_FLUSH = (errno.EINVAL, errno.ENOTSUP, errno.EBADF, errno.EACCES, errno.EPERM)


def report_path(key: Path) -> Path:
    """Where the full report of the last build lies: beside the key, since it names source files."""
    return key.with_name(f"{key.stem}.report.txt")


def look_path(key: Path) -> Path:
    """Where the page of pictures that may show text lies: beside the key, since it shows what may be names."""
    return key.with_name(f"{key.stem}.look.html")


def table_path(key: Path) -> Path:
    """Where the table of them lies, to be filled in."""
    return key.with_name(f"{key.stem}.decide.csv")


def write_private(path: Path, text: str | Iterable[str]) -> None:
    """Write a file that only its owner can read, replacing an old one at once and whole; raises PrivateFileFailed.

    The text may come in pieces. When this returns, the new file is on the disk, and so is its name.
    """
    try:
        make_folder(path.parent)
        _sweep(path)
        with fresh_file(path) as fresh:
            # A file name may hold bytes that are no text at all; the report must be written all the same.
            with fresh.open("w", encoding="utf-8", errors="backslashreplace", newline="") as stream:
                stream.writelines([text] if isinstance(text, str) else text)
                stream.flush()
                flush_file(stream.fileno())
            fresh.replace(path)
        flush_folder(path.parent)
    except OSError as error:
        raise PrivateFileFailed(path, error.strerror or type(error).__name__) from error


@contextlib.contextmanager
def fresh_file(path: Path) -> Iterator[Path]:
    """An empty file beside `path` that is nobody else's; what is still called so in the end is removed."""
    fresh = path.with_name(f"{path.name}.{secrets.token_hex(4)}.new")
    os.close(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    try:
        yield fresh
    finally:
        with contextlib.suppress(OSError):
            fresh.unlink(missing_ok=True)


def _sweep(path: Path) -> None:
    """Remove what builds that were killed while they wrote this file have left."""
    for left in path.parent.glob(f"{_literal(path.name)}.*new"):
        with contextlib.suppress(OSError):
            if time.time() - left.stat().st_mtime > _FORSAKEN:
                left.unlink()


def _literal(name: str) -> str:
    return "".join(f"[{one}]" if one in "[*?" else one for one in name)


def make_folder(folder: Path) -> None:
    """Make a folder with all above it, each of which is on the disk when this returns; raises OSError."""
    missing = [one for one in (folder, *folder.parents) if not one.exists()]
    folder.mkdir(parents=True, exist_ok=True)
    for one in reversed(missing):
        flush_folder(one.parent)


def flush_file(descriptor: int) -> None:
    """Return when what was written to an open file is on the disk; raises OSError."""
    os.fsync(descriptor)


def flush_folder(folder: Path) -> None:
    """Return when the names in a folder are on the disk; raises OSError.

    Windows flushes no folder: NTFS keeps the order of names in a journal of its own.
    """
    if sys.platform == "win32":
        return
    try:
        descriptor = os.open(folder, os.O_RDONLY)
    except PermissionError:  # a folder that may be written and not be read
        return
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno not in _NO_FLUSH:
            raise
    finally:
        os.close(descriptor)
