"""The memory of a stack: one block, in large pages where they are at hand, else made ready while it is filled."""

from collections.abc import Callable
from contextlib import suppress
import ctypes
from functools import cache
import mmap
import sys
import threading
import time

_PRIVATE = 0 if sys.platform == "win32" else mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS
# Of Linux 5.14 and later; Python has no name for it.
_POPULATE_WRITE = 23
_STEP = 2 << 20
# Bytes after which the pace is looked at, and bytes a second: large pages at hand let a file in the cache come four
# times as fast. Where a virtual machine has given its free memory back to its host, large pages make it ten times
# slower than small ones, of which a machine always keeps some.
_WATCHED, _FAST = 4 << 20, 1e9


class Block:
    """Memory that nobody has to clear first; raises MemoryError.

    Linux gives large pages to private memory; to shared memory, mmap's default, most systems give none.
    """

    def __init__(self, size: int) -> None:
        self.size = size
        try:
            self.memory = mmap.mmap(-1, size) if sys.platform == "win32" else mmap.mmap(-1, size, flags=_PRIVATE)
        except (OSError, ValueError, OverflowError) as error:
            raise MemoryError from error
        self._advise("MADV_HUGEPAGE")

    def place(self, start: int, length: int) -> memoryview:
        """Where some bytes lie."""
        return memoryview(self.memory)[start : start + length]

    def make_ready(self, filled: threading.Event) -> None:
        """Have small pages handed out from the last to the first, until the block is filled from its start."""
        self._advise("MADV_NOHUGEPAGE")
        for start in reversed(range(0, self.size, _STEP)):
            address = ctypes.addressof(ctypes.c_char.from_buffer(self.memory, start))
            if filled.is_set() or _madvise()(address, min(_STEP, self.size - start), _POPULATE_WRITE):
                return

    def _advise(self, name: str) -> None:
        with suppress(AttributeError, OSError):  # Linux only, and only where it is built so
            self.memory.madvise(getattr(mmap, name))


class Supply:
    """Watches how fast a block fills, and has a second thread make it ready where it is slow."""

    def __init__(self) -> None:
        self._filled = threading.Event()
        self._bytes, self._since = 0, time.perf_counter()
        self._helped = False

    def used(self, block: Block, length: int) -> None:
        """So many bytes more of it are filled."""
        self._bytes += length
        if self._helped or self._bytes < _WATCHED:
            return
        now = time.perf_counter()
        if now - self._since > self._bytes / _FAST:
            self._helped = True
            threading.Thread(target=block.make_ready, args=(self._filled,), name="pages", daemon=True).start()
        self._bytes, self._since = 0, now

    def end(self) -> None:
        """Nothing more will be filled."""
        self._filled.set()


@cache
def _madvise() -> Callable[[int, int, int], int]:
    """The system's call, which lets other threads run meanwhile, unlike Python's own."""
    if sys.platform != "linux":
        return lambda address, length, advice: -1
    call = ctypes.CDLL(None).madvise
    call.argtypes = (ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int)
    return call
