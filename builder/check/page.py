"""The report as one page of HTML that needs nothing else: for QA to read, print, sign and keep."""

from base64 import b64encode
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from html import escape

from builder.check.findings import Finding, counts
from builder.check.report import Report
from builder.check.rules import RULES, Rule
from builder.check.style import STYLE
from bundle.errors import BundleError, NoBundle
from bundle.index.index import Catalog
from bundle.index.records import Series, Stack, Study

# More of one kind are counted, not listed: the JSON report has them all.
_LISTED = 50
_TIME = "%Y-%m-%d %H:%M"
_JPEG = b"\xff\xd8"
_TITLES = {
    "medium": "Medium", "drive": "Drive", "manifest": "Manifest", "layout": "Names and places", "dicom": "DICOM files",
    "identity": "De-identification", "files": "Files and lists", "directory": "DICOMDIR", "index": "Index",
    "pictures": "Text in pictures",
    "viewer": "Viewers", "pdi": "Texts (IHE PDI)",
}  # fmt: skip
# Nothing on the page may run or load, whatever the medium says.
_POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'"


Shrink = Callable[[bytes], bytes]


def html_report(report: Report, *, when: datetime | None = None, shrink: Shrink = bytes) -> str:
    """The whole page; `when` is the time of the check, now where it is not given.

    `shrink` makes a preview smaller, so that the report of a hundred cases can be sent.
    """
    when = when or datetime.now().astimezone()
    parts = (
        *_head(report, when),
        *_facts(report),
        *_signature(),
        *_findings(report.findings),
        *_cases(report, shrink),
        *_checks(report),
    )
    return "\n".join((
        "<!DOCTYPE html>", '<html lang="en">', "<head>", '<meta charset="utf-8">',
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        "<title>Bundle check</title>", f"<style>{STYLE}{_foot(report, when)}</style>", "</head>", "<body>", "<main>",
        *parts, "</main>", "</body>", "</html>", "",
    ))  # fmt: skip


def _foot(report: Report, when: datetime) -> str:
    """What stands on every printed page, so that none can be taken for one of another medium."""
    manifest = f", manifest {report.manifest_digest[:16]}" if report.manifest_digest else ""
    return f"@page {{ @bottom-left {{ content: 'Bundle check, {when:{_TIME}}{manifest}'; }} }}\n"


def _head(report: Report, when: datetime) -> Iterator[str]:
    found = counts(report.findings)
    yield "<h1>Bundle check</h1>"
    yield f'<p class="soft">{when:{_TIME} %Z}</p>'
    if report.passed:
        yield '<div class="verdict good"><strong>Passed</strong>'
        yield f"<p>{_what_was_read(report)}</p>"
    else:
        yield f'<div class="verdict bad"><strong>Not passed: {_count(found["error"], "error")}</strong>'
        yield "<p>Do not give this medium away.</p>"
    others = [_count(found[severity], severity) for severity in ("warning", "hint") if found[severity]]
    if others:
        yield f"<p>Besides: {' and '.join(others)}.</p>"
    if report.not_made:
        yield f"<p>Not made: {_count(len(report.not_made), 'check')}, marked in the list at the end.</p>"
    yield "</div>"


def _what_was_read(report: Report) -> str:
    if not report.partial:
        return "Every byte was read back from the medium, and no error was found."
    totals = report.totals
    return (
        f"A quick check: {totals.files_whole:,} of {_count(totals.files, 'file')} were read whole, of the others only "
        "the beginning. No error was found in that; before the medium leaves the house, check it whole."
    )


def _facts(report: Report) -> Iterator[str]:
    totals = report.totals
    content = (
        f"{_count(totals.patients, 'patient')}, {_count(totals.studies, 'case')}, "
        f"{totals.series:,} series, {_count(totals.images, 'image')}{totals.with_frames}"
    )
    policy = [f"{code} {meaning} ({_count(files, 'file')})" for code, meaning, files in report.policy]
    rows = {
        "Medium": report.root.resolve().as_posix(),
        "On the medium": f"{_count(totals.files, 'file')}, {totals.bytes / 1e6:,.1f} MB",
        "Read back": _speed(report),
        **_first_case(report),
        "Searched": _searched(report),
        "Content": content,
        "De-identified by": "; ".join(policy) or "no method is stated",
        "Viewers": ", ".join(report.viewers) or "none",
        "Made with": report.generator or "unknown",
    }
    yield '<h2>What was checked</h2><table class="facts">'
    yield from (f'<tr><th scope="row">{name}</th><td>{escape(text)}</td></tr>' for name, text in rows.items())
    digest = escape(report.manifest_digest) or "none"
    yield f'<tr><th scope="row">SHA-256 of the manifest</th><td><code>{digest}</code></td></tr></table>'


def _speed(report: Report) -> str:
    totals = report.totals
    rate = f", {totals.bytes_read / totals.seconds / 1e6:,.0f} MB/s" if totals.seconds else ""
    return f"{totals.bytes_read / 1e6:,.1f} MB in {totals.seconds:,.1f} s{rate}"


def _searched(report: Report) -> str:
    if report.searched is None:
        return "not for the originals: that takes the study key (--key)"
    return f"every byte, for {_count(report.searched, 'identifier')} of the scans"


