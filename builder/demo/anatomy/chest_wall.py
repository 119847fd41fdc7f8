"""The wall of the chest: skin, fat, muscles, ribs, spine, breastbone and shoulder girdle."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from builder.demo.anatomy.shapes import Loft, Plate, Tubes, joined, pair, two
from builder.demo.anatomy.spine import Rib, Vertebra, paint_spine, rib_bones, rib_cartilage
from builder.demo.canvas import Canvas, blend
from builder.demo.plane import Image

BACK = 127.0
"""How far behind the axis the skin of the back lies, mm."""

CAGE = Loft((
    (-240, 0, -2, 136, 94, 2.4), (-150, 0, -2, 139, 96, 2.4), (-90, 0, -2, 140, 97, 2.4),
    (-40, 0, 0, 136, 95, 2.4),
    (0, 0, 3, 126, 90, 2.35), (40, 0, 9, 108, 80, 2.3), (70, 0, 16, 86, 66, 2.2), (92, 0, 24, 62, 48, 2.1),
    (108, 0, 30, 38, 30, 2.0), (118, 0, 33, 16, 13, 2.0),
))  # fmt: skip
_SKIN = Loft((
    (-240, 0, 2, 164, 122, 2.4), (-150, 0, 2, 166, 123, 2.4), (-60, 0, 2, 171, 124, 2.4),
    (20, 0, 4, 181, 120, 2.4),
    (70, 0, 9, 190, 108, 2.4), (105, 0, 15, 186, 94, 2.3), (150, 0, 20, 170, 84, 2.2),
))  # fmt: skip
_LEVELS = tuple(
    (n, 88.0 - 20.0 * (n - 1) - 0.28 * (n - 1) * (n - 2)) for n in range(-2, 15)
)  # fmt: skip
SPINE = tuple(
    Vertebra(
        y=52 + 8 * np.cos((z + 20) / 95), z=z, width=13.5 + 0.55 * n, depth=9.5 + 0.5 * n,
        height=7.2 + 0.24 * n, wing=34 - 0.8 * n, drop=14 - 8 * abs(n - 6) / 8,
    )
    for n, z in _LEVELS
)  # fmt: skip
_RIB_TABLE = (
    (30, 150, 56.0), (44, 148, 34.0), (58, 144, 10.0), (68, 140, -14.0), (76, 137, -36.0), (80, 134, -58.0),
    (82, 128, -72.0), (80, 118, None), (72, 108, None), (60, 96, None), (40, 72, None), (26, 50, None),
)  # fmt: skip
RIBS = tuple(
    Rib(z + 8.0, float(drop), float(end), tip)
    for (drop, end, tip), (_, z) in zip(_RIB_TABLE, _LEVELS[3:], strict=False)
)
_BREASTBONE = Loft((
    (-108, 0, -101, 3, 2.5, 2.2), (-84, 0, -99, 10, 4, 2.4), (-60, 0, -99, 17, 5, 2.6),
    (-10, 0, -94, 15, 5, 2.6),
    (26, 0, -81, 14, 5, 2.6), (40, 0, -74, 24, 6, 2.6), (58, 0, -64, 27, 6, 2.4), (64, 0, -60, 20, 5, 2.2),
))  # fmt: skip
_COLLARBONES = pair([(20, -66, 60, 8), (48, -70, 72, 6), (90, -60, 88, 5.5), (128, -32, 100, 6), (146, -14, 106, 6)])
_SHOULDER = joined([
    pair([(70, 103, 60, 3), (100, 104, 84, 4), (130, 76, 102, 5), (152, 40, 112, 6)], 16),
    pair([(147, 24, 94, 9), (146, 22, 78, 9)], 6),
    pair([(138, 18, 100, 5), (134, -10, 104, 5)], 6),
    pair([(146, 30, 74, 5), (126, 82, 10, 4), (100, 106, -40, 3.5)], 16),
])  # fmt: skip
_BLADES = tuple(
    Plate(tuple((s * x, y, z) for x, y, z in corners), 1.9)  # type: ignore[arg-type]
    for s in (1, -1)
    for corners in (
        ((144, 34, 88), (68, 100, 72), (82, 108, 20)), ((144, 34, 84), (82, 108, 20), (100, 106, -42)),
    )
)  # fmt: skip
_ARMS = two((172, 16, 104), (25, 24, 26))
_SHAFTS = pair([(176, 12, 108, 18), (178, 6, 150, 13)], 6)
_PECTORALS = (*two((74, -92, 34), (58, 15, 52), z=24), *two((84, -76, 58), (34, 11, 34), z=34))
_BACK_MUSCLES = (*two((31, 102, -60), (27, 19, 200)), *two((60, 106, 40), (62, 11, 60), z=-14))
_SIDE_MUSCLES = (*two((138, 60, 0), (26, 46, 95), z=-30), *two((120, 78, 52), (34, 20, 44), z=-38))
_NECK_MUSCLES = (
    *two((40, 64, 118), (42, 30, 46)),
    *two((24, -6, 130), (24, 20, 40)),
    *two((74, 40, 104), (30, 24, 26)),
)


def on_cage_inside(canvas: Canvas) -> Image:
    """Distance to the inner surface of the chest wall."""
    return canvas.rough(canvas.field(CAGE) + np.float32(6.5), 0.8, 22.0, 71)


def paint_wall(canvas: Canvas) -> None:
    """Skin, fat and muscle as one solid body, still without bones or lungs."""
    shoulders = canvas.field(*two((160, 18, 108), (46, 48, 60)))
    skin = canvas.rough(blend(canvas.field(_SKIN), shoulders, 12.0), 1.2, 45.0, 72)
    canvas.paint(skin, 35.0)
    canvas.paint(skin + 2, np.float32(-104) + np.float32(6) * canvas.noise(73, 6.0))
    under = skin + np.float32(8)
    sheet = canvas.field(CAGE) - np.float32(5.5)
    layers = np.minimum(canvas.field(*_PECTORALS, *_BACK_MUSCLES, *_SIDE_MUSCLES, *_NECK_MUSCLES), sheet)
    deltoid = np.maximum(canvas.field(*two((166, 18, 104), (44, 44, 60))), under)
    muscles = canvas.rough(np.minimum(layers, deltoid), 1.5, 20.0, 74)
    canvas.muscle(np.maximum(muscles, under), 75)


@lru_cache(maxsize=1)
def _ribs() -> tuple[Tubes, Tubes]:
    return rib_bones(RIBS, CAGE, SPINE), rib_cartilage(RIBS, CAGE, 16.0)


def paint_skeleton(canvas: Canvas) -> None:
    """Ribs with their cartilage, spine, breastbone, collarbones and shoulder blades."""
    bones, cartilage = _ribs()
    canvas.paint(canvas.field(cartilage), np.float32(105) + np.float32(15) * canvas.noise(76, 4.0))
    canvas.bone(canvas.field(bones), 1.3, 820, 160, 77)
    canvas.bone(canvas.rough(canvas.field(_BREASTBONE), 0.6, 12.0, 78), 1.2, 480, 130, 79)
    girdle = canvas.field(_COLLARBONES, _SHOULDER, *_BLADES, *_ARMS, _SHAFTS)
    canvas.bone(girdle, 1.7, 880, 210, 80)
    paint_spine(canvas, SPINE, -400.0, 81)
