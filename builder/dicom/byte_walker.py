"""Finds the elements of an encoded data set by their bytes; leaves every doubtful case to pydicom."""

from collections.abc import Iterable
from contextlib import suppress
from functools import cache, lru_cache
from io import FileIO
from itertools import pairwise
import os
from pathlib import Path
import re
import struct
from typing import Any

from pydicom.charset import convert_encodings
from pydicom.datadict import dictionary_has_tag, dictionary_VR, tag_for_keyword
from pydicom.dataelem import DataElement, RawDataElement, convert_raw_data_element
from pydicom.tag import BaseTag
from pydicom.uid import UID, DeflatedExplicitVRLittleEndian, ExplicitVRBigEndian, ImplicitVRLittleEndian

from builder.dicom.common_runs import START, CommonRun, Element, Memory, Runs, new_memory

PIXEL_DATA, CHARACTER_SET = 0x7FE00010, 0x00080005
UNDEFINED = 0xFFFFFFFF
# PS3.5 7.1.2: the VRs with a length of two bytes, and those with two reserved bytes and a length of four.
_SHORT = frozenset(b"AE AS AT CS DA DS DT FL FD IS LO LT PN SH SL SS ST TM UI UL US".split())
_LONG = frozenset(b"OB OD OF OL OV OW SQ SV UC UN UR UT UV".split())
_ITEM, _SEQUENCE_END = 0xFFFEE000, 0xFFFEE0DD
_ITEM_END = b"\xfe\xff\x0d\xe0"
_GROUP_AFTER_HEADER = 0x7FE00000
_DEEPEST = 16
# The first group of a data set (PS3.7: command groups come before it, and never occur in a file).
_FIRST_TAG = 0x00080000
# Headers are read in one go: nearly all fit into the first size, those with private data of the maker into the last.
_ENOUGH = (1 << 14, 1 << 24)

_EXPLICIT_HEAD = struct.Struct("<HH2sH")
_IMPLICIT_HEAD = struct.Struct("<HHL")
_LENGTH = struct.Struct("<L")
_NUMBERS = {b"US": "H", b"SS": "h", b"UL": "L", b"SL": "l", b"FL": "f", b"FD": "d"}
# Values that need no parser. Without escape sequences and the delimiter of a name's groups, a text is the same in every
# character set; an invalid number must fail as it does in pydicom.
_PLAIN = dict.fromkeys(b"AE AS CS DA DT LO PN SH TM".split(), re.compile(rb"[ -<>-~]*")) | {
    b"UI": re.compile(rb"[0-9.\\]*\0?"),
    b"IS": re.compile(rb"[+-]?\d{1,9} ?"),
    b"DS": re.compile(rb"[+-]?\d{1,9}(\.\d{1,9})? ?(\\[+-]?\d{1,9}(\.\d{1,9})? ?)*"),
}
_CHARACTER_SET = re.compile(rb"[A-Z0-9_ \\]*")
_NOT_PLAIN = object()


class Unsure(Exception):
    """The bytes contain something that only a full parser can judge."""


class WalkedHeader:
    """The elements of a data set before its pixel data; values are parsed on demand.

    Like a pydicom Dataset it answers `get` and `in` by keyword. `elements` holds for each tag its VR (the dictionary's
    if the encoding is implicit) and the bytes of its value; `runs` are the elements shared with other headers,
    `singles` the tags of all others. The value of Pixel Data starts at byte `pixel_offset` (0 if there is none) and is
    `pixel_length` long (0xFFFFFFFF if it is encapsulated).
    """

    def __init__(self, *, implicit: bool) -> None:
        self.implicit = implicit
        self.elements: dict[int, Element] = {}
        self.runs: list[CommonRun] = []
        self.singles: list[int] = []
        self.pixel_offset = 0
        self.pixel_length = 0
        self.file_meta: WalkedHeader | None = None

    def __contains__(self, key: str | int) -> bool:
        return (key if isinstance(key, int) else _tag(key)) in self.elements

    def get(self, keyword: str) -> Any:
        """The value of an attribute; None if it is missing or empty."""
        found = self.elements.get(_tag(keyword))
        if found is None:
            return None
        value = _plain_value(*found)
        return self.parsed(_tag(keyword)).value if value is _NOT_PLAIN else value

    def parsed(self, tag: int) -> DataElement:
        """An element as pydicom parses it, in the character set of this data set."""
        vr, value = self.elements[tag]
        whole = RawDataElement(BaseTag(tag), vr.decode("ascii"), len(value), value, 0, self.implicit, True)
        return convert_raw_data_element(whole, encoding=list(self.character_set))

    def part(self, tags: Iterable[int]) -> "WalkedHeader":
        """A header with only these elements."""
        part = WalkedHeader(implicit=self.implicit)
        part.elements = {tag: self.elements[tag] for tag in tags if tag in self.elements}
        return part

    @property
    def character_set(self) -> tuple[str, ...]:
        """Python's names of the text encodings."""
        return _encodings(self.elements.get(CHARACTER_SET, (b"", b""))[1])


