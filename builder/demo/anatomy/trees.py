"""Branching vessels that reach every part of an organ."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from builder.demo.anatomy.shapes import Tubes

_Points = NDArray[np.float64]


@dataclass
class _Pieces:
    starts: list[_Points] = field(default_factory=list)
    ends: list[_Points] = field(default_factory=list)
    radii: list[tuple[float, float]] = field(default_factory=list)

    def add(self, start: _Points, end: _Points, radius: float, end_radius: float) -> None:
        self.starts.append(start)
        self.ends.append(end)
        self.radii.append((radius, end_radius))


def grow(root: tuple[float, float, float], targets: _Points, thin: float, seed: int) -> Tubes:
    """Tubes from `root` to every target (n, 3), mm; `thin` is the radius of the last twigs.

    Targets are halved along their longest axis at each fork; radii follow Murray's law, so the flow that
    enters a fork leaves it.
    """
    pieces = _Pieces()
    rng = np.random.default_rng([4711, seed])
    _branch(np.asarray(root, dtype=np.float64), targets, thin, rng, pieces)
    radii = np.asarray(pieces.radii, dtype=np.float32)
    starts, ends = np.asarray(pieces.starts, np.float32), np.asarray(pieces.ends, np.float32)
    return Tubes(starts, ends, radii[:, 0], radii[:, 1], reach=2.0)


def _branch(start: _Points, targets: _Points, thin: float, rng: np.random.Generator, pieces: _Pieces) -> None:
    radius = thin * len(targets) ** (1 / 2.8)
    if len(targets) == 1:
        pieces.add(start, targets[0], radius, thin * 0.6)
        return
    middle = targets.mean(axis=0)
    fork = start + 0.42 * (middle - start)
    bend = rng.normal(0, 0.05, 3) * np.linalg.norm(fork - start)
    _bent(start, fork, bend, radius, pieces)
    for half in _halves(targets, middle):
        _branch(fork, half, thin, rng, pieces)


def _bent(start: _Points, end: _Points, bend: _Points, radius: float, pieces: _Pieces) -> None:
    knee = (start + end) / 2 + bend
    pieces.add(start, knee, radius, radius)
    pieces.add(knee, end, radius, radius)


def _halves(targets: _Points, middle: _Points) -> tuple[_Points, _Points]:
    spread = targets - middle
    _, _, axes = np.linalg.svd(spread, full_matrices=False)
    order = np.argsort(spread @ axes[0], kind="stable")
    cut = len(order) // 2
    return targets[order[:cut]], targets[order[cut:]]
