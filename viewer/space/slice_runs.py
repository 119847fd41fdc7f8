"""Slices along a stack, however far apart: runs of even steps, the gaps between them, and the place of each slice.

A place along a stack counts in its usual (median) steps from the first slice.
"""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from bundle.images.directions import gaps, tolerance

Array = NDArray[np.float64]

# The effect of rounding on places, in steps.
ROUNDING = 1e-6


@dataclass(frozen=True, slots=True)
class SliceRun:
    """Evenly spaced slices, `first` to `last`, their places, and how far the outer slices reach.

    A run ends with the slice where the next begins, at a gap, or with the stack. At a gap or end the last slice reaches
    half a step further, as voxels do.
    """

    first: int
    last: int
    start: float
    end: float
    low: float
    high: float

    @property
    def step(self) -> float:
        """From slice to slice; 1 for a single slice."""
        return (self.end - self.start) / (self.last - self.first) if self.last > self.first else 1.0


def runs_of(places: Array, usual: float) -> tuple[SliceRun, ...]:
    """The runs of slices at these places, (n,), ascending; `usual` is the usual step in mm."""
    empty = gaps([float(step) * usual for step in np.diff(places)])
    cuts = [0, *(index + 1 for index, gap in enumerate(empty) if gap), len(places)]
    return tuple(run for first, after in pairwise(cuts) for run in _unbroken(places, first, after - 1, usual))


def even(number: int) -> tuple[SliceRun, ...]:
    """A single run of this many slices, a step apart."""
    return (SliceRun(0, number - 1, 0.0, number - 1.0, -0.5, number - 0.5),)


def _unbroken(places: Array, first: int, last: int, usual: float) -> list[SliceRun]:
    ends = [first]
    while ends[-1] < last:
        ends.append(_reach(places, ends[-1], last, usual))
    pieces = list(pairwise(ends)) or [(first, first)]
    made = [SliceRun(a, b, *map(float, (places[a], places[b], places[a], places[b]))) for a, b in pieces]
    # Slices that lie closer than usual are thinner, and so are their halves.
    below, above = made[0], made[-1]
    made[0] = _with_edges(made[0], below.start - below.step / 2, made[0].high)
    made[-1] = _with_edges(made[-1], made[-1].low, above.end + above.step / 2)
    return made


def _with_edges(run: SliceRun, low: float, high: float) -> SliceRun:
    return SliceRun(run.first, run.last, run.start, run.end, low, high)


def _reach(places: Array, first: int, last: int, usual: float) -> int:
    """The last slice that lies, with all before it, on an even line from `first`."""
    reached = first + 1
    while reached < last:
        after = reached + 1
        line = np.linspace(places[first], places[after], after - first + 1)
        step = usual * float(places[after] - places[first]) / (after - first)
        if np.max(np.abs(places[first : after + 1] - line)) * usual > tolerance(step):
            break
        reached = after
    return reached


def empty_places(runs: tuple[SliceRun, ...]) -> tuple[tuple[float, float], ...]:
    """From and to of each gap: the places that no slice reaches."""
    return tuple((run.high, other.low) for run, other in pairwise(runs) if other.first != run.last)


def number_at(runs: tuple[SliceRun, ...], place: float) -> float:
    """The slice number, with fractions, at a place; in a gap, that of the nearest slice."""
    for run, other in pairwise((*runs, None)):
        assert run is not None
        if other is None or place <= run.end or (other.first != run.last and place <= (run.end + other.start) / 2):
            inside = min(max(place, run.start), run.end)
            return run.first + (inside - run.start) / run.step
    raise AssertionError("there is always a run")


def place_at(runs: tuple[SliceRun, ...], number: int) -> float:
    """The place of a slice."""
    run = next(run for run in runs if number <= run.last)
    return run.start + (number - run.first) * run.step
