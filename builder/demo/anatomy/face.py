"""The face and the top of the neck: eyes, nose, sinuses, jaw, muscles and fat."""

from __future__ import annotations

import numpy as np

from builder.demo.anatomy.shapes import Ellipsoid, Loft, Plate, joined, pair, tube, two
from builder.demo.canvas import Canvas, blend
from builder.demo.plane import Image

_AIR = -980.0

_FACE = Loft((
    (-95, 0, -30, 55, 52, 2.3), (-60, 0, -28, 63, 62, 2.4), (-30, 0, -25, 70, 66, 2.4),
    (0, 0, -18, 74, 71, 2.3),
    (30, 0, 0, 77, 87, 2.1), (45, 0, 8, 78, 95, 2.0),
))  # fmt: skip
_NECK = Loft((
    (-110, 0, 35, 62, 66, 2.2), (-70, 0, 34, 66, 64, 2.2), (-35, 0, 32, 72, 66, 2.2), (0, 0, 22, 76, 80, 2.1),
    (20, 0, 16, 78, 88, 2.0),
))  # fmt: skip
_NOSE = joined([
    tube([(0, -80, 18, 6), (0, -93, 2, 7), (0, -105, -22, 9), (0, -96, -30, 11)], 10),
    tube([(8, -88, -6, 7), (12, -98, -28, 6)], 6), tube([(-8, -88, -6, 7), (-12, -98, -28, 6)], 6),
])  # fmt: skip
_NOSTRILS = pair([(6, -103, -33, 3), (5, -94, -24, 3), (5, -80, -20, 2.5)], 8)
_EYES = two((31, -69, 4), (12, 12, 12))
_VITREOUS = two((31, -69, 4), (10.8, 10.8, 10.8))
_LENSES = two((31, -76.5, 4), (4.6, 2.2, 4.6))
_SOCKETS = pair([(32, -80, 4, 17), (30, -62, 4, 18), (22, -44, 6, 11), (14, -28, 9, 4)], 12)
_EYE_MUSCLES = joined([
    pair([(20, -68, 4, 1.6), (16, -50, 6, 2.6), (14, -30, 8, 1.5)], 8),
    pair([(42, -68, 4, 1.6), (34, -50, 6, 2.6), (16, -30, 8, 1.5)], 8),
    pair([(31, -70, 15, 1.6), (27, -50, 15, 2.4), (15, -30, 10, 1.5)], 8),
    pair([(31, -70, -7, 1.6), (27, -50, -4, 2.4), (15, -30, 7, 1.5)], 8),
])  # fmt: skip
_OPTIC_NERVES = pair([(30, -60, 4, 2), (24, -46, 6, 2), (14, -26, 10, 2)], 8)
_MAXILLARY = two((29, -54, -28), (14, 19, 17), z=14)
_CHEEKS = pair([(50, -70, -8, 6), (58, -56, -14, 5), (67, -32, -8, 3), (69, -10, -5, 4)], 12)
_ORBIT_RIMS = joined([
    pair([(14, -82, 20, 3.5), (34, -84, 24, 4), (50, -72, 12, 4), (50, -68, -6, 5), (34, -80, -15, 3.5),
          (17, -80, -8, 3)], 20),
    pair([(50, -70, 8, 4), (48, -54, 4, 3), (40, -38, 2, 3)], 8),
])  # fmt: skip
_NASAL_BONES = pair([(2, -86, 14, 2.5), (5, -90, 2, 1.8)], 4)
_PALATE = Ellipsoid((0, -62, -54), (24, 28, 4))
_RAMI = tuple(Plate(((x, -2, -10), (x, -30, -16), (x * 0.94, -30, -75)), 3.2) for x in (51, -51)) + tuple(
    Plate(((x, -2, -10), (x * 0.94, -4, -70), (x * 0.94, -30, -75)), 3.2) for x in (51, -51)
)
_PTERYGOIDS = pair([(14, -26, -8, 3), (16, -24, -28, 2.5), (17, -22, -48, 2.5)], 8)
_CHEWING = (*two((61, -20, -45), (9, 21, 32), z=-12), *two((36, -16, -34), (12, 19, 22), z=-25),
            *two((58, -26, 2), (9, 20, 26), z=-12), *two((42, -24, -14), (17, 15, 20)),
            *two((24, 4, -24), (20, 11, 22)))  # fmt: skip
_PAROTIDS = two((60, 8, -42), (13, 15, 26))
_DEEP_NECK = (*two((14, 10, -48), (12, 11, 44)), *two((34, 12, -50), (13, 12, 36)))
_NAPE = (*two((18, 78, -60), (17, 22, 60)), *two((44, 58, -65), (20, 22, 55)), *two((60, 34, -65), (10, 20, 45)))
_ATLAS = joined([
    tube([(0, 14, -58, 4), (18, 20, -56, 6), (26, 30, -54, 8), (22, 48, -57, 4), (0, 60, -60, 4)], 16),
    tube([(0, 14, -58, 4), (-18, 20, -56, 6), (-26, 30, -54, 8), (-22, 48, -57, 4), (0, 60, -60, 4)], 16),
    pair([(26, 30, -55, 6), (42, 32, -57, 4)], 4), pair([(18, 26, -42, 6), (22, 28, -50, 7)], 4),
    tube([(0, 24, -46, 4), (0, 25, -56, 5.5), (0, 24, -80, 9)], 6),
])  # fmt: skip
_THROAT = Ellipsoid((0, -4, -48), (13, 9, 24))


