"""Removes cases from a finished bundle, so that nothing on the medium mentions them; the others stay unchanged."""

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Executor
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
import hashlib
from pathlib import Path

from builder.catalogue.previews import Previews
from builder.check import Finding, check_bundle
from builder.drive import staging, target
from builder.errors.build import BuildStopped, DriveFailed
from builder.errors.change import LastCase, ReadingsOfCase
from builder.freeze import known_bills
from builder.key import memory
from builder.key.crosswalk import is_known
from builder.key.handed import readings_on
from builder.key.pseudonyms import new_uid
from builder.key.register import Register, manifest_digest
from builder.key.sticks import StickPlan
from builder.pipeline.catalogue_files import listings, said_of_cleaning
from builder.pipeline.existing_bundle import Present, read_present
from builder.pipeline.remember import note_finished
from builder.plan import Notice, Talk, WrittenInstance
from bundle import layout, manifest


@dataclass(frozen=True, slots=True)
class Removal:
    """The result of a removal, for the report; `stick` is None if no register knows the medium."""

    drive: Path
    cases: tuple[str, ...]
    cases_left: int
    images_left: int
    findings: Sequence[Finding]
    stick: int | None = None
    notices: Sequence[Notice] = ()


def remove_cases(
    drive: Path, cases: Sequence[str], executor: Executor, talk: Talk, *, key: Path | None = None, resume: bool = False,
    check: bool = True,
) -> Removal:  # fmt: skip
    """Remove cases from the bundle on a drive; raises a BundleError. It first verifies the cases that stay.

    If the `key` is known, its register records the removal; it never gives a number again, recorded or not.
    """
    task = staging.removal_of(cases)
    target.check_to_change(drive, task, resume=resume)
    progress = talk.step("Reading the bundle on the drive")
    present = read_present(drive, executor, progress, without=frozenset(cases), resume=resume)
    if not present.written:
        raise LastCase(drive)
    _check_readings(drive, cases)
    try:
        with _register_of(key, talk) as register, staging.hold(drive, resume=resume, task=task) as held:
            digests = {image.instance.path: image.instance.digest for image in present.written} | present.viewers
            for path, data in _listings(present, held.folder, executor, talk):
                held.replace(path, data)
                digests[path] = hashlib.sha256(data).hexdigest()
            stick = _note_removal(register, drive, cases, present, digests)
            held.commit(digests, erase=True)
            notices = [] if register is None or stick is None else note_finished(register, stick)
    except OSError as error:
        raise DriveFailed(drive, error.strerror or type(error).__name__) from error
    except KeyboardInterrupt:
        raise BuildStopped(drive) from None
    findings = _check(drive, talk) if check else []
    return Removal(drive, tuple(cases), len(present.cases), len(present.written), findings, stick, notices)


def _check(drive: Path, talk: Talk) -> list[Finding]:
    progress = talk.step("Checking the bundle on the drive", in_bytes=True)
    return check_bundle(drive, progress=progress, bills=known_bills())


def _register_of(key: Path | None, talk: Talk) -> AbstractContextManager[Register | None]:
    """The register of a key, if there is one; an old key folder gets one."""
    if key is None or not key.is_file() or not is_known(key):
        return nullcontext()
    secret, _ = memory.load_or_make_study(key)
    return memory.open_register(key, secret, talk.say)


def _note_removal(
    register: Register | None, drive: Path, cases: Sequence[str], present: Present, digests: Mapping[str, str]
) -> int | None:
    if register is None:
        return None
    listed = manifest.format_lines(digests)
    plan = StickPlan(drive, "", manifest_digest(listed), present.manifest, listed=listed, readings=readings_on(drive))
    return memory.note_removal(register, plan, cases)


def _listings(present: Present, root: Path, executor: Executor, talk: Talk) -> Iterator[tuple[str, bytes]]:
    progress = talk.step("Making the index and previews")
    previews = Previews(root, executor)
    file_set = _file_set_uid(present.written)
    return listings(
        present.written,
        present.cases,
        present.platforms,
        file_set,
        previews,
        present.counts,
        progress,
        present.language,
        said_of_cleaning(present.written),
    )


def _file_set_uid(written: Sequence[WrittenInstance]) -> str:
    """A new UID for this file-set (PS3.10 8.3); made without the study key, from data that are on the medium anyway."""
    return new_uid(b"", " ".join(image.instance.sop_instance_uid for image in written))


def _check_readings(drive: Path, cases: Sequence[str]) -> None:
    """Without an entry, a journal's chain is broken: the researcher must collect it and take it away."""
    names = [case.encode() for case in cases]
    folder = drive / layout.READINGS_FOLDER
    for path in sorted(folder.rglob("*")) if folder.is_dir() else ():
        if path.is_file() and any(name in path.read_bytes() for name in names):
            raise ReadingsOfCase(drive, path.name)
