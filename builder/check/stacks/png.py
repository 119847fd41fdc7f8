"""Whether a picture is a PNG that every reader can show: signature, checksums and the right amount of pixels."""

from collections.abc import Iterator
import struct
import zlib

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
# No preview is larger; without a limit, a small file could decompress to any size.
_LARGEST_SIDE = 4096
# Colour type -> samples in a pixel (PNG specification, 11.2.2).
_SAMPLES = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}


def picture_problem(content: object) -> str | None:
    """The problem of a PNG, None if there is none."""
    if not isinstance(content, bytes) or not content.startswith(_SIGNATURE):
        return "it is not a PNG"
    try:
        chunks = list(chunks_of(content))
    except (struct.error, ValueError):
        return "it is a damaged PNG"
    if not chunks or chunks[0][0] != b"IHDR" or chunks[-1][0] != b"IEND" or len(chunks[0][1]) != 13:
        return "it is an incomplete PNG"
    width, height, depth, colour, _, _, interlaced = struct.unpack(">LLBBBBB", chunks[0][1])
    if not (0 < width <= _LARGEST_SIDE and 0 < height <= _LARGEST_SIDE) or colour not in _SAMPLES or interlaced:
        return f"it is a PNG of an odd kind, {width} x {height}"
    size = height * (1 + (width * depth * _SAMPLES[colour] + 7) // 8)
    return _pixel_problem(b"".join(body for kind, body in chunks if kind == b"IDAT"), size)


def chunks_of(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Kind and body of each chunk; raises struct.error, ValueError."""
    at = len(_SIGNATURE)
    while at < len(content):
        length, kind = struct.unpack_from(">L4s", content, at)
        body = content[at + 8 : at + 8 + length]
        (checksum,) = struct.unpack_from(">L", content, at + 8 + length)
        if zlib.crc32(kind + body) != checksum:
            raise ValueError(kind)
        yield kind, body
        at += length + 12


def _pixel_problem(packed: bytes, size: int) -> str | None:
    unpacker = zlib.decompressobj()
    try:
        pixels = unpacker.decompress(packed, size + 1)
    except zlib.error:
        return "its pixels cannot be unpacked"
    return None if len(pixels) == size else f"it should have {size:,} bytes of pixels and has {len(pixels):,}"
