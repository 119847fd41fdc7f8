"""Where scans come from: folders and single files of this machine; whatever else brings files is another Source."""

from collections.abc import Iterator
from contextlib import suppress
import os
from pathlib import Path
from typing import Protocol

from builder.errors.build import SourceMissing


class Source(Protocol):
    """Brings files to this machine, which are then read in parallel, and named by their places below `top`."""

    @property
    def top(self) -> Path:
        """The folder below which reports name the files."""

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
    with suppress(OSError), os.scandir(folder) as entries:  # as with a file that cannot be read, the others count
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                yield from _walk(entry.path)
            # Pipes and devices would block the reader for ever; a link that leads nowhere is reported.
            elif entry.is_file() or (entry.is_symlink() and not entry.is_dir()):
                yield entry.path
