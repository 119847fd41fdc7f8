"""Ties a reader's session to the window: which case opens, and files to send."""

from collections.abc import Sequence
from pathlib import Path

from PyQt5.QtCore import QObject
from PyQt5.QtWidgets import QApplication, QFileDialog, QInputDialog, QMessageBox

from bundle.reading.order import Slot
from viewer.entries import Entry, choose
from viewer.marks.markings import Markings, Slice
from viewer.reading.blind import blinded, case_name
from viewer.reading.handing import may_hand
from viewer.reading.session import Session
from viewer.startup.options import LAYOUTS
from viewer.ui.look.message import Message
from viewer.ui.reading.images import AnswersOnImages
from viewer.ui.reading.keys import KeysOfTheForm
from viewer.ui.reading.panel import ReadingPanel
from viewer.ui.shell.handing import hand_case
from viewer.ui.shell.window import MainWindow
from viewer.words import tr


class ReadingControl(QObject):
    """Lives as long as its window."""

    def __init__(self, window: MainWindow, session: Session, entries: Sequence[Entry]) -> None:
        super().__init__(window)
        self._window, self._session, self._entries = window, session, entries
        # By slot, not by case: a reader who sees a case again sees no marks from the first time.
        self._markings: dict[str, Markings] = {}
        self._images = AnswersOnImages(window, session)
        self.panel = ReadingPanel(session, self._view, self._ask_reason, self._images, self._send)
        self._images.attach(self.panel)
        self.panel.turned.connect(self._show)
        self.panel.left.connect(window.focus_image)
        self._keys = KeysOfTheForm(self.panel)
        application = QApplication.instance()
        assert application is not None
        application.installEventFilter(self._keys)
        window.closing.connect(self._close)
        window.judged.connect(self._judged)
        window.viewing.read_ahead_by(self._entry_ahead)
        window.add_panel(self.panel, self.panel.questions.focus)
        if may_hand(session.form):
            window.commands.offer(tr("Write this case for another program"), self._hand_over)
        self.panel.turn(session.slot)

    # Cases

    def _show(self, slot: Slot) -> None:
        entries = blinded(self._entries, slot, self._session.form)
        self._window.pages.leave()
        viewing = self._window.viewing
        first = choose(entries, viewing.hanging)
        viewing.show_case(entries, first, self._markings.setdefault(case_name(slot), Markings()))
        self.panel.questions.describe()
        self._images.follow()
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
            **self._named(viewing.port.where),
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
        """A slice as the journal stores it; one of a difference, which may be gone, as the two that it is of."""
        viewing = self._window.viewing
        entries = {entry.stack.stack_id: entry for entry in viewing.entries}
        stack_id, *minus = viewing.subtracting.stacks_of(where[0]) or where[:1]
        entry = entries[stack_id]
        frame = viewing.loadings.stack(entry).frames[where[1]]
        series = entry.series.series_instance_uid
        named: dict[str, object] = {"series": series, "instance": frame.sop_instance_uid, "frame": frame.frame_index}
        if minus:
            named["minus"] = entries[minus[0]].series.series_instance_uid
        return named

    def _judged(self, width: int, height: int, seconds: float) -> None:
        self._session.judged(width, height, seconds)
        self.panel.follow()

    def _ask_reason(self) -> str:
        title, text = tr("Change a submitted case"), tr("Why are you changing it?")
        reason, given = QInputDialog.getText(self._window, title, text)
        return reason.strip() if given else ""

    # Files

    def _send(self) -> None:
        self.panel.questions.keep()
        if self._session.is_sealed:
            self._session.try_again()
            self.panel.follow()
            return
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

    def _hand_over(self) -> None:
        self.panel.questions.keep()
        hand_case(self._session, self._window.viewing.entry.study.case, self._window)
        self.panel.follow()

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
        sealed = self._session.is_sealed
        advice = tr("Save a copy to send on a disk with free space. Otherwise they will be lost.")
        box.setInformativeText(tr("Plug the stick in again. Otherwise they will be lost.") if sealed else advice)
        copy = box.addButton(
            tr("Try again") if sealed else tr("Save a copy to send"), QMessageBox.ButtonRole.AcceptRole
        )
        box.addButton(tr("Discard them"), QMessageBox.ButtonRole.DestructiveRole)
        box.setDefaultButton(copy)
        box.exec()
        return box.clickedButton() is copy
