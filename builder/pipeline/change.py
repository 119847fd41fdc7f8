"""Changes a finished bundle without its scans: removes cases so that no trace is left, or renews all but images."""

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Executor
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
import hashlib
import json
from pathlib import Path

from builder.catalogue.previews import Previews
from builder.catalogue.web_chunks import Chunks
from builder.check import Finding, check_bundle
from builder.drive import staging, target
from builder.errors.build import BuildStopped
from builder.errors.change import LastCase, NoNewViewer, ReadingsOfCase
from builder.errors.drive import DriveFailed
from builder.freeze import known_bills
from builder.key import memory
from builder.key.crosswalk import is_known
from builder.key.handed import readings_on
from builder.key.pseudonyms import new_uid
from builder.key.register import Register, manifest_digest
from builder.key.sticks import StickPlan
from builder.pipeline.catalogue_files import listings, said_of_cleaning
from builder.pipeline.existing_bundle import Present, read_present
from builder.pipeline.proof import prove
from builder.pipeline.remember import note_finished
from builder.pipeline.viewers import Viewers, copy_packs, get_viewers
from builder.plan import Notice, Talk, WrittenInstance
from bundle import layout, manifest
from bundle.reading.journal import read_journal


@dataclass(frozen=True, slots=True)
class Change:
    """The result, for the report: the cases that were removed, and the format that the bundle had before.

    `stick` is None if no register knows the medium; `platforms` are those with a new viewer.
    """

    drive: Path
    removed: tuple[str, ...]
    cases_left: int
    images_left: int
    findings: Sequence[Finding]
    format_before: int
    platforms: Sequence[str] = ()
    stick: int | None = None
    notices: Sequence[Notice] = ()


def remove_cases(
    drive: Path, cases: Sequence[str], executor: Executor, talk: Talk, *, key: Path | None = None, resume: bool = False,
    check: bool = True, recorded: Path | None = None,
) -> Change:  # fmt: skip
    """Remove cases from the bundle on a drive; raises a BundleError. It first verifies the cases that stay.

    If the `key` is known, its register records the removal, and what is on the medium is searched for its originals;
    it never gives a number again, recorded or not. A bundle of an older format is brought up. `recorded` is the drive
    in the register, if the bundle is changed in another place.
    """
    task = staging.removal_of(cases)
    target.check_to_change(drive, task, resume=resume)
    progress = talk.step("Reading the bundle on the drive")
    present = read_present(drive, executor, progress, without=frozenset(cases), resume=resume, said=recorded)
    if not present.written:
        raise LastCase(recorded or drive)
    _check_readings(drive, cases, said=recorded or drive)
    viewers = new_viewers(drive, present, talk) if present.is_older else None
    return _changed(
        drive, task, tuple(cases), present, viewers, executor, talk, key, resume=resume, check=check, recorded=recorded
    )


def upgrade(
    drive: Path, executor: Executor, talk: Talk, *, key: Path | None = None, resume: bool = False, check: bool = True,
    recorded: Path | None = None,
) -> Change:  # fmt: skip
    """Bring a bundle up to the current format, with new viewers; raises a BundleError. It first verifies the images.

    Images, case numbers, form and readings stay as they are. `recorded` as in `remove_cases`.
    """
    target.check_to_change(drive, staging.UPGRADE, resume=resume)
    present = read_present(drive, executor, talk.step("Reading the bundle on the drive"), resume=resume)
    viewers = new_viewers(drive, present, talk)
    return _changed(
        drive, staging.UPGRADE, (), present, viewers, executor, talk, key, resume=resume, check=check, recorded=recorded
    )


def new_viewers(drive: Path, present: Present, talk: Talk) -> Viewers:
    """Viewers in the place of those that lie on the drive; raises NoNewViewer, DriveTooSmall."""
    viewers = get_viewers(present.platforms, talk)
    for platform, reason in viewers.missing.items():
        raise NoNewViewer(drive, platform, str(reason))
    files = [drive / path for path in present.viewers if (drive / path).is_file()]
    there = sum(path.stat().st_size for path in files)
    target.check_space(drive, 0, max(viewers.size - there, 0))
    return viewers


