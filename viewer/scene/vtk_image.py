"""The only place where numpy (k, j, i) meets VTK (i, j, k) and the patient's coordinates."""

from typing import Any

import numpy as np
from numpy.typing import NDArray


def to_vtk_image(volume: NDArray[Any], affine: NDArray[np.float64]) -> tuple[Any, Any]:
    """(vtkImageData, vtkMatrix4x4): the voxels, and where they lie in the patient (LPS, mm).

    `volume` has the shape (slices, rows, columns) and lies in memory slice after slice, row after row: its index is
    [k, j, i]. VTK also wants i to run fastest, but counts it first: the dimensions are reversed, and VTK uses the same
    bytes, neither copied nor transposed. The vtkImageData refers to the array and keeps it alive.

    `affine` takes (i, j, k, 1) to patient LPS, the centre of a voxel to a point. A vtkImageData can store origin,
    spacing and a *rotation* (SetDirectionMatrix), but a tilted gantry makes the third axis lean towards the second: a
    shear, which no rotation expresses. VTK accepts such a direction matrix, but then each of its filters goes wrong in
    its own way. So the image lies at the origin with straight axes and its true voxel lengths, and the returned matrix,
    which the prop takes as its user matrix, does the rest: rotation, shear and place.
    matrix @ (i * di, j * dj, k * dk, 1) == affine @ (i, j, k, 1). Filters that want straight voxels (reslices) must
    reslice through this matrix, never ignore it.

    LPS is right-handed and so is VTK's world; no axis is flipped here. RAS appears nowhere.
    """
    image = voxels_as_vtk_image(volume)
    lengths = np.linalg.norm(affine[:3, :3], axis=0)
    image.SetSpacing(*map(float, lengths))
    return image, vtk_matrix(affine @ np.diag([*(1 / lengths), 1.0]))


def voxels_as_vtk_image(volume: NDArray[Any]) -> Any:
    """The same bytes as (slices, rows, columns), as a vtkImageData whose places are the voxel numbers (i, j, k).

    Keep the returned object until no filter holds it any more, then drop it: that releases the bytes. Otherwise VTK's
    Python layer may hold them longer.
    """
    from vtkmodules.vtkCommonDataModel import vtkImageData

    slices, rows, columns = volume.shape[:3]
    image = vtkImageData()
    image.SetDimensions(columns, rows, slices)
    put_voxels(image, volume)
    return image


def put_voxels(image: Any, volume: NDArray[Any]) -> None:
    """Give an image other voxels of the same shape; a fourth axis has the parts of each voxel."""
    from vtkmodules.util.numpy_support import numpy_to_vtk

    flat = np.ascontiguousarray(volume).reshape((-1, *volume.shape[3:]))
    image.voxels = numpy_to_vtk(flat, deep=False)  # type: ignore[no-untyped-call]
    image.GetPointData().SetScalars(image.voxels)
    image.Modified()


def vtk_matrix(matrix: NDArray[np.float64]) -> Any:
    """A 4 x 4 matrix as a VTK object."""
    from vtkmodules.vtkCommonMath import vtkMatrix4x4

    made = vtkMatrix4x4()
    made.DeepCopy(tuple(map(float, matrix.reshape(-1))))
    return made
