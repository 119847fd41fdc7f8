"""The report of a build as text; it names source files, so it stays on the researcher's machine."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from builder.check import Finding, FirstCase, Report, Totals
from builder.cli.grouped import command_line, counted
from builder.cli.papers.cleaning_text import cleaning_lines
from builder.cli.papers.kept_text import kept_lines
from builder.cli.papers.media_text import media_lines
from builder.cli.picture_report import picture_lines
from builder.cli.reports.dry_run import forecast_lines, series_lines
from builder.cli.reports.words import count, platform_name, printable, size
from builder.plan import Notice, SkippedFile
from bundle.layout import READER_PACKS

if TYPE_CHECKING:  # a build's own modules take longer to load than a check of a stick
    from builder.pipeline.outcome import BuildOptions, Outcome

_ALL_WELL = "Everything was read back and verified."
_NO_ERROR = "Everything was read back, and no error was found."
_PARTLY_WELL = "Nothing wrong in the files that were read. Check the whole medium before it leaves the house."
_OTHERS_WELL = "Nothing wrong by the general rules of DICOM and IHE PDI."
_EXAMPLES = 3
# Findings of one kind usually have one cause.
_SHOWN = 10
_DETAIL = 90


def skipped_lines(skipped: Iterable[SkippedFile], *, whole: bool) -> list[str]:
    """The files left out, by reason, the most frequent first; a few examples each, or every file."""
    groups: dict[str, list[SkippedFile]] = defaultdict(list)
    for file in skipped:
        groups[file.reason.value].append(file)
    text = []
    for reason, members in sorted(groups.items(), key=lambda item: -len(item[1])):
        text.append(f"  {len(members):>6,}  {reason}")
        shown = members if whole else members[:_EXAMPLES] if _is_telling(members) else []
        text.extend(f"          {printable(file.path)}{_in_brackets(file.detail)}" for file in shown)
        if shown and len(shown) < len(members):
            text.append(f"          … and {len(members) - len(shown):,} more")
    return text


def _in_brackets(detail: str) -> str:
    """A detail on one line, cut if it is long: decoders say a lot."""
    line = printable(" ".join(detail.split()))
    return f"  ({line[:_DETAIL]}{'…' if len(line) > _DETAIL else ''})" if line else ""


def _is_telling(members: Sequence[SkippedFile]) -> bool:
    """Whether to name single files: not if such files are left out as a matter of course."""
    return members[0].reason.doubtful


def notice_lines(notices: Iterable[Notice]) -> list[str]:
    """The notices for the researcher."""
    return counted(f"  {printable(notice.text)}" for notice in notices)


def lost_lines(lost: Mapping[str, int]) -> list[str]:
    """Attributes and the number of files in which they were dropped, the most frequent first."""
    return [
        f"  {keyword}: {count(files, 'file')}" for keyword, files in sorted(lost.items(), key=lambda item: -item[1])
    ]


def lines(outcome: "Outcome", *, whole: bool) -> list[str]:
    """The report of a build: accepted files, files left out and why, and what to do next."""
    options = outcome.options
    verb = "added to" if options.add else "written on"
    done = f"Would be {verb}" if options.dry_run else verb.capitalize()
    text = [
        "",
        f"{done} {options.drive}",
        f"  {count(outcome.instances, 'image')} in {count(outcome.series, 'series')}, "
        f"{count(outcome.studies, 'study')} (cases), {count(outcome.patients, 'patient')}; "
        f"at most {size(outcome.bytes_needed)}",
        *_segmented(outcome),
    ]
    if options.encrypted:
        text.append("  Encrypted: without a password nothing of it can be read; yours opens everything")
    if options.options_from:
        text.append(f"  Options from {printable(options.options_from)}")
    if outcome.forecast is not None:
        text += forecast_lines(outcome.forecast)
    if outcome.stick:
        text.append(f"  Stick {outcome.stick} of this study key")
    if outcome.kept:
        text.append(f"  {count(outcome.kept, 'image')} were already there, read back and verified")
    if outcome.faceless:
        text.append(f"  The face was removed from {count(outcome.faceless, 'image')}; brain and skull are unchanged")
    if outcome.searched:
        text.append(f"  Searched for {count(outcome.searched, 'identifier')} of this key's scans: none is in it")
    text += cleaning_lines(outcome)
    text += media_lines(outcome)
    if options.form is not None:
        text.append(f"  Reading form '{options.form.title}', {count(len(options.form.questions), 'question')}")
    for pack in outcome.packs:
        text.append(f"  Viewer for {platform_name(pack.platform)}")
    if outcome.forecast is not None:
        text += series_lines(outcome, outcome.forecast)
    if outcome.skipped:
        seen = f"of {count(outcome.seen_files, 'file')} below the scans; {outcome.taken:,} taken"
        text += ["", f"Left out: {len(outcome.skipped):,} {seen}"]
        text += skipped_lines(outcome.skipped, whole=whole)
    text += picture_lines(outcome)
    text += _titled("Please review", [*_doubtful_lines(outcome.skipped), *notice_lines(_pressing(outcome))])
    text += _titled("Good to know", notice_lines(notice for notice in outcome.notices if notice.is_good_to_know))
    text += _titled("Dropped because they are not valid numbers, dates or times", lost_lines(outcome.lost))
    text += _titled(
        "Not kept, although an option keeps it: it held an identifier of its patient", lost_lines(outcome.held)
    )
    for platform, error in outcome.missing_packs.items():
        text += ["", f"No viewer for {platform_name(platform)}", f"  {error}"]
    return text + _check_lines(outcome) + _next_lines(outcome)


def _segmented(outcome: "Outcome") -> list[str]:
    number = outcome.segmentations
    return [f"  {count(number, 'segmentation')} on the voxels of these images"] if number else []


def _titled(title: str, lines: Sequence[str]) -> list[str]:
    return ["", title, *lines] if lines else []


def _pressing(outcome: "Outcome") -> Iterator[Notice]:
    return (notice for notice in outcome.notices if not notice.is_good_to_know)


def _doubtful_lines(skipped: Iterable[SkippedFile]) -> list[str]:
    """Why a build ends with 1 if files were left out."""
    number = sum(file.reason.doubtful for file in skipped)
    return [f"  {count(number, 'file')} left out, named above, may be damaged, or wanted"] if number else []


def _check_lines(outcome: "Outcome") -> list[str]:
    if outcome.options.dry_run or not outcome.options.check:
        return []
    return ["", "Check", *finding_lines(outcome.findings)]


def finding_lines(findings: Sequence[Finding], well: str = _ALL_WELL) -> list[str]:
    """The checker's findings, one block for each kind, under a line with the overall result."""
    errors = sum(finding.severity == "error" for finding in findings)
    if errors:
        text = [f"  {count(errors, 'error')}. Do not give the medium away."]
    else:
        text = [f"  {_NO_ERROR if findings and well == _ALL_WELL else well}"]
    numbers = {name: sum(finding.severity == name for finding in findings) for name in ("warning", "hint")}
    if any(numbers.values()):
        told = " and ".join(count(number, name) for name, number in numbers.items() if number)
        text.append(f"  {'Also: ' if errors else ''}{told} for you to judge.")
    for check in dict.fromkeys(finding.check for finding in findings):
        text += ["", *_block([finding for finding in findings if finding.check == check])]
    return text


