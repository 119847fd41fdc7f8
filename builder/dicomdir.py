"""Writes the DICOMDIR (PS3.3 Annex F) in one pass over the written instances: sizes first, then the offsets."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest
import struct

from builder.plan import WrittenInstance

MEDIA_STORAGE_DIRECTORY = "1.2.840.10008.1.3.10"
EXPLICIT_LITTLE_ENDIAN = "1.2.840.10008.1.2.1"
FILE_SET_ID = "MKBUNDLE"
# Type 1 in a STUDY record (PS3.3 F.5.2), but type 2 in the study itself: what stands there when it is empty.
NO_DATE, NO_TIME = "19000101", "000000"

_LONG = {"OB", "SQ"}
_IN_USE = 0xFFFF
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
    meta = _file_meta(file_set_uid, implementation)
    # The offsets count from the first byte of the file, preamble included (PS3.3 F.3.2.2).
    start = len(meta) + len(_file_set_head(0, 0)) + 12
    size = _place(patients, start) - start
    first, last = (patients[0].offset, patients[-1].offset) if patients else (0, 0)
    sequence = struct.pack("<HH2sHL", 0x0004, 0x1220, b"SQ", 0, size)
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
        start = _place(record.children, start + _ITEM_HEAD + len(_links(0, 0)) + len(record.body))
    return start


def _records(records: list[_Record]) -> Iterator[bytes]:
    for record, following in zip_longest(records, records[1:]):
        lower = record.children[0].offset if record.children else 0
        links = _links(following.offset if following else 0, lower)
        yield struct.pack("<HHL", 0xFFFE, 0xE000, len(links) + len(record.body)) + links + record.body
        yield from _records(record.children)


def _links(following: int, lower: int) -> bytes:
    return (
        _element(0x0004, 0x1400, "UL", struct.pack("<L", following))
        + _element(0x0004, 0x1410, "US", struct.pack("<H", _IN_USE))
        + _element(0x0004, 0x1420, "UL", struct.pack("<L", lower))
    )


def _patient(one: WrittenInstance) -> bytes:
    return (
        _text(0x0004, 0x1430, "CS", "PATIENT")
        + _text(0x0010, 0x0010, "PN", one.patient_id)
        + _text(0x0010, 0x0020, "LO", one.patient_id)
    )


def _study(one: WrittenInstance, number: int) -> bytes:
    return (
        _text(0x0004, 0x1430, "CS", "STUDY")
        + _text(0x0008, 0x0020, "DA", one.study_date or NO_DATE)
        + _text(0x0008, 0x0030, "TM", one.study_time or NO_TIME)
        + _text(0x0008, 0x0050, "SH", "")
        + _text(0x0008, 0x1030, "LO", "")
        + _text(0x0020, 0x000D, "UI", one.study_instance_uid)
        + _text(0x0020, 0x0010, "SH", str(number))
    )


def _series(one: WrittenInstance) -> bytes:
    return (
        _text(0x0004, 0x1430, "CS", "SERIES")
        + _text(0x0008, 0x0060, "CS", one.modality)
        + _text(0x0020, 0x000E, "UI", one.series_instance_uid)
        + _text(0x0020, 0x0011, "IS", str(one.series_number or 0))
    )


def _image(one: WrittenInstance) -> bytes:
    instance = one.instance
    return (
        _text(0x0004, 0x1430, "CS", "IMAGE")
        + _text(0x0004, 0x1500, "CS", instance.path.replace("/", "\\"))
        + _text(0x0004, 0x1510, "UI", instance.sop_class_uid)
        + _text(0x0004, 0x1511, "UI", instance.sop_instance_uid)
        + _text(0x0004, 0x1512, "UI", EXPLICIT_LITTLE_ENDIAN)
        + _text(0x0020, 0x0013, "IS", str(instance.instance_number))
    )


def _file_set_head(first: int, last: int) -> bytes:
    """File-set ID, the offsets of the first and last root record, and the consistency flag (PS3.3 F.3.2.1 and .2)."""
    return (
        _text(0x0004, 0x1130, "CS", FILE_SET_ID)
        + _element(0x0004, 0x1200, "UL", struct.pack("<L", first))
        + _element(0x0004, 0x1202, "UL", struct.pack("<L", last))
        + _element(0x0004, 0x1212, "US", struct.pack("<H", 0))
    )


def _file_meta(file_set_uid: str, implementation: tuple[str, str]) -> bytes:
    elements = (
        _element(0x0002, 0x0001, "OB", b"\x00\x01")
        + _text(0x0002, 0x0002, "UI", MEDIA_STORAGE_DIRECTORY)
        + _text(0x0002, 0x0003, "UI", file_set_uid)
        + _text(0x0002, 0x0010, "UI", EXPLICIT_LITTLE_ENDIAN)
        + _text(0x0002, 0x0012, "UI", implementation[0])
        + _text(0x0002, 0x0013, "SH", implementation[1])
    )
    length = _element(0x0002, 0x0000, "UL", struct.pack("<L", len(elements)))
    return bytes(128) + b"DICM" + length + elements


def _text(group: int, element: int, vr: str, value: str) -> bytes:
    return _element(group, element, vr, value.encode("ascii"))


def _element(group: int, element: int, vr: str, value: bytes) -> bytes:
    """One element in Explicit VR Little Endian, padded to even length (PS3.5 6.2: UI with NUL, text with a space)."""
    if len(value) % 2:
        value += b"\0" if vr in ("UI", "OB") else b" "
    head = struct.pack("<HH2s", group, element, vr.encode())
    if vr in _LONG:
        return head + struct.pack("<HL", 0, len(value)) + value
    return head + struct.pack("<H", len(value)) + value
