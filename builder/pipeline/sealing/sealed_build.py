"""Makes an encrypted medium: a plain build beside the key, searched and proved like any other, then its ciphertext."""

from collections.abc import Sequence
from concurrent.futures import Executor
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from builder.drive import private_paths, target
from builder.errors.drive import DriveHoldsBundle
from builder.errors.sealing import ReadBackFailed
from builder.pipeline.build import build
from builder.pipeline.media import with_images
from builder.pipeline.outcome import BuildOptions, Outcome
from builder.pipeline.sealing.seal import seal_onto
from builder.pipeline.sealing.sealed_media import build_sealed_media
from builder.pipeline.sealing.unseal import check_sealed
from builder.pipeline.sealing.work import forget_bundle, gone_if_refused, remove_work, work_folder, work_path
from builder.plan import Talk
from bundle.layout import LOCK, MANIFEST
from bundle.sealed.errors import DamagedSeal, WrongPassword
from bundle.sealed.slots import NewSlot


def build_sealed(
    options: BuildOptions, slots: Sequence[NewSlot], span: int | None, image: Path | None, executor: Executor,
    talk: Talk,
) -> Outcome:  # fmt: skip
    """Make one encrypted medium or several, and images of discs; raises a BundleError.

    The drive never holds a plain byte of it. The plain bundle is checked before it is encrypted, and every chunk of the
    ciphertext afterwards.
    """
    if span is None:
        return with_images(_build_one(options, slots, executor, talk), options, image, talk)
    return with_images(build_sealed_media(options, span, slots, executor, talk), options, image, talk)


def _build_one(options: BuildOptions, slots: Sequence[NewSlot], executor: Executor, talk: Talk) -> Outcome:
    drive = options.drive
    _check_drive(options, slots, talk)
    private_paths.check_key(options.key, drive)
    if options.dry_run:
        return build(options, executor, talk)
    folder = work_folder(options.key, drive)
    with gone_if_refused(folder, drive):
        outcome = _plain_build(options, folder, executor, talk)
        seal_onto(drive, folder, slots, talk, resume=options.resume)
    try:
        if options.check:
            check_sealed(drive, slots[0].password, talk)
    except DamagedSeal as error:
        remove_work(folder)  # the scans are still there
        raise ReadBackFailed(drive, error.reason) from error
    remove_work(folder)
    return replace(outcome, options=replace(options, recorded=drive))


def _check_drive(options: BuildOptions, slots: Sequence[NewSlot], talk: Talk) -> None:
    """What a build checks; a run that was killed when its stick was complete has left a plain bundle beside the key."""
    try:
        target.check_drive(options.drive, options.sources, resume=options.resume, only_look=options.dry_run)
    except DriveHoldsBundle:
        left = work_path(options.key, options.drive)
        if slots and left.is_dir() and (options.drive / LOCK).is_file():
            with suppress(DamagedSeal, WrongPassword):  # then it stays
                check_sealed(options.drive, slots[0].password, talk)
                remove_work(left)
        raise


def _plain_build(options: BuildOptions, folder: Path, executor: Executor, talk: Talk) -> Outcome:
    """The plain bundle in the work folder; a finished one that an interrupted run left there is made anew."""
    if (folder / MANIFEST).is_file():
        forget_bundle(folder, options.key, talk)
        remove_work(folder)
        folder.mkdir(mode=0o700)
    return build(replace(options, drive=folder, recorded=options.drive), executor, talk)
