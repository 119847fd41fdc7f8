"""Turns a Recommended Display CIELab Value into a colour of a screen, and back (PS3.3 C.10.7.1.1, IEC 61966-2-1)."""

from collections.abc import Sequence

import numpy as np

_WHITE = np.array([0.9642, 1.0, 0.8249])  # D50, the white of the ICC profile connection space
_TO_LINEAR = np.array([
    [3.1338561, -1.6168667, -0.4906146], [-0.9787684, 1.9161415, 0.0334540], [0.0719453, -0.2289914, 1.4052427],
])  # fmt: skip


def screen_colour(stored: Sequence[int]) -> str:
    """Such as '#dd8265', from three numbers of 16 bits."""
    lightness, a, b = stored[0] / 65535 * 100, stored[1] / 65535 * 255 - 128, stored[2] / 65535 * 255 - 128
    middle = (lightness + 16) / 116
    roots = np.array([middle + a / 500, middle, middle - b / 200])
    ratios = np.where(roots > 6 / 29, roots**3, 3 * (6 / 29) ** 2 * (roots - 4 / 29))
    linear = np.clip(_TO_LINEAR @ (ratios * _WHITE), 0, 1)
    shown = np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)
    return "#" + "".join(f"{round(float(part) * 255):02x}" for part in shown)


def stored_colour(shown: Sequence[int]) -> list[int]:
    """The three numbers of 16 bits, from red, green and blue of 8 bits."""
    parts = np.asarray(shown, np.float64) / 255
    linear = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
    ratios = np.linalg.solve(_TO_LINEAR, linear) / _WHITE
    x, y, z = np.where(ratios > (6 / 29) ** 3, np.cbrt(ratios), ratios / (3 * (6 / 29) ** 2) + 4 / 29)
    found = (116 * y - 16) / 100, (500 * (x - y) + 128) / 255, (200 * (y - z) + 128) / 255
    return [round(min(max(float(part), 0.0), 1.0) * 65535) for part in found]
