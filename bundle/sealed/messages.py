"""Messages in chunks: C2SP chunked encryption with AES-256-GCM and SHA-512 (Cobblestone-256), read in ranges.

`cryptography` writes whole messages; it reads them from their beginning only. So the ranges are read here, by the rules
of https://c2sp.org/chunked-encryption: chunk number and end are bound into every chunk.
"""

from collections.abc import Callable, Iterable, Iterator
import io
import struct
import threading

from bundle.sealed.errors import DamagedSeal
from bundle.sealed.primitives import KEY, NONCE, TAG, cipher, hkdf_expand, same

CHUNK = 16384
SEALED_CHUNK = CHUNK + TAG
SALT, COMMITMENT = 24, 32
HEAD = SALT + COMMITMENT
_INFO = b"c2sp.org/chunked-encryption@v1+AEAD_AES_256_GCM\0"
# At most this much ciphertext is in memory at a time, besides the plain bytes asked for.
_AT_ONCE = 64 * SEALED_CHUNK

_COUNTER = struct.Struct(">Q")

_of_thread = threading.local()

# Fills a buffer with the bytes of a container from an offset on; raises OSError, also if they are not all there.
Source = Callable[[int, memoryview], None]


def _scratch() -> memoryview:
    """Room for ciphertext, one for each thread: new memory for every slice would take as long as reading it."""
    if not hasattr(_of_thread, "room"):
        _of_thread.room = bytearray(_AT_ONCE)
    return memoryview(_of_thread.room)


