"""Reads a PNG, and says whether every reader can show it: signature, checksums and the right amount of pixels."""

from collections.abc import Callable, Iterator
import struct
import zlib

import numpy as np
from numpy.typing import NDArray

Grey = NDArray[np.float64]
Lines = NDArray[np.uint8]
Levels = NDArray[np.int16]

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


def lines_of(png: bytes) -> Lines | None:
    """The filtered rows of a grey picture of 8 bits, shape (rows, 1 + columns); None for any other kind."""
    chunks = list(chunks_of(png))
    head = chunks[0][1]
    width, height = int.from_bytes(head[:4], "big"), int.from_bytes(head[4:8], "big")
    if head[8:10] != b"\x08\x00":
        return None
    packed = b"".join(body for kind, body in chunks if kind == b"IDAT")
    lines = zlib.decompressobj().decompress(packed, height * (width + 1))
    return np.frombuffer(lines, np.uint8).reshape(height, width + 1)


def unfiltered(lines: Lines) -> Grey:
    """PNG specification, 9.2: each row defines how its pixels follow from those to the left and above.

    A pixel needs its neighbours first, so all pixels of one diagonal (row + column) are computed at once. In
    `diagonals`, a row is a diagonal and a column a row of the picture; two diagonals and one row of zeros come before.
    """
    if lines[:, 0].max(initial=0) <= 1:  # as the builder writes them: no row needs the one above
        made = np.where(lines[:, :1] == 1, np.cumsum(lines[:, 1:], axis=1, dtype=np.uint8), lines[:, 1:])
        return np.asarray(made, np.float64)
    rows, width = lines.shape[0], lines.shape[1] - 1
    row, column = np.mgrid[:rows, :width]
    change = np.zeros((rows + width - 1, rows), np.int16)
    change[row + column, row] = lines[:, 1:]
    diagonals = np.zeros((rows + width + 1, rows + 1), np.int16)
    kinds = np.minimum(lines[:, 0], 4)
    for diagonal in range(rows + width - 1):
        left, up, corner = diagonals[diagonal + 1, 1:], diagonals[diagonal + 1, :-1], diagonals[diagonal, :-1]
        guesses = [guess(left, up, corner) for guess in GUESSES]
        foreseen: Levels = np.choose(kinds, guesses)
        diagonals[diagonal + 2, 1:] = (change[diagonal] + foreseen) & 255
    return np.asarray(diagonals[row + column + 2, row + 1], np.float64)


def _paeth(left: Levels, up: Levels, corner: Levels) -> Levels:
    """PNG specification, 9.4: the neighbour nearest to left + up - corner."""
    to_left, to_up, to_corner = abs(up - corner), abs(left - corner), abs(left + up - 2 * corner)
    other = np.where(to_up <= to_corner, up, corner)
    return np.where((to_left <= to_up) & (to_left <= to_corner), left, other)


# PNG specification, 9.2: the prediction of each filter, from the pixels to the left, above, and above to the left.
GUESSES: tuple[Callable[[Levels, Levels, Levels], Levels], ...] = (
    lambda left, up, corner: np.zeros_like(left),
    lambda left, up, corner: left,
    lambda left, up, corner: up,
    lambda left, up, corner: (left + up) >> 1,
    _paeth,
)
