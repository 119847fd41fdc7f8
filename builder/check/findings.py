"""Typed findings, and their JSON."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
import re
from typing import Any

from builder.check.rules import RULES, SEVERITIES

# The advice in a remedy that would lose answers.
_ANEW = re.compile(r"(?:: | Erase it, and | )[Bb]uild the bundle again[^.]*\.")
_COLLECT = (
    "READINGS holds answers: collect them first (mkbundle collect), then build the bundle again on another medium."
)
_ASK = "Ask whoever made the medium."


@dataclass(frozen=True, slots=True)
class Finding:
    """One problem: which check found it, where, what was expected and found, and what to do."""

    check: str
    severity: str
    subject: str
    message: str
    remedy: str
    clause: str

    def to_json(self) -> dict[str, str]:
        """For a program to read."""
        return asdict(self) | {"expected": self.expected}

    @property
    def expected(self) -> str:
        """What should hold."""
        return RULES[self.check].holds


def finding(check: str, subject: str, message: str) -> Finding:
    """A finding of the check with this name, which must be in RULES."""
    rule = RULES[check]
    return Finding(check, rule.severity, subject, message, rule.remedy, rule.clause)


def for_others(finding: Finding) -> Finding:
    """The same for a foreign medium, which nobody here can build again."""
    return replace(finding, remedy=_ASK) if "bundle" in finding.remedy else finding


def with_answers(finding: Finding) -> Finding:
    """The same for a medium with answers, which are collected before it is erased or built anew."""
    finding = replace(finding, remedy=finding.remedy.replace("Build the bundle again, or continue", "Continue"))
    if "collect" in finding.remedy or not _ANEW.search(finding.remedy):
        return finding
    return replace(finding, remedy=f"{_ANEW.sub('', finding.remedy).removesuffix('.')}. {_COLLECT}")


def sort_findings(findings: Iterable[Finding]) -> list[Finding]:
    """Errors first, then warnings and hints; within these in the order of RULES, then by subject."""
    places = {name: place for place, name in enumerate(RULES)}
    return sorted(
        findings, key=lambda finding: (SEVERITIES.index(finding.severity), places[finding.check], finding.subject)
    )


def counts(findings: Iterable[Finding]) -> dict[str, int]:
    """Severity -> number of findings."""
    severities = [finding.severity for finding in findings]
    return {severity: severities.count(severity) for severity in SEVERITIES}


def to_json(findings: Sequence[Finding]) -> dict[str, Any]:
    """For a program: the findings with the number of each severity."""
    return {**counts(findings), "findings": [finding.to_json() for finding in sort_findings(findings)]}
