"""The bundle checker: reads a medium back and reports everything that is wrong; shares no code with the writer.

`inspection` is the whole check, top to bottom, and `report` its result. `rules`, `image_rules` and `paper_rules` list
every check by name, each a `rule`; a check returns `findings`; `errors` has the reasons why a check cannot begin;
`png` reads pictures.
"""

from builder.check.checks.handed import HandedOut, Returned
from builder.check.checks.iod import Validation
from builder.check.checks.speed import FirstCase
from builder.check.checks.trial import Trial
from builder.check.findings import Finding, counts, to_json
from builder.check.inspection import check_bundle, inspect_bundle
from builder.check.medium.reach import Reach
from builder.check.originals.around import Around, Span
from builder.check.originals.originals import Original, Originals
from builder.check.originals.proof.written import search_written
from builder.check.report import Report, Totals
from builder.check.rules import RULES, Rule

__all__ = [
    "RULES",
    "Around",
    "Finding",
    "FirstCase",
    "HandedOut",
    "Original",
    "Originals",
    "Reach",
    "Report",
    "Returned",
    "Rule",
    "Span",
    "Totals",
    "Trial",
    "Validation",
    "check_bundle",
    "counts",
    "inspect_bundle",
    "search_written",
    "to_json",
]
