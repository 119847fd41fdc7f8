"""Messages in chunks, by the rules of https://c2sp.org/chunked-encryption: written as a whole, read in ranges.

Chunk number and end are bound into every chunk.
"""

from collections.abc import Callable, Iterable, Iterator
import io
import secrets
import threading

from bundle.sealed.chunking import HEAD, SALT, Chunking
from bundle.sealed.errors import DamagedSeal
from bundle.sealed.primitives import TAG, same

# About this much ciphertext is in memory at a time, besides the plain bytes asked for.
_AT_ONCE = 1 << 20

_of_thread = threading.local()

# Fills a buffer with the bytes of a container from an offset on; raises OSError, also if they are not all there.
Source = Callable[[int, memoryview], None]


def _scratch() -> memoryview:
    """Room for ciphertext, one for each thread: new memory for every slice would take as long as reading it."""
    if not hasattr(_of_thread, "room"):
        _of_thread.room = bytearray(2 * _AT_ONCE)
    return memoryview(_of_thread.room)


def sealed_pieces(chunking: Chunking, key: bytes, context: bytes, pieces: Iterable[bytes]) -> Iterator[bytes]:
    """The message with these plain bytes, piece by piece."""
    salt, number, waiting = secrets.token_bytes(SALT), 0, bytearray()
    made = chunking.key(key, salt, context)
    yield salt + made.commitment
    for piece in pieces:
        waiting += piece
        while len(waiting) >= chunking.size:
            yield made.cipher.encrypt(made.nonce(number), bytes(waiting[: chunking.size]), None)
            del waiting[: chunking.size]
            number += 1
    yield made.cipher.encrypt(made.nonce(number), bytes(waiting), None)


class SealedMessage:
    """A message in a container, opened to be read in ranges. `name` is for errors; `length` is that of the plain bytes.

    Raises DamagedSeal if it is not the message that was written there with this key and context.
    """

    def __init__(
        self, source: Source, at: int, length: int, key: bytes, context: bytes, name: str, chunking: Chunking
    ) -> None:
        self.length, self._source, self._at, self._name = length, source, at, name
        self._size, self._sealed_size = chunking.size, chunking.sealed_size
        # With the first chunk, which is nearly always wanted next: a request takes as long as opening it.
        begin = memoryview(bytearray(HEAD + self._sealed_end(0)))
        source(at, begin)
        self._key = chunking.key(key, bytes(begin[:SALT]), context)
        if not same(self._key.commitment, bytes(begin[SALT:HEAD])):
            raise DamagedSeal(name, "another key, or a damaged beginning")
        self._first: memoryview | None = begin[HEAD:]
        self._kept: tuple[int, memoryview] | None = None

    def read_into(self, start: int, place: memoryview) -> int:
        """Fill `place` with plain bytes from `start` on; returns how many there were before the end."""
        end = min(start + len(place), self.length)
        if start >= end:
            return 0
        at, done = start // self._size, 0
        while start + done < end:
            done += self._read_run(at, start + done, end, place[done:])
            at = (start + done) // self._size
        return done

    def _read_run(self, chunk: int, start: int, end: int, place: memoryview) -> int:
        """Read some chunks with one request; returns how many of the wanted bytes they held."""
        size, sealed_size = self._size, self._sealed_size
        if self._kept is not None and self._kept[0] == chunk:
            return _part(self._kept[1], start % size, end - start, place)
        if chunk == 0 and self._first is not None:
            first, self._first = self._first, None
            return self._take(0, first, start, end, place)
        last = min((end - 1) // size, chunk + _AT_ONCE // size - 1)
        view = _scratch()[: self._sealed_end(last) - chunk * sealed_size]
        self._source(self._at + HEAD + chunk * sealed_size, view)
        number = chunk + (start % size != 0)
        done = self._take(chunk, view[:sealed_size], start, end, place) if number > chunk else 0
        count = min((end - start - done) // size, last + 1 - number)
        done += self._open_whole(number, count, view[(number - chunk) * sealed_size :], place[done:])
        if number + count <= last:
            rest = view[(number + count - chunk) * sealed_size :]
            done += self._take(number + count, rest, start + done, end, place[done:])
        return done

    def _open_whole(self, chunk: int, count: int, sealed: memoryview, place: memoryview) -> int:
        """Open full chunks straight into their places."""
        for number in range(count):
            at, to = number * self._sealed_size, number * self._size
            self._open_into(chunk + number, sealed[at : at + self._sealed_size], place[to : to + self._size])
        return count * self._size

    def _take(self, number: int, sealed: memoryview, start: int, end: int, place: memoryview) -> int:
        """Open one chunk, straight into its place if all of it is wanted."""
        size = len(sealed) - TAG
        if start % self._size == 0 and end - start >= size:
            self._open_into(number, sealed, place[:size])
            return size
        plain = memoryview(bytearray(size))
        self._open_into(number, sealed, plain)
        self._kept = (number, plain)
        return _part(plain, start % self._size, end - start, place)

    def _open_into(self, number: int, sealed: memoryview, place: memoryview) -> None:
        from cryptography.exceptions import InvalidTag

        try:
            self._key.cipher.decrypt_into(self._key.nonce(number), sealed, None, place)
        except InvalidTag:
            raise DamagedSeal(self._name, f"chunk {number + 1}") from None

    def _sealed_end(self, chunk: int) -> int:
        """Where a chunk ends behind the head; the last one is shorter."""
        return min((chunk + 1) * self._sealed_size, self.length + TAG * (self.length // self._size + 1))

    def check(self) -> None:
        """Open every chunk, also an empty last one; raises DamagedSeal, OSError."""
        block = bytearray(self._size)
        for start in range(0, self.length, self._size):
            self.read_into(start, memoryview(block))
        if self.has_empty_end:
            self.check_end()

    @property
    def has_empty_end(self) -> bool:
        """Whether the last chunk has no plain bytes, so that reading all of them does not open it."""
        return self.length % self._size == 0

    def check_end(self) -> None:
        """Open the last chunk, which proves the length; raises DamagedSeal, OSError."""
        number = self.length // self._size
        sealed = bytearray(self._sealed_end(number) - number * self._sealed_size)
        self._source(self._at + HEAD + number * self._sealed_size, memoryview(sealed))
        self._open_into(number, memoryview(sealed), memoryview(bytearray(len(sealed) - TAG)))


def _part(plain: memoryview, begin: int, wanted: int, place: memoryview) -> int:
    found = plain[begin : begin + wanted]
    place[: len(found)] = found
    return len(found)


class MessageFile(io.RawIOBase):
    """A message as a file that is only read."""

    def __init__(self, message: SealedMessage) -> None:
        super().__init__()
        self._message, self._place = message, 0

    @property
    def has_empty_end(self) -> bool:
        """Whether the last chunk has to be opened by itself: no byte lies in it."""
        return self._message.has_empty_end

    @property
    def is_at_end(self) -> bool:
        """Whether no byte follows."""
        return self._place >= self._message.length

    def readable(self) -> bool:
        """It is."""
        return True

    def seekable(self) -> bool:
        """It is."""
        return True

    def tell(self) -> int:
        """The place of the next byte."""
        return self._place

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go to a place."""
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._place, io.SEEK_END: self._message.length}[whence]
        self._place = start + offset
        return self._place

    def readinto(self, buffer: "memoryview | bytearray") -> int:  # type: ignore[override]
        """Fill a buffer as far as the file goes; raises DamagedSeal, OSError."""
        done = self._message.read_into(self._place, memoryview(buffer).cast("B"))
        self._place += done
        return done
