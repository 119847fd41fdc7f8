"""The outline of the patient in a picture: a mask must not touch it unless the researcher decides so."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from builder.burned_in.opencv import cv2

Bools = NDArray[np.bool_]
Values = NDArray[np.floating]

# Above lung and below fat, in Hounsfield units: skin and everything inside it.
_SKIN = -500.0
# Single bright voxels (a needle, letters) must not make all tissue look dark in comparison.
_PERCENTILES = (0.5, 99.0)
# A part larger than this share of the picture is not a letter; of a mosaic and of arms each part counts.
_PART = 0.005
# If nearly everything stands out from nothing, there is no known background.
_ALL = 0.95
# The margin around the body, as a share of the picture's shorter side: its edge is smooth.
_AROUND = 0.01
_SMALL = 128


def body_of(frame: Values, others: Sequence[Values] = (), *, hounsfield: bool = False) -> Bools:
    """The patient in a frame of modality units, shape (rows, columns), or in one of the `others` of the same series.

    Large parts count, with all that they enclose, so that a lung is body too; letters are too small, unless they touch
    it. If no background is recognisable, everything is body.
    """
    found = np.zeros(frame.shape, bool)
    for image in (frame, *(other for other in others if other.shape == frame.shape)):
        found |= _large_parts(_foreground(image, hounsfield))
    return np.ones(frame.shape, bool) if found.mean() > _ALL else found


def _foreground(frame: Values, hounsfield: bool) -> Bools:
    """The pixels brighter than air by Otsu's threshold, of square roots so that dim tissue counts as well."""
    low, high = np.percentile(frame, _PERCENTILES)
    scaled = np.sqrt(((frame - low) / max(float(high - low), 1e-9)).clip(0, 1))
    grey = np.rint(scaled * 255).astype(np.uint8)
    _, bright = cv2.threshold(grey, 0, 1, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    found = bright.astype(bool)
    return np.asarray(found | (frame > _SKIN) if hounsfield else found)


def _large_parts(foreground: Bools) -> Bools:
    """The parts that are not letters, without holes and with a margin."""
    side = min(foreground.shape)
    opened = cv2.morphologyEx(foreground.astype(np.uint8), cv2.MORPH_OPEN, _disc(5 if side >= _SMALL else 3))
    contours, _ = cv2.findContours(opened, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    filled = np.zeros(foreground.shape, np.uint8)
    cv2.drawContours(filled, contours, -1, 1, cv2.FILLED)
    _, labels, sizes, _ = cv2.connectedComponentsWithStats(filled)
    large = sizes[:, cv2.CC_STAT_AREA] >= _PART * filled.size
    large[0] = False
    around = max(2, round(_AROUND * side))
    return cv2.dilate(large[labels].astype(np.uint8), _disc(2 * around + 1)).astype(bool)


def _disc(size: int) -> NDArray[np.uint8]:
    return np.asarray(cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size)), np.uint8)
