"""The connected components of a mask, by its runs along the columns."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

Mask = NDArray[np.bool_]
_Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Components:
    """The runs of a mask, (slices, rows, columns): line, first column, column after the last, number of component.

    Voxels are connected by their faces. A line is slice * rows + row.
    """

    shape: tuple[int, int, int]
    line: _Ints
    start: _Ints
    end: _Ints
    label: _Ints

    @cached_property
    def number(self) -> int:
        """How many there are."""
        return int(self.label.max()) + 1 if len(self.label) else 0

    @cached_property
    def sizes(self) -> _Ints:
        """The voxels of each component."""
        return np.asarray(np.bincount(self.label, self.end - self.start, self.number).astype(np.int64))

    @cached_property
    def spans(self) -> _Ints:
        """How many slices, rows and columns each component spans, (components, 3)."""
        rows = self.shape[1]
        parts = [
            (self.line // rows, self.line // rows),
            (self.line % rows, self.line % rows),
            (self.start, self.end - 1),
        ]
        return np.stack([self._span(low, high) for low, high in parts], axis=1)

    def _span(self, low: _Ints, high: _Ints) -> _Ints:
        least, most = np.full(self.number, np.iinfo(np.int64).max), np.full(self.number, -1)
        np.minimum.at(least, self.label, low)
        np.maximum.at(most, self.label, high)
        return np.asarray(most - least + 1)

    def count(self, mask: Mask) -> _Ints:
        """How many voxels of each component lie within a mask of the same shape."""
        rows, columns = self.shape[0] * self.shape[1], self.shape[2]
        sums = np.zeros((rows, columns + 1), np.int32)
        np.cumsum(mask.reshape(rows, columns), axis=1, out=sums[:, 1:])
        inside = sums[self.line, self.end] - sums[self.line, self.start]
        return np.asarray(np.bincount(self.label, inside, self.number).astype(np.int64))

    def mask(self, which: NDArray[np.bool_]) -> Mask:
        """The voxels of these components."""
        chosen = which[self.label] if self.number else np.zeros(0, bool)
        rows, columns = self.shape[0] * self.shape[1], self.shape[2]
        edges = np.zeros((rows, columns + 1), np.int8)
        edges[self.line[chosen], self.start[chosen]] += 1
        edges[self.line[chosen], self.end[chosen]] -= 1
        return np.asarray(np.cumsum(edges[:, :-1], axis=1, dtype=np.int8).reshape(self.shape) > 0)


def components(mask: Mask) -> Components:
    """All components of a mask, (slices, rows, columns)."""
    slices, rows, columns = mask.shape
    line, start, end = _runs(mask)
    width = columns + 1
    first, last = line * width + start, line * width + end
    below = _neighbours(line, first, last, width, np.flatnonzero(line % rows < rows - 1), 1)
    behind = _neighbours(line, first, last, width, np.arange(len(line)), rows)
    label = _joined(len(line), np.concatenate([below[0], behind[0]]), np.concatenate([below[1], behind[1]]))
    return Components((slices, rows, columns), line, start, end, label)


def _runs(mask: Mask) -> tuple[_Ints, _Ints, _Ints]:
    """Line, first column and column after the last of each run, in the order of memory."""
    found: list[tuple[_Ints, _Ints, _Ints]] = []
    for number, part in enumerate(mask):
        padded = np.zeros((part.shape[0], part.shape[1] + 2), np.int8)
        padded[:, 1:-1] = part
        change = np.diff(padded, axis=1)
        row, start = np.nonzero(change == 1)
        _, end = np.nonzero(change == -1)
        found.append((row + number * part.shape[0], start, end))
    return tuple(np.concatenate(parts) for parts in zip(*found, strict=True))  # type: ignore[return-value]


def _neighbours(line: _Ints, first: _Ints, last: _Ints, width: int, these: _Ints, lines: int) -> tuple[_Ints, _Ints]:
    """Pairs of runs of which the second overlaps the first so many lines further on."""
    by = lines * width
    low = np.searchsorted(last, first[these] + by, "right")
    high = np.searchsorted(first, last[these] + by, "left")
    counts = np.maximum(high - low, 0)
    one = np.repeat(these, counts)
    within = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
    return one, np.repeat(low, counts) + within


def _joined(number: int, one: _Ints, other: _Ints) -> _Ints:
    """The number of the component of each run, from 0 on, if these pairs are connected."""
    parent = np.arange(number)
    while len(one):
        a, b = parent[one], parent[other]
        apart = a != b
        one, other, a, b = one[apart], other[apart], a[apart], b[apart]
        np.minimum.at(parent, np.maximum(a, b), np.minimum(a, b))
        while True:
            further = parent[parent]
            if np.array_equal(further, parent):
                break
            parent = further
    return np.asarray(np.unique(parent, return_inverse=True)[1])
