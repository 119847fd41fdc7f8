"""Where test scans come from: real folders, the files that pydicom brings, and a head CT from a Debian package."""

from collections.abc import Callable
from functools import cache
import gzip
import io
import os
from pathlib import Path
import plistlib
import tarfile
from typing import Any

import numpy as np
from pydicom import Dataset, dcmwrite
from pydicom.dataset import FileMetaDataset
from pydicom.uid import CTImageStorage, ExplicitVRLittleEndian, generate_uid

CRANIUM = Path("/usr/share/doc/invesalius-examples/examples/Cranium.inv3")


def in_ci() -> bool:
    """Whether nothing may be skipped."""
    return bool(os.environ.get("CI"))


def real_scans_folder() -> Path | None:
    """The folder of real scans that DICOM_TEST_DATA names."""
    folder = os.environ.get("DICOM_TEST_DATA")
    return Path(folder).resolve() if folder else None


@cache
def cranium_volume() -> np.ndarray:
    """The head CT of invesalius-examples in Hounsfield units, shape (108, 256, 256), int16."""
    with gzip.open(CRANIUM) as stream, tarfile.open(fileobj=io.BytesIO(stream.read())) as archive:
        members = {Path(member.name).name: member for member in archive.getmembers()}
        shape = plistlib.loads(archive.extractfile(members["main.plist"]).read())["matrix"]["shape"]
        raw = archive.extractfile(members["matrix.dat"]).read()
    return np.frombuffer(raw, "<i2").reshape(shape)


def ct_slice(pixels: np.ndarray, position: tuple[float, float, float], number: int, **attributes: Any) -> Dataset:
    """A CT slice as a scanner would write it, with an invented patient; `attributes` replace or add what is given."""
    slice_ = Dataset()
    slice_.SOPClassUID = CTImageStorage
    slice_.SOPInstanceUID = generate_uid(entropy_srcs=[repr((position, number, sorted(attributes)))])
    slice_.StudyInstanceUID, slice_.SeriesInstanceUID = "1.2.3.4", "1.2.3.4.5"
    slice_.PatientName, slice_.PatientID, slice_.PatientBirthDate = "Quillfeather^Ottoline", "MRN-77310", "19530418"
    slice_.PatientSex, slice_.StudyDate, slice_.StudyTime, slice_.StudyID = "F", "20240229", "081530", "S1"
    slice_.AccessionNumber, slice_.ReferringPhysicianName, slice_.Manufacturer = "ACC-4711", "Brackwater^Ivo", "Maker"
    slice_.Modality, slice_.SeriesNumber, slice_.InstanceNumber, slice_.AcquisitionNumber = "CT", 2, number, 1
    slice_.ImageType = ["ORIGINAL", "PRIMARY", "AXIAL"]
    slice_.ImagePositionPatient, slice_.ImageOrientationPatient = list(position), [1, 0, 0, 0, 1, 0]
    slice_.PixelSpacing, slice_.SliceThickness = [1, 1], 1.5
    slice_.FrameOfReferenceUID, slice_.PositionReferenceIndicator = "1.2.3.4.6", ""
    slice_.SamplesPerPixel, slice_.PhotometricInterpretation = 1, "MONOCHROME2"
    slice_.Rows, slice_.Columns = pixels.shape
    slice_.BitsAllocated, slice_.BitsStored, slice_.HighBit, slice_.PixelRepresentation = 16, 16, 15, 1
    slice_.RescaleIntercept, slice_.RescaleSlope, slice_.KVP = 0, 1, 120
    slice_.PixelData = pixels.astype("<i2").tobytes()
    for keyword, value in attributes.items():
        setattr(slice_, keyword, value)
    return slice_


def save(dataset: Dataset, path: Path) -> Path:
    """Write a data set as a PS3.10 file in Explicit VR Little Endian."""
    path.parent.mkdir(parents=True, exist_ok=True)
    dataset.file_meta = FileMetaDataset()
    dataset.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    dataset.preamble = bytes(128)
    dcmwrite(path, dataset, enforce_file_format=False)  # which allows for what is missing on purpose
    return path


def write_series(
    folder: Path, slices: int = 6, change: Callable[[Dataset, int], None] = lambda dataset, k: None, size: int = 16
) -> Path:
    """A small series of `slices` slices; `change` may alter each before it is written."""
    generator = np.random.default_rng(3)
    for k in range(slices):
        dataset = ct_slice(generator.integers(-1000, 1000, (size, size)), (-8.0, -8.0, 1.5 * k), k + 1)
        change(dataset, k)
        save(dataset, folder / f"I{k:03d}")
    return folder


def write_cranium(folder: Path, step: int = 1) -> Path:
    """The head CT as a series of axial slices, every `step`-th slice."""
    volume = cranium_volume()
    for k in range(0, len(volume), step):
        spacing = {"PixelSpacing": [0.957031, 0.957031], "WindowCenter": 40, "WindowWidth": 400}
        save(ct_slice(volume[k], (-122.5, -122.5, 1.5 * k), k + 1, **spacing), folder / f"C{k:04d}")
    return folder