@lru_cache(1 << 12)
def _plain_value(vr: bytes, value: bytes) -> Any:
    """A value that needs no parser; the slices of a series repeat most of their values."""
    if vr in _NUMBERS:
        return _unpacked(vr, value)
    if vr not in _PLAIN or not _PLAIN[vr].fullmatch(value):
        return _NOT_PLAIN
    parts = value.decode("ascii").rstrip(" \0").split("\\")
    return parts[0] if len(parts) == 1 else tuple(part.strip() for part in parts)


@cache
def _encodings(value: bytes) -> tuple[str, ...]:
    if not _CHARACTER_SET.fullmatch(value):
        raise Unsure
    names = [part.strip() for part in value.decode("ascii").split("\\")]
    return tuple(convert_encodings(names))


@cache
def _tag(keyword: str) -> int:
    tag = tag_for_keyword(keyword)
    assert tag is not None, keyword
    return tag


def _unpacked(vr: bytes, value: bytes) -> Any:
    form = _NUMBERS[vr]
    count, rest = divmod(len(value), struct.calcsize(f"<{form}"))
    if rest:
        raise Unsure
    values = struct.unpack(f"<{count}{form}", value)
    return (values[0] if count == 1 else values) if values else None


# A process reads one series after another.
_sources = new_memory()


def read_header(path: str | Path) -> tuple[WalkedHeader, int]:
    """The header of a PS3.10 file in little endian and the size of the file; raises Unsure, OSError."""
    with FileIO(path) as stream:
        return read_stream(stream)


def read_stream(stream: FileIO) -> tuple[WalkedHeader, int]:
    """The same from an open file."""
    size = os.fstat(stream.fileno()).st_size
    for enough in _ENOUGH:
        stream.seek(0)
        data = stream.read(enough)
        with suppress(Unsure, struct.error):
            header = parse_file(data, _sources)
            if header.pixel_offset or len(data) == size:
                return header, size
        if len(data) == size:
            break
    raise Unsure


def parse_file(data: bytes, memory: Memory) -> WalkedHeader:
    """The header of a PS3.10 file that begins with `data`; raises Unsure, struct.error.

    `memory` holds the elements that earlier headers shared.
    """
    # PS3.10 7.1: the group length comes first, and gives the start of the data set.
    if data[128:144] != b"DICM\x02\0\0\0UL\x04\0" + data[140:144] or len(data) < 144:
        raise Unsure
    start = 144 + _LENGTH.unpack_from(data, 140)[0]
    meta = walk(data[:start], 132, implicit=False, runs=memory.meta)
    syntax = meta.get("TransferSyntaxUID")
    if syntax is None or not _is_little_endian(syntax.strip(" \0")):
        raise Unsure
    implicit = syntax.strip(" \0") == ImplicitVRLittleEndian
    header = walk(data, start, implicit=implicit, runs=memory.implicit if implicit else memory.explicit)
    if next(iter(header.elements), 0) < _FIRST_TAG or next(reversed(meta.elements)) >= _FIRST_TAG:
        raise Unsure
    if any(vr != dictionary_vr(tag) for tag, (vr, _) in meta.elements.items()):
        raise Unsure
    header.file_meta = meta
    _ = header.character_set  # pydicom should refuse an unknown one
    return header


@lru_cache(64)
def _is_little_endian(syntax: str) -> bool:
    """Whether the header is not big endian and not deflated; its pixel data may be compressed."""
    uid = UID(syntax)
    return uid.is_transfer_syntax and uid not in (ExplicitVRBigEndian, DeflatedExplicitVRLittleEndian)


