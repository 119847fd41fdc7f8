"""The content of a check's page: the report as plain values for its template."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from pathlib import Path

from builder.check import RULES, Finding, Report, Rule, counts
from builder.pages.check_page import CaseCard, CheckGroup, CheckPage, CheckRow, FindingGroup, StackCard, check_page
from builder.pages.render import count
from bundle.errors import BundleError, NoBundle
from bundle.index.index import Catalog
from bundle.index.records import Series, Stack, Study
from bundle.medium.port import BundleMedium

# More of one kind are counted, not listed: the JSON report has them all.
_LISTED = 50
_TITLES = {
    "medium": "Medium", "drive": "Drive", "manifest": "Manifest", "layout": "Names and places", "dicom": "DICOM files",
    "identity": "De-identification", "files": "Files and lists", "directory": "DICOMDIR", "index": "Index",
    "pictures": "Text in pictures", "readings": "Answers", "media": "Several media", "register": "Register",
    "viewer": "Viewers", "pdi": "Texts (IHE PDI)",
}  # fmt: skip

Shrink = Callable[[bytes], bytes]


def html_report(
    report: Report, *, when: datetime | None = None, shrink: Shrink = bytes, folder: Path | BundleMedium | None = None
) -> str:
    """The whole page; `when` is the time of the check, now by default.

    `shrink` makes a preview smaller, so that the report of a hundred cases can be sent. `folder` is the bundle of a
    medium that is none itself, such as the image of a disc, or that is encrypted.
    """
    when = when or datetime.now().astimezone()
    number = counts(report.findings)
    cases: list[CaseCard] = []
    missing = _fill(cases, folder or report.root, shrink, _moved(report))
    return check_page(
        CheckPage(
            when=f"{when:%Y-%m-%d %H:%M}",
            time_zone=f"{when:%Z}",
            manifest_digest=report.manifest_digest,
            errors=number["error"],
            others=[count(number[severity], severity) for severity in ("warning", "hint") if number[severity]],
            not_made=len(report.not_made),
            what_was_read=_what_was_read(report),
            facts=list(_facts(report)),
            findings=list(_findings(report.findings)),
            cases=cases,
            cases_missing=missing,
            checks=[_checks(report, group, title) for group, title in _TITLES.items()],
        )
    )


def _what_was_read(report: Report) -> str:
    if not report.partial:
        return "Every byte was read back from the medium, and no error was found."
    totals = report.totals
    return (
        f"A quick check: {totals.files_whole:,} of {count(totals.files, 'file')} were read whole, of the others only "
        "the beginning. No error was found in that; before the medium leaves the house, check it whole."
    )


def _facts(report: Report) -> Iterator[tuple[str, str]]:
    totals = report.totals
    yield "Medium", report.root.resolve().as_posix()
    yield "On the medium", f"{count(totals.files, 'file')}, {totals.bytes / 1e6:,.1f} MB"
    yield "Read back", _speed(report)
    yield from _first_case(report)
    yield "Searched", _searched(report)
    people = f"{count(totals.patients, 'patient')}, {count(totals.studies, 'case')}"
    yield from _since_handed_out(report)
    yield "Content", f"{people}, {totals.series:,} series, {count(totals.images, 'image')}{totals.with_frames}"
    policy = [f"{code} {meaning} ({count(files, 'file')})" for code, meaning, files in report.policy]
    yield "De-identified by", "; ".join(policy) or "no method is stated"
    yield "Viewers", ", ".join(report.viewers) or "none"
    yield "Made with", report.generator or "unknown"


def _speed(report: Report) -> str:
    totals = report.totals
    rate = f", {totals.bytes_read / totals.seconds / 1e6:,.0f} MB/s" if totals.seconds else ""
    return f"{totals.bytes_read / 1e6:,.1f} MB in {totals.seconds:,.1f} s{rate}"


def _since_handed_out(report: Report) -> Iterator[tuple[str, str]]:
    """What became of the medium since it was handed out."""
    since = report.returned
    if since is not None:
        answers = sum(lines for _, lines in (*since.new_answers, *since.grown_answers))
        files = len(since.new_answers) + len(since.grown_answers)
        other = [f"{len(names):,} files {how}" for how, names in (
            ("changed", since.changed), ("gone", since.gone), ("new", since.added)
        ) if names]  # fmt: skip
        told = f"stick {since.stick}, handed out {since.moment[:16]} UTC"
        text = f"{told}; answers in {count(files, 'file')} are new or longer"
        yield "Came back", f"{text} ({answers:,} lines); {', '.join(other) or 'all other files are as they were'}"


def _first_case(report: Report) -> Iterator[tuple[str, str]]:
    """How long a reader waits for the first case."""
    first = report.first_case
    if first is not None and first.seconds is not None:
        time = f"about {max(first.seconds, 1):,.0f} s to read whole from here"
        yield "First case", f"{first.case}, {first.bytes / 1e6:,.1f} MB: {time}"


def _searched(report: Report) -> str:
    if report.searched is None:
        return "not for the originals: that takes the study key (--key)"
    return f"every byte, for {count(report.searched, 'identifier')} of the scans"


def _findings(findings: Sequence[Finding]) -> Iterator[FindingGroup]:
    """All findings of one check: what should hold, what was found, and, once, what to do."""
    for check in dict.fromkeys(finding.check for finding in findings):
        members = [finding for finding in findings if finding.check == check]
        first = members[0]
        yield FindingGroup(
            check=check,
            severity=first.severity,
            expected=first.expected,
            found=[(finding.subject, finding.message) for finding in members[:_LISTED]],
            more=max(len(members) - _LISTED, 0),
            remedy=first.remedy,
            clause=first.clause,
        )


# The cases


def _fill(cases: list[CaseCard], root: Path | BundleMedium, shrink: Shrink, moved: str) -> str:
    """Append every case of the index to `cases`; if some are missing, the answer says why."""
    try:
        with Catalog(root) as catalog:
            cases.extend(_case(catalog, study, shrink, moved) for study in catalog.studies())
    except NoBundle:
        return "There is no index, so the cases are not shown."
    except (BundleError, OSError, TypeError, ValueError, LookupError):
        return "The index cannot be read, so the cases are not shown."
    return ""


def _moved(report: Report) -> str:
    """What the files state of their dates: 113107 of CID 7050 that they were moved, 113106 that they were not."""
    stated = {code for code, _, _ in report.policy}
    if "113107" in stated:
        return " (some dates are moved)" if "113106" in stated else " (moved)"
    return " (not moved)" if "113106" in stated else ""


def _case(catalog: Catalog, study: Study, shrink: Shrink, moved: str) -> CaseCard:
    date = f", {_date(study.study_date)}{moved}" if study.study_date else ""
    stacks = [
        _stack(series, stack, number, shrink(catalog.preview(stack.stack_id)))
        for series in study.series
        for number, stack in enumerate(series.stacks, start=1)
    ]
    return CaseCard(str(study.case), f"{catalog.patient_of(study).pseudonym}{date}", stacks)


def _date(text: object) -> str:
    date = str(text)
    return f"{date[:4]}-{date[4:6]}-{date[6:]}" if len(date) == 8 and date.isdigit() else date


def _stack(series: Series, stack: Stack, number: int, picture: bytes) -> StackCard:
    part = f", part {number} of {len(series.stacks)}" if len(series.stacks) > 1 else ""
    frames = f"{count(stack.number_of_frames, 'slice')}, {stack.columns} × {stack.rows}"
    lines = [str(line) for line in (series.description, frames, _shape(stack)) if line]
    return StackCard(f"{series.modality} {series.series_number}", part, lines, picture)


def _shape(stack: Stack) -> str:
    """Volume or not, and notes for a reader."""
    spacing = stack.spacing_between_slices
    step = f"volume, {spacing:.2f} mm apart" if isinstance(spacing, float) else "volume"
    kind = step if stack.is_volume else f"no volume: {stack.not_volume_reason}"
    return "; ".join(filter(None, (kind, str(stack.notes))))


# Every check


def _checks(report: Report, group: str, title: str) -> CheckGroup:
    found = {finding.check for finding in report.findings}
    rules = [rule for rule in RULES.values() if rule.name.split(".")[0] == group]
    return CheckGroup(title, [_row(rule, rule.name in found, rule.name not in report.not_made) for rule in rules])


def _row(rule: Rule, found: bool, made: bool) -> CheckRow:
    return CheckRow(rule.holds, rule.clause, rule.severity if found else "", made)
