"""Renders a solid by ray casting on the CPU, off the screen: turned, clipped, coarse while it moves."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from viewer.scene.raycast import RayCaster
from viewer.scene.render_presets import Point, Side
from viewer.space.slice_runs import ROUNDING, number_at
from viewer.space.voxel_volume import Solid

# More voxels than this are thinned out: a picture of a thousand pixels does not show them, and shading visits each.
_MOST_VOXELS = 24_000_000
# Uneven slices go onto an even grid of at most this many times their number.
_MOST_SLICES = 4
# The share of the picture that a body fills, seen from one of its sides.
_SHARE = 0.86
Vector = tuple[float, float, float]


class Body:
    """One solid with its camera; holds a copy of the voxels that it needs until `close`."""

    def __init__(self, solid: Solid) -> None:
        self._caster = RayCaster(*thinned(solid))
        self._fills = False

    def set_look(self, points: Sequence[Point]) -> None:
        """Set colours and opacities by voxel values."""
        from vtkmodules.vtkCommonDataModel import vtkPiecewiseFunction
        from vtkmodules.vtkRenderingCore import vtkColorTransferFunction, vtkVolumeProperty

        opacity, colour = vtkPiecewiseFunction(), vtkColorTransferFunction()
        for value, red, green, blue, opaque in points:
            opacity.AddPoint(value, opaque)
            colour.AddRGBPoint(value, red, green, blue)
        made = vtkVolumeProperty()
        made.SetScalarOpacity(opacity)
        made.SetColor(colour)
        made.SetInterpolationTypeToLinear()
        made.ShadeOn()
        made.SetAmbient(0.25)
        made.SetDiffuse(0.75)
        made.SetSpecular(0.15)
        self._caster.set_property(made)

    def look_from(self, side: Side) -> None:
        """Show the whole body from one of its sides."""
        camera = self._caster.camera
        camera.SetFocalPoint(0, 0, 0)
        camera.SetPosition(*side.toward)
        camera.SetViewUp(*side.up)
        self._caster.aim()
        self._fills = False

    def turn(self, right: float, down: float) -> None:
        """Turn by degrees, as if a hand moved over the visible side."""
        camera = self._caster.camera
        camera.Azimuth(-right)
        camera.Elevation(down)
        camera.OrthogonalizeViewUp()

    def move(self, right: float, down: float) -> None:
        """Move by shares of the picture's height."""
        camera = self._caster.camera
        height = 2 * camera.GetParallelScale()
        toward, up = np.array(camera.GetDirectionOfProjection()), np.array(camera.GetViewUp())
        by = -right * height * np.cross(toward, up) + down * height * up
        camera.SetFocalPoint(*(np.array(camera.GetFocalPoint()) + by))
        camera.SetPosition(*(np.array(camera.GetPosition()) + by))

    def zoom(self, factor: float) -> None:
        """Zoom in by a factor."""
        self._caster.camera.Zoom(factor)

    @property
    def facing(self) -> tuple[Vector, Vector]:
        """The directions to the right and down in the picture, in patient LPS."""
        camera = self._caster.camera
        toward, up = np.array(camera.GetDirectionOfProjection()), np.array(camera.GetViewUp())
        right = np.cross(toward, up)
        return _vector(right), _vector(-up)

    def clip(self, shares: Sequence[float]) -> None:
        """Show only a box of the voxels: from and to, as shares, along the columns, rows and slices of the stack."""
        bounds = self._caster.bounds
        low, size = bounds[::2], bounds[1::2] - bounds[::2]
        box = np.repeat(low, 2) + np.repeat(size, 2) * shares
        self._caster.crop(None if tuple(shares) == (0, 1, 0, 1, 0, 1) else box)

    def picture(self, size: tuple[int, int], coarse: float) -> NDArray[np.uint8]:
        """RGBA, (height, width, 4), first row on top; `coarse` above 1 divides the number of rays along each side."""
        self._fill(size)
        return self._caster.picture(size, coarse)

    def rows(self, size: tuple[int, int], first: int, last: int) -> NDArray[np.uint8]:
        """Some rows of the picture of this size, in a fraction of its time."""
        self._fill(size)
        return self._caster.rows(size, first, last)

    def _fill(self, size: tuple[int, int]) -> None:
        if not self._fills:  # the shape of the picture is known only now
            self._caster.fill(size, _SHARE)
            self._fills = True

    def close(self) -> None:
        """Release all memory."""
        self._caster.close()


