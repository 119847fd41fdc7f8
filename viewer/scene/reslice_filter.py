"""One vtkImageReslice: planes out of a block of voxels, whose places are the numbers of the voxels."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from viewer.scene.vtk_image import voxels_as_vtk_image, vtk_matrix

Array = NDArray[np.float64]

# In voxels per pixel: a thousandth of a voxel is far below anything a picture shows.
_NO_TURN = 1e-9
_VTK_FLOAT = 10
_FEW = 60_000  # below so many pixels, to begin and await a second thread takes longer than it saves


class ResliceFilter:
    """One vtkImageReslice over the same bytes as (slices, rows, columns)."""

    def __init__(self, voxels: NDArray[Any], *, nearest: bool = False) -> None:
        """Between voxels linearly, or the `nearest` one, as labels need it: a mean of two labels is a third one."""
        from vtkmodules.vtkImagingCore import vtkImageReslice

        self._reslice = vtkImageReslice()
        self._image = voxels_as_vtk_image(voxels)
        self._reslice.SetInputData(self._image)
        if nearest:
            self._reslice.SetInterpolationModeToNearestNeighbor()
        else:
            self._reslice.SetInterpolationModeToLinear()
        self._nearest = nearest
        self._threads = self._reslice.GetNumberOfThreads()
        self._reslice.SetOutputOrigin(0, 0, 0)
        self._reslice.SetOutputSpacing(1, 1, 1)

    def layers(self, to_index: Array, columns: int, rows: int, number: int, *, exact: bool = False) -> NDArray[Any]:
        """Planes one behind the other, (number, rows, columns): in VTK's own memory, until it makes the next.

        They are in the numbers of the voxels, or `exact`, with fractions. VTK's own slabs lie off their middle by half
        a step if the number of layers is even, and if a layer falls between two slices (seen in 9.7): not used.
        """
        from vtkmodules.util.numpy_support import vtk_to_numpy

        matrix = to_index.copy()
        if number == 1:  # without thickness the third axis may have no length: VTK cannot invert it
            matrix[:3, 2] = np.cross(matrix[:3, 0], matrix[:3, 1])
        # VTK is four times as fast if the picture runs along the voxels, but takes a rounding error for a rotation.
        matrix[:3, :3][np.abs(matrix[:3, :3]) < _NO_TURN] = 0
        # A pixel at the edge may have its centre outside the voxels: there it has their value, not VTK's 0.
        # Labels end where their voxels do.
        more = 0.0 if self._nearest else float(np.abs(matrix[:3, :2]).sum(axis=1).max())
        self._reslice.SetBorderThickness(0.5 + more)
        self._reslice.SetNumberOfThreads(1 if columns * rows * number < _FEW else self._threads)
        self._reslice.SetOutputScalarType(_VTK_FLOAT if exact else -1)  # -1: as the input
        self._reslice.SetResliceAxes(vtk_matrix(matrix))
        self._reslice.SetOutputExtent(0, columns - 1, 0, rows - 1, 0, number - 1)
        self._reslice.Update()
        values = vtk_to_numpy(self._reslice.GetOutput().GetPointData().GetScalars())  # type: ignore[no-untyped-call]
        return np.asarray(values.reshape(number, rows, columns))

    def close(self) -> None:
        """Release the bytes."""
        self._reslice.RemoveAllInputs()
        self._reslice.SetOutput(None)
        self._image = None
