"""The order in which a reader gets the cases: training first, shuffled or balanced from a seed, some of them twice.

Nothing here depends on the random generator of one version of Python: SHA-256 draws the places, so that the viewer,
mkbundle and anybody with the form's seed arrive at the same order.
"""

from collections.abc import Sequence
from dataclasses import dataclass
import hashlib
from typing import TypeVar

from bundle.reading.form import Design, Form, Media, Order
from bundle.reading.journal import reader_key

# Draws until an order differs from those of the reader's earlier sessions: of two or three cases there are few orders.
_DRAWS = 20
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


@dataclass(frozen=True, slots=True)
class _Who:
    """The reader of an order, the place among all readers of the study, and the session."""

    reader: str
    place: int = 0
    readers: int = 1
    session: int = 1


def slots_of(form: Form, cases: Sequence[str], reader: str) -> tuple[Slot, ...]:
    """The slots of a reader in the session of this form; `cases` are those of the bundle in the order of the index."""
    return reading_order(form.order, cases, reader, form.media, form.readers, form.sessions.of(reader).number)


def reading_order(
    order: Order, cases: Sequence[str], reader: str, media: Media | None = None, readers: Sequence[str] = (),
    session: int = 1,
) -> tuple[Slot, ...]:  # fmt: skip
    """The slots of a reader; `cases` are those of the bundle in the order of the index, `readers` those of the study.

    If there are several `media`, the reader completes each in turn, so that nobody changes discs for every case:
    the numbers continue from one medium to the next, and the slots are those of the cases on this medium.
    """
    keys = list(map(reader_key, readers))
    key = reader_key(reader)
    who = _Who(reader, keys.index(key) if key in keys else 0, max(len(keys), 1), session)
    if media is None:
        return tuple(_slots(order, cases, _repeated(order, order.read(cases)), who, 1))
    planned = [order.read(group) for group in media.groups()]
    again = _repeated(order, [case for group in planned if len(group) > 1 for case in group])
    slots: list[Slot] = []
    first = 1
    for meant, present in zip(media.groups(), media.with_present(cases), strict=True):
        slots += _slots(order, present, again, who, first)
        # Count the planned cases, so that every medium knows the numbers of the others.
        first += len(_slots(order, meant, again, who, first))
    return tuple(slot for slot in slots if slot.case in cases)


def _slots(order: Order, cases: Sequence[str], again: Sequence[str], who: _Who, first: int) -> list[Slot]:
    """The slots on one medium, numbered from `first`."""
    training = [case for case in order.training if case in cases]
    read = order.read(cases)
    twice = [case for case in again if case in read] if len(read) > 1 else []
    read, drawn = _in_session(order, read, who)
    for case in sorted(twice, key=lambda case: _draw(drawn, "repeat", case)):
        read.insert(_place_again(read, case, drawn), case)
    slots: list[Slot] = []
    for number, case in enumerate([*training, *read], start=first):
        before = sum(slot.case == case for slot in slots)
        slots.append(Slot(number, case, before + 1, case in training))
    return slots


def _in_session(order: Order, read: Sequence[str], who: _Who) -> tuple[list[str], str]:
    """The order of the reader's session, which is that of no earlier session, and what its draws began with."""
    earlier: list[list[str]] = []
    for session in range(1, who.session + 1):
        for draw in range(_DRAWS):
            said = f"session {session}/" * (session > 1) + f"draw {draw}/" * (draw > 0)
            drawn = f"{order.seed}/{said}{reader_key(who.reader)}"
            found = _arranged(order, read, who, f"{order.seed}/{said}", drawn)
            if found not in earlier:
                break
        earlier.append(found)
    return found, drawn


def _arranged(order: Order, read: Sequence[str], who: _Who, common: str, drawn: str) -> list[str]:
    """The cases in order, `common` to all readers but for their row of the square, or `drawn` for this one."""
    if order.design is Design.WILLIAMS:
        return _row(sorted(read, key=lambda case: _draw(common, "square", case)), who)
    if order.design is Design.BLOCKS:
        dealt = sorted(read, key=lambda case: _draw(str(order.seed), "blocks", case))
        blocks = [dealt[start :: order.blocks] for start in range(min(order.blocks, len(dealt)))]
        mixed = sorted(range(len(blocks)), key=lambda block: _draw(common, "square", str(block)))
        rows = [blocks[block] for block in _row(mixed, who)]
        return [case for block in rows for case in sorted(block, key=lambda case: _draw(drawn, "order", case))]
    return sorted(read, key=lambda case: _draw(drawn, "order", case)) if order.shuffle else list(read)


_Thing = TypeVar("_Thing")


def _row(things: Sequence[_Thing], who: _Who) -> list[_Thing]:
    """The reader's row of a Williams square (Williams 1949): 0, 1, n-1, 2, n-2 … moved on by a share of n.

    Each thing follows each other one equally often in the whole square. The readers' rows lie evenly apart in it, so
    that the mean place of a thing over the readers is nearly the same for all. If there are more readers than rows,
    the rows come again, backwards, which an odd number of things needs to be balanced.
    """
    count = len(things)
    if count < 2:
        return list(things)
    zigzag = [(step + 1) // 2 if step % 2 else -step // 2 % count for step in range(count)]
    fewer = who.readers <= count
    moved = round(who.place * count / who.readers) if fewer else who.place % count
    row = [things[(place + moved) % count] for place in zigzag]
    return row if fewer or who.place // count % 2 == 0 else row[::-1]


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
