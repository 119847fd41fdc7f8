"""Made people on made tables: which voxels are the body is known, whatever the scanner does to their values."""

from dataclasses import dataclass

import cv2
import numpy as np

from bundle.images.geometry import affine
from tests.viewer import bundles
from viewer.images.windowing import PixelKind, Rescale
from viewer.space.voxel_volume import Solid

AIR, FOAM, LUNG, FAT, FLESH, SHELL, BONE = -1000, -950, -850, -100, 40, 60, 700


@dataclass
class Phantom:
    """Values in HU, (slices, rows, columns), and what of them is body and what is table."""

    values: np.ndarray
    body: np.ndarray
    table: np.ndarray
    spacing: tuple[float, float, float]  # columns, rows, slices

    def solid(self, blur: float = 0.7, noise: float = 15.0, seed: int = 1) -> Solid:
        """As a scanner would see it: edges blurred (deviation in mm), with noise."""
        pixels = blur / self.spacing[0]
        seen = np.stack([cv2.GaussianBlur(part.astype(np.float32), (0, 0), pixels) for part in self.values])
        seen += np.random.default_rng(seed).normal(0, noise, seen.shape)
        matrix = affine((0, 0, 0), bundles.AXIAL, self.spacing[1::-1], (0.0, 0.0, self.spacing[2]))
        kind = PixelKind(16, 16, True, False, None)
        return Solid(np.rint(seen).astype(np.int16), matrix, Rescale(1.0, 0.0), kind, (), "")


def grid(shape: tuple[int, int, int], spacing: tuple[float, float, float]):
    """Places in mm along slices, rows and columns; that of columns is 0 in the middle."""
    k, j, i = np.ogrid[: shape[0], : shape[1], : shape[2]]
    return k * spacing[2], j * spacing[1], (i - (shape[2] - 1) / 2) * spacing[0]


def trunk(gap: float, *, shape=(70, 180, 220), spacing=(2.0, 2.0, 2.5), curve: float = 0.0004) -> Phantom:
    """A chest with lungs, ribs and two arms, `gap` mm above a hollow table of constant shape."""
    z, y, x = grid(shape, spacing)
    middle, deep = 150.0, 95.0
    swell = 1 + 0.06 * np.sin(z / 25)
    radius = np.sqrt((x / (150 * swell)) ** 2 + ((y - middle) / (deep * swell)) ** 2)
    values = np.full(shape, AIR, np.float32)
    body = radius <= 1
    for limit, value in ((1.0, FAT), (0.9, FLESH)):
        values[radius <= limit] = value
    values[(radius <= 0.8) & (radius > 0.76) & (np.sin(z / 4) > 0)] = BONE
    lung = (np.sqrt(((np.abs(x) - 65) / 45) ** 2 + ((y - middle) / 60) ** 2) <= 1) & (radius < 0.75)
    values[lung] = LUNG
    values[lung & (np.sin(x / 4) * np.sin(y / 4) > 0.9)] = FLESH  # vessels
    for side in (-1, 1):
        arm = np.sqrt((x - side * (190 + 4 * np.sin(z / 30))) ** 2 + (y - 165) ** 2)
        part = np.broadcast_to(arm <= 24, shape)
        values[part & (arm <= 24)], values[np.broadcast_to(arm <= 9, shape)] = FLESH, BONE
        body = body | part
    rows = np.where(body.any(axis=(0, 2)))[0]
    top = rows.max() * spacing[1] + spacing[1] / 2 + gap + curve * np.asarray(x) ** 2
    depth = y - top
    shell = (depth > 0) & ((depth <= 3.5) | ((depth > 40) & (depth <= 43.5)))
    inside = (depth > 3.5) & (depth <= 40)
    walls = (np.abs(x) <= 205) & np.broadcast_to(True, shape)
    table = np.broadcast_to((shell | inside) & walls, shape) & ~body
    values[table & np.broadcast_to(shell, shape)] = SHELL
    values[table & np.broadcast_to(inside, shape)] = FOAM
    return Phantom(values, body, table & np.broadcast_to(shell, shape), spacing)


def head(gap: float, *, ear: float = 0.0, shape=(80, 220, 200), spacing=(1.0, 1.0, 2.0)) -> Phantom:
    """A head in a cradle of constant shape; its ears stand out by `ear` mm and may touch the cradle."""
    z, y, x = grid(shape, spacing)
    long = shape[0] * spacing[2]
    size = np.sqrt(np.clip(1 - ((z - 60) / (long - 40)) ** 2, 0, None))
    radius = np.sqrt((x / 72) ** 2 + ((y - 100) / 88) ** 2)
    body = radius <= size
    values = np.where(body, FLESH, AIR).astype(np.float32)
    values[(radius <= 0.93 * size) & (radius > 0.84 * size)] = BONE
    cradle = np.sqrt((x / (72 + 4 + gap)) ** 2 + ((y - 100) / (88 + gap)) ** 2)
    if ear:
        shell = (np.abs(np.abs(x) - 70 - ear / 2) <= ear / 2 + 4) & (np.abs(y - 110) <= 3) & (np.abs(z - 60) <= 30)
        shell = shell & (cradle <= 1)  # pressed against the cradle, not into it
        values[shell & ~body], body = FLESH, body | shell
    table = np.broadcast_to((cradle > 1) & (cradle <= 1 + 4 / 80) & (y > 85), shape) & ~body
    values[table] = SHELL
    return Phantom(values, body, table, spacing)
