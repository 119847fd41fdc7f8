"""Decides which slice to read next: threads that follow the cursor, and the stacks that stay in memory."""

from collections import OrderedDict
from collections.abc import Callable, Iterator
from pathlib import Path
import threading
import time

from bundle.errors import BundleError
from bundle.medium.plain import as_medium
from bundle.medium.port import BundleMedium
from viewer.images import memory
from viewer.images.volume import FrameReader, LoadedStack

# Slices this near to the cursor come first; the others follow in the order of the files on the disc.
NEAR = 8
# The bytes after which to judge the pace, and bytes a second. What arrives faster than any stick or disc sends it comes
# from memory: there the copying takes the time, and a second thread halves it.
_WATCHED, _FROM_MEMORY = 4 << 20, 4e8


class TooLargeForMemory(BundleError):
    """A stack that this PC cannot hold."""

    def __init__(self, size: int, allowed: int) -> None:
        super().__init__(
            "This series needs {size:.1f} GB of memory, and this PC can give a series {allowed:.1f} GB. "
            "View it on a PC with more memory.",
            size=size / 2**30,
            allowed=allowed / 2**30,
        )


class _Pace:
    """Measures how fast slices arrive."""

    def __init__(self) -> None:
        self._bytes, self._since = 0, time.perf_counter()

    def after(self, length: int) -> float:
        """The bytes a second of the last few megabytes, of which these bytes are the last; 0 until there are."""
        self._bytes += length
        if self._bytes < _WATCHED:
            return 0.0
        found = self._bytes / (time.perf_counter() - self._since)
        self._bytes, self._since = 0, time.perf_counter()
        return found


class Loader(threading.Thread):
    """Fills a LoadedStack; it calls `on_slice(index)` for every slice that arrives or fails.

    It calls in the thread that read the slice, of which there may be two. `beside` is the size in bytes of the other
    stacks on the screen.
    """

    def __init__(
        self,
        place: Path | BundleMedium,
        loaded: LoadedStack,
        cursor: int,
        on_slice: Callable[[int], None],
        beside: int = 0,
    ) -> None:
        super().__init__(name="loader", daemon=True)
        self._medium, self._loaded, self._on_slice, self._beside = as_medium(place), loaded, on_slice, beside
        self._cursor = cursor
        self._stopped = threading.Event()
        self._turns, self._taking = self._order(), threading.Lock()

    def look_at(self, index: int) -> None:
        """The reader is now at this slice: its neighbours come next."""
        self._cursor = index

    def stop(self) -> None:
        """Read no further slice; the current one is still finished."""
        self._stopped.set()

    def run(self) -> None:
        """Read slice after slice until none is left or `stop` is called."""
        allowed = memory.stack_bytes() - self._beside
        if self._loaded.size > allowed:
            self._refuse(TooLargeForMemory(self._loaded.size, allowed))
            return
        pace, second = _Pace(), None
        for length in self._read():
            if second is None and pace.after(length) > _FROM_MEMORY:
                second = threading.Thread(target=lambda: list(self._read()), name="second loader", daemon=True)
                second.start()
        if second is not None:
            second.join()

    def _read(self) -> Iterator[int]:
        """Read slice after slice, and yield the bytes of each."""
        reader = FrameReader(self._medium, self._loaded)
        try:
            while not self._stopped.is_set() and (index := self._next()) is not None:
                reader.read(index)
                self._on_slice(index)
                yield self._loaded.slice_bytes if self._loaded.slices[index] is True else 0
        finally:
            reader.close()

    def _next(self) -> int | None:
        with self._taking:
            return next(self._turns, None)

    def _refuse(self, error: BundleError) -> None:
        for index in range(len(self._loaded.slices)):
            self._loaded.slices[index] = error
            self._on_slice(index)

    def _order(self) -> Iterator[int]:
        """The next slices to read: recomputed after each slice, since the cursor moves meanwhile."""
        frames = self._loaded.frames
        waiting = {index for index, slice_ in enumerate(self._loaded.slices) if slice_ is None}
        on_disc = iter(sorted(waiting, key=lambda index: (frames[index].path, frames[index].frame_index)))
        while waiting:
            index = self._near(waiting)
            if index is None:
                index = next(index_ for index_ in on_disc if index_ in waiting)
            waiting.remove(index)
            yield index

    def _near(self, waiting: set[int]) -> int | None:
        cursor = self._cursor
        for distance in range(NEAR + 1):
            for index in (cursor - distance, cursor + distance):
                if index in waiting:
                    return index
        return None


class KeptStacks:
    """The most recently viewed stacks, as many as fit in `budget` bytes; the newest always stays."""

    def __init__(self, budget: int | None = None) -> None:
        self._budget = memory.kept_bytes() if budget is None else budget
        self._kept: OrderedDict[int, LoadedStack] = OrderedDict()

    def get(self, stack_id: int) -> LoadedStack | None:
        """The stack, if it is still here."""
        if stack_id in self._kept:
            self._kept.move_to_end(stack_id)
        return self._kept.get(stack_id)

    def peek(self, stack_id: int) -> LoadedStack | None:
        """The stack, if it is still here; asking does not make it newer."""
        return self._kept.get(stack_id)

    def put(self, loaded: LoadedStack) -> None:
        """Keep a stack, and drop the oldest ones if it takes too much room."""
        self._kept[loaded.stack.stack_id] = loaded
        self._make_room(0)

    def put_beside(self, ahead: LoadedStack) -> bool:
        """Keep a stack that no pane shows yet; False if there is no room for it beside the open one."""
        newest = next(reversed(self._kept.values()), None)
        if newest is not None and newest.size + ahead.size > self._budget:
            return False
        self._make_room(ahead.size)
        self._kept[ahead.stack.stack_id] = ahead
        if newest is not None:
            self._kept.move_to_end(newest.stack.stack_id)
        return True

    @property
    def size(self) -> int:
        """The bytes of all kept stacks once they are read."""
        return sum(stack.size for stack in self._kept.values())

    def _make_room(self, wanted: int) -> None:
        while len(self._kept) > 1 and self.size + wanted > self._budget:
            self._kept.popitem(last=False)