def _first_case(report: Report) -> dict[str, str]:
    """How long a reader waits for the case that stands first."""
    first = report.first_case
    if first is None or first.seconds is None:
        return {}
    time = f"about {max(first.seconds, 1):,.0f} s to read whole from here"
    return {"First case": f"{first.case}, {first.bytes / 1e6:,.1f} MB: {time}"}


def _signature() -> Iterator[str]:
    yield '<h2>Quality assurance</h2><p class="choice">'
    yield '<span><i class="box"></i>released</span><span><i class="box"></i>not released</span></p>'
    yield '<div class="sign"><div>Name</div><div>Date</div><div>Signature</div></div>'


def _findings(findings: Sequence[Finding]) -> Iterator[str]:
    yield "<h2>Findings</h2>"
    if not findings:
        yield "<p>None.</p>"
    for check in dict.fromkeys(one.check for one in findings):
        yield from _finding_group([one for one in findings if one.check == check])


def _finding_group(members: Sequence[Finding]) -> Iterator[str]:
    """All findings of one check: what should hold, what was found, and once what to do."""
    first = members[0]
    severity = escape(first.severity)
    yield f'<section class="finding {severity}"><span class="mark {severity}">{severity}</span>'
    yield f'<h3>{escape(RULES[first.check].holds)} <span class="soft">Not here:</span></h3><ul>'
    for one in members[:_LISTED]:
        yield f"<li><code>{escape(one.subject)}</code>: {escape(one.message)}</li>"
    if len(members) > _LISTED:
        yield f"<li>and {len(members) - _LISTED:,} more of this kind</li>"
    yield f"</ul><p><strong>{escape(first.remedy)}</strong></p>"
    yield f'<p class="soft"><code>{escape(first.check)}</code>, {escape(first.clause)}</p></section>'


# The cases


def _cases(report: Report, shrink: Shrink) -> Iterator[str]:
    yield '<h2>Cases</h2><div class="cases">'
    try:
        with Catalog(report.root) as catalog:
            for study in catalog.studies():
                yield from _case(catalog, study, shrink)
    except NoBundle:
        yield "<p>There is no index, so the cases are not shown.</p>"
    except (BundleError, OSError, TypeError, ValueError, LookupError):
        yield "<p>The index cannot be read, so the cases are not shown.</p>"
    yield "</div>"


def _case(catalog: Catalog, study: Study, shrink: Shrink) -> Iterator[str]:
    pseudonym = catalog.patient_of(study).pseudonym
    date = f", {_date(study.study_date)} (moved)" if study.study_date else ""
    yield f'<section class="case"><p><strong>{escape(str(study.case))}</strong> '
    yield f'<span class="soft">{escape(str(pseudonym))}{escape(date)}</span></p><div class="series">'
    for series in study.series:
        for number, stack in enumerate(series.stacks, start=1):
            yield from _stack(series, stack, number, catalog.preview(stack.stack_id), shrink)
    yield "</div></section>"


def _date(text: object) -> str:
    date = str(text)
    return f"{date[:4]}-{date[4:6]}-{date[6:]}" if len(date) == 8 and date.isdigit() else date


def _stack(series: Series, stack: Stack, number: int, png: bytes, shrink: Shrink) -> Iterator[str]:
    name = f"{series.modality} {series.series_number}"
    parts = f", part {number} of {len(series.stacks)}" if len(series.stacks) > 1 else ""
    words = [
        series.description,
        f"{_count(stack.number_of_frames, 'slice')}, {stack.columns} × {stack.rows}",
        _shape(stack),
    ]
    yield f"<figure>{_picture(shrink(png), name)}"
    yield f"<figcaption><strong>{escape(name + parts)}</strong>"
    yield f"{''.join(f'<br>{escape(str(word))}' for word in words if word)}</figcaption></figure>"


def _shape(stack: Stack) -> str:
    """Volume or not, and what a reader should know of it."""
    spacing = stack.spacing_between_slices
    step = f"volume, {spacing:.2f} mm apart" if isinstance(spacing, float) else "volume"
    kind = step if stack.is_volume else f"no volume: {stack.not_volume_reason}"
    return "; ".join(filter(None, (kind, str(stack.notes))))


def _picture(picture: bytes, name: str) -> str:
    if not picture:
        return '<div class="none">no preview</div>'
    kind = "jpeg" if picture.startswith(_JPEG) else "png"
    return f'<img alt="Preview of {escape(name)}" src="data:image/{kind};base64,{b64encode(picture).decode()}">'


# Every check


def _checks(report: Report) -> Iterator[str]:
    found = {one.check for one in report.findings}
    yield "<h2>Every check</h2>"
    for group, title in _TITLES.items():
        rules = [rule for rule in RULES.values() if rule.name.split(".")[0] == group]
        yield f'<table class="checks"><thead><tr><th scope="col">{title}</th><th></th><th></th></tr></thead><tbody>'
        for rule in rules:
            result = _result(rule, found, report.not_made)
            yield f'<tr><td>{escape(rule.holds)}</td><td class="soft">{escape(rule.clause)}</td><td>{result}</td></tr>'
        yield "</tbody></table>"


def _result(rule: Rule, found: Iterable[str], not_made: Iterable[str]) -> str:
    if rule.name in found:
        return f'<span class="mark {escape(rule.severity)}">✗ {escape(rule.severity)}</span>'
    if rule.name in not_made:
        return '<span class="soft">– not made</span>'
    return '<span class="ok">✓ right</span>'


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
