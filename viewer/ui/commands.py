"""What the keys do: one table, which the window obeys and the help shows."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PyQt5.QtCore import Qt
from PyQt5.QtGui import QKeyEvent

from viewer.state import Tool, go_to_end, invert, scroll, with_window, zoom_by
from viewer.ui.viewing import Viewing
from viewer.windowing import CT_PRESETS, Window
from viewer.words import tr

_ZOOM_STEP = 1.25


@dataclass(frozen=True)
class Command:
    """Keys (Qt numbers), how the help names them, what they do in plain words, and the action."""

    keys: tuple[int, ...]
    shown: str
    text: str
    action: Callable[[], None]


class Commands:
    """The table of commands over one `Viewing`; `open_neighbour` and `toggle_help` belong to the window.

    The letters are those of IHE BIR (RAD TF-2 4.16.4.2.2.5.13), whether capital or not; X is free there.
    """

    def __init__(
        self, viewing: Viewing, open_neighbour: Callable[[int], None], toggle_help: Callable[[], None]
    ) -> None:
        self._viewing = viewing
        self.table: tuple[Command, ...] = (
            *self._tools(),
            *self._slices(),
            Command((Qt.Key.Key_PageUp,), tr("Page up"), tr("Previous series"), lambda: open_neighbour(-1)),
            Command((Qt.Key.Key_PageDown,), tr("Page down"), tr("Next series"), lambda: open_neighbour(1)),
            *self._display(),
            Command((Qt.Key.Key_H, Qt.Key.Key_F1), tr("H or F1"), tr("This help"), toggle_help),
        )
        self._by_key = {key: command for command in self.table for key in command.keys}

    def _tools(self) -> tuple[Command, ...]:
        def choose(tool: Tool) -> Callable[[], None]:
            return lambda: self._viewing.set_tool(tool)

        return (
            Command((Qt.Key.Key_S,), "S", tr("Left button scrolls"), choose(Tool.SCROLL)),
            Command((Qt.Key.Key_W,), "W", tr("Left button changes the window"), choose(Tool.WINDOW)),
            Command((Qt.Key.Key_Z,), "Z", tr("Left button zooms"), choose(Tool.ZOOM)),
            Command((Qt.Key.Key_T,), "T", tr("Left button moves the image"), choose(Tool.PAN)),
        )

    def _slices(self) -> tuple[Command, ...]:
        arrows = tr("Arrow keys")
        return (
            Command((Qt.Key.Key_Up, Qt.Key.Key_Left), arrows, tr("Previous or next slice"), lambda: self.scroll(-1)),
            Command((Qt.Key.Key_Down, Qt.Key.Key_Right), "", "", lambda: self.scroll(1)),
            Command((Qt.Key.Key_Home,), tr("Home, End"), tr("First or last slice"), lambda: self._end(last=False)),
            Command((Qt.Key.Key_End,), "", "", lambda: self._end(last=True)),
        )

    def _display(self) -> tuple[Command, ...]:
        viewing = self._viewing
        return (
            *(Command((Qt.Key.Key_0 + n,), "", "", self._preset_action(n)) for n in range(10)),
            Command((), tr("1 to 9, 0"), tr("Window presets, 0 for the first one"), lambda: None),
            Command((Qt.Key.Key_Plus, Qt.Key.Key_Equal), "+  −", tr("Zoom in or out"), lambda: self._zoom(_ZOOM_STEP)),
            Command((Qt.Key.Key_Minus,), "", "", lambda: self._zoom(1 / _ZOOM_STEP)),
            Command((Qt.Key.Key_X,), "X", tr("Invert black and white"), self.invert),
            Command((Qt.Key.Key_I,), "I", tr("Text on the image: all, little, none"), self._cycle_annotation),
            Command((Qt.Key.Key_Escape,), "Esc", tr("Reset the display, keep the slice"), viewing.reset),
        )

    def press(self, event: QKeyEvent) -> bool:
        """Do what the key says; False where it says nothing, or belongs to the system (Ctrl, Alt)."""
        command = self._by_key.get(event.key())
        if command is None or event.modifiers() & (
            Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.MetaModifier
        ):
            return False
        command.action()
        return True

    def scroll(self, steps: int) -> None:
        """Slices on in reading order."""
        self._viewing.set_state(scroll(self._viewing.state, self._viewing.entry.stack, steps))

    def _end(self, *, last: bool) -> None:
        self._viewing.set_state(go_to_end(self._viewing.state, self._viewing.entry.stack, last))

    def _zoom(self, factor: float) -> None:
        self._viewing.set_state(zoom_by(self._viewing.state, factor))

    def invert(self) -> None:
        """Black becomes white."""
        self._viewing.set_state(invert(self._viewing.state))

    def _cycle_annotation(self) -> None:
        self._viewing.set_annotation(self._viewing.annotation.following)

    def presets(self) -> Sequence[tuple[str, str, Callable[[], None]]]:
        """(key, name, action) of the windows that suit the open series."""
        found = [("0", tr("As it opened"), self._preset_action(0))]
        if self._viewing.entry.series.modality == "CT":
            for preset in CT_PRESETS:
                center, width = preset.window
                name = f"{tr(preset.name)}  (W {width:g}, C {center:g})".replace("-", "−")
                found.append((preset.key, name, self._preset_action(int(preset.key))))
        else:
            found.append(("1", tr("From this slice"), self._preset_action(1)))
        return found

    def _preset_action(self, number: int) -> Callable[[], None]:
        return lambda: self._use_preset(number)

    def _use_preset(self, number: int) -> None:
        viewing = self._viewing
        if number == 0:
            window: Window | None = viewing.first_window
        elif viewing.entry.series.modality == "CT":
            window = CT_PRESETS[number - 1].window
        else:
            window = self._window_of_slice() if number == 1 else None
        if window is not None:
            viewing.set_state(with_window(viewing.state, window))

    def _window_of_slice(self) -> Window | None:
        loaded, index = self._viewing.loaded_stack, self._viewing.state.index
        if loaded.raw_bytes(index) is None:
            return None
        from viewer.grey import window_from_values

        return window_from_values(loaded.modality_values(index))
