"""Writes the DICOMDIR (PS3.3 Annex F) in one pass over the written instances: sizes first, then the offsets."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest
import struct

from builder.element import EXPLICIT_LITTLE_ENDIAN, element, element_head, file_start, text
from builder.plan import WrittenInstance

MEDIA_STORAGE_DIRECTORY = "1.2.840.10008.1.3.10"
FILE_SET_ID = "MKBUNDLE"
# Type 1 in a STUDY record (PS3.3 F.5.2), but type 2 in the study itself: what stands there when it is empty.
NO_DATE, NO_TIME = "19000101", "000000"

_IN_USE = 0xFFFF
# Offset of the Next Directory Record, Record In-use Flag, Offset of Referenced Lower-Level Directory Entity, each with
# group, element, VR and length: records are by far the most of what is written here.
_LINKS = struct.Struct("<HH2sHL HH2sHH HH2sHL")
_IMAGE, _SYNTAX = text(0x00041430, b"CS", "IMAGE"), text(0x00041512, b"UI", EXPLICIT_LITTLE_ENDIAN)
_NEXT, _USE, _LOWER = (0x0004, 0x1400, b"UL", 4), (0x0004, 0x1410, b"US", 2), (0x0004, 0x1420, b"UL", 4)
# Tag and length of an item.
_ITEM_HEAD = 8


@dataclass(slots=True)
class _Record:
    """One directory record: its type and keys as encoded bytes, and what hangs below it."""

    body: bytes
    children: "list[_Record]" = field(default_factory=list)
    offset: int = 0


def dicomdir(written: Sequence[WrittenInstance], file_set_uid: str, implementation: tuple[str, str]) -> bytes:
    """The bytes of the DICOMDIR of these instances, which come sorted by patient, study and series.

    `implementation` is the class UID and the version name for the file meta information.
    """
    patients = _tree(written)
    meta = file_start(MEDIA_STORAGE_DIRECTORY, file_set_uid, implementation)
    # The offsets count from the first byte of the file, preamble included (PS3.3 F.3.2.2).
    start = len(meta) + len(_file_set_head(0, 0)) + 12
    size = _place(patients, start) - start
    first, last = (patients[0].offset, patients[-1].offset) if patients else (0, 0)
    sequence = element_head(0x00041220, b"SQ", size)
    records = b"".join(_records(patients))
    return meta + _file_set_head(first, last) + sequence + records


def _tree(written: Sequence[WrittenInstance]) -> list[_Record]:
    patients: dict[str, _Record] = {}
    studies: dict[str, _Record] = {}
    series: dict[str, _Record] = {}
    for one in written:
        if one.patient_id not in patients:
            patients[one.patient_id] = _Record(_patient(one))
        if one.study_instance_uid not in studies:
            studies[one.study_instance_uid] = _Record(_study(one, len(studies) + 1))
            patients[one.patient_id].children.append(studies[one.study_instance_uid])
        if one.series_instance_uid not in series:
            series[one.series_instance_uid] = _Record(_series(one))
            studies[one.study_instance_uid].children.append(series[one.series_instance_uid])
        series[one.series_instance_uid].children.append(_Record(_image(one)))
    return list(patients.values())


def _place(records: list[_Record], start: int) -> int:
    """Give each record its offset, parents before children; return the first byte behind them."""
    for record in records:
        record.offset = start
        start = _place(record.children, start + _ITEM_HEAD + _LINKS.size + len(record.body))
    return start


def _records(records: list[_Record]) -> Iterator[bytes]:
    for record, following in zip_longest(records, records[1:]):
        lower = record.children[0].offset if record.children else 0
        links = _links(following.offset if following else 0, lower)
        yield struct.pack("<HHL", 0xFFFE, 0xE000, len(links) + len(record.body)) + links + record.body
        yield from _records(record.children)


def _links(following: int, lower: int) -> bytes:
    return _LINKS.pack(*_NEXT, following, *_USE, _IN_USE, *_LOWER, lower)


def _patient(one: WrittenInstance) -> bytes:
    return (
        text(0x00041430, b"CS", "PATIENT")
        + text(0x00100010, b"PN", one.patient_id)
        + text(0x00100020, b"LO", one.patient_id)
    )


def _study(one: WrittenInstance, number: int) -> bytes:
    return (
        text(0x00041430, b"CS", "STUDY")
        + text(0x00080020, b"DA", one.study_date or NO_DATE)
        + text(0x00080030, b"TM", one.study_time or NO_TIME)
        + text(0x00080050, b"SH", "")
        + text(0x00081030, b"LO", "")
        + text(0x0020000D, b"UI", one.study_instance_uid)
        + text(0x00200010, b"SH", str(number))
    )


def _series(one: WrittenInstance) -> bytes:
    return (
        text(0x00041430, b"CS", "SERIES")
        + text(0x00080060, b"CS", one.modality)
        + text(0x0020000E, b"UI", one.series_instance_uid)
        + text(0x00200011, b"IS", str(one.series_number or 0))
    )


def _image(one: WrittenInstance) -> bytes:
    instance = one.instance
    return (
        _IMAGE
        + text(0x00041500, b"CS", instance.path.replace("/", "\\"))
        + text(0x00041510, b"UI", instance.sop_class_uid)
        + text(0x00041511, b"UI", instance.sop_instance_uid)
        + _SYNTAX
        + text(0x00200013, b"IS", str(instance.instance_number))
    )


def _file_set_head(first: int, last: int) -> bytes:
    """File-set ID, the offsets of the first and last root record, and the consistency flag (PS3.3 F.3.2.1 and .2)."""
    return (
        text(0x00041130, b"CS", FILE_SET_ID)
        + element(0x00041200, b"UL", struct.pack("<L", first))
        + element(0x00041202, b"UL", struct.pack("<L", last))
        + element(0x00041212, b"US", struct.pack("<H", 0))
    )
