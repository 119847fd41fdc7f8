"""The toolbar: the tools, of which one is active, presets, panes, cine, invert, reset, and a menu with the rest."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from PyQt5.QtCore import QSize, Qt
from PyQt5.QtWidgets import QAction, QActionGroup, QMenu, QToolBar, QToolButton

from viewer.state import Tool
from viewer.ui.look.icons import icon
from viewer.ui.shell import fusion, segments
from viewer.ui.shell.commands import Commands, key_name
from viewer.ui.slices.viewing import Viewing
from viewer.words import tr

_DRAG_TOOLS = (Tool.SCROLL, Tool.WINDOW, Tool.ZOOM, Tool.PAN)
_IN_3D = (Tool.WINDOW, Tool.ZOOM, Tool.PAN)
_MEASURES = (
    Tool.DISTANCE, Tool.COBB, Tool.ANGLE, Tool.ELLIPSE, Tool.RECTANGLE, Tool.FREEHAND, Tool.POLYGON, Tool.ARROW,
    Tool.TEXT, Tool.SELECT, Tool.CROSS,
)  # fmt: skip
_PANES: dict[int, Callable[[], str]] = {
    1: lambda: tr("One pane"), 2: lambda: tr("Two panes"), 4: lambda: tr("Four panes"),
    6: lambda: tr("Six panes"), 9: lambda: tr("Nine panes"),
}  # fmt: skip


class ToolBar(QToolBar):
    """Every button has its key in its tooltip; a click on one never takes the focus from the image."""

    def __init__(self, viewing: Viewing, commands: Commands) -> None:
        super().__init__(tr("Tools"))
        self._viewing, self._commands = viewing, commands
        self.setMovable(False)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.setIconSize(QSize(22, 22))
        self._group = QActionGroup(self)
        self._offered = tuple(Tool)
        self._tools = {tool: self._make_tool(tool) for tool in Tool}
        for tool in _DRAG_TOOLS:
            self.addAction(self._tools[tool])
        self._measure = self._add_menu("distance", tr("Measure"), tr("Distances, angles and area statistics"))
        self._measure_button = self.findChildren(QToolButton)[-1]
        self._fill_measures()
        self.addSeparator()
        presets = self._add_menu("presets", tr("Presets"), tr("Windows for brain, lung, bone and more (number keys)"))
        presets.aboutToShow.connect(lambda: self._fill_presets(presets))
        panes = self._add_menu("panes", tr("Panes"), tr("One to nine panes (Q), and how they are linked"))
        panes.aboutToShow.connect(lambda: self._fill_panes(panes))
        self._add("cine", tr("Cine"), tr("Play the slices (C)"), commands.window.toggle_cine)
        self._invert = self._add("invert", tr("Invert"), tr("Invert black and white (X)"), commands.invert)
        self._invert.setCheckable(True)
        self._add("reset", tr("Reset"), tr("Reset the display, keep the slice (Esc)"), viewing.reset)
        self._more = self._add_menu("more", tr("More"), tr("Key image, text on the image, print, save"))
        self._more.aboutToShow.connect(self._fill_more)
        self._add("help", tr("Help"), tr("Mouse and keyboard (H or F1)"), commands.window.toggle_help)
        for button in self.findChildren(QToolButton):
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        viewing.changed.connect(self._follow)
        self._follow()

    def offer(self, page: str) -> None:
        """Light and enable the tools that do something on the page of this name; 3D is turned without a tool."""
        self._offered = _IN_3D if page == "3d" else tuple(Tool)
        for tool, action in self._tools.items():
            action.setEnabled(tool in self._offered)
        self._measure_button.setEnabled(page != "3d")
        self._follow()

    def fit(self, width: int) -> None:
        """Icons with names if there is room; else the best known icons without names, else all of them."""
        buttons = [
            button for button in self.findChildren(QToolButton) if button.objectName() != "qt_toolbar_ext_button"
        ]
        known = {tr(name) for name in ("Invert", "Reset", "Help", "More", "Cine")}
        for bare in (set(), known, {button.text() for button in buttons}):
            for button in buttons:
                beside, alone = Qt.ToolButtonStyle.ToolButtonTextBesideIcon, Qt.ToolButtonStyle.ToolButtonIconOnly
                button.setToolButtonStyle(alone if button.text() in bare else beside)
            if self.sizeHint().width() <= width:
                return

    def _add(self, name: str, text: str, tip: str, action: Callable[[], None]) -> QAction:
        made = self._make(name, text, tip, action)
        self.addAction(made)
        return made

    def _make(self, name: str, text: str, tip: str, action: Callable[[], None]) -> QAction:
        made = QAction(icon(name), text, self)
        made.setToolTip(tip)
        made.triggered.connect(lambda _checked: action())
        return made

    def _make_tool(self, tool: Tool) -> QAction:
        name, text, tip = _tool_words()[tool]
        made = self._make(name, text, f"{tip} ({key_name(tool)})", lambda: self._viewing.set_tool(tool))
        made.setCheckable(True)
        self._group.addAction(made)
        return made

    def _add_menu(self, name: str, text: str, tip: str) -> QMenu:
        button = QToolButton()
        button.setObjectName(name)
        button.setIcon(icon(name))
        button.setText(text)
        button.setToolTip(tip)
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(button)
        button.setMenu(menu)
        self.addWidget(button)
        return menu

    def _fill_measures(self) -> None:
        for tool in _MEASURES:
            action = self._tools[tool]
            action.setText(f"{_tool_words()[tool][2]}\t{key_name(tool)}")
            self._measure.addAction(action)
        self._measure.addSeparator()
        commands, last, every = (
            self._commands,
            tr("Delete last measurement"),
            tr("Delete all measurements of the series"),
        )
        self._entry(self._measure, f"{last}\t{tr('Delete')}", commands.remove_last)
        self._entry(self._measure, f"{every}\t{tr('Shift+Delete')}", commands.remove_all)
        marked = f"{tr('List what is marked in this case')}\t{tr('F4')}"
        self._entry(self._measure, marked, commands.window.list_marked, name="list")
        copied = f"{tr('Copy all measurements as a table')}\t{tr('Ctrl+Shift+C')}"
        self._entry(self._measure, copied, commands.window.copy_table, name="table")
        spread = f"{tr('Histogram of an area')}\t{tr('Ctrl+H')}"
        self._entry(self._measure, spread, commands.window.show_histogram, name="histogram")
        self._measure.addSeparator()
        self._entry(self._measure, f"{tr('Undo')}\t{tr('Ctrl+Z')}", commands.window.undo, name="undo")
        self._entry(self._measure, f"{tr('Redo')}\t{tr('Ctrl+Y')}", commands.window.redo, name="redo")

    def _fill_presets(self, menu: QMenu) -> None:
        menu.clear()
        for key, name, action in self._commands.presets():
            self._entry(menu, f"{name}\t{key}" if key else name, action)
        menu.addSeparator()
        self._entry(menu, f"{tr('Type a window')}\t{tr('F2')}", self._commands.window.type_window)

    def _fill_panes(self, menu: QMenu) -> None:
        viewing = self._viewing
        menu.clear()
        for number, text in _PANES.items():
            chosen = len(viewing.ports) == number and not viewing.ties.tiled
            self._entry(menu, text(), partial(viewing.lay_out, number), chosen)
        for number, said in ((4, tr("Four slices of this series")), (9, tr("Nine slices of this series"))):
            chosen = viewing.ties.tiled and len(viewing.ports) == number
            self._entry(menu, said, partial(viewing.tile, number), chosen)
        menu.addSeparator()
        linked, lines = viewing.ties.linked, viewing.localizers
        self._entry(menu, f"{tr('Scroll together')}\tL, U", lambda: viewing.link(linked=not linked), linked, "link")
        locked = viewing.ties.locked
        self._entry(
            menu, tr("Keep another case beside this one"), partial(viewing.ties.lock, locked=not locked), locked
        )
        said = f"{tr('Show the slice as a line in other panes')}\tO"
        self._entry(menu, said, lambda: viewing.show_localizers(shown=not lines), lines, "lines")
        fusion.fill(menu, viewing)
        segments.fill(menu, viewing)

    def _fill_more(self) -> None:
        menu, viewing, commands = self._more, self._viewing, self._commands
        menu.clear()
        is_key = viewing.port.where in viewing.markings.key_images
        key = self._entry(menu, f"{tr('Key image')}\tK", commands.turn_key_image, is_key, "key")
        key.setEnabled(self._offered is not _IN_3D)  # it would mark a slice that nobody sees
        self._entry(menu, f"{tr('Text on the image: all, some, none')}\tI", commands.cycle_annotation, name="text")
        menu.addSeparator()
        self._entry(menu, f"{tr('Print this pane')}\tP", commands.window.print_pane, name="print")
        save = f"{tr('Save this pane as a picture')}\t{tr('Ctrl+S')}"
        self._entry(menu, save, commands.window.save_pane, name="save")
        self._entry(menu, f"{tr('Copy this pane')}\t{tr('Ctrl+C')}", commands.window.copy_pane, name="save")
        for text, action in commands.offers:
            self._entry(menu, text, action, name="save")
        menu.addSeparator()
        pattern = f"{tr('Test pattern, to judge the screen')}\t{tr('F12')}"
        self._entry(menu, pattern, commands.window.show_pattern, name="monitor")
        menu.addSeparator()
        how = viewing.window_drag
        turned, free = replace(how, turned=not how.turned), replace(how, from_zero=not how.from_zero)
        self._entry(menu, tr("Window: drag up to darken"), partial(viewing.prefer, turned), how.turned)
        if viewing.entry.series.modality == "PT":
            self._entry(menu, tr("Window: keep black at zero"), partial(viewing.prefer, free), how.from_zero)

    def _entry(
        self, menu: QMenu, text: str, action: Callable[[], None], chosen: bool | None = None, name: str = ""
    ) -> QAction:
        """With an icon of this `name`; `chosen` is the state of an entry that can be on or off."""
        made = QAction(icon(name), text, menu) if name else QAction(text, menu)
        made.setCheckable(chosen is not None)
        made.setChecked(bool(chosen))
        made.triggered.connect(lambda _checked: action())
        menu.addAction(made)
        return made

    def _follow(self) -> None:
        tool = self._viewing.tool
        self._group.setExclusive(tool in self._offered)
        self._tools[tool].setChecked(tool in self._offered)
        self._invert.setChecked(self._viewing.state.inverted)
        measuring = tool not in _DRAG_TOOLS and tool in self._offered
        self._measure_button.setIcon(icon(_tool_words()[tool][0] if measuring else "distance"))
        if self._measure_button.property("on") != measuring:
            self._measure_button.setProperty("on", measuring)
            style = self._measure_button.style()
            if style is not None:  # apply the style sheet again: the property has changed
                style.unpolish(self._measure_button)
                style.polish(self._measure_button)


def _tool_words() -> dict[Tool, tuple[str, str, str]]:
    """Icon, name, and effect."""
    return {
        Tool.SCROLL: ("scroll", tr("Scroll"), tr("Drag with the left button to scroll; the wheel always scrolls")),
        Tool.WINDOW: ("window", tr("Window"), tr("Drag with the left button: right for wider, up for brighter")),
        Tool.ZOOM: ("zoom", tr("Zoom"), tr("Drag up with the left button to zoom in")),
        Tool.PAN: ("pan", tr("Move"), tr("Drag the image with the left button")),
        Tool.SELECT: ("select", tr("Select"), tr("Select measurements")),
        Tool.DISTANCE: ("distance", tr("Distance"), tr("Distance")),
        Tool.COBB: ("cobb", tr("Cobb angle"), tr("Cobb angle: two lines")),
        Tool.ANGLE: ("angle", tr("Angle"), tr("Angle: three points")),
        Tool.ELLIPSE: ("ellipse", tr("Ellipse"), tr("Ellipse: mean and area")),
        Tool.RECTANGLE: ("rectangle", tr("Rectangle"), tr("Rectangle: mean and area")),
        Tool.FREEHAND: ("freehand", tr("Free-hand outline"), tr("Free-hand outline: mean and area")),
        Tool.POLYGON: ("polygon", tr("Polygon"), tr("Polygon: mean and area")),
        Tool.ARROW: ("arrow", tr("Arrow"), tr("Arrow")),
        Tool.TEXT: ("note", tr("Text"), tr("Text beside a place")),
        Tool.CROSS: ("cross", tr("Cross-hair"), tr("Find one point in all panes")),
    }