def sealed_length(length: int) -> int:
    """Bytes of the message for so many plain bytes: the last chunk is always shorter than the others, even empty."""
    return HEAD + length + TAG * (length // CHUNK + 1)


def plain_length(sealed: int) -> int | None:
    """Plain bytes of a message of this length, None if no message has it."""
    chunks, rest = divmod(sealed - HEAD, SEALED_CHUNK)
    return None if sealed < HEAD or rest < TAG else chunks * CHUNK + rest - TAG


def sealed_pieces(key: bytes, context: bytes, pieces: Iterable[bytes]) -> Iterator[bytes]:
    """The message with these plain bytes, piece by piece."""
    from cryptography.cobblestone import Cobblestone256Encryptor

    encryptor = Cobblestone256Encryptor(key, context)
    for piece in pieces:
        yield encryptor.update(piece)
    yield encryptor.finalize()


class SealedMessage:
    """A message in a container, opened to be read in ranges. `name` is for errors; `length` is that of the plain bytes.

    Raises DamagedSeal if it is not the message that was written there with this key and context.
    """

    def __init__(self, source: Source, at: int, length: int, key: bytes, context: bytes, name: str) -> None:
        if len(key) != KEY:
            raise ValueError("a message has a key of 32 bytes")
        self.length, self._source, self._at, self._name = length, source, at, name
        head = bytearray(HEAD)
        source(at, memoryview(head))
        derived = hkdf_expand(key, _INFO + head[:SALT] + context, KEY + NONCE + COMMITMENT)
        if not same(derived[KEY + NONCE :], bytes(head[SALT:])):
            raise DamagedSeal(name, "another key, or a damaged beginning")
        self._cipher, base = cipher(derived[:KEY]), derived[KEY : KEY + NONCE]
        self._prefix, (self._counter,) = base[:4], _COUNTER.unpack(base[4:])
        self._kept: tuple[int, bytes] | None = None

    def read_into(self, start: int, place: memoryview) -> int:
        """Fill `place` with plain bytes from `start` on; returns how many there were before the end."""
        end = min(start + len(place), self.length)
        if start >= end:
            return 0
        at, done = start // CHUNK, 0
        while start + done < end:
            done += self._read_run(at, start + done, end, place[done:])
            at = (start + done) // CHUNK
        return done

    def _read_run(self, chunk: int, start: int, end: int, place: memoryview) -> int:
        """Read some chunks with one request; returns how many of the wanted bytes they held."""
        if self._kept is not None and self._kept[0] == chunk:
            return _part(self._kept[1], start % CHUNK, end - start, place)
        last = min((end - 1) // CHUNK, chunk + _AT_ONCE // SEALED_CHUNK - 1)
        view = _scratch()[: self._sealed_end(last) - chunk * SEALED_CHUNK]
        self._source(self._at + HEAD + chunk * SEALED_CHUNK, view)
        number = chunk + (start % CHUNK != 0)
        done = self._take(chunk, view[:SEALED_CHUNK], start, end, place) if number > chunk else 0
        count = min((end - start - done) // CHUNK, last + 1 - number)
        done += self._open_whole(number, count, view[(number - chunk) * SEALED_CHUNK :], place[done:])
        if number + count <= last:
            rest = view[(number + count - chunk) * SEALED_CHUNK :]
            done += self._take(number + count, rest, start + done, end, place[done:])
        return done

    def _open_whole(self, chunk: int, count: int, sealed: memoryview, place: memoryview) -> int:
        """Open full chunks straight into their places; Python takes longer here than the cipher."""
        from cryptography.exceptions import InvalidTag

        number, opening, prefix, pack = chunk, self._cipher.decrypt_into, self._prefix, _COUNTER.pack
        try:
            for number in range(chunk, chunk + count):
                at, to = (number - chunk) * SEALED_CHUNK, (number - chunk) * CHUNK
                nonce = prefix + pack(self._counter ^ number)
                opening(nonce, sealed[at : at + SEALED_CHUNK], None, place[to : to + CHUNK])
        except InvalidTag:
            raise DamagedSeal(self._name, f"chunk {number + 1}") from None
        return count * CHUNK

    def _take(self, number: int, sealed: memoryview, start: int, end: int, place: memoryview) -> int:
        """Open one chunk, straight into its place if all of it is wanted."""
        size = len(sealed) - TAG
        if start % CHUNK == 0 and end - start >= size:
            self._open_into(number, sealed, place[:size])
            return size
        plain = bytearray(size)
        self._open_into(number, sealed, memoryview(plain))
        self._kept = (number, bytes(plain))
        return _part(self._kept[1], start % CHUNK, end - start, place)

    def _open_into(self, number: int, sealed: memoryview, place: memoryview) -> None:
        from cryptography.exceptions import InvalidTag

        nonce = self._prefix + _COUNTER.pack(self._counter ^ number)
        try:
            self._cipher.decrypt_into(nonce, sealed, None, place)
        except InvalidTag:
            raise DamagedSeal(self._name, f"chunk {number + 1}") from None

    def _sealed_end(self, chunk: int) -> int:
        """Where a chunk ends behind the head; the last one is shorter."""
        return min((chunk + 1) * SEALED_CHUNK, self.length + TAG * (self.length // CHUNK + 1))

    def check(self) -> None:
        """Open every chunk, also an empty last one; raises DamagedSeal, OSError."""
        block = bytearray(CHUNK)
        for start in range(0, self.length, CHUNK):
            self.read_into(start, memoryview(block))
        if self.length % CHUNK == 0:
            self.check_end()

    def check_end(self) -> None:
        """Open the last chunk, which proves the length; raises DamagedSeal, OSError."""
        number = self.length // CHUNK
        sealed = bytearray(self._sealed_end(number) - number * SEALED_CHUNK)
        self._source(self._at + HEAD + number * SEALED_CHUNK, memoryview(sealed))
        self._open_into(number, memoryview(sealed), memoryview(bytearray(len(sealed) - TAG)))


def _part(plain: bytes, begin: int, wanted: int, place: memoryview) -> int:
    found = plain[begin : begin + wanted]
    place[: len(found)] = found
    return len(found)


class MessageFile(io.RawIOBase):
    """A message as a file that is only read."""

    def __init__(self, message: SealedMessage) -> None:
        super().__init__()
        self._message, self._place = message, 0

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
