"""One image plane being painted, tissue over tissue, in Hounsfield units."""

from __future__ import annotations

import numpy as np

from builder.demo.anatomy.noise import smooth_noise
from builder.demo.anatomy.shapes import FAR, Shape
from builder.demo.plane import Image, ImagePlane

AIR, FAT, WATER, MUSCLE, BLOOD = -1000.0, -100.0, 0.0, 50.0, 45.0


class Canvas:
    """An image (rows, columns) in HU, in the plane where it lies; starts as air."""

    def __init__(self, plane: ImagePlane, edge: float) -> None:
        self.plane = plane
        self.edge = np.float32(edge)
        self.hu: Image = np.full(plane.shape, AIR, np.float32)

    def field(self, *shapes: Shape) -> Image:
        """Signed distance (mm) to the union of the shapes."""
        field = np.full(self.plane.shape, FAR, np.float32)
        for shape in shapes:
            shape.draw(self.plane, field)
        return field

    def noise(self, seed: int, cell: float) -> Image:
        return smooth_noise(self.plane, seed, cell)

    def rough(self, field: Image, amount: float, cell: float, seed: int) -> Image:
        """The field with its outline displaced by up to about `amount` mm."""
        if field.min() >= FAR:
            return field
        return field + np.float32(amount) * self.noise(seed, cell)

    def paint(self, field: Image, hu: float | Image, edge: float | None = None) -> None:
        """Paint `hu` where the field is negative, fading over `edge` mm as partial volume does."""
        width = self.edge if edge is None else np.float32(edge)
        rows = np.flatnonzero(field.min(axis=1) < width)
        if not rows.size:
            return
        part = slice(int(rows[0]), int(rows[-1]) + 1)
        cover = np.clip(np.float32(0.5) - field[part] / width, 0, 1)
        value = hu[part] if isinstance(hu, np.ndarray) else np.float32(hu)
        self.hu[part] += cover * (value - self.hu[part])

    def shape(self, hu: float | Image, *shapes: Shape) -> None:
        """Paint the union of the shapes."""
        self.paint(self.field(*shapes), hu)

    def bone(self, field: Image, shell: float, cortex: float, marrow: float, seed: int) -> None:
        """A hard shell `shell` mm thick around spongy bone with its trabeculae."""
        if field.min() > self.edge:
            return
        self.paint(field, cortex)
        self.paint(field + np.float32(shell), marrow + np.float32(0.22 * marrow) * self.noise(seed, 2.2))

    def muscle(self, field: Image, seed: int) -> None:
        """Muscle with the thin fat planes between its bundles."""
        if field.min() > self.edge:
            return
        grain = self.noise(seed, 13.0)
        value = np.float32(MUSCLE + 4) - np.float32(95) * np.exp(-((grain / np.float32(0.07)) ** 2))
        self.paint(field, value + np.float32(5) * self.noise(seed + 1, 3.0))


def blend(a: Image, b: Image, width: float) -> Image:
    """Union of two fields whose seam is rounded over `width` mm."""
    w = np.float32(width)
    t = np.clip(np.float32(0.5) + (b - a) / (2 * w), 0, 1)
    result: Image = b + (a - b) * t - w * t * (1 - t)
    return result
