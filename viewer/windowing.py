"""Stored values to grey levels: rescale, the linear VOI window through a lookup table, and the window presets."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from bundle.records import Stack, StackFrame

Values = NDArray[np.float64]
Grey = NDArray[np.uint8]
# Raw bit patterns as they lie in the file: uint8, uint16 or uint32, whatever they stand for.
Raw = NDArray[np.unsignedinteger]
Window = tuple[float, float]

GREY_LEVELS = 255
# PS3.3 C.11.2.1.2.1: the width of a linear window is at least 1.
MIN_WIDTH = 1.0
_PERCENTILES = (0.5, 99.5)
# A lookup table for 32 bits would have 4 billion entries: such values are computed one by one.
_MAX_TABLE_BITS = 16


@dataclass(frozen=True, slots=True)
class Preset:
    """A window with its name (English, to be shown through `tr`) and the number key that chooses it."""

    key: str
    name: str
    window: Window


CT_PRESETS = (
    Preset("1", "Brain", (40, 80)),
    Preset("2", "Subdural", (75, 215)),
    Preset("3", "Stroke", (40, 40)),
    Preset("4", "Soft tissue", (50, 400)),
    Preset("5", "Abdomen", (60, 400)),
    Preset("6", "Mediastinum", (50, 350)),
    Preset("7", "Lung", (-600, 1500)),
    Preset("8", "Bone", (400, 1800)),
    Preset("9", "Angio", (300, 600)),
)


@dataclass(frozen=True, slots=True)
class PixelKind:
    """How the bits of one stored value are to be read (PS3.5 section 8.1.1), and how grey runs."""

    bits_allocated: int
    bits_stored: int
    signed: bool
    monochrome1: bool
    padding: int | None

    @classmethod
    def of(cls, stack: Stack) -> "PixelKind":
        """The kind of the pixels of a stack."""
        return cls(
            bits_allocated=stack.bits_allocated,
            bits_stored=stack.bits_stored,
            signed=stack.pixel_representation == 1,
            monochrome1=stack.photometric_interpretation == "MONOCHROME1",
            padding=stack.pixel_padding_value,
        )


@dataclass(frozen=True, slots=True)
class Rescale:
    """Stored value * slope + intercept = the value that the window is applied to."""

    slope: float = 1.0
    intercept: float = 0.0

    def apply(self, stored: NDArray[np.int64]) -> Values:
        """Stored values to those that the window is applied to."""
        return np.asarray(stored * self.slope + self.intercept, dtype=np.float64)


def stored_values(raw: Raw, kind: PixelKind) -> NDArray[np.int64]:
    """Bit patterns to the numbers they stand for: bits above BitsStored are no part of the sample (PS3.5 8.1.1)."""
    values = raw.astype(np.int64) & ((1 << kind.bits_stored) - 1)
    if kind.signed:
        sign = 1 << (kind.bits_stored - 1)
        values = (values ^ sign) - sign
    return values


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
    grey = linear(rescale.apply(stored), window)
    if kind.monochrome1:  # PS3.3 C.7.6.3.1.2: the lowest value is white
        grey = GREY_LEVELS - grey
    if kind.padding is not None:  # PS3.3 C.7.5.1.1.2: padding is no part of the picture: it is the background
        grey = np.where(stored == kind.padding, np.uint8(0), grey)
    return np.asarray(GREY_LEVELS - grey if inverted else grey, dtype=np.uint8)


@lru_cache(maxsize=64)
def lookup_table(kind: PixelKind, rescale: Rescale, window: Window, inverted: bool) -> Grey:
    """Grey level of every bit pattern of 8 or 16 bits: shape (2 ** bits_allocated,)."""
    return _grey(_pattern_values(kind), kind, rescale, window, inverted)


def to_grey(raw: Raw, kind: PixelKind, rescale: Rescale, window: Window, inverted: bool = False) -> Grey:
    """Grey levels of raw pixels, in their shape."""
    if kind.bits_allocated > _MAX_TABLE_BITS:
        return _grey(stored_values(raw, kind), kind, rescale, window, inverted)
    return np.asarray(lookup_table(kind, rescale, window, inverted).take(raw), dtype=np.uint8)


def rescale_of(frame: StackFrame) -> Rescale:
    """The rescale of a slice, which comes before its window (PS3.3 C.11.1 and C.11.2), in every modality.

    IHE BIR wants MR and PET windowed over stored values, ignoring the rescale. Real scans speak against it. PET has
    another slope in each slice: the same uptake would flicker from slice to slice. Philips writes the windows of MR
    in rescaled units: stored values of 0 to 50 under a window of 378 / 465, a picture black all over. Where an MR has
    no rescale, both ways are the same.
    """
    return Rescale(frame.rescale_slope, frame.rescale_intercept)


def window_from_values(values: Values) -> Window:
    """A window over nearly all values of one slice: the outermost half percent on each side is left out."""
    low, high = np.percentile(values, _PERCENTILES)
    return float(low + high) / 2, max(float(high - low), MIN_WIDTH)


def preset_name(modality: str, window: Window) -> str:
    """The name of the CT preset that this window is, empty where it is none."""
    return next((p.name for p in CT_PRESETS if modality == "CT" and p.window == window), "")
