"""A DICOM header for the search: its elements, its place for the pixels, its person and the options that it states."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from pydicom.datadict import dictionary_has_tag, keyword_for_tag

from builder.check.medium.elements import PIXEL_DATA, Element, tag_text, walk
from builder.check.originals.kept import kinds_kept
from builder.check.originals.views import numbers_in

# The first element of a file, behind preamble and prefix.
META_AT = 132
_PATIENT_ID, _METHODS, _CODE = 0x00100020, 0x00120064, 0x00080100
# What a value may hold, by the option that keeps it; None where nothing is kept.
Kinds = frozenset[str] | None


class Stretch(NamedTuple):
    """Bytes of a header in which originals of these `kinds` may stand, and the binary numbers in them as text."""

    kinds: Kinds
    content: bytes
    numbers: bytes


class Header(NamedTuple):
    """The bytes up to the pixels and the elements in them, without sequences, whose elements are listed themselves."""

    content: bytes
    elements: tuple[Element, ...]
    pixels: Element | None
    pseudonym: str
    codes: frozenset[str]

    def parts(self) -> Iterator[Stretch]:
        """The header once for each set of kinds that may stand in a value, with all other values blank.

        Every byte keeps its place.
        """
        by_kinds: dict[Kinds, list[Element]] = {}
        for element in self.elements:
            by_kinds.setdefault(kinds_kept(element.tag, element.vr, self.codes), []).append(element)
        everywhere = by_kinds.pop(None, [])
        kept = (element for some in by_kinds.values() for element in some)
        yield Stretch(None, self._without(kept), numbers_in(self.content, everywhere))
        for kinds, some in by_kinds.items():
            yield Stretch(kinds, self._only(some), numbers_in(self.content, some))

    def _without(self, elements: Iterable[Element]) -> bytes:
        kept = bytearray(self.content)
        for element in elements:
            kept[element.value : element.value + element.length] = bytes(element.length)
        return bytes(kept)

    def _only(self, elements: Iterable[Element]) -> bytes:
        kept = bytearray(len(self.content))
        for element in elements:
            end = element.value + element.length
            kept[element.start : end] = self.content[element.start : end]
        return bytes(kept)

    def attribute_at(self, at: int) -> str:
        """The attribute whose element is at this byte; empty between elements."""
        for element in self.elements:
            if element.start <= at < element.value + element.length:
                return keyword_for_tag(element.tag) if dictionary_has_tag(element.tag) else tag_text(element.tag)
        return ""


def read_header(content: bytes, size: int) -> Header:
    """The header at the beginning of a file of `size` bytes; raises Malformed if `content` does not hold all of it."""
    elements = list(walk(content, META_AT, size))
    pixels = elements.pop() if elements and elements[-1].tag == PIXEL_DATA else None
    end = pixels.value if pixels else len(content)
    leaves = tuple(element for element in elements if element.vr != "SQ")
    return Header(content[:end], leaves, pixels, _pseudonym(content, leaves), _codes(content, elements))


def _pseudonym(content: bytes, elements: tuple[Element, ...]) -> str:
    own = (element for element in elements if element.tag == _PATIENT_ID and not element.depth)
    return next((_text(content, element) for element in own), "")


def _codes(content: bytes, elements: list[Element]) -> frozenset[str]:
    """The codes in De-identification Method Code Sequence (0012,0064)."""
    found, inside = set[str](), False
    for element in elements:
        if not element.depth:
            inside = element.tag == _METHODS
        elif inside and element.tag == _CODE:
            found.add(_text(content, element))
    return frozenset(found)


def _text(content: bytes, element: Element) -> str:
    return content[element.value : element.value + element.length].decode("latin-1").strip(" \0")
