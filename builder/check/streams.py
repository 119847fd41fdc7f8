"""What lies compressed in a file: zlib, gzip and deflate streams, as PNG, ZIP and frozen programs hold them."""

from collections.abc import Iterator
import re
import struct
import zlib

# RFC 1950 (the four usual levels), RFC 1952, and the local header of a member of a ZIP archive.
_STARTS = re.compile(rb"\x78[\x01\x5e\x9c\xda]|\x1f\x8b\x08|PK\x03\x04")
_ZIP_HEADER = struct.Struct("<4s5H3L2H")
_ZLIB, _GZIP, _RAW = zlib.MAX_WBITS, zlib.MAX_WBITS | 16, -zlib.MAX_WBITS
# Less is what bytes that only look like a start unpack to; more than this at once is a bomb, or no text.
_LEAST, _MOST = 16, 1 << 24
_STEP = 1 << 15
# A stream in a stream is looked into (a ZIP in a ZIP), and not deeper.
_DEEPEST = 2


def inflated(content: bytes, depth: int = _DEEPEST) -> Iterator[bytes]:
    """The unpacked bytes of every stream in `content`, each up to 16 MB, and of streams in them."""
    at = 0
    while (start := _STARTS.search(content, at)) is not None:
        unpacked, used = _unpack(content, start)
        # What belongs to a stream is not searched for the start of another.
        at = start.start() + max(used, 1)
        if len(unpacked) >= _LEAST:
            yield unpacked
            if depth > 1:
                yield from inflated(unpacked, depth - 1)


def _unpack(content: bytes, start: re.Match[bytes]) -> tuple[bytes, int]:
    """What a stream unpacks to, as far as it is sound, and how many bytes it takes."""
    at, form = _form(content, start)
    unpacker, made = zlib.decompressobj(form), bytearray()
    while at < len(content) and not unpacker.eof and len(made) < _MOST:
        try:  # in small steps: what is left over is copied each time
            made += unpacker.decompress(content[at : at + _STEP], _MOST - len(made))
        except zlib.error:
            break
        at += _STEP
    return bytes(made), at - len(unpacker.unused_data) - start.start() if unpacker.eof else 0


def _form(content: bytes, start: re.Match[bytes]) -> tuple[int, int]:
    """Where the stream begins, and how it is packed."""
    if start[0] == b"\x1f\x8b\x08":
        return start.start(), _GZIP
    if start[0] != b"PK\x03\x04" or len(content) < start.start() + _ZIP_HEADER.size:
        return start.start(), _ZLIB
    *_, name, extra = _ZIP_HEADER.unpack_from(content, start.start())
    return start.start() + _ZIP_HEADER.size + name + extra, _RAW
