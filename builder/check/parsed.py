"""A header as pydicom reads it, element by element: what is encoded the same in file after file is read but once."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from typing import Any

from pydicom import Dataset
from pydicom.charset import convert_encodings
from pydicom.filereader import read_dataset

from builder.check.elements import PIXEL_DATA, Element

Values = Mapping[str, Any]

_CHARACTER_SET = 0x00080005
# What is longer is not repeated, or not worth the memory.
_LONGEST_KEPT = 4096
_MOST_KEPT = 1 << 14


@dataclass(frozen=True, slots=True)
class Person:
    """A value of the value representation PN, at any depth."""

    keyword: str
    name: str


@dataclass(frozen=True, slots=True)
class Header:
    """A data set without its pixels: its own values by keyword, and, at any depth, persons and what has a value."""

    values: Values
    persons: tuple[Person, ...]
    filled: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Read:
    tag: int
    keyword: str
    value: Any
    persons: tuple[Person, ...]
    filled: frozenset[str]


def parse_header(header: bytes, elements: Iterable[Element]) -> Header:
    """Every value is looked at; raises whatever pydicom raises for one that it cannot read."""
    values: dict[str, Any] = {}
    persons: list[Person] = []
    filled: set[str] = set()
    character_set = b""
    for encoded in _top_level(header, elements):
        look = _read if len(encoded) <= _LONGEST_KEPT else _read.__wrapped__
        found = look(encoded, character_set)
        if found.tag == _CHARACTER_SET:
            character_set = encoded[8:]
        values[found.keyword] = found.value
        persons += found.persons
        filled |= found.filled
    return Header(values, tuple(persons), frozenset(filled))


def _top_level(header: bytes, elements: Iterable[Element]) -> Iterator[bytes]:
    """The bytes of each element, with everything that is nested in it."""
    starts = [one.start for one in elements if one.depth == 0 and one.tag != PIXEL_DATA]
    pixels = [one.start for one in elements if one.depth == 0 and one.tag == PIXEL_DATA]
    for start, end in zip(starts, [*starts[1:], *(pixels or [len(header)])], strict=True):
        yield header[start:end]


@lru_cache(_MOST_KEPT)
def _read(encoded: bytes, character_set: bytes) -> _Read:
    encodings = convert_encodings(character_set.decode("ascii").strip(" \0").split("\\"))
    dataset = read_dataset(BytesIO(encoded), False, True, parent_encoding=encodings)
    (element,) = dataset
    persons, filled = facts_of(dataset)
    return _Read(int(element.tag), element.keyword, element.value, persons, filled)


def facts_of(dataset: Dataset) -> tuple[tuple[Person, ...], frozenset[str]]:
    """The persons in a data set, and the keywords of all elements that have a value, at any depth."""
    persons: list[Person] = []
    filled: set[str] = set()
    for element in dataset.iterall():
        if not element.is_empty:
            filled.add(element.keyword)
        if element.VR == "PN":
            values = [element.value] if element.VM <= 1 else element.value
            persons += [Person(element.keyword or str(element.tag), str(value or "")) for value in values]
    return tuple(persons), frozenset(filled)
