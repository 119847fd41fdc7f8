"""What is searched at one time: some bytes of a file, or what they may mean, and how to look at them."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from io import BufferedIOBase, RawIOBase
from typing import BinaryIO, NamedTuple

from builder.check.originals.databases import cells, left_over
from builder.check.originals.headers import Header
from builder.check.originals.matcher import Lookup, Matcher
from builder.check.originals.matchers import Matchers
from builder.check.originals.originals import Original
from builder.check.originals.places import name_of
from builder.check.originals.views import views
from builder.check.places.place import Place
from bundle.index.database import FAULTS

# A file is searched in stretches, so that a large one takes no more memory. A stretch overlaps the next by the largest
# size of a compressed stream that begins in it.
STRETCH, _OVERLAP = 16 << 20, 8 << 20
Found = dict[Original, str]


class Part(NamedTuple):
    """Data to search; if it is not a stretch of the file itself, `where` tells its origin."""

    content: bytes
    look: Lookup
    matcher: Matcher
    begin: int = 0
    where: str = ""
    header: Header | None = None

    def said(self, at: int) -> str:
        """The place of a match this far from the beginning."""
        attribute = self.header.attribute_at(at) if self.header else ""
        return self.where or f"at byte {self.begin + at:,}{f', in {attribute}' if attribute else ''}"

    def with_views(self, until: int | None = None) -> Iterator["Part"]:
        """These bytes, and everything that they may mean; streams count if they begin before byte `until`."""
        yield self
        of = f" of the part from {self.begin:,}" if self.begin else ""
        for where, view in () if self.look.known else views(self.content, program=self.look.program, until=until):
            yield self._replace(content=view, where=where + of)


def originals_in(parts: Iterable[Part]) -> Found:
    """The originals in some parts, and the place of the first match of each."""
    found: Found = {}
    for part in parts:
        for original, at in part.matcher.find(part.content, part.look).items():
            found.setdefault(original, part.said(at))
    return found


def of_name(path: str, look: Lookup, matcher: Matcher) -> Iterator[Part]:
    """The name of a file or folder; none if it is one of our File IDs."""
    if name := name_of(path):
        yield Part(name, look, matcher, where="in its name")


def of_header(header: Header, look: Lookup, matchers: Matchers) -> Iterator[Part]:
    """A header, apart what an option keeps in it."""
    for kinds, content, numbers in header.parts():
        part = Part(content, look, matchers.at(kinds, header.pseudonym), header=header)
        yield part
        if numbers:
            yield part._replace(content=numbers, where="in binary numbers")


def of_database(place: Place, look: Lookup, matcher: Matcher) -> Iterator[Part]:
    """The cells of a database, and its bytes that no query reads."""
    for table, lines in cells(place):
        yield Part(lines, look, matcher, where=f"in the table {table}")
    with place.open("rb") as stream:
        try:
            parts = left_over(place)
        except FAULTS:  # then any byte may be such a one
            parts = stretches(stream)
        yield from (Part(left, replace(look, joined=True), matcher, at) for at, left in parts)


def stretches(stream: BinaryIO | BufferedIOBase | RawIOBase) -> Iterator[tuple[int, bytes]]:
    """(place, bytes) of a file, stretch by stretch."""
    start, content = 0, stream.read(STRETCH + _OVERLAP) or b""
    yield start, content
    while len(content) == STRETCH + _OVERLAP:
        start, content = start + STRETCH, content[STRETCH:] + (stream.read(STRETCH) or b"")
        if len(content) > _OVERLAP:
            yield start, content