def _block(findings: Sequence[Finding]) -> list[str]:
    """All findings of one check: what should hold, what was found instead, and, once, what to do."""
    every = counted(printable(f"{finding.subject}: {finding.message}") for finding in findings)
    first, found, rest = findings[0], every[:_SHOWN], len(every) - _SHOWN
    found += [f"and {rest:,} more of this kind (--json FILE has them all)"] if rest > 0 else []
    return [
        f"  {first.severity.upper()}  {first.check}",
        f"    should be  {first.expected}",
        *(f"    {'found' if not n else '     '}      {line}" for n, line in enumerate(found)),
        f"    do         {first.remedy}",
        f"    clause     {first.clause}",
    ]


def check_lines(found: Report) -> list[str]:
    """The report of `mkbundle check`."""
    totals = found.totals
    what = (
        f"{count(totals.files, 'file')} ({size(totals.bytes)}): {count(totals.images, 'image')}{totals.with_frames} in "
        f"{count(totals.series, 'series')}, {count(totals.studies, 'study')} (cases), "
        f"{count(totals.patients, 'patient')}"
    )
    viewers = ", ".join(found.viewers) or "none"
    head = [
        "",
        f"{found.root}",
        f"  {what}",
        f"  Viewers: {viewers}",
        f"  {_reading(totals)}",
        *_first_case(found.first_case),
        *_searched(found.searched),
        *([f"  Manifest: SHA-256 {found.manifest_digest}"] if found.manifest_digest else []),
        "",
        "Check",
    ]
    others = any(finding.check == "medium.others" for finding in found.findings)
    well = _OTHERS_WELL if others else _PARTLY_WELL if found.partial else _ALL_WELL
    return [*head, *finding_lines(found.findings, well), *_not_made(found.not_made_in_short)]


def _not_made(names: Sequence[str]) -> list[str]:
    """The checks that were not performed: nobody must mistake them for passed."""
    more = f" and {len(names) - _SHOWN} more (--json FILE has them all)" if len(names) > _SHOWN else ""
    return ["", f"  Not performed: {', '.join(names[:_SHOWN])}{more}"] if names else []


def _searched(originals: int | None) -> list[str]:
    return [] if originals is None else [f"  Searched: every byte, for {count(originals, 'identifier')} of the scans"]


def _first_case(first: FirstCase | None) -> list[str]:
    if first is None or first.seconds is None:
        return []
    return [
        f"  {first.case}, the first: {size(first.bytes)}, read whole in about {max(first.seconds, 1):,.0f} s from here"
    ]


def _reading(totals: Totals) -> str:
    speed = f", {totals.bytes_read / totals.seconds / 1e6:,.0f} MB/s" if totals.seconds else ""
    whole = f"{totals.files_whole:,} of {count(totals.files, 'file')} whole"
    if totals.files_whole == totals.files:
        whole = "every byte"
    return f"Read: {whole}, {size(totals.bytes_read)} in {totals.seconds:,.1f} s{speed}"


def _next_lines(outcome: "Outcome") -> list[str]:
    options = outcome.options
    if options.dry_run:
        return ["", "No stick was made. Run the same command without --dry-run to build."]
    kept = kept_lines(outcome)
    open_with = [f"  {_how_to_open(pack.platform, options.drive)}" for pack in outcome.packs]
    drives = [options.drive / medium for medium in dict.fromkeys(case.medium for case in outcome.media)]
    commands = [command_line("mkbundle", "check", drive, "--key", options.key) for drive in drives or [options.drive]]
    again = ["  check again, and search every byte for the originals:", *(f"    {command}" for command in commands)]
    return [*kept, "", "Next", *_for_readers(options), *(open_with if not drives else ()), *again]


def _for_readers(options: "BuildOptions") -> list[str]:
    if not options.encrypted:
        return []
    command = command_line("mkbundle", "password", "add", options.drive, "NAME")
    return ["  give each reader a password of their own, which opens no other reader's answers:", f"    {command}"]


def _how_to_open(platform: str, drive: Path) -> str:
    pack = READER_PACKS[platform]
    return f"on {pack.system}: {pack.opened.format(path=drive / pack.start)}"
