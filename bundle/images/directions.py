"""Directions in the patient, three numbers each (LPS): only what a viewer needs before NumPy is loaded."""

from collections.abc import Sequence
import math

from bundle.index.records import Orientation, Vector

# How far a plane may lie from its place in an evenly spaced stack: a share of the spacing, and the error from
# rounding positions to one decimal (in mm, never more than a tenth of the spacing).
SPACING_SHARE = 0.02
ROUNDING = 0.06
ROUNDING_SHARE = 0.1
# A step larger than this multiple of the usual step is a gap: nothing is known about the tissue in it.
GAP_FROM = 1.5
# This many equal steps in a row are a spacing of their own (4 mm at the skull base, 7 mm above), not lost slices.
OWN_SPACING = 4


def dot(a: Sequence[float], b: Sequence[float]) -> float:
    """The scalar product of two vectors."""
    return math.fsum(x * y for x, y in zip(a, b, strict=True))


def unit_normal(orientation: Orientation) -> Vector:
    """The unit normal of a plane: row direction x column direction."""
    (a, b, c), (x, y, z) = orientation[:3], orientation[3:]
    across = (b * z - c * y, c * x - a * z, a * y - b * x)
    length = math.hypot(*across)
    return across[0] / length, across[1] / length, across[2] / length


def tolerance(spacing: float) -> float:
    """How far, in mm, a plane may lie from its even place in a stack that still counts as evenly spaced."""
    return max(SPACING_SHARE * spacing, min(ROUNDING, ROUNDING_SHARE * spacing))


def gaps(steps: Sequence[float]) -> tuple[bool, ...]:
    """Which of the steps (mm) from slice to slice are gaps, where slices are missing."""
    if not steps:
        return ()
    usual = _median(steps)
    widest = GAP_FROM * usual * (1 + 1e-6)  # positions are rounded
    if max(steps) <= widest:
        return (False,) * len(steps)
    own = _in_own_spacing(steps)
    return tuple(step > widest and not regular for step, regular in zip(steps, own, strict=True))


def _median(numbers: Sequence[float]) -> float:
    """As that of Python's `statistics`, which would load decimals and fractions before the first picture."""
    ordered, half = sorted(numbers), len(numbers) // 2
    return ordered[half] if len(numbers) % 2 else (ordered[half - 1] + ordered[half]) / 2


def _in_own_spacing(steps: Sequence[float]) -> list[bool]:
    """Which steps belong to a run of equal steps that is long enough to be a spacing of its own."""
    found: list[bool] = []
    while len(found) < len(steps):
        first = steps[len(found)]
        alike = (abs(step - first) <= tolerance(first) for step in steps[len(found) :])
        number = next((n for n, same in enumerate(alike) if not same), len(steps) - len(found))
        found += [number >= OWN_SPACING] * number
    return found


def orientation_letters(direction: Sequence[float]) -> str:
    """The direction (LPS) in the patient as up to three letters, the nearest axis first: 'L', 'PS', 'AR', …"""
    named = [(abs(value), pair[value < 0]) for value, pair in zip(direction, ("LR", "PA", "SI"), strict=True)]
    return "".join(letter for size, letter in sorted(named, reverse=True) if size > 0.25)
