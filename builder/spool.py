"""Keeps the records of images: the first ones of a build as they are, all later ones packed.

As Python objects, the records of an image take 3 KB; packed, a few hundred bytes. Access goes in order, series by
series, so hardly anything is unpacked twice.
"""

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
import pickle
from typing import Any, TypeVar, overload
import zlib

# This many are unpacked together.
BLOCK = 128
# This many stay unpacked: packing takes 20 µs per image each time, which a build of ordinary size avoids.
PLAIN = 1 << 14

Item = TypeVar("Item")


class Spool(Sequence[Item]):
    """A sequence that grows at its end; items after the first `plain` are packed, block by block.

    An unpacked item equals the original, but is not the same object.
    """

    def __init__(self, items: Iterable[Item] = (), *, plain: int | None = None) -> None:
        self._plain = (PLAIN if plain is None else plain) // BLOCK
        self._blocks: list[list[Item] | bytes] = []
        self._last: list[Item] = []
        self.extend(items)

    def append(self, item: Item) -> None:
        """Add one item."""
        self._last.append(item)
        if len(self._last) == BLOCK:
            self._blocks.append(self._last if len(self._blocks) < self._plain else _packed(self._last))
            self._last = []

    def extend(self, items: Iterable[Item]) -> None:
        """Add some items."""
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


# Bytes cache their hash, and identical objects are equal, so finding a block takes no time.
@lru_cache(4)
def _unpacked(block: bytes) -> Any:
    return pickle.loads(zlib.decompress(block))  # packed by this process


def spooled(items: Sequence[Item], *, of: int) -> Sequence[Item]:
    """These items, packed if they are some `of` so many that these would take too much memory."""
    return items if of <= PLAIN else _Packed(items)


class _Packed(Sequence[Item]):
    """An immutable sequence, packed as a whole."""

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
