"""The order in which a reader gets the cases: training first, shuffled from a seed, some of them twice.

Nothing here depends on a random generator of one version of Python: places are drawn from SHA-256, so that the
viewer, mkbundle and anybody with the form's seed come to the same order.
"""

from collections.abc import Sequence
from dataclasses import dataclass
import hashlib

from bundle.form import Order
from bundle.journal import reader_key

# A repeated case comes back after at least this share of all others, where there is room for that.
_APART_SHARE = 4


@dataclass(frozen=True, slots=True)
class Slot:
    """One place in a reader's order: `number` is what the reader sees, `case` what the index says.

    `occurrence` is 2 where the case comes for the second time.
    """

    number: int
    case: str
    occurrence: int = 1
    training: bool = False

    @property
    def key(self) -> tuple[str, int]:
        """What tells the slot from all others, whatever the order."""
        return self.case, self.occurrence


def reading_order(order: Order, cases: Sequence[str], reader: str) -> tuple[Slot, ...]:
    """The slots of a reader; `cases` are those of the bundle in the order of the index."""
    training = [case for case in order.training if case in cases]
    wanted = order.cases or cases
    read = [case for case in wanted if case in cases and case not in training]
    drawn = f"{order.seed}/{reader_key(reader)}"
    if order.shuffle:
        read.sort(key=lambda case: _draw(drawn, "order", case))
    for case in sorted(_repeated(order, read), key=lambda case: _draw(drawn, "repeat", case)):
        read.insert(_place_again(read, case, drawn), case)
    slots: list[Slot] = []
    for number, case in enumerate([*training, *read], start=1):
        before = sum(slot.case == case for slot in slots)
        slots.append(Slot(number, case, before + 1, case in training))
    return tuple(slots)


def _repeated(order: Order, read: Sequence[str]) -> list[str]:
    """The cases that come twice: the same for all readers, so that they can be compared."""
    if isinstance(order.repeat, int):
        return sorted(read, key=lambda case: _draw(str(order.seed), "chosen", case))[: order.repeat]
    return [case for case in order.repeat if case in read]


def _place_again(read: Sequence[str], case: str, drawn: str) -> int:
    """Where to insert the case once more, as far from its first place as there is room for, and never next to it."""
    first = read.index(case)
    # Inserted at or before its first place, the case itself moves one on.
    gaps = {place: first + 1 - place if place <= first else place - first for place in range(len(read) + 1)}
    apart = max(len(read) // _APART_SHARE, 2)
    while apart > 2 and not any(gap >= apart for gap in gaps.values()):
        apart -= 1
    places = [place for place, gap in gaps.items() if gap >= apart]
    if not places:  # one case alone; the form is refused before, see bundle.formfile.check_cases
        return len(read)
    return places[int(_draw(drawn, "again", case), 16) % len(places)]


def _draw(*words: str) -> str:
    return hashlib.sha256("/".join(words).encode("utf-8", "surrogatepass")).hexdigest()
