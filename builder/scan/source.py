"""Sources of scans: folders and single files on this machine; a class that fetches files elsewhere fits in here."""

from collections.abc import Iterator
from contextlib import suppress
import os
from pathlib import Path
from typing import Protocol

from builder.errors.build import SourceMissing


class Source(Protocol):
    """Provides files on this machine, which are then read in parallel, and named by their paths below `top`."""

    @property
    def top(self) -> Path:
        """Reports name the files by their paths below this folder."""

    def files(self) -> list[str]:
        """The paths of all files, in a fixed order; raises SourceMissing."""


class FolderSource:
    """A folder with everything below it, or one file."""

    def __init__(self, top: Path) -> None:
        self.top = top

    def files(self) -> list[str]:
        """In the order of their paths, part by part; raises SourceMissing."""
        if self.top.is_file():
            return [str(self.top)]
        if not self.top.is_dir() or not os.access(self.top, os.R_OK | os.X_OK):
            raise SourceMissing(self.top)
        return sorted(_walk(str(self.top)), key=lambda path: path.replace(os.sep, "\0"))


def _walk(folder: str) -> Iterator[str]:
    with suppress(OSError), os.scandir(folder) as entries:  # an unreadable folder must not stop the others
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                yield from _walk(entry.path)
            # Pipes and devices would block the reader for ever; a broken link is reported.
            elif entry.is_file() or (entry.is_symlink() and not entry.is_dir()):
                yield entry.path
