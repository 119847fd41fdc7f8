"""The place that the planes take over from the slices, and hand back to them."""

from dataclasses import replace

from bundle.index.records import Vector
from viewer.space.linked import middle_of, pan_to
from viewer.space.mapping import map_image
from viewer.space.planes import along_normal, nearest, to_image
from viewer.state import ViewState
from viewer.ui.slices.drawing import reaches
from viewer.ui.slices.port import Port
from viewer.ui.slices.viewing import Viewing


def place_of(viewing: Viewing) -> Vector | None:
    """The patient place one looks at: the cross-hair if it lies on the slice, else the middle of the pane."""
    port = viewing.port
    if viewing.cross is not None and viewing.cross[0] is port.entry:
        point, position = viewing.cross[1], port.frame.image_position_patient
        along, here = along_normal(port.entry.stack, point), position and along_normal(port.entry.stack, position)
        if along is not None and here is not None and reaches(port, (along, 0.0, 0.0), (here, 0.0, 0.0)):
            return point
    return middle_of(port)


def state_at(port: Port, point: Vector) -> ViewState:
    """The state that shows the slice nearest to a patient place, moved as little as it needs to be seen."""
    stack, frames, state = port.entry.stack, port.loaded_stack.frames, port.state
    position = along_normal(stack, point)
    index = None if position is None else nearest(stack, frames, position)
    if index is None:
        return state
    place = to_image(stack, frames[index], point)
    width, height = port.size
    x, y = map_image(stack, width, height, state.zoom, state.pan).to_screen(*(place or (0.0, 0.0)))
    seen = place is None or (0 <= x < width and 0 <= y < height)
    return replace(state, index=index, pan=state.pan if seen or place is None else pan_to(stack, place))
