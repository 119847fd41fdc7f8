"""The whole check of a bundle, top to bottom, and the report with its totals."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
import hashlib
from pathlib import Path
from typing import Any

from builder.check.checks import drive, layout, pictures, records, rows
from builder.check.checks import index as database
from builder.check.checks.index import Index, read_index
from builder.check.checks.iod import Validation, check_iods
from builder.check.checks.listed import Named, check_lists, named_by
from builder.check.checks.speed import FirstCase, first_case, slow
from builder.check.checks.texts import check_texts, check_texts_of_others
from builder.check.checks.trial import Trial, run_viewers
from builder.check.checks.viewers import check_viewers, comparable, described, known_here, knows_script
from builder.check.errors import NothingToCheck
from builder.check.findings import Finding, counts, finding, for_others, sort_findings
from builder.check.findings import to_json as findings_to_json
from builder.check.medium.dicom_file import DicomFile, Unsound
from builder.check.medium.directory import read_directory
from builder.check.medium.medium import Medium, Progress, read_medium
from builder.check.medium.reach import EVERYTHING, Reach
from builder.check.originals.originals import Originals
from builder.check.originals.search import search
from builder.check.rules import RULES
from builder.check.stacks.stacks import check_stacks
from bundle.layout import DICOMDIR, INDEX, MANIFEST, UNFINISHED

# Of the JSON; a change that a program would stumble over makes it one more.
REPORT_FORMAT = 1


@dataclass(frozen=True, slots=True)
class Totals:
    """What was read back; `dicom_files` are those that could be read as DICOM, `images` those of them with pixels.

    `files_whole` were read to their end, `bytes_read` are all that were read, in so many seconds.
    """

    files: int
    bytes: int
    files_whole: int
    bytes_read: int
    seconds: float
    dicom_files: int
    images: int
    frames: int
    patients: int
    studies: int
    series: int

    @property
    def with_frames(self) -> str:
        """To be said behind the number of images, where some have several frames."""
        return f" with {self.frames:,} frames" if self.frames != self.images else ""


@dataclass(frozen=True, slots=True)
class Report:
    """What the check found. `manifest_digest` tells this bundle from every other one.

    `policy` are the de-identification methods with the number of files that state each; `not_made` are the checks
    that other findings left nothing to look at for; `searched` counts the originals that every byte was searched for,
    None where no key was given.
    """

    root: Path
    findings: tuple[Finding, ...]
    totals: Totals
    generator: str
    manifest_digest: str
    viewers: tuple[str, ...]
    policy: tuple[tuple[str, str, int], ...]
    not_made: tuple[str, ...]
    first_case: FirstCase | None
    searched: int | None

    @property
    def passed(self) -> bool:
        """Whether no finding is an error."""
        return not counts(self.findings)["error"]

    @property
    def partial(self) -> bool:
        """Whether some files were not read to their end."""
        return self.totals.files_whole < self.totals.files

    @property
    def not_made_in_short(self) -> tuple[str, ...]:
        """The same, where a whole group was not made, by its name: 'index.*'."""
        groups = {name.partition(".")[0] for name in self.not_made}
        whole = {group for group in groups if all(name in self.not_made for name in RULES if _is_of(name, group))}
        named = (next((f"{group}.*" for group in whole if _is_of(name, group)), name) for name in self.not_made)
        return tuple(dict.fromkeys(named))

    def to_json(self) -> dict[str, Any]:
        """For a program to read; `report.schema.json` says what it holds."""
        return {
            "report_format": REPORT_FORMAT,
            "passed": self.passed,
            "partial": self.partial,
            "totals": asdict(self.totals),
            "first_case": asdict(self.first_case) if self.first_case else None,
            "originals_searched": self.searched,
            "generator": self.generator,
            "manifest_sha256": self.manifest_digest,
            "viewers": list(self.viewers),
            "deidentification": [
                {"code": code, "meaning": meaning, "files": files} for code, meaning, files in self.policy
            ],
            "checks_not_made": list(self.not_made),
            **findings_to_json(self.findings),
        }


def _is_of(name: str, group: str) -> bool:
    return name.startswith(f"{group}.")


Step = Callable[[str], Progress]


def _silent(name: str) -> Progress:
    return lambda done, total: None


def check_bundle(
    root: Path,
    *,
    progress: Progress | None = None,
    bills: Sequence[bytes] = (),
    validation: Validation = Validation.NONE,
) -> list[Finding]:
    """Everything that is wrong with the bundle in `root`, errors first; raises NothingToCheck where there is none."""
    return list(inspect_bundle(root, progress=progress, bills=bills, validation=validation).findings)


def inspect_bundle(
    root: Path, *, progress: Progress | None = None, originals: Originals | None = None,
    reach: Reach = EVERYTHING, viewers: Trial = Trial.NONE, bills: Sequence[bytes] = (),
    validation: Validation = Validation.NONE, step: Step = _silent,
) -> Report:  # fmt: skip
    """Read a bundle back and check it; `progress` takes (bytes read, bytes). Raises NothingToCheck where there is none.

    With `originals`, every byte is searched for them. `reach` says how much is read. `viewers` says which
    of the viewers are run. `bills` are the bills of materials of the viewers that this machine has made.
    `validation` says how many files dciodvfy reads. `step` is told of what else takes long, and
    gives what takes (done, all).
    """
    if not any((root / path).exists() for path in (MANIFEST, INDEX, DICOMDIR, UNFINISHED)):
        raise NothingToCheck(root)
    medium = read_medium(root, progress, reach)
    directory, astray = _check_directory(medium)
    index, closed = read_index(medium)
    try:
        found = [
            *medium.findings,
            *astray,
            *closed,
            *_look(medium, directory, index),
            *(() if medium.others else check_viewers(medium, bills, _generator(index))),
        ]
        found += check_iods(medium, validation, step)
        not_made = _not_made(medium, directory, index)
        if not drive.is_known(medium.root):
            not_made += ("drive.file_system",)
        if not comparable(medium, bills):
            not_made += ("viewer.altered",)
        if not knows_script(_generator(index)):
            not_made += ("viewer.script",)
        if viewers is Trial.NONE or reach.partial or medium.others:
            not_made += ("viewer.self_test", "viewer.not_run")
        else:
            found += run_viewers(root, viewers, known_here(medium, bills, _generator(index)), step)
        if originals is None:
            not_made += ("identity.original",)
        else:
            stated = {code for code, _, _ in _policy(medium.dicom.values())}
            found += search(medium, originals, stated, step("Searching every byte for the originals"), bills)
        first = first_case(medium, index)
        found += slow(first)
        if medium.others:
            found = list(map(for_others, found))
        searched = None if originals is None else sum(one.sought for one in originals.identifiers)
        return _report(medium, index, sort_findings(found), not_made, first, searched)
    finally:
        if index:
            index.close()


def _check_directory(medium: Medium) -> tuple[Named | None, list[Finding]]:
    """What the DICOMDIR names, and what is wrong with it; its records are given free before the index is read."""
    content, medium.directory = medium.directory, None
    if content is None:
        return None, []
    try:
        view = records.View(read_directory(content), medium)
    except Unsound as fault:
        return None, [finding(fault.check, DICOMDIR, str(fault))]
    return named_by(view.directory, medium), [one for look in records.CHECKS for one in look(view)]


def _look(medium: Medium, directory: Named | None, index: Index | None) -> Iterator[Finding]:
    yield from _of_others(medium) if medium.others else _of_ours(medium, index)
    yield from check_lists(medium, directory, index)
    if index:
        both = database.compare(index, medium)
        for compare in (*database.CHECKS, *rows.CHECKS, *pictures.CHECKS, check_stacks):
            yield from compare(both)
        yield from pictures.check_numbers(medium, both)


def _of_ours(medium: Medium, index: Index | None) -> Iterator[Finding]:
    for check in (*layout.CHECKS, *drive.CHECKS, *(layout.CHECKS_OF_THIS_VERSION if index else ())):
        yield from check(medium)
    yield from check_texts(medium, [study.case for study in index.catalog.studies()] if index else [])


def _of_others(medium: Medium) -> Iterator[Finding]:
    for check in (*layout.CHECKS_OF_OTHERS, *drive.CHECKS_OF_OTHERS):
        yield from check(medium)
    yield from check_texts_of_others(medium)


def _not_made(medium: Medium, directory: Named | None, index: Index | None) -> tuple[str, ...]:
    """The checks that had nothing to look at, because the file that they read is missing, changed or unreadable."""
    groups: dict[str, object] = {"directory": directory, "dicom": medium.dicom, "identity": medium.dicom}
    groups |= dict.fromkeys(("index", "pictures", "pdi.left_out"), index)
    blind = [group for group, read in groups.items() if not read]
    if medium.others:
        blind += _OURS_ALONE
    if medium.expected is None:
        blind += ["manifest.missing", "manifest.unexpected", "manifest.changed"]
    if any(not file.digest for file in medium.files.values()):
        blind += ["manifest.changed", "index.digest"]
    if index and not index.digests:
        blind.append("index.digest")
    if not (directory or index):
        blind += ["files"]
    return tuple(name for name in RULES if name in blind or name.split(".")[0] in blind)


# The groups, and single checks, that say nothing of a medium that others made.
_OURS_ALONE = (
    "manifest", "index", "identity", "viewer", "pictures", "layout.unfinished", "layout.executable", "layout.file_id",
    "layout.unknown", "layout.hard_link", "layout.foreign_program", "layout.foreign", "layout.long_path", "drive.room",
    "drive.slow", "pdi.page", "pdi.left_out", "dicom.trailing",
)  # fmt: skip


def _report(
    medium: Medium, index: Index | None, found: Iterable[Finding], not_made: tuple[str, ...], first: FirstCase | None,
    searched: int | None,
) -> Report:  # fmt: skip
    manifest = medium.root / MANIFEST
    return Report(
        root=medium.root,
        findings=tuple(found),
        totals=_totals(medium),
        generator=_generator(index),
        manifest_digest=hashlib.sha256(manifest.read_bytes()).hexdigest() if manifest.is_file() else "",
        viewers=() if medium.others else described(medium),
        policy=_policy(medium.dicom.values()),
        not_made=not_made,
        first_case=first,
        searched=searched,
    )


def _generator(index: Index | None) -> str:
    return str(index.catalog.properties.get("generator", "")) if index else ""


def _totals(medium: Medium) -> Totals:
    files = medium.dicom.values()
    return Totals(
        files=len(medium.files),
        bytes=sum(file.size for file in medium.files.values()),
        files_whole=sum(file.digest != "" for file in medium.files.values()),
        bytes_read=medium.bytes_read,
        seconds=round(medium.seconds, 3),
        dicom_files=len(files),
        images=sum(bool(file.frames) for file in files),
        frames=sum(len(file.frames) for file in files),
        patients=len({file.patient_id for file in files}),
        studies=len({file.study_instance_uid for file in files}),
        series=len({file.series_instance_uid for file in files}),
    )


def _policy(files: Iterable[DicomFile]) -> tuple[tuple[str, str, int], ...]:
    stated = Counter(method for file in files for method in set(file.methods))
    return tuple((code, meaning, times) for (code, meaning), times in sorted(stated.items()))
