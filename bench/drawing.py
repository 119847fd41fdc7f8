"""Draws invented names and dates into real pictures, at random places where a person can read them."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

Frame = NDArray[np.integer[Any]]
Cover = NDArray[np.float64]

_TEXTS = (
    "QUILLFEATHER OTTOLINE", "Brackwater, Ivo 18.04.1953", "MRN 7731077", "St. Elsewhere 29/02/2024", "QUILLFEATHER",
    "19530418", "Ivo M 54Y", "ACC 20240229",
)  # fmt: skip
_FONTS = Path("/usr/share/fonts/truetype/dejavu")
_FACES = ("DejaVuSans.ttf", "DejaVuSansMono-Bold.ttf", "DejaVuSerif.ttf")
# The pen: the value of the brightest pixels, four fifths of the range, and the darkest value.
PENS = {"white": 1.0, "grey": 0.8, "black": 0.0}
_LEAST_SLANT, _MOST_SLANT = 5, 30
# Nine tenths of the ink differ from what is under them by a fifth of the range.
INK, _MOST_OF_IT, _LEGIBLE = 0.5, 10, 0.2


@dataclass(frozen=True)
class Text:
    """How much of the pen covers each pixel of a frame, 0 to 1, and the pen's value."""

    cover: Cover
    value: float

    def on(self, frame: Frame) -> Frame:
        """A frame with the text on it."""
        return np.asarray(np.rint(frame * (1 - self.cover) + self.value * self.cover), frame.dtype)

    def is_met_by(self, boxes: Sequence[tuple[int, int, int, int]]) -> bool:
        """Whether one of the boxes (top, left, bottom, right) holds at least a tenth of its ink."""
        ink = self.cover > INK
        return any(ink[top:bottom, left:right].sum() >= 0.1 * ink.sum() for top, left, bottom, right in boxes)


def drawn(frame: Frame, height: int, pen: str, way: str, generator: np.random.Generator) -> Text | None:
    """A text with capitals of this height: 'across', 'along' the side or 'slanted'; None where it cannot be read."""
    shape = frame.shape[::-1] if way == "along" else frame.shape
    tile = _tile(height, generator)
    if way == "slanted":
        angle = int(generator.integers(_LEAST_SLANT, _MOST_SLANT + 1)) * int(generator.choice([-1, 1]))
        tile = tile.rotate(angle, expand=True, resample=Image.Resampling.BILINEAR)
    rows, columns = shape[0] - tile.height, shape[1] - tile.width
    if rows < 0 or columns < 0:
        return None
    picture = Image.new("L", (shape[1], shape[0]))
    picture.paste(tile, (int(generator.integers(columns + 1)), int(generator.integers(rows + 1))))
    cover = np.asarray(picture, np.float64) / 255
    cover = np.rot90(cover, int(generator.choice([1, 3]))) if way == "along" else cover
    value = _value(frame, pen)
    return Text(np.ascontiguousarray(cover), value) if _is_legible(frame, cover, value) else None


def _tile(height: int, generator: np.random.Generator) -> Image.Image:
    """Just the text, smoothed or not."""
    font = ImageFont.truetype(
        str(_FONTS / generator.choice(_FACES)), round(height / 0.73)
    )  # of which capitals are 0.73
    text = str(generator.choice(_TEXTS))
    left, top, right, bottom = (round(side) for side in font.getbbox(text))
    tile = Image.new("L", (right - left + 2, bottom - top + 2))
    draw = ImageDraw.Draw(tile)
    draw.fontmode = str(generator.choice(["1", "L"]))
    draw.text((1 - left, 1 - top), text, fill=255, font=font)
    return tile


def _value(frame: Frame, pen: str) -> float:
    low = float(frame.min())
    return low + PENS[pen] * (float(np.percentile(frame, 99.9)) - low)


def _is_legible(frame: Frame, cover: Cover, value: float) -> bool:
    """Whether the text differs from what is under it: black on black is no leak."""
    span, ink = float(np.percentile(frame, 99.9)) - float(frame.min()), cover > INK
    if span <= 0 or not ink.any():
        return False
    return bool(np.percentile(np.abs(frame[ink] - value), _MOST_OF_IT) > _LEGIBLE * span)
