"""Sources of scans: folders and single files on this machine; a class that fetches files elsewhere fits in here."""

from collections import deque
from collections.abc import Iterator, Sequence
import os
from pathlib import Path
import stat
from typing import NamedTuple, Protocol

from builder.errors.build import SourceMissing
from builder.plan import Notice, SkippedFile
from builder.reasons import Reason
from builder.scan.archives import Unpacking
from builder.scan.exclusions import Exclusions

_DIRECTORY = "dicomdir"
# For errors that the system does not explain.
_NO_WORDS = "the system does not say why"


class SourcePath(NamedTuple):
    """The name of a file for reports, and its place on the disk if that differs, as for a file from an archive."""

    name: str
    unpacked: str = ""


class Listing(NamedTuple):
    """All files in a fixed order, those that are not read, and the links and archives that added files.

    `seen` is the number of all that was found: an archive that was read counts as its files.
    """

    paths: list[SourcePath]
    skipped: list[SkippedFile]
    notices: list[Notice]
    seen: int


class Source(Protocol):
    """Provides files on this machine, which workers then read in parallel."""

    @property
    def top(self) -> Path:
        """Reports name the files by their paths below this folder."""

    def listing(self) -> Listing:
        """All files; raises SourceMissing."""


class FolderSource:
    """A folder with everything below it, behind its links and in its archives, or one file.

    A DICOMDIR stands for the folder that it is in, as its disc has it.
    """

    def __init__(self, top: Path, unpacking: Unpacking, exclusions: Exclusions | None = None) -> None:
        self.top, self._unpacking, self._exclusions = top, unpacking, exclusions or Exclusions()

    def listing(self) -> Listing:
        """Sorted by path, part by part; raises SourceMissing."""
        is_directory = self.top.name.casefold() == _DIRECTORY and self.top.is_file()
        walk = _Walk(self.top.parent if is_directory else self.top, self._unpacking, self._exclusions)
        if is_directory:
            text = f"{self.top} stands for its whole disc: everything in {self.top.parent} was read"
            walk.notices.append(Notice("whole disc", text))
            walk.begin(str(self.top.parent))
        elif self.top.is_file():
            walk.note_file(str(self.top))
        elif self.top.is_dir() and os.access(self.top, os.R_OK | os.X_OK):
            walk.begin(str(self.top))
        else:
            raise SourceMissing(self.top)
        walk.paths.sort(key=lambda path: path.name.replace(os.sep, "\0"))
        return Listing(walk.paths, walk.skipped, walk.notices, walk.seen)


class _Walk:
    """Visits each folder once, however many links lead there; real folders come first, since they name the files."""

    def __init__(self, top: Path, unpacking: Unpacking, exclusions: Exclusions) -> None:
        self.seen = 0
        self.paths: list[SourcePath] = []
        self.skipped: list[SkippedFile] = []
        self.notices: list[Notice] = []
        self._top, self._unpacking, self._exclusions = top, unpacking, exclusions
        self._links = deque[str]()
        self._seen = set[tuple[int, int]]()
        # The archives whose files are being listed, the innermost last: its folder when unpacked, and its name.
        self._archives: list[tuple[str, str]] = []

    def begin(self, top: str) -> None:
        """Visit every folder that can be reached from here."""
        self._enter(top)
        while self._links:
            self._follow(self._links.popleft())

    def _follow(self, link: str) -> None:
        before = len(self.paths)
        if self._enter(link) and len(self.paths) > before:
            text = f"The link {link} leads to {os.path.realpath(link)}: the files there were read as well"
            self.notices.append(Notice("link", text))

    def _enter(self, folder: str) -> bool:
        """Whether this is the first visit to the folder; notes the visit."""
        try:
            state = os.stat(folder)  # noqa: PTH116  # for thousands of folders, a Path costs more than the call
            if (state.st_dev, state.st_ino) in self._seen:
                return False
            self._seen.add((state.st_dev, state.st_ino))
            with os.scandir(folder) as entries:
                inner = sorted(self._noted(list(entries)))
        except OSError as error:  # the others still count, as with a file that cannot be read
            self._skip(self._named(folder).name, Reason.CLOSED_FOLDER, error.strerror or _NO_WORDS)
            return True
        for path in inner:
            self._enter(path)
        return True

    def _noted(self, entries: Sequence[os.DirEntry[str]]) -> Iterator[str]:
        """Note the files and links of a folder; returns the folders in it."""
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                yield entry.path
            elif entry.is_symlink() and _leads_to_folder(entry):
                self._links.append(entry.path)
            # Reading a pipe or a device would block; the report names a link that leads nowhere.
            elif entry.is_file(follow_symlinks=False) or (entry.is_symlink() and not _is_special(entry)):
                self.note_file(entry.path)
            else:
                self._skip(self._named(entry.path).name, Reason.NO_FILE)

    def note_file(self, path: str) -> None:
        """Note a file, or the files in it if it is an archive; raises PrivateFileFailed."""
        named = self._named(path)
        if pattern := self._exclusions.fits(named.name, self._top):
            self._skip(named.name, Reason.EXCLUDED, pattern)
            return
        opened = self._unpacking.open(path, named.name, inside=len(self._archives))
        if opened is None:
            self.paths.append(named)
            self.seen += 1
            return
        if opened.fault is not None:
            self.skipped.append(opened.fault)
            self.seen += 1
        before, seen = len(self.paths), self.seen
        self._archives.append((opened.folder, named.name))
        self._enter(opened.folder)
        self._archives.pop()
        if self.seen == seen and opened.fault is None:
            self._skip(named.name, Reason.NOT_DICOM, "an archive without any file")
        if len(self.paths) > before:
            number = len(self.paths) - before
            text = f"{named.name} was unpacked for the build: {number:,} file{'' if number == 1 else 's'}"
            self.notices.append(Notice("archive", text))

    def _skip(self, name: str, reason: Reason, detail: str = "") -> None:
        self.skipped.append(SkippedFile(Path(name), reason, detail))
        self.seen += 1

    def _named(self, path: str) -> SourcePath:
        if not self._archives:
            return SourcePath(path)
        folder, archive = self._archives[-1]
        return SourcePath(f"{archive}{path.removeprefix(folder)}", path)


def _leads_to_folder(link: os.DirEntry[str]) -> bool:
    try:
        return link.is_dir()
    except OSError:  # a link to itself
        return False


def _is_special(link: os.DirEntry[str]) -> bool:
    try:
        return not stat.S_ISREG(link.stat().st_mode)
    except OSError:  # a link that leads nowhere
        return False
