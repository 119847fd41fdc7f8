"""The main window: the case list, the slice pane with its slider, the toolbar and the help."""

from collections.abc import Callable

from PyQt5.QtCore import QEvent, Qt, QTimer, pyqtSignal
from PyQt5.QtGui import QCloseEvent, QKeyEvent, QResizeEvent, QShowEvent
from PyQt5.QtWidgets import QGridLayout, QMainWindow, QSplitter, QWidget

from bundle.errors import BundleError
from viewer.entries import Entry, neighbour_case
from viewer.startup.options import LAYOUTS
from viewer.state import index_of_number, slice_number
from viewer.ui.cases.case_list import CaseList
from viewer.ui.look import theme
from viewer.ui.look.message import Message
from viewer.ui.shell import fusion, segments
from viewer.ui.shell.commands import Command, Commands, WindowActions
from viewer.ui.shell.help import HelpOverlay
from viewer.ui.shell.marked import pop_up_marked
from viewer.ui.shell.output import copy_pane, print_pane, save_pane
from viewer.ui.shell.pages import Pages
from viewer.ui.shell.progress import ProgressLine
from viewer.ui.shell.toolbar import ToolBar
from viewer.ui.shell.typed_window import type_window
from viewer.ui.shell.values import on_values
from viewer.ui.slices.answers.listed import Sort, ticks
from viewer.ui.slices.cine import CineBar
from viewer.ui.slices.fusion.bar import above_bar
from viewer.ui.slices.pane import SlicePane
from viewer.ui.slices.panes import Panes
from viewer.ui.slices.slider import SliceSlider
from viewer.ui.slices.viewing import Viewing
from viewer.words import tr, tr_error

_LIST_WIDTH, _PANEL_WIDTH = 330, 400
_LEAST_LIST = 150
_TICKS = {Sort.ANSWER: theme.ANSWER, Sort.MEASURE: theme.ACCENT, Sort.CURVE: theme.ACCENT, Sort.KEY_IMAGE: theme.TEXT}
_HELP_AWAY: tuple[int, ...] = (Qt.Key.Key_Escape, Qt.Key.Key_Return, Qt.Key.Key_Space)


