"""Vertebrae, discs and ribs for the trunk."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import numpy as np

from builder.demo.anatomy.shapes import Ellipsoid, Loft, Tubes, joined, mirrored, tube
from builder.demo.canvas import Canvas
from builder.demo.plane import Extent, Image, ImagePlane


@dataclass(frozen=True)
class Vertebra:
    """One vertebra: middle of its body (y, z), the body's half width, half depth and half height, mm.

    `wing` is the reach of the transverse processes; `drop` how far the spinous process slants down.
    """

    y: float
    z: float
    width: float
    depth: float
    height: float
    wing: float
    drop: float

    def body(self, plane: ImagePlane) -> Image:
        """Distance to the body: a bean-shaped drum with a waist."""
        rise = np.clip(np.abs(plane.z - self.z) / self.height, 0, 1)
        swell = 0.90 + 0.10 * rise**2
        x, y = plane.x / (self.width * swell), (plane.y - self.y) / (self.depth * swell)
        dent = 0.22 * np.exp(-((plane.x / 9) ** 2)) * np.clip(y, 0, 1)
        radius = (np.abs(x) ** 2.3 + np.abs(y + dent) ** 2.3 + 1e-9) ** (1 / 2.3)
        drum = (radius - 1) * min(self.width, self.depth)
        result: Image = np.maximum(drum, np.abs(plane.z - self.z) - self.height).astype(np.float32)
        return result

    def arch(self) -> Tubes:
        """Pedicles, laminae, joints, transverse and spinous processes."""
        back, z = self.y + self.depth, self.z
        side: list[list[tuple[float, float, float, float]]] = [
            [(self.width * 0.62, back - 3, z + 3, 4.5), (13, back + 6, z + 2, 4.5), (14, back + 13, z + 1, 5),
             (8, back + 19, z - 4, 3.6), (0, back + 24, z - 7, 3.2)],
            [(14, back + 12, z + 2, 4.5), (self.wing, back + 13, z + 3, 3.4)],
            [(15, back + 12, z + 13, 4), (15, back + 12, z - 12, 4.5)],
        ]  # fmt: skip
        tip = [(0, back + 23, z - 6, 3.2), (0, back + 36, z - 8 - self.drop * 0.6, 3),
               (0, back + 46, z - 9 - self.drop, 3.8)]  # fmt: skip
        parts = [tube(knots, 8) for shape in side for knots in mirrored(shape)]
        return joined([*parts, tube(tip, 6)])

    @property
    def canal(self) -> float:
        """y of the middle of the spinal canal."""
        return self.y + self.depth + 9.5


@dataclass(frozen=True)
class VertebralBody:
    """The drum of a vertebra as a shape."""

    of: Vertebra

    def draw(self, plane: ImagePlane, field: Image) -> None:
        vertebra = self.of
        reach, high = vertebra.width + 20, vertebra.height + 10
        box = Extent((-reach, vertebra.y - reach, vertebra.z - high), (reach, vertebra.y + reach, vertebra.z + high))
        window = plane.window(box)
        if window is not None:
            np.minimum(field[window], vertebra.body(plane.cut(window)), out=field[window])


@lru_cache(maxsize=64)
def _arches(spine: tuple[Vertebra, ...]) -> Tubes:
    return joined(vertebra.arch() for vertebra in spine)


@lru_cache(maxsize=64)
def _discs(spine: tuple[Vertebra, ...]) -> tuple[Ellipsoid, ...]:
    return tuple(
        Ellipsoid((0, (a.y + b.y) / 2, (a.z + b.z) / 2), (b.width, b.depth, (a.z - b.z) / 2 - a.height + 7))
        for a, b in pairwise(spine)
    )


def paint_spine(canvas: Canvas, spine: tuple[Vertebra, ...], cord_ends: float, seed: int) -> None:
    """Discs, bone, and the canal with its cord down to z = `cord_ends` (mm)."""
    canvas.paint(canvas.field(*_discs(spine)), 85.0)
    bone = canvas.rough(canvas.field(_arches(spine), *(VertebralBody(v) for v in spine)), 0.35, 6.0, seed)
    canvas.bone(bone, 1.4, 780, 190, seed + 1)
    _paint_canal(canvas, spine, cord_ends)


def _paint_canal(canvas: Canvas, spine: tuple[Vertebra, ...], cord_ends: float) -> None:
    levels = sorted(spine, key=lambda v: v.z)
    rows = tuple((v.z, 0.0, v.canal, 9.5, 7.5, 2.1) for v in levels)
    canal = canvas.field(Loft(rows))
    canvas.paint(canal, -40.0)
    canvas.paint(canal + np.float32(1.6), 14.0)
    cord = tuple((z, x, y, 5.0, 3.8, 2.0) for z, x, y, *_ in rows if z > cord_ends)
    if len(cord) > 1:
        canvas.shape(38.0, Loft(cord))


@dataclass(frozen=True)
class Rib:
    """One pair of ribs: height of its head, how far it sinks to the front, and where its bone ends.

    `end` is an angle in degrees around the chest, 0 at the spine and 180 at the breastbone; `tip` is the
    height at which its cartilage meets the breastbone, None for a rib that ends free.
    """

    z: float
    drop: float
    end: float
    tip: float | None


def rib_curve(rib: Rib, cage: Loft, angles: Sequence[float]) -> list[list[float]]:
    """(x, y, z) of the left rib at angles around the cage; it lies on the cage's surface."""
    points = []
    for angle in angles:
        z = rib.z - rib.drop * (1 - np.cos(np.radians(angle * 180 / rib.end))) / 2
        points.append(on_cage(cage, angle, z))
    return points


def on_cage(cage: Loft, angle: float, z: float) -> list[float]:
    """Point (x, y, z) on the left of a loft at an angle in degrees, 0 behind and 180 in front."""
    x, y, a, b, n = cage.section(np.asarray([z]))[0]
    s, c = np.sin(np.radians(angle)), np.cos(np.radians(angle))
    return [x + a * abs(s) ** (2 / n), y + b * np.sign(c) * abs(c) ** (2 / n), z]


def rib_bones(ribs: Sequence[Rib], cage: Loft, spine: Sequence[Vertebra]) -> Tubes:
    """The bony part of all ribs, both sides; heads meet the vertebrae at their sides."""
    parts: list[Tubes] = []
    for rib in ribs:
        at = min(spine, key=lambda v: abs(v.z - rib.z))
        head = [at.width - 2, at.y + at.depth - 4, rib.z]
        neck = [at.wing - 4, at.canal, rib.z + 2]
        arc = rib_curve(rib, cage, np.linspace(24, rib.end, 22).tolist())
        parts += [_rib(side) for side in mirrored([head, neck, *arc])]
    return joined(parts, squeeze=1.55, reach=3.0)


def _rib(points: list[list[float]]) -> Tubes:
    return tube([[*p, 4.1] for p in points], 66)


def rib_cartilage(ribs: Sequence[Rib], cage: Loft, edge: float) -> Tubes:
    """Cartilage from the ends of the ribs to the edge (x, mm) of the breastbone, both sides."""
    parts: list[Tubes] = []
    for rib in ribs:
        if rib.tip is not None:
            start = on_cage(cage, rib.end, rib.z - rib.drop)
            between = on_cage(cage, (rib.end + 172) / 2, rib.z - rib.drop - 6)
            end = on_cage(cage, 176, rib.tip)
            knots = [start, between, [edge, *end[1:]]]
            parts += [tube([[*p, 4.4] for p in side], 14) for side in mirrored(knots)]
    return joined(parts, squeeze=1.3, reach=3.0)
