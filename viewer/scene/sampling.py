"""How far apart the samples along a ray may lie, in mm: more samples cost more time, and fewer show rings."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from viewer.scene.render_presets import RenderPreset
from viewer.space.voxel_volume import Array

# As shares of the mean and of the least length of a voxel's edges, and never more than this: the presets have their
# opacities for a millimetre, however coarse the voxels are.
_OF_MEAN, _OF_LEAST, _MOST = 0.5, 0.65, 1.0
# Where the block of voxels ends within the body, tissue begins at once, and each ray meets it with its first sample,
# up to a whole step behind the face. So there a step takes at most this exponent of the light, but is not below _LEAST.
_OF_LIGHT, _LEAST = 0.8, 0.4
# Less opaque voxels are not seen, and so is a face with few others. Nothing is quite opaque: light comes this far.
_SEEN, _FEW, _DENSEST = 0.05, 0.02, 0.95
# Voxels of a face that are looked at, along each side.
_LOOKED_AT = 128


def usual_step(affine: Array) -> float:
    """For voxels with this matrix to mm."""
    lengths = np.linalg.norm(affine[:3, :3], axis=0)
    return float(min(_OF_MEAN * lengths.mean(), _OF_LEAST * lengths.min(), _MOST))


def step_at_faces(
    voxels: NDArray[np.generic], affine: Array, look: RenderPreset, box: tuple[float, ...], toward: tuple[float, ...]
) -> float:
    """For the faces of this part of the voxels, in shares along columns, rows and slices, that look at the eye.

    `toward` is the direction of the rays in patient LPS.
    """
    usual = usual_step(affine)
    if look.maximum:  # it has no first sample that hides the others
        return usual
    exponents = [_exponent(face, look) for face in _faces(voxels, affine, box, toward)]
    return max(min(usual, _OF_LIGHT / max(exponents, default=_OF_LIGHT / usual)), min(_LEAST, usual))


def _faces(
    voxels: NDArray[np.generic], affine: Array, box: tuple[float, ...], toward: tuple[float, ...]
) -> Iterator[NDArray[np.generic]]:
    """Some voxels of each face that rays enter by: a ray that goes up along an axis enters at its low end."""
    along = np.linalg.solve(affine[:3, :3], np.array(toward))
    ends = [
        (round(low * (size - 1)), round(high * (size - 1)))
        for low, high, size in zip(box[::2], box[1::2], voxels.shape[::-1], strict=True)
    ]
    whole = tuple(slice(low, high + 1, max((high + 1 - low) // _LOOKED_AT, 1)) for low, high in reversed(ends))
    for axis, (low, high) in enumerate(ends):
        if along[axis]:
            dimension = 2 - axis
            yield voxels[(*whole[:dimension], low if along[axis] > 0 else high, *whole[dimension + 1 :])]


def _exponent(face: NDArray[np.generic], look: RenderPreset) -> float:
    """Of the light that a millimetre behind the face takes: the median of what is seen there."""
    opaque = np.interp(
        face.astype(np.float64), [point[0] for point in look.points], [point[4] for point in look.points]
    )
    seen = opaque[opaque > _SEEN]
    if seen.size <= opaque.size * _FEW:
        return 1e-6
    return float(-np.log1p(-min(float(np.median(seen)), _DENSEST)))
