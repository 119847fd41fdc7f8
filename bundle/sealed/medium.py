"""A sealed medium with its password: the sealed side of `bundle.medium.port`. No plain byte touches any disk."""

import io
from pathlib import Path

from bundle.layout import INDEX, LOCK, READINGS_FOLDER
from bundle.medium.plain import mark_of
from bundle.sealed.catalogue import (
    CATALOGUE,
    LONGEST,
    PADDING,
    SealedExtent,
    context_of,
    data_key,
    object_context,
    parse_catalogue,
    volume_of,
)
from bundle.sealed.container import ContainerParts
from bundle.sealed.errors import DamagedSeal
from bundle.sealed.header import LockHeader, read_header
from bundle.sealed.messages import MessageFile, SealedMessage
from bundle.sealed.readings import SealedFolder
from bundle.sealed.slots import Keys, open_header

# A larger index than any medium has.
_LARGEST_INDEX = 1 << 31


def is_sealed(root: Path) -> bool:
    """Whether a folder holds a sealed medium."""
    return (root / LOCK).is_file()


def open_medium(root: Path, password: str) -> "SealedMedium":
    """Open a sealed medium; raises OSError, WrongPassword, DamagedSeal, UnknownSeal."""
    header = read_header(root)
    return SealedMedium(root, header, open_header(header, password))


class SealedMedium:
    """The objects of a container, as files; every method raises DamagedSeal where a byte was altered."""

    is_sealed = True

    def __init__(self, root: Path, header: LockHeader, keys: Keys) -> None:
        self.root, self.keys, self._key, self._header = root, keys, data_key(keys), header
        volume = volume_of(header, keys)
        self._volume, self._parts = volume, ContainerParts(root, volume.total, header.part_bits)
        try:
            self._parts.check()
            content = bytearray(volume.catalogue.length)
            message = self._message(volume.catalogue, context_of(keys.stick, "catalogue"), CATALOGUE)
            message.read_into(0, memoryview(content))
            message.check_end()
            self._objects = parse_catalogue(bytes(content))
            self._check_places()
        except BaseException:
            self.close()
            raise

    @property
    def keeps_answers(self) -> bool:
        """Whether this password has a journal of its own."""
        return bool(self.keys.journal)

    def is_there(self) -> bool:
        """Whether the header is still there."""
        return is_sealed(self.root)

    def mark(self) -> tuple[int, int] | None:
        """The size and time of the header."""
        return mark_of(self.root / LOCK)

    @property
    def paths(self) -> list[str]:
        """Every object, in the order of the container."""
        return list(self._objects)

    @property
    def padding(self) -> int:
        """How many bytes of the container hide its true length."""
        return self._volume.padding.length

    @property
    def part_names(self) -> list[str]:
        """The paths of the container's parts."""
        return [name for name, _ in self._parts.names]

    def has(self, path: str) -> bool:
        """Whether there is such an object."""
        return path in self._objects

    def read(self, path: str, most: int) -> bytes:
        """A whole object, to its very end."""
        _, length = self.locate(path)
        if length > most:
            raise OSError(None, f"it is larger than {most:,} bytes", path)
        content, message = bytearray(length), self._object(path)
        message.read_into(0, memoryview(content))
        message.check_end()
        return bytes(content)

    def locate(self, path: str) -> tuple[str, int]:
        """The path itself, and the length that the sealed catalogue gives."""
        if path not in self._objects:
            raise FileNotFoundError(None, "it is not in the container", path)
        return path, self._objects[path].length

    def open_at(self, place: str) -> io.RawIOBase:
        """An object for reading in ranges."""
        return MessageFile(self._object(place))

    def index(self) -> bytes:
        """The content of the index, in memory."""
        return self.read(INDEX, _LARGEST_INDEX)

    def readings(self) -> SealedFolder:
        """The journals that this password opens."""
        return SealedFolder(self.root / READINGS_FOLDER, self.keys)

    def check_object(self, path: str) -> None:
        """Open every chunk of an object."""
        self._object(path).check()

    def check_end(self, path: str) -> None:
        """Open the last chunk of an object, which proves its length."""
        self._object(path).check_end()

    def check_padding(self) -> None:
        """Open every chunk of the padding, which must be zeros."""
        padding = self._volume.padding
        message, block = self._message(padding, context_of(self.keys.stick, "padding"), PADDING), bytearray(1 << 20)
        for start in range(0, padding.length, len(block)):
            done = message.read_into(start, memoryview(block))
            if any(memoryview(block)[:done]):
                raise DamagedSeal(PADDING, "it holds something")
        message.check_end()

    def again(self) -> "SealedMedium":
        """The same medium with copies of the keys; raises DamagedSeal, OSError."""
        return SealedMedium(self.root, self._header, self.keys.copy())

    def close(self) -> None:
        """Close the files, and wipe the keys as far as this language lets it."""
        self._parts.close()
        self.keys.wipe()
        self._key = bytes(len(self._key))

    def _object(self, path: str) -> SealedMessage:
        extent = self._objects[path]
        return self._message(extent, object_context(self.keys.stick, extent), path)

    def _message(self, extent: SealedExtent, context: bytes, name: str) -> SealedMessage:
        return SealedMessage(
            self._parts.read_into, extent.at, extent.length, self._key, context, name, self._header.chunking
        )

    def _check_places(self) -> None:
        """One after the other from the beginning, then catalogue and padding: nothing lies between or behind them."""
        volume, end = self._volume, 0
        for extent in (*self._objects.values(), volume.catalogue, volume.padding):
            if extent.at != end or extent.length < 0:
                raise DamagedSeal(CATALOGUE, "objects do not lie where they should")
            end += self._header.chunking.sealed_length(extent.length)
        if end != volume.total or volume.catalogue.length > LONGEST:
            raise DamagedSeal(CATALOGUE, "the container has another length")
