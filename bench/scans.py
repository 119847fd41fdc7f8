"""Writes a folder of CT files as a scanner's archive hands them out: about 110 elements each, 512 x 512 x 16 bit."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pydicom import Dataset, Sequence
from pydicom.dataset import FileMetaDataset
from pydicom.filebase import DicomBytesIO
from pydicom.filewriter import write_dataset, write_file_meta_info
from pydicom.uid import CTImageStorage, ExplicitVRLittleEndian

SIDE = 512
_SLICES = 300
_ROOT = "1.2.840.99999.7"
# The number of the first slice, and where the first one lies (mm).
_NAMED, _TABLE = 10_001, 700.5
_CONSTANT = {
    "SpecificCharacterSet": "ISO_IR 100", "ImageType": ["ORIGINAL", "PRIMARY", "AXIAL", "CT_SOM5 SPI"],
    "InstanceCreationDate": "20240229", "StudyDate": "20240229", "SeriesDate": "20240229",
    "AcquisitionDate": "20240229", "ContentDate": "20240229", "StudyTime": "081530.123", "SeriesTime": "081611",
    "Modality": "CT", "Manufacturer": "Brightwater", "InstitutionName": "St. Elsewhere",
    "InstitutionAddress": "1 Harbour Road", "ReferringPhysicianName": "Brackwater^Ivo", "StationName": "CT77",
    "StudyDescription": "Thorax", "SeriesDescription": "Thorax 1.0 B30f", "InstitutionalDepartmentName": "Radiology",
    "PerformingPhysicianName": "Ferndale^Una", "OperatorsName": "Holloway^Pim", "ManufacturerModelName": "Model 64",
    "PatientSex": "F", "PatientAge": "070Y", "PatientSize": "1.7", "PatientWeight": "70", "EthnicGroup": "",
    "AdditionalPatientHistory": "cough", "BodyPartExamined": "CHEST", "ScanOptions": "HELICAL MODE",
    "SliceThickness": "1", "KVP": "120", "DataCollectionDiameter": "500", "DeviceSerialNumber": "58213",
    "SoftwareVersions": "syngo 2012", "ProtocolName": "ThoraxRoutine", "ReconstructionDiameter": "380",
    "DistanceSourceToDetector": "1040", "DistanceSourceToPatient": "570", "GantryDetectorTilt": "0",
    "TableHeight": "150", "RotationDirection": "CW", "ExposureTime": "500", "XRayTubeCurrent": "240",
    "Exposure": "120", "FilterType": "WEDGE_3", "GeneratorPower": "45", "FocalSpots": "1.2",
    "DateOfLastCalibration": "20240228", "TimeOfLastCalibration": "070000", "ConvolutionKernel": "B30f",
    "PatientPosition": "HFS", "SingleCollimationWidth": 0.6, "TotalCollimationWidth": 19.2,
    "TableSpeed": 23.0, "TableFeedPerRotation": 11.5, "SpiralPitchFactor": 0.6, "StudyID": "4711",
    "AcquisitionNumber": "2", "ImageOrientationPatient": [1, 0, 0, 0, 1, 0], "PositionReferenceIndicator": "",
    "SamplesPerPixel": 1, "PhotometricInterpretation": "MONOCHROME2", "Rows": SIDE, "Columns": SIDE,
    "PixelSpacing": [0.7421875, 0.7421875], "BitsAllocated": 16, "BitsStored": 16, "HighBit": 15,
    "PixelRepresentation": 1, "WindowCenter": ["40", "-600"], "WindowWidth": ["400", "1200"],
    "RescaleIntercept": "0", "RescaleSlope": "1", "RescaleType": "HU", "WindowCenterWidthExplanation": ["A", "B"],
    "RequestingPhysician": "Brackwater^Ivo", "RequestedProcedureDescription": "CT Thorax",
    "PerformedProcedureStepStartDate": "20240229", "PerformedProcedureStepStartTime": "081530",
    "PerformedProcedureStepID": "P1", "PerformedProcedureStepDescription": "Thorax",
}  # fmt: skip

Noise = NDArray[np.int16]


def write_scans(folder: Path, number: int, side: int = SIDE, per_series: int = _SLICES) -> None:
    """`number` files of so many slices a series, one study and patient each, all different, into sub-folders."""
    generator = np.random.default_rng(7)
    noise = generator.integers(-1000, 2000, side * side + number, dtype=np.int16)
    for first in range(0, number, per_series):
        write_series(folder, first // per_series, noise[first:], min(per_series, number - first), side)


def write_series(folder: Path, study: int, noise: Noise, slices: int, side: int = SIDE) -> None:
    """One series: its first file is encoded, and in the others only what differs is put in its place."""
    place = folder / f"{study:04d}"
    place.mkdir(parents=True, exist_ok=True)
    first = _encoded((study, 0), side, noise[: side * side].tobytes())
    header = first[: -2 * side * side]
    for k in range(slices):
        pixels = noise[k : k + side * side].tobytes()
        (place / f"IM{k:05d}.dcm").write_bytes(_renumbered(header, study, k) + pixels)


def _renumbered(header: bytes, study: int, number: int) -> bytes:
    for old, new in zip(_differing(study, 0), _differing(study, number), strict=True):
        header = header.replace(old, new)
    return header


def _differing(study: int, number: int) -> tuple[bytes, ...]:
    """What differs from slice to slice, always of the same length: UID, instance number, time, and position."""
    texts = (f"{_ROOT}.{study}.1.{_NAMED + number}", str(_NAMED + number), _time(number), _position(number))
    return tuple(text.encode() for text in texts)


def _time(number: int) -> str:
    return f"0816{number // 60 % 60:02d}.{number:06d}"


def _position(number: int) -> str:
    return f"{number - _TABLE:+09.1f}"


def _encoded(place: tuple[int, int], side: int, pixels: bytes) -> bytes:
    dataset, meta = _slice(*place), FileMetaDataset()
    dataset.Rows = dataset.Columns = side
    dataset.PixelData = pixels
    meta.MediaStorageSOPClassUID, meta.MediaStorageSOPInstanceUID = CTImageStorage, dataset.SOPInstanceUID
    meta.TransferSyntaxUID, meta.ImplementationClassUID = ExplicitVRLittleEndian, f"{_ROOT}.1"
    meta.FileMetaInformationVersion = b"\0\1"
    buffer = DicomBytesIO()
    buffer.is_little_endian, buffer.is_implicit_VR = True, False
    buffer.write(bytes(128) + b"DICM")
    write_file_meta_info(buffer, meta)
    write_dataset(buffer, dataset)
    return buffer.getvalue()


def _slice(study: int, number: int) -> Dataset:
    dataset = Dataset()
    for keyword, value in _CONSTANT.items():
        setattr(dataset, keyword, value)
    dataset.SOPClassUID = CTImageStorage
    dataset.SOPInstanceUID = f"{_ROOT}.{study}.1.{_NAMED + number}"
    dataset.StudyInstanceUID, dataset.SeriesInstanceUID = f"{_ROOT}.{study}", f"{_ROOT}.{study}.1"
    dataset.FrameOfReferenceUID, dataset.IrradiationEventUID = f"{_ROOT}.{study}.2", f"{_ROOT}.{study}.3"
    dataset.PatientName, dataset.PatientID = f"Quillfeather^Ottoline{study}", f"MRN-{77000 + study}"
    dataset.PatientBirthDate, dataset.AccessionNumber = "19530418", f"ACC{study}"
    dataset.SeriesNumber, dataset.InstanceNumber = 2, str(_NAMED + number)
    dataset.AcquisitionTime = dataset.ContentTime = _time(number)
    dataset.ImagePositionPatient = ["-190", "-190", _position(number)]
    dataset.SliceLocation = _position(number)
    dataset.ReferencedImageSequence = Sequence([_reference(f"{_ROOT}.{study}.9.{n}") for n in range(2)])
    dataset.ReferencedStudySequence = Sequence([_reference(f"{_ROOT}.{study}")])
    dataset.RequestAttributesSequence = Sequence([_request(study)])
    block = dataset.private_block(0x0029, "BRIGHTWATER HEADER", create=True)
    block.add_new(0x10, "OB", bytes(3000))
    block.add_new(0x11, "LO", "Quillfeather")
    return dataset


def _reference(uid: str) -> Dataset:
    item = Dataset()
    item.ReferencedSOPClassUID, item.ReferencedSOPInstanceUID = CTImageStorage, uid
    return item


def _request(study: int) -> Dataset:
    item = Dataset()
    item.ScheduledProcedureStepDescription, item.ScheduledProcedureStepID = "Thorax", f"S{study}"
    return item
