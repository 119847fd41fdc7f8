"""Changes an encrypted medium: its plain bundle comes beside the key, is changed there, and is encrypted anew.

Passwords, keys and journals stay. The drive changes only in the last step; if that is interrupted, the plain bundle
beside the key is complete, and --resume continues from it. It goes when every chunk has come back from the drive.
"""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from builder.drive import private_paths, staging, target
from builder.errors.sealing import PlainBundleGone, PlainBundleKept
from builder.pipeline.sealing.seal import check_room, seal_again
from builder.pipeline.sealing.unseal import check_sealed, open_every_chunk, write_plain
from builder.pipeline.sealing.work import gone_if_refused, remove_work, work_folder
from builder.plan import Talk
from bundle.errors import BundleError
from bundle.layout import MANIFEST
from bundle.sealed.errors import DamagedSeal, NoRight
from bundle.sealed.header import LockHeader
from bundle.sealed.medium import SealedMedium
from bundle.sealed.slots import Keys, open_header


@dataclass(frozen=True, slots=True)
class SealedStick:
    """An encrypted medium that is to change: where it lies, and what opens it."""

    drive: Path
    header: LockHeader
    password: str


@contextmanager
def changed_in_plain(stick: SealedStick, key: Path, talk: Talk, *, task: str, resume: bool) -> Iterator[Path]:
    """The plain bundle of a medium, in a folder beside the key; it is encrypted again when the block ends.

    An error in the block leaves the drive as it is. Raises NoRight, PlainBundleGone, PlainBundleKept, and what sealing
    raises.
    """
    drive, header, keys = stick.drive, stick.header, open_header(stick.header, stick.password)
    if not keys.secret:
        raise NoRight
    target.check_place(drive, ())
    private_paths.check_key(key, drive)
    folder = work_folder(key, drive, header.stick)
    is_interrupted = staging.check_free(drive, resume=resume, task=task)
    is_fresh = not is_interrupted and _begin(folder, stick, keys, talk, resume=resume)
    if is_interrupted and not (folder / MANIFEST).is_file():
        raise PlainBundleGone(drive, folder)
    with gone_if_refused(folder, drive, keep=not is_fresh):
        yield folder
        check_room(drive, folder, is_there=True)
    seal_again(drive, folder, header, keys, talk, resume=resume, task=task)
    try:  # whatever --no-check says: the drive holds the only other copy of scans that were there before
        check_sealed(drive, stick.password, talk)
    except DamagedSeal as error:
        raise PlainBundleKept(drive, folder, error.reason) from error
    remove_work(folder)


def _begin(folder: Path, stick: SealedStick, keys: Keys, talk: Talk, *, resume: bool) -> bool:
    """Write the plain bundle of the drive; False if one stays that an earlier run has left, and the drive is damaged.

    Raises PlainBundleKept without `resume`.
    """
    is_left = any(folder.iterdir())
    try:
        with closing(SealedMedium(stick.drive, stick.header, keys.copy())) as medium:
            if is_left:  # before the drive is known to be whole, nobody knows what else there is of it
                open_every_chunk(medium, talk)
                remove_work(folder)
                is_left = False
            write_plain(medium, folder, talk)
    except DamagedSeal as error:
        if not is_left:
            remove_work(folder)  # half of the plain content is of no use
            raise
        if not resume:
            raise PlainBundleKept(stick.drive, folder, error.reason) from error
        return False
    except BundleError:
        if not is_left:
            remove_work(folder)
        raise
    return True
