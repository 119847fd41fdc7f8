"""Sealed journals: blocks of equal length, each sealed by itself, so that a damage costs one line at most.

A journal is under the key of its slot, which that password opens, and the researcher's. Its first line is its name.
"""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
import re
import secrets
import struct

from bundle.bounded import open_file, read_file
from bundle.medium.plain import AppendedFile
from bundle.sealed.primitives import NONCE, TAG, hkdf, info_of, number, seal, unseal
from bundle.sealed.slots import Keys

_MAGIC, _SALT, _ID = b"MKBUNDLE JOURNAL", 32, 16
_HEAD = len(_MAGIC) + _SALT + _ID + TAG
BLOCK = 512
_PLAIN = BLOCK - NONCE - TAG
# Whether the line goes on in the next block, and how many bytes of it are in this one.
_USED = struct.Struct(">BH")
_ROOM = _PLAIN - _USED.size
_NAME = re.compile(r"S-[0-9A-F]{16}\.BIN")
# Stands for a block that does not open: no line of a journal holds it, and it has no end.
_LOST = b"\x00"
_MOST_FILES = 10_000
_LONGEST_NAME = 200


class SealedFolder:
    """The journals that one password opens; those of others are not named. `bundle.medium.port` has the methods."""

    def __init__(self, path: Path, keys: Keys) -> None:
        self.path, self._keys = path, keys
        self._places: dict[str, Path] = {}

    def names(self) -> Sequence[str]:
        """The names of the journals that open."""
        for path in _files(self.path):
            with suppress(OSError):
                opened = _open(_beginning(path), self._keys)
                name = next(opened, b"") if opened is not None else b""
                if name and len(name) <= _LONGEST_NAME and name.isascii():
                    self._places.setdefault(name.decode(), path)
        return sorted(self._places)

    @property
    def closed(self) -> int:
        """How many journals lie there that this password does not open."""
        return len(_files(self.path)) - len(self.names())

    def read(self, name: str, most: int) -> bytes:
        """The lines of a journal; raises OSError."""
        if name not in self._places:
            self.names()
        path = self._places.get(name)
        if path is None:
            raise FileNotFoundError(None, "this password does not open it", name)
        lines = _open(read_file(path, 2 * most + BLOCK), self._keys) or iter(())
        next(lines, None)
        return b"".join(line + b"\n" for line in lines)

    def create(self, name: str) -> "SealedJournal":
        """A new journal under this password's key; raises OSError."""
        return SealedJournal(self.path / f"S-{secrets.token_hex(8).upper()}.BIN", name, self._keys)


def _files(folder: Path) -> list[Path]:
    try:
        return sorted(path for path in folder.iterdir() if _NAME.fullmatch(path.name.upper()))[:_MOST_FILES]
    except OSError:
        return []


def is_sealed_journal(path: Path) -> bool:
    """Whether a file looks like a journal of a sealed medium, whoever may open it; raises OSError."""
    return _NAME.fullmatch(path.name.upper()) is not None and _beginning(path).startswith(_MAGIC)


def _beginning(path: Path) -> bytes:
    """The head and the first block, which holds the name."""
    with open_file(path) as stream:
        return stream.read(_HEAD + BLOCK)


class SealedJournal:
    """A journal being written: `JournalFile`."""

    def __init__(self, path: Path, name: str, keys: Keys) -> None:
        if not keys.journal:
            raise PermissionError(None, "this password opens the scans, and keeps no answers")
        salt = secrets.token_bytes(_SALT)
        self._key, self._blocks = _block_key(bytes(keys.journal), salt), 0
        self._file = AppendedFile(path)
        try:
            head = seal(_head_key(keys, salt), bytes(NONCE), keys.slot_id)
            self._append(name.encode(), before=_MAGIC + salt + head)
        except OSError:
            with suppress(OSError):
                self.remove()
            raise

    def append(self, line: bytes) -> None:
        """Seal a line, and make sure that it reaches the medium."""
        self._append(line)

    def _append(self, line: bytes, before: bytes = b"") -> None:
        pieces = [line[start : start + _ROOM] for start in range(0, len(line), _ROOM)] or [b""]
        sealed = b"".join(
            _sealed_block(self._key, self._blocks + at, piece, more=at + 1 < len(pieces))
            for at, piece in enumerate(pieces)
        )
        self._file.append_piece(before + sealed)
        self._blocks += len(pieces)

    def remove(self) -> None:
        """Close and remove the file."""
        self._file.remove()

    def close(self) -> None:
        """Close the file."""
        self._file.close()


def _head_key(keys: Keys, salt: bytes) -> bytes:
    """Whose journal it is, every password of the stick may know, and nobody else."""
    return hkdf(bytes(keys.master), salt, info_of("journal head", keys.stick))


def _block_key(journal: bytes, salt: bytes) -> bytes:
    return hkdf(journal, salt, info_of("journal blocks"))


def _sealed_block(key: bytes, count: int, piece: bytes, *, more: bool) -> bytes:
    """A random nonce, since a block may be written again after a failure, with another line in it."""
    nonce, plain = secrets.token_bytes(NONCE), (_USED.pack(more, len(piece)) + piece).ljust(_PLAIN, b"\0")
    return nonce + seal(key, nonce, plain, number(count))


def _open(content: bytes, keys: Keys) -> Iterator[bytes] | None:
    """The lines of a journal, None if this password does not open it."""
    magic, salt = content[: len(_MAGIC)], content[len(_MAGIC) : len(_MAGIC) + _SALT]
    if magic != _MAGIC or len(content) < _HEAD:
        return None
    slot_id = unseal(_head_key(keys, salt), bytes(NONCE), content[len(_MAGIC) + _SALT : _HEAD])
    journal = None if slot_id is None else keys.journal_of(slot_id)
    return None if journal is None else _lines(content[_HEAD:], _block_key(journal, salt))


def _lines(blocks: bytes, key: bytes) -> Iterator[bytes]:
    """Line by line; what a block that does not open, or a missing end, has left of a line ends in _LOST."""
    line = b""
    for at in range(0, len(blocks), BLOCK):
        block = blocks[at : at + BLOCK]
        plain = unseal(key, block[:NONCE], block[NONCE:], number(at // BLOCK))
        more, used = (False, 0) if plain is None else _USED.unpack_from(plain)
        line += _LOST if plain is None else plain[_USED.size : _USED.size + used]
        if not more:
            yield line
            line = b""
    if line:
        yield line + _LOST


def journal_in(content: bytes, keys: Keys) -> tuple[str, bytes] | None:
    """The name and the lines of a sealed journal; None if this password does not open it."""
    lines = _open(content, keys)
    name = next(lines, b"") if lines is not None else b""
    if lines is None or not (name.isascii() and 0 < len(name) <= _LONGEST_NAME):
        return None
    return name.decode(), b"".join(line + b"\n" for line in lines)
