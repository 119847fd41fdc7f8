"""The search in every build: of what it has just written, before that becomes a bundle.

It looks everywhere but into pixels that are those of the source, and into viewers that are known by their bill:
`search` looks into these, too. A value that many files share is searched once.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from itertools import chain
from pathlib import Path, PurePosixPath
from typing import TypeVar

from builder.check.findings import Finding
from builder.check.medium.elements import Malformed
from builder.check.medium.medium import Progress
from builder.check.originals.databases import opened
from builder.check.originals.headers import read_header
from builder.check.originals.matcher import Lookup
from builder.check.originals.matchers import Matchers
from builder.check.originals.originals import Originals
from builder.check.originals.parts import STRETCH, Found, Part, of_database, of_header, of_name, originals_in, stretches
from builder.check.originals.pile import Outline, Pile, outline
from builder.check.originals.places import findings_of, is_list, known_digests, look_at, searched_from
from builder.check.originals.views import picture_texts
from bundle.layout import DICOM_FOLDER, INDEX, MANUAL

# Most headers are shorter; a longer one is read again.
_FIRST_LOOK = 16 << 10
# CID 7050: text or a face was blanked, so that the pixels are no longer those of the source.
_BLANKED = frozenset({"113101", "113102"})


def search_written(
    root: Path, originals: Originals, digests: Mapping[str, str], bills: Iterable[bytes], progress: Progress
) -> list[Finding]:
    """One finding for each file with an original in its bytes or in its name; raises OSError.

    `digests` are the SHA-256 of the files below `root` that will be in the manifest, and only these are searched: the
    commit removes what else an interrupted build has left there. `bills` are those of the viewers that this machine has
    made: what they list was made before any patient was known.
    """
    known, searching = known_digests(root, bills), _Written(root, originals)
    paths = sorted(_with_folders(digests), key=lambda path: (not _is_image(path), path))
    for done, path in enumerate(paths, start=1):
        searching.look_at(path, known=digests.get(path) in known)
        progress(done, len(paths))
    searching.search_pile()
    return [finding for path, there in sorted(searching.found.items()) for finding in findings_of(path, there)]


def _with_folders(paths: Iterable[str]) -> set[str]:
    """The files, and all folders that hold them."""
    folders = {str(folder) for folder in {PurePosixPath(path).parent for path in paths}}
    above = {str(folder) for path in folders for folder in PurePosixPath(path).parents}
    return {*paths, *folders, *above} - {"."}


def _is_image(path: str) -> bool:
    return path.startswith(f"{DICOM_FOLDER}/")


class _Written:
    """The search of one unfinished bundle; `found` are the originals in each file, and their places."""

    def __init__(self, root: Path, originals: Originals) -> None:
        self._root, self._moved = root, originals.moved
        self._everyones = frozenset(day for days in originals.moved.values() for day in days)
        self._matchers = Matchers(originals)
        self._codes: frozenset[str] = frozenset()
        self._pile: Pile | None = None
        self.found: dict[str, Found] = {}

    def look_at(self, path: str, *, known: bool) -> None:
        """Search a file or folder; the headers of images go on the pile."""
        if not _is_image(path):
            self.search_pile()  # only then are all options in force known
        place, look = self._root / path, look_at(path, self._everyones)
        content = () if known or not place.is_file() else self._parts_of(path, place, look)
        self._note(path, chain(of_name(path, look, self._matchers.everywhere), content))

    def _note(self, path: str, parts: Iterable[Part]) -> None:
        found = originals_in(parts)
        if found:
            self.found[path] = self.found.get(path, {}) | found

    def search_pile(self) -> None:
        """Search the pile; if there is anything, then each of its files, to tell them apart."""
        pile = self._pile
        if pile is None or not pile.paths:
            return
        paths, look = pile.paths, self._look_at_person(pile.pseudonym)
        parts = (Part(content, look, self._matchers.at(kinds, pile.pseudonym)) for kinds, content in pile.take())
        if originals_in(view for part in parts for view in part.with_views()):
            for path in paths:
                self._note(path, self._of_header(path))

    def _look_at_person(self, pseudonym: str) -> Lookup:
        return Lookup(lone_names=True, moved=self._moved.get(pseudonym, frozenset()))

    def _of_header(self, path: str) -> Iterator[Part]:
        place = self._root / path
        header = _read_far_enough(place, place.stat().st_size, read_header)
        for part in of_header(header, self._look_at_person(header.pseudonym), self._matchers):
            yield from part.with_views()

    def _parts_of(self, path: str, place: Path, look: Lookup) -> Iterator[Part]:
        if _is_image(path):
            return self._of_image(path, place, look)
        if path == INDEX:
            return self._of_index(place, look)
        matcher = self._matchers.in_lists(self._codes) if is_list(path) else self._matchers.everywhere
        if path == MANUAL:
            start, content = searched_from(path, place.read_bytes())
            return Part(content, look, matcher, start).with_views()
        return _of_bytes(Part(b"", look, matcher), place)

    def _of_image(self, path: str, place: Path, look: Lookup) -> Iterator[Part]:
        """What does not go on the pile: nothing, or what is behind the pixels; all of a file that cannot be walked."""
        size, everywhere = place.stat().st_size, self._matchers.everywhere
        try:
            image = _read_far_enough(place, size, outline)
            pile = self._pile_of(image, size)
            pile.add(path, image)
        except Malformed:
            yield from _of_bytes(Part(b"", look, everywhere), place)
            return
        start, behind = image.pixels
        if pile.codes & _BLANKED:
            yield from _of_bytes(Part(b"", replace(look, picture=True, lone_names=False), everywhere), place, start)
        elif behind < size:
            yield from _of_bytes(Part(b"", look, everywhere), place, behind)

    def _pile_of(self, image: Outline, size: int) -> Pile:
        """The pile of the person of this image. Raises Malformed."""
        if self._pile is None or self._pile.person != image.person or self._pile.is_large:
            self.search_pile()
        if self._pile is None or self._pile.person != image.person:
            self._pile = Pile(image.person, read_header(image.content, size))
            self._codes |= self._pile.codes
        return self._pile

    def _of_index(self, place: Path, look: Lookup) -> Iterator[Part]:
        """The index without the pixels of its previews."""
        matcher = self._matchers.in_lists(self._codes)
        yield from of_database(place, look, matcher)
        with opened(place) as database:
            for (sql,) in database.rows("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL"):
                yield Part(sql.encode(), look, matcher, where="in the schema")
            for (png,) in database.each("SELECT png FROM preview"):
                yield Part(picture_texts(png), look, matcher, where="in a preview")


def _of_bytes(part: Part, place: Path, start: int = 0) -> Iterator[Part]:
    """A file from byte `start` on."""
    with place.open("rb") as stream:
        stream.seek(start)
        for at, content in stretches(stream):
            yield from part._replace(content=content, begin=start + at).with_views(STRETCH)


T = TypeVar("T")


def _read_far_enough(place: Path, size: int, read: Callable[[bytes, int], T]) -> T:
    """What `read` makes of the beginning of a file of this size, as much of it as it needs; raises Malformed."""
    with place.open("rb") as stream:
        content = stream.read(_FIRST_LOOK)
        while len(content) < size:
            with suppress(Malformed):
                return read(content, size)
            content += stream.read(15 * len(content))
    return read(content, size)
