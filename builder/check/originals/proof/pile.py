"""Values of many files in one pile, each value once, so that one pass over them answers for all of these files."""

from collections.abc import Iterator
from typing import NamedTuple

from builder.check.medium.elements import Element, first, outlines
from builder.check.originals.headers import META_AT, Header, Kinds
from builder.check.originals.kept import kinds_kept
from builder.check.originals.views import numbers_in

# A pile of so many bytes is searched; beyond so many values, those that were searched are forgotten.
_LARGE, _MOST_KEPT = 256 << 10, 50_000
# Values that are not neighbours in their file lie so far apart that the parts of a name do not meet.
_APART = bytes(64)
_PATIENT_ID, _METHODS = b"\x10\0\x20\0", b"\x12\0\x64\0"
_PIXEL_HEAD = 12

Span = tuple[int, int]


class Outline(NamedTuple):
    """A header by its outermost elements: first byte and end of each, the preamble first.

    `person` are Patient ID and methods of de-identification as encoded, on which depends what may stand in a value.
    `pixels` are first byte and end of the pixels.
    """

    content: bytes
    spans: list[Span]
    person: tuple[bytes, bytes]
    pixels: Span


def outline(content: bytes, size: int) -> Outline:
    """Of a file of `size` bytes; raises Malformed if `content` does not reach to its pixels."""
    spans: list[Span] = [(0, META_AT), *outlines(content, META_AT, size)]
    start, end = spans[-1]
    pixels = (size, size)
    if start == end:
        spans.pop()
        value = start + _PIXEL_HEAD
        pixels = value, min(value + int.from_bytes(content[start + 8 : value], "little"), size)
    tags = {content[start : start + 4]: content[start:end] for start, end in spans}
    return Outline(content, spans, (tags.get(_PATIENT_ID, b""), tags.get(_METHODS, b"")), pixels)


class Pile:
    """The values of one person's images that no image before had; `paths` are the images with any."""

    def __init__(self, person: tuple[bytes, bytes], header: Header) -> None:
        """For all images with this `person` in their outline; `header` is that of the first."""
        self.person, self.pseudonym, self.codes = person, header.pseudonym, header.codes
        self.paths: list[str] = []
        self._seen: set[bytes] = set()
        self._content: dict[Kinds, bytearray] = {}

    @property
    def is_large(self) -> bool:
        """Whether it is time to search it."""
        return sum(map(len, self._content.values())) > _LARGE

    def add(self, path: str, image: Outline) -> None:
        """Put the new values of an image on the pile; raises Malformed."""
        content, seen = image.content, self._seen
        new = [span for span in image.spans if content[span[0] : span[1]] not in seen]
        if new:
            self.paths.append(path)
            seen.update(content[start:end] for start, end in new)
        behind = -1
        for start, end in new:
            self._put(content, start, end, b"" if start == behind else _APART)
            behind = end

    def _put(self, content: bytes, start: int, end: int, apart: bytes) -> None:
        if start < META_AT:
            self._content.setdefault(None, bytearray()).extend(content[start:end])
            return
        for element in first(content, start, end)[0]:
            if element.vr != "SQ":
                kinds = kinds_kept(element.tag, element.vr, self.codes)
                value = content[element.start : element.value + element.length]
                self._content.setdefault(kinds, bytearray()).extend(apart + value + _numbers(content, element))
                apart = b""

    def take(self) -> Iterator[tuple[Kinds, bytes]]:
        """Everything on the pile, by the kinds of originals that may stand there; the pile is empty afterwards."""
        taken, self._content, self.paths = self._content, {}, []
        if len(self._seen) > _MOST_KEPT:
            self._seen.clear()
        yield from ((kinds, bytes(content)) for kinds, content in taken.items())


def _numbers(content: bytes, element: Element) -> bytes:
    numbers = numbers_in(content, [element])
    return _APART + numbers + _APART if numbers else b""
