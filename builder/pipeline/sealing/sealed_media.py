"""Makes several encrypted media from one build: all of them plain beside the key, then the ciphertext of each."""

from collections.abc import Sequence
from concurrent.futures import Executor
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from builder.drive import private_paths, target
from builder.errors.drive import DriveHoldsBundle
from builder.errors.sealing import ReadBackFailed
from builder.pipeline.outcome import BuildOptions, Outcome
from builder.pipeline.sealing.seal import BESIDES, SHARE, seal_onto
from builder.pipeline.sealing.unseal import check_sealed
from builder.pipeline.sealing.work import forget_bundle, gone_if_refused, remove_work, work_folder
from builder.pipeline.span import build_media
from builder.plan import Talk
from bundle.layout import LOCK, MANIFEST, UNFINISHED
from bundle.sealed.errors import DamagedSeal
from bundle.sealed.medium import open_medium
from bundle.sealed.slots import NewSlot

_LONGEST = 64 << 20


def build_sealed_media(
    options: BuildOptions, size: int, slots: Sequence[NewSlot], executor: Executor, talk: Talk
) -> Outcome:  # fmt: skip
    """Make as many encrypted media as necessary below the drive's folder, none over `size` bytes; raises a BundleError.

    Each has keys of its own, and the same passwords. The list of cases on each is in the report alone.
    """
    drive, room = options.drive, int((size - BESIDES) / SHARE)
    target.check_place(drive, options.sources, only_look=options.dry_run)
    private_paths.check_key(options.key, drive)
    if options.dry_run:
        return build_media(options, room, executor, talk)
    for medium in drive.glob("MEDIUM*"):
        if (medium / MANIFEST).is_file() and not options.resume:
            raise DriveHoldsBundle(medium)
    folder = work_folder(options.key, drive)
    with gone_if_refused(folder, drive):
        if not options.resume:
            for medium in folder.glob("MEDIUM*"):
                forget_bundle(medium, options.key, talk)
            remove_work(folder)
            folder.mkdir(mode=0o700)
        outcome = build_media(replace(options, drive=folder, recorded=drive), room, executor, talk)
    for name in dict.fromkeys(case.medium for case in outcome.media):
        _seal_one(drive / name, folder / name, slots, talk, options)
    remove_work(folder)
    return replace(outcome, options=replace(options, recorded=drive))


def _seal_one(place: Path, plain: Path, slots: Sequence[NewSlot], talk: Talk, options: BuildOptions) -> None:
    place.mkdir(exist_ok=True)
    if not (options.resume and _is_sealed(place, plain, slots[0].password)):
        target.check_drive(place, (), resume=options.resume)
        seal_onto(place, plain, slots, talk, resume=options.resume)
    try:
        if options.check:
            check_sealed(place, slots[0].password, talk)
    except DamagedSeal as error:
        raise ReadBackFailed(place, error.reason) from error


def _is_sealed(place: Path, plain: Path, password: str) -> bool:
    """Whether an interrupted run has encrypted exactly this medium; raises WrongPassword."""
    if not (place / LOCK).is_file() or (place / UNFINISHED).exists():
        return False
    with closing(open_medium(place, password)) as medium:
        return medium.has(MANIFEST) and medium.read(MANIFEST, _LONGEST) == (plain / MANIFEST).read_bytes()
