"""Finds many byte strings at once: one pass over the bytes, whatever their number."""

from collections import defaultdict
from collections.abc import Iterable, Iterator

import numpy as np

# This much of each string is looked up; shorter strings cannot be found.
_START = 4
_PAIRS = 1 << 16


class Literals:
    """Byte strings of four bytes or more.

    Two tables hold the pairs of bytes that a string may begin with, and those that may follow: where both match, which
    is rare, the string is looked up by its first four bytes.
    """

    def __init__(self, literals: Iterable[bytes]) -> None:
        self._by_start: dict[bytes, list[bytes]] = defaultdict(list)
        for literal in literals:
            self._by_start[literal[:_START]].append(literal)
        self._first, self._second = np.zeros(_PAIRS, bool), np.zeros(_PAIRS, bool)
        for start in self._by_start:
            self._first[int.from_bytes(start[:2], "little")] = True
            self._second[int.from_bytes(start[2:], "little")] = True

    def places(self, content: bytes) -> Iterator[tuple[bytes, int]]:
        """(string, its place) of every string that occurs in the bytes."""
        for offset in (0, 1) if self._by_start else ():
            count = (len(content) - offset) // 2
            if count < 2:
                return
            pairs = np.frombuffer(content, "<u2", count, offset)
            likely = self._first.take(pairs[:-1]) & self._second.take(pairs[1:])
            for at in (2 * np.flatnonzero(likely) + offset).tolist():
                for literal in self._by_start.get(content[at : at + _START], ()):
                    if content.startswith(literal, at):
                        yield literal, at
