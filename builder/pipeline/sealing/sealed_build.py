"""Makes an encrypted medium: a plain build beside the key, searched and proved like any other, then its ciphertext."""

from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import replace
from pathlib import Path

from builder.drive import private_paths, target
from builder.pipeline.build import build
from builder.pipeline.outcome import BuildOptions, Outcome
from builder.pipeline.sealing.seal import seal_onto
from builder.pipeline.sealing.unseal import check_sealed
from builder.pipeline.sealing.work import gone_if_refused, remove_work, work_folder
from builder.plan import Talk
from bundle.layout import MANIFEST
from bundle.sealed.slots import NewSlot


def build_sealed(options: BuildOptions, slots: Sequence[NewSlot], executor: Executor, talk: Talk) -> Outcome:
    """Make an encrypted medium; raises a BundleError. The drive never holds a plain byte of it.

    The plain bundle is checked before it is encrypted, and every chunk of the ciphertext afterwards.
    """
    drive = options.drive
    target.check_drive(drive, options.sources, resume=options.resume, only_look=options.dry_run)
    private_paths.check_key(options.key, drive)
    if options.dry_run:
        return build(options, executor, talk)
    folder = work_folder(options.key, drive)
    with gone_if_refused(folder, drive):
        outcome = _plain_build(options, folder, executor, talk)
        seal_onto(drive, folder, slots, talk, resume=options.resume)
    if options.check:
        check_sealed(drive, slots[0].password, talk)
    remove_work(folder)
    return replace(outcome, options=replace(options, recorded=drive))


def _plain_build(options: BuildOptions, folder: Path, executor: Executor, talk: Talk) -> Outcome:
    """The plain bundle in the work folder; a finished one that an interrupted run left there is made anew."""
    if options.resume and (folder / MANIFEST).is_file():
        remove_work(folder)
        folder.mkdir(mode=0o700)
    return build(replace(options, drive=folder, recorded=options.drive), executor, talk)
