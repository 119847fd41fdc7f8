"""Sources of scans: folders and single files on this machine; a class that fetches files elsewhere fits in here."""

from collections import deque
from collections.abc import Iterator
import os
from pathlib import Path
import stat
from typing import NamedTuple, Protocol

from builder.errors.build import SourceMissing
from builder.plan import Notice, SkippedFile
from builder.reasons import Reason

# What a system says where it has no words for an error.
_NO_WORDS = "the system does not say why"


class Listing(NamedTuple):
    """The paths of all files in a fixed order, what cannot be read at all, and which links led to other folders."""

    paths: list[str]
    skipped: list[SkippedFile]
    notices: list[Notice]


class Source(Protocol):
    """Provides files on this machine, which are then read in parallel, and named by their paths below `top`."""

    @property
    def top(self) -> Path:
        """Reports name the files by their paths below this folder."""

    def listing(self) -> Listing:
        """Everything there is; raises SourceMissing."""


class FolderSource:
    """A folder with everything below it and behind its links, or one file."""

    def __init__(self, top: Path) -> None:
        self.top = top

    def listing(self) -> Listing:
        """Paths come in their order, part by part; raises SourceMissing."""
        if self.top.is_file():
            return Listing([str(self.top)], [], [])
        if not self.top.is_dir() or not os.access(self.top, os.R_OK | os.X_OK):
            raise SourceMissing(self.top)
        walk = _Walk()
        walk.begin(str(self.top))
        walk.paths.sort(key=lambda path: path.replace(os.sep, "\0"))
        return Listing(walk.paths, walk.skipped, walk.notices)


class _Walk:
    """Goes to each folder once, however many links lead there; real folders come first, so that they give the names."""

    def __init__(self) -> None:
        self.paths: list[str] = []
        self.skipped: list[SkippedFile] = []
        self.notices: list[Notice] = []
        self._links = deque[str]()
        self._seen = set[tuple[int, int]]()

    def begin(self, top: str) -> None:
        """Walk all that can be reached from here."""
        self._enter(top)
        while self._links:
            self._follow(self._links.popleft())

    def _follow(self, link: str) -> None:
        before = len(self.paths)
        if self._enter(link) and len(self.paths) > before:
            text = f"The link {link} leads to {os.path.realpath(link)}: the files there were read as well"
            self.notices.append(Notice("link", text))

    def _enter(self, folder: str) -> bool:
        """Whether nobody was here before."""
        try:
            state = os.stat(folder)  # noqa: PTH116  # by the thousand, a Path costs more than the call
            if (state.st_dev, state.st_ino) in self._seen:
                return False
            self._seen.add((state.st_dev, state.st_ino))
            with os.scandir(folder) as entries:
                inner = sorted(self._noted(entries))
        except OSError as error:  # as with a file that cannot be read, the others count
            self.skipped.append(SkippedFile(Path(folder), Reason.CLOSED_FOLDER, error.strerror or _NO_WORDS))
            return True
        for path in inner:
            self._enter(path)
        return True

    def _noted(self, entries: Iterator[os.DirEntry[str]]) -> Iterator[str]:
        """Note the files and links of a folder, and give the folders in it."""
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                yield entry.path
            elif entry.is_symlink() and _leads_to_folder(entry):
                self._links.append(entry.path)
            # Opening a pipe or a device would block whoever reads it; a link that leads nowhere is reported.
            elif entry.is_file(follow_symlinks=False) or (entry.is_symlink() and not _is_special(entry)):
                self.paths.append(entry.path)
            else:
                self.skipped.append(SkippedFile(Path(entry.path), Reason.NO_FILE))


def _leads_to_folder(link: os.DirEntry[str]) -> bool:
    try:
        return link.is_dir()
    except OSError:  # a link to itself
        return False


def _is_special(link: os.DirEntry[str]) -> bool:
    try:
        return not stat.S_ISREG(link.stat().st_mode)
    except OSError:  # it leads nowhere
        return False
