"""The folder in which a bundle grows before it is encrypted: beside the key, for its owner alone, never on the drive.

It holds de-identified images only, on the machine where the originals are. It stays after an interruption, so that
--resume finds what was made, and goes when the drive is complete, or when nothing can come of it.
"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
import hashlib
from pathlib import Path
import shutil

from builder.errors.build import PrivateFileFailed
from builder.key import memory
from builder.key.private_files import make_folder
from builder.key.register import manifest_digest
from builder.plan import Talk
from bundle.errors import EXIT_STOPPED, BundleError
from bundle.layout import MANIFEST, UNFINISHED
from bundle.sealed.errors import DamagedSeal

_GOING = ".going"


def work_path(key: Path, drive: Path, stick: bytes = b"") -> Path:
    """The folder for one drive; with `stick`, for that stick alone: another one may lie at this drive the next time."""
    name = hashlib.sha256(str(drive.resolve()).encode("utf-8", "surrogateescape") + stick).hexdigest()[:12]
    return key.absolute().parent / f"{key.stem}.sealing-{name}"


def work_folder(key: Path, drive: Path, stick: bytes = b"") -> Path:
    """The same, made if it is missing. Raises PrivateFileFailed."""
    folder = work_path(key, drive, stick)
    try:
        make_folder(folder.parent)
        shutil.rmtree(folder.with_name(folder.name + _GOING), ignore_errors=True)  # of a run that was killed
        folder.mkdir(mode=0o700, exist_ok=True)
    except OSError as error:
        raise PrivateFileFailed(folder, error.strerror or type(error).__name__) from error
    return folder


@contextmanager
def gone_if_refused(folder: Path, drive: Path, *, keep: bool = False) -> Iterator[None]:
    """Remove the folder after an error that no --resume continues; a drive that is damaged or half written keeps it.

    With `keep`, it stays in any case: it may be the last one of what the drive has lost.
    """
    try:
        yield
    except BundleError as error:
        resumed = error.exit_code == EXIT_STOPPED or (drive / UNFINISHED).is_file()
        if not (resumed or keep or isinstance(error, DamagedSeal)):
            remove_work(folder)
        raise


def forget_bundle(folder: Path, key: Path, talk: Talk) -> None:
    """Before a finished plain bundle goes: to the register it is the same stick when it is made anew.

    The one that was interrupted was never complete. Raises RegisterBusy.
    """
    if (folder / MANIFEST).is_file():
        secret, _ = memory.load_or_make_study(key)
        with memory.open_register(key, secret, talk.say) as register:
            memory.reopen(register, manifest_digest((folder / MANIFEST).read_text("utf-8")))


def remove_work(folder: Path) -> None:
    """Remove the plain bundle, whose ciphertext is complete: at every moment it is whole, or not in its place."""
    going = folder.with_name(folder.name + _GOING)
    shutil.rmtree(going, ignore_errors=True)
    with suppress(FileNotFoundError):
        folder.rename(going)
    shutil.rmtree(going, ignore_errors=True)
