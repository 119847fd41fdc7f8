"""Brings the program itself into memory, so that it keeps running when its medium is removed.

A system reads a program's code on demand: code that never ran before is read at that moment, and if the medium is
gone, the system ends the program. On Linux this module therefore reads all loaded files once, after the first
series; on Windows the files of the pack request it themselves (`builder/freeze/libraries/dlls.py`).
"""

from contextlib import suppress
import ctypes
import importlib
from pathlib import Path
import sys
import threading

# Linux 5.14 and later: read and map now; a failure is an error, not a signal. Older versions: read soon.
_MADV_POPULATE_READ, _MADV_WILLNEED = 22, 3
# Small files that load on first use: a hand on the mouse is enough.
_SOON_NEEDED = ("viewer.images.grey", "viewer.marks.roi", "viewer.space.voxel_volume")
_one_at_a_time = threading.Lock()
_done: set[tuple[int, int]] = set()


def hold_frozen() -> None:
    """Read what the frozen program has loaded since the last call, in a thread of its own."""
    frozen = getattr(sys, "_MEIPASS", None)
    if frozen is not None:
        threading.Thread(target=_hold, args=(Path(frozen).parent,), name="steady", daemon=True).start()


def _hold(folder: Path) -> None:
    for name in _SOON_NEEDED:
        with suppress(ImportError, OSError):
            importlib.import_module(name)
    if sys.platform == "linux":
        hold(folder)


def hold(folder: Path) -> None:
    """Read the parts of files below a folder that are mapped into memory."""
    with _one_at_a_time, suppress(OSError, AttributeError):
        madvise = ctypes.CDLL(None, use_errno=True).madvise
        madvise.argtypes = (ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int)
        for start, end in _mapped(folder):
            if (start, end) not in _done:
                _done.add((start, end))
                if madvise(start, end - start, _MADV_POPULATE_READ):
                    madvise(start, end - start, _MADV_WILLNEED)


def _mapped(folder: Path) -> list[tuple[int, int]]:
    """Addresses, from and to; each line of the list is `from-to rights offset device inode  path`."""
    lines = Path("/proc/self/maps").read_text(encoding="utf-8", errors="surrogateescape").splitlines()
    found = []
    for place, rights, *_, path in (line.split(maxsplit=5) for line in lines if "/" in line):
        if "r" in rights and folder in Path(path).parents:
            start, end = (int(number, 16) for number in place.split("-"))
            found.append((start, end))
    return found
