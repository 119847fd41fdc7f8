"""The memory of a stack: one block, in large pages if the system has them free."""

from contextlib import suppress
import mmap
import sys

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

    def place(self, start: int, length: int) -> memoryview:
        """The memory of some bytes."""
        return memoryview(self.memory)[start : start + length]

    def use_small_pages(self) -> None:
        """Take small pages from now on: where a virtual machine has returned its free memory to its host, large
        pages are ten times slower than small ones, of which a machine always keeps some.
        """
        self._advise("MADV_NOHUGEPAGE")

    def _advise(self, name: str) -> None:
        with suppress(AttributeError, OSError):  # Linux only, and only if built with it
            self.memory.madvise(getattr(mmap, name))
