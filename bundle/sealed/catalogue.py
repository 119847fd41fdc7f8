"""What lies where in a container: its names, which are sealed too, and the record that finds them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
import secrets
import struct

from bundle.layout import LOCK, is_relative
from bundle.sealed.errors import DamagedSeal
from bundle.sealed.header import VOLUME, LockHeader
from bundle.sealed.primitives import NONCE, info_of, key_for, number, seal, unseal
from bundle.sealed.slots import Keys

CATALOGUE, PADDING = "the list of files", "the padding"
# More than a medium full of scans needs.
_MOST_OBJECTS, LONGEST = 1_000_000, 256 << 20
_RECORD = struct.Struct(">QQQQQ24x")


@dataclass(frozen=True, slots=True)
class SealedExtent:
    """One object: where its message begins in the container, and how many plain bytes it has."""

    number: int
    at: int
    length: int


@dataclass(frozen=True, slots=True)
class Volume:
    """The record of a container: the extents of catalogue and padding, and the length of everything."""

    catalogue: SealedExtent
    padding: SealedExtent
    total: int


def data_key(keys: Keys) -> bytes:
    """The key of all messages in the container; each has a salt of its own."""
    return key_for("data", keys.master, keys.stick)


def context_of(stick: bytes, kind: str, count: int = 0) -> bytes:
    """What binds a message to its medium and its place, so that no other message passes for it."""
    return info_of(kind, stick, number(count))


def object_context(stick: bytes, extent: SealedExtent) -> bytes:
    """The context of the object in a line of the catalogue."""
    return context_of(stick, "object", extent.number)


def format_catalogue(extents: Sequence[tuple[str, SealedExtent]]) -> bytes:
    """One line for each object, in their order: where, how long, its path."""
    return "".join(f"{extent.at} {extent.length} {path}\n" for path, extent in extents).encode()


def parse_catalogue(content: bytes) -> dict[str, SealedExtent]:
    """Path -> extent; raises DamagedSeal if a line is none of ours."""
    found: dict[str, SealedExtent] = {}
    try:
        for count, line in enumerate(content.decode().split("\n")[:-1]):
            at, length, path = line.split(" ", 2)
            if not is_relative(path) or path in found or count >= _MOST_OBJECTS:
                raise ValueError
            found[path] = SealedExtent(count, int(at), int(length))
    except ValueError:
        raise DamagedSeal(CATALOGUE, "it is no list of ours") from None
    return found


def with_volume(header: LockHeader, keys: Keys, volume: Volume) -> LockHeader:
    """The header with the record of its container."""
    catalogue, padding = volume.catalogue, volume.padding
    plain = _RECORD.pack(catalogue.at, catalogue.length, padding.at, padding.length, volume.total)
    nonce = secrets.token_bytes(NONCE)
    return replace(header, volume=nonce + seal(_volume_key(keys), nonce, plain, header.fixed))


def volume_of(header: LockHeader, keys: Keys) -> Volume:
    """The record; raises DamagedSeal."""
    plain = unseal(_volume_key(keys), header.volume[:NONCE], header.volume[NONCE:], header.fixed)
    if plain is None or len(plain) != VOLUME:
        raise DamagedSeal(LOCK, "the record of the container")
    at, length, padding_at, padding_length, total = _RECORD.unpack(plain)
    if max(length, at + header.chunking.sealed_length(length)) > total or length > LONGEST:
        raise DamagedSeal(LOCK, "the record of the container")
    return Volume(SealedExtent(0, at, length), SealedExtent(0, padding_at, padding_length), total)


def _volume_key(keys: Keys) -> bytes:
    return key_for("volume", keys.master, keys.stick)
