"""Whether a preview shows the slice that it claims, by drawing that anew; a wrong picture is worse than none."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from builder.check.medium.dicom_file import DicomFile
from builder.check.png import GUESSES, lines_of, unfiltered
from bundle.index.records import Frame, Stack

Grey = NDArray[np.float64]
Lines = NDArray[np.uint8]

# The largest change by rounding; and by reduction, in the mean of a cell.
_ROUNDING, _RESAMPLING = 2.0, 8.0
_CELLS = 48


def shows_another(root: Path, stack: Stack, slices: Sequence[tuple[DicomFile, Frame]], png: bytes) -> bool:
    """Whether the preview does not show the slice that it claims; a preview of another format is not judged."""
    file, frame = slices[stack.preview_frame]
    lines = lines_of(png)
    if lines is None or file.pixel_offset is None or stack.window[1] <= 0:  # `index.window` reports that
        return False
    drawn = _draw(root, stack, file, frame)
    if _packs(lines, drawn):
        return False
    shown = unfiltered(lines)
    if shown.shape == drawn.shape:
        return bool(np.abs(shown - drawn).max() > _ROUNDING)
    if min(shown.shape) < _CELLS:
        return False
    # A reduced preview, by the writer's own method: it must resemble its slice more than the neighbouring ones.
    off = _difference(shown, drawn)
    beside = (slices[k] for k in (stack.preview_frame - 1, stack.preview_frame + 1) if 0 <= k < len(slices))
    return off > _RESAMPLING or any(_difference(shown, _draw(root, stack, *window)) < off / 2 for window in beside)


def _difference(a: Grey, b: Grey) -> float:
    return float(np.abs(_cells(a) - _cells(b)).mean())


def _draw(root: Path, stack: Stack, file: DicomFile, frame: Frame) -> Grey:
    """The slice as grey levels, by the functions of PS3.3 C.11.2.1.2.1 and C.11.2.1.3; padding is black."""
    size = file.rows * file.columns * file.bits_allocated // 8
    with (root / file.path).open("rb") as stream:
        stream.seek((file.pixel_offset or 0) + frame.frame_index * size)
        pixels = stream.read(size)
    stored = np.frombuffer(pixels, f"<{'i' if file.pixel_representation else 'u'}{file.bits_allocated // 8}")
    unused = file.bits_allocated - file.bits_stored
    stored = (stored << unused) >> unused
    values = np.asarray(stored * frame.rescale_slope + frame.rescale_intercept, np.float64)
    grey = _levels(values, stack.window, frame.voi_lut_function)
    grey = 255 - grey if file.photometric_interpretation == "MONOCHROME1" else grey
    padding, limit = file.pixel_padding_value, file.pixel_padding_range_limit
    if padding is not None:
        ends = padding, padding if limit is None else limit
        grey[(stored >= min(ends)) & (stored <= max(ends))] = 0
    return np.asarray(grey).reshape(file.rows, -1)


def _levels(values: Grey, window: tuple[float, float], function: str) -> Grey:
    center, width = window
    if function == "SIGMOID":
        return np.asarray(255 / (1 + np.exp(np.clip(-4 * (values - center) / width, -700, 700))))
    if function == "LINEAR_EXACT":
        return np.asarray((((values - center) / width) + 0.5).clip(0, 1) * 255)
    return np.asarray((((values - (center - 0.5)) / max(width - 1, 1e-9)) + 0.5).clip(0, 1) * 255)


def _cells(picture: Grey) -> Grey:
    """The means of a coarse grid, which hardly depend on the number of pixels."""
    rows, columns = (np.arange(_CELLS) * length // _CELLS for length in picture.shape)
    sums = np.add.reduceat(np.add.reduceat(picture, rows, axis=0), columns, axis=1)
    counts = np.add.reduceat(np.add.reduceat(np.ones_like(picture), rows, axis=0), columns, axis=1)
    return np.asarray(sums / counts)


def _packs(lines: Lines, drawn: Grey) -> bool:
    """Whether the rows encode exactly the picture, which usually saves decoding them pixel by pixel.

    If every pixel follows from its neighbours in `drawn`, then, from the first one on, no other picture can result.
    """
    rows, width = drawn.shape
    if lines.shape != (rows, width + 1):
        return False
    framed = np.zeros((rows + 1, width + 1), np.int16)
    framed[1:, 1:] = np.rint(drawn)
    for kind in range(5):
        which = np.flatnonzero(lines[:, 0] == kind)
        left, up, corner = framed[which + 1, :-1], framed[which, 1:], framed[which, :-1]
        if np.any((lines[which, 1:] + GUESSES[kind](left, up, corner)) & 255 != framed[which + 1, 1:]):
            return False
    return bool(lines[:, 0].max(initial=0) <= 4)
