"""A check's name and description, and the phrases that several of them share."""

from dataclasses import dataclass

ERROR, WARNING, HINT = "error", "warning", "hint"
SEVERITIES = (ERROR, WARNING, HINT)


@dataclass(frozen=True, slots=True)
class Rule:
    """One check: its dotted name, the severity of its findings, what must hold, what to do, and the rule's source."""

    name: str
    severity: str
    holds: str
    remedy: str
    clause: str


REBUILD = "Do not give the medium away: build the bundle again."
PRIVACY = "Do not give the medium away: it may identify patients. Erase it, and build the bundle again."
FORMAT = "Bundle format"
