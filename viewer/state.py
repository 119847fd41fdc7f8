"""The state of a pane: one frozen ViewState, and the pure functions by which wheel, drag and keys change it."""

from dataclasses import dataclass, replace
from enum import Enum

from bundle.images.directions import unit_normal
from bundle.index.records import Stack
from bundle.presets import Window
from viewer.images.windowing import MIN_WIDTH
from viewer.marks.measure import MeasurementKind

MIN_ZOOM, MAX_ZOOM = 0.2, 40.0
# Dragging over this many screen pixels widens the window by its own width, or doubles the zoom.
WINDOW_DRAG = 300.0
ZOOM_DRAG = 200.0
# Windows narrower than this change in finer steps.
_FINE_BELOW = 5.0
# A drag through the whole stack takes about this many screen pixels, but never fewer than this for one slice.
SCROLL_DRAG = 500.0
MIN_SLICE_DRAG, MAX_SLICE_DRAG = 3.0, 24.0
WHEEL_ZOOM = 1.15
# The direction of scrolling down along each axis of the patient (LPS).
_DOWN = (-1, 1, -1)


class Tool(Enum):
    """The tool of the left button; the value is its key (IHE BIR, RAD TF-2 4.16.4.2.2.5.13, has none for areas).

    Few letters are left: free-hand outlines, polygons, arrows and texts have function keys.
    """

    SCROLL = "S"
    WINDOW = "W"
    ZOOM = "Z"
    PAN = "T"
    SELECT = "V"
    DISTANCE = "D"
    COBB = "A"
    ANGLE = "G"
    ELLIPSE = "E"
    RECTANGLE = "B"
    FREEHAND = "F3"
    POLYGON = "F5"
    ARROW = "F7"
    TEXT = "F9"
    CROSS = "J"

    @property
    def kind(self) -> MeasurementKind | None:
        """The kind of its measurement."""
        return _KINDS.get(self)


_KINDS = {
    Tool.DISTANCE: MeasurementKind.DISTANCE,
    Tool.COBB: MeasurementKind.COBB,
    Tool.ANGLE: MeasurementKind.ANGLE,
    Tool.ELLIPSE: MeasurementKind.ELLIPSE,
    Tool.RECTANGLE: MeasurementKind.RECTANGLE,
    Tool.FREEHAND: MeasurementKind.FREEHAND,
    Tool.POLYGON: MeasurementKind.POLYGON,
    Tool.ARROW: MeasurementKind.ARROW,
    Tool.TEXT: MeasurementKind.TEXT,
}


class Annotation(Enum):
    """How much text is on the image; the key I goes from one level to the next."""

    FULL = "full"
    MINIMAL = "minimal"
    OFF = "off"

    @property
    def following(self) -> "Annotation":
        """The next level in the cycle."""
        levels = list(Annotation)
        return levels[(levels.index(self) + 1) % len(levels)]


@dataclass(frozen=True, slots=True)
class ViewState:
    """One pane's state: `index` counts from 0 in the order of the stack, `window` is (center, width).

    Zoom 1 fits the image into the pane; `pan` is its shift in mm, right and down. `inverted` reverses grey, whatever
    the photometric interpretation.
    """

    index: int
    window: Window
    zoom: float = 1.0
    pan: tuple[float, float] = (0.0, 0.0)
    inverted: bool = False


def reading_direction(stack: Stack) -> int:
    """+1 if scrolling down goes up in the order of the stack, -1 if it goes down.

    A stack is ordered along its normal, which may point either way. Scrolling down must go one way through the patient
    in every series (IHE BIR, RAD TF-2 4.16.4.2.2.5.5): to the feet, to the back, or to the right.
    """
    if stack.image_orientation_patient is None:
        return 1
    along = unit_normal(stack.image_orientation_patient)
    nearest = max(range(3), key=lambda axis: abs(along[axis]))
    return 1 if along[nearest] * _DOWN[nearest] > 0 else -1


def slice_number(stack: Stack, index: int) -> int:
    """The number of a slice for the reader, from 1 at the top of the reading order."""
    return index + 1 if reading_direction(stack) > 0 else stack.number_of_frames - index