def _changed(
    drive: Path, task: str, removed: tuple[str, ...], present: Present, viewers: Viewers | None, executor: Executor,
    talk: Talk, key: Path | None, *, resume: bool, check: bool, recorded: Path | None,
) -> Change:  # fmt: skip
    """Write the lists of a bundle anew, and its viewers if they are given."""
    kept = present if viewers is None else present.without_viewers()
    packs = [] if viewers is None else list(viewers.packs)
    platforms = [*kept.platforms, *(pack.platform for pack in packs)]
    try:
        with _register_of(key, talk) as register, staging.hold(drive, resume=resume, task=task) as held:
            digests = {image.instance.path: image.instance.digest for image in present.written} | kept.viewers
            for path, data in _listings(present, platforms, held.folder, executor, talk):
                held.replace(path, data)
                digests[path] = hashlib.sha256(data).hexdigest()
            if packs:
                digests |= copy_packs(packs, held.folder, talk.step("Copying the viewers"))
            answers = readings_on(drive)
            stick = _note_change(register, recorded or drive, removed, present, digests, answers)
            if register is not None and stick is not None:
                prove(register, drive, held.folder, digests, executor, talk)
            held.commit(digests, erase=bool(removed))
            with staging.completed(drive):
                notices = [] if register is None or stick is None else note_finished(register, stick)
    except OSError as error:
        raise DriveFailed(drive, error.strerror or type(error).__name__) from error
    except KeyboardInterrupt:
        raise BuildStopped(drive) from None
    return Change(
        drive, removed, len(present.cases), present.images, _check(drive, talk) if check else [],
        present.format_version, tuple(pack.platform for pack in packs), stick, notices,
    )  # fmt: skip


def _check(drive: Path, talk: Talk) -> list[Finding]:
    progress = talk.step("Checking the bundle on the drive", in_bytes=True)
    return check_bundle(drive, progress=progress, bills=known_bills())


def _register_of(key: Path | None, talk: Talk) -> AbstractContextManager[Register | None]:
    """The register of a key, if there is one; an old key folder gets one."""
    if key is None or not key.is_file() or not is_known(key):
        return nullcontext()
    secret, _ = memory.load_or_make_study(key)
    return memory.open_register(key, secret, talk.say)


def _note_change(
    register: Register | None, drive: Path, removed: Sequence[str], present: Present, digests: Mapping[str, str],
    answers: Mapping[str, tuple[int, str]],
) -> int | None:  # fmt: skip
    if register is None:
        return None
    listed = manifest.format_lines(digests)
    plan = StickPlan(drive, "", manifest_digest(listed), present.manifest, listed=listed, readings=answers)
    return memory.note_change(register, plan, removed)


def _listings(
    present: Present, platforms: Sequence[str], root: Path, executor: Executor, talk: Talk
) -> Iterator[tuple[str, bytes]]:
    progress = talk.step("Making the index and previews")
    previews = Previews(root, executor)
    file_set = _file_set_uid(present.written)
    return listings(
        present.written,
        present.cases,
        platforms,
        file_set,
        previews,
        present.counts,
        progress,
        present.language,
        said_of_cleaning(present.written),
        form=present.form,
        chunks=Chunks(root, executor, talk) if present.has_chunks else None,
        hanging=present.hanging,
    )


def _file_set_uid(written: Sequence[WrittenInstance]) -> str:
    """A new UID for this file-set (PS3.10 8.3); made without the study key, from data that are on the medium anyway."""
    return new_uid(b"", " ".join(image.instance.sop_instance_uid for image in written))


def _check_readings(drive: Path, cases: Sequence[str], *, said: Path) -> None:
    """Without an entry, a journal's chain is broken: the researcher must collect it and take it away."""
    names = [case.encode() for case in cases]
    folder = drive / layout.READINGS_FOLDER
    for path in sorted(folder.rglob("*")) if folder.is_dir() else ():
        if path.is_file() and any(name in text for text in _texts_of(path) for name in names):
            raise ReadingsOfCase(said, path.name)


def _texts_of(path: Path) -> Iterator[bytes]:
    """What a file of readings says: its bytes, and the data of its lines, which are veiled."""
    yield path.read_bytes()
    yield from (json.dumps(dict(entry.data)).encode() for entry in read_journal(path).entries)
