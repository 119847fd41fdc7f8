"""Typed findings, and how they read as text and as JSON."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from builder.check.rules import RULES, SEVERITIES

_HEADINGS = {"error": "Errors", "warning": "Warnings", "hint": "Hints"}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong: which check found it, where, what was expected and found, and what to do."""

    check: str
    severity: str
    subject: str
    message: str
    remedy: str
    clause: str

    def to_json(self) -> dict[str, str]:
        """For a program to read."""
        return asdict(self) | {"expected": RULES[self.check].holds}

    def to_text(self) -> str:
        """For a person: three plain lines."""
        return "\n".join([
            f"{self.severity}: {_plain(self.subject)}",
            f"  {_plain(self.message)}  [{self.check}, {self.clause}]",
            f"  {self.remedy}",
        ])  # fmt: skip


def finding(check: str, subject: str, message: str) -> Finding:
    """A finding of the check with this name, which must stand in RULES."""
    rule = RULES[check]
    return Finding(check, rule.severity, subject, message, rule.remedy, rule.clause)


def sort_findings(findings: Iterable[Finding]) -> list[Finding]:
    """Errors first, then warnings and hints; within these in the order of RULES, then by what they concern."""
    places = {name: place for place, name in enumerate(RULES)}
    return sorted(findings, key=lambda one: (SEVERITIES.index(one.severity), places[one.check], one.subject))


def counts(findings: Iterable[Finding]) -> dict[str, int]:
    """Severity -> number of findings."""
    severities = [one.severity for one in findings]
    return {severity: severities.count(severity) for severity in SEVERITIES}


def to_text(findings: Sequence[Finding]) -> list[str]:
    """Plain lines, grouped by severity; no line for no finding."""
    lines: list[str] = []
    for severity in SEVERITIES:
        members = [one for one in sort_findings(findings) if one.severity == severity]
        if members:
            lines += [f"{_HEADINGS[severity]} ({len(members)})", ""]
        for one in members:
            lines += [f"  {line}" for line in one.to_text().splitlines()] + [""]
    return lines[:-1]


def to_json(findings: Sequence[Finding]) -> dict[str, Any]:
    """For a program: the findings with the number of each severity."""
    return {**counts(findings), "findings": [one.to_json() for one in sort_findings(findings)]}


def _plain(text: str) -> str:
    """What a medium says may hold anything: control characters must not reach a terminal."""
    return "".join(character if character.isprintable() else "�" for character in text)
