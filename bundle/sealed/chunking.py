"""How a message is cut into chunks, by the version of the seal: the rules of C2SP's chunked encryption for each.

Version 1 is Cobblestone-256 to the letter. Version 2 has longer chunks, and so a label of its own: a quarter of the
tags, and a quarter of the calls that a viewer makes.
"""

from dataclasses import dataclass
import struct
from typing import TYPE_CHECKING

from bundle.sealed.primitives import KEY, NONCE, TAG, cipher, hkdf_expand, info_of

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

SALT, COMMITMENT = 24, 32
HEAD = SALT + COMMITMENT

_COUNTER = struct.Struct(">Q")


class ChunkKey:
    """The single-use key of a message. `commitment` proves that it is the right one."""

    def __init__(self, label: bytes, key: bytes, salt: bytes, context: bytes) -> None:
        if len(key) != KEY:
            raise ValueError("a message has a key of 32 bytes")
        derived = hkdf_expand(key, label + salt + context, KEY + NONCE + COMMITMENT)
        self.cipher: AESGCM = cipher(derived[:KEY])
        base, self.commitment = derived[KEY : KEY + NONCE], derived[KEY + NONCE :]
        self._prefix, (self._counter,) = base[:4], _COUNTER.unpack(base[4:])

    def nonce(self, number: int) -> bytes:
        """The nonce of a chunk, counted from 0."""
        return self._prefix + _COUNTER.pack(self._counter ^ number)


@dataclass(frozen=True, slots=True)
class Chunking:
    """Plain bytes of a chunk, and what the info of its messages' keys begins with."""

    size: int
    label: bytes

    @property
    def sealed_size(self) -> int:
        """Bytes of a full chunk."""
        return self.size + TAG

    def sealed_length(self, length: int) -> int:
        """Bytes of the message for so many plain ones: the last chunk is always shorter than the others, even empty."""
        return HEAD + length + TAG * (length // self.size + 1)

    def plain_length(self, sealed: int) -> int | None:
        """Plain bytes of a message of this length, None if no message has it."""
        chunks, rest = divmod(sealed - HEAD, self.sealed_size)
        return None if sealed < HEAD or rest < TAG else chunks * self.size + rest - TAG

    def key(self, key: bytes, salt: bytes, context: bytes) -> ChunkKey:
        """The key of the message with this salt and context."""
        return ChunkKey(self.label, key, salt, context)


COBBLESTONE = Chunking(1 << 14, b"c2sp.org/chunked-encryption@v1+AEAD_AES_256_GCM\0")
LONG_CHUNKS = Chunking(1 << 16, info_of("chunks", version=2))
# By the version of the seal.
CHUNKINGS = {1: COBBLESTONE, 2: LONG_CHUNKS}
NEWEST = max(CHUNKINGS)
