"""A head: scalp, skull, brain with ventricles and a small fresh bleed; z = 0 at the ear canals."""

from __future__ import annotations

import numpy as np

from builder.demo.anatomy.face import paint_cells, paint_face
from builder.demo.anatomy.shapes import FAR, Ellipsoid, pair, tube, turn, two
from builder.demo.canvas import Canvas, blend
from builder.demo.plane import Image, ImagePlane
from builder.demo.scanner import paint_head_rest

_WHITE, _GREY, _CSF, _AIRY = 27.0, 38.0, 6.0, -950.0

_VAULT = Ellipsoid((0, 9, 31), (68, 87, 80))
_FLOORS = ((-34.0, 21.0), (-12.0, -3.0), (14.0, -4.0), (34.0, -40.0))
"""Height (mm) of the skull base, at the side, against y: front, middle and hind fossa."""

_HORNS = pair(
    [
        (10, -35, 51, 3),
        (9, -26, 53, 5),
        (8, -10, 60, 5.5),
        (11, 8, 66, 6),
        (19, 28, 62, 7),
        (24, 40, 53, 8),
        (23, 54, 47, 5),
        (20, 66, 44, 2.5),
    ]
)
_TEMPORAL_HORNS = pair([(24, 38, 50, 6), (31, 28, 36, 3.2), (33, 10, 22, 2.2), (30, -8, 17, 1.8)])
_CAUDATES = two((14.5, -24, 54), (5.5, 13, 9), z=12)
_LENTIFORMS = two((25, -8, 47), (6.5, 15, 11), z=14)
_THALAMI = two((10.5, 11, 49), (8, 14, 10), z=-22)
_BLEED = Ellipsoid((27, 0, 49), (8, 13, 9), turn(z=16))
_CISTERNS = (
    Ellipsoid((0, -6, 16), (13, 9, 7)), Ellipsoid((0, 33, 38), (10, 4, 7)),
    *two((16, 22, 22), (4, 11, 9), z=35), *two((14, -4, 14), (10, 4, 5)),
)  # fmt: skip
_SYLVIAN = pair([(26, -14, 26, 2.5), (37, -14, 36, 3), (41, -2, 45, 2.4), (50, 8, 50, 1.8), (60, 14, 54, 1.6)])
_BRAINSTEM = tube([(0, 13, 36, 14), (0, 14, 20, 14), (0, 19, 6, 14), (0, 30, -22, 8.5), (0, 36, -45, 6.5),
                   (0, 38, -80, 6)])  # fmt: skip
_PETROUS = pair([(68, 16, 0, 11), (52, 10, 2, 10), (34, 4, 3, 8), (14, 3, -2, 6)])
_MASTOIDS = two((61, 27, -10), (10, 13, 19))
_CLIVUS = tube([(0, -2, 12, 5), (0, 6, -2, 6), (0, 22, -32, 5)])
_DORSUM = pair([(3, 1, 14, 3), (9, -14, 19, 3.4)])
_EARS = two((80, 14, 0), (5, 17, 30), z=-18)
_CANALS = pair([(79, 6, 0, 3), (62, 6, 0, 3.2), (50, 5, 1, 4)])
_NERVE_CANALS = pair([(48, 3, 3, 2.5), (36, 9, 4, 2.2), (26, 12, 4, 2.4)])


def paint(plane: ImagePlane) -> Canvas:
    """The whole head on its rest, in HU."""
    canvas = Canvas(plane, edge=0.7)
    paint_head_rest(canvas, radius=104, y=4, depth=52)
    cavity = _cavity(canvas)
    _paint_scalp(canvas, cavity)
    paint_face(canvas)
    _paint_skull(canvas, cavity)
    paint_cells(canvas, cavity)
    _paint_brain(canvas, cavity)
    _paint_frontal_sinus(canvas, cavity)
    return canvas


def _floor(plane: ImagePlane) -> Image:
    """Height of the skull base (rows, columns): steps down from front to back, higher in the midline."""
    places, heights = (np.asarray(column) for column in zip(*_FLOORS, strict=True))
    side = np.interp(plane.y, places, heights)
    central = np.interp(plane.y, (-30.0, -12.0, 8.0, 34.0), (14.0, 12.0, 10.0, -40.0))
    share = np.clip((np.abs(plane.x) - 9) / 16, 0, 1)
    roof = 5 * np.exp(-(((np.abs(plane.x) - 32) / 16) ** 2)) * np.clip((-24 - plane.y) / 12, 0, 1)
    bowl = ((np.abs(plane.x) - 40) / 26) ** 2 * 9 * share * np.clip((plane.y + 34) / 20, 0, 1)
    result: Image = (central + share * (side - central) + roof + bowl).astype(np.float32)
    return result


