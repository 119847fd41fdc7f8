"""Made series with text drawn into their pictures: invented names, a round patient, and air around."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont
from pydicom import Dataset

from tests import scans

SIZE, AIR, TISSUE, BONE, INK = 448, -1000, 40, 1500, 2500
BESIDE = (8, 8)
NAME = "ADA 77310 QUILL"


def phantom(seed: int, size: int = SIZE) -> np.ndarray:
    """A round patient of 1/3 of the width in air, with a bone and the noise of a scanner, int16 in Hounsfield units."""
    rows, columns = np.mgrid[:size, :size] - (size - 1) / 2
    body = np.where(np.hypot(rows, columns) < size / 3, TISSUE, AIR)
    body[np.hypot(rows - size / 5, columns) < size / 12] = BONE
    return np.rint(body + np.random.default_rng(seed).normal(0, 12, (size, size))).astype("<i2")


def with_text(
    pixels: np.ndarray, text: str = NAME, place: tuple[int, int] = BESIDE, size: int = 22, ink: int = INK
) -> np.ndarray:
    """A copy with a text drawn into it, smoothed as a screen does; `place` is (column, row).

    As it is by default, it takes more than a hundredth of the picture.
    """
    picture = Image.new("L", pixels.shape[::-1])
    ImageDraw.Draw(picture).text(place, text, fill=255, font=ImageFont.truetype("DejaVuSans.ttf", size))
    cover = np.asarray(picture) / 255
    return np.rint(pixels * (1 - cover) + ink * cover).astype(pixels.dtype)


def write_series(
    folder: Path, slices: int = 6, written: dict[int, Callable[[np.ndarray], np.ndarray]] | None = None,
    change: Callable[[Dataset, int], None] = lambda dataset, k: None,
) -> list[Path]:  # fmt: skip
    """A CT series, 2.5 mm apart; `written` gives for some slices what is drawn into them."""
    paths = []
    for k in range(slices):
        pixels = (written or {}).get(k, lambda plain: plain)(phantom(k))
        dataset = scans.ct_slice(pixels, (-128.0, -128.0, 2.5 * k), k + 1, SliceThickness=2.5)
        change(dataset, k)
        paths.append(scans.save(dataset, folder / f"T{k:03d}"))
    return paths
