"""Lays out the planted folder: patients, studies and series as scanners write them, and what lies beside them."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
import random

import numpy as np
from pydicom import Dataset
from pydicom.uid import UID

from tests.builder.pipeline.plant_encode import (
    BIG,
    EXPLICIT,
    JPEG_2000,
    RLE,
    SYNTAXES,
    Element,
    Elements,
    element,
    part_10,
)
from tests.builder.pipeline.plant_search import Token
from tests.builder.pipeline.plants import CHARSETS, Planter, scattered

CT, MR, PET = "1.2.840.10008.5.1.4.1.1.2", "1.2.840.10008.5.1.4.1.1.4", "1.2.840.10008.5.1.4.1.1.128"
ENHANCED_CT, CAPTURE = "1.2.840.10008.5.1.4.1.1.2.1", "1.2.840.10008.5.1.4.1.1.7"
REPORT, PDF, DIRECTORY = "1.2.840.10008.5.1.4.1.1.88.11", "1.2.840.10008.5.1.4.1.1.104.1", "1.2.840.10008.1.3.10"
_MODALITY = {CT: "CT", ENHANCED_CT: "CT", MR: "MR", PET: "PT", CAPTURE: "OT"}
# The smallest picture that JPEG 2000 encoders take as they come.
_SIZE = 32
# All visits lie within 240 days, and dates move by a year at least: no new date is ever one of the old ones.
_FIRST_VISIT = datetime(2023, 3, 1)


@dataclass(frozen=True)
class Patient:
    """An invented person and how this person's files are written."""

    number: int
    charset: str
    codec: str
    name: str
    mrn: str
    birth_date: str
    staff: str


@dataclass
class Planted:
    """The folder, what was hidden in it, and the files that have to be taken, with the number of their patient."""

    folder: Path
    tokens: list[Token]
    wanted: dict[Path, int] = field(default_factory=dict)


@dataclass
class _Series:
    """Attributes that the files of one series share."""

    patient: Patient
    kind: str
    folder: Path
    study_uid: str
    series_uid: str
    frame_uid: str
    moment: datetime
    number: int
    bits: int = 16
    scout: str = ""
    extra: Elements = field(default_factory=list)


def plant(folder: Path, seed: int) -> Planted:
    """Write the folder of a seed."""
    planter = Planter(random.Random(seed))
    planted = Planted(folder, planter.tokens)
    for number, (charset, codec, alphabet) in enumerate(CHARSETS):
        patient = _patient(planter, number, charset, codec, alphabet)
        for study in (1, 2):
            _study(planter, planted, patient, study)
        _beside(planter, planted, patient)
    _broken(planter, planted)
    return planted


def _patient(planter: Planter, number: int, charset: str, codec: str, alphabet: str) -> Patient:
    place = f"patient {number}"
    script = "^".join(planter.other_script(place, codec, alphabet) for _ in range(2))
    latin = f"{planter.name(place)}^{planter.name(place)}"
    name = f"{latin}={script}={script}" if ord(alphabet[0]) > 0x2000 else f"{script}^{planter.name(place)}"
    return Patient(number, charset, codec, name, planter.mrn(place), planter.date(place), planter.name(place))


def _study(planter: Planter, planted: Planted, patient: Patient, study: int) -> None:
    folder = planted.folder / f"{planter.name('folder name')}_{planter.mrn('folder name')}" / f"study {study}"
    moment = _FIRST_VISIT + timedelta(planter.random.randrange(240), planter.random.randrange(86_400))
    study_uid, frame_uid = (_uid(planter, patient, moment) for _ in range(2))
    scout = _uid(planter, patient, moment)
    kinds = ((CT, 1, 16), (CT, 5, 12), ((MR, PET, ENHANCED_CT)[(patient.number + study) % 3], 3, 16))
    for number, (kind, files, bits) in enumerate(kinds, start=1):
        series = _Series(
            patient, kind, folder / planter.name("folder name"), study_uid, _uid(planter, patient, moment), frame_uid,
            moment + timedelta(seconds=97 * number), number, bits, scout,
        )  # fmt: skip
        for k in range(1 if kind == ENHANCED_CT else files):
            uid = scout if number == 1 else _uid(planter, patient, moment)
            path = _image(planter, series, k, uid)
            planted.wanted[path] = patient.number


def _uid(planter: Planter, patient: Patient, moment: datetime) -> str:
    return planter.uid(f"UID of patient {patient.number}", patient.mrn, moment.strftime("%Y%m%d"))


