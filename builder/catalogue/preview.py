"""Preview pictures and default windows, from the written files."""

from io import BytesIO
from pathlib import Path
import struct
import zlib

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from bundle.index.records import Frame, Instance
from bundle.presets import Window, spanning
from bundle.web import PREVIEW_GREYS, PREVIEW_SIDE

LARGEST_SIDE = 512
# The size of pictures in a report: sharp enough for print, and a hundred cases still fit a page that can be sent.
_SMALL_SIDE, _SMALL_QUALITY = 240, 80
_CT_WINDOW = (40.0, 400.0)
# A CT slice shows air and tissue; values that start above this are not Hounsfield units.
_AIR = -200.0
_PERCENTILES = (0.5, 99.5)

# Differences to the left, in which zlib only looks for runs: 5 % more bytes than with the best filter for each row and
# the usual search, in a third of the time.
_SUB = 1
# Shares of a window's greys: with fewer, a picture shows nothing; with more, it shows something.
_FLAT, _FULL = 0.05, 0.25

Pixels = NDArray[np.float64]
# The default window (center, width) in modality units, and the picture as PNG.
Preview = tuple[Window, bytes]


def make(root: Path, instance: Instance, frame: Frame, modality: str) -> Preview:
    """Window and picture of one frame of a written file."""
    stored = read_stored(root, instance, frame)
    values, empty = _rescaled(stored, frame), _padding(stored, instance)
    window = default_window(frame, modality, values if empty is None or empty.all() else values[~empty])
    grey = shown(values, window, frame.voi_lut_function)
    if instance.photometric_interpretation == "MONOCHROME1":
        np.subtract(1, grey, out=grey)
    if empty is not None:  # PS3.3 C.7.5.1.1.2: padding is not part of the image but background
        grey[empty] = 0
    return window, render_png(grey)


def _rescaled(stored: NDArray[np.integer], frame: Frame) -> Pixels:
    return np.asarray(stored * frame.rescale_slope + frame.rescale_intercept, dtype=np.float64)


def _padding(stored: NDArray[np.integer], instance: Instance) -> NDArray[np.bool_] | None:
    """Which stored values are padding; None if there is none."""
    value, limit = instance.pixel_padding_value, instance.pixel_padding_range_limit
    if value is None:
        return None
    low, high = sorted((value, value if limit is None else limit))
    found = np.asarray((stored >= low) & (stored <= high), np.bool_)
    return found if found.any() else None


def read_stored(root: Path, instance: Instance, frame: Frame) -> NDArray[np.integer]:
    """The stored values of one frame, shape (rows, columns), read from the written file."""
    size = instance.rows * instance.columns * instance.bits_allocated // 8
    with (root / instance.path).open("rb") as stream:
        stream.seek(instance.pixel_offset + frame.frame_index * size)
        stored = stream.read(size)
    kind = "i" if instance.pixel_representation else "u"
    values = np.frombuffer(stored, f"<{kind}{instance.bits_allocated // 8}")
    return _stored_bits(values, instance).reshape(instance.rows, instance.columns)


def _stored_bits(values: NDArray[np.integer], instance: Instance) -> NDArray[np.integer]:
    """Only the bits that belong to the sample, sign extended (PS3.5 8.1.1)."""
    unused = instance.bits_allocated - instance.bits_stored
    return (values << unused) >> unused if unused else values


def default_window(frame: Frame, modality: str, values: Pixels) -> Window:
    """(center, width) in modality units: the file's own, else a window that suits the modality and the values."""
    if frame.window is not None:
        return _of_stored_values(frame, frame.window, values) if modality == "MR" else frame.window
    low, high = np.percentile(values, _PERCENTILES)
    if modality == "CT" and float(values.min()) < _AIR and high > _CT_WINDOW[0] - _CT_WINDOW[1] / 2:
        return _CT_WINDOW
    return spanning(float(low), float(high))


