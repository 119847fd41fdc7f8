"""Reports the stacks whose images may not belong together, because nothing tells for certain."""

from pathlib import Path

from builder.plan import Notice
from builder.stacks.same_place import UNDECIDED
from bundle.index.index import Catalog


def undecided_notices(root: Path) -> list[Notice]:
    """One notice for each series of the bundle below `root` that has such a stack."""
    with Catalog(root) as catalog:
        series = [(study.case, group) for study in catalog.studies() for group in study.series]
    return [
        Notice(
            "undecided", f"{case}, series {group.series_number} ({group.description}): {UNDECIDED}; look at its stacks"
        )
        for case, group in series
        if any(UNDECIDED in stack.notes for stack in group.stacks)
    ]
