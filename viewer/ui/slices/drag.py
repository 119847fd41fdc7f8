"""One drag of the mouse: computes the new state from the state at its start."""

from dataclasses import dataclass, replace

from PyQt5.QtCore import QPointF

from bundle.index.records import Stack
from bundle.presets import Window
from viewer.images.windowing import least_width
from viewer.state import Tool, ViewState, WindowDrag, drag_pan, drag_scroll, drag_window, drag_zoom


@dataclass(frozen=True)
class Drag:
    """The tool and button of a drag, where it began, and the state at that moment."""

    tool: Tool
    button: int
    start: QPointF
    state: ViewState
    modality: str
    window_drag: WindowDrag
    opened: Window

    def state_at(self, place: QPointF, now: ViewState, stack: Stack, pixels_per_mm: float) -> ViewState:
        """The state with the pointer at `place`; the wheel may have changed the slice meanwhile: that slice stays."""
        dx, dy = place.x() - self.start.x(), place.y() - self.start.y()
        if self.tool is Tool.SCROLL:
            return replace(now, index=drag_scroll(self.state, stack, dy).index)
        if self.tool is Tool.WINDOW:
            least = least_width(stack.voi_lut_function)
            dragged = drag_window(self.state, dx, dy, self.modality, self.window_drag, self.opened, least)
            return replace(now, window=dragged.window)
        if self.tool is Tool.ZOOM:
            zoomed = drag_zoom(self.state, dy)
            return replace(now, zoom=zoomed.zoom, pan=zoomed.pan)
        return replace(now, pan=drag_pan(self.state, dx / pixels_per_mm, dy / pixels_per_mm).pan)
