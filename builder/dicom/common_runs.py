"""Runs of elements that the headers of a series share: compared as bytes, parsed and cleaned once."""

from collections.abc import Iterator, Mapping
from itertools import groupby
from typing import NamedTuple

# The VR of an element, and the bytes of its value.
Element = tuple[bytes, bytes]

# If this share of the runs no longer matches, the header belongs to another series.
_ANOTHER_SERIES = 0.5
# The position before the first element.
START = -1


class CommonRun:
    """Consecutive elements: their bytes in the file, and the parsed values."""

    __slots__ = ("chunk", "elements", "last")

    def __init__(self, chunk: bytes, elements: Mapping[int, Element]) -> None:
        self.chunk = chunk
        self.elements = dict(elements)
        self.last = next(reversed(self.elements))


class Runs:
    """The runs shared by recent headers: `after` holds the run that followed the element with a tag.

    Equal bytes from the start of an element mean equal elements, whatever comes before; so a matching run saves the
    parsing, and another costs only the comparison.
    """

    def __init__(self) -> None:
        self.after: dict[int, CommonRun] = {}
        self._previous: dict[int, bytes] = {}
        self._varying: set[int] = set()

    def learn(self, encoded: Mapping[int, bytes], elements: Mapping[int, Element], missed: int) -> None:
        """Learn from the encoded elements of a header in which this many runs did not match."""
        another = not self._previous or (self.after and missed >= _ANOTHER_SERIES * len(self.after))
        if another:
            self._varying = set()
            self.after = {}
        else:
            previous = self._previous
            self._varying |= {tag for tag, value in encoded.items() if previous.get(tag) != value}
            self.after = dict(self._common(encoded, elements))
        self._previous = dict(encoded)

    def _common(self, encoded: Mapping[int, bytes], elements: Mapping[int, Element]) -> Iterator[tuple[int, CommonRun]]:
        last = START
        for varies, group in groupby(encoded, self._varying.__contains__):
            tags = list(group)
            if not varies:
                yield last, CommonRun(b"".join([encoded[tag] for tag in tags]), {tag: elements[tag] for tag in tags})
            last = tags[-1]


class Memory(NamedTuple):
    """The shared runs: of file meta information, and of data sets in explicit and in implicit encoding."""

    meta: Runs
    explicit: Runs
    implicit: Runs


def new_memory() -> Memory:
    """A memory before the first header."""
    return Memory(Runs(), Runs(), Runs())
