"""A header as pydicom reads it, element by element: encodings that recur from file to file are parsed only once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from typing import Any, NamedTuple
import warnings

from pydicom import Dataset
from pydicom.charset import convert_encodings
from pydicom.datadict import keyword_for_tag
from pydicom.filereader import read_dataset

from builder.check.medium.elements import MOST, PIXEL_DATA, Element, first, too_much, work
from builder.check.medium.plain_values import PLAIN, plain_value
from builder.check.medium.values import malformed

Values = Mapping[str, Any]

CHARACTER_SET = 0x00080005
_METHODS = 0x00120064
# PS3.5 6.1.2.2: the value representations that Specific Character Set affects.
TEXTS = frozenset({"LO", "LT", "PN", "SH", "ST", "UC", "UT"})
# Number of Frames, Rows and Columns stand before the functional groups of the frames (PS3.5 7.1: tags ascend).
_FRAMES, _ROWS, _COLUMNS = "NumberOfFrames", "Rows", "Columns"
# What each frame may add to a header, if the file is large enough to have its pixels; and in all.
_MOST_OF_FRAME, _LEAST_PIXELS, _MOST_OF_ALL = 100, 1024, 2_000_000
# Shorter elements are not examined for how much there is in them.
_SHORT = 32
# Longer values do not recur, or are not worth the memory.
_LONGEST_KEPT = 4096
_MOST_KEPT = 1 << 14


@dataclass(frozen=True, slots=True)
class PersonName:
    """A value of the value representation PN, at any depth."""

    keyword: str
    name: str


class Code(NamedTuple):
    """An item of a code sequence."""

    scheme: str
    value: str
    meaning: str


# Compared by identity: equal encodings share one piece.
@dataclass(frozen=True, slots=True, eq=False)
class Piece:
    """An element of the data set itself with everything nested in it, and the facts about these for checks.

    `special` are private elements, overlays and curves; `foreign` the non-ASCII texts, by tag; `malformed` are messages
    about values without the form of their value representation.
    """

    encoded: bytes
    character_set: bytes
    tag: int
    keyword: str
    value: Any
    persons: tuple[PersonName, ...]
    filled: frozenset[str]
    special: tuple[Element, ...]
    foreign: tuple[tuple[int, bytes], ...]
    malformed: tuple[str, ...]


class ParsedHeader:
    """A data set without its pixels: its own values by keyword, and facts about elements at any depth."""

    def __init__(self, pieces: Sequence[Piece]) -> None:
        self.pieces = pieces
        self.values: Values = {piece.keyword: piece.value for piece in pieces}
        self.character_set = next((piece.encoded[8:] for piece in pieces if piece.tag == CHARACTER_SET), b"")

    @property
    def methods(self) -> tuple[Code, ...]:
        """The items of De-identification Method Code Sequence (0012,0064)."""
        return next((_codes(piece) for piece in self.pieces if piece.tag == _METHODS), ())

    @property
    def persons(self) -> list[PersonName]:
        """All persons."""
        return [person for piece in self.pieces if piece.persons for person in piece.persons]

    @property
    def filled(self) -> frozenset[str]:
        """The keywords of all elements that have a value."""
        return frozenset().union(*[piece.filled for piece in self.pieces])

    @property
    def special(self) -> list[Element]:
        """Private elements, overlays and curves."""
        return [element for piece in self.pieces if piece.special for element in piece.special]

    @property
    def foreign(self) -> list[tuple[int, bytes]]:
        """Non-ASCII texts, by tag."""
        return [text for piece in self.pieces if piece.foreign for text in piece.foreign]

    @property
    def malformed(self) -> list[str]:
        """Messages about values without the form of their value representation."""
        return [text for piece in self.pieces if piece.malformed for text in piece.malformed]


class HeaderReader:
    """Reads one header after the other, and recognises pieces from earlier ones."""

    def __init__(self) -> None:
        self._before: list[Piece] = []
        self._known: dict[tuple[bytes, bytes], Piece] = {}

    def read(
        self, data: bytes, at: int, size: int, *, character_set: bytes = b"", end: int = PIXEL_DATA
    ) -> tuple[ParsedHeader, Element | None]:
        """The data set from byte `at` up to the element `end`, and the place of that; examines every value.

        Raises Malformed, and whatever pydicom raises for an unreadable value.
        """
        before, place, last = self._before, 0, -1
        pieces: list[Piece] = []
        closed, done, most = None, 0, MOST
        while at < size:
            piece = before[place] if place < len(before) else None
            # Usually these bytes are the same as in the file before, and then they mean the same.
            if piece and data.startswith(piece.encoded, at) and piece.character_set == character_set:
                at += len(piece.encoded)
                place += 1
            else:
                if data[at + 4 : at + 6] == b"SQ":
                    most = _most(pieces, size - at)
                elements, behind = first(data, at, size, last, end, most - done)
                if elements[0].tag == end:
                    closed = elements[0]
                    break
                done += 1 if behind - at < _SHORT else work(data, elements)
                if done > most:
                    raise too_much(most)
                piece, at = self._piece(data, elements, behind, character_set), behind
                while place < len(before) and before[place].tag <= piece.tag:
                    place += 1
            last = piece.tag
            if last == CHARACTER_SET:
                character_set = piece.encoded[8:]
            pieces.append(piece)
        self._before = pieces
        return ParsedHeader(pieces), closed

    def _piece(self, data: bytes, elements: list[Element], end: int, character_set: bytes) -> Piece:
        encoded = data[elements[0].start : end]
        if elements[0].vr in PLAIN:  # as quick to read as to look up, and different in every slice
            return _read(encoded, character_set, data, elements)
        known = self._known.get((encoded, character_set))
        if known is None:
            known = _read(encoded, character_set, data, elements)
            if len(encoded) <= _LONGEST_KEPT and len(self._known) < _MOST_KEPT:
                self._known[encoded, character_set] = known
        return known


def _most(pieces: Sequence[Piece], size: int) -> int:
    """How many elements and values a header may have, by the frames for whose pixels there is room in the file."""
    values = {piece.keyword: piece.value for piece in pieces if piece.keyword in (_FRAMES, _ROWS, _COLUMNS)}
    try:
        pixels = max(int(values.get(_ROWS) or 1) * int(values.get(_COLUMNS) or 1), _LEAST_PIXELS)
        frames = min(int(values.get(_FRAMES) or 1), size // pixels)
    except (TypeError, ValueError, OverflowError):
        frames = 1
    return min(MOST + _MOST_OF_FRAME * frames, _MOST_OF_ALL)


def _read(encoded: bytes, character_set: bytes, data: bytes, elements: list[Element]) -> Piece:
    top = elements[0]
    keyword, value = _keyword(top.tag), plain_value(top.vr, encoded[8:])
    persons: tuple[PersonName, ...] = ()
    filled = frozenset({keyword})
    if value is None:
        value, persons, filled = _by_pydicom(encoded, character_set)
    texts = (
        (element.tag, data[element.value : element.value + element.length])
        for element in elements
        if element.vr in TEXTS
    )
    return Piece(
        encoded, character_set, top.tag, keyword, value, persons, filled,
        special=tuple(element for element in elements if _is_special(element.tag)),
        foreign=tuple((tag, text) for tag, text in texts if not text.isascii()),
        malformed=tuple(malformed(data, elements)),
    )  # fmt: skip


@lru_cache
def _codes(piece: Piece) -> tuple[Code, ...]:
    keywords = ("CodingSchemeDesignator", "CodeValue", "CodeMeaning")
    return tuple(Code(*(str(item.get(keyword)) for keyword in keywords)) for item in piece.value or ())


@lru_cache(_MOST_KEPT)
def _keyword(tag: int) -> str:
    return keyword_for_tag(tag)


def _is_special(tag: int) -> bool:
    group = tag >> 16
    return bool(group & 1) or group >> 8 in (0x50, 0x60)


def _by_pydicom(encoded: bytes, character_set: bytes) -> tuple[Any, tuple[PersonName, ...], frozenset[str]]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # other checks cover pydicom's warnings
        encodings = convert_encodings(character_set.decode("ascii").strip(" \0").split("\\"))
        dataset = read_dataset(BytesIO(encoded), False, True, parent_encoding=encodings)
        (element,) = dataset
        persons, filled = _facts_of(dataset)
        return element.value, persons, filled


def _facts_of(dataset: Dataset) -> tuple[tuple[PersonName, ...], frozenset[str]]:
    """The persons in a data set, and the keywords of all elements that have a value, at any depth."""
    persons: list[PersonName] = []
    filled: set[str] = set()
    for element in dataset.iterall():
        if not element.is_empty:
            filled.add(element.keyword)
        if element.VR == "PN":
            values = [element.value] if element.VM <= 1 else element.value
            persons += [PersonName(element.keyword or str(element.tag), str(value or "")) for value in values]
    return tuple(persons), frozenset(filled)
