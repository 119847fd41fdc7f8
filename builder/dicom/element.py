"""Encodes single elements and file meta information in Explicit VR Little Endian."""

import struct

_HEAD = struct.Struct("<HH2s")
_LENGTH_2 = struct.Struct("<H")
_LENGTH_4 = struct.Struct("<HL")
_LONG = frozenset({b"OB", b"OW", b"SQ"})
_PADDED_WITH_NUL = frozenset({b"UI", b"OB", b"OW"})
_PREAMBLE = bytes(128)
EXPLICIT_LITTLE_ENDIAN = "1.2.840.10008.1.2.1"


def element(tag: int, vr: bytes, value: bytes) -> bytes:
    """One element, padded to even length (PS3.5 6.2: UI and bytes with NUL, text with a space)."""
    if len(value) % 2:
        value += b"\0" if vr in _PADDED_WITH_NUL else b" "
    return element_head(tag, vr, len(value)) + value


def element_head(tag: int, vr: bytes, length: int) -> bytes:
    """The bytes before a value of even length."""
    head = _HEAD.pack(tag >> 16, tag & 0xFFFF, vr)
    return head + (_LENGTH_4.pack(0, length) if vr in _LONG else _LENGTH_2.pack(length))


def text(tag: int, vr: bytes, value: str) -> bytes:
    """One element with an ASCII text."""
    return element(tag, vr, value.encode("ascii"))


def file_start(sop_class_uid: str, sop_instance_uid: str, implementation: tuple[str, str]) -> bytes:
    """An empty preamble, the prefix and new file meta information (PS3.10 7.1).

    `implementation` is the class UID and the version name.
    """
    elements = (
        element(0x00020001, b"OB", b"\0\1")
        + text(0x00020002, b"UI", sop_class_uid)
        + text(0x00020003, b"UI", sop_instance_uid)
        + text(0x00020010, b"UI", EXPLICIT_LITTLE_ENDIAN)
        + text(0x00020012, b"UI", implementation[0])
        + text(0x00020013, b"SH", implementation[1])
    )
    return _PREAMBLE + b"DICM" + element(0x00020000, b"UL", struct.pack("<L", len(elements))) + elements
