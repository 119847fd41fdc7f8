"""Defines how stored values become grey levels: pixel format, rescale and window. `grey` computes them with NumPy."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, cast

from bundle.index.records import Stack, StackFrame
from bundle.index.schema import VOI_LUT_FUNCTIONS
from bundle.presets import CT_PRESETS, HU, Window

if TYPE_CHECKING:  # the viewer shows its first slices before it has NumPy
    import numpy as np
    from numpy.typing import NDArray

GREY_LEVELS = 255
# PS3.3 C.11.2.1.2.1: the width of a linear window is at least 1. That of the other functions is above 0 (C.11.2.1.3).
MIN_WIDTH, MIN_EXACT_WIDTH = 1.0, 1e-4
# Beyond this exponent of e a sigmoid is black or white.
STEEPEST = 700.0
# A lookup table for 32 bits would have 4 billion entries: such values are computed individually.
MAX_TABLE_BITS = 16
# PS3.3 C.11.2.1.3: the functions of a window.
LINEAR, LINEAR_EXACT, SIGMOID = VOI_LUT_FUNCTIONS


@dataclass(frozen=True, slots=True)
class PixelKind:
    """How to read the bits of one stored value (PS3.5 section 8.1.1), and the direction of the grey scale.

    All values from `padding` to `padding_limit` are padding. `voi` is the function of a window (PS3.3 C.11.2.1.3).
    """

    bits_allocated: int
    bits_stored: int
    signed: bool
    monochrome1: bool
    padding: int | None
    padding_limit: int | None = None
    voi: str = LINEAR

    @classmethod
    def of(cls, stack: Stack) -> "PixelKind":
        """The pixel kind of a stack."""
        return cls(
            bits_allocated=stack.bits_allocated,
            bits_stored=stack.bits_stored,
            signed=stack.pixel_representation == 1,
            monochrome1=stack.photometric_interpretation == "MONOCHROME1",
            padding=stack.pixel_padding_value,
            voi=stack.voi_lut_function or LINEAR,
        )

    def in_frame(self, frame: StackFrame) -> "PixelKind":
        """The same with the padding and the VOI LUT function of one slice."""
        return replace(
            self,
            padding=frame.pixel_padding_value,
            padding_limit=frame.pixel_padding_range_limit,
            voi=frame.voi_lut_function or self.voi,
        )

    @property
    def empty(self) -> tuple[int, int] | None:
        """First and last of the stored values that are padding (PS3.3 C.7.5.1.1.2)."""
        if self.padding is None:
            return None
        limit = self.padding if self.padding_limit is None else self.padding_limit
        return min(self.padding, limit), max(self.padding, limit)


@dataclass(frozen=True, slots=True)
class Rescale:
    """Stored value * slope + intercept = the value to which the window applies."""

    slope: float = 1.0
    intercept: float = 0.0

    def apply(self, stored: "NDArray[np.int64]") -> "NDArray[np.float64]":
        """Stored values to the values to which the window applies."""
        return cast("NDArray[np.float64]", stored * self.slope + self.intercept)


def rescale_of(frame: StackFrame) -> Rescale:
    """The rescale of a slice, which applies before its window (PS3.3 C.11.1 and C.11.2), in every modality.

    IHE BIR wants MR and PET windowed over stored values, ignoring the rescale. Real scans speak against it. Each PET
    slice has its own slope: the same uptake would flicker from slice to slice. Philips writes the windows of MR in
    rescaled units: stored values of 0 to 50 under a window of 378 / 465 make a black picture. For an MR without a
    rescale, both ways are the same.
    """
    return Rescale(frame.rescale_slope, frame.rescale_intercept)


def least_width(voi: str) -> float:
    """The narrowest window of a VOI LUT function."""
    return MIN_WIDTH if voi == LINEAR else MIN_EXACT_WIDTH


def preset_name(units: str, window: Window) -> str:
    """The name of the preset with this window, empty if there is none; presets are windows over Hounsfield units."""
    return next((p.name for p in CT_PRESETS if units == HU and p.window == window), "")
