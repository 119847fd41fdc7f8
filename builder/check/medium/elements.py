"""Walks a data set in Explicit VR Little Endian byte by byte (PS3.5 7.1 and 7.5), and reports where it is malformed."""

from collections.abc import Generator, Iterator
import struct
from typing import NamedTuple

PIXEL_DATA = 0x7FE00010
UNDEFINED = 0xFFFFFFFF

_ITEM, _ITEM_END, _SEQUENCE_END = 0xFFFEE000, 0xFFFEE00D, 0xFFFEE0DD
# PS3.5 7.1.2: these have two reserved bytes and a length of 32 bits.
_LONG = frozenset({"OB", "OD", "OF", "OL", "OV", "OW", "SQ", "SV", "UC", "UN", "UR", "UT", "UV"})
_SHORT = frozenset({
    "AE", "AS", "AT", "CS", "DA", "DS", "DT", "FD", "FL", "IS", "LO", "LT", "PN", "SH", "SL", "SS", "ST", "TM", "UI",
    "UL", "US",
})  # fmt: skip
_SHORT_BYTES = frozenset(vr.encode() for vr in _SHORT)
_PIXELS = struct.pack("<HH", PIXEL_DATA >> 16, PIXEL_DATA & 0xFFFF)
# No image object is nested deeper than this; without a limit, a hostile file could exhaust the stack.
_DEEPEST = 32
# Elements, items and values that a header may have; one of an image with frames has more, with each frame.
MOST = 300_000
# Person names and binary numbers: so many bytes are about as much work as another element.
_BYTES_OF_ONE = {"PN": 4, "FD": 32, "FL": 32, "SL": 32, "SS": 32, "SV": 32, "UL": 32, "US": 32, "UV": 32}
_NESTED_AS_ONE = 4


class Element(NamedTuple):
    """The place of an element: `start` is its first byte, `value` the first byte of its value."""

    tag: int
    vr: str
    start: int
    value: int
    length: int
    depth: int


class Malformed(Exception):
    """The bytes are not a data set: says what was expected and found, and at which byte."""


def tag_text(tag: int) -> str:
    """'(0010,0020)'."""
    return f"({tag >> 16:04X},{tag & 0xFFFF:04X})"


def walk(data: bytes, start: int, size: int) -> Iterator[Element]:
    """All elements from byte `start`, nested ones too, up to the pixel data or the end of the file at byte `size`.

    `data` is the file's beginning, which must reach up to the pixel data. Raises Malformed.
    """
    at, last = start, -1
    while at < size:
        elements, at = first(data, at, size, last)
        yield from elements
        last = elements[0].tag
        if last == PIXEL_DATA:
            return


def end_of(data: bytes, at: int, size: int) -> int:
    """The end of the element at byte `at` that is nested in no other; `at` itself where the pixel data begins.

    `data` is the beginning of a file of `size` bytes. Checks little, and takes a tenth of the time of `first`. Raises
    Malformed.
    """
    read = len(data)
    if data[at + 4 : at + 6] in _SHORT_BYTES:
        end = at + 8 + (data[at + 6] | data[at + 7] << 8) if at + 8 <= read else size + 1
    elif data[at : at + 4] == _PIXELS:
        return at
    else:
        end = first(data, at, size)[1]
    if end > read:
        raise Malformed(f"the data set does not end within the first {read:,} bytes")
    return end