def paint_face(canvas: Canvas) -> None:
    """Everything in front of the ears and below the brain, and the nape behind it."""
    if canvas.plane.z.min() > 45:
        return
    outline = canvas.rough(blend(canvas.field(_FACE), canvas.field(_NECK), 9.0), 0.7, 30.0, 44)
    canvas.paint(np.minimum(outline, canvas.field(_NOSE)), 35.0)
    canvas.paint(outline + 2.5, np.float32(-85) + np.float32(25) * canvas.noise(45, 9.0))
    _paint_muscles(canvas, outline)
    _paint_facial_bones(canvas)
    _paint_nose(canvas)
    _paint_orbits(canvas, outline)


def _paint_muscles(canvas: Canvas, outline: Image) -> None:
    nape = np.maximum(canvas.field(*_NAPE), outline + 7)
    deep = np.maximum(canvas.field(Ellipsoid((0, 34, -60), (56, 34, 62))), outline + 6)
    canvas.muscle(np.minimum(nape, deep), 42)
    canvas.paint(np.maximum(canvas.field(*_PAROTIDS), outline + 5), 15.0)
    canvas.muscle(np.maximum(canvas.field(*_CHEWING, *_DEEP_NECK), outline + 6), 46)
    canvas.shape(48.0, Ellipsoid((0, -12, -45), (26, 22, 34)), Ellipsoid((0, -80, -50), (34, 16, 14)))
    canvas.bone(canvas.field(_ATLAS), 1.5, 900, 350, 43)


def _paint_facial_bones(canvas: Canvas) -> None:
    walls = canvas.field(*_MAXILLARY) - np.float32(1.8)
    canvas.paint(walls, 600.0)
    bones = canvas.field(_CHEEKS, _ORBIT_RIMS, _NASAL_BONES, _PALATE, *_RAMI, _PTERYGOIDS)
    canvas.bone(bones, 1.6, 1000, 450, 47)
    sinus = canvas.rough(canvas.field(*_MAXILLARY), 0.9, 12.0, 48)
    canvas.paint(sinus, 30.0)
    canvas.paint(sinus + np.float32(1.2), _AIR)


def _paint_nose(canvas: Canvas) -> None:
    """Air passages, the septum and the shell-like turbinates."""
    x, y, z = canvas.plane.x, canvas.plane.y, canvas.plane.z
    passage = canvas.field(Ellipsoid((0, -56, -26), (13, 34, 26)), _NOSTRILS)
    canvas.paint(passage - 2, 120.0)
    canvas.paint(passage, _AIR)
    turbinates = canvas.field(
        *two((8, -54, -36), (4, 22, 6)), *two((8, -52, -20), (3, 18, 5)), *two((6, -48, -6), (2, 14, 3))
    )
    canvas.paint(np.maximum(canvas.rough(turbinates, 0.8, 5.0, 49), passage), 45.0)
    bend = np.sin(y / 16) * 1.5
    septum = np.maximum(np.abs(x - bend) - 1.1, np.maximum(passage - 1, np.abs(z + 20) - 34))
    canvas.paint(septum.astype(np.float32), 130.0)
    canvas.shape(_AIR, _THROAT)


def paint_cells(canvas: Canvas, cavity: Image) -> None:
    """The air cells between the eyes and behind them, a thin plate of bone below `cavity`."""
    cells = canvas.field(Ellipsoid((0, -52, 6), (14.5, 27, 15)))
    sphenoid = canvas.rough(canvas.field(*two((8, -16, 3), (8.5, 12, 10))), 0.8, 8.0, 50)
    cells, sphenoid = (np.maximum(part, np.float32(1.4) - cavity) for part in (cells, sphenoid))
    both = np.minimum(cells, sphenoid)
    if both.min() > 3:
        return
    canvas.paint(np.maximum(both - np.float32(1.4), -cavity), 700.0)
    canvas.paint(sphenoid, _AIR)
    walls = np.minimum(np.abs(canvas.noise(51, 8.0)) * 6, np.abs(canvas.plane.x)) - np.float32(0.5)
    canvas.paint(np.maximum(cells, -walls), _AIR)


def _paint_orbits(canvas: Canvas, outline: Image) -> None:
    sockets = canvas.field(_SOCKETS)
    if sockets.min() > 4:
        return
    front = np.maximum(sockets, outline + 3)
    _paint_socket_walls(canvas, front)
    canvas.paint(front, -85.0)
    canvas.shape(50, _EYE_MUSCLES)
    canvas.shape(35, _OPTIC_NERVES)
    canvas.shape(55, *_EYES)
    canvas.shape(8, *_VITREOUS)
    canvas.shape(85, *_LENSES)
    lids = canvas.field(*two((31, -69, 4), (15.5, 15.5, 15.5)))
    lids = np.maximum(np.maximum(lids, -canvas.field(*_EYES)), canvas.plane.y + 73)
    canvas.paint(lids.astype(np.float32), 30.0)


def _paint_socket_walls(canvas: Canvas, sockets: Image) -> None:
    behind = np.maximum(sockets - np.float32(1.6), -72 - canvas.plane.y)
    canvas.paint(behind.astype(np.float32), 650.0)
