"""A smooth curve through places in the patient, and the straightened picture along it; numbers only, LPS in mm."""

from collections.abc import Sequence
from dataclasses import dataclass
import math

import numpy as np
from numpy.typing import NDArray

from bundle.index.records import Vector

Array = NDArray[np.float64]

# Between two points, the length of the curve is summed over this many chords: the error is below a millionth.
_CHORDS = 400
# Points nearer to each other than this, in mm, are one point.
_SAME = 1e-3


@dataclass(frozen=True, slots=True)
class SpaceCurve:
    """Places one `step` (mm along the curve) from each other, (n, 3), with unit vectors along and across it.

    `across` turns about the curve as little as possible from one place to the next, so that the picture does not twist.
    """

    places: Array
    along: Array
    across: Array
    step: float

    @property
    def length(self) -> float:
        """The length of the curve in mm."""
        return (len(self.places) - 1) * self.step


def curve_through(points: Sequence[Vector], step: float, angle: float = 0.0) -> SpaceCurve | None:
    """The cubic spline through points, by their distances; None for fewer than two different ones.

    `angle`, in degrees, turns `across` about the curve.
    """
    knots = _different(points)
    if len(knots) < 2:
        return None
    dense = _spline(knots)
    lengths = np.concatenate(([0.0], np.cumsum(np.linalg.norm(np.diff(dense, axis=0), axis=1))))
    number = max(round(lengths[-1] / step), 1)
    even = np.linspace(0.0, lengths[-1], number + 1)
    places = np.stack([np.interp(even, lengths, dense[:, axis]) for axis in range(3)], axis=1)
    along = _unit(np.gradient(places, axis=0))
    across = _carried(places, along, _sideways(along[0]))
    turned = math.cos(math.radians(angle)) * across + math.sin(math.radians(angle)) * np.cross(along, across)
    return SpaceCurve(places, along, turned, float(lengths[-1] / number))


def _different(points: Sequence[Vector]) -> Array:
    kept: list[Vector] = []
    for point in points:
        if not kept or math.dist(point, kept[-1]) > _SAME:
            kept.append(point)
    return np.array(kept, dtype=np.float64)


def _spline(knots: Array) -> Array:
    """Many places on the cubic spline, of which the first two and the last two pieces are one polynomial each.

    Bending to 0 at the ends, as of a natural spline, would leave a vessel by half a millimetre there.
    """
    gaps = np.linalg.norm(np.diff(knots, axis=0), axis=1)
    bends = _bends(knots, gaps)
    parts = []
    for k, gap in enumerate(gaps):
        t = np.linspace(0.0, 1.0, _CHORDS, endpoint=False)[:, np.newaxis]
        s = 1.0 - t
        bent = ((s**3 - s) * bends[k] + (t**3 - t) * bends[k + 1]) * gap**2 / 6
        parts.append(s * knots[k] + t * knots[k + 1] + bent)
    return np.concatenate([*parts, knots[-1:]])


def _bends(knots: Array, gaps: Array) -> Array:
    """The second derivatives at the knots: of three, the parabola's."""
    number = len(knots)
    matrix, right = np.eye(number), np.zeros((number, 3))
    if number == 3:
        matrix[0, 1] = matrix[2, 1] = -1
    elif number > 3:
        matrix[0, :3] = gaps[1], -gaps[0] - gaps[1], gaps[0]
        matrix[-1, -3:] = gaps[-1], -gaps[-2] - gaps[-1], gaps[-2]
    for k in range(1, number - 1):
        matrix[k, k - 1 : k + 2] = gaps[k - 1], 2 * (gaps[k - 1] + gaps[k]), gaps[k]
        right[k] = 6 * ((knots[k + 1] - knots[k]) / gaps[k] - (knots[k] - knots[k - 1]) / gaps[k - 1])
    return np.asarray(np.linalg.solve(matrix, right))


def _sideways(along: Array) -> Array:
    """A unit vector at a right angle, as much to the left of the patient as possible, or else to the back."""
    axis = np.array((1.0, 0.0, 0.0)) if abs(along[0]) < 0.9 else np.array((0.0, 1.0, 0.0))
    return np.asarray(_unit(axis - (axis @ along) * along))


def _carried(places: Array, along: Array, first: Array) -> Array:
    """`first` carried along the curve without a twist: by two reflections from each place to the next.

    The method of W. Wang et al., Computation of Rotation Minimizing Frames, ACM TOG 27 (2008).
    """
    found = [first]
    for k in range(len(places) - 1):
        way = places[k + 1] - places[k]
        across, tangent = _reflected(found[-1], way), _reflected(along[k], way)
        found.append(_reflected(across, along[k + 1] - tangent))
    return _unit(np.array(found))


def _reflected(vector: Array, normal: Array) -> Array:
    square = float(normal @ normal)
    return vector if square < 1e-18 else vector - 2 * (normal @ vector) / square * normal


def _unit(vectors: Array) -> Array:
    return np.asarray(vectors / np.linalg.norm(vectors, axis=-1, keepdims=True))
