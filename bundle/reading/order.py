"""The order in which a reader gets the cases: training first, shuffled from a seed, some of them twice.

Nothing here depends on the random generator of one version of Python: SHA-256 draws the places, so that the viewer,
mkbundle and anybody with the form's seed arrive at the same order.
"""

from collections.abc import Sequence
from dataclasses import dataclass
import hashlib

from bundle.reading.form import Media, Order
from bundle.reading.journal import reader_key

# A repeated case comes back after at least this share of all others, if there is room.
_APART_SHARE = 4


@dataclass(frozen=True, slots=True)
class Slot:
    """One place in a reader's order: the reader sees `number`, the index calls it `case`.

    `occurrence` is 2 if the case comes for the second time.
    """

    number: int
    case: str
    occurrence: int = 1
    training: bool = False

    @property
    def key(self) -> tuple[str, int]:
        """Identifies the slot among all others, whatever the order."""
        return self.case, self.occurrence


def reading_order(order: Order, cases: Sequence[str], reader: str, media: Media | None = None) -> tuple[Slot, ...]:
    """The slots of a reader; `cases` are those of the bundle in the order of the index.

    If there are several `media`, the reader completes each in turn, so that nobody changes discs for every case:
    the numbers continue from one medium to the next, and the slots are those of the cases on this medium.
    """
    if media is None:
        return tuple(_slots(order, cases, _repeated(order, order.read(cases)), reader, 1))
    planned = [order.read(group) for group in media.groups()]
    again = _repeated(order, [case for group in planned if len(group) > 1 for case in group])
    slots: list[Slot] = []
    first = 1
    for meant, present in zip(media.groups(), media.with_present(cases), strict=True):
        slots += _slots(order, present, again, reader, first)
        # Count the planned cases, so that every medium knows the numbers of the others.
        first += len(_slots(order, meant, again, reader, first))
    return tuple(slot for slot in slots if slot.case in cases)


def _slots(order: Order, cases: Sequence[str], again: Sequence[str], reader: str, first: int) -> list[Slot]:
    """The slots on one medium, numbered from `first`."""
    training = [case for case in order.training if case in cases]
    read = order.read(cases)
    drawn = f"{order.seed}/{reader_key(reader)}"
    twice = [case for case in again if case in read] if len(read) > 1 else []
    if order.shuffle:
        read.sort(key=lambda case: _draw(drawn, "order", case))
    for case in sorted(twice, key=lambda case: _draw(drawn, "repeat", case)):
        read.insert(_place_again(read, case, drawn), case)
    slots: list[Slot] = []
    for number, case in enumerate([*training, *read], start=first):
        before = sum(slot.case == case for slot in slots)
        slots.append(Slot(number, case, before + 1, case in training))
    return slots


def _repeated(order: Order, read: Sequence[str]) -> list[str]:
    """The cases that come twice: the same for all readers, so that they can be compared."""
    if isinstance(order.repeat, int):
        return sorted(read, key=lambda case: _draw(str(order.seed), "chosen", case))[: order.repeat]
    return [case for case in order.repeat if case in read]


def _place_again(read: Sequence[str], case: str, drawn: str) -> int:
    """Where to insert the case again: as far from its first place as possible, and never next to it."""
    first = read.index(case)
    # Inserted at or before its first place, the new entry moves the first one on.
    gaps = {place: first + 1 - place if place <= first else place - first for place in range(len(read) + 1)}
    apart = max(len(read) // _APART_SHARE, 2)
    while apart > 2 and not any(gap >= apart for gap in gaps.values()):
        apart -= 1
    places = [place for place, gap in gaps.items() if gap >= apart]
    return places[int(_draw(drawn, "again", case), 16) % len(places)]


def _draw(*words: str) -> str:
    return hashlib.sha256("/".join(words).encode("utf-8", "surrogatepass")).hexdigest()
