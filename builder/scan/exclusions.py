"""Leaves out files by patterns of their paths below the scans, before anything of them is read."""

from collections.abc import Sequence
from fnmatch import fnmatchcase
import os
from pathlib import Path

from builder.plan import Notice

_ANY_DEPTH = "**"


class Exclusions:
    """The patterns of --exclude. `*` stays within a name, `**` crosses folders, and case does not matter.

    A pattern without `/` fits a file or folder of that name at any depth. With a folder, everything in it is left out.
    """

    def __init__(self, patterns: Sequence[str] = ()) -> None:
        self._patterns = {pattern: _parts_of(pattern) for pattern in patterns}
        self._used = set[str]()

    def fits(self, path: str, top: Path) -> str:
        """The first pattern that fits a path below `top`; empty if none does, or for `top` itself."""
        if not self._patterns:
            return ""
        parts = tuple(path.removeprefix(str(top)).replace(os.sep, "/").strip("/").casefold().split("/"))
        found = next((name for name, pattern in self._patterns.items() if parts != ("",) and _fits(pattern, parts)), "")
        self._used.add(found)
        return found

    def notices(self) -> list[Notice]:
        """A pattern that fits nothing is spelled wrong more often than not."""
        unused = (pattern for pattern in self._patterns if pattern not in self._used)
        return [Notice("unused pattern", f"--exclude {pattern}: no file below the scans fits it") for pattern in unused]


def _parts_of(pattern: str) -> tuple[str, ...]:
    parts = tuple(part for part in pattern.replace("\\", "/").casefold().split("/") if part not in ("", "."))
    return (_ANY_DEPTH, *parts) if "/" not in pattern.strip("/\\").replace("\\", "/") else parts


def _fits(pattern: tuple[str, ...], parts: tuple[str, ...]) -> bool:
    if not pattern:
        return True
    if pattern[0] == _ANY_DEPTH:
        return any(_fits(pattern[1:], parts[start:]) for start in range(len(parts) + 1))
    return bool(parts) and fnmatchcase(parts[0], pattern[0]) and _fits(pattern[1:], parts[1:])
