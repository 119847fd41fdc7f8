"""The self-test counts the voxels of each segment as the panes show them, beside what the index says."""

import numpy as np

from bundle.index.records import Segmentation
from bundle.medium.port import BundleMedium
from viewer.entries import Entry
from viewer.startup.report import SegmentsResult
from viewer.ui.slices.segmenting.arriving import ArrivingLabels


def count_segments(medium: BundleMedium, entry: Entry, segmentation: Segmentation) -> SegmentsResult:
    """One segmentation of a stack, read as for the window."""
    result = SegmentsResult(entry.study.case, segmentation.series_instance_uid)
    result.expected = sum(segment.voxels for segment in segmentation.segments)
    arriving = ArrivingLabels(medium, segmentation, entry.stack)
    arriving.read()
    if arriving.failure is not None or arriving.labels is None:
        result.reason = str(arriving.failure)
        return result
    labels = arriving.labels
    number = len(labels.segments) + 1
    counts = sum((np.bincount(layer.ravel(), minlength=number) for layer in labels.layers), np.zeros(number, np.int64))
    result.voxels = int(counts[1:].sum())
    wanted = [segment.voxels for segment in labels.segments]
    # Of fractions the index counts all that are not 0, and the panes show those from half a voxel on.
    right = np.all(counts[1:] <= wanted) if labels.is_fractional else counts[1:].tolist() == wanted
    result.ok = bool(right)
    if not result.ok:
        result.reason = "the panes show another number of voxels than the index says"
    return result