def index_of_number(stack: Stack, number: int) -> int:
    """The index of a slice number; the inverse of `slice_number`, kept within the stack."""
    number = min(max(number, 1), stack.number_of_frames)
    return number - 1 if reading_direction(stack) > 0 else stack.number_of_frames - number


def scroll(state: ViewState, stack: Stack, steps: int) -> ViewState:
    """`steps` slices on in reading order, stopping at the ends."""
    return replace(state, index=index_of_number(stack, slice_number(stack, state.index) + steps))


def go_to_end(state: ViewState, stack: Stack, last: bool) -> ViewState:
    """The first or the last slice in reading order."""
    return replace(state, index=index_of_number(stack, stack.number_of_frames if last else 1))


def drag_scroll(start: ViewState, stack: Stack, dy: float) -> ViewState:
    """Scroll by a drag of `dy` screen pixels down from its start."""
    for_one = min(max(SCROLL_DRAG / stack.number_of_frames, MIN_SLICE_DRAG), MAX_SLICE_DRAG)
    return scroll(start, stack, int(dy / for_one))


@dataclass(frozen=True, slots=True)
class WindowDrag:
    """The reader's preferences: dragging up darkens, as some are used to; PET keeps black at zero (IHE BIR)."""

    turned: bool = False
    from_zero: bool = True

    def holds_zero(self, modality: str) -> bool:
        """Whether the lower end of the window stays at zero."""
        return self.from_zero and modality == "PT"


def drag_window(
    start: ViewState,
    dx: float,
    dy: float,
    modality: str = "",
    how: WindowDrag = WindowDrag(),
    opened: Window = (0.0, _FINE_BELOW),
    least: float = MIN_WIDTH,
) -> ViewState:
    """Right widens the window; up lowers the centre, which brightens (IHE BIR). Screen pixels, y grows downwards.

    If the window that the image `opened` with spans less than a few units, so do the image's values. `least` is the
    narrowest window of the image's VOI LUT function.
    """
    center, width = start.window
    fine = opened[1] < _FINE_BELOW
    # The linear function takes 1 off the width (PS3.3 C.11.2.1.2.1), which is most of so narrow a window.
    grip = max(width - least, (opened[1] - least) / 10, 1e-4) if fine else max(width, 10.0)
    gain, digits = grip / WINDOW_DRAG, 4 if fine else 1
    dy = -dy if how.turned else dy
    if how.holds_zero(modality):  # only one number remains: the value of white
        white = max(round(center + width / 2 + (dx + dy) * gain, digits), least)
        return replace(start, window=(white / 2, white))
    return replace(start, window=(round(center + dy * gain, digits), max(round(width + dx * gain, digits), least)))


def drag_zoom(start: ViewState, dy: float) -> ViewState:
    """Up zooms in; the middle of the pane stays where it is."""
    return zoom_by(start, float(2 ** (-dy / ZOOM_DRAG)))


def drag_pan(start: ViewState, dx_mm: float, dy_mm: float) -> ViewState:
    """The image follows the hand."""
    return replace(start, pan=(start.pan[0] + dx_mm, start.pan[1] + dy_mm))


def zoom_by(state: ViewState, factor: float, about: tuple[float, float] = (0.0, 0.0)) -> ViewState:
    """Zoom by a factor; the point `about`, in mm from the middle of the pane at the current zoom, stays in place."""
    zoom = min(max(state.zoom * factor, MIN_ZOOM), MAX_ZOOM)
    kept = 1 - state.zoom / zoom
    pan = (state.pan[0] - about[0] * kept, state.pan[1] - about[1] * kept)
    return replace(state, zoom=zoom, pan=pan)


def invert(state: ViewState) -> ViewState:
    """Swap black and white."""
    return replace(state, inverted=not state.inverted)


def with_window(state: ViewState, window: Window, least: float = MIN_WIDTH) -> ViewState:
    """Another window, no narrower than the image's VOI LUT function allows."""
    return replace(state, window=(window[0], max(window[1], least)))


def opens_inverted(modality: str) -> bool:
    """Whether images open with black for high values: those who read PET are used to it."""
    return modality == "PT"


def reset(state: ViewState, window: Window, modality: str = "") -> ViewState:
    """The display as it opened; the slice stays (IHE BIR)."""
    return ViewState(index=state.index, window=window, inverted=opens_inverted(modality))
