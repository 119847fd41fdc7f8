"""The memory of a stack: one block, in large pages if the system has them free, else prepared while it fills."""

from collections.abc import Callable
from contextlib import suppress
import ctypes
from functools import cache
import mmap
import sys
import threading
import time

_PRIVATE = 0 if sys.platform == "win32" else mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS
# Linux 5.14 and later; Python has no name for it.
_POPULATE_WRITE = 23
_STEP = 2 << 20
# Bytes after which to check the pace, and bytes per second: with free large pages, a cached file arrives four times
# as fast. If a virtual machine has returned its free memory to its host, large pages are ten times slower than small
# ones, of which a machine always keeps some.
_WATCHED, _FAST = 4 << 20, 1e9


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

    def place(self, start: int, length: int) -> memoryview:
        """The memory of some bytes."""
        return memoryview(self.memory)[start : start + length]

    def make_ready(self, filled: threading.Event) -> None:
        """Make the system supply small pages from the last to the first, until the block is filled from its start."""
        self._advise("MADV_NOHUGEPAGE")
        for start in reversed(range(0, self.size, _STEP)):
            address = ctypes.addressof(ctypes.c_char.from_buffer(self.memory, start))
            if filled.is_set() or _madvise()(address, min(_STEP, self.size - start), _POPULATE_WRITE):
                return

    def _advise(self, name: str) -> None:
        with suppress(AttributeError, OSError):  # Linux only, and only if built with it
            self.memory.madvise(getattr(mmap, name))


class Supply:
    """Watches how fast a block fills, and starts a second thread that prepares it if that is slow."""

    def __init__(self) -> None:
        self._filled = threading.Event()
        self._bytes, self._since = 0, time.perf_counter()
        self._helped = False

    def used(self, block: Block, length: int) -> None:
        """This many more bytes of it are filled."""
        self._bytes += length
        if self._helped or self._bytes < _WATCHED:
            return
        now = time.perf_counter()
        if now - self._since > self._bytes / _FAST:
            self._helped = True
            threading.Thread(target=block.make_ready, args=(self._filled,), name="pages", daemon=True).start()
        self._bytes, self._since = 0, now

    def end(self) -> None:
        """The block fills no further."""
        self._filled.set()


@cache
def _madvise() -> Callable[[int, int, int], int]:
    """The system call; unlike Python's own it lets other threads run meanwhile."""
    if sys.platform != "linux":
        return lambda address, length, advice: -1
    call = ctypes.CDLL(None).madvise
    call.argtypes = (ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int)
    return call
