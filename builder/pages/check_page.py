"""The report of a check as one page that needs nothing else: for QA to read, print, sign and keep."""

from collections.abc import Sequence
from dataclasses import dataclass

from builder.pages.render import render


@dataclass(frozen=True, slots=True)
class FindingGroup:
    """All findings of one check: subject and message of each that is listed, and how many `more` there are."""

    check: str
    severity: str
    expected: str
    found: Sequence[tuple[str, str]]
    more: int
    remedy: str
    clause: str


@dataclass(frozen=True, slots=True)
class StackCard:
    """One stack of a case: its series, which part of it where there are several, what is told of it, and a preview."""

    series: str
    part: str
    lines: Sequence[str]
    picture: bytes


@dataclass(frozen=True, slots=True)
class CaseCard:
    """One case: its number, whose it is and when, and its stacks."""

    name: str
    patient: str
    stacks: Sequence[StackCard]


@dataclass(frozen=True, slots=True)
class CheckRow:
    """One check of all: what should hold, and what came of it; `severity` is empty where it found nothing."""

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
    """What the page shows; `others` counts what is no error, `not_made` the checks that had nothing to look at.

    `cases_missing` says why cases are missing, where they are; `manifest_digest` is empty without a manifest.
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
