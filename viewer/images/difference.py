"""One stack minus another on the same grid: a stack of its own in memory, with the places of the first; by NumPy."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from bundle.errors import BundleError, DamagedFile
from bundle.index.records import Stack, StackFrame
from viewer.images.volume import LoadedStack
from viewer.images.windowing import LINEAR

# Differences are kept as whole numbers of steps: of 1 where all values are whole, else of this share of the largest.
_WHOLE_BITS, _FINE_BITS = 16, 32
_FINE_STEPS = 2**30
# The share of all differences that the window at the start shows, in percent.
_SHOWN = 99.0
# For the window, every n-th value is enough.
_SAMPLED = 7


def difference(first: LoadedStack, other: LoadedStack, number: int, note: str, said: str) -> LoadedStack:
    """The complete stack `first` minus `other`, in modality units, as stack `number`; raises MemoryError.

    Its `note` names the two; `said` stands on each of its images. A slice that failed in one of them fails here, too,
    and what is padding in one of them is padding here.
    """
    step, bits = _step(first, other)
    kept = (1 << (bits - 1)) - 1
    stack = _stack(first.stack, number, note, bits, kept)
    made = LoadedStack(stack, [_frame(frame, step, said, kept) for frame in first.frames])
    sampled: list[NDArray[np.float64]] = []
    for index in range(len(made.slices)):
        failure = first.failure(index) or other.failure(index)
        # Never read again, as a slice is that was missing with its medium: its file holds no differences.
        made.slices[index] = True if failure is None else DamagedFile(made.frames[index].path, _reason(failure))
        if failure is None:
            values = _fill(made, index, first, other, step, kept)
            sampled.append(np.abs(values.ravel()[::_SAMPLED]))
    width = 2 * float(np.percentile(np.concatenate(sampled), _SHOWN)) if sampled else 1.0
    made.stack = replace(stack, window=(0.0, max(width, 10 * step)))
    return made


def _fill(
    made: LoadedStack, index: int, first: LoadedStack, other: LoadedStack, step: float, kept: int
) -> NDArray[np.float64]:
    """Put one slice of differences in its place; returns those that count."""
    one, here = first.values_and_counts(index)
    two, there = other.values_and_counts(index)
    counts = here & there
    stored = np.where(counts, np.rint((one - two) / step), kept)
    made.voxels[index] = stored.astype(f"<i{made.stack.bits_allocated // 8}").view(made.voxels.dtype)
    return (one - two)[counts]


def _step(first: LoadedStack, other: LoadedStack) -> tuple[float, int]:
    """How many units one stored step is, and in how many bits all differences fit."""
    whole, most = True, 0.0
    for index in range(len(first.slices)):
        if first.failure(index) is None and other.failure(index) is None:
            values = first.modality_values(index) - other.modality_values(index)
            most = max(most, float(np.abs(values).max(initial=0.0)))
            whole = whole and bool(np.array_equal(values, np.rint(values)))
    if whole and most < (1 << (_WHOLE_BITS - 1)) - 1:
        return 1.0, _WHOLE_BITS
    return max(most, 1e-9) / _FINE_STEPS, _FINE_BITS


def _reason(failure: BundleError) -> str:
    """Why a slice failed, without the path of its file."""
    return str(failure.details.get("reason", failure))


def _stack(first: Stack, number: int, note: str, bits: int, padding: int) -> Stack:
    return replace(
        first, stack_id=number, bits_allocated=bits, bits_stored=bits, pixel_representation=1,
        photometric_interpretation="MONOCHROME2", pixel_padding_value=padding, voi_lut_function=LINEAR,
        notes="; ".join(filter(None, (note, first.notes))),
    )  # fmt: skip


def _frame(frame: StackFrame, step: float, said: str, padding: int) -> StackFrame:
    return replace(
        frame, rescale_slope=step, rescale_intercept=0.0, window=None, voi_lut_function="", pixel_padding_value=padding,
        pixel_padding_range_limit=None, altered="; ".join(filter(None, (said, frame.altered))),
    )  # fmt: skip
