"""A belly: liver, spleen, kidneys with a stone, stomach, bowel; z = 0 at the third lumbar vertebra."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from builder.demo.anatomy.bowel import paint_colon, paint_small_bowel
from builder.demo.anatomy.pelvis import paint_muscles, paint_pelvis
from builder.demo.anatomy.shapes import Ellipsoid, Loft, Tubes, joined, pair, tube, turn, two
from builder.demo.anatomy.spine import Rib, Vertebra, paint_spine, rib_bones
from builder.demo.anatomy.trees import grow
from builder.demo.canvas import AIR, BLOOD, FAT, WATER, Canvas, blend
from builder.demo.plane import Image, ImagePlane, Point
from builder.demo.scanner import paint_table

STONE: Point = (62.0, 46.0, 30.0)
"""Middle of the kidney stone, lower calyx of the left kidney."""
LIVER: Point = (-75.0, -5.0, 135.0)
"""A place in the right lobe of the liver."""
_BACK = 122.0

_SKIN = Loft((
    (-300, 0, 8, 176, 108, 2.3), (-220, 0, 8, 186, 110, 2.4), (-150, 0, 6, 188, 112, 2.4),
    (-90, 0, 0, 182, 118, 2.4),
    (-20, 0, -6, 172, 124, 2.3), (60, 0, -4, 168, 123, 2.3), (140, 0, 0, 166, 120, 2.4),
    (230, 0, 2, 166, 118, 2.4),
))  # fmt: skip
_CAVITY = Loft((
    (-260, 0, 4, 60, 60, 2.2), (-190, 0, 0, 86, 76, 2.2), (-130, 0, -6, 112, 86, 2.3),
    (-60, 0, -12, 124, 92, 2.4),
    (0, 0, -12, 126, 92, 2.4), (80, 0, -4, 130, 92, 2.4), (150, 0, -2, 132, 92, 2.4),
    (230, 0, 0, 126, 90, 2.4),
))  # fmt: skip
SPINE = tuple(
    Vertebra(y=38 + 0.0011 * (z - 10) ** 2 * (1 if z < 10 else 0.5), z=z, width=24 - abs(z) * 0.02,
        depth=17.5 - abs(z) * 0.012,
             height=13.2 - abs(z) * 0.012, wing=42 if -80 < z < 80 else 34, drop=3 if z < 90 else 9)
    for z in (226, 201, 174, 146, 117, 87, 57, 26, -5, -36, -66)
)  # fmt: skip
_RIBS = tuple(
    Rib(z + 8.0, drop, end, None)
    for z, drop, end in (
        (300, 80, 134),
        (275, 82, 128),
        (250, 80, 118),
        (226, 72, 108),
        (201, 64, 96),
        (174, 52, 76),
        (146, 38, 52),
    )
)
_CAGE = Loft(((20, 0, -2, 142, 100, 2.4), (120, 0, -2, 141, 99, 2.4), (320, 0, -2, 138, 97, 2.4)))

_HEART = Ellipsoid((20, -34, 222), (62, 44, 44))
_MIDDLE = (
    _HEART, tube([(0, 30, 130, 26), (0, 36, 250, 26)], 4), tube([(0, 62, 130, 26), (0, 62, 250, 26)], 4),
)  # fmt: skip
_LIVER_LOBES = (Ellipsoid((-74, 2, 128), (74, 88, 80), turn(y=8)), Ellipsoid((2, -46, 148), (74, 40, 40), turn(y=12)))
_KIDNEY_BED = tube([(-66, 84, 98, 10), (-64, 68, 76, 30), (-62, 62, 60, 37), (-66, 62, 20, 40)], 8)
_GALL = Ellipsoid((-46, -48, 82), (14, 17, 28), turn(x=25))
_SPLEEN = Ellipsoid((104, 44, 150), (26, 52, 50), turn(z=-22))
_KIDNEYS = (
    Ellipsoid((64, 46, 52), (29, 25, 56), turn(y=-12, z=28)),
    Ellipsoid((-64, 46, 38), (29, 25, 55), turn(y=12, z=-28)),
)
_SINUSES = (
    Ellipsoid((56, 40, 50), (17, 11, 32), turn(y=-12, z=28)),
    Ellipsoid((-56, 40, 36), (17, 11, 32), turn(y=12, z=-28)),
)
_PELVES = (Ellipsoid((46, 38, 48), (13, 6, 9)), Ellipsoid((-46, 38, 34), (13, 6, 9)))
_URETERS = pair([(40, 36, 40, 2.2), (38, 24, -10, 2), (44, 26, -80, 2), (50, 30, -140, 2)], 20)
_STOMACH = tube([(34, 4, 196, 16), (66, 8, 172, 38), (62, -22, 130, 36), (40, -48, 96, 28), (4, -46, 88, 19),
                 (-24, -34, 92, 13)], 24)  # fmt: skip
_DUODENUM = tube([(-26, -32, 92, 12), (-40, -12, 78, 12), (-40, 6, 44, 12), (-18, 10, 28, 11), (16, 6, 34, 10)], 20)
_PANCREAS = tube([(-28, -12, 70, 13), (-20, -14, 84, 14), (8, -10, 94, 10), (40, 4, 106, 11), (78, 28, 120, 9)], 20)
_AORTA = joined([
    tube([(14, 28, 240, 12), (10, 18, 150, 11.5), (9, 12, 60, 10), (6, 12, -12, 9.5)], 30),
    pair([(5, 12, -12, 7), (22, 20, -48, 6.5), (44, 28, -82, 5.5), (62, 4, -125, 5), (70, -42, -165, 5),
          (72, -58, -215, 5)], 30),
    pair([(44, 28, -82, 4), (48, 52, -108, 3.5), (58, 62, -135, 3)], 8),
    tube([(9, 4, 100, 5), (6, -14, 90, 3.6), (4, -22, 40, 3.4), (-8, -26, -10, 2.5)], 12),
    tube([(9, 4, 112, 4.5), (10, -6, 114, 4), (44, 10, 118, 3), (82, 30, 130, 3)], 12),
    pair([(8, 12, 62, 3.2), (34, 30, 54, 3), (46, 36, 48, 2.4)], 6),
])  # fmt: skip
_CAVA = joined([
    tube([(-20, 14, 240, 14), (-24, 18, 150, 14), (-20, 18, 60, 12), (-14, 20, -18, 12)], 24),
    pair([(-12, 22, -18, 8), (24, 32, -52, 7.5), (46, 36, -86, 7), (66, 8, -128, 6.5), (76, -36, -170, 6),
          (78, -50, -215, 6)], 24),
    tube([(-30, -14, 86, 6), (-36, -14, 104, 7), (-56, -8, 124, 7)], 10),
    pair([(-18, 16, 56, 5), (-42, 30, 46, 4)], 6),
    tube([(-16, 14, 56, 5), (24, 4, 58, 5), (46, 32, 52, 4)], 10),
])  # fmt: skip
_ADRENALS = joined([pair([(34, 30, 112, 2.2), (42, 42, 106, 2.6), (52, 50, 100, 2)], 8),
                    pair([(36, 32, 112, 2.2), (34, 46, 106, 2.2)], 6)])  # fmt: skip


def paint(plane: ImagePlane) -> Canvas:
    """The whole belly and pelvis on its table, in HU."""
    canvas = Canvas(plane, edge=0.9)
    paint_table(canvas, top=_BACK + 4, half_width=215, sag=34)
    inside = _paint_wall(canvas)
    _paint_upper_organs(canvas, inside)
    paint_small_bowel(canvas, inside)
    _paint_vessels(canvas)
    paint_colon(canvas, inside)
    _paint_kidneys(canvas)
    canvas.bone(canvas.field(_ribs()), 1.3, 820, 160, 101)
    paint_spine(canvas, SPINE, 95.0, 102)
    paint_pelvis(canvas)
    return canvas


def _paint_wall(canvas: Canvas) -> Image:
    """Skin, fat and muscle, and the fat inside; gives the distance to the cavity's inner surface."""
    skin = canvas.rough(canvas.field(_SKIN), 1.4, 50.0, 103)
    canvas.paint(skin, 35.0)
    canvas.paint(skin + 2, np.float32(FAT - 5) + np.float32(7) * canvas.noise(104, 7.0))
    inside = canvas.rough(canvas.field(_CAVITY), 1.2, 30.0, 105)
    wall = np.clip(12 - canvas.plane.z / 40, 8, 20).astype(np.float32)
    middle = np.exp(-((canvas.plane.x / 7) ** 2)) * (canvas.plane.y < -40) * 7
    flank = np.maximum(inside - wall + middle.astype(np.float32), -canvas.plane.z - 130)
    canvas.muscle(np.maximum(flank, skin + 8).astype(np.float32), 106)
    paint_muscles(canvas, skin)
    canvas.paint(inside, np.float32(FAT) + np.float32(9) * canvas.noise(107, 5.0))
    paint_muscles(canvas, skin, inner=True)
    return inside


