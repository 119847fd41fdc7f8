"""Values of many files in one pile, each value once, so that one pass over them answers for all of these files."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from builder.check.medium.elements import Element, end_of, first
from builder.check.originals.headers import META_AT, Header, Kinds
from builder.check.originals.kept import kinds_kept
from builder.check.originals.views import numbers_in

# A pile of so many bytes is searched; beyond so many values, those that were searched are forgotten.
_LARGE, _MOST_KEPT = 256 << 10, 50_000
# Values that are not neighbours in their file lie so far apart that the parts of a name do not meet.
_APART = bytes(64)
_PATIENT_ID, _METHODS = b"\x10\0\x20\0", b"\x12\0\x64\0"
_TAG, _PIXEL_HEAD = 4, 12

Span = tuple[int, int]
# Patient ID and methods of de-identification as encoded, on which depends what may stand in a value.
Person = tuple[bytes, bytes]
_NOBODY: Person = (b"", b"")


class Run(NamedTuple):
    """Neighbouring elements of a header as encoded, and what they tell of the person."""

    content: bytes
    person: Person


# By the tag of their first element, as encoded.
Runs = Mapping[bytes, Run]


class Outline(NamedTuple):
    """A header by its outermost elements: first byte and end of each, the preamble first.

    `pixels` are first byte and end of the pixels.
    """

    content: bytes
    spans: list[Span]
    person: Person
    pixels: Span


def outline(content: bytes, size: int, runs: Runs) -> Outline:
    """Of a file of `size` bytes, without the elements that are among `runs`.

    Raises Malformed if `content` does not reach to its pixels.
    """
    spans: list[Span] = [(0, META_AT)]
    person, at, pixels = _NOBODY, META_AT, (size, size)
    while at < size:
        tag = content[at : at + _TAG]
        run = runs.get(tag)
        if run is not None and content.startswith(run.content, at):
            at += len(run.content)
            person = _of_both(person, run.person)
            continue
        end = end_of(content, at, size)
        if end == at:
            value = at + _PIXEL_HEAD
            pixels = value, min(value + int.from_bytes(content[at + 8 : value], "little"), size)
            break
        if tag in (_PATIENT_ID, _METHODS):
            person = _of_both(person, _person(content, at, end))
        spans.append((at, end))
        at = end
    return Outline(content, spans, person, pixels)


def _person(content: bytes, start: int, end: int) -> Person:
    """What an element tells of the person."""
    tag, element = content[start : start + _TAG], content[start:end]
    return element if tag == _PATIENT_ID else b"", element if tag == _METHODS else b""


def _of_both(person: Person, other: Person) -> Person:
    """As far as either tells it; a header has each of the two elements once."""
    return other[0] or person[0], other[1] or person[1]


class Pile:
    """The values of one person's images that no image before had; `paths` are the images with any."""

    def __init__(self, person: Person, header: Header) -> None:
        """For all images with this `person` in their outline; `header` is that of the first."""
        self.person, self.pseudonym, self.codes = person, header.pseudonym, header.codes
        self.paths: list[str] = []
        self.runs: dict[bytes, Run] = {}
        """Values that were on the pile, as they follow each other in an image: all of them at once."""
        self._seen: set[bytes] = set()
        self._content: dict[Kinds, bytearray] = {}

    @property
    def is_large(self) -> bool:
        """Whether it is time to search it."""
        return sum(map(len, self._content.values())) > _LARGE

    def add(self, path: str, image: Outline) -> None:
        """Put the new values of an image on the pile; raises Malformed."""
        content, seen = image.content, self._seen
        old = [content[start:end] in seen for start, end in image.spans]
        new = [span for span, known in zip(image.spans, old, strict=True) if not known]
        if new:
            self.paths.append(path)
            seen.update(content[start:end] for start, end in new)
        behind = -1
        for start, end in new:
            self._put(content, start, end, b"" if start == behind else _APART)
            behind = end
        self._learn(content, [span for span, known in zip(image.spans[1:], old[1:], strict=True) if known])

    def _learn(self, content: bytes, spans: list[Span]) -> None:
        """Neighbours that an image before had, too, are known at once in the next."""
        begin = 0
        for k in range(1, len(spans) + 1):
            if k == len(spans) or spans[k][0] != spans[k - 1][1]:
                self._learn_run(content, spans[begin:k])
                begin = k

    def _learn_run(self, content: bytes, neighbours: list[Span]) -> None:
        if len(neighbours) > 1:
            person = _NOBODY
            for span in neighbours:
                person = _of_both(person, _person(content, *span))
            start, end = neighbours[0][0], neighbours[-1][1]
            self.runs[content[start : start + _TAG]] = Run(content[start:end], person)

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
            self.runs.clear()
        yield from ((kinds, bytes(content)) for kinds, content in taken.items())


def _numbers(content: bytes, element: Element) -> bytes:
    numbers = numbers_in(content, [element])
    return _APART + numbers + _APART if numbers else b""
