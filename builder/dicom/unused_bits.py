"""Clears the bits above Bits Stored in pixel words, and gives padding stored there a value within Bits Stored."""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from builder.dicom.pixels import PixelFormat
from builder.dicom.source_file import Values, number, number_at
from bundle.images.alterations import bits_cleared, joined, padding_rewritten

Words = NDArray[Any]
Mask = NDArray[np.bool_]

# Undeclared padding has one value, or two at the edges of a resampled picture.
_PADDING_VALUES = 2
# Padding has at least this many pixels: fewer are garbage.
_FEWEST_PADDED = 16
_PADDING, _LIMIT = "PixelPaddingValue", "PixelPaddingRangeLimit"
_SMALLEST, _LARGEST = "SmallestImagePixelValue", "LargestImagePixelValue"


class SettledBits(NamedTuple):
    """Pixels without anything above Bits Stored, and the attributes that the file gets for it."""

    form: PixelFormat
    pixels: bytes
    said: dict[str, object]


class _Padding(NamedTuple):
    """Which words are padding; the value and limit that the file gives for it, equal if it is a single value."""

    where: Mask
    old: tuple[int, int]
    new: tuple[int, int] | None  # None: there is no value left for it
    has_limit: bool


def settle_unused_bits(dataset: Values, form: PixelFormat, pixels: bytes) -> SettledBits:
    """The pixels with every value within Bits Stored, so that no overlay can hide and no garbage changes the picture.

    Bits above Bits Stored are not part of a value (PS3.5 8.1.1). Overlays there, declared in the header (retired,
    PS3.5 8.1.2 of 2004), and anything else there are cleared. Only padding is significant: it gets a value that no
    other pixel has, since clearing would turn it into tissue. If no value is free, all allocated bits count.
    """
    values, (lowest, highest) = np.frombuffer(pixels, _kind(form)), _range(form)
    whole = form.bits_stored == form.bits_allocated or (values.max() <= highest and values.min() >= lowest)
    if not whole or any(not lowest <= value <= highest for value in _padding_of(dataset, form)):
        return _settle(dataset, form, values)
    return SettledBits(form, pixels, {})


def padding_as_stored(dataset: Values, form: PixelFormat) -> dict[str, object]:
    """Padding attributes whose number has the opposite sign to the pixels, as the number that the pixels hold."""
    given = {keyword: number(dataset, keyword) for keyword in (_PADDING, _LIMIT)}
    return {
        keyword: _as_stored(value, form)
        for keyword, value in given.items()
        if value is not None and _as_stored(value, form) != value
    }


def _settle(dataset: Values, form: PixelFormat, values: Words) -> SettledBits:
    overlays = _overlay_bits(dataset, form)
    words = _without(values, overlays)
    clean = _cleared(words, form)
    padding = _declared(dataset, form, words, overlays)
    if not overlays and (padding is None or not padding.where.any()):  # a value without pixels hides no other padding
        padding = _besides(padding, _undeclared(dataset, form, words, clean))
    if padding is None:
        return _told(dataset, form, clean, [bits_cleared(form.bits_stored)], {})
    stray = bool(np.any((words != clean) & ~padding.where)) or bool(np.any(words != values))
    done = [bits_cleared(form.bits_stored)] if stray else []
    if padding.new is None:  # a picture that uses every possible value
        whole = form.with_all_bits()
        return _told(dataset, whole, np.where(padding.where, words, clean), done, {})
    low, high = sorted(padding.new)
    said: dict[str, object] = dict(zip((_PADDING, _LIMIT), padding.new[: 1 + padding.has_limit], strict=False))
    settled = np.where(padding.where, np.clip(words, low, high), clean)
    return _told(dataset, form, settled, [*done, padding_rewritten(padding.old, padding.new)], said)


def _besides(declared: _Padding | None, found: _Padding | None) -> _Padding | None:
    """Padding found in the pixels replaces a declared value that no pixel has."""
    if found is None or declared is None:
        return found or declared
    return found._replace(has_limit=declared.has_limit)


def _told(dataset: Values, form: PixelFormat, words: Words, done: list[str], said: dict[str, object]) -> SettledBits:
    """What was done, and the smallest and largest value if the source declares them."""
    ends = {_SMALLEST: words.min(), _LARGEST: words.max()}
    said |= {keyword: int(value) for keyword, value in ends.items() if keyword in dataset}
    if done:
        said["DerivationDescription"] = joined(done)
    return SettledBits(form, words.astype(_kind(form)).tobytes(), said)


