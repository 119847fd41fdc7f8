"""Refuses the image of a disc whose directories name far more files than it has room for, before they are parsed."""

from collections.abc import Iterator
from pathlib import Path
import struct
from typing import Any, BinaryIO

# ECMA-119 6.1.2, 6.2.1, 8: logical sectors; descriptors from the 16th on, each with a type, "CD001", and the root's
# record. Types 1 and 2 have directories (Joliet's is of type 2), 255 ends them.
SECTOR, FIRST_DESCRIPTOR = 2048, 16
_MARK, _ROOT, _WITH_FILES, _LAST = b"CD001", 156, (1, 2), 255
# ECMA-119 9.1: where a record has extent, length, flags and the length of its name; "." and ".." have names of a byte.
_EXTENT, _LENGTH, _FLAGS, _NAME = 2, 10, 25, 32
_IS_FOLDER = 2
# ECMA-167 4/14.4: a file identifier with the longest name and use by a program, and its tag.
_LONGEST_ENTRY = 66_000
# A file or folder takes a sector at least, in each of two trees; besides, there may be links and empty files.
_BESIDES, _TREES = 10_000, 2


class Crowded(ValueError):
    """The image names more than it has room for."""


class Budget:
    """How many records, sectors of folders and reads are left, for an image of this size."""

    def __init__(self, size: int) -> None:
        self._left = _BESIDES + 2 * _TREES * (size // SECTOR)

    def take(self) -> None:
        """One of them; raises Crowded."""
        self._left -= 1
        if self._left < 0:
            raise Crowded("it names far more files than it has room for")


def check_crowd(image: Path) -> None:
    """Count the records of the directories of ISO 9660 and Joliet; raises Crowded, OSError."""
    with image.open("rb") as stream:
        budget = Budget(image.stat().st_size)
        for root in _roots(stream, budget):
            _count(stream, root, budget)


def _roots(stream: BinaryIO, budget: Budget) -> Iterator[bytes]:
    at = FIRST_DESCRIPTOR
    while (sector := _sector(stream, at, budget))[1:6] == _MARK and sector[0] != _LAST:
        if sector[0] in _WITH_FILES:
            yield sector[_ROOT:]
        at += 1


def _count(stream: BinaryIO, root: bytes, budget: Budget) -> None:
    waiting, seen = [root], set[int]()
    while waiting:
        extent, length = (struct.unpack_from("<L", waiting[-1], at)[0] for at in (_EXTENT, _LENGTH))
        waiting.pop()
        if extent in seen:
            continue
        seen.add(extent)
        for number in range(-(-length // SECTOR)):
            sector = _sector(stream, extent + number, budget)
            if not sector:
                break
            waiting += [record for record in _records(sector, budget) if _is_folder(record)]


def _records(sector: bytes, budget: Budget) -> Iterator[bytes]:
    at = 0
    while at + _NAME < len(sector) and sector[at]:
        budget.take()
        yield sector[at : at + sector[at]].ljust(_NAME + 2, b"\0")
        at += sector[at]


def _is_folder(record: bytes) -> bool:
    return bool(record[_FLAGS] & _IS_FOLDER) and not (record[_NAME] == 1 and record[_NAME + 1] in b"\0\1")


def _sector(stream: BinaryIO, number: int, budget: Budget) -> bytes:
    budget.take()
    stream.seek(number * SECTOR)
    return stream.read(SECTOR)


class _Entries(bytes):
    """Bytes of which pycdlib takes the rest at each entry: only as much as an entry has, a limited number of times.

    All of the rest would be copied each time, and there may be millions of entries that lead nowhere.
    """

    budget: Budget

    def __getitem__(self, key: Any) -> Any:
        if isinstance(key, slice) and key.start and key.stop is None:
            self.budget.take()
            key = slice(key.start, key.start + _LONGEST_ENTRY)
        return super().__getitem__(key)


class CountedFile:
    """An open image that is read a limited number of times while it is opened: UDF takes a read for each file."""

    def __init__(self, stream: BinaryIO, size: int) -> None:
        self._stream, self._budget, self._entries = stream, Budget(size), Budget(size)
        self.counts = True

    def read(self, size: int = -1) -> bytes:
        """As a file; raises Crowded."""
        if not self.counts:
            return self._stream.read(size)
        self._budget.take()
        read = _Entries(self._stream.read(size))
        read.budget = self._entries
        return read

    def seek(self, at: int, whence: int = 0) -> int:
        """As a file."""
        return self._stream.seek(at, whence)

    def tell(self) -> int:
        """As a file."""
        return self._stream.tell()
