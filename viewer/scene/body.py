"""Renders a solid by ray casting on the processor, off the screen: turned, clipped, coarse while it moves."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from viewer.looks import Point, Side
from viewer.scene.raycast import RayCaster
from viewer.solid import Solid

# More voxels than this are thinned out: nobody sees them in a picture of a thousand pixels, and shading counts each.
_MOST_VOXELS = 24_000_000
# How much of the picture a body takes that is seen from one of its sides.
_SHARE = 0.86
Vector = tuple[float, float, float]


class Body:
    """One solid with its camera; holds a copy of what it needs of the voxels until `close`."""

    def __init__(self, solid: Solid) -> None:
        self._caster = RayCaster(*thinned(solid))
        self._fills = False

    def set_look(self, points: Sequence[Point]) -> None:
        """Colours and opacities by voxel values."""
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
        """The whole body from one of its sides."""
        camera = self._caster.camera
        camera.SetFocalPoint(0, 0, 0)
        camera.SetPosition(*side.toward)
        camera.SetViewUp(*side.up)
        self._caster.aim()
        self._fills = False

    def turn(self, right: float, down: float) -> None:
        """By degrees, as if a hand moved over the side that is seen."""
        camera = self._caster.camera
        camera.Azimuth(-right)
        camera.Elevation(down)
        camera.OrthogonalizeViewUp()

    def move(self, right: float, down: float) -> None:
        """By shares of the picture's height."""
        camera = self._caster.camera
        height = 2 * camera.GetParallelScale()
        toward, up = np.array(camera.GetDirectionOfProjection()), np.array(camera.GetViewUp())
        by = -right * height * np.cross(toward, up) + down * height * up
        camera.SetFocalPoint(*(np.array(camera.GetFocalPoint()) + by))
        camera.SetPosition(*(np.array(camera.GetPosition()) + by))

    def zoom(self, factor: float) -> None:
        """Nearer by a factor."""
        self._caster.camera.Zoom(factor)

    @property
    def facing(self) -> tuple[Vector, Vector]:
        """What points right and what points down in the picture, in patient LPS."""
        camera = self._caster.camera
        toward, up = np.array(camera.GetDirectionOfProjection()), np.array(camera.GetViewUp())
        right = np.cross(toward, up)
        return _vector(right), _vector(-up)

    def clip(self, shares: Sequence[float]) -> None:
        """Show a box of the voxels only: from and to, as shares, along the columns, rows and slices of the stack."""
        bounds = self._caster.bounds
        low, size = bounds[::2], bounds[1::2] - bounds[::2]
        box = np.repeat(low, 2) + np.repeat(size, 2) * shares
        self._caster.crop(None if tuple(shares) == (0, 1, 0, 1, 0, 1) else box)

    def picture(self, size: tuple[int, int], coarse: float) -> NDArray[np.uint8]:
        """RGBA, (height, width, 4), first row on top; with `coarse` above 1 each side has as many times fewer rays."""
        self._fill(size)
        return self._caster.picture(size, coarse)

    def rows(self, size: tuple[int, int], first: int, last: int) -> NDArray[np.uint8]:
        """Some rows of the picture of this size, which take a part of its time."""
        self._fill(size)
        return self._caster.rows(size, first, last)

    def _fill(self, size: tuple[int, int]) -> None:
        if not self._fills:  # only now is the shape of the picture known
            self._caster.fill(size, _SHARE)
            self._fills = True

    def close(self) -> None:
        """Give everything back."""
        self._caster.close()


def thinned(solid: Solid) -> tuple[NDArray[np.generic], NDArray[np.float64]]:
    """Every n-th voxel along each axis where there are too many, and the matrix that belongs to them."""
    steps = [1, 1, 1]
    shape = solid.voxels.shape
    while np.prod([-(-size // step) for size, step in zip(shape, steps, strict=True)]) > _MOST_VOXELS:
        lengths = solid.spacing[::-1] * steps
        steps[int(np.argmin(lengths))] += 1
    voxels = np.ascontiguousarray(solid.voxels[:: steps[0], :: steps[1], :: steps[2]])
    empty = [index // steps[0] for index in solid.damaged if index % steps[0] == 0]
    if empty:  # where nothing is known, nothing is shown: these slices become what is clear in every look
        voxels = voxels.copy()
        voxels[empty] = np.delete(voxels, empty, axis=0).min()
    return voxels, solid.affine @ np.diag([*steps[::-1], 1.0])


def _vector(values: NDArray[np.float64]) -> Vector:
    return float(values[0]), float(values[1]), float(values[2])