def _cavity(canvas: Canvas) -> Image:
    """Signed distance to the inside of the skull; the base is steep, so heights are taken at half."""
    inside = canvas.field(_VAULT)
    above = np.float32(0.6) * (_floor(canvas.plane) - canvas.plane.z)
    hole = canvas.field(Ellipsoid((0, 40, -36), (15, 18, 14)))
    cavity = np.minimum(np.maximum(inside, above), np.maximum(hole, -canvas.plane.z - 48))
    cavity = np.maximum(cavity, -canvas.field(_PETROUS, _DORSUM, _CLIVUS))
    return canvas.rough(cavity.astype(np.float32), 0.5, 14.0, 11)


def _paint_scalp(canvas: Canvas, cavity: Image) -> None:
    scalp = canvas.rough(canvas.field(Ellipsoid((0, 8.5, 32), (80, 99, 92))), 0.5, 30.0, 12)
    skin = np.minimum(scalp, canvas.field(*_EARS))
    canvas.paint(skin, 30.0)
    canvas.paint(scalp + 2, -75.0)
    canvas.paint(np.maximum(scalp + 4.2, cavity - 10), 40.0)
    temples = canvas.field(*two((66, -28, 14), (13, 30, 36), z=-14))
    canvas.muscle(np.maximum(temples, scalp + 4), 13)


def _paint_skull(canvas: Canvas, cavity: Image) -> None:
    """Two tables of hard bone with spongy bone between; thicker at the back and in the base."""
    thick = 5.2 + 1.6 * np.clip(canvas.plane.y / 90, 0, 1) + 0.7 * canvas.noise(14, 28.0)
    thin = np.clip((_floor(canvas.plane) + 12 - canvas.plane.z) / 8, 0, 1) * (canvas.plane.y < 16)
    skull = cavity - (thick - 2.4 * thin).astype(np.float32)
    below = -44 - canvas.plane.z
    base = canvas.field(_PETROUS, _CLIVUS, _DORSUM, *_MASTOIDS)
    canvas.bone(base, 2.0, 1050, 700, 15)
    _paint_ear_cells(canvas)
    canvas.paint(np.maximum(skull, below), 1100.0)
    marrow = np.maximum(np.maximum(skull + 1.7, -cavity + 1.5), below + 1)
    canvas.paint(marrow, np.float32(560) + np.float32(120) * canvas.noise(16, 2.0))
    canvas.shape(1250, pair([(46, 6, 3, 6), (30, 7, 4, 5)]))
    canvas.shape(_AIRY, _CANALS)
    canvas.shape(20, _NERVE_CANALS)


def _paint_ear_cells(canvas: Canvas) -> None:
    cells = canvas.field(*two((60, 28, -9), (7.5, 10, 15)))
    if cells.min() < 0:
        walls = np.abs(canvas.noise(17, 3.4)) < 0.22
        canvas.paint(cells, np.where(walls, np.float32(250), np.float32(_AIRY)))


def _folds(canvas: Canvas, surface: Image) -> tuple[Image, Image]:
    """Distances (mm, roughly) to the furrows between the gyri and to the cortex that lines them."""
    crooked = canvas.noise(21, 11.0) + np.float32(0.55) * canvas.noise(22, 6.0)
    furrow = np.abs(crooked) * np.float32(7.5) + np.clip(-surface - 13, 0, None)
    depth = np.minimum(furrow, -surface)
    return furrow.astype(np.float32), depth.astype(np.float32)


def _paint_brain(canvas: Canvas, cavity: Image) -> None:
    if cavity.min() > 0:
        return
    canvas.paint(cavity, _CSF + 4)
    surface = canvas.rough(cavity + np.float32(2.0), 0.5, 9.0, 23)
    middle = np.abs(canvas.plane.x + canvas.noise(24, 24.0)) - np.float32(1.0)
    _paint_cerebrum(canvas, surface, middle)
    _paint_hind_brain(canvas, surface)
    _paint_deep(canvas)
    _paint_falx(canvas, cavity)


