"""Compares places in the patient: which marks belong to which lesion, or to which mark of another reader."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import linear_sum_assignment

Point = Sequence[float]


@dataclass(frozen=True, slots=True)
class Matched:
    """Pairs of indices with their distance in mm, each place in one pair at most."""

    pairs: tuple[tuple[int, int, float], ...]
    first: int
    second: int

    @property
    def alike(self) -> float:
        """Twice the pairs over all places of both: 1 if each has its partner, or if there is none at all."""
        return 2 * len(self.pairs) / (self.first + self.second) if self.first + self.second else 1.0


def match(first: Sequence[Point], second: Sequence[Point], radius: float) -> Matched:
    """As many pairs within the radius (mm) as possible, and among those the nearest (Kuhn 1955)."""
    if not first or not second:
        return Matched((), len(first), len(second))
    one, other = np.asarray(first, float), np.asarray(second, float)
    apart = np.linalg.norm(one[:, None, :] - other[None, :, :], axis=2)
    # A pair beyond the radius costs more than all pairs within it together.
    cost = np.where(apart <= radius, apart, (radius + 1) * (len(first) + len(second) + 1))
    rows, columns = linear_sum_assignment(cost)
    pairs = tuple(
        (int(row), int(column), float(apart[row, column]))
        for row, column in zip(rows, columns, strict=True)
        if apart[row, column] <= radius
    )
    return Matched(pairs, len(first), len(second))
