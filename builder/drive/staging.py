"""Holds a bundle until it is complete: in a folder that nothing mistakes for a bundle, with a marker, lock and commit.

While a bundle is made, the root of the medium shows nothing of it but the folder BUNDLE. In it, `UNFINISH.TXT` is
written first and removed last, and everything else lies below `UNFINISH`. When all of it has reached the medium, each
name moves to the root, the manifest last. After an interruption at any moment, either the marker is still there, or
nothing is missing.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
import contextlib
import ctypes
import os
from pathlib import Path
import re
import shutil
import sys
from typing import BinaryIO

from builder.drive.mounts import may_be_fuse
from builder.drive.verified_write import erase_file, put_whole
from builder.errors.build import CheckStopped, FailedWhenComplete
from builder.errors.change import DriveHoldsOther
from builder.errors.drive import DriveBusy, DriveHoldsUnfinished, NamesTaken
from bundle import manifest
from bundle.errors import DamagedManifest
from bundle.layout import (
    DICOMDIR,
    FORM,
    HANGING,
    INDEX,
    LOCK,
    MANIFEST,
    READINGS_FOLDER,
    ROOT_NAMES,
    SEALED_FOLDER,
    SEGMENTS_FOLDER,
    STAGE,
    UNFINISHED,
)

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

_MARKER_TEXT = "This bundle is not finished. Run the same mkbundle command with --resume to finish it.\r\n"
# The task on a bundle that was finished before; without a task, a new bundle is being made.
_TASK_TEXT = "Task: {}.\r\n"
_TASK = re.compile(r"Task: (.*)\.\r\n")
# Of an encrypted bundle, the marker does not tell which cases are removed.
ADD, UPGRADE, REMOVE = "add", "upgrade", "remove"
# Far beyond the marker's text, which must stay readable: Windows locks bytes.
_LOCKED_BYTE = 1 << 30

# The names that move to the root, in order: those that other programs open late, and the one that completes it last.
_MOVED = (
    *(name for name in ROOT_NAMES if name not in (DICOMDIR, "BUNDLE", READINGS_FOLDER)),
    FORM, HANGING, SEGMENTS_FOLDER, INDEX, SEALED_FOLDER, LOCK, DICOMDIR, MANIFEST,
)  # fmt: skip
# The manifest does not list it: a changed password rewrites it.
_BESIDE_MANIFEST = (LOCK,)


class Stage:
    """An unfinished bundle that this build holds; its files are written below `folder`."""

    def __init__(self, drive: Path, lock: BinaryIO) -> None:
        self._drive, self._lock = drive, lock
        self.folder = folder_on(drive)

    def abandon(self) -> None:
        """Remove everything that was written."""
        shutil.rmtree(self.folder)
        self._finish()
        with contextlib.suppress(OSError):  # it contains something else
            (self._drive / UNFINISHED).parent.rmdir()

    def flush(self) -> None:
        """Return when everything written so far has reached the medium."""
        _flush(self.folder)

    def replace(self, path: str, content: bytes) -> None:
        """Write a file that mentions cases; no byte of its old content remains."""
        put_whole(self.folder / path, content, erase=True)

    def commit(self, digests: Mapping[str, str], *, erase: bool = False) -> None:
        """Complete the bundle: it holds exactly the files of `digests`, each by its path and SHA-256.

        With `erase`, any other file there is overwritten before its removal.
        """
        _keep_only(self.folder, {*digests, *_BESIDE_MANIFEST, MANIFEST}, erase=erase)
        check_names(self._drive)  # somebody may have added something meanwhile
        _flush(self.folder)
        put_whole(self.folder / MANIFEST, manifest.format_lines(digests).encode(), erase=erase)
        _flush(self.folder)
        _move(self.folder, self._drive, _MOVED)
        _flush(self._drive / "BUNDLE")
        _keep_only(self.folder, set())
        self._finish(erase=erase)
        with completed(self._drive):
            _flush(self._drive / "BUNDLE")

    def _finish(self, *, erase: bool = False) -> None:
        self._lock.close()  # Windows cannot remove an open file
        with contextlib.suppress(FileNotFoundError):
            self.folder.rmdir()
        if erase:  # the marker names the cases
            erase_file(self._drive / UNFINISHED)
        else:
            (self._drive / UNFINISHED).unlink()


@contextlib.contextmanager
def completed(drive: Path) -> Iterator[None]:
    """For what follows a commit: nobody may be told that the bundle is unfinished, and to continue with it.

    Raises FailedWhenComplete, CheckStopped.
    """
    try:
        yield
    except OSError as error:
        raise FailedWhenComplete(drive, error.strerror or type(error).__name__) from error
    except KeyboardInterrupt:
        raise CheckStopped(drive) from None


def folder_on(drive: Path) -> Path:
    """The folder with the files of an unfinished bundle."""
    return drive / STAGE


def size_of(drive: Path) -> int:
    """How many bytes of an unfinished bundle are already there."""
    tops = [folder_on(drive), *(drive / name for name in _half_committed(drive))]
    files = (path for top in tops for path in (top, *top.rglob("*")) if path.is_file())
    return sum(path.stat().st_size for path in files)


def removal_of(cases: Iterable[str]) -> str:
    """The task of removing cases from a bundle."""
    return f"remove {' '.join(sorted(cases))}"


def check_free(drive: Path, *, resume: bool, task: str = "") -> bool:
    """Whether an interrupted build left something.

    Raises DriveBusy, DriveHoldsOther, and without `resume` DriveHoldsUnfinished.
    """
    if not (drive / UNFINISHED).is_file():
        return False
    _locked(drive).close()
    if not resume:
        raise DriveHoldsUnfinished(drive)
    text = (drive / UNFINISHED).read_bytes().decode(errors="replace")
    if not text.startswith(_MARKER_TEXT):  # interrupted while writing it, before anything else
        return False
    found = _TASK.search(text)
    if task != (found[1] if found else ""):
        raise DriveHoldsOther(drive, found[1] if found else "")
    return True


@contextlib.contextmanager
def hold(drive: Path, *, resume: bool, task: str = "") -> Iterator[Stage]:
    """Begin a bundle or a task on a finished one, or continue an interrupted one, with exclusive access.

    Raises DriveBusy, DriveHoldsOther, DriveHoldsUnfinished.
    """
    (drive / UNFINISHED).parent.mkdir(exist_ok=True)
    try:
        (drive / UNFINISHED).open("xb").close()
        begun = False
    except FileExistsError:
        begun = check_free(drive, resume=resume, task=task)
    with _locked(drive) as lock:
        if not begun:
            _mark(drive, task)
        _take_back(drive)
        folder_on(drive).mkdir(exist_ok=True)
        _flush(drive / "BUNDLE")
        yield Stage(drive, lock)


def _mark(drive: Path, task: str) -> None:
    with (drive / UNFINISHED).open("rb+") as stream:
        stream.write((_MARKER_TEXT + (_TASK_TEXT.format(task) if task else "")).encode())
        stream.flush()
        os.fsync(stream.fileno())


def _locked(drive: Path) -> BinaryIO:
    """The marker, open and locked; the lock ends when it closes, or with the process."""
    try:
        # Read-only: no medium can be remounted read-only while a file on it is open for writing.
        stream = (drive / UNFINISHED).open("rb")
    except FileNotFoundError:  # the other build has just finished
        raise DriveBusy(drive) from None
    if not _lock(stream):
        stream.close()
        raise DriveBusy(drive)
    return stream


def _lock(stream: BinaryIO) -> bool:
    if sys.platform == "win32":
        try:
            stream.seek(_LOCKED_BYTE)
            msvcrt.locking(stream.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True
    with contextlib.suppress(OSError):  # on a file system without locks
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
    return True


def check_names(drive: Path) -> None:
    """Refuse a drive on which names that a bundle needs belong to something else; raises NamesTaken."""
    # FAT, exFAT and NTFS ignore the case of letters.
    ours = _half_committed(drive)
    folder = drive / "BUNDLE"
    if (drive / UNFINISHED).exists() or (
        folder.is_dir() and not any(folder.iterdir())
    ):  # just begun, or just abandoned
        ours.add("BUNDLE")
    wanted = {name.casefold() for name in ROOT_NAMES if name != READINGS_FOLDER and name not in ours}
    taken = sorted(entry.name for entry in drive.iterdir() if entry.name.casefold() in wanted)
    if taken:
        raise NamesTaken(drive, taken)


def _half_committed(drive: Path) -> set[str]:
    """The names in the root that belong to an interrupted commit: those of its manifest."""
    if not (drive / UNFINISHED).exists():
        return set()
    for root in (drive, folder_on(drive)):
        with contextlib.suppress(FileNotFoundError, DamagedManifest):
            return {path.split("/")[0] for path in manifest.read(root)}
    return set()


def _take_back(drive: Path) -> None:
    """Undo an interrupted commit."""
    ours = _half_committed(drive)
    _move(drive, folder_on(drive), [name for name in _MOVED if name.split("/")[0] in ours])


def _move(start: Path, end: Path, names: Iterable[str]) -> None:
    for name in names:
        if (start / name).exists() and not (end / name).exists():
            (end / name).parent.mkdir(parents=True, exist_ok=True)
            (start / name).rename(end / name)


def _keep_only(folder: Path, paths: Collection[str], *, erase: bool = False, below: str = "") -> None:
    """Remove every other file, which an interrupted build with other scans must have left, and empty folders.

    `below` is the path of this folder in `paths`.
    """
    with os.scandir(folder) as found:
        entries = list(found)
    for entry in entries:
        path = f"{below}{entry.name}"
        if entry.is_dir(follow_symlinks=False):
            _keep_only(Path(entry.path), paths, erase=erase, below=f"{path}/")
            with contextlib.suppress(OSError):  # it is not empty
                Path(entry.path).rmdir()
        elif path not in paths:
            if erase and entry.is_file(follow_symlinks=False):
                erase_file(Path(entry.path))
            else:
                Path(entry.path).unlink()


def _flush(folder: Path) -> None:
    """Return when everything has reached the medium; raises OSError if the system reports a failure."""
    if sys.platform == "win32":
        for path in folder.rglob("*"):
            if path.is_file():
                with path.open("r+b") as stream:
                    os.fsync(stream.fileno())
        return
    if may_be_fuse(folder):
        os.sync()  # also flushes a file system in a separate process; it waits for every other disk as well
    syncfs = getattr(ctypes.CDLL(None, use_errno=True), "syncfs", None)  # os.sync reports no failure, this does
    if syncfs is None:
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        if syncfs(descriptor) != 0:
            raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    finally:
        os.close(descriptor)
