"""Renders a volume into a picture on the CPU, for the self-test."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from viewer.scene.raycast import RayCaster

# The value of most voxels (air, the surroundings of the table) is clear; the brightest are opaque.
_CLEAR_PERCENTILE = 75.0
_OPAQUE_PERCENTILE = 99.5
_COLOURS = ((0.0, 0.35, 0.20, 0.15), (0.5, 0.85, 0.65, 0.50), (1.0, 1.0, 0.97, 0.90))
_FOR_PERCENTILES = 200_000


def render_volume(
    volume: NDArray[np.float32], affine: NDArray[np.float64], size: tuple[int, int] = (400, 400)
) -> NDArray[np.uint8]:
    """The volume seen from the front of the patient, head up: RGBA, shape (height, width, 4), first row on top.

    `volume` is (slices, rows, columns) in modality units, `affine` (i, j, k, 1) -> patient LPS in mm; a sheared volume
    appears straight.
    """
    caster = RayCaster(volume, affine)
    try:
        caster.set_property(_look(volume))
        _look_from_the_front(caster)
        return caster.picture(size)
    finally:
        caster.close()


def vtk_version() -> str:
    """The version of VTK."""
    from vtkmodules.vtkCommonCore import vtkVersion

    return str(vtkVersion.GetVTKVersion())


def _look(volume: NDArray[np.float32]) -> Any:
    from vtkmodules.vtkCommonDataModel import vtkPiecewiseFunction
    from vtkmodules.vtkRenderingCore import vtkColorTransferFunction, vtkVolumeProperty

    some = volume.reshape(-1)[:: max(volume.size // _FOR_PERCENTILES, 1)]
    clear, opaque = (float(value) for value in np.percentile(some, (_CLEAR_PERCENTILE, _OPAQUE_PERCENTILE)))
    opaque = max(opaque, clear + 1e-3)
    opacity, colour = vtkPiecewiseFunction(), vtkColorTransferFunction()
    opacity.AddPoint(clear, 0.0)
    opacity.AddPoint(opaque, 0.6)
    for share, red, green, blue in _COLOURS:
        colour.AddRGBPoint(clear + share * (opaque - clear), red, green, blue)
    made = vtkVolumeProperty()
    made.SetScalarOpacity(opacity)
    made.SetColor(colour)
    made.SetInterpolationTypeToLinear()
    return made


def _look_from_the_front(caster: RayCaster) -> None:
    """Patient LPS: y grows towards the back and z towards the head, so the front is at negative y."""
    caster.camera.SetFocalPoint(0, 0, 0)
    caster.camera.SetPosition(0, -1, 0)
    caster.camera.SetViewUp(0, 0, 1)
    caster.aim()
