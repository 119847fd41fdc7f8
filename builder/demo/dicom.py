"""DICOM headers and files for the sample scans."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID, uuid5

import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset, FileDataset, FileMetaDataset
from pydicom.sequence import Sequence
from pydicom.uid import (
    UID,
    CTImageStorage,
    ExplicitVRLittleEndian,
    ImplicitVRLittleEndian,
    SecondaryCaptureImageStorage,
)

from builder.demo.people import InventedPerson, Visit
from builder.demo.plan import SeriesPlan
from builder.demo.plane import Image

_SPACE = UUID("0f5be6c2-6f0c-5a0e-9a71-6d0d5ca7ba5e")
_VERSION_UID = UID(f"2.25.{uuid5(_SPACE, 'implementation').int}")


def make_uid(*parts: object) -> UID:
    """The same UID, under 2.25, for the same parts."""
    return UID(f"2.25.{uuid5(_SPACE, '/'.join(map(str, parts))).int}")


def text(number: float) -> str:
    """A number as a decimal string of at most 16 characters."""
    return f"{number:.6f}".rstrip("0").rstrip(".") or "0"


def visit_header(visit: Visit) -> Dataset:
    """The attributes that the files of one study share: who, where, when and why."""
    header = Dataset()
    header.SpecificCharacterSet = visit.person.charset
    _put_person(header, visit.person, visit.age)
    header.StudyInstanceUID = make_uid("study", visit.key)
    header.StudyID = visit.accession[-6:]
    header.StudyDate = header.SeriesDate = header.AcquisitionDate = header.ContentDate = visit.date
    header.StudyTime = header.SeriesTime = header.AcquisitionTime = header.ContentTime = visit.time
    header.AccessionNumber = visit.accession
    header.StudyDescription = visit.description
    _put_staff(header, visit)
    _put_private(header, visit)
    return header


def _put_person(header: Dataset, person: InventedPerson, age: str) -> None:
    header.PatientName = person.name
    header.PatientID = person.patient_id
    header.PatientBirthDate = person.birth
    header.PatientSex = person.sex
    header.PatientAge = age
    header.PatientSize = text(person.height)
    header.PatientWeight = text(person.weight)
    header.PatientAddress = person.address
    header.PatientTelephoneNumbers = person.phone
    header.Occupation = person.job


def _put_staff(header: Dataset, visit: Visit) -> None:
    header.InstitutionName = visit.hospital
    header.InstitutionAddress = visit.address
    header.InstitutionalDepartmentName = "CT"
    header.StationName = visit.station
    header.Manufacturer = visit.maker
    header.ManufacturerModelName = visit.model
    header.DeviceSerialNumber = f"SN{sum(map(ord, visit.station)):06d}"
    header.SoftwareVersions = "invented 1.0"
    header.ReferringPhysicianName = visit.referrer
    header.NameOfPhysiciansReadingStudy = visit.reader
    header.PerformingPhysicianName = visit.reader
    header.OperatorsName = visit.operator
    header.AdmittingDiagnosesDescription = visit.diagnosis
    header.PatientComments = visit.comment
    header.RequestAttributesSequence = Sequence([_request(visit)])


def _request(visit: Visit) -> Dataset:
    request = Dataset()
    request.RequestedProcedureID = visit.accession[:16]
    request.RequestedProcedureDescription = visit.description
    request.ScheduledProcedureStepID = visit.accession[:16]
    request.ScheduledProcedureStepDescription = visit.diagnosis
    return request


def _put_private(header: Dataset, visit: Visit) -> None:
    """The private data that makers hide in their own groups: here the name, the operator and a table height."""
    block = header.private_block(0x0029, f"{visit.maker.upper()} HEADER", create=True)
    block.add_new(0x10, "LO", f"{visit.person.patient_id} {visit.person.folder}")
    block.add_new(0x11, "PN", visit.operator)
    block.add_new(0x20, "DS", "142.5")
    block.add_new(0x30, "OB", visit.accession.encode("ascii").ljust(16, b"\0"))


def series_header(series: SeriesPlan, scout: bool = False) -> Dataset:
    """The header that all slices of a series (or its localizer) share."""
    header = visit_header(series.visit)
    number = 1 if scout else series.number
    header.SOPClassUID = CTImageStorage
    header.Modality = "CT"
    header.SeriesInstanceUID = make_uid("series", series.key, number)
    header.SeriesNumber = str(number)
    header.SeriesDescription = "Topogram 0.6 T20s" if scout else series.description
    header.FrameOfReferenceUID = make_uid("frame", series.key)
    header.PositionReferenceIndicator = ""
    header.BodyPartExamined = series.visit.body_part
    header.ProtocolName = series.visit.protocol
    header.PatientPosition = "HFS"
    header.ImageType = ["ORIGINAL", "PRIMARY", "LOCALIZER" if scout else "AXIAL"]
    _put_exposure(header, series)
    _put_pixels(header, series)
    header.RescaleType = "US" if scout else "HU"  # a localizer's grey values are not Hounsfield units
    return header


def _put_exposure(header: Dataset, series: SeriesPlan) -> None:
    header.KVP = str(series.kvp)
    header.XRayTubeCurrent = str(series.tube_current)
    header.ExposureTime = "1000"
    header.Exposure = str(series.tube_current)
    header.FilterType = "BODY"
    header.DataCollectionDiameter = "500"
    header.ReconstructionDiameter = text(series.gantry.size * series.gantry.pixel)
    header.DistanceSourceToDetector = "1040"
    header.DistanceSourceToPatient = "570"
    header.RotationDirection = "CW"
    header.TableHeight = "142.5"
    header.AcquisitionNumber = "1"


def _put_pixels(header: Dataset, series: SeriesPlan) -> None:
    storage = series.storage
    bits = 16 if storage.signed else 12
    header.SamplesPerPixel = 1
    header.PhotometricInterpretation = "MONOCHROME2"
    header.BitsAllocated, header.BitsStored, header.HighBit = 16, bits, bits - 1
    header.PixelRepresentation = int(storage.signed)
    header.RescaleIntercept = str(storage.intercept)
    header.RescaleSlope = "1"


def put_slice(header: Dataset, series: SeriesPlan, index: int, hu: Image) -> None:
    """Turn a series' header into that of one slice, with its pixels (rows, columns) in HU."""
    uid = make_uid("slice", series.key, series.number, series.heights[index])
    header.SOPInstanceUID = uid
    header.InstanceNumber = str(index + 1)
    header.GantryDetectorTilt = text(series.gantry.tilt)
    header.SliceThickness = text(series.thickness)
    header.SpacingBetweenSlices = text(series.step)
    header.ConvolutionKernel = series.kernel.name
    position = series.position(index)
    header.ImagePositionPatient = [text(v) for v in position]
    header.ImageOrientationPatient = ["1", "0", "0", *(text(v) for v in series.gantry.down)]
    header.SliceLocation = text(series.heights[index] + series.shift[2])
    header.WindowCenter, header.WindowWidth = (str(v) for v in series.window)
    put_image(header, series, hu, (series.gantry.pixel, series.gantry.pixel))


