"""The scanner's contribution: the table, the blur of its kernel and quantum noise."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from builder.demo.canvas import Canvas
from builder.demo.plane import Image


@dataclass(frozen=True)
class Kernel:
    """A reconstruction kernel: its name, its blur (mm, standard deviation) and the noise it leaves (HU).

    `noise` is that in the middle of the body; `grain` is its spatial frequency (1/mm): higher is finer.
    """

    name: str
    blur: float
    noise: float
    grain: float


def expose(hu: Image, pixel: float, kernel: Kernel, seed: tuple[int, ...]) -> Image:
    """The image (rows, columns), HU, as the kernel shows it, with its noise."""
    frequency = _frequencies(hu.shape, pixel)
    sharp = np.fft.rfft2(hu) * np.exp(-2 * (np.pi * kernel.blur * frequency) ** 2)
    blurred: Image = np.fft.irfft2(sharp, hu.shape).astype(np.float32)
    noise: Image = _quantum_noise(hu.shape, frequency, kernel, seed) * _thickness(hu.shape)
    return blurred + noise


def _frequencies(shape: tuple[int, ...], pixel: float) -> Image:
    down, across = np.fft.fftfreq(shape[0], pixel), np.fft.rfftfreq(shape[1], pixel)
    result: Image = np.hypot(down[:, None], across[None, :]).astype(np.float32)
    return result


def _quantum_noise(shape: tuple[int, ...], frequency: Image, kernel: Kernel, seed: tuple[int, ...]) -> Image:
    """Filtered back-projection passes noise in proportion to frequency, until the kernel damps it."""
    white = np.random.default_rng(seed).standard_normal(shape, dtype=np.float32)
    passed = (frequency + np.float32(0.04)) * np.exp(-((frequency / np.float32(kernel.grain)) ** 2))
    grains = np.fft.irfft2(np.fft.rfft2(white) * passed, shape).astype(np.float32)
    result: Image = grains * np.float32(kernel.noise / grains.std())
    return result


def _thickness(shape: tuple[int, ...]) -> Image:
    """Rays through the middle of the body lose most photons, so noise is strongest there."""
    rows, columns = (np.linspace(-1, 1, n, dtype=np.float32) ** 2 for n in shape)
    result: Image = 0.35 + 0.75 * np.exp(-1.6 * (rows[:, None] + columns[None, :]))
    return result.astype(np.float32)


def paint_table(canvas: Canvas, top: float, half_width: float, sag: float) -> None:
    """A couch: thin carbon shell around foam, its top `top` mm behind the axis, hollowed by `sag` mm."""
    plane = canvas.plane
    hollow = top - sag * (plane.x / np.float32(half_width)) ** 2
    bulge = np.sqrt(np.clip(1 - (plane.x / np.float32(half_width)) ** 2, 0, 1))
    thick = np.float32(26) * bulge + np.float32(4)
    middle = np.abs(plane.y - hollow - thick / 2) - thick / 2
    field = np.maximum(middle, np.abs(plane.x) - np.float32(half_width)).astype(np.float32)
    canvas.paint(field, -180.0)
    canvas.paint(field + np.float32(2.2), -945.0)


def paint_head_rest(canvas: Canvas, radius: float, y: float, depth: float) -> None:
    """A U-shaped head rest: shell and cushion around the back of the head."""
    plane = canvas.plane
    ring = np.hypot(plane.x, plane.y - np.float32(y)) - np.float32(radius)
    lower = np.float32(depth) - plane.y
    cushion = np.maximum(np.abs(ring - 6) - 6, lower)
    shell = np.maximum(np.abs(ring - 14) - np.float32(1.4), lower)
    canvas.paint(cushion.astype(np.float32), -930.0)
    canvas.paint(shell.astype(np.float32), 60.0)
