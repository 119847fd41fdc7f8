"""A path on an encrypted medium: what the checker asks a path for, answered through the medium port."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
import io
from pathlib import Path, PurePosixPath
from typing import cast

from bundle.layout import READINGS_FOLDER
from bundle.reading.sound_entries import MAX_JOURNAL
from bundle.sealed.medium import SealedMedium
from bundle.sealed.messages import MessageFile


@dataclass(frozen=True, slots=True)
class SealedStatus:
    """What is known of a file without opening it; none has a second name."""

    st_size: int
    st_nlink: int = 1


class SealedTree:
    """All that an encrypted medium holds: its objects, the journals that open, and what lies `beside` on the drive.

    `password_file` opens it for a viewer that is tried.
    """

    def __init__(self, medium: SealedMedium, beside: Iterable[str], password_file: Path | None = None) -> None:
        self.medium, self.password_file = medium, password_file
        self._readings = medium.readings()
        journals = {f"{READINGS_FOLDER}/{name}": name for name in self._readings.names()}
        self._journals = {path: self._readings.read(name, MAX_JOURNAL) for path, name in journals.items()}
        self._beside = frozenset(beside)
        self._folders: dict[str, set[str]] = {"": set()}
        for path in (*medium.paths, *self._journals, *self._beside):
            parts = path.split("/")
            for depth, name in enumerate(parts):
                self._folders.setdefault("/".join(parts[:depth]), set()).add(name)

    @property
    def drive(self) -> Path:
        """The folder on the disk."""
        return self.medium.root

    @property
    def answers_there(self) -> bool:
        """Whether somebody has begun to answer, whoever may read it."""
        return bool(self._journals) or self._readings.closed > 0

    def names_in(self, folder: str) -> list[str]:
        """The names in a folder, in order; raises OSError if it is none."""
        real = self.real(folder)
        if real is not None and real.is_dir() and not real.is_symlink():
            return sorted(path.name for path in real.iterdir())
        if folder not in self._folders:
            raise FileNotFoundError(None, "there is no such folder", folder)
        return sorted(self._folders[folder])

    def real(self, path: str) -> Path | None:
        """The real path of what lies beside the encrypted bundle."""
        above = [path, *map(str, PurePosixPath(path).parents)]
        return self.drive / path if any(place in self._beside for place in above) else None

    def is_folder(self, path: str) -> bool:
        """Whether there is such a folder."""
        real = self.real(path)
        return path in self._folders if real is None else real.is_dir()

    def size(self, path: str) -> int | None:
        """The size of a file; None if there is none."""
        real = self.real(path)
        if real is not None:
            return real.stat().st_size if real.is_file() else None
        if path in self._journals:
            return len(self._journals[path])
        return self.medium.locate(path)[1] if self.medium.has(path) else None

    def open(self, path: str) -> io.BufferedIOBase:
        """A file for reading; raises OSError, DamagedSeal."""
        real = self.real(path)
        if real is not None:
            return real.open("rb")
        if path in self._journals:
            return io.BytesIO(self._journals[path])
        file = cast(MessageFile, self.medium.open_at(path))
        return io.BufferedReader(_ToItsEnd(file, self.medium, path), 1 << 17)


class _ToItsEnd(io.RawIOBase):
    """An object whose end is proved when it is reached: the last chunk may be empty."""

    def __init__(self, file: MessageFile, medium: SealedMedium, path: str) -> None:
        super().__init__()
        self._file, self._medium, self._path = file, medium, path

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._file.tell()

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        return self._file.seek(offset, whence)

    def readinto(self, buffer: "memoryview | bytearray") -> int:  # type: ignore[override]
        count = self._file.readinto(buffer)
        if not count and self._file.has_empty_end and self._file.is_at_end:
            self._medium.check_end(self._path)
        return count


@dataclass(frozen=True, slots=True)
class SealedPlace:
    """A path in such a tree, with those methods of a Path that the checker uses."""

    tree: SealedTree
    inner: str = ""

    def __truediv__(self, other: str) -> "SealedPlace":
        return SealedPlace(self.tree, f"{self.inner}/{other}" if self.inner else other)

    @property
    def name(self) -> str:
        """The last part of it."""
        return self.inner.rpartition("/")[2]

    @property
    def path(self) -> "SealedPlace":
        """Itself, as the entry of a folder has a path."""
        return self

    def exists(self) -> bool:
        """Whether anything lies there."""
        return self.is_file() or self.is_dir() or self.is_symlink()

    def is_symlink(self) -> bool:
        """Whether it is a link on the drive."""
        real = self.tree.real(self.inner)
        return real is not None and real.is_symlink()

    def readlink(self) -> Path:
        """Where a link leads."""
        return (self.tree.drive / self.inner).readlink()

    def is_file(self, *, follow_symlinks: bool = True) -> bool:
        """Whether it is a regular file."""
        return self.tree.size(self.inner) is not None and (follow_symlinks or not self.is_symlink())

    def is_dir(self, *, follow_symlinks: bool = True) -> bool:
        """Whether it is a folder."""
        return self.tree.is_folder(self.inner) and (follow_symlinks or not self.is_symlink())

    def stat(self, *, follow_symlinks: bool = True) -> SealedStatus:
        """Its size; raises OSError."""
        size = self.tree.size(self.inner)
        if size is None:
            raise FileNotFoundError(None, "there is no such file", self.inner)
        real = self.tree.real(self.inner)
        return SealedStatus(size, 1 if real is None else real.stat(follow_symlinks=follow_symlinks).st_nlink)

    def open(self, mode: str = "rb", buffering: int = -1) -> io.BufferedIOBase:
        """The file, for reading; raises OSError, DamagedSeal."""
        return self.tree.open(self.inner)

    def read_bytes(self) -> bytes:
        """The whole file."""
        with self.open() as stream:
            return stream.read()

    def iterdir(self) -> Iterator["SealedPlace"]:
        """What lies in a folder; raises OSError."""
        return (self / name for name in self.tree.names_in(self.inner))
