"""The folder for packs and their components: found, locked, and filled without half-made entries."""

from collections.abc import Iterator
from contextlib import contextmanager
import os
from pathlib import Path
import shutil
import sys
import tempfile
import time

_UNFINISHED = ".making-"
_DAY = 24 * 3600.0


def root() -> Path:
    """The cache folder: MKBUNDLE_CACHE, or `mkbundle` in the system's own cache folder."""
    named = os.environ.get("MKBUNDLE_CACHE")
    return Path(named).absolute() if named else _system_caches() / "mkbundle"


def _system_caches() -> Path:
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")


@contextmanager
def locked(entry: Path) -> Iterator[None]:
    """Hold the lock of an entry of the cache, so that two programs never make the same entry at once."""
    entry.parent.mkdir(parents=True, exist_ok=True)
    with entry.with_name(entry.name + ".lock").open("a+b") as handle:
        _lock(handle.fileno())
        yield


if sys.platform == "win32":
    import msvcrt

    def _lock(descriptor: int) -> None:
        """Wait for the lock; it ends when the file closes, even if the program dies."""
        while True:
            try:
                return msvcrt.locking(descriptor, msvcrt.LK_LOCK, 1)
            except OSError:  # LK_LOCK gives up after ten seconds, and freezing takes minutes
                time.sleep(1)
else:
    import fcntl

    def _lock(descriptor: int) -> None:
        """Wait for the lock; it ends when the file closes, even if the program dies."""
        fcntl.flock(descriptor, fcntl.LOCK_EX)


@contextmanager
def making(entry: Path) -> Iterator[Path]:
    """A temporary sibling that becomes `entry` at the end; after a failure neither exists."""
    entry.parent.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix=_UNFINISHED, dir=entry.parent))
    try:
        yield folder
        folder.chmod(0o755)
        folder.rename(entry)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def workplace() -> Iterator[Path]:
    """A temporary folder in the cache, on the same file system as its entries."""
    parent = root() / "work"
    parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=_UNFINISHED, dir=parent, ignore_cleanup_errors=True) as folder:
        yield Path(folder)


def used(entry: Path) -> None:
    """Mark an entry as just used, so that it is the last to be removed."""
    os.utime(entry)


def forget_old(folder: Path, prefix: str, keep: int) -> None:
    """Keep the `keep` most recently used entries with this prefix; remove leftovers of killed programs."""
    entries = [path for path in folder.iterdir() if path.is_dir()]
    mine = sorted((path for path in entries if path.name.startswith(prefix)), key=_age)
    dead = [path for path in entries if path.name.startswith(_UNFINISHED) and _age(path) > _DAY]
    for path in mine[keep:] + dead:
        shutil.rmtree(path, ignore_errors=True)
        path.with_name(path.name + ".lock").unlink(missing_ok=True)


def _age(path: Path) -> float:
    return time.time() - path.stat().st_mtime
