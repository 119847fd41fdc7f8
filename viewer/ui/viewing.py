"""What is being looked at: the open stack, its state and its loader, for the widgets to show and to turn."""

from collections.abc import Callable, Sequence
from dataclasses import replace
import sqlite3

from PyQt5.QtCore import QObject, QTimer, pyqtSignal
from PyQt5.QtGui import QImage

from bundle.errors import UnreadableIndex
from bundle.index import Catalog
from viewer import clock, early
from viewer.entries import Entry, first_of_next_case
from viewer.loading import NEAR, KeptStacks, Loader
from viewer.state import Annotation, Tool, ViewState, reset
from viewer.volume import LoadedStack
from viewer.windowing import MIN_WIDTH, Window

# Progress is told at most this often, in milliseconds: slices may arrive a thousand times a second.
_TELL_EVERY = 50
_STOP_SECONDS = 3.0


class Viewing(QObject):
    """One open stack at a time; `state` is only ever replaced, through `set_state`."""

    opened = pyqtSignal()
    listed = pyqtSignal()
    changed = pyqtSignal()
    progressed = pyqtSignal(int, int)
    loaded = pyqtSignal()
    _arrived = pyqtSignal(object, int)

    def __init__(self, catalog: Catalog, entries: Sequence[Entry], first: Entry) -> None:
        super().__init__()
        self.catalog, self.entries = catalog, tuple(entries)
        self.following: Callable[[], Entry | None] = self._entry_behind
        self.tool = Tool.SCROLL
        self.annotation = Annotation.FULL
        self._kept = KeptStacks()
        self._states: dict[int, ViewState] = {}
        self._loader: Loader | None = None
        self._ahead: Loader | None = None
        self._tell = QTimer(self)
        self._tell.setSingleShot(True)
        self._tell.setInterval(_TELL_EVERY)
        self._tell.timeout.connect(self._tell_progress)
        self._arrived.connect(self._take_slice)
        self._show(first)

    def open(self, entry: Entry) -> None:
        """Show another stack; raises UnreadableIndex where the index cannot be read any more."""
        if entry is not self.entry:
            self.stop()
            self._show(entry)
            self.opened.emit()
            self.changed.emit()
        self.start()

    def show_case(self, entries: Sequence[Entry], first: Entry) -> None:
        """List these entries alone, and open one of them as if nobody had looked at it yet."""
        self.stop()
        self.entries = tuple(entries)
        self._states.clear()
        self._show(first)
        self.listed.emit()
        self.opened.emit()
        self.changed.emit()
        self.start()

    def _entry_behind(self) -> Entry | None:
        return first_of_next_case(self.entries, self.entry)

    def _show(self, entry: Entry) -> None:
        stack = entry.stack
        self.loaded_stack = self._kept.get(stack.stack_id) or LoadedStack(stack, self.catalog.frames(stack.stack_id))
        self._kept.put(self.loaded_stack)
        self.entry = entry
        self.first_window: Window = (stack.window[0], max(stack.window[1], MIN_WIDTH))
        middle = min(stack.preview_frame, len(self.loaded_stack.slices) - 1)
        self.state = self._states.get(stack.stack_id) or ViewState(middle, self.first_window)
        self.preview = self.preview_of(entry)

    def preview_of(self, entry: Entry) -> QImage:
        """The preview picture of a stack, a null image where there is none."""
        try:
            return QImage.fromData(self.catalog.preview(entry.stack.stack_id), "PNG")
        except sqlite3.Error:
            return QImage()

    def start(self) -> None:
        """Read what is missing of the open stack."""
        self._tell_progress()
        if self.loaded_stack.complete:
            self.loaded.emit()
            self._read_ahead()
        elif self._loader is None:
            shown = self.loaded_stack
            self._loader = Loader(
                self.catalog.root, shown, self.state.index, lambda index: self._arrived.emit(shown, index)
            )
            self._loader.start()

    @property
    def reading(self) -> bool:
        """Whether something is still to be read, or to be told."""
        return self._loader is not None

    def _read_ahead(self) -> None:
        """Read the next case while the reader looks at this one; its slices stay with its stack when it is opened."""
        entry = self.following()
        ahead = None if entry is None else self._beside(entry)
        if entry is not None and ahead is not None and self._ahead is None and not ahead.complete:
            self._ahead = Loader(self.catalog.root, ahead, entry.stack.preview_frame, lambda index: None)
            self._ahead.start()

    def _beside(self, entry: Entry) -> LoadedStack | None:
        """A stack that nobody looks at yet, None where there is no room for it."""
        known = self._kept.peek(entry.stack.stack_id)
        if known is not None:
            return known
        try:
            ahead = LoadedStack(entry.stack, self.catalog.frames(entry.stack.stack_id))
        except UnreadableIndex:  # said when the reader comes there
            return None
        return ahead if self._kept.put_beside(ahead) else None

    def stop(self) -> None:
        """Read no further slice. The one in hand is finished without being waited for, and kept with its stack."""
        for loader in (self._loader, self._ahead):
            if loader is not None:
                loader.stop()
        self._loader = self._ahead = None

    def close(self) -> None:
        """Read nothing more, so that the medium can be taken out; waits for the file in hand, but not for ever."""
        loaders = (self._loader, self._ahead)
        self.stop()
        for loader in loaders:
            if loader is not None:
                loader.join(_STOP_SECONDS)
        self.catalog.close()

    def _take_slice(self, loaded: LoadedStack, index: int) -> None:
        """In the window's thread, for a slice that the loader has settled."""
        if loaded is not self.loaded_stack:
            return
        if index == self.state.index:
            clock.mark("first slice read")
            self.changed.emit()
        if not self._tell.isActive():
            self._tell.start()

    def _tell_progress(self) -> None:
        arrived, total = self.loaded_stack.arrived, len(self.loaded_stack.slices)
        self.progressed.emit(arrived, total)
        if arrived > min(2 * NEAR, total - 1):  # what the reader may turn to next comes before NumPy
            early.bring_numpy()
        if arrived == total and self._loader is not None:
            self._loader = None
            clock.mark("first series read")
            self.loaded.emit()
            self._read_ahead()

    def set_state(self, state: ViewState) -> None:
        """Show this from now on; the loader turns to the slices near to it."""
        if state == self.state:
            return
        self.state = self._states[self.entry.stack.stack_id] = state
        if self._loader is not None:
            self._loader.look_at(state.index)
        self.changed.emit()

    def reset(self) -> None:
        """Window, zoom, pan and invert as the stack opened; the slice stays."""
        self.set_state(reset(self.state, self.first_window))

    def set_annotation(self, level: Annotation) -> None:
        """How much is written on the image."""
        self.annotation = level
        self.changed.emit()

    def set_tool(self, tool: Tool) -> None:
        """What the left button does."""
        self.tool = tool
        self.changed.emit()

    def set_index(self, index: int) -> None:
        """Go to a slice."""
        self.set_state(replace(self.state, index=index))

    def neighbour(self, steps: int) -> Entry:
        """The entry so many places on in the list, stopping at its ends."""
        place = self.entries.index(self.entry) + steps
        return self.entries[min(max(place, 0), len(self.entries) - 1)]
