"""The file with the slots: its fields at fixed places, twice, so that a torn write leaves one whole copy."""

from dataclasses import dataclass, field, replace
import hashlib
import os
from pathlib import Path
import secrets
import struct

from bundle.bounded import read_file
from bundle.layout import LOCK
from bundle.sealed.chunking import CHUNKINGS, NEWEST, Chunking
from bundle.sealed.errors import DamagedSeal, UnknownSeal
from bundle.sealed.primitives import NONCE, TAG, Stretching

# The byte behind it is the version of the seal.
MAGIC = b"MKBUNDLE SEALED"
SLOTS = 16
# Plain bytes: what a slot wraps, an entry of the researcher's list, and the record of the container.
PAYLOAD, ENTRY, VOLUME = 160, 64, 64
SLOT_SALT, COMMITMENT = 32, 32
SLOT = SLOT_SALT + COMMITMENT + PAYLOAD + TAG
_LIST = NONCE + SLOTS * ENTRY + TAG
RECORD = NONCE + VOLUME + TAG
# magic, version, stick, salt, memory, passes, lanes, bits of a part's length; then the generation.
_FIXED, _GENERATION = struct.Struct(">15sB16s16sIIII"), struct.Struct(">Q")
_VOLUME_AT, _LIST_AT, _SLOTS_AT = 96, 192, 1280
COPY, _DIGEST = 8192, 32
LENGTH = 2 * COPY
PART_BITS = 30


@dataclass(frozen=True, slots=True)
class LockHeader:
    """One state of the header. `volume`, `listed` and `slots` are ciphertext; an empty slot holds random bytes."""

    stick: bytes
    salt: bytes
    stretching: Stretching
    volume: bytes
    listed: bytes
    slots: tuple[bytes, ...] = field(default_factory=lambda: tuple(secrets.token_bytes(SLOT) for _ in range(SLOTS)))
    part_bits: int = PART_BITS
    generation: int = 1
    version: int = NEWEST

    @property
    def fixed(self) -> bytes:
        """The bytes that never change, to which everything sealed in the header is bound."""
        stretching = self.stretching
        return _FIXED.pack(
            MAGIC, self.version, self.stick, self.salt,
            stretching.memory, stretching.passes, stretching.lanes, self.part_bits,
        )  # fmt: skip

    @property
    def chunking(self) -> Chunking:
        """How the messages of the container are cut."""
        return CHUNKINGS[self.version]

    def to_bytes(self) -> bytes:
        """Both copies."""
        copy = bytearray(COPY - _DIGEST)
        for at, content in (
            (0, self.fixed + _GENERATION.pack(self.generation)), (_VOLUME_AT, self.volume), (_LIST_AT, self.listed),
            (_SLOTS_AT, b"".join(self.slots)),
        ):  # fmt: skip
            copy[at : at + len(content)] = content
        whole = bytes(copy) + hashlib.sha256(copy).digest()
        return whole * 2

    def with_slot(self, place: int, slot: bytes | None) -> "LockHeader":
        """The next state, with another slot; None empties it."""
        slots = list(self.slots)
        slots[place] = secrets.token_bytes(SLOT) if slot is None else slot
        return replace(self, slots=tuple(slots), generation=self.generation + 1)


def parse(content: bytes) -> LockHeader:
    """The newest whole copy; raises DamagedSeal, UnknownSeal."""
    copies = [_copy(content[at : at + COPY]) for at in (0, COPY)]
    whole = [copy for copy in copies if copy is not None]
    if len(content) != LENGTH or not whole:
        raise DamagedSeal(LOCK, "neither copy of the header is whole")
    return max(whole, key=lambda header: header.generation)


def damaged_copies(content: bytes) -> list[int]:
    """Which of the two copies are not whole, or not those of the newest header; counted from 1."""
    newest = parse(content)
    return [1 + at // COPY for at in (0, COPY) if _copy(content[at : at + COPY]) != newest]


def _copy(content: bytes) -> LockHeader | None:
    """One copy, None if it is torn; raises UnknownSeal."""
    body, digest = content[:-_DIGEST], content[-_DIGEST:]
    if len(content) != COPY or hashlib.sha256(body).digest() != digest:
        return None
    magic, version, stick, salt, memory, passes, lanes, part_bits = _FIXED.unpack_from(body)
    if magic != MAGIC or version not in CHUNKINGS:
        raise UnknownSeal(LOCK, "another version of the seal")
    stretching = Stretching(memory, passes, lanes)
    stretching.check(LOCK)
    if not 20 <= part_bits <= 40:
        raise UnknownSeal(LOCK, f"parts of 2^{part_bits} bytes")
    slots = tuple(body[at : at + SLOT] for at in range(_SLOTS_AT, _SLOTS_AT + SLOTS * SLOT, SLOT))
    (generation,) = _GENERATION.unpack_from(body, _FIXED.size)
    header = LockHeader(
        stick, salt, stretching, body[_VOLUME_AT : _VOLUME_AT + RECORD], body[_LIST_AT : _LIST_AT + _LIST],
        slots, part_bits, generation, version,
    )  # fmt: skip
    return header if header.to_bytes()[:COPY] == content else None  # nothing between the fields


def read_header(root: Path) -> LockHeader:
    """The header of a sealed medium; raises OSError, DamagedSeal, UnknownSeal."""
    return parse(read_file(root / LOCK, LENGTH))


def write_header(root: Path, header: LockHeader) -> None:
    """Overwrite both copies in place, one after the other: at every moment one of them is whole. Raises OSError."""
    content = header.to_bytes()
    with (root / LOCK).open("rb+", buffering=0) as stream:
        for at in (COPY, 0):
            stream.seek(at)
            stream.write(content[at : at + COPY])
            os.fsync(stream.fileno())
