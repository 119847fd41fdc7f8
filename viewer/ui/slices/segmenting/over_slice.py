"""A segmentation over one pane of slices, at the resolution of the screen, and the segments under the pointer."""

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from PyQt5.QtCore import QRectF, QSize
from PyQt5.QtGui import QPainter

from bundle.errors import BundleError
from viewer.images import early
from viewer.space.mapping import Mapping
from viewer.ui.slices.port import Port
from viewer.ui.slices.segmenting.layer import ColouredLabels, See, differences
from viewer.ui.slices.segmenting.words import named

if TYPE_CHECKING:  # they need NumPy, which loads after the first slices
    from numpy.typing import NDArray

    from viewer.segments.labels import Labels
    from viewer.ui.slices.viewing import Viewing


class SegmentsOverSlice:
    """What one pane has of the segmentation of its stack."""

    def __init__(self, viewing: "Viewing") -> None:
        self._segmenting = viewing.segmenting
        self._coloured = ColouredLabels()

    def paint(self, painter: QPainter, port: Port, mapping: Mapping, size: QSize, ratio: float) -> None:
        """Paint over the slice in a pane of `size`, if its pixels are there; `ratio` is that of device pixels."""
        labels = self._labels(port) if early.numpy_is_here() and port.here else None
        differing = None if labels is None else self._segmenting.comparing.differing(port.entry)
        every = differing or (() if labels is None else (labels,))
        window = _window(every, mapping, (size.width(), size.height()), ratio) if every else None
        if labels is None or window is None:
            self._coloured = ColouredLabels()
            return
        (left, right), (top, bottom) = window
        place = QRectF(left / ratio, top / ratio, (right - left) / ratio, (bottom - top) / ratio)
        see = [partial(self._see, each, port.state.index, mapping, window, ratio) for each in every]
        asked = every, port.state.index, mapping, window, ratio
        try:
            if differing is None:
                colours = self._segmenting.palette(labels.segmentation)
                self._coloured.paint(painter, place, asked, see[0], colours)
            else:
                self._paint_difference(painter, place, asked, see, differing)
        except BundleError:
            self._coloured = ColouredLabels()  # and what failed is told

    def _see(
        self, labels: "Labels", index: int, mapping: Mapping, window: "Window", ratio: float
    ) -> "Sequence[NDArray[Any]]":  # fmt: skip
        """The labels of one of the segmentations; if it turns out to be damaged, it alone is not shown any more."""
        try:
            return _seen(labels, index, mapping, window, ratio)
        except BundleError as error:
            self._segmenting.fail(labels.segmentation, error)
            raise

    def _paint_difference(
        self, painter: QPainter, place: QRectF, asked: object, see: "Sequence[See]", both: "tuple[Labels, Labels]"
    ) -> None:  # fmt: skip
        kept = [self._segmenting.palette(labels.segmentation) for labels in both]
        seeing = differences(see, kept)
        colours = self._segmenting.palette_of_difference()
        self._coloured.paint(painter, place, (asked, *kept), seeing, colours)

    def _labels(self, port: Port) -> "Labels | None":
        """Those of the pane: side by side, the second one has the other segmentation."""
        other = self._segmenting.comparing.other(port.entry)
        if other is not None and self._segmenting.comparing.is_second(port):
            return self._segmenting.labels_of(other)
        return self._segmenting.labels(port.entry)

    def value(self, port: Port, pointer: tuple[float, float]) -> str:
        """The shown segments at a place on the image, in pixels; empty if there is none."""
        labels = self._labels(port) if port.here else None
        if labels is None:
            return ""
        column, row = int(pointer[0] // 1), int(pointer[1] // 1)
        return named(self._segmenting, labels, port.state.index, row, column)


Window = tuple[tuple[int, int], tuple[int, int]]


def _window(every: "Sequence[Labels]", mapping: Mapping, size: tuple[int, int], ratio: float) -> Window | None:
    """From and to of the device pixels across and down whose centres lie in the box of all masks, within the pane."""
    tops, bottoms, lefts, rights = zip(*(labels.box for labels in every), strict=True)
    first_row, last_row, first_column, last_column = min(tops), max(bottoms), min(lefts), max(rights)
    left, top = mapping.to_screen(first_column, first_row)
    right, bottom = mapping.to_screen(last_column + 1, last_row + 1)
    across = _pixels(left * ratio, right * ratio, round(size[0] * ratio))
    down = _pixels(top * ratio, bottom * ratio, round(size[1] * ratio))
    return (across, down) if across[0] < across[1] and down[0] < down[1] else None


def _pixels(low: float, high: float, most: int) -> tuple[int, int]:
    """One pixel more on either side, so that an outline ends where its segment does."""
    return max(int(low) - 1, 0), min(int(high) + 2, most)


def _seen(
    labels: "Labels", index: int, mapping: Mapping, window: Window, ratio: float
) -> "Sequence[NDArray[Any]]":  # fmt: skip
    """The labels of these device pixels, by their centres."""
    import numpy as np

    from viewer.segments.picture import on_screen

    top, bottom, left, right = labels.box
    columns, _ = mapping.to_image((np.arange(*window[0]) + 0.5) / ratio, 0.0)  # type: ignore[arg-type]
    _, rows = mapping.to_image(0.0, (np.arange(*window[1]) + 0.5) / ratio)  # type: ignore[arg-type]
    across, down = (np.floor(places).astype(np.intp) for places in (columns, rows))
    beside = (across < left) | (across > right), (down < top) | (down > bottom)
    made = []
    for layer in labels.on_slice(index):
        seen = on_screen(layer, np.clip(down - top, 0, bottom - top), np.clip(across - left, 0, right - left))
        seen[:, beside[0]] = 0
        seen[beside[1]] = 0
        made.append(seen)
    return made
