"""The folder in which a bundle grows before it is encrypted: beside the key, for its owner alone, never on the drive.

It holds de-identified images only, on the machine where the originals are. It stays after an interruption, so that
--resume finds what was made, and goes when the drive is complete, or when nothing can come of it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
import hashlib
from pathlib import Path
import shutil

from builder.errors.build import PrivateFileFailed
from builder.key.private_files import make_folder
from bundle.errors import EXIT_STOPPED, BundleError
from bundle.layout import UNFINISHED
from bundle.sealed.errors import DamagedSeal


def work_folder(key: Path, drive: Path) -> Path:
    """The folder for one drive: made if it is missing. Raises PrivateFileFailed."""
    name = hashlib.sha256(str(drive.resolve()).encode("utf-8", "surrogateescape")).hexdigest()[:12]
    folder = key.absolute().parent / f"{key.stem}.sealing-{name}"
    try:
        make_folder(folder.parent)
        folder.mkdir(mode=0o700, exist_ok=True)
    except OSError as error:
        raise PrivateFileFailed(folder, error.strerror or type(error).__name__) from error
    return folder


@contextmanager
def gone_if_refused(folder: Path, drive: Path) -> Iterator[None]:
    """Remove the folder after an error that no --resume continues; a drive that is damaged or half written keeps it."""
    try:
        yield
    except BundleError as error:
        resumed = error.exit_code == EXIT_STOPPED or (drive / UNFINISHED).is_file()
        if not resumed and not isinstance(error, DamagedSeal):
            remove_work(folder)
        raise


def remove_work(folder: Path) -> None:
    """Remove the plain bundle, whose ciphertext is complete."""
    shutil.rmtree(folder, ignore_errors=True)
