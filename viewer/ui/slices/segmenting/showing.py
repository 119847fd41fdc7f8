"""Which segmentation of each stack is shown, which of its segments, and how opaque; they load after the slices."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PyQt5.QtCore import QObject, QTimer, pyqtSignal

from bundle.errors import BundleError, UnreadableIndex
from bundle.index.records import Segmentation
from viewer.entries import Entry
from viewer.ui.slices.loadings import teller
from viewer.ui.slices.segmenting.arriving import ArrivingLabels
from viewer.ui.slices.segmenting.comparing import Comparing
from viewer.words import tr

if TYPE_CHECKING:  # they need NumPy, which loads after the first slices
    from viewer.segments.labels import Labels
    from viewer.segments.picture import Palette
    from viewer.ui.slices.viewing import Viewing

_OPACITY = 35
# The slices come first: segmentations begin this many ms after the last of them.
_AFTER = 0
# Besides the newest, so many palettes are kept.
_PALETTES = 3


class Segmenting(QObject):
    """`changed` announces everything that is seen; `listed` that another segmentation, or none, is shown."""

    changed = pyqtSignal()
    listed = pyqtSignal()
    refused = pyqtSignal(str)
    # (column, row, slice) of the middle of a segment, for planes.
    sought = pyqtSignal(float, float, int)
    _told = pyqtSignal()

    def __init__(self, viewing: "Viewing") -> None:
        super().__init__(viewing)
        self._viewing = viewing
        self.on, self.opacity = True, _OPACITY
        self.forbidden = False  # a blinded reader sees none unless the form asks for it
        self.segment = 0  # the label that keys act on; 0 before the first
        self._offered: dict[int, tuple[Segmentation, ...]] = {}
        self._chosen: dict[int, int] = {}
        self._hidden: dict[int, frozenset[int]] = {}
        self._arriving: dict[int, ArrivingLabels] = {}
        self._palettes: dict[tuple[object, ...], Palette] = {}
        self._listed_of: object = None
        self._entries = viewing.entries
        self._tell = teller(self, self._progressed)
        self._told.connect(self._start_tell)
        for signal in (viewing.loaded, viewing.opened):
            signal.connect(lambda: QTimer.singleShot(_AFTER, self._follow))
        viewing.listed.connect(self._let_go)
        self.changed.connect(viewing.changed)
        self.comparing = Comparing(viewing, self)
        self.comparing.changed.connect(self._follow)
        self.comparing.changed.connect(self.changed)

    # What there is

    def offered(self, entry: Entry) -> Sequence[Segmentation]:
        """The segmentations of a stack, in the order of the index; asked of the index once its slices are there."""
        return () if self.forbidden else self._offered.get(entry.stack.stack_id, ())

    def chosen(self, entry: Entry) -> Segmentation | None:
        """The segmentation that is shown over a stack, or would be."""
        found = self.offered(entry)
        wanted = self._chosen.get(entry.stack.stack_id)
        return next((each for each in found if each.segmentation_id == wanted), found[0] if found else None)

    def arriving(self, entry: Entry) -> ArrivingLabels | None:
        """What has been read of the chosen segmentation, if segmentations are shown."""
        chosen = self.chosen(entry) if self.on else None
        return None if chosen is None else self._arriving.get(chosen.segmentation_id)

    def labels(self, entry: Entry) -> "Labels | None":
        """The labels over a stack; None if none are shown, or there yet, or sound."""
        arriving = self.arriving(entry)
        return None if arriving is None or arriving.failure is not None else arriving.labels

    def labels_of(self, segmentation: Segmentation) -> "Labels | None":
        """The labels of one that is shown beside the chosen one; None as of that."""
        arriving = self._arriving.get(segmentation.segmentation_id)
        return None if arriving is None or arriving.failure is not None else arriving.labels

    def arriving_of(self, segmentation: Segmentation) -> ArrivingLabels | None:
        """What has been read of it."""
        return self._arriving.get(segmentation.segmentation_id)

    def fail(self, segmentation: Segmentation, error: BundleError) -> None:
        """A segmentation has turned out to be damaged: it is not shown any more."""
        arriving = self._arriving.get(segmentation.segmentation_id)
        if arriving is not None and arriving.failure is None:
            arriving.fail(error)
            QTimer.singleShot(0, self.changed.emit)

    def hidden(self, segmentation: Segmentation) -> frozenset[int]:
        """Its labels that the reader has hidden."""
        return self._hidden.get(segmentation.segmentation_id, frozenset())

    def shown(self, segmentation: Segmentation) -> frozenset[int]:
        """Its labels that are shown."""
        return frozenset(range(1, len(segmentation.segments) + 1)) - self.hidden(segmentation)

    def palette(self, segmentation: Segmentation) -> "Palette":
        """The colours of its labels."""
        from viewer.segments.picture import palette

        key = segmentation.segmentation_id, self.hidden(segmentation), self.opacity
        if key not in self._palettes:
            colours = [segment.colour for segment in segmentation.segments]
            made = palette(colours, self.shown(segmentation), self.opacity / 100)
            self._palettes = {**dict(list(self._palettes.items())[-_PALETTES:]), key: made}
        return self._palettes[key]

    def palette_of_difference(self) -> "Palette":
        """The colours of what is in both, or in one alone."""
        from viewer.segments.likeness import COLOURS
        from viewer.segments.picture import palette

        key = "difference", self.opacity
        if key not in self._palettes:
            made = palette(COLOURS, range(1, len(COLOURS) + 1), self.opacity / 100)
            self._palettes = {**dict(list(self._palettes.items())[-_PALETTES:]), key: made}
        return self._palettes[key]

    # What the reader does

    def forbid(self) -> None:
        """Show none, whatever the reader does: in a blinded reading without them, and in the self-test."""
        self.forbidden = True

    def toggle(self) -> None:
        """Show segmentations, or none."""
        if self.forbidden:
            self.refused.emit(tr("The reading form of this study does not show segmentations."))
        elif not self.offered(self._viewing.entry):
            self.refused.emit(tr("There is no segmentation of this series."))
        else:
            self.on = not self.on
            self._follow()
            self._list()
            self.changed.emit()

    def choose(self, entry: Entry, segmentation: Segmentation) -> None:
        """Show this one of a stack's segmentations."""
        self._chosen[entry.stack.stack_id] = segmentation.segmentation_id
        self.segment = 0
        self._follow()
        self.changed.emit()

    def set_opacity(self, percent: int) -> None:
        """Of the fill, from 0 to 100; outlines stay."""
        if percent != self.opacity:
            self.opacity = percent
            self.changed.emit()

    def show_segment(self, segmentation: Segmentation, label: int, *, shown: bool) -> None:
        """Show or hide one."""
        hidden = self.hidden(segmentation)
        self._hide(segmentation, hidden - {label} if shown else hidden | {label})

    def show_all(self, segmentation: Segmentation, *, shown: bool) -> None:
        """Show or hide every one."""
        every = frozenset(range(1, len(segmentation.segments) + 1))
        self._hide(segmentation, frozenset() if shown else every)

    def show_only(self, segmentation: Segmentation, label: int) -> None:
        """Hide all others."""
        self._hide(segmentation, frozenset(range(1, len(segmentation.segments) + 1)) - {label})

    def _hide(self, segmentation: Segmentation, labels: frozenset[int]) -> None:
        if labels != self.hidden(segmentation):
            self._hidden[segmentation.segmentation_id] = labels
            self.hide_alike()
            self.changed.emit()

    def hide_alike(self) -> None:
        """In the segmentation that is compared, hide what belongs to the hidden segments of the chosen one."""
        entry = self._viewing.entry
        chosen, other = self.chosen(entry), self.comparing.other(entry)
        if chosen is not None and other is not None:
            from viewer.segments.likeness import pairs

            hidden = self.hidden(chosen)
            alike = frozenset(partner for label, partner in pairs(chosen, other).items() if label in hidden)
            self._hidden[other.segmentation_id] = alike

    def turn_segment(self) -> None:
        """Show or hide the segment that was chosen last."""
        chosen = self.chosen(self._viewing.entry) if self.on else None
        if chosen is not None and self.segment:
            self.show_segment(chosen, self.segment, shown=self.segment in self.hidden(chosen))

    def step(self, by: int) -> None:
        """Go to the next or previous segment that has voxels, from the last to the first."""
        chosen = self.chosen(self._viewing.entry) if self.on else None
        if chosen is None:
            self.toggle()
            return
        number = len(chosen.segments)
        turns = range(1, number + 1)
        start = self.segment if self.segment else (0 if by > 0 else 1)
        order = [(start - 1 + by * turn) % number + 1 for turn in turns]
        found = next((label for label in order if chosen.segments[label - 1].first_slice is not None), None)
        if found is not None:
            self.go_to(chosen, found)

    def go_to(self, segmentation: Segmentation, label: int) -> None:
        """Show a segment's middle slice, and let keys act on the segment."""
        self.segment = label
        segment, labels = segmentation.segments[label - 1], self.labels(self._viewing.entry)
        if segment.first_slice is not None and segment.last_slice is not None:
            middle = (segment.first_slice + segment.last_slice) // 2
            self._viewing.set_index(middle)
            if labels is not None and labels.segmentation is segmentation:
                self.sought.emit(*labels.middle_of(label, middle), middle)
        self.changed.emit()

    # Loading

    def _follow(self) -> None:
        """Read what is shown over stacks whose slices are there."""
        viewing = self._viewing
        if self.forbidden:
            return
        for port in viewing.ports:
            if port.loaded_stack.complete and not port.empty:
                self._ask(port.entry)
                self._begin(port.entry, port.state.index)
        self.comparing.follow(viewing.entry)
        self._list()

    def _ask(self, entry: Entry) -> None:
        number = entry.stack.stack_id
        if number in self._offered or number < 0:
            return
        try:
            self._offered[number] = self._viewing.catalog.segmentations(number)
        except UnreadableIndex:  # the check tells why
            self._offered[number] = ()

    def _begin(self, entry: Entry, cursor: int) -> None:
        if not self.on:
            return
        for wanted in (self.chosen(entry), self.comparing.other(entry)):
            if wanted is not None and wanted.segmentation_id not in self._arriving:
                arriving = ArrivingLabels(self._viewing.catalog.medium, wanted, entry.stack)
                self._arriving[wanted.segmentation_id] = arriving
                arriving.begin(self._told.emit, cursor)

    def _start_tell(self) -> None:
        if not self._tell.isActive():
            self._tell.start()

    def _progressed(self) -> None:
        self.comparing.follow(self._viewing.entry)
        self.changed.emit()
        if any(arriving.labels and not arriving.complete and not arriving.failure for arriving in self._shown_now()):
            self._tell.start()

    def _shown_now(self) -> list[ArrivingLabels]:
        found = (self.arriving(port.entry) for port in self._viewing.ports)
        return [arriving for arriving in found if arriving is not None]

    def _list(self) -> None:
        """Say if another list of segments is to be shown."""
        chosen = self.chosen(self._viewing.entry) if self.on else None
        if chosen is not self._listed_of:
            self._listed_of = chosen
            self.segment = 0
            self.listed.emit()
        self._keep()

    def _keep(self) -> None:
        """Release the labels of stacks that no pane shows."""
        shown = {each.segmentation_id for port in self._viewing.ports for each in self.offered(port.entry)}
        for number in [number for number in self._arriving if number not in shown]:
            self._arriving.pop(number).stop()

    def _let_go(self) -> None:
        """Another case is listed, or the same one anew; a difference that joins the list changes nothing."""
        before, self._entries = self._entries, self._viewing.entries
        if any(entry is known for known in before for entry in self._entries):
            return
        for arriving in self._arriving.values():
            arriving.stop()
        self._arriving.clear()
        self._hidden.clear()
        self._chosen.clear()
        self._listed_of = None
        self.listed.emit()
