"""Searches the bytes of a disc image that belong to none of its files, where any program may have left something."""

from collections.abc import Iterator, Sequence
from io import RawIOBase
from pathlib import Path
import re
from typing import BinaryIO, NamedTuple

from builder.check.findings import Finding
from builder.check.originals.matcher import Lookup
from builder.check.originals.matchers import Matchers
from builder.check.originals.parts import STRETCH, Part, originals_in, stretches
from builder.check.originals.places import findings_of

# What a program writes by itself. ECMA-119 8.4.26 to 8.4.29: when it made the image, behind the texts of a descriptor.
_DATE = rb"20[2-9]\d(?:0[1-9]|1[0-2])[0-3]\d[0-2]\d[0-5]\d[0-5]\d\d\d[\0-\x34\xd0-\xff]"
_DATES = re.compile(rb"([\1\2]CD001[\1\2].{806})(?:%b|0{16}\0|\0{17}){4}" % _DATE, re.DOTALL)
# The unique part of the name of a volume set (UDF 2.60, 2.2.2.5), its own name, and our File IDs, also in UTF-16.
_HARMLESS = re.compile(
    rb"(?<![0-9a-f])(?=\d*[a-f])[0-9a-f]{16}(?![0-9a-f])"
    rb"|PyCdlib \(C\) 2015-2020 Chris Lalancette"
    rb"|(?:PT|ST|SE|IM)\d{6}|\0(?:P\0T|S\0T|S\0E|I\0M)(?:\0\d){6}"
)


class Span(NamedTuple):
    """Bytes of an image from `start` to before `end`: `what` they are, and whether they hold names of files."""

    what: str
    start: int
    end: int
    names: bool = False


class Around(NamedTuple):
    """The image of a disc, and everything in it but the contents of its files."""

    image: Path
    spans: Sequence[Span]


def search_around(around: Around, matchers: Matchers, moved: frozenset[str]) -> Iterator[Finding]:
    """One finding for each kind of place with an original; raises OSError."""
    with around.image.open("rb") as stream:
        for what in dict.fromkeys(span.what for span in around.spans):
            spans = (span for span in around.spans if span.what == what)
            parts = (part for span in spans for part in _parts(stream, span, matchers, moved))
            yield from findings_of(what, originals_in(parts))


def _parts(stream: BinaryIO, span: Span, matchers: Matchers, moved: frozenset[str]) -> Iterator[Part]:
    """Where no names of files stand, a family name alone tells of somebody."""
    look = Lookup(lone_names=not span.names, moved=moved)
    for begin, content in stretches(_Section(stream, span.start, span.end)):
        if content.strip(b"\0"):
            shown = _DATES.sub(lambda found: found[1] + bytes(len(found[0]) - len(found[1])), content)
            shown = _HARMLESS.sub(lambda found: bytes(len(found[0])), shown)
            yield from Part(shown, look, matchers.everywhere, span.start + begin).with_views(STRETCH)


class _Section(RawIOBase):
    """A part of a file, read like a file."""

    def __init__(self, stream: BinaryIO, start: int, end: int) -> None:
        super().__init__()
        self._stream, self._at, self._end = stream, start, end

    def readable(self) -> bool:
        """Always."""
        return True

    def read(self, size: int = -1) -> bytes:
        """The next bytes of the section."""
        self._stream.seek(self._at)
        left = self._end - self._at
        content = self._stream.read(left if size < 0 else min(size, left))
        self._at += len(content)
        return content