def _paint_upper_organs(canvas: Canvas, inside: Image) -> None:
    if canvas.plane.z.min() > 250 or canvas.plane.z.max() < -30:
        return
    domes = canvas.field(*two((70, 0, 110), (84, 92, 100)))
    middle = canvas.field(*_MIDDLE)
    air = np.maximum(np.maximum(inside + 2, -domes), 168 - 0.5 * canvas.plane.y - canvas.plane.z)
    air = np.maximum(air, 3 - middle)
    _paint_liver(canvas, inside)
    _paint_spleen(canvas, inside)
    _paint_stomach(canvas, inside)
    canvas.paint(air.astype(np.float32), -850.0)
    canvas.paint(np.maximum(canvas.field(_HEART), inside + 4), 42.0)


def _paint_liver(canvas: Canvas, inside: Image) -> None:
    lobes = [canvas.field(lobe) for lobe in _LIVER_LOBES]
    liver = canvas.rough(np.maximum(blend(lobes[0], lobes[1], 12.0), inside + 3), 1.6, 24.0, 108)
    liver = np.maximum(liver, 5 - canvas.field(_KIDNEY_BED))
    canvas.paint(liver, np.float32(59) + np.float32(2.5) * canvas.noise(109, 3.0))
    canvas.paint(np.maximum(canvas.field(_liver_vessels()), liver + 2), 41.0)
    cleft = np.abs(canvas.plane.x + 6 + canvas.plane.y * 0.15) - 2.2
    canvas.paint(np.maximum(np.maximum(cleft, liver), canvas.plane.y + 52).astype(np.float32), -50.0)
    gall = canvas.field(_GALL)
    canvas.paint(gall - 1, 35.0)
    canvas.paint(gall + 1, 8.0)


