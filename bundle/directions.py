"""Directions in the patient, three numbers at a time (LPS): no more than a viewer needs before it has NumPy."""

from collections.abc import Sequence
import math

from bundle.records import Orientation, Vector

# How far a plane may lie from its place in an evenly spaced stack: a share of the spacing, and what rounding of
# the positions to one decimal does (in mm, never more than a tenth of the spacing).
SPACING_SHARE = 0.02
ROUNDING = 0.06
ROUNDING_SHARE = 0.1


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
    """How far, in mm, a plane may lie from its even place for the stack to count as regular."""
    return max(SPACING_SHARE * spacing, min(ROUNDING, ROUNDING_SHARE * spacing))


def orientation_letters(direction: Sequence[float]) -> str:
    """Where a direction (LPS) points in the patient, up to three letters, the nearest first: 'L', 'PS', 'AR', …"""
    named = [(abs(value), pair[value < 0]) for value, pair in zip(direction, ("LR", "PA", "SI"), strict=True)]
    return "".join(letter for size, letter in sorted(named, reverse=True) if size > 0.25)
