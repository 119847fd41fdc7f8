"""Adds scans to an encrypted medium, removes cases from it, renews its lists and viewers; only the researcher may."""

from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import replace
from pathlib import Path

from builder.drive import staging, target
from builder.pipeline.build import build
from builder.pipeline.change import Change, remove_cases, upgrade
from builder.pipeline.outcome import BuildOptions, Outcome
from builder.pipeline.sealing.in_plain import SealedStick, changed_in_plain
from builder.plan import Talk


def add_sealed(options: BuildOptions, stick: SealedStick, executor: Executor, talk: Talk) -> Outcome:
    """Add scans to an encrypted medium; raises a BundleError."""
    drive = options.drive
    target.check_place(drive, options.sources, only_look=options.dry_run)
    with changed_in_plain(stick, options.key, talk, task=staging.ADD, resume=options.resume) as folder:
        outcome = build(replace(options, drive=folder, recorded=drive), executor, talk)
    return replace(outcome, options=replace(options, recorded=drive))


def remove_sealed(
    stick: SealedStick, cases: Sequence[str], executor: Executor, talk: Talk, *, key: Path, resume: bool, check: bool
) -> Change:  # fmt: skip
    """Remove cases from an encrypted medium, so that no chunk of them is left on it; raises a BundleError.

    The task does not name them: its marker would lie open on the drive.
    """
    with changed_in_plain(stick, key, talk, task=staging.REMOVE, resume=resume) as folder:
        change = remove_cases(
            folder, cases, executor, talk, key=key, resume=resume, check=check, recorded=stick.drive
        )  # fmt: skip
    return replace(change, drive=stick.drive)


def upgrade_sealed(
    stick: SealedStick, executor: Executor, talk: Talk, *, key: Path, resume: bool, check: bool
) -> Change:  # fmt: skip
    """Bring an encrypted medium up to the current format, with new viewers; raises a BundleError."""
    with changed_in_plain(stick, key, talk, task=staging.UPGRADE, resume=resume) as folder:
        change = upgrade(folder, executor, talk, key=key, resume=resume, check=check, recorded=stick.drive)
    return replace(change, drive=stick.drive)
