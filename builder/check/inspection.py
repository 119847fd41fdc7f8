"""The whole check of a bundle, top to bottom: reads the medium, runs every check, and makes the report."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from builder.check.checks import drive, layout, pictures, records, rows, web
from builder.check.checks import index as database
from builder.check.checks.answers import check_answers, has_answers
from builder.check.checks.handed import HandedOut, check_handed, returned
from builder.check.checks.held import check_held
from builder.check.checks.index import Index, read_index
from builder.check.checks.iod import Validation, check_iods
from builder.check.checks.listed import Named, check_lists, named_by
from builder.check.checks.papers.case_lists import check_case_lists
from builder.check.checks.papers.sentences import check_papers, comparable_papers
from builder.check.checks.speed import FirstCase, first_case, slow
from builder.check.checks.texts import check_texts, check_texts_of_others
from builder.check.checks.trial import Trial, run_viewers
from builder.check.checks.viewers import check_viewers, comparable, described, known_here, knows_script
from builder.check.errors import NothingToCheck
from builder.check.findings import Finding, below_causes, finding, for_others, limited, sort_findings, with_answers
from builder.check.medium.dicom_file import Unsound
from builder.check.medium.directory import read_directory
from builder.check.medium.medium import Medium, Progress, read_medium
from builder.check.medium.reach import EVERYTHING, Reach
from builder.check.originals.around import Around
from builder.check.originals.originals import Originals
from builder.check.originals.search import search
from builder.check.report import Report, Totals
from builder.check.rules import RULES
from builder.check.stacks.stacks import check_stacks
from bundle.layout import DICOMDIR, INDEX, MANIFEST, UNFINISHED
from bundle.manifest import file_digest

Step = Callable[[str], Progress]


def _silent(name: str) -> Progress:
    return lambda done, total: None


@dataclass(frozen=True, slots=True)
class _Wish:
    """What to check; `inspect_bundle` explains each field."""

    originals: Originals | None
    handed: HandedOut | None
    reach: Reach
    viewers: Trial
    bills: Sequence[bytes]
    validation: Validation
    step: Step
    around: Around | None


@dataclass(frozen=True, slots=True)
class _Read:
    """The data read: the medium, and its two lists of files, as far as they are readable."""

    medium: Medium
    directory: Named | None
    index: Index | None

    @property
    def generator(self) -> str:
        """The program that made the bundle, by its index."""
        return str(self.index.catalog.properties.get("generator", "")) if self.index else ""

    @property
    def policy(self) -> tuple[tuple[str, str, int], ...]:
        """The de-identification methods that the files state, each with the number of files."""
        stated = Counter(method for file in self.medium.dicom.values() for method in set(file.methods))
        return tuple((code, meaning, times) for (code, meaning), times in sorted(stated.items()))


def check_bundle(
    root: Path,
    *,
    progress: Progress | None = None,
    bills: Sequence[bytes] = (),
    validation: Validation = Validation.NONE,
) -> list[Finding]:
    """Everything that is wrong with the bundle in `root`, errors first; raises NothingToCheck if there is none."""
    return list(inspect_bundle(root, progress=progress, bills=bills, validation=validation).findings)


def inspect_bundle(
    root: Path, *, progress: Progress | None = None, originals: Originals | None = None,
    reach: Reach = EVERYTHING, viewers: Trial = Trial.NONE, bills: Sequence[bytes] = (),
    validation: Validation = Validation.NONE, step: Step = _silent, handed: HandedOut | None = None,
    around: Around | None = None,
) -> Report:  # fmt: skip
    """Read a bundle back and check it; `progress` takes (bytes read, bytes). Raises NothingToCheck if there is none.

    With `originals`, every byte is searched for them, also `around` the files of an image; `handed` is what the study's
    register keeps of the medium. `reach` decides how much to read, `viewers` which of the viewers to run. `bills` are
    the bills of materials of the viewers that this machine has made. `validation` decides how many files dciodvfy
    reads. `step` receives the name of every other long step, and returns a function of (done, all).
    """
    if not any((root / path).exists() for path in (MANIFEST, INDEX, DICOMDIR, UNFINISHED)):
        raise NothingToCheck(root)
    wish = _Wish(originals, handed, reach, viewers, bills, validation, step, around)
    medium = read_medium(root, progress, reach)
    directory, astray = _check_directory(medium)
    index, closed = read_index(medium)
    try:
        return _inspect(_Read(medium, directory, index), [*medium.findings, *astray, *closed], wish)
    finally:
        if index:
            index.close()


def _check_directory(medium: Medium) -> tuple[Named | None, list[Finding]]:
    """The list of the DICOMDIR, and its problems; its records are released before the index is read."""
    content, medium.directory = medium.directory, None
    if content is None:
        return None, []
    try:
        view = records.RecordView(read_directory(content, len(medium.files)), medium)
    except Unsound as fault:
        return None, [finding(fault.check, DICOMDIR, str(fault))]
    return named_by(view.directory, medium), list(limited(found for look in records.CHECKS for found in look(view)))


def _inspect(read: _Read, found: list[Finding], wish: _Wish) -> Report:
    """Run every check; `found` are the findings from reading."""
    found += limited(_look(read))
    found += _compare_with_register(read, wish)
    found += _look_at_viewers(read, wish)
    found += check_iods(read.medium, wish.validation, wish.step)
    found += _try_viewers(read, wish)
    found += _search(read, wish)
    if read.index:
        found = below_causes(found, _places(read.index))
    first = first_case(read.medium, read.index)
    found += slow(first)
    if read.medium.others:
        found = [for_others(finding) for finding in found]
    if has_answers(read.medium):
        found = [with_answers(finding) for finding in found]
    return _report(read, sort_findings(found), wish, first)


def _places(index: Index) -> dict[str, tuple[str, str]]:
    """The series and the case of each file, as findings name them."""
    cases = {series.series_id: study.case for study in index.catalog.studies() for series in study.series}
    rows = ((str(row["path"]), row["series_id"]) for row in index.instances)
    return {path: (f"series {series}", cases.get(series, "")) for path, series in rows}


def _look(read: _Read) -> Iterator[Finding]:
    medium, directory, index = read.medium, read.directory, read.index
    yield from _of_others(medium) if medium.others else _of_ours(medium, index)
    yield from check_lists(medium, directory, index)
    if index:
        both = database.compare(index, medium)
        for compare in (*database.CHECKS, *rows.CHECKS, *pictures.CHECKS, *web.CHECKS, check_stacks):
            yield from compare(both)
        yield from pictures.check_numbers(medium, both)
        yield from check_case_lists(medium, both)


def _of_ours(medium: Medium, index: Index | None) -> Iterator[Finding]:
    yield from check_held(medium)
    for check in (*layout.CHECKS, *drive.CHECKS, *(layout.CHECKS_OF_THIS_VERSION if index else ())):
        yield from check(medium)
    yield from check_papers(medium, index)
    yield from check_answers(medium, _studies(index))
    yield from check_texts(medium, [study.case for study in index.catalog.studies()] if index else [])


def _studies(index: Index | None) -> dict[str, str] | None:
    """The Study Instance UID of each case."""
    return None if index is None else {study.case: study.study_instance_uid for study in index.catalog.studies()}


def _compare_with_register(read: _Read, wish: _Wish) -> Iterator[Finding]:
    if wish.handed is not None and not read.medium.others:
        yield from check_handed(read.medium, wish.handed, tuple(read.index.catalog.patients) if read.index else ())


def _of_others(medium: Medium) -> Iterator[Finding]:
    for check in (*layout.CHECKS_OF_OTHERS, *drive.CHECKS_OF_OTHERS):
        yield from check(medium)
    yield from check_texts_of_others(medium)


def _look_at_viewers(read: _Read, wish: _Wish) -> Iterator[Finding]:
    if not read.medium.others:
        yield from check_viewers(read.medium, wish.bills, read.generator)


def _tries_viewers(read: _Read, wish: _Wish) -> bool:
    return not (wish.viewers is Trial.NONE or wish.reach.partial or read.medium.others)


def _try_viewers(read: _Read, wish: _Wish) -> Iterator[Finding]:
    if _tries_viewers(read, wish):
        own = known_here(read.medium, wish.bills, read.generator)
        yield from run_viewers(read.medium.root, wish.viewers, own, wish.step)


def _search(read: _Read, wish: _Wish) -> Iterator[Finding]:
    if wish.originals is not None:
        stated = {code for code, _, _ in read.policy}
        progress = wish.step("Searching every byte for the originals")
        yield from search(read.medium, wish.originals, stated, progress, wish.bills, wish.around)


# Checks that were not made

# The groups, and single checks, that do not apply to foreign media.
_OURS_ALONE = (
    "manifest", "index", "identity", "viewer", "web", "pictures", "readings", "layout.unfinished", "layout.executable",
    "layout.file_id", "layout.unknown", "layout.hard_link", "layout.foreign_program", "layout.foreign", "layout.litter",
    "layout.long_path", "drive.room", "drive.slow", "pdi.page", "pdi.left_out", "pdi.privacy", "pdi.cases",
    "dicom.trailing",
)  # fmt: skip


def _not_made(read: _Read) -> Iterator[str]:
    """The checks that had nothing to examine, because their file is missing, changed or unreadable."""
    blind = set(_blind(read.medium, read.directory, read.index))
    yield from (name for name in RULES if name in blind or name.split(".")[0] in blind)


def _blind(medium: Medium, directory: Named | None, index: Index | None) -> Iterator[str]:
    """The same by their names or the names of their groups."""
    groups: dict[str, object] = {"directory": directory, "dicom": medium.dicom, "identity": medium.dicom}
    groups |= dict.fromkeys(("index", "pictures", "web", "pdi.left_out"), index)
    yield from (group for group, read in groups.items() if not read)
    if medium.others:
        yield from _OURS_ALONE
    if medium.expected is None:
        yield from ("manifest.missing", "manifest.unexpected", "manifest.changed")
    if any(not file.digest for file in medium.files.values()):
        yield from ("manifest.changed", "index.digest")
    if index and not index.digests:
        yield "index.digest"
    if not (directory or index):
        yield "files"
    if not comparable_papers(medium, index):
        yield "pdi.privacy"


def _not_asked_for(read: _Read, wish: _Wish) -> Iterator[str]:
    """The checks that this machine cannot make, or that nobody asked for."""
    if not drive.is_known(read.medium.root):
        yield "drive.file_system"
    if not comparable(read.medium, wish.bills):
        yield "viewer.altered"
    if not knows_script(read.generator):
        yield from ("viewer.script", "web.script")
    if not _tries_viewers(read, wish):
        yield from ("viewer.self_test", "viewer.not_run")
    if wish.originals is None:
        yield "identity.original"
    if wish.handed is None:
        yield from (name for name in RULES if name.startswith("register."))


# The report


def _report(read: _Read, found: Iterable[Finding], wish: _Wish, first: FirstCase | None) -> Report:
    medium, manifest = read.medium, read.medium.root / MANIFEST
    return Report(
        root=medium.root,
        findings=tuple(found),
        totals=_totals(medium),
        generator=read.generator,
        manifest_digest=file_digest(manifest) if manifest.is_file() else "",
        viewers=() if medium.others else described(medium),
        policy=read.policy,
        not_made=(*_not_made(read), *_not_asked_for(read, wish)),
        first_case=first,
        returned=None if wish.handed is None else returned(medium, wish.handed),
        searched=None
        if wish.originals is None
        else sum(identifier.sought for identifier in wish.originals.identifiers),
    )


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
