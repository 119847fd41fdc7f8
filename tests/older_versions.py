"""Sticks and keys that earlier versions made, of images that can be made again."""

from datetime import datetime, timedelta
from pathlib import Path
import tarfile

from pydicom import Dataset

from tests import scans

_FOLDER = Path(__file__).parent / "sticks"
# When each examination begins. In steps of 20 minutes it crosses midnight under most offsets with a time of day.
_BEGINS = {1: ("20240212", "081530.250000"), 2: ("20240313", "131500.125000"), 3: ("20240414", "201000.500000")}
STEP = timedelta(minutes=20)


def write_people(folder: Path, *numbers: int, study: int = 1) -> Path:
    """One examination each of these people (1 to 3): four slices, 20 minutes and a fraction of a second apart."""
    for number in numbers:
        date, time = _BEGINS[number]
        begin = datetime.strptime(date + time, "%Y%m%d%H%M%S.%f") + timedelta(days=study - 1)
        uid = f"1.2.3.8.{number}.{study}"

        def change(dataset: Dataset, k: int, number: int = number, uid: str = uid, begin: datetime = begin) -> None:
            moment = begin + k * STEP + timedelta(milliseconds=70 * k)
            dataset.PatientName, dataset.PatientID = f"Thistlewood{number}^Hesper", f"MRN-88{number:03d}"
            dataset.PatientBirthDate = f"19{50 + number}0702"
            dataset.StudyInstanceUID, dataset.SeriesInstanceUID = uid, f"{uid}.1"
            dataset.FrameOfReferenceUID, dataset.SOPInstanceUID = f"{uid}.2", f"{uid}.1.{k + 1}"
            dataset.StudyDate = dataset.SeriesDate = f"{begin:%Y%m%d}"
            dataset.StudyTime = dataset.SeriesTime = f"{begin:%H%M%S.%f}"
            dataset.AcquisitionDate = dataset.ContentDate = f"{moment:%Y%m%d}"
            dataset.AcquisitionTime = dataset.ContentTime = f"{moment:%H%M%S.%f}"

        scans.write_series(folder / f"person{number}-{study}", slices=4, change=change, whole=True)
    return folder


def unpack(version: int, folder: Path) -> Path:
    """A stick and its key folder (`stick`, `key`) as that version of the format was written: people 1 and 2."""
    with tarfile.open(_FOLDER / f"version{version}.tar.xz") as archive:
        archive.extractall(folder)
    return folder
