"""The masks of all segments as voxels: a label for each voxel, and more layers only where segments overlap."""

from collections.abc import Sequence
import threading
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bundle.errors import BundleError
from bundle.index.records import Segment
from bundle.segments import RUNS
from viewer.images import memory
from viewer.segments.compact import Box, CompactForm, Mask, PackedMask, SegmentationDamaged
from viewer.segments.fractions import HALF
from viewer.words import tr

Layer = NDArray[Any]
# Of the memory that one stack may take, the labels of one segmentation may take this share.
_SHARE = 0.5


class TooManyLayers(BundleError):
    """A segmentation whose segments overlap so often that this PC cannot hold it."""

    def __init__(self) -> None:
        super().__init__(
            "The segmentation is not shown: its segments overlap so often that this PC has too little memory for it. "
            "View it on a PC with more memory."
        )


class Labels:
    """Labels count from 1 in the order of the segments; 0 is none.

    Slices are unpacked when they are asked for, or all by `fill`; any thread may ask. In a slice, a segment lies in the
    first layer where it meets no other. Of fractions, those that are at least half of a voxel count as inside.
    """

    def __init__(self, form: CompactForm, slices: int, whole: int = 1) -> None:
        """`whole` is the stored value of a whole voxel."""
        self.form, self.whole = form, whole
        self.segmentation = form.segmentation
        top, bottom, left, right = self.box = form.box
        self._kind = np.dtype(np.uint8 if len(self.segments) < 256 else np.uint16)
        self._shape = slices, bottom - top + 1, right - left + 1
        self._layers: list[Layer] = []
        self._there = [False] * slices
        self._counts = np.zeros(len(self.segments), np.int64)
        self._lock = threading.Lock()
        self.arrived = 0

    @property
    def segments(self) -> Sequence[Segment]:
        """Those of the index."""
        return self.segmentation.segments

    @property
    def is_fractional(self) -> bool:
        """Whether its values are fractions of voxels."""
        return self.form.kind != RUNS

    @property
    def slices(self) -> int:
        """Of its stack."""
        return self._shape[0]

    @property
    def complete(self) -> bool:
        """Whether all slices have been unpacked, and have as many voxels as the index says."""
        return self.arrived == self.slices

    @property
    def layers(self) -> Sequence[Layer]:
        """(slices, rows, columns) of `box`, of all slices that are there."""
        return tuple(self._layers)

    def on_slice(self, place: int) -> list[Layer]:
        """The layers of a slice, (rows, columns) of `box`; raises SegmentationDamaged, TooManyLayers."""
        self._bring(place)
        return [layer[place] for layer in self._layers]

    def fill(self, place: int) -> None:
        """Unpack a slice; with the last one, compare the number of voxels with the index."""
        self._bring(place)

    def at(self, place: int, row: int, column: int) -> list[int]:
        """The labels of a voxel, counted in the images."""
        top, bottom, left, right = self.box
        if not (top <= row <= bottom and left <= column <= right and 0 <= place < self.slices):
            return []
        found = [int(layer[row - top, column - left]) for layer in self.on_slice(place)]
        return sorted(label for label in found if label)

    def share_at(self, label: int, place: int, row: int, column: int) -> float:
        """The fraction of a voxel that belongs to a segment."""
        for mask in self.form.of_slice.get(place, ()):
            if mask.segment == label - 1 and _holds(mask.box, row, column):
                value = self.form.unpacked(mask)[row - mask.box[0], column - mask.box[2]]
                return float(value) / self.whole
        return 0.0

    def middle_of(self, label: int, place: int) -> tuple[float, float]:
        """(column, row) of the middle of a segment's box on a slice, or of all masks if it has none there."""
        boxes = (mask.box for mask in self.form.of_slice.get(place, ()) if mask.segment == label - 1)
        top, bottom, left, right = next(boxes, self.box)
        return (left + right) / 2, (top + bottom) / 2

    def _bring(self, place: int) -> None:
        with self._lock:
            if not self._there[place]:
                for mask in self.form.of_slice.get(place, ()):
                    self._put(mask)
                self._there[place] = True
                self.arrived += 1
                if self.complete:
                    self._check_counts()

    def _put(self, mask: PackedMask) -> None:
        stored = self.form.unpacked(mask)
        self._counts[mask.segment] += np.count_nonzero(stored)
        inside = self.inside(stored)
        top, _, left, _ = self.box
        part = np.s_[mask.place, mask.box[0] - top : mask.box[1] - top + 1, mask.box[2] - left : mask.box[3] - left + 1]
        for layer in self._layers:
            if not np.any(layer[part].astype(bool) & inside):
                layer[part][inside] = mask.segment + 1
                return
        self._add_layer()[part][inside] = mask.segment + 1

    def inside(self, stored: Mask) -> NDArray[np.bool_]:
        """Which voxels count as inside a segment."""
        return stored.view(bool) if not self.is_fractional else stored >= HALF * self.whole

    def _add_layer(self) -> Layer:
        """Memory that nothing touches costs nothing: a layer takes what its masks need."""
        size = int(np.prod(self._shape)) * self._kind.itemsize
        if (len(self._layers) + 1) * size > memory.stack_bytes() * _SHARE:
            raise TooManyLayers
        self._layers.append(np.zeros(self._shape, self._kind))
        return self._layers[-1]

    def _check_counts(self) -> None:
        if self._counts.tolist() != [segment.voxels for segment in self.segments]:
            self.arrived -= 1
            reason = tr("it has another number of voxels than the index says")
            raise SegmentationDamaged(self.segmentation.path, reason)


def _holds(box: Box, row: int, column: int) -> bool:
    return box[0] <= row <= box[1] and box[2] <= column <= box[3]
