"""The algorithms of sealed media, all from `cryptography`: Argon2id, HKDF, AES-256-GCM; none of our own.

`cryptography` is loaded by the first call, so that a plain medium never pays for it.
"""

from dataclasses import dataclass
import secrets
import struct
from typing import TYPE_CHECKING
import unicodedata

from bundle.sealed.errors import UnknownSeal

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

KEY, NONCE, TAG = 32, 12, 16
# Every purpose has a text of its own, so that no key serves two.
_PURPOSE = b"mkbundle sealed %d "
# What a header may ask for at most: a hostile one could otherwise fill the memory, or keep the PC busy for hours.
_MOST_MEMORY, _MOST_PASSES, _MOST_LANES = 1 << 20, 64, 64


@dataclass(frozen=True, slots=True)
class Stretching:
    """How a password is stretched: RFC 9106's second recommended option, `memory` in KiB."""

    memory: int = 64 << 10
    passes: int = 3
    lanes: int = 4

    def check(self, place: str) -> None:
        """Raise UnknownSeal if no medium of ours asks for this."""
        sound = 8 * self.lanes <= self.memory <= _MOST_MEMORY and 0 < self.passes <= _MOST_PASSES
        if not (sound and 0 < self.lanes <= _MOST_LANES):
            raise UnknownSeal(place, f"{self.memory} KiB, {self.passes} passes, {self.lanes} lanes")


def password_bytes(password: str) -> bytes:
    """The same bytes however a keyboard composes letters, and whatever blanks stand around and between words."""
    return " ".join(unicodedata.normalize("NFKC", password).split()).encode("utf-8", "surrogatepass")


def argon2id(password: bytes, salt: bytes, stretching: Stretching, length: int = KEY) -> bytes:
    """Argon2id, version 1.3 (RFC 9106)."""
    from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

    stretched = Argon2id(
        salt=salt, length=length, iterations=stretching.passes, lanes=stretching.lanes, memory_cost=stretching.memory
    )
    return stretched.derive(password)


def hkdf(secret: bytes, salt: bytes, info: bytes, length: int = KEY) -> bytes:
    """HKDF with SHA-512 (RFC 5869)."""
    from cryptography.hazmat.primitives.hashes import SHA512
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    return HKDF(algorithm=SHA512(), length=length, salt=salt, info=info).derive(secret)


def hkdf_expand(secret: bytes | bytearray, info: bytes, length: int = KEY) -> bytes:
    """The second half of HKDF with SHA-512, for a secret that is uniformly random already."""
    from cryptography.hazmat.primitives.hashes import SHA512
    from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

    return HKDFExpand(algorithm=SHA512(), length=length, info=info).derive(secret)


def key_for(purpose: str, secret: bytes | bytearray, *bound: bytes) -> bytes:
    """A key for one purpose, bound to what follows."""
    return hkdf_expand(secret, info_of(purpose, *bound))


def info_of(purpose: str, *bound: bytes, version: int = 1) -> bytes:
    """The text that binds a key to its purpose; each of `bound` has a fixed length.

    `version` is that of the seal with which the purpose came.
    """
    return _PURPOSE % version + purpose.encode() + b"\0" + b"".join(bound)


def cipher(key: bytes) -> "AESGCM":
    """AES-256-GCM under a key."""
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    if len(key) != KEY:
        raise ValueError("AES-256 has keys of 32 bytes")
    return AESGCM(key)


def seal(key: bytes, nonce: bytes, plain: bytes, bound: bytes = b"") -> bytes:
    """Ciphertext and tag."""
    return cipher(key).encrypt(nonce, plain, bound)


def unseal(key: bytes, nonce: bytes, sealed: bytes, bound: bytes = b"") -> bytes | None:
    """The plain bytes; None if they are not what was sealed under this key, nonce and `bound`."""
    from cryptography.exceptions import InvalidTag

    if len(sealed) < TAG:
        return None
    try:
        return cipher(key).decrypt(nonce, sealed, bound)
    except InvalidTag:
        return None


def same(one: bytes, other: bytes) -> bool:
    """Whether two secrets are equal, in a time that does not depend on where they differ."""
    return secrets.compare_digest(one, other)


def number(value: int) -> bytes:
    """A whole number as eight bytes, the most significant first."""
    return struct.pack(">Q", value)
