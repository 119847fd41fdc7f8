"""How much memory this PC has, and how much of it the viewer may take for pixels."""

import ctypes
import os
import sys

# Where nobody can say how much memory there is, as little as any PC has on which the viewer is to run.
_LEAST = 4 << 30
# The kept stacks never take more than this, and on small PCs no more than this share of the memory.
_KEPT_BYTES = 2 << 30
_KEPT_SHARE = 0.25
# A stack that would take more than this share of the memory is not read: the PC would stand still.
_STACK_SHARE = 0.5


def physical_bytes() -> int:
    """The memory that is built into this PC."""
    try:
        if sys.platform == "win32":
            return _windows_bytes()
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (OSError, ValueError, AttributeError):
        return _LEAST


def kept_bytes() -> int:
    """What the stacks that were looked at may take together, so that going back does not read again."""
    return int(min(_KEPT_BYTES, physical_bytes() * _KEPT_SHARE))


def stack_bytes() -> int:
    """What the one stack on the screen may take."""
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
