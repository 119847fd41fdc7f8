"""Reads single files of a medium: every byte for the digest, or only the beginning."""

import hashlib
import os
import re
import threading

from builder.check.medium.bits import Bits
from builder.check.medium.uncached import block, open_uncached
from builder.check.places.place import Place

# Size, SHA-256 (empty if not all was read) and beginning of a file.
Content = tuple[int, str, bytes]

# No header is longer.
HEADER = 64 << 20
# Enough bytes to distinguish DICOM files from programs.
MAGIC = 132
_BLOCK = 1 << 20
# Most headers are shorter.
FIRST_LOOK = 16 << 10
# Tag, value representation and length.
_PIXEL_DATA = re.compile(rb"\xe0\x7f\x10\0O[BW]\0\0.{4}", re.DOTALL)
_LONGEST_START = 12


class _Block(threading.local):
    """Memory that a thread reuses for reading: new memory would cost more than the digest."""

    def __init__(self) -> None:
        self.view = block(_BLOCK)


_own = _Block()


def read_whole(path: Place, kept: int, *, to_pixels: bool = False, bits: Bits | None = None) -> Content:
    """Size, digest and the first `kept` bytes of a file; every byte comes from the medium, not from the cache.

    With `to_pixels`, only the bytes before the first pixel data of a DICOM file are kept, and of any other file only
    enough to recognise that it is none; `bits` receives everything after the first pixel data.
    """
    digest, size, head = hashlib.sha256(), 0, bytearray()
    with open_uncached(path) as stream:
        while count := stream.readinto(_own.view):
            read = _own.view[:count]
            digest.update(read)
            size += count
            if size == count and to_pixels and bytes(read[128:MAGIC]) != b"DICM":
                kept, to_pixels = MAGIC, False
            if len(head) < kept:
                pixels = _PIXEL_DATA.search(read) if to_pixels else None
                head += read[: min(pixels.end() if pixels else count, kept - len(head))]
                kept = len(head) if pixels else kept
                if pixels and bits:
                    bits.begin(bytes(head))
                    bits.feed(read[pixels.end() :])
            elif bits:
                bits.feed(read)
    return size, digest.hexdigest(), bytes(head)


def skim(path: Place, kept: int) -> Content:
    """Size and beginning of a file, up to its pixels or other large values; without a digest."""
    head, block = bytearray(), b""
    with path.open("rb", buffering=0) as stream:
        size = stream.seek(0, os.SEEK_END)
        stream.seek(0)
        while len(head) < kept and (block := stream.read(min(FIRST_LOOK, kept - len(head)))):
            head += block
            if head[128:MAGIC] != b"DICM":  # other files are read no further
                break
            if _PIXEL_DATA.search(head, max(0, len(head) - len(block) - _LONGEST_START)):
                break
    return size, "", bytes(head)


def beginning(path: Place, kept: int) -> bytes:
    """The first bytes of a file, including any pixels in them."""
    with path.open("rb", buffering=0) as stream:
        return stream.read(kept)