def put_scout(header: Dataset, series: SeriesPlan, image: Image, top: float) -> None:
    """Turn a series' header into that of its localizer: a view from the front, its first row at z = `top`."""
    header.SOPInstanceUID = make_uid("scout", series.key)
    header.InstanceNumber = "1"
    header.SliceThickness = "0.6"
    x, y, _ = series.position(0)
    middle = y + series.gantry.pixel * (series.gantry.size - 1) / 2
    header.ImagePositionPatient = [text(x), text(middle), text(top + series.shift[2])]
    header.ImageOrientationPatient = ["1", "0", "0", "0", "0", "-1"]
    header.WindowCenter, header.WindowWidth = "0", "800"
    put_image(header, series, image, (series.gantry.pixel, series.gantry.pixel))


def put_image(header: Dataset, series: SeriesPlan, hu: Image, spacing: tuple[float, float]) -> None:
    """Store an image in HU the way the series' scanner stores it."""
    header.Rows, header.Columns = hu.shape
    header.PixelSpacing = [text(v) for v in spacing]
    stored = np.rint(np.clip(hu, -1024, 3071)) - series.storage.intercept
    if series.storage.padding is not None and hu.shape[0] == hu.shape[1]:
        stored[_outside(hu.shape)] = series.storage.padding
        header.add_new("PixelPaddingValue", "SS", series.storage.padding)
    kind = "<i2" if series.storage.signed else "<u2"
    header.add_new("PixelData", "OW", stored.astype(kind).tobytes())


def _outside(shape: tuple[int, ...]) -> NDArray[np.bool_]:
    """The corners that no ray of a full rotation has crossed."""
    rows, columns = (np.arange(n) - (n - 1) / 2 for n in shape)
    result: NDArray[np.bool_] = np.hypot(rows[:, None], columns[None, :]) > shape[0] / 2
    return result


def dose_page(visit: Visit, image: NDArray[np.uint8]) -> Dataset:
    """A photograph of the scanner's dose page, with text burned into its pixels (rows, columns)."""
    page = visit_header(visit)
    page.SOPClassUID = SecondaryCaptureImageStorage
    page.SOPInstanceUID = make_uid("dose", visit.key)
    page.SeriesInstanceUID = make_uid("series", visit.key, 999)
    page.SeriesNumber, page.InstanceNumber = "999", "1"
    page.SeriesDescription = "Dose Report"
    page.Modality = "OT"
    page.ConversionType = "WSD"
    page.ImageType = ["DERIVED", "SECONDARY", "SCREEN SAVE"]
    page.BurnedInAnnotation = "YES"
    page.PatientOrientation = page.Laterality = ""
    page.SamplesPerPixel, page.PhotometricInterpretation = 1, "MONOCHROME2"
    page.BitsAllocated, page.BitsStored, page.HighBit, page.PixelRepresentation = 8, 8, 7, 0
    page.Rows, page.Columns = image.shape
    page.add_new("PixelData", "OB", image.tobytes())
    return page


def save(path: Path, dataset: Dataset, implicit: bool = False) -> Path:
    """Write a Part 10 file; the same dataset gives the same bytes."""
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID = dataset.SOPClassUID
    meta.MediaStorageSOPInstanceUID = dataset.SOPInstanceUID
    meta.TransferSyntaxUID = ImplicitVRLittleEndian if implicit else ExplicitVRLittleEndian
    meta.ImplementationClassUID = _VERSION_UID
    meta.ImplementationVersionName = "SAMPLE_SCANS_1"
    path.parent.mkdir(parents=True, exist_ok=True)
    file = FileDataset(str(path), dataset, preamble=b"\0" * 128, file_meta=meta)
    file.save_as(path, enforce_file_format=True)
    return path
