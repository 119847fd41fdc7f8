"""A question that waits for clicks on the image: what it still needs, and why it refuses a place."""

from collections.abc import Callable
from dataclasses import dataclass, field

from bundle.reading.marks import apart
from viewer.reading.marks import Mark
from viewer.words import tr


@dataclass
class Asked:
    """`clicks` is 1 for a mark and 2 for a distance, written in `unit`; `series` is the one that the question is about.

    `refused` is the reason why the last click did not count; empty if it did.
    """

    label: str
    clicks: int
    series: str = ""
    unit: str = "mm"
    marks: list[Mark] = field(default_factory=list)
    refused: str = ""

    @property
    def hint(self) -> str:
        """What to do next."""
        if self.clicks == 1:
            return tr("Click on the image")
        return tr("Click where the distance ends") if self.marks else tr("Click where the distance starts")

    @property
    def complete(self) -> bool:
        """Whether it has all its places."""
        return len(self.marks) == self.clicks

    def take(self, mark: Mark, where: Callable[[Mark], str]) -> bool:
        """Take a place, or refuse it; `where` names the slice or plane of a place for the reader."""
        self.refused = self._refusal(mark, where)
        if not self.refused:
            self.marks.append(mark)
        return not self.refused

    def _refusal(self, mark: Mark, where: Callable[[Mark], str]) -> str:
        if self.series and mark["series"] != self.series:
            return tr("This question is about another series")
        if not self.marks:
            return ""
        (first,) = self.marks
        if apart([first, mark]) and "instance" not in first:
            return tr("The distance begins on another plane, and must end there, too. Esc cancels")
        if apart([first, mark]):
            text = tr("The distance begins on {place}, so it must end there, too. Esc cancels")
            return text.format(place=where(first))
        if all(first.get(name) == mark.get(name) for name in ("position", "column", "row")):
            return tr("Both ends are at the same place")
        return ""
