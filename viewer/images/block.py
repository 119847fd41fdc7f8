"""The memory of a stack: one block, in large pages if the system has them free."""

from collections.abc import Callable
from contextlib import suppress
import ctypes
from functools import cache
import mmap
import sys
import time

# Linux 5.14 and later: make pages now, many in one call. Older versions refuse, and pages come one by one.
_MADV_POPULATE_WRITE = 23
# Bytes of a large page, and the seconds after which it was slow: it takes 0.3 ms from memory, 2 to 4 through a host.
_LARGE, _SLOW = 2 << 20, 0.001
_PRIVATE = 0 if sys.platform == "win32" else mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS


class Block:
    """Memory that needs no clearing first; raises MemoryError.

    Linux gives large pages to private memory; most systems give none to shared memory, mmap's default.
    """

    def __init__(self, size: int) -> None:
        self.size = size
        try:
            self.memory = mmap.mmap(-1, size) if sys.platform == "win32" else mmap.mmap(-1, size, flags=_PRIVATE)
        except (OSError, ValueError, OverflowError) as error:
            raise MemoryError from error
        self._advise("MADV_HUGEPAGE")
        self._start = ctypes.addressof(ctypes.c_char.from_buffer(self.memory))

    def place(self, start: int, length: int) -> memoryview:
        """The memory of some bytes."""
        return memoryview(self.memory)[start : start + length]

    def make_pages(self, start: int, length: int) -> None:
        """Have the system make the pages of some bytes that are about to be written.

        It makes a page at its first write otherwise, and each such fault costs a virtual machine as much again. Where
        that machine has returned its free memory to its host, large pages take ten times longer than usual, longer than
        the same memory in small ones: so the block then takes small pages for the rest.
        """
        if sys.platform != "linux" or length < 2 * mmap.PAGESIZE:
            return
        first, end = -(-(self._start + start) // mmap.PAGESIZE), (self._start + start + length) // mmap.PAGESIZE
        began = time.perf_counter()
        _madvise()(first * mmap.PAGESIZE, (end - first) * mmap.PAGESIZE, _MADV_POPULATE_WRITE)
        if time.perf_counter() - began > _SLOW * (length // _LARGE + 1):
            self._advise("MADV_NOHUGEPAGE")

    def _advise(self, name: str) -> None:
        with suppress(AttributeError, OSError):  # Linux only, and only if built with it
            self.memory.madvise(getattr(mmap, name))


@cache
def _madvise() -> Callable[[int, int, int], int]:
    """The system's call, which lets other threads run; `mmap.madvise` holds Python's lock meanwhile."""
    found = ctypes.CDLL(None).madvise
    found.argtypes = (ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int)
    return found
