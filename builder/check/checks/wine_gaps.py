"""Fills a gap of Wine 8, so that a viewer which is tried there finds what every Windows 10 has.

Programs in Rust take their random numbers from ProcessPrng of bcryptprimitives.dll, which came to Wine 9. The same
numbers come from SystemFunction036 of advapi32.dll: a library of one page hands its function on to that.
"""

from pathlib import Path
import struct

_PAGE, _FILE_ALIGNMENT = 0x1000, 0x200
_LIBRARY, _FUNCTION, _SAME = "bcryptprimitives.dll", "ProcessPrng", "ADVAPI32.SystemFunction036"


def fill_gaps(prefix: Path) -> None:
    """Put the library into a Windows folder of Wine that lacks it; raises OSError."""
    place = prefix / "drive_c/windows/system32" / _LIBRARY
    if not place.exists():
        place.write_bytes(_forwarding_dll(_LIBRARY, _FUNCTION, _SAME))


def _forwarding_dll(name: str, function: str, target: str) -> bytes:
    """A 64-bit DLL (PE/COFF) without code; its export table names the other library."""
    exports = _export_directory(name, function, target)
    section = exports.ljust(-(-len(exports) // _FILE_ALIGNMENT) * _FILE_ALIGNMENT, b"\0")
    directories = [(_PAGE, len(exports))] + [(0, 0)] * 15
    optional = struct.pack(
        "<HBBIIIII QII HHHHHH IIII HH QQQQ II",
        0x20B, 14, 0, 0, len(section), 0, 0, _PAGE,
        0x180000000, _PAGE, _FILE_ALIGNMENT,
        6, 0, 0, 0, 6, 0,
        0, 2 * _PAGE, _FILE_ALIGNMENT, 0,
        2, 0x0100,
        1 << 20, _PAGE, 1 << 20, _PAGE, 0, 16,
    ) + b"".join(struct.pack("<II", *entry) for entry in directories)  # fmt: skip
    coff = struct.pack("<HHIIIHH", 0x8664, 1, 0, 0, 0, len(optional), 0x2022)
    table = struct.pack(
        "<8sIIIIIIHHI", b".rdata", len(exports), _PAGE, len(section), _FILE_ALIGNMENT, 0, 0, 0, 0, 0x40000040
    )
    dos = b"MZ".ljust(60, b"\0") + struct.pack("<I", 64)
    return (dos + b"PE\0\0" + coff + optional + table).ljust(_FILE_ALIGNMENT, b"\0") + section


def _export_directory(name: str, function: str, target: str) -> bytes:
    """IMAGE_EXPORT_DIRECTORY, its three tables, and the texts: an address within it is a forwarder."""
    head, texts = 40, [f"{text}\0".encode() for text in (name, function, target)]
    functions, names, ordinals = _PAGE + head, _PAGE + head + 4, _PAGE + head + 8
    places, at = [], _PAGE + head + 12
    for text in texts:
        places.append(at)
        at += len(text)
    directory = struct.pack("<IIHHIIIIIII", 0, 0, 0, 0, places[0], 1, 1, 1, functions, names, ordinals)
    return directory + struct.pack("<IIHH", places[2], places[1], 0, 0) + b"".join(texts)
