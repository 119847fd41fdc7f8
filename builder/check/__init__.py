"""The bundle checker: reads a medium back and says everything that is wrong with it; shares nothing with the writer.

`inspection` is the whole check, top to bottom, and `report` what comes of it. `rules` and `image_rules` have every
check by name, each a `rule`; what is found is one of `findings`; `errors` says what a check cannot begin with.
"""

from builder.check.checks.iod import Validation
from builder.check.checks.speed import FirstCase
from builder.check.checks.trial import Trial
from builder.check.findings import Finding, counts, to_json
from builder.check.inspection import check_bundle, inspect_bundle
from builder.check.medium.reach import Reach
from builder.check.originals.originals import Original, Originals
from builder.check.report import Report, Totals
from builder.check.rules import RULES, Rule

__all__ = [
    "RULES",
    "Finding",
    "FirstCase",
    "Original",
    "Originals",
    "Reach",
    "Report",
    "Rule",
    "Totals",
    "Trial",
    "Validation",
    "check_bundle",
    "counts",
    "inspect_bundle",
    "to_json",
]
