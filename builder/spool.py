"""Keeps what is known of each image: as it is for the first ones of a build, packed for all that follow.

As objects of Python, what a build knows of an image takes 3 KB; packed, a few hundred bytes. It is asked for in its
order, series by series, so hardly anything is unpacked twice.
"""

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
import pickle
from typing import Any, TypeVar, overload
import zlib

# So many are unpacked together.
BLOCK = 128
# So many stay as they are: packing takes 20 µs an image each time, which a build of an ordinary size does without.
PLAIN = 1 << 14

Item = TypeVar("Item")


class Spool(Sequence[Item]):
    """A sequence that grows at its end; of its items, those behind the first `plain` are packed, block by block.

    What is unpacked is equal to what was put in, but not the same object.
    """

    def __init__(self, items: Iterable[Item] = (), *, plain: int | None = None) -> None:
        self._plain = (PLAIN if plain is None else plain) // BLOCK
        self._blocks: list[list[Item] | bytes] = []
        self._last: list[Item] = []
        self.extend(items)

    def append(self, item: Item) -> None:
        """One more."""
        self._last.append(item)
        if len(self._last) == BLOCK:
            self._blocks.append(self._last if len(self._blocks) < self._plain else _packed(self._last))
            self._last = []

    def extend(self, items: Iterable[Item]) -> None:
        """Some more."""
        for item in items:
            self.append(item)

    def __len__(self) -> int:
        return len(self._blocks) * BLOCK + len(self._last)

    def __iter__(self) -> Iterator[Item]:
        for number in range(len(self._blocks) + 1):
            yield from self._block(number)

    @overload
    def __getitem__(self, place: int) -> Item: ...
    @overload
    def __getitem__(self, place: slice) -> list[Item]: ...
    def __getitem__(self, place: int | slice) -> Item | list[Item]:
        if isinstance(place, slice):
            return [self[position] for position in range(*place.indices(len(self)))]
        if not -len(self) <= place < len(self):
            raise IndexError(place)
        number, within = divmod(place % len(self), BLOCK)
        return self._block(number)[within]

    def _block(self, number: int) -> list[Item]:
        if number == len(self._blocks):
            return self._last
        block = self._blocks[number]
        return _unpacked(block) if isinstance(block, bytes) else block


def _packed(items: list[Any]) -> bytes:
    return zlib.compress(pickle.dumps(items, pickle.HIGHEST_PROTOCOL), 1)


# As bytes know their hash, and what is the same object is equal, finding a block takes no time.
@lru_cache(4)
def _unpacked(block: bytes) -> Any:
    return pickle.loads(zlib.decompress(block))  # packed by this process


def spooled(items: Sequence[Item], *, of: int) -> Sequence[Item]:
    """These items, packed where they are some `of` so many that these would take too much memory."""
    return items if of <= PLAIN else _Packed(items)


class _Packed(Sequence[Item]):
    """A sequence that does not change, packed as a whole."""

    def __init__(self, items: Sequence[Item]) -> None:
        self._block, self._length = _packed(list(items)), len(items)

    def __len__(self) -> int:
        return self._length

    @overload
    def __getitem__(self, place: int) -> Item: ...
    @overload
    def __getitem__(self, place: slice) -> list[Item]: ...
    def __getitem__(self, place: int | slice) -> Item | list[Item]:
        items: list[Item] = _unpacked(self._block)
        return items[place]

    def __iter__(self) -> Iterator[Item]:
        yield from _unpacked(self._block)
