"""A second opinion from an OCR engine, where one is installed: words that it reads with confidence."""

from functools import cache
import os
import shutil
import subprocess

import numpy as np

from builder.burned_in.marks import Pixels
from builder.burned_in.rows import Box

# Engines want letters of some thirty pixels' height.
_ZOOM = 3
_SECONDS = 30
_SMALLEST_SIDE = 100
_MARGIN = 2
# The build keeps all cores busy by itself.
_ONE_CORE = os.environ | {"OMP_THREAD_LIMIT": "1"}
# Noise and anatomy are read as short words, or with little confidence.
_LETTERS, _CONFIDENCE = 4, 88.0


@cache
def engine() -> str | None:
    """The path of tesseract; None where it is not installed."""
    return shutil.which("tesseract")


def read_words(pixels: Pixels) -> list[Box]:
    """Boxes around words in one frame, shape (rows, columns); none without an engine, or where it fails."""
    program = engine()
    if program is None or min(pixels.shape) < _SMALLEST_SIDE:
        return []
    low, high = np.percentile(pixels, (0.5, 99.8))
    grey = ((pixels - low) / max(float(high - low), 1.0)).clip(0, 1) * 255
    large = grey.astype(np.uint8).repeat(_ZOOM, 0).repeat(_ZOOM, 1)
    picture = b"P5 %d %d 255\n" % (large.shape[1], large.shape[0]) + large.tobytes()
    command = [program, "stdin", "stdout", "--psm", "11", "tsv"]
    try:
        done = subprocess.run(command, input=picture, capture_output=True, timeout=_SECONDS, check=True, env=_ONE_CORE)
    except (OSError, subprocess.SubprocessError):
        return []
    return [box for line in done.stdout.decode("utf-8", "replace").splitlines()[1:] if (box := _word(line.split("\t")))]


def _word(columns: list[str]) -> Box | None:
    if len(columns) != 12 or float(columns[10]) < _CONFIDENCE:
        return None
    if sum(map(str.isalnum, columns[11])) < _LETTERS:
        return None
    left, top, width, height = (int(value) // _ZOOM for value in columns[6:10])
    return Box(max(top - _MARGIN, 0), max(left - _MARGIN, 0), top + height + _MARGIN, left + width + _MARGIN)
