"""Takes cases out of a finished bundle, so that nothing on the medium tells of them; the others stay as they are."""

from collections.abc import Iterator, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
import hashlib
from pathlib import Path

from builder.catalogue.previews import Previews
from builder.check import Finding, check_bundle
from builder.drive import staging, target
from builder.errors.build import BuildStopped, DriveFailed
from builder.errors.change import LastCase, ReadingsOfCase
from builder.freeze import known_bills
from builder.key.pseudonyms import new_uid
from builder.pipeline.catalogue_files import listings, number_cases
from builder.pipeline.existing_bundle import Present, read_present
from builder.plan import Talk, WrittenInstance
from bundle import layout


@dataclass(frozen=True, slots=True)
class Removal:
    """What a removal did, for the report."""

    drive: Path
    cases: tuple[str, ...]
    cases_left: int
    images_left: int
    findings: Sequence[Finding]


def remove_cases(
    drive: Path, cases: Sequence[str], executor: Executor, talk: Talk, *, resume: bool = False, check: bool = True
) -> Removal:
    """Take cases out of the bundle on a drive; raises a BundleError. What is left is verified before it begins."""
    task = staging.removal_of(cases)
    target.check_to_change(drive, task, resume=resume)
    progress = talk.step("Reading what lies on the drive")
    present = read_present(drive, executor, progress, without=frozenset(cases), resume=resume)
    if not present.written:
        raise LastCase(drive)
    _check_readings(drive, cases)
    try:
        with staging.hold(drive, resume=resume, task=task) as held:
            digests = {one.instance.path: one.instance.digest for one in present.written} | present.viewers
            for path, data in _listings(present, held.folder, executor, talk):
                held.replace(path, data)
                digests[path] = hashlib.sha256(data).hexdigest()
            held.commit(digests, erase=True)
    except OSError as error:
        raise DriveFailed(drive, error.strerror or type(error).__name__) from error
    except KeyboardInterrupt:
        raise BuildStopped(drive) from None
    findings = _check(drive, talk) if check else []
    return Removal(drive, tuple(cases), len(present.cases), len(present.written), findings)


def _check(drive: Path, talk: Talk) -> list[Finding]:
    progress = talk.step("Checking what lies on the drive", in_bytes=True)
    return check_bundle(drive, progress=progress, bills=known_bills())


def _listings(present: Present, root: Path, executor: Executor, talk: Talk) -> Iterator[tuple[str, bytes]]:
    cases = number_cases(present.written, present.cases)
    progress = talk.step("Making the index and previews")
    previews = Previews(root, executor)
    file_set = _file_set_uid(present.written)
    return listings(
        present.written, cases, present.platforms, file_set, previews, present.counts, progress, present.language
    )


def _file_set_uid(written: Sequence[WrittenInstance]) -> str:
    """Of this file-set alone (PS3.10 8.3); made without the study key, from what lies on the medium anyway."""
    return new_uid(b"", " ".join(one.instance.sop_instance_uid for one in written))


def _check_readings(drive: Path, cases: Sequence[str]) -> None:
    """A journal cannot lose an entry without looking forged: the researcher collects it and takes it away."""
    names = [case.encode() for case in cases]
    folder = drive / layout.READINGS_FOLDER
    for path in sorted(folder.rglob("*")) if folder.is_dir() else ():
        if path.is_file() and any(name in path.read_bytes() for name in names):
            raise ReadingsOfCase(drive, path.name)