# One image


def _image(planter: Planter, series: _Series, k: int, uid: str, *replaced: Element, scatter: int = 24) -> Path:
    """Write one image; `replaced` are elements that replace those of the image with the same tags."""
    syntax = planter.random.choice(SYNTAXES)
    syntax = EXPLICIT if replaced or (series.bits < 16 and syntax in (RLE, JPEG_2000, BIG)) else syntax
    file = f"{_MODALITY[series.kind]} patient {series.patient.number}"
    pixels = _pixels(planter, series, k, f"{file} {syntax}")
    elements = [*_header(planter, series, k, uid, file), *_pixel_module(series, pixels, syntax), *replaced]
    elements += _enhanced(series) if series.kind == ENHANCED_CT else _plane(series, k)
    codec = series.patient.codec
    elements += [*scattered(planter, scatter, syntax, codec, file), *_hidden_places(planter, file), *series.extra]
    elements = _first_of_each({element.tag for element in replaced}, elements, replaced)
    name = f"{planter.name('file name')} {planter.date('file name')}.dcm"
    return _save(planter, series.folder / name, syntax, series.kind, uid, elements, file)


def _first_of_each(special: set[int], elements: Elements, replaced: tuple[Element, ...]) -> Elements:
    """The elements without those that scattered ones repeat; items of one sequence are put together."""
    kept: dict[int, Element] = {}
    for member in elements:
        before = kept.get(member.tag)
        if before is None:
            kept[member.tag] = member
        elif isinstance(before.value, list) and isinstance(member.value, list):
            before.value.extend(member.value)
    kept.update({member.tag: member for member in replaced})
    return list(kept.values())


def _save(
    planter: Planter, path: Path, syntax: str, kind: str, uid: str, elements: Elements, file: str
) -> Path:  # fmt: skip
    place = f"{file} file meta"
    meta = [
        element("MediaStorageSOPClassUID", kind),
        element("MediaStorageSOPInstanceUID", uid),
        element("ImplementationVersionName", planter.name(place)),
        *(element(f"{who}ApplicationEntityTitle", planter.name(place)) for who in ("Source", "Sending", "Receiving")),
        element("PrivateInformationCreatorUID", planter.uid(place, planter.mrn(place))),
        element("PrivateInformation", planter.any(place).encode()),
    ]
    preamble = f"{planter.name('preamble')} {planter.mrn('preamble')}".encode()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(part_10(syntax, preamble, meta, elements, b"", planter.random))
    return path


def _header(planter: Planter, series: _Series, k: int, uid: str, file: str) -> Elements:
    patient, moment = series.patient, series.moment + timedelta(seconds=k)
    day, time = moment.strftime("%Y%m%d"), moment.strftime("%H%M%S.%f")
    dates = {f"{which}{part}": value
             for which in ("Study", "Series", "Acquisition", "Content")
             for part, value in (("Date", day), ("Time", time))}  # fmt: skip
    started = series.moment - timedelta(seconds=97 * series.number)
    dates |= {"StudyDate": started.strftime("%Y%m%d"), "StudyTime": started.strftime("%H%M%S")}
    image_type = ["ORIGINAL", "PRIMARY", "LOCALIZER" if uid == series.scout else "AXIAL", planter.name(f"{file} type")]
    plain = {
        "SpecificCharacterSet": patient.charset, "SOPClassUID": series.kind, "SOPInstanceUID": uid,
        "StudyInstanceUID": series.study_uid, "SeriesInstanceUID": series.series_uid,
        "FrameOfReferenceUID": series.frame_uid, "PatientID": patient.mrn, "PatientBirthDate": patient.birth_date,
        "Modality": _MODALITY[series.kind], "ImageType": image_type, "InstanceNumber": k + 1,
        "SeriesNumber": series.number, "AcquisitionDateTime": f"{day}{time}", **dates,
        "ReferringPhysicianName": patient.staff, "BurnedInAnnotation": "NO",
    }  # fmt: skip
    found = [element(keyword, value) for keyword, value in plain.items()]
    found.append(element("PatientName", patient.name, patient.codec))
    if series.scout and uid != series.scout:
        # Padded with a space, as some writers do; a reference is to be found all the same.
        target = series.scout + " " * (len(series.scout) % 2)
        reference = [element("ReferencedSOPClassUID", CT), element("ReferencedSOPInstanceUID", target)]
        found.append(element("ReferencedImageSequence", [reference]))
    if series.kind == PET:
        found += [_radiopharmaceutical(planter, series, file), element("Units", "BQML")]
    return found


