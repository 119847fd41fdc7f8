"""The plain medium: a folder whose files are what they seem."""

from collections.abc import Sequence
from contextlib import suppress
import io
import os
from pathlib import Path
import stat

from bundle.errors import PathLeavesBundle
from bundle.layout import INDEX, READINGS_FOLDER, is_relative, resolve
from bundle.medium.port import BundleMedium, JournalFolder


def as_medium(place: Path | BundleMedium) -> BundleMedium:
    """A folder as a plain medium; a medium as it is."""
    return PlainMedium(place) if isinstance(place, Path) else place


def as_folder(place: Path | JournalFolder) -> JournalFolder:
    """The same for a place of journals."""
    return PlainFolder(place) if isinstance(place, Path) else place


class PlainMedium:
    """A folder that holds a bundle; `BundleMedium` says what each method does."""

    is_sealed = False
    keeps_answers = True

    def __init__(self, root: Path) -> None:
        self.root = root
        self._folders: dict[str, str] = {}

    def is_there(self) -> bool:
        """Whether the index is still there; a device that is gone may fail instead of having no file."""
        return self.mark() is not None

    def mark(self) -> tuple[int, int] | None:
        """The size and time of the index."""
        return mark_of(self.root / INDEX)

    def has(self, path: str) -> bool:
        """Whether there is such a file."""
        return (self.root / path).is_file()

    def read(self, path: str, most: int) -> bytes:
        """A whole file, unless it is too large."""
        from bundle.bounded import read_file  # whose parsers no first picture needs

        return read_file(resolve(self.root, path), most)

    def locate(self, path: str) -> tuple[str, int]:
        """The real path of a file inside the bundle, and its size; resolves each folder only once."""
        if not is_relative(path):
            raise PathLeavesBundle(path)
        folder, _, name = path.rpartition("/")
        if folder not in self._folders:
            self._folders[folder] = str(resolve(self.root, folder) if folder else self.root)
        found = os.path.join(self._folders[folder], name)  # noqa: PTH118 - a Path for each file takes longer than reading
        status = os.lstat(found)
        if stat.S_ISLNK(status.st_mode):
            status = resolve(self.root, path).stat()
        if not stat.S_ISREG(status.st_mode):  # opening a pipe would wait for ever
            raise OSError(None, "it is not a regular file", path)
        return found, status.st_size

    def open_at(self, place: str) -> io.FileIO:
        """The file itself."""
        return io.FileIO(place)

    def index(self) -> Path:
        """The file of the index."""
        return self.root / INDEX

    def readings(self) -> "PlainFolder":
        """The folder READINGS."""
        return PlainFolder(self.root / READINGS_FOLDER)

    def again(self) -> "PlainMedium":
        """The same folder."""
        return PlainMedium(self.root)

    def close(self) -> None:
        """Nothing is open."""


def mark_of(path: Path) -> tuple[int, int] | None:
    """The size and time of a file; None if it is gone."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_size, found.st_mtime_ns


class PlainFolder:
    """A folder of journals as they are."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def names(self) -> Sequence[str]:
        """The names of its files; none if it is missing."""
        try:
            return sorted(path.name for path in self.path.iterdir())
        except OSError:
            return []

    def read(self, name: str, most: int) -> bytes:
        """The bytes of a file; raises OSError if it is too large or not regular."""
        from bundle.bounded import read_file

        return read_file(self.path / name, most)

    def create(self, name: str) -> "AppendedFile":
        """A new file."""
        return AppendedFile(self.path / name)


class AppendedFile:
    """A file to which pieces are appended, each whole or not at all."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self.path, self._length, self._is_named = path, 0, False
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)

    def append(self, line: bytes) -> None:
        """Write a line, and make sure that it reaches the medium."""
        self.append_piece(line + b"\n")

    def append_piece(self, piece: bytes) -> None:
        """Write bytes, and make sure that they reach the medium; after an OSError no part of them counts."""
        try:
            _write_all(self._file, piece)
            os.fsync(self._file)
        except OSError:
            with suppress(OSError):  # half a line is recognised as such; none is better
                os.ftruncate(self._file, self._length)
                os.lseek(self._file, self._length, os.SEEK_SET)
            raise
        self._length += len(piece)
        if not self._is_named:
            flush_folder(self.path.parent)
            flush_folder(self.path.parent.parent)  # which may have got this folder just now
            self._is_named = True

    def remove(self) -> None:
        """Close and remove the file."""
        self.close()
        self.path.unlink()

    def close(self) -> None:
        """Close the file."""
        if self._file >= 0:
            file, self._file = self._file, -1
            with suppress(OSError):
                os.close(file)


def _write_all(file: int, content: bytes) -> None:
    view = memoryview(content)
    while view:
        view = view[os.write(file, view) :]


def flush_folder(folder: Path) -> None:
    """The name of a new file must survive too; Windows ensures that by itself and cannot open a folder."""
    if os.name == "posix":
        with suppress(OSError):
            opened = os.open(folder, os.O_RDONLY)
            try:
                os.fsync(opened)
            finally:
                os.close(opened)