def thinned(solid: Solid) -> tuple[NDArray[np.generic], NDArray[np.float64]]:
    """Every n-th voxel along each axis if there are too many, on an even grid, and the matrix for them.

    Unknown places (padding, gaps, damaged slices) show nothing: they get a value that is clear in every look.
    """
    rows, columns, slices = _steps(solid)
    lines = _slices(solid, slices)
    part = solid.voxels[:, ::rows, ::columns]
    known = None if solid.there is None else solid.there[:, ::rows, ::columns]
    made = np.empty((len(lines), *part.shape[1:]), part.dtype)
    clear = _least(part, known, solid.damaged)
    for index, (below, share) in enumerate(lines):
        made[index] = clear if below is None else _between(part, known, solid.damaged, below, share, clear)
    return made, solid.affine @ np.diag([columns, rows, _step(solid) * slices, 1.0])


def _step(solid: Solid) -> float:
    """The distance between slices of the even grid, in usual steps: as near as the slices are, within reason."""
    return max(min(1.0, *(run.step for run in solid.runs)), 1 / _MOST_SLICES) if len(solid.runs) > 1 else 1.0


def _steps(solid: Solid) -> tuple[int, int, int]:
    """Which voxels to take along rows, columns and the even grid's slices: every one, every second, …"""
    steps = [1, 1, 1]
    shape = [*solid.voxels.shape[1:], int(solid.ends[2] / _step(solid)) + 1]
    lengths = solid.spacing[[1, 0, 2]] * [1, 1, _step(solid)]
    while np.prod([-(-size // step) for size, step in zip(shape, steps, strict=True)]) > _MOST_VOXELS:
        steps[int(np.argmin(lengths * steps))] += 1
    return steps[0], steps[1], steps[2]


def _slices(solid: Solid, every: int) -> list[tuple[int | None, float]]:
    """For each slice of the even grid the slice below it and the share of the one above; None within a gap."""
    step = _step(solid) * every
    places = np.arange(int(solid.ends[2] / step + ROUNDING) + 1) * step
    found: list[tuple[int | None, float]] = []
    for place in map(float, places):
        if any(low < place < high for low, high in solid.gaps):
            found.append((None, 0.0))
            continue
        number = number_at(solid.runs, place)
        below = min(int(number + ROUNDING), len(solid.voxels) - 1)
        found.append((below, max(number - below, 0.0)))
    return found


def _between(
    voxels: NDArray[np.generic], known: NDArray[np.uint8] | None, damaged: tuple[int, ...], below: int, share: float,
    clear: Any,
) -> NDArray[np.generic]:  # fmt: skip
    """One slice of the even grid: padding adds nothing to the mixture, and damaged slices leave it clear."""
    needed = [(below, 1 - share)] if share < ROUNDING else [(below, 1 - share), (below + 1, share)]
    if any(number in damaged for number, _ in needed):
        return np.full(voxels.shape[1:], clear)
    if len(needed) == 1:
        return np.asarray(voxels[below] if known is None else np.where(known[below], voxels[below], clear))
    weights = [np.float32(share) if known is None else known[number] * np.float32(share) for number, share in needed]
    total = weights[0] + weights[1]
    mixed = (voxels[below] * weights[0] + voxels[below + 1] * weights[1]) / np.maximum(total, np.float32(ROUNDING))
    mixed = mixed if voxels.dtype.kind == "f" else np.rint(mixed)
    return np.asarray(np.where(total >= 0.5, mixed, clear), voxels.dtype)


def _least(voxels: NDArray[np.generic], known: NDArray[np.uint8] | None, damaged: tuple[int, ...]) -> Any:
    """The least known value."""
    sound = [number for number in range(len(voxels)) if number not in damaged]
    parts = [voxels[number] if known is None else voxels[number][known[number] > 0] for number in sound]
    return min((part.min() for part in parts if part.size), default=voxels.dtype.type(0))


def _vector(values: NDArray[np.float64]) -> Vector:
    return float(values[0]), float(values[1]), float(values[2])