def _radiopharmaceutical(planter: Planter, series: _Series, file: str) -> Element:
    place = f"{file} radiopharmaceutical"
    item = [
        element("Radiopharmaceutical", planter.name(place)),
        element("RadionuclideTotalDose", "370000000"),
        element("RadionuclideHalfLife", planter.random.choice(("6586.2", "282276"))),  # fluorine, zirconium
        element("RadiopharmaceuticalStartDateTime", series.moment.strftime("%Y%m%d%H%M%S")),
        element("RadiopharmaceuticalRoute", planter.name(place)),
    ]
    return element("RadiopharmaceuticalInformationSequence", [item])


def _plane(series: _Series, k: int) -> Elements:
    values = {
        "ImagePositionPatient": ["-8.25", "-7.5", f"{1.25 * k:.6f}"], "ImageOrientationPatient": [1, 0, 0, 0, 1, 0],
        "PixelSpacing": ["0.703125", "0.703125"], "SliceThickness": "1.25", "RescaleSlope": "1.5",
        "RescaleIntercept": "-1024",
    }  # fmt: skip
    return [element(keyword, value) for keyword, value in values.items()]


def _enhanced(series: _Series) -> Elements:
    measures = [element("PixelSpacing", ["0.703125", "0.703125"]), element("SliceThickness", "1.25")]
    values = [element("RescaleSlope", "1.5"), element("RescaleIntercept", "-1024"), element("RescaleType", "HU")]
    shared = [
        element("PixelMeasuresSequence", [measures]),
        element("PlaneOrientationSequence", [[element("ImageOrientationPatient", [1, 0, 0, 0, 1, 0])]]),
        element("PixelValueTransformationSequence", [values]),
    ]
    frames = [
        [element("PlanePositionSequence", [[element("ImagePositionPatient", ["-8.25", "-7.5", f"{1.25 * k}"])]])]
        for k in range(3)
    ]
    return [
        element("NumberOfFrames", 3),
        element("SharedFunctionalGroupsSequence", [shared]),
        element("PerFrameFunctionalGroupsSequence", frames),
    ]


# Pixels


def _pixels(planter: Planter, series: _Series, k: int, file: str) -> np.ndarray:
    """Signed words; where four bits are unused, a name lies in the highest as an overlay of one bit."""
    shape = (3 if series.kind == ENHANCED_CT else 1, _SIZE, _SIZE)
    half = 1 << (series.bits - 1) if series.bits < 16 else 2000
    values = np.random.default_rng(planter.random.getrandbits(32)).integers(-half, half, shape).astype("<i2")
    if series.bits == 16:
        return values
    text = planter.name(f"{file} overlay in the unused bits", letters=8).encode()
    plane = np.zeros(values.size, "<u2")
    bits = np.unpackbits(np.frombuffer(text, np.uint8), bitorder="little")
    plane[: len(bits)] = bits
    return (values.astype("<u2") & 0x0FFF | plane.reshape(shape) << 15).view("<i2")


def _pixel_module(series: _Series, pixels: np.ndarray, syntax: str) -> Elements:
    values = {
        "SamplesPerPixel": 1, "PhotometricInterpretation": "MONOCHROME2", "Rows": _SIZE, "Columns": _SIZE,
        "BitsAllocated": 16, "BitsStored": series.bits, "HighBit": series.bits - 1, "PixelRepresentation": 1,
    }  # fmt: skip
    found = [element(keyword, value) for keyword, value in values.items()]
    if syntax not in (RLE, JPEG_2000):
        return [*found, Element(0x7FE00010, "OW", pixels.astype(">i2" if syntax == BIG else "<i2").tobytes())]
    dataset = Dataset()
    for keyword, value in values.items():
        setattr(dataset, keyword, value)
    dataset.NumberOfFrames = len(pixels)
    dataset.ensure_file_meta()
    dataset.compress(UID(syntax), pixels if len(pixels) > 1 else pixels[0], generate_instance_uid=False)
    end = b"\xfe\xff\xdd\xe0\0\0\0\0"
    return [*found, Element(0x7FE00010, "OB", bytes(dataset.PixelData).removesuffix(end) + end, True)]


