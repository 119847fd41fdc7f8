"""Reads what a report says of an image, and nothing else, from its file: anybody may have held the stick."""

from collections.abc import Iterator
from datetime import datetime
from io import BufferedReader, BytesIO
import re
import struct
from typing import BinaryIO

from pydicom import Dataset
from pydicom.datadict import tag_for_keyword
from pydicom.filereader import read_dataset
from pydicom.uid import ExplicitVRLittleEndian

from builder.collect.errors import ImageUnsound
from bundle.medium.port import BundleMedium

_UIDS = ("SOPClassUID", "SOPInstanceUID", "StudyInstanceUID", "SeriesInstanceUID")
# PS3.3 C.7.1.1 and C.7.2.1: what every image has, with or without a value.
_TEXTS = (
    "StudyDate", "StudyTime", "AccessionNumber", "ReferringPhysicianName", "PatientName", "PatientID",
    "PatientBirthDate", "PatientSex", "StudyID",
)  # fmt: skip
_OTHERS = ("SpecificCharacterSet", "NumberOfFrames")
_WANTED = frozenset(map(tag_for_keyword, (*_UIDS, *_TEXTS, *_OTHERS)))
_UID, _TIME = re.compile(r"[0-9.]{1,64}"), re.compile(r"(?:\d\d){0,3}(?:\.\d{1,6})?")
# No image has so many elements that are nested in no other; nor does any of the values above take so many bytes.
_MOST, _LONGEST = 5_000, 1_024
# PS3.5 7.1.2: these have two reserved bytes and a length of 32 bits.
_LONG = frozenset(b"OB OD OF OL OV OW SQ SV UC UN UR UT UV".split())
_META_AT, _LONGEST_META = 132, 4_096


def read_header(medium: BundleMedium, path: str) -> Dataset:
    """The identifiers of an image of a bundle; raises ImageUnsound, OSError, PathLeavesBundle."""
    place, _ = medium.locate(path)
    try:
        with BufferedReader(medium.open_at(place)) as stream:
            encoded = b"".join(_wanted(stream))
        header = read_dataset(BytesIO(encoded), is_implicit_VR=False, is_little_endian=True)
        return _checked(header)
    except OSError:
        raise
    except Exception as error:  # pydicom raises many kinds for values that are none
        raise ImageUnsound(medium.root / path) from error


def _checked(header: Dataset) -> Dataset:
    """The header without dates and times that are none; raises an error if it is not that of an image."""
    if not all(_UID.fullmatch(str(header[keyword].value)) for keyword in _UIDS):
        raise ValueError("a UID is none")
    for keyword in ("StudyDate", "PatientBirthDate"):
        setattr(header, keyword, valid_date(str(header[keyword].value)))
    if not _TIME.fullmatch(str(header.StudyTime)):
        header.StudyTime = ""
    if header.PatientSex not in ("M", "F", "O"):  # PS3.3 C.7.1.1
        header.PatientSex = ""
    if missing := [keyword for keyword in _TEXTS if keyword not in header]:
        raise ValueError(f"it has no {missing[0]}")
    return header


def valid_date(text: str) -> str:
    """A valid calendar date; scans also contain the 31st of February, which no report can hold."""
    try:
        return datetime.strptime(text, "%Y%m%d").strftime("%Y%m%d")
    except ValueError:
        return ""


def _wanted(stream: BinaryIO) -> Iterator[bytes]:
    """The encoded elements that are wanted, which stand in the data set itself; raises ValueError, struct.error."""
    last = max(tag for tag in _WANTED if tag is not None)
    stream.seek(_after_meta(stream))
    for _ in range(_MOST):
        head = stream.read(8)
        if not head:
            return
        group, number, vr, length = struct.unpack("<HH2sH", head)
        tag = group << 16 | number
        if vr in _LONG:
            head += stream.read(4)
            (length,) = struct.unpack_from("<L", head, 8)
        if tag > last:
            return
        if tag not in _WANTED:
            stream.seek(length, 1)
        elif length <= _LONGEST:
            yield head + stream.read(length)
        else:
            raise ValueError(f"{tag:08X} is {length:,} bytes long")
    raise ValueError(f"there are more than {_MOST:,} elements")


def _after_meta(stream: BinaryIO) -> int:
    """PS3.10 7.1: the first byte behind the File Meta Information, whose length comes first."""
    head = stream.read(_META_AT + 12)
    length = struct.unpack_from("<L", head, _META_AT + 8)[0]
    meta = stream.read(min(length, _LONGEST_META))
    if not head.startswith(b"DICM", 128) or ExplicitVRLittleEndian.encode() not in meta:
        raise ValueError("it is no image of a bundle")
    return int(_META_AT + 12 + length)
