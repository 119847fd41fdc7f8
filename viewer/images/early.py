"""Grey levels without NumPy, for the first slices: NumPy's libraries would be a third of the bytes read before them."""

from contextlib import suppress
from functools import lru_cache
import importlib
import math
from pathlib import Path
import sys
import threading

from bundle.presets import Window
from viewer.images.windowing import (
    GREY_LEVELS,
    LINEAR,
    LINEAR_EXACT,
    MAX_TABLE_BITS,
    MIN_EXACT_WIDTH,
    MIN_WIDTH,
    SIGMOID,
    STEEPEST,
    PixelKind,
    Rescale,
)

# How many slices to read before NumPy: those that a reader may scroll to at once come first.
NUMPY_AFTER = 64
# In the folder of the pack.
_LIBRARIES = ("numpy.libs/*", "numpy/_core/_multiarray_umath*", "numpy/linalg/_umath_linalg*")
_here = threading.Event()
_asked = threading.Event()


def numpy_is_here() -> bool:
    """Whether `viewer.images.grey` can be imported without waiting, or cannot be imported at all."""
    return _here.is_set()


def bring_numpy() -> None:
    """Start reading NumPy in a thread of its own, once; call this when the urgent files have been read."""
    if not _asked.is_set():
        _asked.set()
        threading.Thread(target=_bring, name="numpy", daemon=True).start()


def _bring() -> None:
    _read_ahead()
    with suppress(ImportError):  # it comes again, and the window reports it, when NumPy is needed
        importlib.import_module("viewer.images.grey")
    _here.set()


def _read_ahead() -> None:
    """Read NumPy's libraries before loading them: loading holds Python's lock, and the window would wait."""
    frozen = getattr(sys, "_MEIPASS", None)
    if frozen is None:
        return
    block = bytearray(1 << 20)
    for path in sorted(path for name in _LIBRARIES for path in Path(frozen).glob(name)):
        with suppress(OSError), path.open("rb", buffering=0) as file:
            while file.readinto(block):  # other threads run meanwhile
                pass


def can_show(kind: PixelKind) -> bool:
    """Whether this module can show such pixels."""
    return kind.bits_allocated <= MAX_TABLE_BITS


def to_grey(raw: memoryview, kind: PixelKind, rescale: Rescale, window: Window, inverted: bool = False) -> bytes:
    """The same bytes as `viewer.images.grey.to_grey` makes, for 8 or 16 bits allocated; `raw` are the slice's bytes."""
    table = lookup_table(kind, rescale, window, inverted)
    return bytes(map(table.__getitem__, raw.cast("H") if kind.bits_allocated > 8 else raw))


@lru_cache(maxsize=16)
def lookup_table(kind: PixelKind, rescale: Rescale, window: Window, inverted: bool) -> bytes:
    """Grey level of every bit pattern: 2 ** bits_allocated bytes."""
    stored = _stored_values(kind)
    shown = _FUNCTIONS[kind.voi]
    table = bytes(shown(value, window) for value in [value * rescale.slope + rescale.intercept for value in stored])
    if kind.monochrome1:  # PS3.3 C.7.6.3.1.2: the lowest value is white
        table = table.translate(_TURNED)
    if kind.empty is not None:  # PS3.3 C.7.5.1.1.2: padding is not part of the image but background
        low, high = kind.empty
        table = bytes(0 if low <= value <= high else grey for value, grey in zip(stored, table, strict=True))
    return table.translate(_TURNED) if inverted else table


_TURNED = bytes(range(GREY_LEVELS, -1, -1))


@lru_cache(maxsize=4)
def _stored_values(kind: PixelKind) -> tuple[int, ...]:
    """The value of every bit pattern (PS3.5 8.1.1)."""
    mask, sign = (1 << kind.bits_stored) - 1, 1 << (kind.bits_stored - 1)
    values = (pattern & mask for pattern in range(1 << kind.bits_allocated))
    return tuple((value ^ sign) - sign for value in values) if kind.signed else tuple(values)


def _linear(value: float, window: Window) -> int:
    """The LINEAR function of PS3.3 C.11.2.1.2.1 with the output range 0 to 255, rounded to the nearest."""
    center, width = window[0], max(window[1], MIN_WIDTH)
    if value <= center - 0.5 - (width - 1) / 2:
        return 0
    if value > center - 0.5 + (width - 1) / 2:
        return GREY_LEVELS
    return math.floor(((value - (center - 0.5)) / max(width - 1, 1e-12) + 0.5) * GREY_LEVELS + 0.5)


def _linear_exact(value: float, window: Window) -> int:
    """The LINEAR_EXACT function of PS3.3 C.11.2.1.3.2."""
    center, width = window[0], max(window[1], MIN_EXACT_WIDTH)
    return math.floor(min(max(((value - center) / width + 0.5) * GREY_LEVELS, 0), GREY_LEVELS) + 0.5)


def _sigmoid(value: float, window: Window) -> int:
    """The SIGMOID function of PS3.3 C.11.2.1.3.1."""
    center, width = window[0], max(window[1], MIN_EXACT_WIDTH)
    power = min(max(-4 * (value - center) / width, -STEEPEST), STEEPEST)
    return math.floor(GREY_LEVELS / (1 + math.exp(power)) + 0.5)


_FUNCTIONS = {LINEAR: _linear, LINEAR_EXACT: _linear_exact, SIGMOID: _sigmoid}
