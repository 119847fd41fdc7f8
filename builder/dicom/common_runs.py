"""Stretches of elements that the headers of a series have in common: compared as bytes, parsed and cleaned once."""

from collections.abc import Iterator, Mapping
from itertools import groupby
from typing import NamedTuple

# What an element is, and the bytes of its value.
Element = tuple[bytes, bytes]

# Where so large a share of the stretches does not fit any more, the header is one of another series.
_ANOTHER_SERIES = 0.5
# What precedes the first element.
START = -1


class CommonRun:
    """Elements that follow each other: their bytes as they stand in a file, and what they were parsed to."""

    __slots__ = ("chunk", "elements", "last")

    def __init__(self, chunk: bytes, elements: Mapping[int, Element]) -> None:
        self.chunk = chunk
        self.elements = dict(elements)
        self.last = next(reversed(self.elements))


class Runs:
    """What the last headers had in common: `after` holds the run that followed the element of a tag.

    Equal bytes at the beginning of an element mean equal elements, whatever stands before them; so a run that fits
    saves the parsing, and one that does not costs only the comparison.
    """

    def __init__(self) -> None:
        self.after: dict[int, CommonRun] = {}
        self._previous: dict[int, bytes] = {}
        self._varying: set[int] = set()

    def learn(self, encoded: Mapping[int, bytes], elements: Mapping[int, Element], missed: int) -> None:
        """From the encoded elements of a header, in which so many of the runs did not fit."""
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
    """What headers had in common: file meta information, and data sets in explicit and in implicit encoding."""

    meta: Runs
    explicit: Runs
    implicit: Runs


def new_memory() -> Memory:
    """Of headers that have not been read yet."""
    return Memory(Runs(), Runs(), Runs())
