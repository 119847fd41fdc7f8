"""Cuts the labels of a segmentation on any plane through its stack: each pixel has those of the nearest voxel."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from viewer.scene.reslice_filter import ResliceFilter
from viewer.segments.labels import Labels
from viewer.space.mpr import Cut
from viewer.space.slice_runs import SliceRun
from viewer.space.voxel_volume import Solid


class LabelPlanes:
    """Holds complete labels until `close`; of a slab, the plane in its middle."""

    def __init__(self, labels: Labels, solid: Solid) -> None:
        self._runs, self._to_index = solid.runs, np.linalg.inv(solid.affine)
        self._corner = labels.box[2], labels.box[0]
        self._filters = [
            [ResliceFilter(layer[run.first : run.last + 1], nearest=True) for run in solid.runs]
            for layer in labels.layers
        ]  # fmt: skip

    def see(self, wanted: Cut) -> Sequence[NDArray[Any]]:
        """The labels of each layer on a plane, (rows, columns); 0 outside the voxels and in gaps."""
        to_index = self._to_index @ wanted.matrix
        return [self._of_layer(filters, to_index, wanted) for filters in self._filters]

    def _of_layer(
        self, filters: Sequence[ResliceFilter], to_index: NDArray[np.float64], wanted: Cut
    ) -> NDArray[Any]:  # fmt: skip
        cut = [self._of_run(filter_, run, to_index, wanted) for filter_, run in zip(filters, self._runs, strict=True)]
        made = cut[0]
        if len(cut) == 1:
            return made
        x, y = np.arange(wanted.columns), np.arange(wanted.rows)[:, np.newaxis]
        place = to_index[2, 0] * x + to_index[2, 1] * y + to_index[2, 3]
        made = np.zeros_like(made)
        for labels, run in zip(cut, self._runs, strict=True):
            there = (place >= run.low) & (place <= run.high)
            made[there] = labels[there]
        return made

    def _of_run(
        self, filter_: ResliceFilter, run: SliceRun, to_index: NDArray[np.float64], wanted: Cut
    ) -> NDArray[Any]:  # fmt: skip
        matrix = to_index.copy()
        matrix[:2, 3] -= self._corner
        matrix[2] /= run.step
        matrix[2, 3] -= run.start / run.step
        return np.array(filter_.layers(matrix, wanted.columns, wanted.rows, 1)[0])  # VTK uses its memory again

    def close(self) -> None:
        """Release the bytes."""
        for filters in self._filters:
            for filter_ in filters:
                filter_.close()
        self._filters = []
