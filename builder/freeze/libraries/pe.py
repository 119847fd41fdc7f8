"""What a Windows library names of others (PE format, "Import Directory Table"), and its version.

The package pefile would do, but takes two minutes for the tens of thousands of names in VTK, where this takes a second.
"""

from collections.abc import Iterator
from pathlib import Path
import struct

_HEADER_AT, _SECTIONS_AT, _OPTIONAL_SIZE_AT, _OPTIONAL_AT = 0x3C, 6, 20, 24
# The second of the directories that follow 112 bytes of the optional header of a 64 bit file.
_IMPORTS_AT = _OPTIONAL_AT + 112 + 8
_DESCRIPTOR, _SECTION = struct.Struct("<5I"), struct.Struct("<8s4I16x")
_BY_NUMBER = 1 << 63
# VS_FIXEDFILEINFO: its signature and version, then the version of the file.
_VERSION = b"\xbd\x04\xef\xfe\0\0\1\0"


def imports(path: Path) -> dict[str, list[str]]:
    """The libraries that a file names, with what it asks of each by name."""
    content = path.read_bytes()
    places = _Places(content)
    (table,) = struct.unpack_from("<I", content, places.header + _IMPORTS_AT)
    found: dict[str, list[str]] = {}
    at = places.of(table) if table else len(content)
    while at < len(content):
        wanted, _, _, name, bound = _DESCRIPTOR.unpack_from(content, at)
        if not name:
            break
        found.setdefault(places.text(name), []).extend(places.names(wanted or bound))
        at += _DESCRIPTOR.size
    return found


def version(path: Path) -> tuple[int, int]:
    """The version of a file, in two numbers to compare; the least where it says none."""
    content = path.read_bytes()
    at = content.find(_VERSION)
    return struct.unpack_from("<II", content, at + len(_VERSION)) if at >= 0 else (0, 0)


class _Places:
    """Where in a file lies what a program finds at an address."""

    def __init__(self, content: bytes) -> None:
        self._content = content
        (self.header,) = struct.unpack_from("<I", content, _HEADER_AT)
        (number,) = struct.unpack_from("<H", content, self.header + _SECTIONS_AT)
        (size,) = struct.unpack_from("<H", content, self.header + _OPTIONAL_SIZE_AT)
        start = self.header + _OPTIONAL_AT + size
        sections = (_SECTION.unpack_from(content, start + 40 * index) for index in range(number))
        self._sections: list[tuple[int, int, int]] = [
            (address, max(room, stored), at) for _, room, address, stored, at in sections
        ]

    def of(self, address: int) -> int:
        return next(at + address - start for start, room, at in self._sections if start <= address < start + room)

    def text(self, address: int) -> str:
        at = self.of(address)
        return self._content[at : self._content.index(b"\0", at)].decode("ascii")

    def names(self, address: int) -> Iterator[str]:
        at = self.of(address)
        while number := struct.unpack_from("<Q", self._content, at)[0]:
            if not number & _BY_NUMBER:
                yield self.text(number + 2)  # behind a hint of two bytes
            at += 8
