"""The self-test without its window: expected pixels straight from the file, their comparison, watchdog and report."""

from collections.abc import Callable
import io
import threading
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bundle.index.records import Stack, StackFrame
from bundle.medium.port import BundleMedium

# Two ways to compute one grey level may differ when the last bit of a number tips the rounding.
TOLERANCE = 1
# The test compares only screen pixels whose centre is this far inside an image pixel: at a seam either side is right.
_SEAM = 0.2
# A rendered volume must not be empty: at least this share of its pixels is not background, with this many greys.
MIN_SHARE = 0.005
MIN_GREY_LEVELS = 8
_BALL = 48


def expected_pixels(
    medium: BundleMedium, stack: Stack, frame: StackFrame, window: tuple[float, float], *, of_frame: bool
) -> NDArray[np.float64]:
    """A slice's grey levels, (rows, columns), by the formulas of PS3.3 C.11.2.1 in float64, from the file itself.

    On purpose it shares nothing with the pane's own path to its pixels: neither reader nor lookup table. `of_frame`
    means that the padding is the frame's own, not that of the stack.
    """
    letter = "i" if stack.pixel_representation else "u"
    size = stack.bits_allocated // 8
    count = stack.rows * stack.columns
    offset = frame.pixel_offset + frame.frame_index * count * size
    stored = np.frombuffer(_bytes_of(medium, frame.path, offset, count * size), f"<{letter}{size}")
    unused = np.array(stack.bits_allocated - stack.bits_stored, dtype=stored.dtype)
    stored = np.right_shift(np.left_shift(stored, unused), unused)
    x = stored.astype(np.float64) * frame.rescale_slope + frame.rescale_intercept
    y = _voi(x, window, frame.voi_lut_function or stack.voi_lut_function)
    if stack.photometric_interpretation == "MONOCHROME1":
        y = 255 - y
    padding = frame.pixel_padding_value if of_frame else stack.pixel_padding_value
    if padding is not None:
        limit = padding if frame.pixel_padding_range_limit is None else frame.pixel_padding_range_limit
        y[(stored >= min(padding, limit)) & (stored <= max(padding, limit))] = 0
    return np.asarray(y.reshape(stack.rows, stack.columns))


def _bytes_of(medium: BundleMedium, path: str, offset: int, length: int) -> bytes:
    with medium.open_at(medium.locate(path)[0]) as file:
        file.seek(offset)
        return io.BufferedReader(file).read(length)


def _voi(x: NDArray[np.float64], window: tuple[float, float], function: str) -> NDArray[np.float64]:
    """PS3.3 C.11.2.1.2.1 and C.11.2.1.3, with 0 for black and 255 for white."""
    c, w = window
    if function == "SIGMOID":
        return np.asarray(255 / (1 + np.exp(np.clip(-4 * (x - c) / w, -700, 700))))
    if function == "LINEAR_EXACT":
        return np.clip(((x - c) / w + 0.5) * 255, 0, 255)
    y = ((x - (c - 0.5)) / (w - 1) + 0.5) * 255 if w > 1 else np.where(x > c - 0.5, 255.0, 0.0)
    return y.clip(0, 255)


def compare(
    grabbed: NDArray[np.uint8], expected: NDArray[np.float64], to_image: Callable[[Any, Any], tuple[Any, Any]]
) -> tuple[int, int]:
    """(number of screen pixels compared, largest difference in grey levels).

    `grabbed` is the pane, (height, width); `to_image` maps the centre of a screen pixel to (column, row) in pixels.
    """
    height, width = grabbed.shape
    columns, _ = to_image(np.arange(width) + 0.5, 0.0)
    _, rows = to_image(0.0, np.arange(height) + 0.5)
    x, y = np.flatnonzero(_inside(columns, expected.shape[1])), np.flatnonzero(_inside(rows, expected.shape[0]))
    if not len(x) or not len(y):
        return 0, 255
    wanted = expected[np.ix_(np.floor(rows[y]).astype(int), np.floor(columns[x]).astype(int))]
    difference = np.abs(grabbed[np.ix_(y, x)] - np.floor(wanted + 0.5))
    return int(difference.size), int(difference.max())


def _inside(places: NDArray[np.float64], size: int) -> NDArray[np.bool_]:
    part = places - np.floor(places)
    return np.asarray((places >= 0) & (places < size) & (part > _SEAM) & (part < 1 - _SEAM))


def judge_render(picture: NDArray[np.uint8]) -> tuple[float, int]:
    """(share of pixels that are not background, number of grey levels) of an RGBA picture, (height, width, 4)."""
    grey = picture[..., :3].max(axis=2)
    background = grey[0, 0]
    return float(np.mean(grey != background)), len(np.unique(grey))


def ball() -> NDArray[np.float32]:
    """A volume with something to see: a ball whose density rises from nothing to its centre."""
    ways = np.meshgrid(*[np.linspace(-1.25, 1.25, _BALL, dtype=np.float32)] * 3, indexing="ij", sparse=True)
    return np.asarray(1000 * np.clip(1 - sum(way**2 for way in ways), 0, None), np.float32)


class Watchdog:
    """Calls `on_starved` in its own thread if nobody feeds it for `seconds`: the event loop may hang as well."""

    def __init__(self, seconds: float, on_starved: Callable[[], None]) -> None:
        self._seconds, self._on_starved = seconds, on_starved
        self._timer: threading.Timer | None = None

    def feed(self) -> None:
        """Restart the wait."""
        self.stop()
        self._timer = threading.Timer(self._seconds, self._on_starved)
        self._timer.daemon = True
        self._timer.start()

    def stop(self) -> None:
        """Stop waiting."""
        if self._timer is not None:
            self._timer.cancel()
