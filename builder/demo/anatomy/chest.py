"""A chest: lungs with a nodule, heart, great vessels and airways; z = 0 where the windpipe forks."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from builder.demo.anatomy.chest_wall import BACK, CAGE, on_cage_inside, paint_skeleton, paint_wall
from builder.demo.anatomy.shapes import Ellipsoid, Tubes, joined, pair, tube, turn
from builder.demo.anatomy.trees import grow
from builder.demo.canvas import AIR, BLOOD, FAT, Canvas, blend
from builder.demo.plane import Image, ImagePlane, Point
from builder.demo.scanner import paint_table

NODULE: Point = (-78.0, -8.0, 36.0)
"""Middle of the nodule, in the right upper lobe."""

_HEART = Ellipsoid((18, -32, -62), (66, 47, 46), turn(y=28, z=-32))
_PERICARDIUM = (Ellipsoid((2, -28, -28), (44, 34, 38)), Ellipsoid((-16, -18, -55), (42, 40, 42)))
_CHAMBERS = (
    Ellipsoid((44, -30, -68), (46, 29, 29), turn(y=26, z=-34)),
    Ellipsoid((10, -56, -62), (40, 19, 33), turn(y=18)),
    Ellipsoid((-34, -26, -52), (22, 27, 32)), Ellipsoid((4, 12, -38), (34, 17, 21)),
)  # fmt: skip
_AORTA = tube([
    (4, -18, -42, 15), (-8, -26, -18, 16), (-18, -26, 10, 16), (-13, -18, 36, 15), (2, -2, 49, 14),
    (16, 18, 49, 13.5), (25, 38, 34, 13), (27, 46, 8, 12.5), (25, 48, -40, 12), (20, 46, -100, 11.5),
    (8, 36, -180, 11),
], 60)  # fmt: skip
_PULMONARY = joined([
    tube([(18, -46, -30, 14), (22, -36, -8, 14), (22, -20, 8, 13), (34, 0, 14, 11), (46, 14, 4, 9)], 24),
    tube([(20, -18, 4, 12), (2, -4, 2, 11.5), (-22, 0, 0, 11), (-42, 6, -8, 9)], 18),
])  # fmt: skip
_VEINS = joined([
    tube([(-30, -18, -30, 11), (-29, -18, 20, 10), (-27, -20, 58, 9.5), (-30, -22, 75, 8),
    (-40, -30, 110, 8)], 24),
    tube([(-26, -22, 58, 8), (0, -36, 62, 7), (28, -34, 78, 7.5), (38, -28, 110, 8)], 20),
    tube([(-22, -6, -70, 12), (-24, 0, -100, 12), (-24, 8, -170, 12)], 10),
    pair([(46, 6, -40, 5), (26, 12, -38, 7), (14, 12, -38, 8)], 10),
])  # fmt: skip
_BRANCHES = joined([
    tube([(-6, -12, 46, 7), (-14, -8, 66, 6.5), (-24, -2, 84, 5.5), (-60, -4, 112, 4.5)], 16),
    tube([(6, -2, 48, 4.5), (12, 2, 80, 4), (20, 4, 120, 4)], 10),
    tube([(17, 16, 48, 6), (26, 18, 76, 5), (32, 14, 94, 5), (62, -2, 112, 4.5)], 14),
])  # fmt: skip
_WINDPIPE = tube([(0, 14, 130, 8.5), (0, 20, 60, 8.5), (1, 24, 4, 9)], 16)
_BRONCHI = joined([
    tube([(1, 24, 3, 7.5), (-16, 25, -9, 7), (-32, 24, -20, 6), (-40, 22, -46, 4.5), (-46, 32, -80, 2.5)],
    20),
    tube([(1, 24, 3, 7), (20, 27, -10, 6.5), (38, 28, -24, 6), (46, 32, -44, 4.5), (54, 42, -80, 2.5)], 20),
    tube([(-28, 24, -16, 5), (-46, 20, 2, 4), (-58, 14, 22, 2.5)], 12),
    tube([(42, 28, -26, 4.5), (54, 14, -16, 3.5), (66, 4, 4, 2.4)], 12),
    pair([(44, 24, -40, 3.2), (60, 4, -50, 2.2)], 8),
])  # fmt: skip
_GULLET = tube([(2, 34, 130, 6), (4, 37, 40, 7), (10, 36, -40, 7), (18, 30, -110, 8)], 20)
_HUBS: tuple[tuple[Point, Point], ...] = (((46, 14, 0), (42, 18, -34)), ((-44, 8, -8), (-42, 16, -40)))
_DOMES = (Ellipsoid((-68, -2, -172), (76, 88, 82)), Ellipsoid((66, 2, -178), (72, 84, 80)))
_NODE_CALCIUM = tube([(34, -44, -28, 1.6), (42, -38, -40, 1.2)], 4)


def paint(plane: ImagePlane, nodule_radius: float = 4.5) -> Canvas:
    """The whole chest on its table, in HU; `nodule_radius` in mm."""
    canvas = Canvas(plane, edge=0.9)
    paint_table(canvas, top=BACK + 4, half_width=215, sag=34)
    paint_wall(canvas)
    _paint_lungs(canvas, nodule_radius)
    paint_skeleton(canvas)
    return canvas


def _paint_lungs(canvas: Canvas, nodule_radius: float) -> None:
    inside = on_cage_inside(canvas)
    middle = _mediastinum(canvas)
    domes = canvas.rough(canvas.field(*_DOMES), 1.0, 40.0, 61)
    lung = np.maximum(np.maximum(inside, -middle), -domes)
    _paint_air_spaces(canvas, lung)
    _paint_nodule(canvas, nodule_radius)
    _paint_belly(canvas, np.maximum(domes, inside))
    _paint_mediastinum(canvas, np.maximum(middle, -domes), inside)


def _mediastinum(canvas: Canvas) -> Image:
    """What lies between the lungs, wrapped in a few mm of fat, its dents rounded."""
    vessels = canvas.field(_AORTA, _PULMONARY, _VEINS, _BRANCHES, _WINDPIPE, _GULLET) - np.float32(3.5)
    heart = canvas.field(_HEART, *_PERICARDIUM)
    spine = np.hypot(canvas.plane.x, canvas.plane.y - 58) - np.float32(24)
    spine = np.minimum(spine, np.maximum(np.abs(canvas.plane.x) - 21, 58 - canvas.plane.y))
    front = np.maximum(np.abs(canvas.plane.x - 3) - 4, canvas.plane.y + 30).astype(np.float32)
    whole = blend(blend(vessels, heart, 6.0), np.minimum(spine, front), 7.0)
    return canvas.rough(whole, 0.7, 16.0, 62)


def _paint_air_spaces(canvas: Canvas, lung: Image) -> None:
    """Lung tissue, denser behind where gravity draws the blood; vessels; walls of the bronchi; fissures."""
    if lung.min() > 1:
        return
    plane = canvas.plane
    tissue = -868 + 0.28 * (plane.y + 90) + 9 * canvas.noise(63, 3.0) + 12 * canvas.noise(64, 18.0)
    canvas.paint(lung, tissue.astype(np.float32))
    vessels = np.maximum(canvas.field(*_lung_vessels()), lung + 1.5)
    canvas.paint(vessels, 35.0)
    bronchi = canvas.field(_BRONCHI)
    canvas.paint(np.maximum(bronchi - 1.3, lung), 0.0)
    canvas.paint(bronchi, AIR + 10)
    _paint_fissures(canvas, lung)


def _paint_fissures(canvas: Canvas, lung: Image) -> None:
    """The thin sheets between the lobes: a slanting one on both sides, a level one on the right."""
    plane = canvas.plane
    bend = canvas.noise(65, 60.0) * np.float32(4)
    slanted = np.abs((plane.y - 10 + bend) * np.float32(0.66) + (plane.z + 10) * np.float32(0.75))
    elsewhere = np.where((plane.x > -30) | (plane.y > 14), np.float32(40), np.float32(0))
    sheet = np.minimum(slanted, np.abs(plane.z - 6 + bend) + elsewhere) - np.float32(0.35)
    canvas.paint(np.maximum(sheet, lung + 1), -640.0)


def _paint_nodule(canvas: Canvas, radius: float) -> None:
    ball = canvas.field(Ellipsoid(NODULE, (radius, radius * 0.92, radius * 0.95)))
    canvas.paint(canvas.rough(ball, 0.16 * radius, 4.0, 66), 32.0)


def _paint_belly(canvas: Canvas, belly: Image) -> None:
    """Liver, spleen and stomach under the domes of the diaphragm."""
    if belly.min() > 1:
        return
    side = (canvas.plane.x - 14).astype(np.float32)
    canvas.paint(belly, 45.0)
    canvas.paint(belly + 3, FAT)
    canvas.paint(np.maximum(belly + 3, side), np.float32(58) + np.float32(3) * canvas.noise(67, 5.0))
    canvas.paint(np.maximum(belly + 4, canvas.field(Ellipsoid((98, 40, -150), (32, 40, 46)))), 50.0)
    stomach = np.maximum(canvas.field(Ellipsoid((52, -20, -152), (42, 44, 46))), belly + 5)
    canvas.paint(stomach, 45.0)
    canvas.paint(stomach + 4, 15.0)
    canvas.paint(np.maximum(stomach + 4, canvas.plane.y + 24).astype(np.float32), AIR)


def _paint_mediastinum(canvas: Canvas, middle: Image, inside: Image) -> None:
    canvas.paint(np.maximum(middle, inside), FAT + 4)
    pericardium = canvas.field(_HEART, *_PERICARDIUM)
    canvas.paint(np.maximum(np.abs(pericardium + 3) - 0.7, inside), 20.0)
    heart = canvas.rough(canvas.field(*_CHAMBERS), 1.0, 14.0, 68)
    canvas.paint(np.maximum(heart, pericardium + 3), 52.0)
    canvas.shape(BLOOD - 5, Ellipsoid((46, -30, -68), (33, 16, 17), turn(y=26, z=-34)))
    for vessels in (_PULMONARY, _VEINS, _BRANCHES, _AORTA):
        rim = canvas.field(vessels) - np.float32(0.8)
        canvas.paint(np.maximum(rim, -86 - canvas.plane.z), FAT + 20)
        canvas.shape(BLOOD, vessels)
    canvas.paint(np.abs(canvas.field(_AORTA) + 0.8) - np.float32(0.5), 52.0)
    canvas.shape(42.0, _GULLET)
    canvas.shape(450.0, _NODE_CALCIUM, Ellipsoid((9, 27, 45), (3, 2, 3)))
    _paint_airways(canvas)


def _paint_airways(canvas: Canvas) -> None:
    airways = canvas.field(_WINDPIPE, _BRONCHI)
    near = np.maximum(airways - np.float32(1.6), (np.abs(canvas.plane.x) - 46).astype(np.float32))
    canvas.paint(near, 40.0)
    canvas.paint(airways, AIR + 5)


@lru_cache(maxsize=1)
def _lung_vessels() -> tuple[Tubes, ...]:
    """An artery and a vein tree for each lung, each reaching several hundred places."""
    trees = []
    for side, hubs in zip((1, -1), _HUBS, strict=True):
        for number, hub in enumerate(hubs):
            trees.append(grow(hub, _places(side, number, 800), 0.68, seed=10 * number + side + 2))
    return tuple(trees)


def _places(side: int, number: int, count: int) -> NDArray[np.float64]:
    """(count, 3) random points inside one lung, mm."""
    rng = np.random.default_rng([68, number, side + 1])
    spots = np.column_stack([rng.uniform(20, 140, 9 * count) * side, rng.uniform(-95, 100, 9 * count),
                             rng.uniform(-150, 105, 9 * count)])  # fmt: skip
    sections = CAGE.section(spots[:, 2])
    x, y, a, b, n = sections.T
    inside = (np.abs(spots[:, 0] - x) / (a - 11)) ** n + (np.abs(spots[:, 1] - y) / (b - 11)) ** n < 1
    domes = np.asarray([0.0 + (((spots - dome.center) / dome.radii) ** 2).sum(1) for dome in _DOMES])
    heart = (((spots - (16, -30, -55)) / (56, 50, 50)) ** 2).sum(1)
    result: NDArray[np.float64] = spots[inside & (domes > 1.1).all(axis=0) & (heart > 1)][:count]
    return result
