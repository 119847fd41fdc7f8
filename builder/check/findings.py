"""Typed findings, and their JSON."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
import re
from typing import Any

from builder.check.rules import RULES, SEVERITIES

# More of one kind say nothing new, and would take memory.
_MOST = 10_000
# A file whose header is not the one that was written differs from everything that was made from it. What it says about
# persons is a matter of its own.
_CAUSES = ("index.header", "index.instance")
_COUNTED_BY_CASE = ("pdi.cases", "media.list")
# Each is compared with all findings; where more files were changed, nobody looks for one cause.
_MOST_CAUSES = 100
_FOLLOWING = (
    "directory.agrees", "directory.reference", "index.instance", "index.pixels", "index.size", "index.agrees",
    "index.position", "index.rescale", "index.window", "index.stack", "index.padding", "index.units", "index.named",
    "index.mixed", "index.order", "index.geometry", "index.gap", "index.picture", "index.left_out",
    "pdi.cases", "media.list",
)  # fmt: skip
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


def limited(found: Iterable[Finding]) -> Iterator[Finding]:
    """The findings, and one that counts all beyond ten thousand of a check: a medium may name endless files."""
    seen: Counter[str] = Counter()
    for problem in found:
        seen[problem.check] += 1
        if seen[problem.check] <= _MOST:
            yield problem
    yield from (
        finding(check, ".", f"{times - _MOST:,} more of this kind") for check, times in seen.items() if times > _MOST
    )


def below_causes(found: Sequence[Finding], places: Mapping[str, tuple[str, str]]) -> list[Finding]:
    """The findings, with those that follow from another one as part of its message; `places` are 'series 3' and the
    case of each file, by its path.

    A change of one image would otherwise be an error of its own in each list that was made from the image.
    """
    causes = [problem for check in _CAUSES for problem in found if problem.check == check and problem.subject in places]
    rest, told = list(found), []
    for cause in causes[:_MOST_CAUSES]:
        if cause not in rest:  # it follows from another
            continue
        following = [problem for problem in rest if problem != cause and _follows(problem, cause, places)]
        rest = [problem for problem in rest if problem != cause and problem not in following]
        names = ", ".join(dict.fromkeys(problem.check for problem in following))
        told.append(replace(cause, message=f"{cause.message}; from this follows {names}") if names else cause)
    return [*rest, *told]


def _follows(problem: Finding, cause: Finding, places: Mapping[str, tuple[str, str]]) -> bool:
    """Whether it is about the same file, or the series or a stack with it, or the paper that counts its case."""
    if problem.check not in _FOLLOWING or (problem.check in _CAUSES and problem.subject != cause.subject):
        return False
    series, case = places[cause.subject]
    words = f" {problem.subject} {problem.message} ".replace(",", " ")
    named = case if problem.check in _COUNTED_BY_CASE else series
    return f" {cause.subject} " in words or f" {named} " in words


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
