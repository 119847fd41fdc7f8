"""A DICOMDIR for one case: the records of its study from the medium's own, with new links (PS3.3 Annex F)."""

from collections.abc import Iterable, Iterator
import os
import struct

from bundle.errors import DamagedFile
from bundle.layout import DICOMDIR
from viewer.words import tr

_SHORT = struct.Struct("<HH2sH")
_ITEM = struct.Struct("<HHL")
_PREAMBLE = 132
# What is written anew: group length, the file-set's UID, the offsets of the first and last root record.
_LENGTH, _UID, _FIRST, _LAST, _SEQUENCE = 0x00020000, 0x00020003, 0x00041200, 0x00041202, 0x00041220
_NEXT, _LOWER, _TYPE, _FILE = 0x00041400, 0x00041420, 0x00041430, 0x00041500
_STUDY_UID = 0x0020000D
_LEVELS = {"PATIENT": 0, "STUDY": 1, "SERIES": 2}
_SEQUENCE_HEAD = 12

Elements = dict[int, tuple[bytes, bytes]]


def study_directory(content: bytes, study: str) -> tuple[bytes, list[str]]:
    """A DICOMDIR of this study alone, and the paths of the files that it names; raises DamagedFile.

    A record that belongs to it keeps every byte but its links.
    """
    try:
        head, at = _head(content)
        chosen = list(_of_study(_records(content, at), study))
    except (struct.error, ValueError, KeyError):
        raise DamagedFile(DICOMDIR, tr("it cannot be understood")) from None
    paths = [_text(record, _FILE).replace("\\", "/") for record in chosen if _FILE in record]
    if not paths:
        raise DamagedFile(DICOMDIR, tr("this case is not in it"))
    return _file(head, chosen), paths


def _head(content: bytes) -> tuple[Elements, int]:
    """The elements before the records, and where these begin."""
    if content[_PREAMBLE - 4 : _PREAMBLE] != b"DICM":
        raise ValueError
    head, at = _elements(content, _PREAMBLE, len(content))
    return head, at + _SEQUENCE_HEAD


def _records(content: bytes, at: int) -> Iterator[Elements]:
    """One after the other: all records of a large medium at once would take 200 MB."""
    while at < len(content):
        group, element, length = _ITEM.unpack_from(content, at)
        at += _ITEM.size
        if (group, element) != (0xFFFE, 0xE000) or at + length > len(content):
            raise ValueError
        yield _elements(content, at, at + length)[0]
        at += length


def _elements(content: bytes, at: int, end: int) -> tuple[Elements, int]:
    """The elements up to the end, or up to the sequence of records; and where they end."""
    found: Elements = {}
    while at < end:
        group, element, vr, length = _SHORT.unpack_from(content, at)
        tag = group << 16 | element
        if tag == _SEQUENCE:
            break
        at += _SHORT.size
        if vr == b"OB":  # whose length has four bytes, behind these two
            (length,) = struct.unpack_from("<L", content, at)
            at += 4
        found[tag] = vr, content[at : at + length]
        at += length
    return found, at


def _of_study(records: Iterable[Elements], study: str) -> Iterator[Elements]:
    """The study's record, those above it and those below: each stands behind the one to which it belongs."""
    above: list[Elements] = []
    inside = False
    for record in records:
        level = _LEVELS.get(_text(record, _TYPE), 3)
        above[level:] = [record]
        if level < 2:
            inside = level == 1 and _text(record, _STUDY_UID) == study
            if inside:
                yield from above
        elif inside:
            yield record


def _text(record: Elements, tag: int) -> str:
    return record[tag][1].decode("ascii").rstrip(" \0")


def _new_uid() -> bytes:
    """A random one under 2.25 (PS3.5 B.2). Python's module for UUIDs would bring one more library of Windows."""
    number = int.from_bytes(os.urandom(16), "big")
    # Version 4 and the variant of RFC 9562 make it a UUID.
    number = number & ~(0xF << 76) | 0x4 << 76
    number = number & ~(0x3 << 62) | 0x2 << 62
    return f"2.25.{number}".encode()


def _file(head: Elements, records: list[Elements]) -> bytes:
    uid = _new_uid()
    head = head | {_UID: (b"UI", uid + b"\0" * (len(uid) % 2))}
    meta = _bytes({tag: value for tag, value in head.items() if tag >> 16 == 2 and tag != _LENGTH})
    start = bytes(_PREAMBLE - 4) + b"DICM" + _bytes({_LENGTH: (b"UL", struct.pack("<L", len(meta)))}) + meta
    levels = [_LEVELS.get(_text(record, _TYPE), 3) for record in records]
    rest = {tag: value for tag, value in head.items() if tag >> 16 == 4}
    first = len(start) + len(_bytes(rest)) + _SEQUENCE_HEAD
    places, at = [], first
    for record in records:
        places.append(at)
        at += _ITEM.size + len(_bytes(record))
    items = b"".join(
        _item(record | {_NEXT: _link(_next(levels, number), places), _LOWER: _link(_lower(levels, number), places)})
        for number, record in enumerate(records)
    )
    rest |= {_FIRST: (b"UL", struct.pack("<L", first)), _LAST: (b"UL", struct.pack("<L", first))}  # one patient
    return start + _bytes(rest) + struct.pack("<HH2sHL", 0x0004, 0x1220, b"SQ", 0, len(items)) + items


def _next(levels: list[int], number: int) -> int | None:
    """The next record of this level below the same one."""
    for following in range(number + 1, len(levels)):
        if levels[following] <= levels[number]:
            return following if levels[following] == levels[number] else None
    return None


def _lower(levels: list[int], number: int) -> int | None:
    """The first record below this one."""
    below = number + 1 < len(levels) and levels[number + 1] > levels[number]
    return number + 1 if below else None


def _link(record: int | None, places: list[int]) -> tuple[bytes, bytes]:
    return b"UL", struct.pack("<L", 0 if record is None else places[record])


def _item(record: Elements) -> bytes:
    body = _bytes(record)
    return _ITEM.pack(0xFFFE, 0xE000, len(body)) + body


def _bytes(elements: Elements) -> bytes:
    return b"".join(_element(tag, vr, value) for tag, (vr, value) in sorted(elements.items()))


def _element(tag: int, vr: bytes, value: bytes) -> bytes:
    if vr == b"OB":
        return struct.pack("<HH2sHL", tag >> 16, tag & 0xFFFF, vr, 0, len(value)) + value
    return _SHORT.pack(tag >> 16, tag & 0xFFFF, vr, len(value)) + value
