"""The actions of the keys: one table, for the window and for its help."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from PyQt5.QtCore import Qt
from PyQt5.QtGui import QKeyEvent

from bundle.presets import CT_PRESETS, HU, Window
from viewer.state import Tool, go_to_end, invert, scroll, with_window, zoom_by
from viewer.ui.slices.panes import PANE_LAYOUTS
from viewer.ui.slices.viewing import Viewing
from viewer.words import tr

_ZOOM_STEP = 1.25
_SHIFT = int(Qt.KeyboardModifier.ShiftModifier)
_CTRL = int(Qt.KeyboardModifier.ControlModifier)


@dataclass(frozen=True)
class Command:
    """Keys (Qt numbers), their name and their effect in the help, and the action."""

    keys: tuple[int, ...]
    shown: str
    text: str
    action: Callable[[], None]


@dataclass(frozen=True)
class WindowActions:
    """The actions of the window that commands use."""

    open_neighbour: Callable[[int], None]
    open_case: Callable[[int], None]
    toggle_help: Callable[[], None]
    toggle_cine: Callable[[], None]
    escape: Callable[[], None]
    print_pane: Callable[[], None]
    save_pane: Callable[[], None]
    show_report: Callable[[], None]
    undo: Callable[[], None]
    redo: Callable[[], None]
    list_marked: Callable[[], None]
    copy_pane: Callable[[], None]
    type_window: Callable[[], None]
    copy_table: Callable[[], None]
    show_histogram: Callable[[], None]
    show_pattern: Callable[[], None]


def key_of(tool: Tool) -> int:
    """The number of a tool's key in Qt, which numbers letters as Unicode does."""
    return ord(tool.value) if len(tool.value) == 1 else int(getattr(Qt.Key, f"Key_{tool.value}"))


def key_name(tool: Tool) -> str:
    """The key as a reader sees it: letters and function keys are the same in every language."""
    return tool.value