def walk(data: bytes, start: int, *, implicit: bool, runs: Runs | None = None) -> WalkedHeader:
    """The elements from byte `start` up to the pixel data or the end of `data`; raises Unsure, struct.error.

    `runs` holds the elements that earlier headers shared, and learns from this header.
    """
    header = WalkedHeader(implicit=implicit)
    after = runs.after if runs else {}
    starts, at, missed = _walk(data, start, header, after)
    if runs is not None and (missed or not after):
        if header.runs:
            starts, at, _ = _walk(data, start, header := WalkedHeader(implicit=implicit), {})
        places = pairwise([*starts, at])
        encoded = {tag: data[i:k] for tag, (i, k) in zip(header.singles, places, strict=True)}
        runs.learn(encoded, header.elements, missed)
    return header


def _walk(data: bytes, at: int, header: WalkedHeader, after: dict[int, CommonRun]) -> tuple[list[int], int, int]:
    """Fills the header; returns where its singles start, where the last element ends, and how many runs differ."""
    elements, singles, implicit, starts = header.elements, header.singles, header.implicit, list[int]()
    read = implicit_element if implicit else _explicit_element
    head, short = _EXPLICIT_HEAD.unpack_from, frozenset() if implicit else _SHORT
    last, end, missed = START, len(data), 0
    while at < end:
        run = after.get(last)
        if run is not None:
            if data.startswith(run.chunk, at):
                elements.update(run.elements)
                header.runs.append(run)
                at, last = at + len(run.chunk), run.last
                continue
            missed += 1
        group, element, vr, length = head(data, at)
        if vr in short:  # like `_explicit_element`, without the call: the case of nearly all elements
            tag, value = group << 16 | element, at + 8
        else:
            tag, vr, length, value = read(data, at)
        if tag >= _GROUP_AFTER_HEADER:
            if tag != PIXEL_DATA:  # floating point pixels, or an element that no image has
                raise Unsure
            header.pixel_offset, header.pixel_length = value, length
            return starts, at, missed
        if tag <= last:  # PS3.5 7.1: ascending, each once; anything else is ambiguous
            raise Unsure
        if length == UNDEFINED:
            if vr != b"SQ":
                raise Unsure
            length = _sequence_end(data, value, implicit, 0) - value
        singles.append(tag)
        starts.append(at)
        at, last = value + length, tag
        elements[tag] = (vr, data[value:at])
    if at != end:
        raise Unsure
    return starts, at, missed


def loose_element(data: bytes, at: int) -> tuple[int, bytes, int, int]:
    """Tag, VR, length, and where the value starts; an unknown VR counts as one with a short length."""
    group, element, vr, length = _EXPLICIT_HEAD.unpack_from(data, at)
    if vr in _LONG:
        return group << 16 | element, vr, _LENGTH.unpack_from(data, at + 8)[0], at + 12
    return group << 16 | element, vr, length, at + 8


def _explicit_element(data: bytes, at: int) -> tuple[int, bytes, int, int]:
    found = loose_element(data, at)
    if found[1] not in _SHORT and (found[1] not in _LONG or data[at + 6 : at + 8] != b"\0\0"):
        raise Unsure
    return found


def implicit_element(data: bytes, at: int) -> tuple[int, bytes, int, int]:
    """The same with the VR of the dictionary."""
    group, element, length = _IMPLICIT_HEAD.unpack_from(data, at)
    return group << 16 | element, dictionary_vr(group << 16 | element), length, at + 8


@cache
def dictionary_vr(tag: int) -> bytes:
    """The VR of a standard element, such as 'US or SS' if the dictionary leaves a choice; UN for any other element."""
    return dictionary_VR(tag).encode("ascii") if dictionary_has_tag(tag) else b"UN"


def _sequence_end(data: bytes, at: int, implicit: bool, depth: int) -> int:
    """The first byte after a sequence of undefined length (PS3.5 7.5.2) and its delimiter."""
    if depth > _DEEPEST:
        raise Unsure
    while True:
        group, element, length = _IMPLICIT_HEAD.unpack_from(data, at)
        tag = group << 16 | element
        at += 8
        if tag == _SEQUENCE_END:
            return at
        if tag != _ITEM:
            raise Unsure
        at = _item_end(data, at, implicit, depth) if length == UNDEFINED else at + length


def _item_end(data: bytes, at: int, implicit: bool, depth: int) -> int:
    read = implicit_element if implicit else _explicit_element
    while True:
        if data.startswith(_ITEM_END, at):
            return at + 8
        _, vr, length, value = read(data, at)
        if length == UNDEFINED and vr != b"SQ":
            raise Unsure
        at = _sequence_end(data, value, implicit, depth + 1) if length == UNDEFINED else value + length