def _hidden_places(planter: Planter, file: str) -> Elements:
    """Elements outside every list of attributes: overlays, curves, an icon, elements after the pixels."""

    def text(place: str) -> bytes:
        return planter.any(f"{file} {place}").encode()

    icon = [element("Rows", 8), element("Columns", 8), Element(0x7FE00010, "OW", text("icon"))]
    return [
        Element(0x60000022, "LO", text("overlay description")),
        Element(0x60001500, "LO", text("overlay label")),
        Element(0x60000010, "US", (8,)),
        Element(0x60000102, "US", (15,)),
        Element(0x60023000, "OW", text("overlay data")),
        Element(0x60024000, "LT", text("overlay comments")),
        Element(0x50000022, "LO", text("curve description")),
        Element(0x50003000, "OW", text("curve data")),
        element("IconImageSequence", [icon]),
        Element(0x7FE10010, "LO", text("private behind the pixels")),
        Element(0xFFFAFFFA, "SQ", [[Element(0x04000115, "OB", text("certificate"))]]),
        Element(0xFFFCFFFC, "OB", text("trailing padding")),
    ]


# What is to be left out, and what is broken


def _beside(planter: Planter, planted: Planted, patient: Patient) -> None:
    """Files without a usable image: report, PDF, secondary capture, directory, and a text."""
    for kind in (REPORT, PDF, CAPTURE, DIRECTORY):
        folder = planted.folder / planter.name("folder name")
        uid = _uid(planter, patient, _FIRST_VISIT)
        series = _Series(patient, kind, folder, uid + ".1", uid + ".2", uid + ".3", _FIRST_VISIT, 9)
        if kind == CAPTURE:
            _image(planter, series, 0, uid)
            continue
        place = f"kind {kind}"
        record = [element("PatientName", planter.name(place)), element("PatientID", planter.mrn(place))]
        elements = [
            element("SOPClassUID", kind), element("SOPInstanceUID", uid), element("PatientID", patient.mrn),
            element("PatientName", patient.name, patient.codec), element("StudyInstanceUID", uid + ".1"),
            element("TextValue", planter.any(place)),
            element("DirectoryRecordSequence" if kind == DIRECTORY else "ContentSequence", [record]),
            element("EncapsulatedDocument", f"%PDF {planter.name(place)}".encode()),
        ]  # fmt: skip
        _save(planter, folder / ("DICOMDIR" if kind == DIRECTORY else "object"), EXPLICIT, kind, uid, elements, place)
    (planted.folder / "notes.txt").write_text(planter.any("a text file"))


def _broken(planter: Planter, planted: Planted) -> None:
    """Images of one more patient, each with one needed attribute broken; they must only leak nothing."""
    number = len(CHARSETS)
    patient = _patient(planter, number, *CHARSETS[0])

    def one(keyword: str, draw: "object", vr: str = "") -> None:
        series = _Series(
            patient, CT, planted.folder / planter.name("folder name"), *(_uid(planter, patient, _FIRST_VISIT),) * 3,
            _FIRST_VISIT, 1,
        )  # fmt: skip
        value = draw(f"broken {keyword} {vr}")  # type: ignore[operator]
        _image(planter, series, 0, _uid(planter, patient, _FIRST_VISIT), element(keyword, value, vr=vr), scatter=4)

    for keyword in ("PhotometricInterpretation", "Modality", "SpecificCharacterSet", "PatientPosition", "ImageType"):
        one(keyword, planter.name)
        one(keyword, lambda place: ["MONOCHROME2", planter.name(place)])
    for keyword in ("StudyDate", "SeriesTime", "ContentDate", "AcquisitionDateTime", "SOPInstanceUID"):
        one(keyword, planter.any)
    for keyword in ("StudyInstanceUID", "FrameOfReferenceUID", "PixelSpacing", "RescaleSlope", "InstanceNumber"):
        one(keyword, planter.name)
    for keyword in ("SeriesNumber", "InstanceNumber", "AcquisitionNumber", "RescaleIntercept", "SliceThickness"):
        one(keyword, planter.mrn)
        one(keyword, lambda place: ["1", planter.mrn(place)])
    for keyword in ("SeriesNumber", "AcquisitionNumber"):
        one(keyword, planter.date)
    for keyword in ("RepresentativeFrameNumber", "PixelRepresentation", "SmallestImagePixelValue"):
        one(keyword, lambda place: int(planter.mrn(place)), "UL")
    for keyword in ("ImagePositionPatient", "PixelSpacing"):
        one(keyword, lambda place: ["0", "0", "0", planter.mrn(place)])
