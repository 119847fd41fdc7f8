"""The report of a build as text and as JSON; it names source files, so it stays on the researcher's machine."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from builder.plan import Notice, SkippedFile

_EXAMPLES = 3
_NAMES = {"win64": "Windows", "linux64": "Linux"}


def count(number: int, noun: str) -> str:
    """'1 study', '2 studies', '3 images'."""
    if number == 1:
        return f"1 {noun}"
    same = noun == "series"
    return f"{number:,} {noun if same else noun[:-1] + 'ies' if noun.endswith('y') else noun + 's'}"


def size(number: int) -> str:
    """'42 MB', '1.5 GB'."""
    return f"{number / 1e9:.1f} GB" if number >= 1e9 else f"{max(number / 1e6, 0.1):,.1f} MB"


def platform_name(platform: str) -> str:
    """What a person calls the system of a pack."""
    return _NAMES.get(platform, platform)


def skipped_lines(skipped: Iterable[SkippedFile], *, whole: bool) -> list[str]:
    """What was left out, by reason, the most frequent first; a few examples each, or every file."""
    groups: dict[str, list[SkippedFile]] = defaultdict(list)
    for one in skipped:
        groups[one.reason.value].append(one)
    lines = []
    for reason, members in sorted(groups.items(), key=lambda item: -len(item[1])):
        lines.append(f"  {len(members):>6,}  {reason}")
        shown = members if whole else members[:_EXAMPLES] if _is_telling(members) else []
        lines.extend(f"          {one.path}{f'  ({one.detail})' if one.detail else ''}" for one in shown)
        if shown and len(shown) < len(members):
            lines.append(f"          … and {len(members) - len(shown):,} more")
    return lines


def _is_telling(members: Sequence[SkippedFile]) -> bool:
    """Whether single files are worth naming: not for what is left out as a matter of course."""
    return members[0].reason.doubtful


def notice_lines(notices: Iterable[Notice]) -> list[str]:
    """What the researcher should look at."""
    return [f"  {notice.text}" for notice in notices]


def to_json(outcome: Any) -> dict[str, Any]:
    """The outcome of a build for a program to read."""
    return {
        "drive": str(outcome.options.drive),
        "patients": outcome.patients,
        "studies": outcome.studies,
        "series": outcome.series,
        "instances": outcome.instances,
        "bytes": outcome.bytes_needed,
        "viewers": [pack.platform for pack in outcome.packs],
        "viewers_missing": {platform: str(error) for platform, error in outcome.missing_packs.items()},
        "written": [{"path": path, "source": str(source)} for path, source in outcome.written.items()],
        "left_out": [
            {"path": str(one.path), "reason": one.reason.name.lower(), "text": one.reason.value, "detail": one.detail}
            for one in outcome.skipped
        ],
        "notices": [{"kind": notice.kind, "text": notice.text} for notice in outcome.notices],
        "findings": [finding.to_json() for finding in outcome.findings],
    }
