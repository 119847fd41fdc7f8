"""Makes a sealed medium: objects one after the other, then their catalogue, the padding, and last the header."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
import os
from pathlib import Path

from bundle.layout import LOCK
from bundle.sealed.catalogue import (
    CATALOGUE,
    PADDING,
    SealedExtent,
    Volume,
    context_of,
    data_key,
    format_catalogue,
    object_context,
    with_volume,
)
from bundle.sealed.chunking import NEWEST, Chunking
from bundle.sealed.container import PartsWriter, padded
from bundle.sealed.header import PART_BITS, LockHeader
from bundle.sealed.messages import sealed_pieces
from bundle.sealed.primitives import Stretching
from bundle.sealed.slots import Keys, NewSlot, new_header

_BLOCK = 1 << 20


class Sealing:
    """A sealed medium that is being made below `root`. Every method raises OSError.

    All keys are new each time, so that what an interrupted run has written is of no use with the next one's; or they
    are those of a container that is made `again`.
    """

    def __init__(
        self,
        root: Path,
        slots: Sequence[NewSlot],
        *,
        part_bits: int = PART_BITS,
        stretching: Stretching | None = None,
        version: int = NEWEST,
    ) -> None:
        self._begin(root, *new_header(slots, stretching or Stretching(), part_bits, version))

    @classmethod
    def again(cls, root: Path, header: LockHeader, keys: Keys) -> "Sealing":
        """A new container under the keys, passwords and version of an old one; every message has a new salt."""
        sealing = cls.__new__(cls)
        sealing._begin(root, replace(header, generation=header.generation + 1), keys)
        return sealing

    def _begin(self, root: Path, header: LockHeader, keys: Keys) -> None:
        self._header, self.keys = header, keys
        self._root, self._parts = root, PartsWriter(root, header.part_bits)
        self._key = data_key(self.keys)
        self._objects: list[tuple[str, SealedExtent]] = []

    def add_file(self, path: str, file: Path) -> None:
        """Seal a file as the next object; raises OSError if it changes meanwhile."""
        with file.open("rb") as stream:
            blocks = iter(lambda: stream.read(_BLOCK), b"")
            self.add(path, file.stat().st_size, blocks)

    def add(self, path: str, length: int, pieces: Iterable[bytes]) -> None:
        """Seal the next object."""
        extent = SealedExtent(len(self._objects), self._parts.length, length)
        self._write(extent, object_context(self.keys.stick, extent), path, pieces)
        self._objects.append((path, extent))

    def _write(self, extent: SealedExtent, context: bytes, name: str, pieces: Iterable[bytes]) -> None:
        self._parts.write(sealed_pieces(self._header.chunking, self._key, context, pieces))
        if self._parts.length != extent.at + self._header.chunking.sealed_length(extent.length):
            raise OSError(None, "it changed while it was read", name)

    def finish(self) -> LockHeader:
        """Write the rest, the header last."""
        stick, content = self.keys.stick, format_catalogue(self._objects)
        catalogue = SealedExtent(0, self._parts.length, len(content))
        self._write(catalogue, context_of(stick, "catalogue"), CATALOGUE, [content])
        padding = _padding(self._parts.length, self._header.chunking)
        self._write(padding, context_of(stick, "padding"), PADDING, _zeros(padding.length))
        self._parts.close()
        header = with_volume(self._header, self.keys, Volume(catalogue, padding, self._parts.length))
        (self._root / LOCK).parent.mkdir(parents=True, exist_ok=True)
        fresh = self._root / f"{LOCK}.NEW"
        with fresh.open("wb") as stream:
            stream.write(header.to_bytes())
            stream.flush()
            os.fsync(stream.fileno())
        fresh.replace(self._root / LOCK)  # at every moment there is a header with the passwords
        return header

    @property
    def digests(self) -> dict[str, str]:
        """Path -> SHA-256 of each part of the container."""
        return dict(self._parts.digests)

    def close(self) -> None:
        """Close what an error has left open."""
        self._parts.close()


def _padding(end: int, chunking: Chunking) -> SealedExtent:
    """The message of zeros that fills the container up to a length which tells little."""
    total = padded(end + chunking.sealed_length(0))
    while (length := chunking.plain_length(total - end)) is None:
        total = padded(total + 1)
    return SealedExtent(0, end, length)


def _zeros(length: int) -> Iterator[bytes]:
    for start in range(0, length, _BLOCK):
        yield bytes(min(_BLOCK, length - start))
