"""The stacks being read: those on the screen, and the one that is likely to come next."""

from collections.abc import Callable, Collection

from PyQt5.QtCore import QObject, QTimer, pyqtSignal

from bundle.errors import UnreadableIndex
from bundle.index.index import Catalog
from viewer.entries import Entry
from viewer.images.loading import KeptStacks, Loader
from viewer.images.volume import LoadedStack

_STOP_SECONDS = 3.0

# Report progress at most this often, in milliseconds: a thousand slices may arrive per second.
_TELL_EVERY = 50


def teller(parent: QObject, tell: Callable[[], None]) -> QTimer:
    """A timer that calls `tell` once, some time after it was started."""
    timer = QTimer(parent)
    timer.setSingleShot(True)
    timer.setInterval(_TELL_EVERY)
    timer.timeout.connect(tell)
    return timer


class Loadings(QObject):
    """One loader for each incomplete stack on the screen; `arrived` reports slices in the window's thread."""

    arrived = pyqtSignal(object, int)

    def __init__(self, catalog: Catalog) -> None:
        super().__init__()
        self._catalog = catalog
        self._kept = KeptStacks()
        self._loaders: dict[int, Loader] = {}
        self._ahead: Loader | None = None
        # What no file holds, such as differences, by the numbers of the stacks.
        self._held: dict[int, LoadedStack] = {}

    def hold(self, made: LoadedStack) -> None:
        """Keep a stack that cannot be read again, until `release`."""
        self._held[made.stack.stack_id] = made

    def release(self, number: int) -> None:
        """Keep a held stack no longer."""
        self._held.pop(number, None)

    def stack(self, entry: Entry) -> LoadedStack:
        """The stack of an entry, as far as it has arrived; raises UnreadableIndex."""
        stack = entry.stack
        if stack.stack_id in self._held:
            return self._held[stack.stack_id]
        loaded = self._kept.get(stack.stack_id) or LoadedStack(stack, self._catalog.frames(stack.stack_id))
        self._kept.put(loaded)
        return loaded

    def peek(self, entry: Entry) -> LoadedStack | None:
        """The stack if it is in memory; asking does not make it newer."""
        return self._held.get(entry.stack.stack_id) or self._kept.peek(entry.stack.stack_id)

    def load(self, loaded: LoadedStack, cursor: int, beside: int = 0) -> None:
        """Read the missing slices of a stack, `cursor` first; the other stacks on the screen take `beside` bytes."""
        key = loaded.stack.stack_id
        loaded.ask_again()
        before = self._loaders.get(key)
        if loaded.complete or (before is not None and before.is_alive()):
            return
        tell = self.arrived.emit
        loader = Loader(self._catalog.medium, loaded, cursor, lambda index: tell(loaded, index), beside)
        self._loaders[key] = loader
        loader.start()

    def is_loading(self, loaded: LoadedStack) -> bool:
        """Whether a stack is being read, or nobody has recorded its end yet."""
        return loaded.stack.stack_id in self._loaders

    def ended(self, loaded: LoadedStack) -> bool:
        """Record that a stack is complete; False if it was not being read."""
        return self._loaders.pop(loaded.stack.stack_id, None) is not None

    def look_at(self, loaded: LoadedStack, index: int) -> None:
        """The neighbours of this slice come next."""
        if loaded.stack.stack_id in self._loaders:
            self._loaders[loaded.stack.stack_id].look_at(index)

    def read_ahead(self, entry: Entry | None) -> None:
        """Read a case while the reader looks at another; its slices stay with its stack when it opens."""
        ahead = None if entry is None else self._beside(entry)
        if entry is not None and ahead is not None and self._ahead is None and not ahead.complete:
            self._ahead = Loader(self._catalog.medium, ahead, entry.stack.preview_frame, lambda index: None)
            self._ahead.start()

    def _beside(self, entry: Entry) -> LoadedStack | None:
        """A stack that no pane shows yet, None if there is no room for it."""
        known = self._kept.peek(entry.stack.stack_id)
        if known is not None:
            return known
        try:
            ahead = LoadedStack(entry.stack, self._catalog.frames(entry.stack.stack_id))
        except UnreadableIndex:  # reported when the reader comes there
            return None
        return ahead if self._kept.put_beside(ahead) else None

    def stop(self, but: Collection[LoadedStack] = ()) -> list[Loader]:
        """Read no further slice, except of these stacks. Slices in progress are finished and kept, without waiting."""
        going_on = {entry.stack.stack_id for entry in but}
        stopped = [self._loaders.pop(key) for key in tuple(self._loaders) if key not in going_on]
        if self._ahead is not None:
            stopped.append(self._ahead)
            self._ahead = None
        for loader in stopped:
            loader.stop()
        return stopped

    def close(self) -> None:
        """Stop reading, so that the medium can be taken out; waits for the files in progress, but not for ever."""
        for loader in self.stop():
            loader.join(_STOP_SECONDS)
