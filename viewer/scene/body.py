"""A solid in 3D, cast on the CPU off the screen: few voxels while it moves, all that the PC can hold when it rests."""

from collections.abc import Sequence
from dataclasses import dataclass
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from viewer.images import memory
from viewer.scene.raycast import RayCaster, Vector
from viewer.scene.render_presets import RenderPreset, Side
from viewer.scene.thinning import steps_for, thinned
from viewer.space.voxel_volume import Solid

# While it moves, and for the first picture, few voxels do; each is the mean of this many along each axis.
_MOVING_VOXELS, _MOVING_SAMPLES = 3_000_000, 2
# At rest all voxels are cast, unless there are more than these: then neighbours are averaged. Each takes two bytes and
# three for its gradient, of at most this share of the PC's memory.
_MOST_VOXELS, _BYTES, _SHARE_OF_MEMORY = 80_000_000, 5, 1 / 16
# The share of the picture that a body fills, seen from one of its sides.
_SHARE = 0.86
_WHOLE = (0.0, 1.0, 0.0, 1.0, 0.0, 1.0)


@dataclass(frozen=True, slots=True)
class BodyView:
    """Everything that a picture depends on: the camera in patient LPS and mm, the preset, the clipping box."""

    focus: Vector
    eye: Vector
    up: Vector
    scale: float
    look: RenderPreset | None
    box: tuple[float, ...]


class Body:
    """One solid with its camera; holds the voxels that it needs until `close`.

    One thread at a time may cast `rows`; everything else belongs to the thread that made the body.
    """

    def __init__(self, solid: Solid) -> None:
        self._solid = solid
        few = thinned(solid, _MOVING_VOXELS, _MOVING_SAMPLES)
        self._caster = RayCaster(few.voxels, few.affine)
        self._look: RenderPreset | None = None
        self._box: tuple[float, ...] = _WHOLE
        self._fills = False
        self._still: _Still | None = None
        self._casting, self._closed = Lock(), False

    def set_look(self, look: RenderPreset) -> None:
        """Set colours and opacities by voxel values."""
        self._look = look
        set_look(self._caster, look)

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
        self._box = tuple(shares)
        _clip(self._caster, self._box)

    def picture(self, size: tuple[int, int], coarse: float) -> NDArray[np.uint8]:
        """RGBA, (height, width, 4), first row on top; `coarse` above 1 divides the number of rays along each side."""
        self._fill(size)
        return self._caster.picture(size, coarse)

    def view(self, size: tuple[int, int]) -> BodyView:
        """What `rows` needs to cast the same picture, of this size, from all voxels."""
        self._fill(size)
        camera = self._caster.camera
        places = camera.GetFocalPoint(), camera.GetPosition(), camera.GetViewUp()
        return BodyView(*places, camera.GetParallelScale(), self._look, self._box)

    def rows(self, view: BodyView, size: tuple[int, int], first: int, last: int) -> NDArray[np.uint8]:
        """Some rows of the picture of this size, from all voxels; raises MemoryError.

        The first call takes seconds; no call holds Python's lock for long. A closed body gives rows without anything.
        """
        try:
            with self._casting:
                if not self._closed:
                    if self._still is None:
                        self._still = _Still(self._solid)
                    return self._still.rows(view, size, first, last)
        finally:
            self._release()
        return np.zeros((last - first, size[0], 4), np.uint8)

    @property
    def averaged(self) -> tuple[int, int, int]:
        """How many voxels along columns, rows and slices are averaged into one at rest."""
        return steps_for(self._solid, _most_voxels())

    def _fill(self, size: tuple[int, int]) -> None:
        if not self._fills:  # the shape of the picture is known only now
            self._caster.fill(size, _SHARE)
            self._fills = True

    def close(self) -> None:
        """Release all memory; if rows are being cast, that of all voxels follows when they are done."""
        self._closed = True
        self._caster.close()
        self._release()

    def _release(self) -> None:
        """Both threads call this last, so that one of them does it."""
        if self._closed and self._casting.acquire(blocking=False):
            if self._still is not None:
                self._still.close()
            self._still = None
            self._casting.release()


class _Still:
    """The body at rest: all voxels, or as many as this PC can hold."""

    def __init__(self, solid: Solid) -> None:
        many = thinned(solid, _most_voxels())
        self._caster = RayCaster(many.voxels, many.affine)
        self._view: BodyView | None = None

    def rows(self, view: BodyView, size: tuple[int, int], first: int, last: int) -> NDArray[np.uint8]:
        """Some rows of this view."""
        if view is not self._view:
            self._set(view)
        return self._caster.rows(size, first, last)

    def _set(self, view: BodyView) -> None:
        if view.look is not None and (self._view is None or view.look != self._view.look):
            set_look(self._caster, view.look)
        _clip(self._caster, view.box)
        self._caster.aim_as(view.focus, view.eye, view.up, view.scale)
        self._view = view

    def close(self) -> None:
        """Release all memory."""
        self._caster.close()


def _most_voxels() -> int:
    return int(min(_MOST_VOXELS, memory.physical_bytes() * _SHARE_OF_MEMORY / _BYTES))


def _clip(caster: RayCaster, shares: tuple[float, ...]) -> None:
    bounds = caster.bounds
    low, size = bounds[::2], bounds[1::2] - bounds[::2]
    caster.crop(None if shares == _WHOLE else np.repeat(low, 2) + np.repeat(size, 2) * shares)


def set_look(caster: RayCaster, look: RenderPreset) -> None:
    """Give a caster the colours and opacities of a preset for its voxels, with shading unless it shows maxima."""
    from vtkmodules.vtkCommonDataModel import vtkPiecewiseFunction
    from vtkmodules.vtkRenderingCore import vtkColorTransferFunction, vtkVolumeProperty

    opacity, colour = vtkPiecewiseFunction(), vtkColorTransferFunction()
    for value, red, green, blue, opaque in look.points:
        opacity.AddPoint(value, opaque)
        colour.AddRGBPoint(value, red, green, blue)
    made = vtkVolumeProperty()
    made.SetScalarOpacity(opacity)
    made.SetColor(colour)
    made.SetInterpolationTypeToLinear()
    made.SetShade(int(not look.maximum))
    made.SetAmbient(0.25)
    made.SetDiffuse(0.75)
    made.SetSpecular(0.15)
    caster.set_property(made, maximum=look.maximum)


def _vector(values: NDArray[np.float64]) -> Vector:
    return float(values[0]), float(values[1]), float(values[2])
