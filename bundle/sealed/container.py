"""The container of a sealed medium: one long run of bytes in files of equal length, since FAT ends a file at 4 GiB."""

from collections.abc import Iterable
from contextlib import suppress
import hashlib
import os
from pathlib import Path

from bundle.layout import SEALED_FOLDER
from bundle.sealed.errors import DamagedSeal

# The length of a container tells this many of its leading bits, and never a step of less than 2^18 bytes.
_SMALLEST_STEP, _BITS_TOLD = 18, 11
_ZEROS = 1 << 20


def padded(length: int) -> int:
    """The length of a container with so much in it: up to the next step, of at most 1/1024 of it."""
    step = max(_SMALLEST_STEP, length.bit_length() - _BITS_TOLD)
    return -(-length >> step) << step


def part_name(number: int) -> str:
    """The path of a part, counted from 0."""
    return f"{SEALED_FOLDER}/{number + 1:08d}.BIN"


class ContainerParts:
    """The parts of a container, read in ranges by any number of threads."""

    def __init__(self, root: Path, total: int, part_bits: int) -> None:
        self._root, self._total, self._bits = root, total, part_bits
        # A thread takes an open file out, and puts it back: two would move each other's place in it.
        self._free: dict[int, list[int]] = {}

    @property
    def names(self) -> list[tuple[str, int]]:
        """Each part with its length."""
        whole, rest = divmod(self._total, 1 << self._bits)
        lengths = [1 << self._bits] * whole + ([rest] if rest else [])
        return [(part_name(number), length) for number, length in enumerate(lengths)]

    def check(self) -> None:
        """Raise DamagedSeal if a part is missing or has another length."""
        for name, length in self.names:
            try:
                found = (self._root / name).stat().st_size
            except OSError:
                raise DamagedSeal(name, "it is missing") from None
            if found != length:
                raise DamagedSeal(name, f"it has {found:,} bytes instead of {length:,}")

    def read_into(self, at: int, place: memoryview) -> None:
        """Fill `place` from an offset on; raises OSError, DamagedSeal if the container ends before."""
        while place:
            number, start = at >> self._bits, at & ((1 << self._bits) - 1)
            step = min(len(place), (1 << self._bits) - start)
            self._read_part(number, start, place[:step])
            at, place = at + step, place[step:]

    def _read_part(self, number: int, start: int, place: memoryview) -> None:
        free = self._free.setdefault(number, [])
        try:
            file = free.pop()
        except IndexError:
            file = os.open(self._root / part_name(number), os.O_RDONLY | getattr(os, "O_BINARY", 0))
        try:
            _fill(file, start, place, part_name(number))
        except BaseException:
            _close(file)
            self.close()  # once a stick was pulled out, no file that was open then can be read again
            raise
        free.append(file)

    def close(self) -> None:
        """Close all files, so that the medium can be taken out."""
        for free in list(self._free.values()):
            with suppress(IndexError):  # none is left; another thread may have taken or closed the last one
                while True:
                    _close(free.pop())


def _close(file: int) -> None:
    with suppress(OSError):  # of a stick that was pulled out: the file is closed all the same, and keys are wiped next
        os.close(file)


def _fill(file: int, start: int, place: memoryview, name: str) -> None:
    done = 0
    while done < len(place):
        count = _read(file, start + done, place[done:])
        if not count:
            raise DamagedSeal(name, "it ends too early")
        done += count


def _read(file: int, start: int, place: memoryview) -> int:
    if hasattr(os, "preadv"):
        return os.preadv(file, [place], start)
    os.lseek(file, start, os.SEEK_SET)
    content = os.read(file, len(place))  # Windows can do neither in place nor at a place
    place[: len(content)] = content
    return len(content)


class PartsWriter:
    """Writes a container: pieces one after the other, each part full before the next one begins. Raises OSError."""

    def __init__(self, root: Path, part_bits: int) -> None:
        self._root, self._bits, self.length = root, part_bits, 0
        self.digests: dict[str, str] = {}
        self._file, self._name, self._digest = -1, "", hashlib.sha256()

    def write(self, pieces: Iterable[bytes]) -> None:
        """Append bytes."""
        for piece in pieces:
            view = memoryview(piece)
            while view:
                view = view[self._write_some(view) :]

    def _write_some(self, view: memoryview) -> int:
        size, start = 1 << self._bits, self.length & ((1 << self._bits) - 1)
        if start == 0:
            self._next_part()
        done = os.write(self._file, view[: size - start])
        self._digest.update(view[:done])
        self.length += done
        return done

    def _next_part(self) -> None:
        self.close()
        self._name, self._digest = part_name(self.length >> self._bits), hashlib.sha256()
        path = self._root / self._name
        path.parent.mkdir(parents=True, exist_ok=True)
        # Not truncated: the ciphertext of a case that was removed is overwritten in its place.
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o600)

    def close(self) -> None:
        """Flush and close the last part; raises OSError."""
        if self._file >= 0:
            file, self._file = self._file, -1
            try:
                _erase_rest(file)
                os.fsync(file)
                self.digests[self._name] = self._digest.hexdigest()
            finally:
                os.close(file)


def _erase_rest(file: int) -> None:
    """Overwrite what an earlier container has left behind the end, and cut it off."""
    end, size = os.lseek(file, 0, os.SEEK_CUR), os.fstat(file).st_size
    for start in range(end, size, _ZEROS):
        os.write(file, bytes(min(_ZEROS, size - start)))
    if size > end:
        os.fsync(file)
        os.ftruncate(file, end)