def _of_stored_values(frame: Frame, window: Window, values: Pixels) -> Window:
    """A window in modality units, even if the file means it for stored values.

    PS3.3 C.11.2 applies windows after the rescale, IHE BIR applies those of MR before it, and makers do either. If the
    rescaled values would use next to none of the window's greys and the stored values many, the window is for stored
    values; if that is inconclusive, the standard decides.
    """
    slope, intercept = frame.rescale_slope, frame.rescale_intercept
    stored = (values - intercept) / slope
    if _greys(window, values) >= _FLAT or _greys(window, stored) < _FULL:
        return window
    center, width = window
    if frame.voi_lut_function not in ("", "LINEAR"):
        return center * slope + intercept, width * abs(slope)
    # The linear function (PS3.3 C.11.2.1.2.1) takes half a unit off the center and a whole one off the width, here of
    # stored values: so every pixel keeps its grey, and the width stays above 1, however small the slope is.
    return (center - 0.5) * slope + intercept + 0.5, (width - 1) * abs(slope) + 1


def _greys(window: Window, values: Pixels) -> float:
    """The share of a window's greys between the least and the greatest of the values."""
    low, high = window[0] - window[1] / 2, window[0] + window[1] / 2
    return float(min(values.max(), high) - max(values.min(), low)) / window[1]


def shown(values: Pixels, window: Window, function: str) -> Pixels:
    """Values through a window, from 0 for black to 1 for white, by a function of PS3.3 C.11.2.1.2.1 or C.11.2.1.3."""
    center, width = window
    if function == "SIGMOID":
        return np.asarray(1 / (1 + np.exp(np.clip(-4 * (values - center) / width, -700, 700))))
    if function != "LINEAR_EXACT":
        center, width = center - 0.5, width - 1
    grey = values - center
    grey /= max(width, 1e-9)
    grey += 0.5
    return np.asarray(grey.clip(0, 1, out=grey))


def render_png(grey: Pixels) -> bytes:
    """An 8-bit grey PNG of a picture from 0 to 1, its longer side at most LARGEST_SIDE; it overwrites the picture."""
    grey *= 255
    picture = Image.fromarray(np.rint(grey, out=grey).astype(np.uint8))
    picture.thumbnail((LARGEST_SIDE, LARGEST_SIDE))
    return _png(np.asarray(picture))


def _png(grey: NDArray[np.uint8]) -> bytes:
    """PNG (ISO/IEC 15948) of 8-bit grey, shape (rows, columns); Pillow tries five filters for each row instead."""
    rows, columns = grey.shape
    filtered = np.empty((rows, columns + 1), np.uint8)
    filtered[:, 0] = _SUB
    filtered[:, 1] = grey[:, 0]
    np.subtract(grey[:, 1:], grey[:, :-1], out=filtered[:, 2:])
    packer = zlib.compressobj(level=1, strategy=zlib.Z_RLE)
    packed = packer.compress(filtered.tobytes()) + packer.flush()
    header = struct.pack(">LLBBBBB", columns, rows, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", packed) + _chunk(b"IEND", b"")


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">L", len(content)) + kind + content + struct.pack(">L", zlib.crc32(kind + content))


def shrink(png: bytes) -> bytes:
    """A smaller JPEG of the same picture; the PNG itself if it cannot be read."""
    try:
        with Image.open(BytesIO(png), formats=["PNG"]) as picture:
            small = picture.convert("L")
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return png
    small.thumbnail((_SMALL_SIDE, _SMALL_SIDE))
    buffer = BytesIO()
    small.save(buffer, "JPEG", quality=_SMALL_QUALITY)
    return buffer.getvalue()


def thumbnail(png: bytes) -> tuple[int, str]:
    """Columns and signs of the preview for browsers (`bundle.web`); none if the picture cannot be read."""
    try:
        with Image.open(BytesIO(png), formats=["PNG"]) as picture:
            grey = np.asarray(picture if picture.mode == "L" else (), np.int64)
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return 0, ""
    if not grey.size:
        return 0, ""
    side = -(-max(grey.shape) // PREVIEW_SIDE)
    starts = [np.arange(0, length, side) for length in grey.shape]
    sums = np.add.reduceat(np.add.reduceat(grey, starts[0], axis=0), starts[1], axis=1)
    heights, widths = (np.diff(np.append(start, length)) for start, length in zip(starts, grey.shape, strict=True))
    means = (2 * sums // np.outer(heights, widths) + 1) // 2
    return means.shape[1], "".join(PREVIEW_GREYS[level] for level in (means * len(PREVIEW_GREYS) // 256).flat)