def work(data: bytes, elements: list[Element]) -> int:
    """How much work it is to read elements and all values in them, in units of one short element."""
    end = elements[-1].value + elements[-1].length
    several = data.count(b"\\", elements[0].start, end)
    long = sum(element.length // _BYTES_OF_ONE[element.vr] for element in elements if element.vr in _BYTES_OF_ONE)
    return len(elements) + several + long + sum(element.depth // _NESTED_AS_ONE for element in elements)


def too_much(most: int) -> Malformed:
    """The header would take too much time or memory."""
    return Malformed(f"it holds more than {most:,} elements and values")


def first(
    data: bytes, at: int, size: int, last: int = -1, closed: int = PIXEL_DATA, most: int = MOST
) -> tuple[list[Element], int]:
    """The element at byte `at`, with everything nested in it, and the first byte after it; `last` is the previous tag.

    An element in `closed` is not entered, and ends where its value begins. Items are among the elements, as empty ones.
    Raises Malformed, also if there are more than `most` elements.
    """
    try:
        element = _element(data, at, size, 0)
        elements = [element]
        if element.tag <= last:
            raise _disorder(element, last)
        if element.tag == closed:
            return elements, element.value
        end = (
            _all(_items(data, element, size), elements, most) if element.vr == "SQ" else element.value + element.length
        )
    except struct.error:
        end = size + 1
    if end > len(data):
        raise Malformed(f"the data set does not end within the first {len(data):,} bytes")
    return elements, end


def items(data: bytes, sequence: Element, size: int) -> Iterator[tuple[int, int, int]]:
    """For each item: where its tag is, where its elements begin, and where they end; these are not examined.

    Raises Malformed.
    """
    at, undefined = sequence.value, sequence.length == UNDEFINED
    stop = size if undefined else at + sequence.length
    try:
        while at < stop:
            length = _item_length(data, at, sequence, undefined)
            if length is None:
                return
            if length == UNDEFINED:
                end = _all(_item(data, at + 8, length, stop, sequence.depth + 1), [], MOST)
            else:
                end = _item_end(at + 8, length, stop)
            yield at, at + 8, end - 8 if length == UNDEFINED else end
            at = end
    except struct.error:
        raise Malformed(f"a sequence does not end within the first {len(data):,} bytes") from None
    if undefined:
        raise _endless(sequence)


def _item_length(data: bytes, at: int, sequence: Element, undefined: bool) -> int | None:
    """The length of the item at byte `at`; None if the sequence ends there."""
    tag, (length,) = _tag(data, at), struct.unpack_from("<L", data, at + 4)
    if undefined and tag == _SEQUENCE_END:
        return None
    if tag != _ITEM:
        raise Malformed(f"at byte {at} stands {tag_text(tag)} where an item of {tag_text(sequence.tag)} begins")
    return int(length)


def _endless(sequence: Element) -> Malformed:
    return Malformed(f"{tag_text(sequence.tag)} at byte {sequence.start} has no end")


def _all(nested: Generator[Element, None, int], elements: list[Element], most: int) -> int:
    """Append the nested elements to the others, and return where they end."""
    try:
        while True:
            elements.append(next(nested))
            if len(elements) > most:
                raise too_much(most)
    except StopIteration as done:
        return int(done.value)


def _disorder(element: Element, last: int) -> Malformed:
    return Malformed(f"{tag_text(element.tag)} at byte {element.start} stands behind {tag_text(last)}")


def _data_set(data: bytes, at: int, end: int, depth: int, undefined: bool) -> Generator[Element, None, int]:
    last = -1
    while at < end:
        if undefined and _tag(data, at) == _ITEM_END:
            return at + 8
        element = _element(data, at, end, depth)
        if element.tag <= last:
            raise _disorder(element, last)
        last = element.tag
        yield element
        at = (yield from _items(data, element, end)) if element.vr == "SQ" else element.value + element.length
    if undefined:
        raise Malformed(f"an item has no end before byte {end}")
    return at


def _tag(data: bytes, at: int) -> int:
    group, number = struct.unpack_from("<HH", data, at)
    return int(group << 16 | number)


def _element(data: bytes, at: int, end: int, depth: int) -> Element:
    tag = _tag(data, at)
    vr = data[at + 4 : at + 6].decode("latin-1")
    if vr in _LONG:
        value, (length,) = at + 12, struct.unpack_from("<L", data, at + 8)
    elif vr in _SHORT:
        value, (length,) = at + 8, struct.unpack_from("<H", data, at + 6)
    else:
        raise Malformed(f"{tag_text(tag)} at byte {at} has no value representation, but {vr!r}")
    may_be_open = vr == "SQ" or (depth == 0 and tag == PIXEL_DATA)
    if value + length > end and not (length == UNDEFINED and may_be_open):
        raise Malformed(f"{tag_text(tag)} at byte {at} is {length:,} bytes long and would end behind byte {end:,}")
    return Element(tag, vr, at, value, length, depth)


def _items(data: bytes, sequence: Element, end: int) -> Generator[Element, None, int]:
    if sequence.depth >= _DEEPEST:
        raise Malformed(f"sequences are nested deeper than {_DEEPEST} at byte {sequence.start}")
    at, undefined = sequence.value, sequence.length == UNDEFINED
    stop = end if undefined else at + sequence.length
    while at < stop:
        length = _item_length(data, at, sequence, undefined)
        if length is None:
            return at + 8
        yield Element(_ITEM, "", at, at + 8, 0, sequence.depth + 1)
        at = yield from _item(data, at + 8, length, stop, sequence.depth + 1)
    if undefined:
        raise _endless(sequence)
    return at


def _item(data: bytes, at: int, length: int, stop: int, depth: int) -> Generator[Element, None, int]:
    if length == UNDEFINED:
        return (yield from _data_set(data, at, stop, depth, True))
    return (yield from _data_set(data, at, _item_end(at, length, stop), depth, False))


def _item_end(at: int, length: int, stop: int) -> int:
    if at + length > stop:
        raise Malformed(f"the item at byte {at - 8} is longer than what holds it")
    return at + length
