"""Two segmentations of one stack compared: with their difference in one picture, or side by side."""

from enum import Enum
import threading
from typing import TYPE_CHECKING

from PyQt5.QtCore import QObject, pyqtSignal

from bundle.index.records import Segmentation
from viewer.entries import Entry
from viewer.ui.slices.port import Port

if TYPE_CHECKING:  # they need NumPy, which loads after the first slices
    from viewer.segments.labels import Labels
    from viewer.ui.slices.segmenting.showing import Segmenting
    from viewer.ui.slices.viewing import Viewing


class Comparison(Enum):
    """How two are shown: where they differ, or each in a pane of its own."""

    DIFFERENCE = "difference"
    BESIDE = "beside"


class Comparing(QObject):
    """At most one other segmentation for each stack; `dice` holds that of each pair, by the label of the first."""

    changed = pyqtSignal()
    _computed = pyqtSignal(object, object)

    def __init__(self, viewing: "Viewing", segmenting: "Segmenting") -> None:
        super().__init__(segmenting)
        self._viewing, self._segmenting = viewing, segmenting
        self.how = Comparison.DIFFERENCE
        self._others: dict[int, int] = {}
        self.dice: dict[int, float] = {}
        self._dice_of: object = None
        self._computed.connect(self._take)

    def other(self, entry: Entry) -> Segmentation | None:
        """The one that the chosen segmentation is compared with."""
        wanted, chosen = self._others.get(entry.stack.stack_id), self._segmenting.chosen(entry)
        offered = self._segmenting.offered(entry) if self._segmenting.on else ()
        return next((each for each in offered if each.segmentation_id == wanted and each is not chosen), None)

    def compare(self, entry: Entry, other: Segmentation | None) -> None:
        """Compare with this one, or with none."""
        self._others.pop(entry.stack.stack_id, None)
        if other is not None:
            self._others[entry.stack.stack_id] = other.segmentation_id
            self._segmenting.hide_alike()
        elif self.how is Comparison.BESIDE:
            self.how = Comparison.DIFFERENCE
        self.changed.emit()

    def show(self, how: Comparison) -> None:
        """Beside each other, two linked panes show the series."""
        self.how = how
        viewing = self._viewing
        if how is Comparison.BESIDE and sum(port.entry is viewing.entry for port in viewing.ports) < 2:
            entry, first = viewing.entry, viewing.port
            viewing.lay_out(2)
            viewing.select(viewing.ports[1], empty=True)
            viewing.open(entry)
            viewing.select(viewing.ports[0] if first not in viewing.ports else first)
            viewing.link(linked=True)
        self.changed.emit()

    def is_second(self, port: Port) -> bool:
        """Whether a pane shows the other segmentation: side by side, all panes of a stack but its first one."""
        if self.how is not Comparison.BESIDE or self.other(port.entry) is None:
            return False
        same = [each for each in self._viewing.ports if each.entry.stack.stack_id == port.entry.stack.stack_id]
        return bool(same) and same[0] is not port

    def differing(self, entry: Entry) -> "tuple[Labels, Labels] | None":
        """Both segmentations, where their difference is to be shown and they are there."""
        other = self.other(entry) if self.how is Comparison.DIFFERENCE else None
        labels = self._segmenting.labels(entry)
        others = None if other is None else self._segmenting.labels_of(other)
        return None if labels is None or others is None else (labels, others)

    def follow(self, entry: Entry) -> None:
        """Compute Dice in a thread of its own, once both are there."""
        other, labels = self.other(entry), self._segmenting.labels(entry)
        others = None if other is None else self._segmenting.labels_of(other)
        if labels is None or others is None or not (labels.complete and others.complete):
            return
        key = labels, others
        if self._dice_of != key:
            self._dice_of, self.dice = key, {}
            threading.Thread(target=self._compute, args=key, name="dice", daemon=True).start()

    def _compute(self, one: "Labels", other: "Labels") -> None:
        from viewer.segments.likeness import dice

        self._computed.emit((one, other), dice(one, other))

    def _take(self, key: object, found: dict[int, float]) -> None:
        if key == self._dice_of:
            self.dice = found
            self.changed.emit()
