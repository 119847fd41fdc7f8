"""What every medium can do, plain or sealed; nothing above this asks which of the two it is."""

from collections.abc import Sequence
import io
from pathlib import Path
from typing import Protocol


class JournalFile(Protocol):
    """A journal being written; every method but `close` raises OSError if the medium does not accept the data."""

    def append(self, line: bytes) -> None:
        """Write one line, without its end, and return when it is on the medium; after an OSError no part counts."""

    def remove(self) -> None:
        """Close and remove the file."""

    def close(self) -> None:
        """Close the file; raises nothing."""


class JournalFolder(Protocol):
    """A place for journals. A name is that of the journal; where it lies is the folder's own affair."""

    @property
    def path(self) -> Path:
        """The folder on the disk."""

    def names(self) -> Sequence[str]:
        """The files that this program can read, in order; none if the folder is missing."""

    def read(self, name: str, most: int) -> bytes:
        """The lines of a journal; raises OSError if there are more bytes than `most`."""

    def create(self, name: str) -> JournalFile:
        """A new journal; raises OSError."""


class BundleMedium(Protocol):
    """A bundle on a medium. Paths are relative and POSIX."""

    @property
    def root(self) -> Path:
        """The folder on the disk."""

    @property
    def is_sealed(self) -> bool:
        """Whether the content is encrypted: nothing of it may be written anywhere else."""

    @property
    def keeps_answers(self) -> bool:
        """Whether whoever opened it may write journals here."""

    def is_there(self) -> bool:
        """Whether the medium is still plugged in."""

    def mark(self) -> tuple[int, int] | None:
        """Distinguishes it from another medium in the same place later; None if it is gone."""

    def has(self, path: str) -> bool:
        """Whether there is such a file."""

    def read(self, path: str, most: int) -> bytes:
        """A whole file; raises OSError if it is larger than `most`, PathLeavesBundle."""

    def locate(self, path: str) -> tuple[str, int]:
        """(where to open a file, its size); raises OSError, PathLeavesBundle."""

    def open_at(self, place: str) -> io.RawIOBase:
        """A file for reading in ranges, by a place from `locate`; raises OSError."""

    def index(self) -> Path | bytes:
        """The index: the file, or its content if it must not lie on any disk. Raises OSError."""

    def readings(self) -> JournalFolder:
        """Where the journals of readers lie."""

    def again(self) -> "BundleMedium":
        """The same medium, opened once more: closing one leaves the other as it is."""

    def close(self) -> None:
        """Close what is open, and forget the keys."""
