"""Ties a reader's session to the window: which case opens, places that the reader clicks, and files to send."""

from collections.abc import Sequence
from pathlib import Path

from PyQt5.QtCore import QObject
from PyQt5.QtWidgets import QApplication, QFileDialog, QInputDialog, QMessageBox

from bundle.reading.order import Slot
from viewer.entries import Entry, choose
from viewer.marks.markings import Markings, Slice
from viewer.marks.measure import MeasurementKind
from viewer.reading.blind import blinded, case_name
from viewer.reading.marks import Mark, across_gap, length_between, mark_at
from viewer.reading.session import Session
from viewer.startup.options import LAYOUTS
from viewer.ui.look.message import Message
from viewer.ui.reading.fields import PlacesField
from viewer.ui.reading.keys import KeysOfTheForm
from viewer.ui.reading.panel import ReadingPanel
from viewer.ui.shell.window import MainWindow
from viewer.words import tr


class ReadingControl(QObject):
    """Lives as long as its window."""

    def __init__(self, window: MainWindow, session: Session, entries: Sequence[Entry]) -> None:
        super().__init__(window)
        self._window, self._session, self._entries = window, session, entries
        self._asked: tuple[PlacesField, int] | None = None
        self._marks: list[Mark] = []
        # By slot, not by case: a reader who sees a case again sees no marks from the first time.
        self._markings: dict[str, Markings] = {}
        self.panel = ReadingPanel(session, self._view, self._ask_reason, self._ask_for_places, self._send)
        self.panel.turned.connect(self._show)
        self.panel.left.connect(window.focus_image)
        self._keys = KeysOfTheForm(self.panel)
        application = QApplication.instance()
        assert application is not None
        application.installEventFilter(self._keys)
        window.panes.placed.connect(self._placed)
        window.closing.connect(self._close)
        window.viewing.read_ahead_by(self._entry_ahead)
        window.add_panel(self.panel, self.panel.questions.focus)
        self.panel.turn(session.slot)

    # Cases

    def _show(self, slot: Slot) -> None:
        self._end_asking()
        entries = blinded(self._entries, slot, self._session.form)
        self._window.pages.leave()
        viewing = self._window.viewing
        first = choose(entries, viewing.hanging)
        viewing.show_case(entries, first, self._markings.setdefault(case_name(slot), Markings()))
        self._window.hang()
        self._window.focus_image()  # a reader looks at a new case before answering

    def _entry_ahead(self) -> Entry | None:
        """The case that is likely to come next, to read ahead while the reader looks at this one."""
        slot = self._session.first_open(self._session.slot)
        if slot is None or slot.case == self._session.slot.case:
            return None
        return choose(blinded(self._entries, slot, self._session.form), self._window.viewing.hanging)

    def _view(self) -> dict[str, object]:
        viewing = self._window.viewing
        state = viewing.state
        return {
            "series": viewing.entry.series.series_instance_uid,
            "instance": viewing.loaded_stack.frames[state.index].sop_instance_uid,
            "frame": viewing.loaded_stack.frames[state.index].frame_index,
            "window": list(state.window),
            "zoom": round(state.zoom, 3),
            "inverted": state.inverted,
            "layout": self._layout(),
            "key_images": [self._named(where) for where in sorted(viewing.markings.key_images)],
        }

    def _layout(self) -> str:
        """'mpr', '3d', '4 panes' or 'single'."""
        panes = len(self._window.viewing.ports)
        page = self._window.pages.name
        return f"{panes} panes" if page == LAYOUTS[0] and panes > 1 else page

    def _named(self, where: Slice) -> dict[str, object]:
        """A key image as the journal stores it."""
        viewing = self._window.viewing
        entry = next(entry for entry in viewing.entries if entry.stack.stack_id == where[0])
        frame = viewing.loadings.stack(entry).frames[where[1]]
        series = entry.series.series_instance_uid
        return {"series": series, "instance": frame.sop_instance_uid, "frame": frame.frame_index}

    def _ask_reason(self) -> str:
        title, text = tr("Change a submitted case"), tr("Why are you changing it?")
        reason, given = QInputDialog.getText(self._window, title, text)
        return reason.strip() if given else ""

    # Places on the image

    def _ask_for_places(self, field: PlacesField, clicks: int) -> None:
        measured = self._measured() if clicks > 1 else None
        if measured is not None:
            field.take(measured)
            return
        self._asked, self._marks = (field, clicks), []
        self._window.pages.leave()
        self._window.panes.pick(picking=True)
        field.ask(tr("Click on the image") if clicks == 1 else tr("Click where the distance starts"))

    def _measured(self) -> Mark | None:
        """The last distance measured on the open series, to use as the answer."""
        viewing = self._window.viewing
        measure, touched = viewing.markings.last(), viewing.markings.touched
        stack = viewing.entry.stack
        if (
            measure is None
            or touched is None
            or measure.kind is not MeasurementKind.DISTANCE
            or touched[0][0] != stack.stack_id
        ):
            return None
        frame = viewing.loaded_stack.frames[touched[0][1]]
        marks = [mark_at(viewing.entry, frame, column - 0.5, row - 0.5) for column, row in measure.points]
        return length_between(stack, marks)

    def _placed(self, column: float, row: float) -> None:
        if self._asked is None:
            return
        field, clicks = self._asked
        viewing = self._window.viewing
        frame = viewing.loaded_stack.frames[viewing.state.index]
        self._marks.append(mark_at(viewing.entry, frame, column, row))
        if len(self._marks) < clicks:
            field.ask(tr("Click where the distance ends"))
            return
        marks, stack = self._marks, viewing.entry.stack
        self._end_asking()
        answer = marks[0] if clicks == 1 else length_between(stack, marks)
        if answer is None:
            field.ask(tr("The pixel size is unknown, so lengths cannot be measured"))
        else:
            field.take(answer)
            if clicks > 1 and across_gap(viewing.loaded_stack, marks):
                field.remark(tr("across missing slices"))

    def _end_asking(self) -> None:
        self._asked, self._marks = None, []
        self._window.panes.pick(picking=False)

    # Files

    def _send(self) -> None:
        self.panel.questions.keep()
        name = f"readings-{self._session.bundle[:8]}.json"
        chosen, _ = QFileDialog.getSaveFileName(self._window, tr("Save a copy to send"), str(Path.home() / name))
        if not chosen:
            return
        try:
            self._session.save_copy(Path(chosen))
            self.panel.follow()
        except OSError as error:
            text = tr("{file}: {reason}\nChoose another folder.")
            Message(tr("The copy was not saved"), text.format(file=chosen, reason=error.strerror), self._window).exec()

    def _close(self) -> None:
        application = QApplication.instance()
        if application is not None:
            application.removeEventFilter(self._keys)
        self.panel.close_session()
        while self._session.unsaved and self._window.isVisible() and self._wants_copy():
            self._send()

    def _wants_copy(self) -> bool:
        """Warn before closing while answers exist only in memory."""
        box = QMessageBox(self._window)
        box.setWindowTitle(tr("DICOM viewer"))
        box.setText(tr("Your latest answers could not be saved."))
        box.setInformativeText(tr("Save a copy to send on a disk with free space. Otherwise they will be lost."))
        copy = box.addButton(tr("Save a copy to send"), QMessageBox.ButtonRole.AcceptRole)
        box.addButton(tr("Discard them"), QMessageBox.ButtonRole.DestructiveRole)
        box.setDefaultButton(copy)
        box.exec()
        return box.clickedButton() is copy
