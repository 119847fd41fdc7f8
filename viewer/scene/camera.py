"""The direction in which a body is seen, without perspective: turned, moved and zoomed as if by a hand."""

from dataclasses import dataclass, replace
import math

import numpy as np
from numpy.typing import NDArray

from viewer.scene.render_presets import Side

Vector = tuple[float, float, float]
_Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Camera:
    """Looks from `eye` to `focus`, in patient LPS and mm; half the height of the picture is `scale` mm.

    `toward` and `up` are unit vectors, perpendicular to each other.
    """

    focus: Vector = (0.0, 0.0, 0.0)
    toward: Vector = (0.0, 1.0, 0.0)
    up: Vector = (0.0, 0.0, 1.0)
    scale: float = 1.0
    distance: float = 1.0

    @property
    def eye(self) -> Vector:
        """Where the eye is."""
        return _vector(np.array(self.focus) - self.distance * np.array(self.toward))

    @property
    def right(self) -> Vector:
        """The direction to the right in the picture."""
        return _vector(np.cross(self.toward, self.up))

    @property
    def down(self) -> Vector:
        """The direction down in the picture."""
        return _vector(-np.array(self.up))

    def turned(self, right: float, down: float) -> "Camera":
        """By degrees, as if a hand moved over the visible side: about `up`, then about the way to the right."""
        toward = _about(np.array(self.up), -right, np.array(self.toward))
        across = np.cross(toward, self.up)
        toward = _about(-across, down, toward)
        up = np.cross(across, toward)
        return replace(self, toward=_unit(toward), up=_unit(up))

    def moved(self, right: float, down: float) -> "Camera":
        """The body moves by shares of the picture's height."""
        height = 2 * self.scale
        by = -right * height * np.array(self.right) - down * height * np.array(self.down)
        return replace(self, focus=_vector(np.array(self.focus) + by))

    def zoomed(self, factor: float) -> "Camera":
        """Larger by a factor."""
        return replace(self, scale=self.scale / factor)


def camera_from(side: Side, corners: _Array) -> Camera:
    """From one of the six sides to the middle of these corners, (n, 3), in patient LPS and mm."""
    away = -np.array(side.toward, float)
    span = float(np.linalg.norm(np.ptp(corners, axis=0)))
    return Camera(_vector(corners.mean(axis=0)), _unit(away), _unit(np.array(side.up, float)), span, 2 * span or 1.0)


def filling(camera: Camera, corners: _Array, size: tuple[int, int], share: float) -> Camera:
    """Let the corners fill this share of the picture's height or width; `size` is (width, height)."""
    places = corners - camera.focus
    width, height = (float(np.abs(places @ np.array(way)).max()) for way in (camera.right, camera.up))
    return replace(camera, scale=max(height, width * size[1] / size[0], 1e-6) / share)


def _about(axis: _Array, degrees: float, way: _Array) -> _Array:
    """`way` turned about a unit vector, anticlockwise as seen from its tip."""
    angle = math.radians(degrees)
    along = axis * float(axis @ way)
    return np.asarray(along + (way - along) * math.cos(angle) + np.cross(axis, way) * math.sin(angle))


def _unit(way: _Array) -> Vector:
    return _vector(way / np.linalg.norm(way))


def _vector(values: _Array) -> Vector:
    return float(values[0]), float(values[1]), float(values[2])
