"""Counts the voxels of each segment in the masks of its file, and compares them with the index."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
import math

import numpy as np

from builder.check.segments.mask_file import Mask, MaskFile
from bundle.index.records import Segment, Stack

# Of a volume: the index has six decimals, of millilitres.
_TOLERANCE = 1e-3


@dataclass(slots=True)
class Counted:
    """The voxels of a segment that are not 0, the sum of their values, and the places with any."""

    voxels: int = 0
    total: int = 0
    places: set[int] = field(default_factory=set)

    def add(self, place: int, mask: Mask) -> None:
        """One frame."""
        voxels = int(np.count_nonzero(mask))
        self.voxels += voxels
        self.total += int(mask.sum(dtype=np.int64))
        self.places |= {place} if voxels else set()


def wrong_figures(
    segments: tuple[Segment, ...], counted: Mapping[int, Counted], file: MaskFile, stack: Stack
) -> Iterator[str]:
    """What the index says of a segment's extent, where that is not so."""
    greatest = int(file.values.get("MaximumFractionalValue") or 1)
    for segment in segments:
        found = counted[segment.number]
        expected = (found.voxels, min(found.places, default=None), max(found.places, default=None))
        if (segment.voxels, segment.first_slice, segment.last_slice) != expected:
            yield f"segment {segment.number}: voxels and slices should be {expected}"
        elif not _is_near(segment.volume_ml, _volume(found.total / greatest, stack)):
            yield f"segment {segment.number}: its volume is not that of its masks"


def _volume(parts: float, stack: Stack) -> float | None:
    """In ml; None where the distance between the slices is not the same everywhere."""
    single = stack.number_of_frames == 1
    depth = stack.slice_thickness if single else stack.spacing_between_slices if stack.is_volume else None
    if depth is None or stack.pixel_spacing is None:
        return None
    return parts * math.prod(stack.pixel_spacing) * depth / 1000


def _is_near(said: float | None, expected: float | None) -> bool:
    if said is None or expected is None:
        return said is expected
    return math.isclose(said, expected, rel_tol=_TOLERANCE, abs_tol=1e-5)
