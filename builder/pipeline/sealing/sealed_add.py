"""Adds scans to an encrypted medium: its plain bundle comes beside the key, grows there, and is encrypted anew.

Passwords, keys and journals stay. The drive changes only in the last step; if that is interrupted, the plain bundle
beside the key is complete, and --resume continues from it.
"""

from concurrent.futures import Executor
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from builder.drive import private_paths, staging, target
from builder.errors.sealing import PlainBundleGone
from builder.pipeline.build import build
from builder.pipeline.outcome import BuildOptions, Outcome
from builder.pipeline.sealing.seal import seal_again
from builder.pipeline.sealing.unseal import check_sealed, write_plain
from builder.pipeline.sealing.work import gone_if_refused, remove_work, work_folder
from builder.plan import Talk
from bundle.errors import BundleError
from bundle.layout import MANIFEST
from bundle.sealed.errors import NoRight
from bundle.sealed.header import LockHeader
from bundle.sealed.medium import SealedMedium
from bundle.sealed.slots import Keys, open_header


def add_sealed(
    options: BuildOptions, header: LockHeader, password: str, executor: Executor, talk: Talk
) -> Outcome:  # fmt: skip
    """Add scans to the encrypted medium of this header; raises a BundleError. Only the researcher may."""
    drive, keys = options.drive, open_header(header, password)
    if not keys.secret:
        raise NoRight
    target.check_place(drive, options.sources, only_look=options.dry_run)
    private_paths.check_key(options.key, drive)
    folder = work_folder(options.key, drive)
    interrupted = staging.check_free(drive, resume=options.resume, task=staging.ADD)
    if not interrupted:
        _begin(folder, drive, header, keys, talk)
    elif not (folder / MANIFEST).is_file():
        raise PlainBundleGone(drive, folder)
    with gone_if_refused(folder, drive):
        outcome = build(replace(options, drive=folder, recorded=drive), executor, talk)
        if not options.dry_run:
            seal_again(drive, folder, header, keys, talk, resume=options.resume)
    if options.check and not options.dry_run:
        check_sealed(drive, password, talk)
    remove_work(folder)
    return replace(outcome, options=replace(options, recorded=drive))


def _begin(folder: Path, drive: Path, header: LockHeader, keys: Keys, talk: Talk) -> None:
    """The plain bundle of the drive, whatever an interrupted run has left of it."""
    remove_work(folder)
    try:
        with closing(SealedMedium(drive, header, keys.copy())) as medium:
            write_plain(medium, folder, talk)
    except BundleError:  # the drive is as it was, and half of its plain content is of no use
        remove_work(folder)
        raise
