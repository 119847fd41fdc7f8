"""The colour of a segment on a screen, from its file: L*a*b* of D50 to sRGB, by the formulas of CIE and IEC."""

from pydicom import Dataset

from bundle.segments import PALETTE

# The two ways may round the last digit differently.
_NEAR = 1
# D50 to D65 by Bradford, and then to linear sRGB (IEC 61966-2-1), in two steps.
_BRADFORD = (
    (0.9555766, -0.0230393, 0.0631636), (-0.0282895, 1.0099416, 0.0210077), (0.0122982, -0.0204830, 1.3299098),
)  # fmt: skip
_SRGB = ((3.2404542, -1.5371385, -0.4985314), (-0.9692660, 1.8760108, 0.0415560), (0.0556434, -0.2040259, 1.0572252))


def has_colour(colour: str, segment: Dataset) -> bool:
    """Whether a colour such as '#e69f00' is that of a segment's item."""
    stored = segment.get("RecommendedDisplayCIELabValue")
    if stored is None:
        return colour == PALETTE[(int(segment.SegmentNumber) - 1) % len(PALETTE)]
    shown = [int(colour[at : at + 2], 16) for at in (1, 3, 5)] if len(colour) == 7 else []
    wanted = _screen(*map(int, stored))
    return len(shown) == 3 and all(abs(a - b) <= _NEAR for a, b in zip(shown, wanted, strict=True))


def _screen(lightness: int, a: int, b: int) -> list[float]:
    height = (lightness * 100 / 65535 + 16) / 116
    roots = (height + (a * 255 / 65535 - 128) / 500, height, height - (b * 255 / 65535 - 128) / 200)
    linear = [root**3 if root > 24 / 116 else (root - 16 / 116) * 108 / 841 for root in roots]
    xyz = [part * white for part, white in zip(linear, (0.9642, 1.0, 0.8249), strict=True)]
    red_green_blue = _times(_SRGB, _times(_BRADFORD, xyz))
    return [255 * _gamma(min(max(part, 0.0), 1.0)) for part in red_green_blue]


def _times(matrix: tuple[tuple[float, ...], ...], vector: list[float]) -> list[float]:
    return [sum(a * b for a, b in zip(row, vector, strict=True)) for row in matrix]


def _gamma(part: float) -> float:
    return 12.92 * part if part <= 0.0031308 else 1.055 * part ** (1 / 2.4) - 0.055
