"""Stored values to grey levels by NumPy: rescale, and the VOI window through a lookup table."""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from bundle.presets import Window, spanning
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

Values = NDArray[np.float64]
Grey = NDArray[np.uint8]
# Raw bit patterns as they lie in the file: uint8, uint16 or uint32, signed or not.
Raw = NDArray[np.unsignedinteger]

_PERCENTILES = (0.5, 99.5)


def stored_values(raw: Raw, kind: PixelKind) -> NDArray[np.int64]:
    """The numbers of bit patterns: bits above Bits Stored are no part of the sample (PS3.5 8.1.1)."""
    values = raw.astype(np.int64) & ((1 << kind.bits_stored) - 1)
    if kind.signed:
        sign = 1 << (kind.bits_stored - 1)
        values = (values ^ sign) - sign
    return values


def is_padding(stored: NDArray[np.int64], kind: PixelKind) -> NDArray[np.bool_]:
    """Which stored values are padding."""
    if kind.empty is None:
        return np.zeros(stored.shape, bool)
    low, high = kind.empty
    return np.asarray((stored >= low) & (stored <= high), bool)


def windowed(values: Values, window: Window, voi: str = LINEAR) -> Grey:
    """Grey levels, 0 to 255, by the VOI LUT function `voi` (PS3.3 C.11.2.1.3)."""
    return {LINEAR: linear, LINEAR_EXACT: linear_exact, SIGMOID: sigmoid}[voi](values, window)


def linear_exact(values: Values, window: Window) -> Grey:
    """The LINEAR_EXACT function of PS3.3 C.11.2.1.3.2 with the output range 0 to 255, rounded to the nearest."""
    center, width = window[0], max(window[1], MIN_EXACT_WIDTH)
    grey = ((values - center) / width + 0.5) * GREY_LEVELS
    return np.floor(np.clip(grey, 0, GREY_LEVELS) + 0.5).astype(np.uint8)


def sigmoid(values: Values, window: Window) -> Grey:
    """The SIGMOID function of PS3.3 C.11.2.1.3.1 with the output range 0 to 255, rounded to the nearest."""
    center, width = window[0], max(window[1], MIN_EXACT_WIDTH)
    power = np.clip(-4 * (values - center) / width, -STEEPEST, STEEPEST)
    return np.floor(GREY_LEVELS / (1 + np.exp(power)) + 0.5).astype(np.uint8)


def linear(values: Values, window: Window) -> Grey:
    """The LINEAR function of PS3.3 C.11.2.1.2.1 with the output range 0 to 255, rounded to the nearest."""
    center, width = window[0], max(window[1], MIN_WIDTH)
    below = values <= center - 0.5 - (width - 1) / 2
    above = values > center - 0.5 + (width - 1) / 2
    # A width of 1 is a threshold: every value is below or above, and the division is never used.
    between = ((values - (center - 0.5)) / max(width - 1, 1e-12) + 0.5) * GREY_LEVELS
    grey = np.where(below, 0.0, np.where(above, float(GREY_LEVELS), between))
    return np.floor(grey + 0.5).astype(np.uint8)


@lru_cache(maxsize=4)
def _pattern_values(kind: PixelKind) -> NDArray[np.int64]:
    patterns: Raw = np.arange(1 << kind.bits_allocated, dtype=np.uint32)
    return stored_values(patterns, kind)


def _grey(stored: NDArray[np.int64], kind: PixelKind, rescale: Rescale, window: Window, inverted: bool) -> Grey:
    grey = windowed(rescale.apply(stored), window, kind.voi)
    if kind.monochrome1:  # PS3.3 C.7.6.3.1.2: the lowest value is white
        grey = GREY_LEVELS - grey
    if kind.empty is not None:  # PS3.3 C.7.5.1.1.2: padding is not part of the image but background
        grey = np.where(is_padding(stored, kind), np.uint8(0), grey)
    return np.asarray(GREY_LEVELS - grey if inverted else grey, dtype=np.uint8)


@lru_cache(maxsize=64)
def lookup_table(kind: PixelKind, rescale: Rescale, window: Window, inverted: bool) -> Grey:
    """Grey level of every bit pattern of 8 or 16 bits: shape (2 ** bits_allocated,)."""
    return _grey(_pattern_values(kind), kind, rescale, window, inverted)


def to_grey(raw: Raw, kind: PixelKind, rescale: Rescale, window: Window, inverted: bool = False) -> Grey:
    """Grey levels of raw pixels, in their shape."""
    if kind.bits_allocated > MAX_TABLE_BITS:
        return _grey(stored_values(raw, kind), kind, rescale, window, inverted)
    return np.asarray(lookup_table(kind, rescale, window, inverted).take(raw), dtype=np.uint8)


def window_from_values(values: Values) -> Window:
    """A window over nearly all values of one slice: it ignores the outermost half percent on each side."""
    low, high = np.percentile(values, _PERCENTILES)
    return spanning(float(low), float(high))
