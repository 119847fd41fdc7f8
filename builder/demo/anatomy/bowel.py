"""The loops of the small bowel, and the colon with stool and gas."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from builder.demo.anatomy.shapes import Tubes, spline, tube
from builder.demo.canvas import AIR, FAT, Canvas
from builder.demo.plane import Image

_COLON_KNOTS = (
    (-92, 4, -66, 25), (-98, 10, -36, 25), (-101, 14, 4, 23), (-100, 4, 30, 22), (-86, -40, 40, 20),
    (-60, -70, 30, 19), (-20, -80, 20, 20), (24, -80, 30, 20), (66, -70, 66, 20), (98, -24, 104, 19),
    (106, 22, 96, 18), (104, 34, 50, 17), (104, 34, 0, 16), (100, 22, -50, 16), (84, 4, -86, 16),
    (52, -16, -112, 17), (14, 4, -96, 17), (-22, 16, -112, 17), (-12, 44, -128, 18), (0, 56, -150, 21),
    (0, 50, -182, 21), (0, 54, -206, 13), (0, 60, -230, 10),
)  # fmt: skip


def paint_small_bowel(canvas: Canvas, inside: Image) -> None:
    """Loops in the middle of the belly: wall, folded content, a bubble of gas here and there."""
    if canvas.plane.z.max() < -150 or canvas.plane.z.min() > 90:
        return
    loops = canvas.field(*_small_bowel())
    canvas.paint(np.maximum(loops, inside + 3), 44.0)
    lumen = np.maximum(canvas.rough(loops + 2, 0.9, 4.0, 131), inside + 5)
    canvas.paint(lumen, np.float32(20) + np.float32(12) * canvas.noise(132, 4.0))
    bubbles = np.maximum(lumen + 3, (1.25 - canvas.noise(133, 16.0)) * 6)
    canvas.paint(bubbles.astype(np.float32), AIR + 40)


def paint_colon(canvas: Canvas, inside: Image) -> None:
    """Pouched wall, mottled stool, and gas where the bowel is highest (in front)."""
    if canvas.plane.z.max() < -240 or canvas.plane.z.min() > 135:
        return
    colon: Image = np.maximum(canvas.field(_colon()), inside + 3)
    canvas.paint(colon - np.float32(1.5), FAT)
    canvas.paint(colon, 42.0)
    lumen = canvas.rough(colon + np.float32(2.6), 0.7, 7.0, 134)
    crumbs = 10 + 60 * canvas.noise(135, 4.0) - 420 * np.clip(canvas.noise(136, 2.6) - 1.2, 0, 1)
    canvas.paint(lumen, np.maximum(crumbs, np.float32(AIR)).astype(np.float32))
    gassy = np.float32(9) * canvas.noise(137, 42.0) + _level(canvas)
    canvas.paint(np.maximum(lumen, gassy).astype(np.float32), AIR)


def _level(canvas: Canvas) -> Image:
    """Gas lies above this surface: in front everywhere, further back in the sigmoid and the rectum."""
    z = canvas.plane.z
    front = np.interp(z, (-200, -110, -60, 0, 60, 110), (44.0, 2.0, -2.0, -40.0, -48.0, -18.0))
    result: Image = (canvas.plane.y - front + 0 * canvas.plane.x).astype(np.float32)
    return result


@lru_cache(maxsize=1)
def _colon() -> Tubes:
    """The colon's curve, its width swelling and narrowing into haustra."""
    points = spline(_COLON_KNOTS, 200)
    along = np.concatenate([[0], np.cumsum(np.linalg.norm(np.diff(points[:, :3], axis=0), axis=1))])
    points[:, 3] *= 1 + 0.14 * np.sin(along / 5.2) * np.clip((points[:, 2] + 170) / 40, 0, 1)
    return tube(points, 400)


@lru_cache(maxsize=1)
def _small_bowel() -> tuple[Tubes, ...]:
    """Serpentine layers that fill the middle of the belly, jogged so that no loop is straight."""
    rng = np.random.default_rng(404)
    layers = []
    for depth, y in enumerate((-66.0, -42.0, -18.0)):
        knots = []
        for row, z in enumerate(np.arange(46 - 8 * depth, -118, -23.0)):
            reach = 74 - 0.0022 * (z + 20) ** 2 - 6 * depth
            stops = np.linspace(-reach, reach, 6)[:: 1 if (row + depth) % 2 else -1]
            knots += [(x, y, z, 11.5) for x in stops]
        table = np.asarray(knots) + rng.normal(0, 1, (len(knots), 4)) * (4, 6, 6, 1.3)
        layers.append(tube(table, 5 * len(knots)))
    return tuple(layers)
