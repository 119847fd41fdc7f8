"""A preset for values without a scale, such as those of MR: from the values of the body itself."""

import numpy as np
from numpy.typing import NDArray

from viewer.space.voxel_volume import Solid

_SAMPLES, _BINS = 400_000, 512
# Brighter values are few, and would leave the rest dark.
_BRIGHT = 99.0
# Shares of the way from the darkest tissue to the bright end, colour and opacity.
_POINTS = (
    (0.0, 0.45, 0.30, 0.25, 0.0),
    (0.12, 0.72, 0.50, 0.42, 0.10),
    (0.45, 0.90, 0.74, 0.62, 0.38),
    (1.0, 1.0, 0.97, 0.92, 0.85),
)


def points_of_values(solid: Solid) -> tuple[tuple[float, float, float, float, float], ...]:
    """From the value that best separates background from tissue (Otsu, 1979) to the brightest of the body.

    Value in modality units, red, green, blue, opacity.
    """
    values = _some(solid)
    dark = _threshold(values)
    tissue = values[values > dark]
    bright = float(np.percentile(tissue, _BRIGHT)) if tissue.size else dark
    bright = max(bright, dark + 1e-3)
    return tuple((dark + share * (bright - dark), *rest) for share, *rest in _POINTS)  # type: ignore[misc]


def _some(solid: Solid) -> NDArray[np.float64]:
    """Known voxels at even distances, in modality units."""
    step = max(solid.voxels.size // _SAMPLES, 1)
    step += 1 - step % 2  # not in the same columns of each row
    voxels = solid.voxels.reshape(-1)[::step]
    known = np.ones(voxels.shape, bool) if solid.there is None else solid.there.reshape(-1)[::step] > 0
    values = voxels[known] if known.any() else voxels[:1]
    return np.asarray(values.astype(np.float64) * solid.rescale.slope + solid.rescale.intercept)


def _threshold(values: NDArray[np.float64]) -> float:
    """The value with the greatest variance between what is below and what is above."""
    low, high = np.percentile(values, (0.1, 99.5))
    counts, edges = np.histogram(values, _BINS, (low, max(high, low + 1e-3)))
    middles = (edges[:-1] + edges[1:]) / 2
    below = np.cumsum(counts)
    above = below[-1] - below
    sums = np.cumsum(counts * middles)
    with np.errstate(divide="ignore", invalid="ignore"):
        between = below * above * (sums / below - (sums[-1] - sums) / above) ** 2
    return float(edges[1 + int(np.nanargmax(between))]) if np.isfinite(between).any() else float(low)
