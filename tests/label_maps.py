"""Writes label maps in NIfTI and NRRD, in any order and direction of axes, of the series of structure_sets."""

from collections.abc import Sequence
from pathlib import Path

import nibabel
import nrrd
import numpy as np

from tests import structure_sets as rt

_TO_RAS = np.diag([-1.0, -1.0, 1.0, 1.0])


def labels() -> np.ndarray:
    """Three bodies on the voxels of the series, (slices, rows, columns): labels 1, 2 and 7."""
    made = np.zeros((rt.SLICES, rt.SIZE, rt.SIZE), np.uint8)
    made[3:9, 10:20, 5:30] = 1
    made[8:20, 30:50, 20:33] = 2
    made[20, 60:64, 60:64] = 7
    made[4, 15, 29] = 2  # no symmetry hides an axis that runs backwards
    return made


def affine() -> np.ndarray:
    """From (column, row, slice) to the patient, in LPS."""
    made = np.eye(4)
    made[:3, 0], made[:3, 1] = rt.ALONG * rt.SPACING[1], rt.DOWN * rt.SPACING[0]
    made[:3, 2], made[:3, 3] = rt.NORMAL * rt.STEP, rt.ORIGIN
    return made


def turned(voxels: np.ndarray, to_patient: np.ndarray, order: Sequence[int], flips: Sequence[int]):
    """The same map and its affine with the axes in another order, some of them backwards."""
    voxels = np.transpose(voxels, order)
    to_patient = to_patient[:, [*order, 3]].copy()
    for axis in flips:
        voxels = np.flip(voxels, axis)
        to_patient[:, 3] += to_patient[:, axis] * (voxels.shape[axis] - 1)
        to_patient[:, axis] *= -1
    return np.ascontiguousarray(voxels), to_patient


def write_nifti(
    path: Path, voxels: np.ndarray, to_patient: np.ndarray, qform: np.ndarray | None = None, xml: str = ""
) -> Path:
    """`to_patient` in LPS is its sform and its qform, unless another qform is given."""
    path.parent.mkdir(parents=True, exist_ok=True)
    image = nibabel.Nifti1Image(voxels, _TO_RAS @ to_patient)
    image.set_sform(_TO_RAS @ to_patient, code=1)
    image.set_qform(_TO_RAS @ (to_patient if qform is None else qform), code=1)
    image.header.set_xyzt_units("mm")
    image.header["descrip"], image.header["aux_file"] = b"Quillfeather Ottoline", b"Brackwater"
    image.header["intent_name"], image.header["db_name"] = b"Quillfeather", b"Ottoline"
    image.header.extensions.append(nibabel.nifti1.Nifti1Extension("comment", b"MRN-77310 Quillfeather"))
    if xml:
        image.header.extensions.append(nibabel.nifti1.Nifti1Extension(0, xml.encode()))
    nibabel.save(image, path)
    return path


def write_nrrd(
    path: Path, voxels: np.ndarray, to_patient: np.ndarray, space: str = "left-posterior-superior", **said: str
) -> Path:
    """By default in LPS."""
    path.parent.mkdir(parents=True, exist_ok=True)
    signs = np.diag({"left": 1.0, "righ": -1.0}[space[:4]] * np.array([1.0, 0, 0])) + np.diag(
        [0.0, 1.0 if "posterior" in space else -1.0, 1.0]
    )
    header = {
        "space": space,
        "space directions": (signs @ to_patient[:3, :3]).T,
        "space origin": signs @ to_patient[:3, 3],
        "content": "Quillfeather Ottoline",
        "PatientName": "Brackwater",
        **said,
    }
    nrrd.write(str(path), voxels, header)
    content = path.read_bytes()
    path.write_bytes(content.replace(b"\n", b"\n# for Quillfeather, MRN-77310\n", 1))
    return path
