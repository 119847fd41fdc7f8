"""One place in the window that shows a stack: which stack, and in which state."""

from dataclasses import dataclass

from PyQt5.QtGui import QImage

from bundle.index.records import Stack, StackFrame
from bundle.presets import Window
from viewer.entries import Entry
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

    `size` is the size of the pane, in screen pixels.
    """

    entry: Entry
    loaded_stack: LoadedStack
    state: ViewState
    first_window: Window
    preview: QImage
    size: tuple[int, int] = (1, 1)

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