class Commands:
    """The table of commands for one `Viewing` and its window: the tools, and all the others.

    The letters are those of IHE BIR (RAD TF-2 4.16.4.2.2.5.13), upper or lower case, as far as it defines any.
    """

    def __init__(self, viewing: Viewing, window: WindowActions) -> None:
        self._viewing, self.window = viewing, window
        # Entries of the menu without a key, which only some windows have: text and action.
        self.offers: list[tuple[str, Callable[[], None]]] = []
        self.tools = self._tools()
        self.others: tuple[Command, ...] = (
            *self._slices(),
            *self._series(),
            *self._display(),
            *self._panes(),
            *self._markings(),
            Command((Qt.Key.Key_P,), "P", tr("Print this pane"), window.print_pane),
            Command((_CTRL | Qt.Key.Key_S,), tr("Ctrl+S"), tr("Save this pane as a picture"), window.save_pane),
            Command((_CTRL | Qt.Key.Key_C,), tr("Ctrl+C"), tr("Copy this pane as a picture"), window.copy_pane),
            Command((Qt.Key.Key_F2,), "F2", tr("Type a window"), window.type_window),
            Command((Qt.Key.Key_F12,), "F12", tr("Test pattern, to judge the screen"), window.show_pattern),
            Command((Qt.Key.Key_R,), "R", tr("Go to the questions, if there are any"), window.show_report),
            Command((Qt.Key.Key_H, Qt.Key.Key_F1), tr("H or F1"), tr("Show or hide this help"), window.toggle_help),
        )
        self._by_key = {key: command for command in (*self.tools, *self.others) for key in command.keys}

    def _tools(self) -> tuple[Command, ...]:
        def choose(tool: Tool, text: str) -> Command:
            return Command((key_of(tool),), key_name(tool), text, lambda: self._viewing.set_tool(tool))

        return (
            choose(Tool.SCROLL, tr("Scroll")),
            choose(Tool.WINDOW, tr("Window")),
            choose(Tool.ZOOM, tr("Zoom")),
            choose(Tool.PAN, tr("Move the image")),
            choose(Tool.SELECT, tr("Select measurements")),
            choose(Tool.DISTANCE, tr("Distance")),
            choose(Tool.COBB, tr("Cobb angle: two lines")),
            choose(Tool.ANGLE, tr("Angle: three points")),
            choose(Tool.ELLIPSE, tr("Ellipse: mean and area")),
            choose(Tool.RECTANGLE, tr("Rectangle: mean and area")),
            choose(Tool.FREEHAND, tr("Free-hand outline: mean and area")),
            choose(Tool.POLYGON, tr("Polygon: mean and area")),
            choose(Tool.ARROW, tr("Arrow")),
            choose(Tool.TEXT, tr("Text beside a place")),
            choose(Tool.CROSS, tr("Find one point in all panes")),
        )

    def _series(self) -> tuple[Command, ...]:
        page_up, page_down = Qt.Key.Key_PageUp, Qt.Key.Key_PageDown
        neighbour, case = self.window.open_neighbour, self.window.open_case
        return (
            Command((page_up,), tr("Page up, down"), tr("Previous or next series"), lambda: neighbour(-1)),
            Command((page_down,), "", "", lambda: neighbour(1)),
            Command((_SHIFT | page_up,), tr("Shift+Page"), tr("Previous or next case"), lambda: case(-1)),
            Command((_SHIFT | page_down,), "", "", lambda: case(1)),
        )

    def _panes(self) -> tuple[Command, ...]:
        viewing = self._viewing
        return (
            Command((Qt.Key.Key_Q,), "Q", tr("One, two, four, six or nine panes"), self._cycle_panes),
            Command((Qt.Key.Key_L,), "L, U", tr("Link or unlink scrolling"), lambda: viewing.link(linked=True)),
            Command((Qt.Key.Key_U,), "", "", lambda: viewing.link(linked=False)),
            Command(
                (Qt.Key.Key_O,), "O", tr("Show the slice as a line in other panes"),
                lambda: viewing.show_localizers(shown=not viewing.localizers),
            ),
            Command((Qt.Key.Key_C,), "C", tr("Cine"), self.window.toggle_cine),
        )  # fmt: skip

    def _markings(self) -> tuple[Command, ...]:
        return (
            Command((Qt.Key.Key_K,), "K", tr("Mark or unmark a key image"), self.turn_key_image),
            Command(
                (Qt.Key.Key_Delete, Qt.Key.Key_Backspace), tr("Delete"), tr("Delete last measurement"), self.remove_last
            ),
            Command(
                (_SHIFT | Qt.Key.Key_Delete, _SHIFT | Qt.Key.Key_Backspace), tr("Shift+Delete"),
                tr("Delete all measurements of the series"), self.remove_all,
            ),
            Command((Qt.Key.Key_F4,), "F4", tr("List what is marked in this case"), self.window.list_marked),
            Command(
                (_CTRL | _SHIFT | Qt.Key.Key_C,), tr("Ctrl+Shift+C"), tr("Copy all measurements as a table"),
                self.window.copy_table,
            ),
            Command((_CTRL | Qt.Key.Key_H,), tr("Ctrl+H"), tr("Histogram of an area"), self.window.show_histogram),
            Command((_CTRL | Qt.Key.Key_Z,), tr("Ctrl+Z, Ctrl+Y"), tr("Undo, redo"), self.window.undo),
            Command((_CTRL | Qt.Key.Key_Y, _CTRL | _SHIFT | Qt.Key.Key_Z), "", "", self.window.redo),
        )  # fmt: skip

    def turn_key_image(self) -> None:
        """Make the current slice a key image, or unmark it."""
        self._viewing.markings.turn_key_image(self._viewing.port.where)
        self._viewing.changed.emit()

    def remove_last(self) -> None:
        """Delete the measurement that was touched last."""
        self._viewing.markings.remove_last()
        self._viewing.changed.emit()

    def remove_all(self) -> None:
        """Delete all measurements of the open series; undo brings them back."""
        self._viewing.markings.clear(self._viewing.entry.stack.stack_id)
        self._viewing.changed.emit()

    def _cycle_panes(self) -> None:
        place = PANE_LAYOUTS.index(len(self._viewing.ports))
        self._viewing.lay_out(PANE_LAYOUTS[(place + 1) % len(PANE_LAYOUTS)])

    def _slices(self) -> tuple[Command, ...]:
        arrows = tr("Arrow keys")
        return (
            Command((Qt.Key.Key_Up, Qt.Key.Key_Left), arrows, tr("Previous or next slice"), lambda: self.scroll(-1)),
            Command((Qt.Key.Key_Down, Qt.Key.Key_Right), "", "", lambda: self.scroll(1)),
            Command((Qt.Key.Key_Home,), tr("Home, End"), tr("First or last slice"), lambda: self._end(last=False)),
            Command((Qt.Key.Key_End,), "", "", lambda: self._end(last=True)),
        )

    def _display(self) -> tuple[Command, ...]:
        return (
            *(Command((Qt.Key.Key_0 + n,), "", "", self._preset_action(n)) for n in range(10)),
            Command((), tr("1 to 9, 0"), tr("Window presets; 0 for the original"), lambda: None),
            Command((Qt.Key.Key_Plus, Qt.Key.Key_Equal), "+  −", tr("Zoom in or out"), lambda: self._zoom(_ZOOM_STEP)),
            Command((Qt.Key.Key_Minus,), "", "", lambda: self._zoom(1 / _ZOOM_STEP)),
            Command((Qt.Key.Key_X,), "X", tr("Invert black and white"), self.invert),
            Command((Qt.Key.Key_I,), "I", tr("Text on the image: all, some, none"), self.cycle_annotation),
            Command((Qt.Key.Key_Escape,), "Esc", tr("Reset the display, keep the slice"), self.window.escape),
        )

    def add(self, commands: Sequence[Command]) -> None:
        """Add the commands of another part of the window."""
        self.others = (*self.others, *commands)
        self._by_key |= {key: command for command in commands for key in command.keys}

    def offer(self, text: str, action: Callable[[], None]) -> None:
        """Add an entry to the menu with the rest; it has no key, so that nobody does it by mistake."""
        self.offers.append((text, action))

    def press(self, event: QKeyEvent) -> bool:
        """Do the key's action; False if it has none, or belongs to the system (Alt, and most with Ctrl)."""
        held = int(event.modifiers()) & ~int(Qt.KeyboardModifier.KeypadModifier)
        command = self._by_key.get(held | event.key())
        if command is None and held == _SHIFT:  # upper or lower case
            command = self._by_key.get(event.key())
        if command is None:
            return False
        command.action()
        return True

    def scroll(self, steps: int) -> None:
        """Scroll by this many slices in reading order."""
        self._viewing.set_state(scroll(self._viewing.state, self._viewing.entry.stack, steps))

    def _end(self, *, last: bool) -> None:
        self._viewing.set_state(go_to_end(self._viewing.state, self._viewing.entry.stack, last))

    def _zoom(self, factor: float) -> None:
        self._viewing.set_state(zoom_by(self._viewing.state, factor))

    def invert(self) -> None:
        """Swap black and white."""
        self._viewing.set_state(invert(self._viewing.state))

    def cycle_annotation(self) -> None:
        """Show more or less text on the image."""
        self._viewing.set_annotation(self._viewing.annotation.following)

    def presets(self) -> Sequence[tuple[str, str, Callable[[], None]]]:
        """(key, name, action) of the windows that suit the open series."""
        found = [("0", tr("Original window"), self._preset_action(0))]
        if self._viewing.entry.stack.units == HU:
            for preset in CT_PRESETS:
                center, width = preset.window
                name = f"{tr(preset.name)}  (W {width:g}, C {center:g})".replace("-", "−")
                found.append((preset.key, name, partial(self._use_window, preset.window)))
        else:
            found.append(("1", tr("From this slice"), self._preset_action(1)))
        return found

    def _preset_action(self, number: int) -> Callable[[], None]:
        return lambda: self._use_preset(number)

    def _use_preset(self, number: int) -> None:
        viewing = self._viewing
        if number == 0:
            window: Window | None = viewing.first_window
        elif viewing.entry.stack.units == HU:
            window = CT_PRESETS[number - 1].window
        else:
            window = self._window_of_slice() if number == 1 else None
        if window is not None:
            self._use_window(window)

    def _use_window(self, window: Window) -> None:
        viewing = self._viewing
        viewing.set_state(with_window(viewing.state, window, viewing.port.least_width))

    def _window_of_slice(self) -> Window | None:
        loaded, index = self._viewing.loaded_stack, self._viewing.state.index
        if loaded.raw_bytes(index) is None:
            return None
        from viewer.images.grey import window_from_values

        return window_from_values(loaded.modality_values(index))