def _paint_cerebrum(canvas: Canvas, surface: Image, middle: Image) -> None:
    plane = canvas.plane
    bridge = canvas.field(Ellipsoid((0, 0, 50), (30, 34, 24)), Ellipsoid((0, 20, 42), (20, 26, 16)))
    split = np.minimum(middle, bridge + 6)  # the callosum and the brainstem join the halves
    outside = np.maximum(surface, np.where(split < bridge, -split, FAR * -1)).astype(np.float32)
    furrow, depth = _folds(canvas, outside)
    tissue = _WHITE + (_GREY - _WHITE) * np.clip((6.2 - depth) / 2.0, 0, 1)
    tissue += 0.6 * canvas.noise(25, 4.0) - 1.5 * np.exp(-np.abs(plane.x) / 12)
    canvas.paint(outside, tissue.astype(np.float32))
    canvas.paint(np.maximum(furrow - np.float32(0.9), surface), 11.0, edge=1.5)


def _paint_hind_brain(canvas: Canvas, surface: Image) -> None:
    sides = [canvas.field(side) for side in two((22, 56, -6), (33, 30, 27))]
    cerebellum = blend(sides[0], sides[1], 6.0)
    tent: Image = np.maximum(cerebellum, surface)
    if tent.min() < 2:
        canvas.paint(tent - np.float32(0.9), _CSF + 10)
        leaves = np.sin((canvas.plane.z * 0.8 + np.hypot(canvas.plane.x, canvas.plane.y - 30) * 0.5) * 1.6)
        fine = np.float32(34) + np.float32(1.5) * leaves + np.float32(1.6) * canvas.noise(26, 4.0)
        canvas.paint(tent, fine.astype(np.float32))
    canvas.shape(_CSF + 4, *_CISTERNS, _SYLVIAN)
    canvas.shape(30, _BRAINSTEM)
    canvas.shape(_CSF, Ellipsoid((0, 37, 4), (8, 5, 9)))


def _paint_deep(canvas: Canvas) -> None:
    """Ventricles, deep grey matter, the bleed with its rim, and the usual harmless calcifications."""
    canvas.shape(_GREY, *_LENTIFORMS, *_THALAMI)
    canvas.paint(canvas.rough(canvas.field(_HORNS, _TEMPORAL_HORNS), 0.4, 8.0, 27), _CSF)
    canvas.shape(_CSF, Ellipsoid((0, 4, 44), (2.0, 15, 8)))
    canvas.shape(_GREY, *_CAUDATES)
    bleed = canvas.rough(canvas.field(_BLEED), 1.3, 7.0, 28)
    canvas.paint(bleed - 4.5, 18.0, edge=3.0)
    canvas.paint(bleed, np.float32(68) + np.float32(3) * canvas.noise(29, 4.0), edge=1.2)
    canvas.shape(260, Ellipsoid((0, 31, 46), (2.6, 2.2, 2.4)))
    canvas.shape(190, *two((21, 36, 56), (2.5, 4, 3)))


def _paint_falx(canvas: Canvas, cavity: Image) -> None:
    plane = canvas.plane
    arch = np.hypot(plane.y - 12, plane.z - 34) - 52
    sheet = np.abs(plane.x + canvas.noise(24, 24.0)) - np.float32(0.5)
    falx = np.maximum(np.maximum(sheet, -arch), np.maximum(cavity, 30 - plane.z))
    canvas.paint(falx.astype(np.float32), 56.0)
    sinus = tube([(0, -60, 92, 1.5), (0, 0, 108, 2.5), (0, 60, 88, 3.5), (0, 92, 50, 4), (0, 93, 30, 5)])
    canvas.shape(52, sinus)
    canvas.shape(50, pair([(0, 92, 30, 4), (30, 82, 22, 3.5), (52, 56, 12, 3.5), (54, 40, -8, 4)]))


def _paint_frontal_sinus(canvas: Canvas, cavity: Image) -> None:
    """Where the frontal bone holds air: the frontal sinuses."""
    sinus = canvas.rough(canvas.field(*two((11, -81, 33), (10, 4.5, 13), z=8)), 1.0, 7.0, 30)
    sinus = np.maximum(sinus, -cavity + 1.2)
    canvas.paint(np.maximum(sinus - 1.6, -cavity), 950.0)
    canvas.paint(np.maximum(sinus, np.abs(canvas.plane.x) * -1 + 0.8), _AIRY)
