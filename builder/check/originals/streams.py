"""Finds compressed data in a file: zlib, gzip, deflate, bzip2 and xz streams, as in PNG, ZIP and frozen programs."""

import bz2
from collections.abc import Iterator
import lzma
import re
import struct
from typing import NamedTuple, Protocol
import zlib

# RFC 1950 (all window sizes, four levels), RFC 1952, the local header of a member of a ZIP archive, bzip2 and xz.
_STARTS = re.compile(
    rb"\x78[\x01\x5e\x9c\xda]|\x68[\x05\x43\x81\xde]|\x58[\x09\x47\x85\xc3]|\x48[\x0d\x4b\x89\xc7]|\x38[\x11\x4f\x8d\xcb]"
    rb"|\x28[\x15\x53\x91\xcf]|\x18[\x19\x57\x95\xd3]|\x08[\x1d\x5b\x99\xd7]|\x1f\x8b\x08|PK\x03\x04"
    rb"|BZh[1-9]1AY&SY|\xfd7zXZ\0"
)
_ZIP_HEADER = struct.Struct("<4s5H3L2H")
_ZLIB, _GZIP, _RAW = zlib.MAX_WBITS, zlib.MAX_WBITS | 16, -zlib.MAX_WBITS
# Bytes that only look like a start decompress to less; more than this at once is a bomb, or not text.
_LEAST, _MOST = 8, 1 << 24
# The size of a piece of a stream; each begins with the end of the one before.
_MOST_PIECES, _OVERLAP = 32, 256
_STEP = 1 << 15
# A stream in a stream is searched (a ZIP in a ZIP), but not deeper.
_DEEPEST = 2
_DEFLATED_DICOM = b"1.2.840.10008.1.2.1.99"
_META_LENGTH_AT, _META_AT = 140, 144


class Unpacked(NamedTuple):
    """A piece of a decompressed stream: its compression, and the byte where the outermost stream begins."""

    kind: str
    at: int
    content: bytes


class _Unpacker(Protocol):
    @property
    def eof(self) -> bool: ...

    @property
    def unused_data(self) -> bytes: ...

    def decompress(self, data: bytes, max_length: int, /) -> bytes: ...


def inflated(content: bytes, depth: int = _DEEPEST, until: int | None = None) -> Iterator[Unpacked]:
    """The pieces of every stream that starts in `content`, before byte `until`; and of the streams in these."""
    at, end = 0, len(content) if until is None else until
    deflated = _deflated_data_set(content)
    if deflated:
        yield from _pieces_and_inner("deflated data set", content, deflated, zlib.decompressobj(_RAW), depth)[0]
        return
    while at < end and (start := _STARTS.search(content, at)) is not None and start.start() < end:
        kind, begin, unpacker = _form(content, start)
        pieces, used = _pieces_and_inner(kind, content, begin, unpacker, depth)
        yield from pieces
        # Bytes that belong to a stream are not searched for the start of another.
        at = max(used, start.start() + 1)


def _deflated_data_set(content: bytes) -> int:
    """The start of the compressed part of a DICOM file (PS3.5 A.5); 0 if there is none."""
    if content[128:132] != b"DICM" or len(content) < _META_AT:
        return 0
    end = _META_AT + int.from_bytes(content[_META_LENGTH_AT:_META_AT], "little")
    return int(end) if _DEFLATED_DICOM in content[:end] and end < len(content) else 0


def _pieces_and_inner(
    kind: str, content: bytes, begin: int, unpacker: _Unpacker, depth: int
) -> tuple[Iterator[Unpacked], int]:
    """The pieces of one stream with those of inner streams, and its end; 0 if it is not sound to its end."""
    first, at = _unpack(content, begin, unpacker)
    used = at - len(unpacker.unused_data) if unpacker.eof else 0

    def pieces() -> Iterator[Unpacked]:
        piece, place = first, at
        for _ in range(_MOST_PIECES):
            if len(piece) < _LEAST:
                return
            yield Unpacked(kind, begin, piece)
            if depth > 1:
                yield from (stream._replace(at=begin) for stream in inflated(piece, depth - 1))
            if unpacker.eof or len(piece) < _MOST:
                return
            more, place = _unpack(content, place, unpacker)
            piece = piece[-_OVERLAP:] + more if more else b""

    return pieces(), used


def _unpack(content: bytes, at: int, unpacker: _Unpacker) -> tuple[bytes, int]:
    """The next sound output of a stream, and how many of its bytes were consumed."""
    made = bytearray()
    while not unpacker.eof and len(made) < _MOST:
        left = getattr(unpacker, "unconsumed_tail", b"")  # zlib gives back what it did not need; the others keep it
        waits = not left and getattr(unpacker, "needs_input", True) is False
        step = b"" if left or waits else content[at : at + _STEP]
        if not (left or step or waits):
            break
        at += len(step)
        try:  # in small steps: the rest is copied each time
            made += unpacker.decompress(left + step, _MOST - len(made))
        except (zlib.error, lzma.LZMAError, OSError, EOFError, ValueError):
            break
    return bytes(made), at


def _form(content: bytes, start: re.Match[bytes]) -> tuple[str, int, _Unpacker]:
    """The compression of the stream, its start, and its decompressor."""
    mark, at = start[0], start.start()
    if mark == b"\x1f\x8b\x08":
        return "gzip", at, zlib.decompressobj(_GZIP)
    if mark.startswith(b"BZh"):
        return "bzip2", at, bz2.BZ2Decompressor()
    if mark.startswith(b"\xfd7z"):
        return "xz", at, lzma.LZMADecompressor(memlimit=1 << 27)
    if mark != b"PK\x03\x04" or len(content) < at + _ZIP_HEADER.size:
        return "zlib", at, zlib.decompressobj(_ZLIB)
    *_, name, extra = _ZIP_HEADER.unpack_from(content, at)
    return "ZIP", at + _ZIP_HEADER.size + name + extra, zlib.decompressobj(_RAW)
