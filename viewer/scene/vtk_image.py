"""The one place where numpy (k, j, i) meets VTK (i, j, k) and the patient's coordinates."""

from typing import Any

import numpy as np
from numpy.typing import NDArray


def to_vtk_image(volume: NDArray[Any], affine: NDArray[np.float64]) -> tuple[Any, Any]:
    """(vtkImageData, vtkMatrix4x4): the voxels, and where they lie in the patient (LPS, mm).

    `volume` has the shape (slices, rows, columns) and lies in memory slice after slice, row after row: it is indexed
    [k, j, i]. VTK wants i to run fastest as well, and counts it first: the dimensions are turned around, and the very
    same bytes are used, neither copied nor transposed. The vtkImageData refers to the array and keeps it alive.

    `affine` takes (i, j, k, 1) to patient LPS, the centre of a voxel to a point. A vtkImageData can say
    origin, spacing and a *rotation* (SetDirectionMatrix), but a tilted gantry makes the third axis lean towards the
    second: a shear, which no rotation expresses. VTK accepts such a direction matrix, and its filters then go wrong
    each in its own way. So the image lies at the origin with straight axes and its true voxel lengths, and the
    returned matrix, to be given to the prop as its user matrix, does the rest: rotation, shear and place.
    matrix @ (i * di, j * dj, k * dk, 1) == affine @ (i, j, k, 1). Filters that want straight voxels (reslices) are to
    reslice through this matrix, never to ignore it.

    LPS is right-handed and so is VTK's world; no axis is flipped here. RAS appears nowhere.
    """
    image = voxels_as_vtk_image(volume)
    lengths = np.linalg.norm(affine[:3, :3], axis=0)
    image.SetSpacing(*map(float, lengths))
    return image, vtk_matrix(affine @ np.diag([*(1 / lengths), 1.0]))


def voxels_as_vtk_image(volume: NDArray[Any]) -> Any:
    """The very bytes of (slices, rows, columns) as a vtkImageData whose places are the voxel numbers (i, j, k).

    Whoever keeps the returned object until no filter has it any more gives the bytes back with it; otherwise VTK's
    Python layer may hold them for longer.
    """
    from vtkmodules.util.numpy_support import numpy_to_vtk
    from vtkmodules.vtkCommonDataModel import vtkImageData

    slices, rows, columns = volume.shape
    image = vtkImageData()
    image.SetDimensions(columns, rows, slices)
    flat = np.ascontiguousarray(volume).reshape(-1)
    image.voxels = numpy_to_vtk(flat, deep=False)  # type: ignore[attr-defined,no-untyped-call]
    image.GetPointData().SetScalars(image.voxels)  # type: ignore[attr-defined]
    return image


def vtk_matrix(matrix: NDArray[np.float64]) -> Any:
    """A 4 x 4 matrix as VTK has it."""
    from vtkmodules.vtkCommonMath import vtkMatrix4x4

    made = vtkMatrix4x4()
    made.DeepCopy(tuple(map(float, matrix.reshape(-1))))
    return made
