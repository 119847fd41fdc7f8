"""Colours for values that lie over another picture: black, red, orange, yellow, white, as of glowing iron; by NumPy."""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

Levels = NDArray[np.uint8]
# Premultiplied pixels, 0xAARRGGBB.
Colours = NDArray[np.uint32]

LEVELS = 256
# Below this level the colour fades away: without uptake, the picture below looks as if nothing lay over it.
FADES_BELOW = 64


@lru_cache(1)
def hot_iron() -> NDArray[np.uint8]:
    """The colour of every level, (256, 3): red rises first, then green, then blue."""
    level = np.arange(LEVELS)
    parts = (2 * level, 2 * (level - 128), 4 * (level - 192))
    return np.clip(np.stack(parts, axis=1), 0, LEVELS - 1).astype(np.uint8)


@lru_cache(128)
def translucent(opacity: float) -> Colours:
    """The pixel of every level, premultiplied, at an `opacity` from 0 to 1; level 0 is not seen at all."""
    share = np.minimum(np.arange(LEVELS) / FADES_BELOW, 1.0) * opacity
    alpha = np.rint(share * 255).astype(np.uint32)
    parts = np.rint(hot_iron() * (alpha / 255)[:, np.newaxis]).astype(np.uint32)
    made = (alpha << 24) | (parts[:, 0] << 16) | (parts[:, 1] << 8) | parts[:, 2]
    return np.asarray(made, np.uint32)


def levels_of(values: NDArray[np.floating], low: float, high: float) -> Levels:
    """Values to levels: `low` and below are 0, `high` and above 255, in proportion between them."""
    scaled = (values - np.float32(low)) * np.float32((LEVELS - 1) / max(high - low, 1e-9))
    return np.asarray(np.rint(np.clip(scaled, 0, LEVELS - 1)), np.uint8)