def _kind(form: PixelFormat) -> np.dtype[Any]:
    return np.dtype(f"<{'i' if form.pixel_representation else 'u'}{form.bits_allocated // 8}")


def _range(form: PixelFormat) -> tuple[int, int]:
    """The smallest and the largest value that Bits Stored can hold."""
    most = 1 << (form.bits_stored - form.pixel_representation)
    return -most * form.pixel_representation, most - 1


def _as_stored(value: int, form: PixelFormat) -> int:
    """A number as a pixel word of this format: writers store padding as US or SS regardless of the pixels' sign."""
    size = 1 << form.bits_allocated
    if not -size // 2 <= value < size:  # no pixel can have this value
        return value
    word = value % size
    return word - size if form.pixel_representation and word >= size // 2 else word


def _cleared(words: Words, form: PixelFormat) -> Words:
    """Only the values of Bits Stored, with their sign."""
    unused = form.bits_allocated - form.bits_stored
    return (words << unused) >> unused


def _overlay_bits(dataset: Values, form: PixelFormat) -> int:
    """The bits above Bits Stored in which an overlay (60xx) lies (60xx,0102), without data of its own."""
    groups = [group << 16 for group in range(0x6000, 0x6020, 2)]
    places = [group | 0x0102 for group in groups if group | 0x0102 in dataset and group | 0x3000 not in dataset]
    above = (1 << form.bits_allocated) - (1 << form.bits_stored)
    found = 0
    for place in places:
        bit = number_at(dataset, place)
        # An unreadable position may be any of them.
        found |= above if bit is None or not 0 <= bit < form.bits_allocated else 1 << bit
    return found & above


def _without(words: Words, bits: int) -> Words:
    plain = np.dtype(f"<u{words.itemsize}")
    kept = np.array((1 << 8 * words.itemsize) - 1 - bits, plain)
    return (words.view(plain) & kept).view(words.dtype) if bits else words


def _padding_of(dataset: Values, form: PixelFormat) -> list[int]:
    """Padding value and range limit, or the value alone, as far as the file has them (PS3.3 C.7.5.1.1.2)."""
    value, limit = number(dataset, _PADDING), number(dataset, _LIMIT)
    return [] if value is None else [_as_stored(padding, form) for padding in (value, limit) if padding is not None]


def _declared(dataset: Values, form: PixelFormat, words: Words, overlays: int) -> _Padding | None:
    """Padding that the header declares outside of Bits Stored, whether a pixel has it or not; None if there is none."""
    given, (lowest, highest) = _padding_of(dataset, form), _range(form)
    if all(lowest <= value <= highest for value in given):
        return None
    first, last = (_as_stored(value & ~overlays, form) if overlays else value for value in (given[0], given[-1]))
    low, high = sorted((first, last))
    where = (words >= low) & (words <= high)
    old = given[0], given[-1]
    if low <= highest and high >= lowest:  # the rest of the range is already padding
        new = min(max(first, lowest), highest), min(max(last, lowest), highest)
        return _Padding(where, old, new, len(given) > 1)
    return _Padding(where, old, _free_value(form, words, where), len(given) > 1)


def _undeclared(dataset: Values, form: PixelFormat, words: Words, clean: Words) -> _Padding | None:
    """One or two values that are undeclared padding; None if they are garbage above real values.

    The bits below garbage form values that other pixels also have; those below padding are rarer in the picture.
    """
    outside = words != clean
    values, counts = np.unique(words[outside], return_counts=True)
    if not 0 < values.size <= _PADDING_VALUES or counts.max() < _FEWEST_PADDED or np.all(outside):
        return None
    most = int(counts.argmax())
    if np.count_nonzero(clean[~outside] == _cleared(values, form)[most]) >= counts[most]:
        return None
    old = int(values.min()), int(values.max())
    value = number(dataset, _PADDING)
    lowest, highest = _range(form)
    if value is not None and lowest <= _as_stored(value, form) <= highest:
        return _Padding(outside, old, (_as_stored(value, form),) * 2, False)
    return _Padding(outside, old, _free_value(form, words, outside), False)


def _free_value(form: PixelFormat, words: Words, padding: Mask) -> tuple[int, int] | None:
    """The smallest value that no other pixel has, as dark as possible, as value and limit."""
    lowest, highest = _range(form)
    used = np.unique(_cleared(words[~padding], form)).astype(np.int64)
    gaps = np.flatnonzero(used != np.arange(lowest, lowest + used.size))
    free = lowest + (int(gaps[0]) if gaps.size else used.size)
    return (free, free) if free <= highest else None
