"""Checks of the drive itself: its file system, the names on it, and room for readings."""

from collections.abc import Iterator
import ctypes
from pathlib import Path
import re
import shutil
import sys
from typing import Any

from builder.check.findings import Finding, finding
from builder.check.medium.file_checks import some
from builder.check.medium.medium import Medium
from builder.check.places.place import drive_of

_MOUNTS = Path("/proc/self/mountinfo")
# PS3.12 Annex R requires FAT16 or FAT32 on USB media; "fuseblk" is exFAT or NTFS through a driver outside the kernel.
_OUTSIDE = {"exfat": "exFAT", "ntfs": "NTFS", "ntfs3": "NTFS", "fuseblk": "exFAT or NTFS"}
_WITHIN = frozenset({"vfat", "msdos", "fat", "fat32"})
_WRITE_PROTECTED = frozenset({"iso9660", "udf", "squashfs", "cdfs"})
# FILE_READ_ONLY_VOLUME of Windows.
_READ_ONLY = 0x00080000
# Windows accepts paths of 259 characters, including a folder such as C:\Users\firstname.lastname\Documents\Study.
_LONGEST_PATH = 259
_SENSIBLE_PREFIX = 90
# Characters that Windows forbids in a name, and the names that it reserves for devices.
_FORBIDDEN = re.compile(r'[\x00-\x1f<>:"\\|?*]|[ .]$')
_DEVICES = re.compile(r"(CON|PRN|AUX|NUL|COM\d|LPT\d)(\..*)?", re.IGNORECASE)
# A hundred cases with long answers take less.
_ROOM_FOR_READINGS = 20_000_000


def file_system(root: Path) -> tuple[str, bool]:
    """The system's name for the file system, and whether it is writable; empty if the system does not tell."""
    if sys.platform == "win32":
        return _of_windows(root)
    found: tuple[int, str, bool] = (-1, "", True)
    real = root.resolve()
    for line in _MOUNTS.read_text(errors="replace").splitlines() if _MOUNTS.exists() else ():
        before, _, after = line.partition(" - ")
        fields, kind = before.split(" "), after.split(" ")
        point = Path(re.sub(r"\\(\d{3})", lambda octal: chr(int(octal[1], 8)), fields[4]))
        depth = len(point.parts)
        if real.is_relative_to(point) and depth >= found[0]:
            options = f"{fields[5]},{kind[2] if len(kind) > 2 else ''}".split(",")
            found = depth, kind[0], "ro" not in options
    return found[1:]


def _of_windows(root: Path) -> tuple[str, bool]:
    name, flags = ctypes.create_unicode_buffer(64), ctypes.c_uint32()
    kernel: Any = ctypes.windll.kernel32  # type: ignore[attr-defined,unused-ignore]
    volume, about = root.resolve().anchor, ctypes.byref(flags)
    told = kernel.GetVolumeInformationW(volume, None, 0, None, None, about, name, len(name))
    return (name.value.lower(), not flags.value & _READ_ONLY) if told else ("", True)


def is_known(root: Path) -> bool:
    """Whether the file system can be judged: it is one of those usual on sticks, and the system names it."""
    kind, _ = file_system(root)
    return kind in _OUTSIDE or kind in _WITHIN


def outside_the_standard(medium: Medium) -> Iterator[Finding]:
    """File systems that work on PCs but are outside the standard."""
    kind, _ = file_system(drive_of(medium.root))
    if kind in _OUTSIDE:
        yield finding("drive.file_system", ".", f"it is {_OUTSIDE[kind]}")


def room_for_readings(medium: Medium) -> Iterator[Finding]:
    """A full drive; on a write-protected one the viewer keeps readings elsewhere."""
    kind, writable = file_system(drive_of(medium.root))
    free = shutil.disk_usage(drive_of(medium.root)).free
    if writable and kind not in _WRITE_PROTECTED and free < _ROOM_FOR_READINGS:
        yield finding("drive.room", ".", f"{free / 1e6:.1f} MB are free")


def names(medium: Medium) -> Iterator[Finding]:
    """Names that Windows and its file systems do not accept."""
    for path in sorted(medium.files):
        if any(_FORBIDDEN.search(part) or _DEVICES.fullmatch(part) for part in path.split("/")):
            yield finding("layout.name", path, "Windows does not take the name")


def long_paths(medium: Medium) -> Iterator[Finding]:
    """Paths that become too long for Windows when somebody copies the bundle: all in one finding."""
    long = [path for path in sorted(medium.files) if len(path) + _SENSIBLE_PREFIX > _LONGEST_PATH]
    if long:
        yield finding("layout.long_path", long[0], f"too long by up to {_excess(long)}: {some(long)}")


def _excess(paths: list[str]) -> int:
    return max(map(len, paths)) + _SENSIBLE_PREFIX - _LONGEST_PATH


CHECKS = (outside_the_standard, room_for_readings, names, long_paths)
# Checks of foreign media, where no reader writes.
CHECKS_OF_OTHERS = (outside_the_standard, names)
