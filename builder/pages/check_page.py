"""The report of a check as one self-contained page: for QA to read, print, sign and keep."""

from collections.abc import Sequence
from dataclasses import dataclass

from builder.pages.render import render


@dataclass(frozen=True, slots=True)
class FindingGroup:
    """All findings of one check: subject and message of each listed finding, and the number of `more`."""

    check: str
    severity: str
    expected: str
    found: Sequence[tuple[str, str]]
    more: int
    remedy: str
    clause: str


@dataclass(frozen=True, slots=True)
class StackCard:
    """One stack of a case: its series, its part if there are several, its description, and a preview."""

    series: str
    part: str
    lines: Sequence[str]
    picture: bytes


@dataclass(frozen=True, slots=True)
class CaseCard:
    """One case: its number, its patient and date, and its stacks."""

    name: str
    patient: str
    stacks: Sequence[StackCard]


@dataclass(frozen=True, slots=True)
class CheckRow:
    """One check: what should hold, and the result; `severity` is empty if the check found nothing."""

    holds: str
    clause: str
    severity: str
    made: bool


@dataclass(frozen=True, slots=True)
class CheckGroup:
    """The checks of one kind."""

    title: str
    checks: Sequence[CheckRow]


@dataclass(frozen=True, slots=True)
class CheckPage:
    """The content of the page; `others` counts findings below an error, `not_made` the checks that did not apply.

    `cases_missing` says why cases are missing, if they are; `manifest_digest` is empty without a manifest.
    """

    when: str
    time_zone: str
    manifest_digest: str
    errors: int
    others: Sequence[str]
    not_made: int
    what_was_read: str
    facts: Sequence[tuple[str, str]]
    findings: Sequence[FindingGroup]
    cases: Sequence[CaseCard]
    cases_missing: str
    checks: Sequence[CheckGroup]


def check_page(page: CheckPage) -> str:
    """The whole page."""
    return render("check.html", page)
