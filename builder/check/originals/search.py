"""Searches every byte of a medium for the originals: names, numbers, dates and UIDs of the scans it was made from."""

from collections.abc import Iterable, Iterator, Set
from contextlib import suppress
from dataclasses import replace
from itertools import chain
import os

from builder.check.findings import Finding, finding
from builder.check.medium.elements import Malformed
from builder.check.medium.medium import Medium, Progress
from builder.check.originals.around import Around, search_around
from builder.check.originals.headers import read_header
from builder.check.originals.matcher import Lookup
from builder.check.originals.matchers import Matchers
from builder.check.originals.originals import Originals
from builder.check.originals.parts import STRETCH, Found, Part, of_database, of_header, of_name, originals_in, stretches
from builder.check.originals.places import (
    findings_of,
    is_list,
    known_digests,
    look_at,
    searched_from,
)
from builder.check.originals.views import binary_numbers
from builder.check.places.place import Place, digest_of, everything
from bundle import web
from bundle.layout import DICOM_FOLDER

# Of images for browsers: so many bytes are read at once, since their pixels are known by what stands behind them.
_LARGEST_CHUNK = 1 << 28
_SQLITE = b"SQLite format 3\0"


def search(
    medium: Medium, originals: Originals, stated: Iterable[str], progress: Progress | None = None,
    bills: Iterable[bytes] = (), around: Around | None = None,
) -> list[Finding]:  # fmt: skip
    """One finding for each file with an original, in its bytes or in its name; it never shows the text itself.

    `stated` are the codes of CID 7050 that the files state: a retained identifier is no leak. `bills` are those of the
    viewers that this machine has made, before it knew of any patient. `around` is the image of which the medium is the
    content: its bytes outside of files are searched, too.
    """
    searching = _Search(medium, originals, frozenset(stated), known_digests(medium.root, bills))
    found: list[Finding] = []
    places = sorted(everything(medium.root))
    for done, path in enumerate(places, start=1):
        try:
            found.extend(findings_of(path, searching.look_at(path)))
        except OSError as error:
            if path not in medium.unreadable:  # already reported
                found.append(finding("medium.unreadable", path, f"it cannot be searched: {error.strerror or error}"))
        if progress:
            progress(done, len(places))
    if around is not None:
        found.extend(search_around(around, searching.matchers, searching.all_moved))
    return found


class _Search:
    """The search of one medium."""

    def __init__(self, medium: Medium, originals: Originals, stated: Set[str], known: Set[str]) -> None:
        self._medium, self._known, self._moved = medium, known, originals.moved
        self.matchers = Matchers(originals)
        self._in_lists = self.matchers.in_lists(stated)
        self.all_moved = originals.days_shifted_to

    def look_at(self, path: str) -> Found:
        """The originals in a file, folder or link, and the place of the first match of each."""
        look, place, matcher = self._look(path), self._medium.root / path, self.matchers.everywhere
        parts = of_name(path, look, matcher)
        if place.is_symlink():
            target = os.fsencode(place.readlink())
            return originals_in([Part(target, look, matcher, where="in what it links to"), *parts])
        return originals_in(chain(parts, self._parts_of(path, place, look) if place.is_file() else ()))

    def _look(self, path: str) -> Lookup:
        image = self._medium.dicom.get(path)
        moved = self.all_moved if image is None else self._moved.get(image.patient_id, frozenset())
        return look_at(path, moved, known=self._is_known(path))

    def _is_known(self, path: str) -> bool:
        file, place = self._medium.files.get(path), self._medium.root / path
        if file is None or path.startswith(f"{DICOM_FOLDER}/"):
            return False
        return (file.digest or digest_of(place)) in self._known

    def _parts_of(self, path: str, place: Place, look: Lookup) -> Iterator[Part]:
        """Everything in a file, in all its interpretations."""
        with place.open("rb") as stream:
            whole = [(0, stream.read(_LARGEST_CHUNK))] if web.is_chunk(path) else ()
            for begin, stretch in chain(whole, stretches(stream)):
                start, content = (begin, stretch) if begin else searched_from(path, stretch)
                for part in self._with_picture_apart(path, start, content, look):
                    yield from part.with_views(begin + STRETCH - part.begin)
                if not begin and content[128:132] == b"DICM" and path not in self._medium.dicom:
                    numbers = binary_numbers(content, place.stat().st_size)
                    yield Part(numbers, look, self.matchers.everywhere, where="in binary numbers")
                if not begin and content.startswith(_SQLITE):
                    yield from of_database(place, look, self._in_lists)

    def _with_picture_apart(self, path: str, start: int, content: bytes, look: Lookup) -> Iterator[Part]:
        """The bytes themselves; the pixels of an image are a separate part."""
        image, end = self._medium.dicom.get(path), start + len(content)
        matcher = self._in_lists if is_list(path) else self.matchers.everywhere
        if image is None:
            yield Part(content, look, matcher, start)
            return
        first = min(max(end if image.pixel_offset is None else image.pixel_offset, start), end)
        last = min(max((image.pixel_offset or 0) + image.pixel_length, first), end)
        picture = replace(look, picture=True, lone_names=False)
        if start < first:
            yield from self._of_header(path, start, content[: first - start], look)
        for a, b, how in ((first, last, picture), (last, end, look)):
            if a < b:
                yield Part(content[a - start : b - start], how, matcher, a)

    def _of_header(self, path: str, start: int, content: bytes, look: Lookup) -> Iterator[Part]:
        """The header of an image; as it is if it cannot be walked, or goes on in the next stretch."""
        with suppress(Malformed):  # other checks report it
            if not start:
                header = read_header(content, self._medium.files[path].size)
                yield from of_header(header, look, self.matchers)
                return
        yield Part(content, look, self.matchers.everywhere, start)