def _paint_spleen(canvas: Canvas, inside: Image) -> None:
    hollow = -canvas.field(Ellipsoid((70, 22, 150), (26, 44, 46)))
    spleen = np.maximum(np.maximum(canvas.field(_SPLEEN), hollow), inside + 3)
    pulp = np.float32(51) + np.float32(2) * canvas.noise(111, 3.0)
    canvas.paint(canvas.rough(spleen, 1.0, 14.0, 110), pulp)


def _paint_stomach(canvas: Canvas, inside: Image) -> None:
    """Wall with its folds, fluid that settles behind, gas above it, and what lies beside it."""
    glands = canvas.rough(canvas.field(_PANCREAS), 1.8, 6.0, 112)
    canvas.paint(glands, np.float32(40) + np.float32(14) * np.minimum(canvas.noise(113, 5.0), 0))
    canvas.shape(38.0, _ADRENALS, _DUODENUM)
    canvas.paint(canvas.field(_DUODENUM) + 3, 15.0)
    stomach = np.maximum(canvas.rough(canvas.field(_STOMACH), 1.2, 14.0, 114), inside + 4)
    canvas.paint(stomach - 2, FAT)
    canvas.paint(stomach, 42.0)
    lumen = canvas.rough(stomach + np.float32(4.5), 1.3, 5.0, 115)
    canvas.paint(lumen, np.float32(14) + np.float32(8) * canvas.noise(116, 7.0))
    canvas.paint(np.maximum(lumen, canvas.plane.y + 27).astype(np.float32), AIR)


def _paint_vessels(canvas: Canvas) -> None:
    for vessels in (_CAVA, _AORTA):
        canvas.shape(BLOOD, vessels)
    aorta = canvas.field(_AORTA)
    plaque = np.maximum(np.abs(aorta + 0.7) - np.float32(0.8), 1.1 - canvas.noise(117, 8.0))
    canvas.paint(np.maximum(plaque, canvas.plane.z - 120).astype(np.float32), 720.0)


def _paint_kidneys(canvas: Canvas) -> None:
    kidneys = canvas.rough(canvas.field(*_KIDNEYS), 0.9, 18.0, 118)
    if kidneys.min() < 2:
        canvas.paint(kidneys - 9, np.float32(FAT) + np.float32(8) * canvas.noise(119, 5.0))
        canvas.paint(kidneys, np.float32(33) + np.float32(1.5) * canvas.noise(120, 3.0))
        canvas.paint(canvas.rough(canvas.field(*_SINUSES), 2.2, 8.0, 121), -75.0)
        canvas.shape(WATER + 6, *_PELVES)
    canvas.shape(WATER + 6, _URETERS)
    canvas.shape(930.0, Ellipsoid(STONE, (3.4, 3.0, 4.2)))


@lru_cache(maxsize=1)
def _ribs() -> Tubes:
    return rib_bones(_RIBS, _CAGE, SPINE)


@lru_cache(maxsize=1)
def _liver_vessels() -> Tubes:
    veins = grow((-24, 14, 176), _liver_places(1), 0.9, seed=31)
    portal = grow((-44, -10, 112), _liver_places(2), 0.8, seed=32)
    return joined([veins, portal], reach=2.0)


def _liver_places(seed: int) -> NDArray[np.float64]:
    """(n, 3) random points inside the liver, mm."""
    rng = np.random.default_rng([58, seed])
    spots = rng.uniform((-145, -85, 50), (50, 85, 205), (900, 3))
    inside = [(((spots - lobe.center) / lobe.radii) ** 2).sum(1) < 0.85 for lobe in _LIVER_LOBES]
    result: NDArray[np.float64] = spots[inside[0] | inside[1]][:260]
    return result
