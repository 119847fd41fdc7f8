"""Proves that no file of the scans is lost: the files seen are those taken and those left out."""

from collections.abc import Callable

from builder.errors.build import FilesUnaccounted


def check_totals(seen: int, taken: int, left_out: int, *, undo: Callable[[], None] = lambda: None) -> None:
    """Raises FilesUnaccounted, after it has called `undo`."""
    if seen != taken + left_out:
        undo()
        raise FilesUnaccounted(seen, taken, left_out)
