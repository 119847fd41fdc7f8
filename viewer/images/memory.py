"""How much memory this PC has, and how much of it the viewer may take for pixels."""

import ctypes
import os
import sys

# If the system does not say how much memory there is: as little as any supported PC has.
_LEAST = 4 << 30
# The kept stacks never take more than this, and on small PCs no more than this share of the memory.
_KEPT_BYTES = 2 << 30
_KEPT_SHARE = 0.25
# The viewer does not read a stack that would take more than this share of the memory: the PC would stand still.
_STACK_SHARE = 0.5


def physical_bytes() -> int:
    """The memory installed in this PC."""
    try:
        if sys.platform == "win32":
            return _windows_bytes()
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (OSError, ValueError, AttributeError):
        return _LEAST


def kept_bytes() -> int:
    """The most that recently viewed stacks may take together; returning to one does not read it again."""
    return int(min(_KEPT_BYTES, physical_bytes() * _KEPT_SHARE))


def stack_bytes() -> int:
    """The most that the one stack on the screen may take."""
    return int(physical_bytes() * _STACK_SHARE)


class _MemoryStatus(ctypes.Structure):
    """MEMORYSTATUSEX of the Windows API."""

    _fields_ = (
        ("length", ctypes.c_uint32),
        ("load", ctypes.c_uint32),
        ("total_physical", ctypes.c_uint64),
        ("others", ctypes.c_uint64 * 6),
    )


def _windows_bytes() -> int:
    status = _MemoryStatus(length=ctypes.sizeof(_MemoryStatus))
    kernel = ctypes.WinDLL("kernel32")  # type: ignore[attr-defined,unused-ignore]
    if not kernel.GlobalMemoryStatusEx(ctypes.byref(status)):
        raise OSError("GlobalMemoryStatusEx failed")
    return int(status.total_physical)
