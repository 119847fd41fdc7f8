"""Pelvic bones, hips, bladder and womb, and the muscles of the back, the hip and the thigh."""

from __future__ import annotations

import numpy as np

from builder.demo.anatomy.shapes import Ellipsoid, Loft, Plate, joined, mirrored, pair, tube, two
from builder.demo.canvas import WATER, Canvas
from builder.demo.plane import Image, Point

HIP: Point = (91.0, -2.0, -166.0)
"""Centre of the left femoral head."""

_WINGS = tuple(
    Plate(tuple((s * x, y, z) for x, y, z in corners), 3.4)  # type: ignore[arg-type]
    for s in (1, -1)
    for corners in (
        ((44, 74, -70), (80, 62, -22), (84, 20, -138)), ((80, 62, -22), (118, 14, -14), (84, 20, -138)),
        ((118, 14, -14), (126, -38, -62), (84, 20, -138)), ((126, -38, -62), (112, -40, -104), (88, 0, -138)),
        ((44, 74, -70), (62, 66, -118), (84, 20, -138)),
    )
)  # fmt: skip
_CRESTS = pair([(46, 78, -62, 7), (78, 64, -22, 6), (118, 14, -12, 6), (128, -38, -60, 6),
    (116, -42, -102, 5),
                (98, -22, -140, 8)], 24)  # fmt: skip
_SOCKET_WALL = two(HIP, (33, 33, 33))
_RING = joined([
    pair([(88, -26, -148, 10), (54, -52, -166, 7), (18, -62, -184, 8), (10, -58, -196, 9)], 12),
    pair([(14, -54, -206, 7), (36, -30, -228, 6), (56, 8, -236, 9), (66, 28, -220, 11), (78, 24, -188, 12)],
    16),
])  # fmt: skip
_SACRUM = Loft((
    (-186, 0, 84, 5, 4, 2.0), (-165, 0, 92, 14, 7, 2.1), (-140, 0, 92, 28, 12, 2.2),
    (-112, 0, 82, 44, 18, 2.2),
    (-90, 0, 68, 54, 22, 2.2), (-74, 0, 60, 50, 20, 2.3),
))  # fmt: skip
_FORAMINA = joined([pair([(20, 74, z, 4.5), (24, 92, z - 3, 4.5)], 4) for z in (-92, -112, -130)])
_FEMURS = joined([
    pair([(*HIP, 10), (112, 2, -176, 14), (132, 10, -192, 15)], 6),
    pair([(136, 14, -178, 12), (134, 8, -196, 17), (124, 4, -220, 15), (118, 0, -300, 14)], 12),
])  # fmt: skip
_HEADS = two(HIP, (24, 24, 24))
_BLADDER = Ellipsoid((0, -28, -164), (40, 30, 30))
_WOMB = (Ellipsoid((3, 14, -150), (25, 19, 30)), Ellipsoid((0, 22, -184), (15, 12, 20)))

_PSOAS = tuple(
    tube([[*p] for p in side], 24)
    for side in mirrored([(30, 40, 100, 7), (36, 40, 50, 14), (46, 36, 0, 19), (56, 30, -50, 21),
        (72, 2, -100, 20),
                          (88, -34, -150, 18), (102, -22, -200, 16)])
)  # fmt: skip
_ILIACUS = two((92, 8, -72), (16, 34, 50), z=-38)
_BACK = (*two((36, 86, 30), (32, 21, 190)), *two((86, 66, 14), (26, 18, 70), z=-30))
_BUTTOCKS = (*two((86, 70, -158), (60, 32, 84), z=-28), *two((112, 34, -100), (30, 40, 72), z=-30))
_THIGHS = (
    *two((116, -46, -230), (34, 34, 110)), *two((72, -10, -240), (38, 46, 66)),
    *two((148, -6, -190), (18, 42, 100)),
    *two((100, 44, -260), (44, 34, 70)),
)  # fmt: skip
_FLOOR = (*two((38, 52, -196), (12, 34, 40), z=-25), *two((62, -8, -194), (14, 34, 22), z=24))


def paint_muscles(canvas: Canvas, skin: Image, *, inner: bool = False) -> None:
    """Muscles behind and below the belly's wall, or (`inner`) those that lie inside it."""
    if inner:
        canvas.muscle(np.maximum(canvas.field(*_PSOAS, *_ILIACUS, *_FLOOR), skin + 14), 151)
        return
    outer = canvas.rough(canvas.field(*_BACK, *_BUTTOCKS, *_THIGHS), 1.5, 24.0, 152)
    canvas.muscle(np.maximum(outer, skin + 12), 153)


def paint_pelvis(canvas: Canvas) -> None:
    """Bladder, womb, and the bones with the heads of the femurs in their sockets."""
    if canvas.plane.z.min() > 10:
        return
    canvas.paint(canvas.rough(canvas.field(*_WOMB), 1.0, 12.0, 154), np.float32(48) + canvas.noise(155, 5.0))
    bladder = canvas.field(_BLADDER)
    canvas.paint(bladder, 35.0)
    canvas.paint(bladder + 3, WATER + 5)
    _paint_bones(canvas)


def _paint_bones(canvas: Canvas) -> None:
    cup = np.maximum(canvas.field(*_SOCKET_WALL), np.abs(canvas.plane.x) - 96 - (canvas.plane.z + 166) * 0.6)
    pelvis = np.minimum(canvas.field(*_WINGS, _CRESTS, _RING), cup.astype(np.float32))
    canvas.bone(canvas.rough(pelvis, 0.7, 14.0, 156), 1.5, 850, 220, 157)
    sacrum = np.maximum(canvas.field(_SACRUM), -canvas.field(_FORAMINA))
    canvas.bone(canvas.rough(sacrum, 0.9, 9.0, 158), 1.2, 600, 190, 159)
    canvas.shape(15.0, Loft(((-150, 0, 96, 7, 4, 2.0), (-80, 0, 82, 11, 6, 2.0), (-60, 0, 74, 11, 7, 2.0))))
    heads = canvas.field(*_HEADS)
    canvas.paint(heads - np.float32(2.6), 70.0)
    femurs = canvas.rough(np.minimum(heads, canvas.field(_FEMURS)), 0.4, 10.0, 160)
    canvas.bone(femurs, 1.8, 950, 260, 161)
