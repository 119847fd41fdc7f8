"""The middle of the window: the slices, or one of the pages behind a button."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from PyQt5.QtCore import Qt
from PyQt5.QtGui import QKeyEvent
from PyQt5.QtWidgets import QAction, QStackedWidget, QToolBar, QWidget

from viewer.startup.options import LAYOUTS
from viewer.ui.look.icons import icon
from viewer.ui.shell.commands import Command
from viewer.ui.slices.stack_page import StackPage
from viewer.ui.slices.viewing import Viewing
from viewer.words import tr

if TYPE_CHECKING:  # it needs NumPy, which loads after the first slices
    from viewer.space.voxel_volume import Solid

_SHIFT = int(Qt.KeyboardModifier.ShiftModifier)


@runtime_checkable
class TakesKeys(Protocol):
    """The content of a page that has keys of its own."""

    def takes(self, event: QKeyEvent) -> bool:
        """Act on a key; False if it means nothing here."""


@dataclass(frozen=True)
class PageKind:
    """A page: its name in `--layout`, its keys, and the text of its button. F10 is IHE BIR's key for advanced modes."""

    name: str
    keys: tuple[int, ...]
    shown: str
    text: str
    tip: str


def _kinds() -> tuple[PageKind, ...]:
    return (
        PageKind("mpr", (Qt.Key.Key_M, Qt.Key.Key_F10), tr("M or F10"), tr("MPR"), tr("Planes in any direction")),
        PageKind("3d", (Qt.Key.Key_N,), "N", tr("3D"), tr("The series in 3D")),
    )


class Pages(QStackedWidget):
    """The slices are always there; another page is made on request and destroyed when the reader leaves it."""

    def __init__(self, viewing: Viewing, slices: QWidget, focus_slices: Callable[[], None]) -> None:
        super().__init__()
        self._viewing, self._slices, self._focus_slices = viewing, slices, focus_slices
        self.addWidget(slices)
        self._name = LAYOUTS[0]
        self._actions = {kind.name: self._action(kind) for kind in _kinds()}

    @property
    def page(self) -> StackPage | None:
        """The page that is shown in place of the slices."""
        shown = self.currentWidget()
        return shown if isinstance(shown, StackPage) else None

    @property
    def name(self) -> str:
        """The current page, by its name in `--layout`."""
        return self._name

    @property
    def settled(self) -> bool:
        """Whether everything has reached its final quality."""
        return self.page is None or self.page.settled

    def takes(self, event: QKeyEvent) -> bool:
        """Let the page that is shown act on a key that it knows, whatever has the focus; False if it does not."""
        content = None if self.page is None else self.page.content
        return isinstance(content, TakesKeys) and content.takes(event)

    def toggle(self, name: str) -> None:
        """Show this page, or return to the slices if it is shown."""
        self.show_page(LAYOUTS[0] if name == self._name else name)

    def show_page(self, name: str) -> None:
        """The page of this name in `--layout`."""
        if name != self._name:
            self.leave()
            self._name = name
            if name in self._actions:
                self._enter(StackPage(self._viewing, _content(name), self.leave))
        for page, action in self._actions.items():
            action.setChecked(page == name)

    def _enter(self, page: StackPage) -> None:
        self.addWidget(page)
        self.setCurrentWidget(page)
        (page.content or page).setFocus()

    def leave(self) -> None:
        """Return to the slices, and release the memory of the page."""
        page, self._name = self.page, LAYOUTS[0]
        self.setCurrentWidget(self._slices)
        for action in self._actions.values():
            action.setChecked(False)
        if page is not None:
            self._focus_slices()
            page.release()
            self.removeWidget(page)
            page.deleteLater()

    def _action(self, kind: PageKind) -> QAction:
        made = QAction(icon(kind.name), kind.text, self)
        made.setToolTip(f"{kind.tip} ({kind.shown})")
        made.setCheckable(True)
        made.triggered.connect(lambda _checked: self.toggle(kind.name))
        return made

    def put_into(self, bar: QToolBar) -> None:
        """Add a button for each page at the end of the toolbar."""
        bar.addSeparator()
        for action in self._actions.values():
            bar.addAction(action)
            button = bar.widgetForAction(action)
            if button is not None:
                button.setFocusPolicy(Qt.FocusPolicy.TabFocus)

    def commands(self) -> tuple[Command, ...]:
        """The keys of the pages."""
        pages = tuple(Command(kind.keys, kind.shown, kind.tip, self._toggler(kind.name)) for kind in _kinds())
        return (
            *pages,
            Command((), tr("1 to 6, 0 in 3D"), tr("Presets; 0 as it was; Ctrl+Z undoes a cut"), lambda: None),
            Command((_SHIFT | Qt.Key.Key_M,), tr("Shift+M"), tr("Straighten along points in MPR"), self.trace),
        )

    def trace(self) -> None:
        """Set points of a curve in MPR, or no more; without planes it only opens them."""
        shown = self.name == "mpr"
        self.show_page("mpr")
        content = None if self.page is None else self.page.content
        from viewer.ui.mpr.page import MprPage

        if isinstance(content, MprPage) and (shown or not content.planes.tracing.on):
            content.planes.tracing.toggle()

    def _toggler(self, name: str) -> Callable[[], None]:
        return lambda: self.toggle(name)


def _content(name: str) -> "Callable[[Viewing, Solid], QWidget]":
    """The constructor of a page's content; VTK is loaded on first use."""
    return {"mpr": _make_mpr, "3d": _make_3d}[name]


def _make_mpr(viewing: Viewing, solid: "Solid") -> QWidget:
    from viewer.ui.mpr.page import MprPage

    return MprPage(viewing, solid)


def _make_3d(viewing: Viewing, solid: "Solid") -> QWidget:
    from viewer.ui.rendering.page import BodyPage

    return BodyPage(viewing, solid)