class MainWindow(QMainWindow):
    """Assembles the parts and sends every key to the commands."""

    closing = pyqtSignal()
    # Before something is undone or redone: what was typed last is an answer, too.
    stepping = pyqtSignal()
    # The test pattern was looked at: the screen's width and height in pixels, and for how many seconds.
    judged = pyqtSignal(int, int, float)

    def __init__(self, viewing: Viewing) -> None:
        super().__init__()
        self.viewing = viewing
        self._focus_panel: Callable[[], None] | None = None
        self._panel: QWidget | None = None
        self._ticks_of: tuple[object, ...] = ()
        self.panes = Panes(viewing)
        self.cine = CineBar(viewing, self.panes)
        self.commands = Commands(viewing, self._actions())
        self.list = CaseList(viewing)
        self.slider, self.progress = SliceSlider(), ProgressLine()
        self.pages = Pages(viewing, self._image(), self._focus_pane)
        self.segments = segments.WithSegments(self.pages, viewing)
        self.commands.add((*self.pages.commands(), *fusion.commands(viewing, self)))
        self.commands.add(segments.commands(viewing, self.segments, self))
        self.commands.add((Command((Qt.Key.Key_F11,), "F11", tr("Full screen, and back"), self.turn_full_screen),))
        self._toolbar = ToolBar(viewing, self.commands)
        self.pages.put_into(self._toolbar)
        self.addToolBar(self._toolbar)
        self._splitter = self._parts()
        self.setCentralWidget(self._splitter)
        self.help = HelpOverlay(self, self.commands.tools, self.commands.others)
        self._connect()
        self._follow()
        self.pane.setFocus()

    @property
    def pane(self) -> SlicePane:
        """The selected pane."""
        return self.panes.selected

    @property
    def picture(self) -> QWidget:
        """What is copied, saved and printed: the selected pane, plane or body that the reader sees."""
        return self.pane if self.pages.page is None else self.pages.page.picture

    def _focus_pane(self) -> None:
        self.pane.setFocus()

    def focus_image(self) -> None:
        """Give the focus to the visible image: the selected pane, or the page in place of the panes."""
        page = self.pages.page
        if page is None:
            self.pane.setFocus()
        elif page.content is not None:
            page.content.setFocus()

    def _actions(self) -> WindowActions:
        return WindowActions(
            self.open_neighbour, self.open_case, self.toggle_help, self._turn_cine, self._escape,
            lambda: print_pane(self.picture), lambda: save_pane(self.picture, self.viewing.entry.study.case),
            self._show_report, self.undo, self.redo,
            lambda: pop_up_marked(self.viewing, self.pages), lambda: copy_pane(self.picture),
            lambda: type_window(self.viewing, self), *on_values(self),
        )  # fmt: skip

    def _image(self) -> QWidget:
        image = QWidget()
        grid = QGridLayout(image)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(0)
        grid.addWidget(self.panes, 0, 0)
        grid.addWidget(self._make_slider(), 0, 1)
        grid.addWidget(self.progress, 1, 0, 1, 2)
        return image

    def _parts(self) -> QSplitter:
        splitter = QSplitter()
        splitter.setChildrenCollapsible(False)
        splitter.setHandleWidth(1)
        splitter.addWidget(self.list)
        splitter.addWidget(above_bar(self.segments, self.viewing.fusing))
        splitter.setStretchFactor(1, 1)
        splitter.setSizes([_LIST_WIDTH, 1000])
        self.list.setMinimumWidth(_LEAST_LIST)
        return splitter

    def _make_slider(self) -> SliceSlider:
        """Keys go to the commands, so the slider takes no focus."""
        self.slider.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.slider.setFixedWidth(34)
        self.slider.setAccessibleName(tr("Slice"))
        self.slider.setToolTip(tr("Slice"))
        return self.slider

    def _connect(self) -> None:
        viewing = self.viewing
        viewing.changed.connect(self._follow)
        viewing.progressed.connect(self.progress.show_progress)
        self.slider.valueChanged.connect(self._slide)
        self.list.chosen.connect(self.open)
        self.panes.clicked.connect(self.help.hide)
        self.panes.dropped.connect(self._drop)
        viewing.opened.connect(self.cine.pause)
        self.pages.currentChanged.connect(self.cine.stop)
        self.pages.currentChanged.connect(lambda _page: self._toolbar.offer(self.pages.name))

    def _show_report(self) -> None:
        """IHE BIR's key for the report: here the questions, whose answers are the only report."""
        if self._focus_panel is not None:
            self._focus_panel()
            return
        text = tr("This medium holds only images. Reports were left out because they identify the patient.")
        Message(tr("There is no report"), text, self).exec()

    def add_panel(self, panel: QWidget, focus: Callable[[], None]) -> None:
        """Put questions beside the images, on the right; `focus` gives them the focus."""
        self._focus_panel, self._panel = focus, panel
        self._splitter.addWidget(panel)
        self._splitter.setSizes([_LIST_WIDTH * 3 // 4, 1000, _PANEL_WIDTH])
        self._splitter.setStretchFactor(2, 0)

    def open(self, entry: Entry) -> None:
        """Show a series; explain in plain words if it cannot be opened."""
        try:
            self.viewing.open(entry)
        except BundleError as error:
            Message(tr("This series cannot be opened"), tr_error(error), self).exec()

    def open_neighbour(self, steps: int) -> None:
        """Open the series this many places on in the list."""
        self.open(self.viewing.neighbour(steps))

    def open_case(self, steps: int) -> None:
        """Show the case this many places on in the list, as it opens first; stops at the ends."""
        viewing = self.viewing
        following = neighbour_case(viewing.entries, viewing.entry, steps, viewing.hanging)
        if following is not viewing.entry:
            self.open(following)
            self.hang()

    def hang(self) -> None:
        """Show the open case by its hanging rule: its panes, the previous study beside it, planes or 3D."""
        viewing = self.viewing
        rule = viewing.hanging.rule_for(viewing.entry.series, viewing.entry.stack)
        if rule is not None:
            viewing.hang(rule)
            self.pages.show_page(rule.layout if rule.layout in LAYOUTS else LAYOUTS[0])

    def _drop(self, stack_id: int) -> None:
        found = [entry for entry in self.viewing.entries if entry.stack.stack_id == stack_id]
        if found:
            self.open(found[0])

    def _escape(self) -> None:
        """First cancel what has begun, a measurement or the cine; then reset the display."""
        if self.cine.isVisible():
            self.cine.stop()
        elif (self.pages.page is None and self.panes.cancel()) or self.viewing.answered.cancel():
            return
        elif self.isFullScreen():
            self.turn_full_screen()
        else:
            self.viewing.reset()

    def _turn_cine(self) -> None:
        self.pages.leave()  # it plays slices
        self.cine.toggle()

    def turn_full_screen(self) -> None:
        """Toggle between the images alone on the whole screen, and the window as it was."""
        self.setWindowState(self.windowState() ^ Qt.WindowState.WindowFullScreen)

    def undo(self) -> None:
        """Take the last change of measurements, marks, key images or answers back."""
        self._step(self.viewing.markings.history.undo)

    def redo(self) -> None:
        """Do what was undone last again."""
        self._step(self.viewing.markings.history.redo)

    def _step(self, step: Callable[[], object]) -> None:
        self.panes.cancel()
        self.stepping.emit()
        step()
        self.viewing.changed.emit()

    def toggle_help(self) -> None:
        """Show or hide the help on mouse and keys."""
        self.help.toggle()

    def _follow(self) -> None:
        entry, stack = self.viewing.entry, self.viewing.entry.stack
        self.setWindowTitle(f"{entry.study.case}  –  {entry.title}  –  {tr('DICOM viewer')}")
        # The slider follows the state here; its signal would report the same state, half-changed.
        self.slider.blockSignals(True)
        self.slider.setRange(1, stack.number_of_frames)
        self.slider.setPageStep(max(stack.number_of_frames // 10, 1))
        self.slider.setValue(slice_number(stack, self.viewing.state.index))
        self.slider.setEnabled(stack.number_of_frames > 1)
        self.slider.blockSignals(False)
        self.slider.mark_gaps(self._gaps())
        self._tick()

    def _tick(self) -> None:
        """Scrolling changes nothing about the ticks."""
        viewing = self.viewing
        markings = viewing.markings
        of = (viewing.entry, markings.all, markings.in_space.all, markings.curves.all, markings.key_images,
              viewing.answered.shapes)  # fmt: skip
        if of != self._ticks_of:
            self._ticks_of = of
            self.slider.tick({number: _TICKS[sort] for number, sort in ticks(viewing).items()})

    def _gaps(self) -> list[int]:
        """The numbers of the slices after which slices are missing, in reading order."""
        loaded = self.viewing.loaded_stack
        return [min(slice_number(loaded.stack, k), slice_number(loaded.stack, k + 1)) for k in loaded.gaps]

    def _slide(self, number: int) -> None:
        self.viewing.set_index(index_of_number(self.viewing.entry.stack, number))

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        """All keys that no part of the window handles itself."""
        if event is None:
            return
        if self.help.isVisible() and event.key() in _HELP_AWAY:
            self.help.hide()
        elif not (self.pages.takes(event) or self.commands.press(event)):
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        """The help covers the whole window."""
        super().resizeEvent(event)
        self.help.setGeometry(self.rect())
        self._fit_toolbar()
        self.cine.place()

    def showEvent(self, event: QShowEvent | None) -> None:
        """The buttons know the width of their names only now."""
        super().showEvent(event)
        QTimer.singleShot(0, self._fit_toolbar)

    def _fit_toolbar(self) -> None:
        self._toolbar.fit(self.width())

    def changeEvent(self, event: QEvent | None) -> None:
        """On the full screen only the images remain."""
        super().changeEvent(event)
        if event is not None and event.type() == QEvent.Type.WindowStateChange:
            for part in (self.list, self._toolbar, self._panel):
                if part is not None:
                    part.setVisible(not self.isFullScreen())

    def closeEvent(self, event: QCloseEvent | None) -> None:
        """Stop reading, so that the medium can be taken out."""
        self.closing.emit()
        self.pages.leave()
        self.viewing.close()
        super().closeEvent(event)
