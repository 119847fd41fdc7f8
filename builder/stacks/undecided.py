"""Says of which stacks nothing tells for sure that their images belong together."""

from pathlib import Path

from builder.plan import Notice
from builder.stacks.same_place import UNDECIDED
from bundle.index.index import Catalog


def undecided_notices(root: Path) -> list[Notice]:
    """One for each series of the bundle below `root` that has such a stack."""
    with Catalog(root) as catalog:
        series = [(study.case, one) for study in catalog.studies() for one in study.series]
    return [
        Notice("undecided", f"{case}, series {one.series_number} ({one.description}): {UNDECIDED}; look at its stacks")
        for case, one in series
        if any(UNDECIDED in stack.notes for stack in one.stacks)
    ]
