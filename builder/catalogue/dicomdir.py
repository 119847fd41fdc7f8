"""Writes the DICOMDIR (PS3.3 Annex F) in one pass over the written instances; fills in offsets once they are known."""

from collections.abc import Iterable
import struct

from builder.content import ContentKind
from builder.dicom.element import EXPLICIT_LITTLE_ENDIAN, element, element_head, file_start, text
from builder.plan import WrittenInstance

MEDIA_STORAGE_DIRECTORY = "1.2.840.10008.1.3.10"
FILE_SET_ID = "MKBUNDLE"
# Type 1 in a STUDY record (PS3.3 F.5.2), but type 2 in the study itself: the value when that is empty.
NO_DATE, NO_TIME = "19000101", "000000"

_IN_USE = 0xFFFF
# Offset of the Next Directory Record, Record In-use Flag, Offset of Referenced Lower-Level Directory Entity, each with
# group, element, VR and length: records are by far the largest part of the file.
_LINKS = struct.Struct("<HH2sHL HH2sHH HH2sHL")
_RECORD_TYPES = {content: text(0x00041430, b"CS", content.value.directory_record) for content in ContentKind}
_SYNTAX = text(0x00041512, b"UI", EXPLICIT_LITTLE_ENDIAN)
_NEXT, _USE, _LOWER = (0x0004, 0x1400, b"UL", 4), (0x0004, 0x1410, b"US", 2), (0x0004, 0x1420, b"UL", 4)
_OFFSET = struct.Struct("<L")
# The places of the offsets in a record, after tag and length of its item.
_NEXT_AT, _LOWER_AT = 8 + 8, 8 + _LINKS.size - _OFFSET.size


class _Records:
    """The directory records as bytes, parents before children; a link is set once its target is known.

    Offsets count from the first byte of the file, preamble included (PS3.3 F.3.2.2); `start` is the first record's.
    """

    def __init__(self, start: int) -> None:
        self.content = bytearray()
        self._start = start
        # The last record of each level, from the patient down.
        self._last: list[int] = []
        self.first_root = self.last_root = 0

    def add(self, level: int, body: bytes) -> None:
        """Add a record below the last one of the level above."""
        at = len(self.content)
        if level < len(self._last):
            self._link(self._last[level], _NEXT_AT, at)
        elif level:
            self._link(self._last[level - 1], _LOWER_AT, at)
        else:
            self.first_root = self._start + at
        self._last[level:] = [at]
        self.last_root = self._start + self._last[0]
        self.content += struct.pack("<HHL", 0xFFFE, 0xE000, _LINKS.size + len(body))
        self.content += _LINKS.pack(*_NEXT, 0, *_USE, _IN_USE, *_LOWER, 0)
        self.content += body

    def _link(self, record: int, place: int, to: int) -> None:
        _OFFSET.pack_into(self.content, record + place, self._start + to)


def dicomdir(written: Iterable[WrittenInstance], file_set_uid: str, implementation: tuple[str, str]) -> bytes:
    """The bytes of the DICOMDIR of these instances, which must be sorted by patient, study and series.

    `implementation` is the class UID and the version name for the file meta information.
    """
    meta = file_start(MEDIA_STORAGE_DIRECTORY, file_set_uid, implementation)
    records = _Records(len(meta) + len(_file_set_head(0, 0)) + 12)
    _add_all(records, written)
    sequence = element_head(0x00041220, b"SQ", len(records.content))
    return b"".join((meta, _file_set_head(records.first_root, records.last_root), sequence, records.content))


def _add_all(records: _Records, written: Iterable[WrittenInstance]) -> None:
    studies, above = 0, ("", "", "")
    for image in written:
        here = (image.patient_id, image.study_instance_uid, image.series_instance_uid)
        if here[:1] != above[:1]:
            records.add(0, _patient(image))
        if here[:2] != above[:2]:
            studies += 1
            records.add(1, _study(image, studies))
        if here != above:
            records.add(2, _series(image))
            above = here
        records.add(3, _instance(image))


def _patient(image: WrittenInstance) -> bytes:
    return (
        text(0x00041430, b"CS", "PATIENT")
        + text(0x00100010, b"PN", image.patient_id)
        + text(0x00100020, b"LO", image.patient_id)
    )


def _study(image: WrittenInstance, number: int) -> bytes:
    return (
        text(0x00041430, b"CS", "STUDY")
        + text(0x00080020, b"DA", image.study_date or NO_DATE)
        + text(0x00080030, b"TM", image.study_time or NO_TIME)
        + text(0x00080050, b"SH", "")
        + text(0x00081030, b"LO", "")
        + text(0x0020000D, b"UI", image.study_instance_uid)
        + text(0x00200010, b"SH", str(number))
    )


def _series(image: WrittenInstance) -> bytes:
    return (
        text(0x00041430, b"CS", "SERIES")
        + text(0x00080060, b"CS", image.modality)
        + text(0x0020000E, b"UI", image.series_instance_uid)
        + text(0x00200011, b"IS", str(image.series_number or 0))
    )


def _instance(written: WrittenInstance) -> bytes:
    instance = written.instance
    return (
        _RECORD_TYPES[written.content]
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
