"""One series minus another on the same grid, as a series of its own in the list; or why that cannot be."""

from dataclasses import replace
from typing import TYPE_CHECKING

from PyQt5.QtCore import QObject, pyqtSignal
from PyQt5.QtGui import QImage

from bundle.errors import BundleError
from viewer.entries import Entry
from viewer.images.volume import LoadedStack
from viewer.state import ViewState
from viewer.ui.slices.picture import as_image, greys_of
from viewer.words import tr, tr_error

if TYPE_CHECKING:
    from viewer.ui.slices.viewing import Viewing


class Subtracting(QObject):
    """Differences live until another case is listed; `refused` says why there is none."""

    refused = pyqtSignal(str)

    def __init__(self, viewing: "Viewing") -> None:
        super().__init__(viewing)
        self._viewing = viewing
        self._parts: dict[int, tuple[Entry, Entry]] = {}
        self._awaited: tuple[Entry, Entry] | None = None
        # By the two stacks: a difference that is made anew has its number again, and so the marks on it.
        self._numbers: dict[tuple[int, int], int] = {}
        viewing.loadings.arrived.connect(self._arrived)
        viewing.listed.connect(self._forget)

    def parts_of(self, entry: Entry) -> tuple[Entry, Entry] | None:
        """The two series of a difference; None for a series of the medium."""
        return self._parts.get(entry.stack.stack_id)

    def stacks_of(self, number: int) -> tuple[int, int] | None:
        """The two stacks of a difference, also of one that is listed no more; None for a stack of the medium."""
        return next((stacks for stacks, known in self._numbers.items() if known == number), None)

    def picture_of(self, entry: Entry) -> QImage | None:
        """The preview of a difference, which no index has; None for a series of the medium."""
        if self.parts_of(entry) is None:
            return None
        loaded, stack = self._stack(entry), entry.stack
        raw = loaded.raw_bytes(stack.preview_frame)
        if raw is None:
            return QImage()
        state = ViewState(stack.preview_frame, stack.window or (0.0, 1.0))
        return as_image(greys_of(loaded, raw, state), stack.rows, stack.columns)

    def offered(self) -> list[Entry]:
        """The other series of the case, of the same modality."""
        viewing, shown = self._viewing, self._viewing.entry
        return [
            entry
            for entry in viewing.entries
            if entry.study.study_id == shown.study.study_id
            and entry is not shown
            and entry.series.modality == shown.series.modality
            and self.parts_of(entry) is None
        ]

    def toggle(self) -> None:
        """Subtract what the next pane shows, or else the first series that fits; from a difference, go back."""
        viewing = self._viewing
        parts = self.parts_of(viewing.entry)
        if parts is not None:
            viewing.open(parts[0])
            return
        place, offered = viewing.ports.index(viewing.port), self.offered()
        beside = [port.entry for port in viewing.ports[place + 1 :] + viewing.ports[:place] if not port.empty]
        shown = [entry for entry in beside if entry in offered]
        fitting = [entry for entry in offered if not self._why_not(viewing.entry, entry)]
        if not offered:
            self.refused.emit(tr("There is no other series of this modality in the case."))
        else:
            self.subtract((shown or fitting or offered)[0])

    def subtract(self, other: Entry) -> None:
        """Show the selected series minus this one as soon as both are read."""
        first = self._viewing.entry
        try:
            reason = self._why_not(first, other)
        except BundleError as error:
            self.refused.emit(tr_error(error))
            return
        if reason:
            text = tr("{other} cannot be subtracted from {first}: {reason}.")
            self.refused.emit(text.format(other=_name(other), first=_name(first), reason=reason))
            return
        known = next((made for made, parts in self._parts.items() if parts == (first, other)), None)
        if known is not None:
            self._open(known)
            return
        self._awaited = first, other
        loadings, loaded = self._viewing.loadings, self._stack(other)
        if not loaded.complete:
            loadings.load(loaded, loaded.stack.preview_frame, self._stack(first).size)
        self._go_on()

    def _stack(self, entry: Entry) -> LoadedStack:
        return self._viewing.loadings.stack(entry)

    def _why_not(self, first: Entry, other: Entry) -> str:
        from viewer.space.one_grid import why_not_one_grid  # it needs NumPy, which loads after the first slices

        return why_not_one_grid(first, other, self._stack(first).frames, self._stack(other).frames)

    def _arrived(self, loaded: LoadedStack, _index: int) -> None:
        if self._awaited is None or not loaded.complete:
            return
        if all(port.loaded_stack is not loaded for port in self._viewing.ports):
            self._viewing.loadings.ended(loaded)
        self._go_on()

    def _go_on(self) -> None:
        """Once both are here; unless the reader has gone to another series."""
        if self._awaited is None:
            return
        first, other = self._awaited
        if self._viewing.entry is not first:
            self._awaited = None
        elif self._stack(first).complete and self._stack(other).complete:
            self._awaited = None
            try:
                self._make(first, other)
            except MemoryError:
                self.refused.emit(tr("This PC does not have enough memory to show the whole series."))

    def _make(self, first: Entry, other: Entry) -> None:
        from viewer.images.difference import difference

        stacks = first.stack.stack_id, other.stack.stack_id
        number = self._numbers.setdefault(stacks, -len(self._numbers) - 1)
        names = {"first": _name(first), "other": _name(other)}
        note = tr("difference of two series: {first} minus {other}").format(**names)
        made = difference(self._stack(first), self._stack(other), number, note, tr("difference of two series"))
        series = replace(first.series, stacks=(made.stack,), series_number=0, description=_title(first, other))
        self._parts[number] = first, other
        self._viewing.loadings.hold(made)
        self._list(Entry(first.patient, first.study, series, made.stack, 1, 1))
        self._open(number)

    def _list(self, entry: Entry) -> None:
        """After the series of its case."""
        entries = self._viewing.entries
        last = max(place for place, listed in enumerate(entries) if listed.study.study_id == entry.study.study_id)
        self._viewing.list_entries((*entries[: last + 1], entry, *entries[last + 1 :]))

    def _open(self, number: int) -> None:
        self._viewing.open(next(entry for entry in self._viewing.entries if entry.stack.stack_id == number))

    def _forget(self) -> None:
        """Another case is listed: its list has no differences of this one."""
        listed = {entry.stack.stack_id for entry in self._viewing.entries}
        for number in [number for number in self._parts if number not in listed]:
            del self._parts[number]
            self._viewing.loadings.release(number)


def _title(first: Entry, other: Entry) -> str:
    """Short: the note of a difference has the full names."""
    numbers = first.series.series_number, other.series.series_number
    if all(numbers) and numbers[0] != numbers[1]:
        return tr("Difference: series {first} − {other}").format(first=numbers[0], other=numbers[1])
    return tr("Difference: {first} − {other}").format(first=_name(first), other=_name(other))


def _name(entry: Entry) -> str:
    number = entry.series.series_number
    return tr("{title} (series {number})").format(title=entry.title, number=number) if number else entry.title
