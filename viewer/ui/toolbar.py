"""The toolbar: four tools of which one is on, the window presets, invert, reset and help."""

from collections.abc import Callable

from PyQt5.QtCore import QSize, Qt
from PyQt5.QtWidgets import QAction, QActionGroup, QMenu, QToolBar, QToolButton

from viewer.state import Tool
from viewer.ui.commands import Commands
from viewer.ui.icons import icon
from viewer.ui.viewing import Viewing
from viewer.words import tr


class ToolBar(QToolBar):
    """Every button says its key in its tooltip; none takes the focus from the image by a click."""

    def __init__(self, viewing: Viewing, commands: Commands, toggle_help: Callable[[], None]) -> None:
        super().__init__(tr("Tools"))
        self._viewing, self._commands = viewing, commands
        self.setMovable(False)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.setIconSize(QSize(22, 22))
        self._tools = self._add_tools()
        self.addSeparator()
        self.addWidget(self._presets_button())
        self._invert = self._add("invert", tr("Invert"), tr("Black becomes white (X)"), commands.invert)
        self._invert.setCheckable(True)
        self._add("reset", tr("Reset"), tr("Window, zoom and place as it opened; the slice stays (Esc)"), viewing.reset)
        self._add("help", tr("Help"), tr("Keys and mouse (H or F1)"), toggle_help)
        for button in self.findChildren(QToolButton):
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        viewing.changed.connect(self._follow)
        self._follow()

    def _add(self, name: str, text: str, tip: str, action: Callable[[], None]) -> QAction:
        made = QAction(icon(name), text, self)
        made.setToolTip(tip)
        made.triggered.connect(lambda _checked: action())
        self.addAction(made)
        return made

    def _add_tools(self) -> dict[Tool, QAction]:
        texts = {
            Tool.SCROLL: ("scroll", tr("Scroll"), tr("Drag with the left button to scroll (S); the wheel always does")),
            Tool.WINDOW: ("window", tr("Window"), tr("Drag with the left button: right wider, up brighter (W)")),
            Tool.ZOOM: ("zoom", tr("Zoom"), tr("Drag up with the left button to come nearer (Z)")),
            Tool.PAN: ("pan", tr("Move"), tr("Drag the image with the left button (T)")),
        }
        group = QActionGroup(self)
        made = {}
        for tool, (name, text, tip) in texts.items():
            made[tool] = self._add(name, text, tip, lambda tool=tool: self._viewing.set_tool(tool))  # type: ignore[misc]
            made[tool].setCheckable(True)
            group.addAction(made[tool])
        return made

    def _presets_button(self) -> QToolButton:
        button = QToolButton()
        button.setIcon(icon("presets"))
        button.setText(tr("Presets"))
        button.setToolTip(tr("Windows for brain, lung, bone and others (number keys)"))
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(button)
        menu.aboutToShow.connect(lambda: self._fill(menu))
        button.setMenu(menu)
        return button

    def _fill(self, menu: QMenu) -> None:
        menu.clear()
        for key, name, action in self._commands.presets():
            shown = QAction(f"{name}\t{key}", menu)
            shown.triggered.connect(lambda _checked, action=action: action())
            menu.addAction(shown)

    def _follow(self) -> None:
        self._tools[self._viewing.tool].setChecked(True)
        self._invert.setChecked(self._viewing.state.inverted)
