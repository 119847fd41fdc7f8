"""Unpacks 7z archives; the library passes the files block by block."""

from collections.abc import Callable

from py7zr import SevenZipFile
from py7zr.io import Py7zIO, WriterFactory

from builder.scan.archives import NewFile


class _Target(Py7zIO):
    """A new file with the library's interface; the library only appends to it."""

    def __init__(self, file: NewFile) -> None:
        self._file, self._size = file, 0

    def write(self, s: bytes | bytearray) -> int:
        self._size += len(s)
        return self._file.write(bytes(s))

    def read(self, size: int | None = None) -> bytes:
        return b""

    def seek(self, offset: int, whence: int = 0) -> int:
        return self._size

    def flush(self) -> None:
        """Do nothing: no write is buffered."""

    def size(self) -> int:
        return self._size

    def close(self) -> None:
        self._file.close()


class _Targets(WriterFactory):
    def __init__(self, new_file: Callable[[str], NewFile]) -> None:
        self._new_file = new_file

    def create(self, filename: str) -> Py7zIO:
        return _Target(self._new_file(filename))


def unpack_7z(path: str, new_file: Callable[[str], NewFile]) -> None:
    """Unpack all files of an archive; passes on the library's exceptions for a damaged or encrypted archive."""
    with SevenZipFile(path) as archive:
        archive.extractall(factory=_Targets(new_file))
