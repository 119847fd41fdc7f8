"""Opens files so that their bytes come from the medium, not from the system's cache."""

from io import BufferedIOBase, FileIO
import mmap
import os
from pathlib import Path
import sys
from typing import Any

from builder.check.places.place import Place

# Windows, CreateFileW: unbuffered reads need whole sectors, into memory that begins on a page.
_GENERIC_READ, _SHARE_ALL, _OPEN_EXISTING = 0x80000000, 7, 3
_NO_BUFFERING, _SEQUENTIAL = 0x20000000, 0x08000000
_INVALID = 2**64 - 1
# macOS, fcntl.h.
_F_NOCACHE = 48


def block(size: int) -> memoryview:
    """Memory to read into, which begins on a page."""
    return memoryview(mmap.mmap(-1, size))


def open_uncached(path: Place) -> FileIO | BufferedIOBase:
    """The file, without a buffer; if the system cannot bypass its cache, with it."""
    if not isinstance(path, Path):  # the cache has forgotten the encrypted medium
        return path.open("rb")
    if sys.platform == "win32":
        return _open_on_windows(path)
    stream = FileIO(path)
    if hasattr(os, "posix_fadvise"):
        os.posix_fadvise(stream.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
    elif sys.platform == "darwin":
        import fcntl

        fcntl.fcntl(stream.fileno(), _F_NOCACHE, 1)
    return stream


def _open_on_windows(path: Path) -> FileIO:
    import ctypes
    import msvcrt

    windows: Any = ctypes
    create = windows.windll.kernel32.CreateFileW
    create.restype = ctypes.c_void_p
    flags = _NO_BUFFERING | _SEQUENTIAL
    handle = create(str(path), _GENERIC_READ, _SHARE_ALL, None, _OPEN_EXISTING, flags, None)
    if handle in (None, _INVALID):
        return FileIO(path)  # raises the error, or reads through the cache
    runtime: Any = msvcrt
    return FileIO(runtime.open_osfhandle(handle, os.O_RDONLY | getattr(os, "O_BINARY", 0)))
