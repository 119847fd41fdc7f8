"""The open stacks: their panes and states, which pane is selected, and the loading of their slices."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import chain, islice, repeat
import sqlite3

from PyQt5.QtCore import QObject, pyqtSignal
from PyQt5.QtGui import QImage

from bundle.hanging_protocol import Hanging, HangingProtocol
from bundle.index.index import Catalog
from bundle.index.records import Vector
from bundle.presets import Window
from viewer.entries import NO_RULES, Entry, first_of_next_case, first_of_prior, others_of_person
from viewer.images import early
from viewer.images.volume import LoadedStack
from viewer.images.windowing import least_width
from viewer.marks.markings import Markings
from viewer.space.linked import Ties, crossed
from viewer.startup import clock
from viewer.state import Annotation, Tool, ViewState, WindowDrag, opens_inverted, reset
from viewer.ui.slices.answers.answered import Answered
from viewer.ui.slices.fusion.fusing import Fusing
from viewer.ui.slices.fusion.subtracting import Subtracting
from viewer.ui.slices.loadings import Loadings, teller
from viewer.ui.slices.port import Port, empty_others, next_of_case
from viewer.ui.slices.segmenting.showing import Segmenting


class Viewing(QObject):
    """One open stack in each port; *the* entry, stack or state is that of the selected port."""

    opened = pyqtSignal()
    listed = pyqtSignal()
    changed = pyqtSignal()
    laid_out = pyqtSignal()
    progressed = pyqtSignal(int, int)
    loaded = pyqtSignal()

    def __init__(self, catalog: Catalog, entries: Sequence[Entry], first: Entry, hanging: Hanging = NO_RULES) -> None:
        super().__init__()
        self.catalog, self.entries, self.hanging = catalog, tuple(entries), hanging
        self.read_ahead_by(lambda: first_of_next_case(self.entries, self.entry, self.hanging))
        self.loadings = Loadings(catalog)
        self.loadings.arrived.connect(self._take_slice)
        self.tool, self.annotation, self.localizers = Tool.SCROLL, Annotation.FULL, False
        self.markings, self.answered, self.window_drag = Markings(), Answered(), WindowDrag()
        self.answered.changed.connect(self.changed)
        # The place that the cross-hair marks in every pane, and the series with its frame of reference.
        self.cross: tuple[Entry, Vector] | None = None
        self.ties, self._states = Ties(), dict[int, ViewState]()
        self._tell = teller(self, self._tell_progress)
        self.fusing, self.subtracting, self.segmenting = Fusing(self), Subtracting(self), Segmenting(self)
        self.port = self._port(first)
        self.ports = [self.port]

    # The selected port

    @property
    def entry(self) -> Entry:
        """The series that the selected pane shows."""
        return self.port.entry

    @property
    def loaded_stack(self) -> LoadedStack:
        """The stack of the selected pane."""
        return self.port.loaded_stack

    @property
    def state(self) -> ViewState:
        """The state of the selected pane."""
        return self.port.state

    @property
    def first_window(self) -> Window:
        """The window with which the selected pane opened its stack."""
        return self.port.first_window

    def select(self, port: Port, *, empty: bool = False) -> None:
        """From now on keys and buttons act on this pane; on an empty one only if a series is to open in it."""
        if port is not self.port and (empty or not port.empty):
            self.port = port
            self.ties.anew(self.port, self.ports)
            self.opened.emit()
            self.changed.emit()
            self._tell_progress()

    # Open stacks

    def open(self, entry: Entry) -> None:
        """Show another stack in the selected pane, or in all if they are tiles; raises UnreadableIndex."""
        if entry is not self.entry and self.ties.tiled:
            self._stand([self._port(entry)], len(self.ports))
        elif entry is not self.entry or self.port.empty:
            self._put(self._port(entry))
            self.opened.emit()
            self.changed.emit()
        self.start()

    def _put(self, port: Port) -> None:
        before, self.ports[self.ports.index(self.port)] = self.entry, port
        self.port = port
        if not self.ties.locked:
            empty_others(self.ports, port, before)
        self._stop_others()
        self.ties.anew(self.port, self.ports)

    def fill(self, port: Port) -> None:
        """Show another series of the case in an empty pane; the same one again if there is no other."""
        following = next_of_case(self.entries, self.ports, self.entry)
        self.select(port, empty=True)
        self.open(following)

    def list_entries(self, entries: Sequence[Entry]) -> None:
        """List other entries beside what is open."""
        self.entries = tuple(entries)
        self.listed.emit()

    def show_case(self, entries: Sequence[Entry], first: Entry, markings: Markings | None = None) -> None:
        """List only these entries, and open one of them as if for the first time."""
        self.loadings.stop()
        self.entries = tuple(entries)
        self.markings = markings or Markings()
        self.cross = None
        self._states.clear()
        number = len(self.ports)
        self.port = self._port(first)
        self.ports = [self.port]
        self.listed.emit()
        self._stand(self.ports, number)

    def lay_out(self, number: int) -> None:
        """Show this many stacks at once: the selected one first."""
        if number != len(self.ports) or self.ties.tiled:
            self.ties.tiled = False
            self._stand([self.port], number)

    def tile(self, number: int) -> None:
        """Show this many slices of the selected stack at once."""
        self.ties.tiled = True
        self._stand([self.port], number)

    def hang(self, rule: HangingProtocol) -> None:
        """Show the open case from its beginning by a rule: the panes, and the previous study in the second of them."""
        self.ties.tiled = False
        prior = first_of_prior(self.entries, self.entry, self.hanging) if rule.prior else None
        self._stand([self.port, *([self._port(prior)] if prior is not None else [])], rule.panes)

    def _stand(self, ports: list[Port], number: int) -> None:
        """Show these, then others of the patient and, if there are no more, or for tiles, the first again."""
        shown = [port.entry for port in ports]
        others = [] if self.ties.tiled else others_of_person(self.entries, shown, self.hanging)
        more = islice(chain(others, repeat(shown[0])), max(number - len(shown), 0))
        self.port, self.ports = ports[0], ports + [self._port(entry) for entry in more]
        self._stop_others()
        self.ties.anew(self.port, self.ports)
        if self.ties.tiled:
            self._move(self.state)
        self.laid_out.emit()
        self.opened.emit()
        self.changed.emit()
        self.start()

    def _port(self, entry: Entry) -> Port:
        stack = entry.stack
        center, width = self.hanging.window_for(entry.series, stack)
        first_window = (center, max(width, least_width(stack.voi_lut_function)))
        loaded = self.loadings.stack(entry)
        middle = min(stack.preview_frame, len(loaded.slices) - 1)
        first = ViewState(middle, first_window, inverted=opens_inverted(entry.series.modality))
        state = self._states.get(stack.stack_id) or first
        return Port(entry, loaded, state, first_window, self.preview_of(entry))

    def read_ahead_by(self, following: Callable[[], Entry | None]) -> None:
        """From now on, read ahead the entry that `following` names, if it names one."""
        self._following = following

    def preview_of(self, entry: Entry) -> QImage:
        """The preview picture of a stack, a null image if there is none."""
        try:
            preview = self.catalog.preview(entry.stack.stack_id)
            return self.subtracting.picture_of(entry) or QImage.fromData(preview, "PNG")
        except sqlite3.Error:
            return QImage()

    # Loading

    def start(self) -> None:
        """Read the missing slices of the open stacks, those of the selected one first."""
        for port in sorted(self.ports, key=lambda port: port is not self.port):
            beside = sum(stack.size for stack in {other.loaded_stack for other in self.ports} - {port.loaded_stack})
            self.loadings.load(port.loaded_stack, port.state.index, beside)
        self._tell_progress()
        if self.loaded_stack.complete:
            self.loaded.emit()
        if not self.reading:
            self.loadings.read_ahead(self._following())

    @property
    def reading(self) -> bool:
        """Whether anything remains to be read or reported."""
        return any(self.loadings.is_loading(port.loaded_stack) for port in self.ports)

    def stop(self) -> None:
        """Read no further slice."""
        self.loadings.stop()

    def _stop_others(self) -> None:
        self.loadings.stop([port.loaded_stack for port in self.ports])

    def close(self) -> None:
        """Stop reading, so that the medium can be taken out."""
        self.loadings.close()
        self.catalog.close()

    def _take_slice(self, loaded: LoadedStack, index: int) -> None:
        """Runs in the window's thread for every slice that a loader has finished."""
        shown = [port for port in self.ports if port.loaded_stack is loaded]
        if any(port.state.index == index for port in shown):
            clock.mark("first slice read")
            self.changed.emit()
        if shown and not self._tell.isActive():
            self._tell.start()

    def _tell_progress(self) -> None:
        arrived, total = self.loaded_stack.arrived, len(self.loaded_stack.slices)
        self.progressed.emit(arrived, total)
        if arrived >= min(early.NUMPY_AFTER, total):
            early.bring_numpy()
        ended = [port for port in self.ports if port.loaded_stack.complete and self.loadings.ended(port.loaded_stack)]
        if any(port.loaded_stack is self.loaded_stack for port in ended):
            clock.mark("first series read")
            self.loaded.emit()
        if ended and not self.reading:
            self.loadings.read_ahead(self._following())

    # States

    def set_state(self, state: ViewState) -> None:
        """Show this state in the selected pane; linked panes follow, and loaders turn to the neighbouring slices."""
        if state != self.state:
            self._move(state)
            self.changed.emit()

    def _move(self, state: ViewState) -> None:
        self.port.state = state
        for port, its in self.ties.moved(self.port, self.ports):
            self._set(port, its)

    def _set(self, port: Port, state: ViewState) -> None:
        port.state = self._states[port.entry.stack.stack_id] = state
        self.loadings.look_at(port.loaded_stack, state.index)

    def link(self, *, linked: bool) -> None:
        """Let panes of the same direction follow the one that scrolls, or not."""
        self.ties.linked = linked
        self.ties.anew(self.port, self.ports)
        self.changed.emit()

    def mark_cross(self, point: Vector) -> None:
        """Mark a patient place in every pane of the same frame of reference, and go to its slice there."""
        self.cross = (self.entry, point)
        for port, state in [] if self.ties.tiled else crossed(self.port, self.ports, point):
            self._set(port, state)
        self.changed.emit()

    def reset(self) -> None:
        """Reset window, zoom, pan and invert; the slice stays (IHE BIR), and so do measurements."""
        self.cross = None
        self._move(reset(self.state, self.first_window, self.entry.series.modality))
        self.changed.emit()

    def set_annotation(self, level: Annotation) -> None:
        """Set how much text is on the image."""
        self.annotation = level
        self.changed.emit()

    def show_localizers(self, *, shown: bool) -> None:
        """Draw where the selected pane's slice cuts those of the others, or not."""
        self.localizers = shown
        self.changed.emit()

    def prefer(self, how: WindowDrag) -> None:
        """Set how dragging changes the window."""
        self.window_drag = how

    def set_tool(self, tool: Tool) -> None:
        """Set the tool of the left button."""
        self.tool = tool
        self.changed.emit()

    def set_index(self, index: int) -> None:
        """Go to a slice."""
        self.set_state(replace(self.state, index=index))

    def neighbour(self, steps: int) -> Entry:
        """The entry this many places on in the list, stopping at its ends."""
        place = self.entries.index(self.entry) + steps
        return self.entries[min(max(place, 0), len(self.entries) - 1)]
