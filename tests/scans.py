"""Where test scans come from: real folders, the files that pydicom brings, and a head CT from a Debian package."""

from collections.abc import Callable
from functools import cache
import gzip
import io
import os
from pathlib import Path
import plistlib
import shutil
import tarfile
from typing import Any

import numpy as np
import pydicom
from pydicom import Dataset, dcmwrite
from pydicom.dataset import FileMetaDataset
from pydicom.uid import (
    CTImageStorage,
    ExplicitVRLittleEndian,
    MRImageStorage,
    PositronEmissionTomographyImageStorage,
    generate_uid,
)

PYDICOM = Path(pydicom.__file__).parent / "data" / "test_files"
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


def save(dataset: Dataset, path: Path, *, whole: bool = False) -> Path:
    """Write a data set as a PS3.10 file in Explicit VR Little Endian; `whole` with all that its file meta must have."""
    path.parent.mkdir(parents=True, exist_ok=True)
    dataset.file_meta = FileMetaDataset()
    dataset.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    dataset.preamble = bytes(128)
    dcmwrite(path, dataset, enforce_file_format=whole)  # False allows for what is missing on purpose
    return path


def write_series(
    folder: Path,
    slices: int = 6,
    change: Callable[[Dataset, int], None] = lambda dataset, k: None,
    size: int = 16,
    *,
    whole: bool = False,
) -> Path:
    """A small series of `slices` slices; `change` may alter each before it is written (see `save`)."""
    generator = np.random.default_rng(3)
    for k in range(slices):
        dataset = ct_slice(generator.integers(-1000, 1000, (size, size)), (-8.0, -8.0, 1.5 * k), k + 1)
        change(dataset, k)
        save(dataset, folder / f"I{k:03d}", whole=whole)
    return folder


def write_cranium(folder: Path, step: int = 1) -> Path:
    """The head CT as a series of axial slices, every `step`-th slice."""
    volume = cranium_volume()
    for k in range(0, len(volume), step):
        spacing = {"PixelSpacing": [0.957031, 0.957031], "WindowCenter": 40, "WindowWidth": 400}
        save(ct_slice(volume[k], (-122.5, -122.5, 1.5 * k), k + 1, **spacing), folder / f"C{k:04d}")
    return folder


def write_people(folder: Path, people: int = 3) -> Path:
    """A case each of so many invented people, in a folder of its own: CT, MR and PET, as makers differ in them."""
    for number in range(1, people + 1):
        kind = _KINDS[number % len(_KINDS)]

        def change(dataset: Dataset, k: int, number: int = number, kind: dict[str, Any] = kind) -> None:
            pixels = np.frombuffer(dataset.PixelData, "<i2") + 1000 * (number + k)
            if kind.get("PixelRepresentation", 1) == 0:
                pixels = pixels & ((1 << kind["BitsStored"]) - 1)
            dataset.PixelData = pixels.astype("u1" if kind.get("BitsAllocated") == 8 else "<u2").tobytes()
            dataset.update(_identity(number, k) | kind)

        write_series(folder / f"person{number}", slices=4, change=change, size=32, whole=True)
    return folder


# In turn: the first person has the second kind.
_KINDS: tuple[dict[str, Any], ...] = (
    {"WindowCenter": 40, "WindowWidth": 400},
    {"PixelRepresentation": 0, "BitsStored": 12, "HighBit": 11, "RescaleIntercept": -1024, "RescaleType": "HU"},
    {"PixelRepresentation": 0, "BitsAllocated": 8, "BitsStored": 8, "HighBit": 7},
    {
        "SOPClassUID": MRImageStorage, "Modality": "MR", "ImageOrientationPatient": [1, 0, 0, 0, 0, -1],
        "EchoTime": 12, "RepetitionTime": 500, "RescaleSlope": 2.5, "WindowCenter": 900, "WindowWidth": 1800,
    },
    {
        "SOPClassUID": MRImageStorage, "Modality": "MR", "PixelRepresentation": 0, "BitsStored": 15, "HighBit": 14,
        "PhotometricInterpretation": "MONOCHROME1", "WindowCenter": [500, 900], "WindowWidth": [700, 1500],
    },
    {"SOPClassUID": PositronEmissionTomographyImageStorage, "Modality": "PT", "Units": "BQML", "RescaleSlope": 0.375},
    {"PixelPaddingValue": -300, "ImageOrientationPatient": [0.8, 0.6, 0, 0, 0, -1], "GantryDetectorTilt": 0},
)  # fmt: skip
_FIRST_NAMES = ("Ottoline", "Ivo", "Hesper", "Barnaby", "Linnea", "Peregrine")
_LAST_NAMES = ("Quillfeather", "Brackwater", "Thistlewood", "Umberleigh")


def _identity(number: int, k: int) -> dict[str, Any]:
    """All that names a person, a place, a device or an event, for slice `k` of person `number`."""
    first, last, uid = _FIRST_NAMES[number % 6], _LAST_NAMES[number % 4], f"1.2.3.7.{number}"
    return {
        "PatientName": f"{last}{number}^{first}", "PatientID": f"MRN-773{number:03d}",
        "PatientBirthDate": f"19{40 + number}0418", "AccessionNumber": f"ACC-471{number:03d}",
        "StudyInstanceUID": uid, "SeriesInstanceUID": f"{uid}.1", "FrameOfReferenceUID": f"{uid}.2",
        "SOPInstanceUID": f"{uid}.1.{k + 1}", "StudyDate": f"20240{1 + number % 9}{10 + number % 18}",
        "StudyDescription": f"Visit {number} of {last}", "SeriesDescription": f"Look {number} at {first}",
        "InstitutionName": f"Infirmary {number} Nowhere", "InstitutionAddress": f"{number} Nowhere Lane",
        "ReferringPhysicianName": f"Pettibone{number}^Aurel", "OperatorsName": f"Larkspur{number}^Odo",
        "PerformingPhysicianName": f"Fennimore{number}^Ida", "StationName": f"STATION{number:03d}",
        "DeviceSerialNumber": f"SN-{5000 + number}X", "ProtocolName": f"Protocol {number} for {last}",
    }  # fmt: skip


def write_many(folder: Path) -> Path:
    """What stands in for the real scans where there are none: everywhere the same, of all kinds, of invented people.

    The files that pydicom brings, each in a folder of its own, and the head CT of invesalius-examples where it is.
    """
    for path in sorted(PYDICOM.glob("*.dcm")):
        (folder / "pydicom" / path.stem).mkdir(parents=True)
        shutil.copy(path, folder / "pydicom" / path.stem)
    write_people(folder / "people", 28)
    if CRANIUM.exists():
        write_cranium(folder / "head", step=2)
    return folder
