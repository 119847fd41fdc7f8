"""The series to scan, with gantry, kernel and heights."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from builder.demo.anatomy import abdomen, chest, head
from builder.demo.canvas import Canvas
from builder.demo.people import BELLY, CHEST_FIRST, CHEST_SECOND, HEAD, Visit
from builder.demo.plane import Gantry, ImagePlane, Point
from builder.demo.scanner import Kernel

Painter = Callable[[ImagePlane], Canvas]

PAINTERS: dict[str, Painter] = {
    "head": head.paint,
    "chest-1": partial(chest.paint, nodule_radius=4.5),
    "chest-2": partial(chest.paint, nodule_radius=7.5),
    "belly": abdomen.paint,
}


@dataclass(frozen=True)
class Storage:
    """How pixels are stored: signed or 12 bits unsigned, intercept, and the value outside the circle."""

    signed: bool
    intercept: int
    padding: int | None
    implicit: bool
    suffix: str


@dataclass(frozen=True)
class SeriesPlan:
    """One series of one visit.

    heights: z (mm) of the slices on the gantry axis, painter's coordinates, in the order of acquisition;
    shift: from the painter's coordinates to the scanner's (mm, LPS); window: centre and width in HU.
    """

    visit: Visit
    number: int
    description: str
    gantry: Gantry
    heights: tuple[float, ...]
    thickness: float
    kernel: Kernel
    window: tuple[int, int]
    kvp: int
    tube_current: int
    shift: Point
    storage: Storage
    scout: bool

    @property
    def key(self) -> str:
        return self.visit.key

    @property
    def step(self) -> float:
        """Distance between neighbouring planes along their normal, mm."""
        if len(self.heights) < 2:
            return self.thickness
        return abs(self.heights[1] - self.heights[0]) * self.gantry.down[1]

    def position(self, index: int) -> Point:
        """Image Position (Patient) of a slice."""
        x, y, z = self.gantry.corner(self.heights[index])
        return x + self.shift[0], y + self.shift[1], z + self.shift[2]

    def thinned(self, every: int) -> SeriesPlan:
        return replace(self, heights=self.heights[::every])


def _heights(first: float, step: float, count: int) -> tuple[float, ...]:
    return tuple(round(first + step * index, 3) for index in range(count))


_TWELVE_BITS = Storage(signed=False, intercept=-1024, padding=None, implicit=False, suffix="")
_PADDED = Storage(signed=True, intercept=-1024, padding=-2000, implicit=False, suffix=".dcm")
_PLAIN = Storage(signed=True, intercept=0, padding=None, implicit=True, suffix="")

_HEAD = SeriesPlan(
    HEAD, 2, "Schädel 3.0 H31s", Gantry(512, 0.46875, (0.0, 2.0), -15.0), _heights(-42.0, 3.0, 57), 3.0,
    Kernel("H31s", 0.45, 3.2, 0.42), (40, 80), 120, 320, (0.0, -118.5, 0.0), _TWELVE_BITS, scout=False,
)  # fmt: skip
_CHEST = SeriesPlan(
    CHEST_FIRST, 3, "Thorax 2.0 LUNG", Gantry(512, 0.78125, (0.0, 8.0)), _heights(98.0, -2.0, 132), 2.0,
    Kernel("LUNG", 0.4, 24.0, 0.5), (-500, 1500), 120, 180, (0.0, -150.0, -812.5), _PADDED, scout=True,
)  # fmt: skip
_CHEST_AGAIN = replace(
    _CHEST, visit=CHEST_SECOND, number=4, gantry=Gantry(512, 0.78125, (-3.0, 5.0)),
    heights=_heights(99.0, -2.0, 132), shift=(3.0, -147.0, -798.0), tube_current=165,
)  # fmt: skip
_BELLY = SeriesPlan(
    BELLY, 201, "ABD/PEL 4.0 SOFT", Gantry(512, 0.8203125, (0.0, 8.0)), _heights(202.0, -4.0, 105), 4.0,
    Kernel("SOFT", 0.55, 11.0, 0.38), (40, 400), 100, 140, (0.0, -140.0, -455.0), _PLAIN, scout=True,
)  # fmt: skip

SERIES = (_HEAD, _CHEST, _CHEST_AGAIN, _BELLY)


def paint_slice(series: SeriesPlan, index: int) -> Canvas:
    """The anatomy of one slice, HU, before the scanner's blur and noise."""
    return PAINTERS[series.key](series.gantry.plane(series.heights[index]))


def scan_total(plans: Iterable[SeriesPlan]) -> int:
    """How many slices the plans hold."""
    return int(np.sum([len(plan.heights) for plan in plans]))
