"""One place in the window that shows a stack: which stack, in which state, and beside which other cases."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from PyQt5.QtGui import QImage

from bundle.index.records import Stack, StackFrame
from bundle.presets import Window
from viewer.annotation import Corners
from viewer.entries import Entry, others_of_person
from viewer.images.volume import LoadedStack
from viewer.images.windowing import least_width
from viewer.marks.markings import Slice
from viewer.state import ViewState

# A slice shows the places within half its spacing, and at least within this many mm.
_NEAR = 1.0


def near_slice(stack: Stack) -> float:
    """How far from a slice, in mm, a patient place may be to count as on it."""
    return max((stack.spacing_between_slices or 0.0) / 2, _NEAR)


@dataclass(slots=True, eq=False)
class Port:
    """`state` is only ever replaced; `preview` is the picture from the index, null if there is none.

    `size` is the size of the pane, in screen pixels. An `empty` pane shows nothing of its entry: it is empty because
    it showed another case before.
    """

    entry: Entry
    loaded_stack: LoadedStack
    state: ViewState
    first_window: Window
    preview: QImage
    size: tuple[int, int] = (1, 1)
    empty: bool = False

    @property
    def frame(self) -> StackFrame:
        """The current slice."""
        return self.loaded_stack.frames[self.state.index]

    @property
    def least_width(self) -> float:
        """The narrowest window that the stack allows."""
        return least_width(self.entry.stack.voi_lut_function)

    @property
    def where(self) -> Slice:
        """The current slice, as the key for markings."""
        return self.entry.stack.stack_id, self.state.index

    @property
    def reach(self) -> float:
        """How far from the slice, in mm, a patient place may be to count as on it."""
        return near_slice(self.entry.stack)

    @property
    def here(self) -> bool:
        """Whether the pixels of the slice have arrived."""
        return self.loaded_stack.slices[self.state.index] is True

    @property
    def failed(self) -> bool:
        """Whether the current slice failed to load."""
        return self.loaded_stack.failure(self.state.index) is not None


def empty_others(ports: Sequence[Port], opened: Port, before: Entry) -> None:
    """Another case has opened in place of `before`: empty the panes of all other cases.

    Two patients on one screen, of whom one was left standing by chance, are a mix-up. An emptied pane no longer holds
    anything of its case: it takes over the entry of the opened one.
    """
    if opened.entry.study.study_id == before.study.study_id:
        return
    for port in ports:
        if port.entry.study.study_id != opened.entry.study.study_id:
            port.entry, port.loaded_stack, port.state = opened.entry, opened.loaded_stack, opened.state
            port.first_window, port.preview, port.empty = opened.first_window, opened.preview, True


def next_of_case(entries: Sequence[Entry], ports: Sequence[Port], entry: Entry) -> Entry:
    """A series of the case that no pane shows; the same one again if there is no other."""
    shown = [entry, *(port.entry for port in ports if not port.empty)]
    others = [other for other in others_of_person(entries, shown) if other.study is entry.study]
    return next(iter(others), entry)


def case_in_colour(corners: Corners, ports: Sequence[Port], port: Port) -> Corners:
    """The texts of a pane; if the panes show several cases, each number has a colour of its own."""
    cases = list(dict.fromkeys(port.entry.study.study_id for port in ports if not port.empty))
    if len(cases) < 2 or not corners.top_left:
        return corners
    case, *others = corners.top_left
    number = cases.index(port.entry.study.study_id)
    return replace(corners, top_left=(replace(case, case=number), *others))
