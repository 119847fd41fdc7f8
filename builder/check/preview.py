"""Whether a preview shows the slice that it claims, drawn anew from the file; a wrong picture is worse than none."""

from pathlib import Path
import zlib

import numpy as np
from numpy.typing import NDArray

from builder.check.dicomfile import DicomFile
from builder.check.png import chunks_of
from bundle.records import Frame, Stack

Grey = NDArray[np.float64]

# What rounding may change; and what making it smaller may, in the mean of a cell.
_ROUNDING, _RESAMPLING = 2.0, 8.0
_CELLS = 48


def shows_another(root: Path, stack: Stack, file: DicomFile, frame: Frame, png: bytes) -> bool:
    """Whether the upper half of the preview is not that of the frame; a preview of an odd kind is not judged."""
    shown = _upper_half(png)
    if shown is None or file.pixel_offset is None or stack.window[1] < 1:  # `index.window` reports that
        return False
    height, picture = shown
    drawn = _draw(root, stack, file, frame)
    if (height, picture.shape[1]) == drawn.shape:
        return bool(np.abs(picture - drawn[: len(picture)]).max() > _ROUNDING)
    if min(picture.shape) < _CELLS:
        return False
    upper = drawn[: max(round(len(drawn) * len(picture) / height), 1)]
    return bool(np.abs(_cells(picture) - _cells(upper)).mean() > _RESAMPLING)


def _draw(root: Path, stack: Stack, file: DicomFile, frame: Frame) -> Grey:
    """The slice as grey levels, by the linear function of PS3.3 C.11.2.1.2.1."""
    size = file.rows * file.columns * file.bits_allocated // 8
    with (root / file.path).open("rb") as stream:
        stream.seek((file.pixel_offset or 0) + frame.frame_index * size)
        pixels = stream.read(size)
    stored = np.frombuffer(pixels, f"<{'i' if file.pixel_representation else 'u'}{file.bits_allocated // 8}")
    unused = file.bits_allocated - file.bits_stored
    values = ((stored << unused) >> unused) * frame.rescale_slope + frame.rescale_intercept
    center, width = stack.window
    grey = (((values - (center - 0.5)) / max(width - 1, 1e-9)) + 0.5).clip(0, 1) * 255
    return np.asarray(255 - grey if file.photometric_interpretation == "MONOCHROME1" else grey).reshape(file.rows, -1)


def _cells(picture: Grey) -> Grey:
    """The means of a coarse grid, which hardly depend on how many pixels there are."""
    rows, columns = (np.arange(_CELLS) * length // _CELLS for length in picture.shape)
    sums = np.add.reduceat(np.add.reduceat(picture, rows, axis=0), columns, axis=1)
    counts = np.add.reduceat(np.add.reduceat(np.ones_like(picture), rows, axis=0), columns, axis=1)
    return np.asarray(sums / counts)


def _upper_half(png: bytes) -> tuple[int, Grey] | None:
    """Height of a grey picture of 8 bits, and its upper rows; None for any other kind."""
    chunks = list(chunks_of(png))
    head = chunks[0][1]
    width, height = int.from_bytes(head[:4], "big"), int.from_bytes(head[4:8], "big")
    if head[8:10] != b"\x08\x00":
        return None
    rows = (height + 1) // 2
    packed = b"".join(body for kind, body in chunks if kind == b"IDAT")
    lines = zlib.decompressobj().decompress(packed, rows * (width + 1))
    return height, _unfiltered(np.frombuffer(lines, np.uint8).reshape(rows, width + 1))


def _unfiltered(lines: NDArray[np.uint8]) -> Grey:
    """PNG specification, 9.2: each row says how it was made from its neighbours."""
    rows, above = np.empty((len(lines), lines.shape[1] - 1)), bytes(lines.shape[1] - 1)
    for number, line in enumerate(lines):
        above = _row(int(line[0]), line[1:], above)
        rows[number] = np.frombuffer(above, np.uint8)
    return rows


def _row(kind: int, line: NDArray[np.uint8], above: bytes) -> bytes:
    if kind == 1:
        return np.cumsum(line, dtype=np.uint8).tobytes()
    if kind == 2:
        return (line + np.frombuffer(above, np.uint8)).tobytes()
    if kind in (3, 4):
        return _average(line.tobytes(), above) if kind == 3 else _paeth(line.tobytes(), above)
    return line.tobytes()


def _average(line: bytes, above: bytes) -> bytes:
    made, left = bytearray(), 0
    for change, up in zip(line, above, strict=True):
        left = (change + (left + up) // 2) & 255
        made.append(left)
    return bytes(made)


def _paeth(line: bytes, above: bytes) -> bytes:
    made, left, corner = bytearray(), 0, 0
    for change, up in zip(line, above, strict=True):
        a, b, c = abs(up - corner), abs(left - corner), abs(left + up - 2 * corner)
        near = left if a <= b and a <= c else up if b <= c else corner
        left, corner = (change + near) & 255, up
        made.append(left)
    return bytes(made)
