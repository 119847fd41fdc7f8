"""The search of images that a build has just written: a value that many of them share is searched once.

The pixels that are those of the source are not looked at; where text or a face was blanked, they are.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import lru_cache
from io import FileIO
from itertools import chain
import os
from pathlib import Path
import pickle
from typing import NamedTuple, TypeVar

from builder.check.medium.elements import Malformed
from builder.check.originals.headers import read_header
from builder.check.originals.matcher import Lookup
from builder.check.originals.matchers import Matchers
from builder.check.originals.originals import Originals
from builder.check.originals.parts import STRETCH, Found, Part, of_header, of_name, originals_in, stretches
from builder.check.originals.proof.pile import Outline, Pile, outline

# Most headers are shorter; a longer one is read again.
_FIRST_LOOK = 16 << 10
# CID 7050: text or a face was blanked, so that the pixels are no longer those of the source.
_BLANKED = frozenset({"113101", "113102"})


class ImagesSearched(NamedTuple):
    """The originals in each file, with their places, and the codes of CID 7050 that the images state."""

    found: dict[str, Found]
    codes: frozenset[str]


def search_images(root: Path, pickled: bytes, paths: Sequence[str], known: Collection[str]) -> ImagesSearched:
    """Search these files and folders below DICOM; those that are `known` by their names alone. Raises OSError.

    `pickled` are the Originals: a process makes its matchers of the same bytes once.
    """
    searching = _Images(root, *_originals_and_matchers(pickled))
    for path in paths:
        searching.look_at(path, known=path in known)
    searching.search_pile()
    return ImagesSearched(searching.found, searching.codes)


@lru_cache(1)
def _originals_and_matchers(pickled: bytes) -> tuple[Originals, Matchers]:
    originals: Originals = pickle.loads(pickled)  # made by this program, for its own processes
    return originals, Matchers(originals)


def parts_of_bytes(part: Part, place: Path, start: int = 0) -> Iterator[Part]:
    """A file from byte `start` on."""
    with place.open("rb") as stream:
        stream.seek(start)
        for at, content in stretches(stream):
            yield from part._replace(content=content, begin=start + at).with_views(STRETCH)


class _Images:
    """The search of some images."""

    def __init__(self, root: Path, originals: Originals, matchers: Matchers) -> None:
        self._root, self._moved, self._matchers = root, originals.moved, matchers
        self._look = Lookup(lone_names=True, moved=originals.days_shifted_to)
        self._pile: Pile | None = None
        self.codes: frozenset[str] = frozenset()
        self.found: dict[str, Found] = {}

    def look_at(self, path: str, *, known: bool) -> None:
        """Search a file or folder; the header of an image goes on the pile."""
        self._note(
            path, chain(of_name(path, self._look, self._matchers.everywhere), () if known else self._of_image(path))
        )

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
        header = _read_far_enough(self._place(path), read_header)
        for part in of_header(header, self._look_at_person(header.pseudonym), self._matchers):
            yield from part.with_views()

    def _place(self, path: str) -> str:
        """As a text: for thousands of files, a Path costs more than the call that takes it."""
        return f"{self._root}/{path}"

    def _of_image(self, path: str) -> Iterator[Part]:
        """What does not go on the pile: nothing, or what is behind the pixels; all of a file that cannot be walked."""
        place, look, everywhere = self._place(path), self._look, self._matchers.everywhere
        if not os.path.isfile(place):  # noqa: PTH113  # see `_place`
            return
        try:
            image, size = _read_far_enough(place, self._outline)
            if self._pile is not None and self._pile.is_large:
                self.search_pile()
            pile = self._pile
            if pile is None or pile.person != image.person:
                pile, image = self._begin_pile(image, size), outline(image.content, size, {})
            pile.add(path, image)
        except Malformed:
            yield from parts_of_bytes(Part(b"", look, everywhere), Path(place))
            return
        start, behind = image.pixels
        if pile.codes & _BLANKED:
            look = replace(look, picture=True, lone_names=False)
            yield from parts_of_bytes(Part(b"", look, everywhere), Path(place), start)
        elif behind < size:
            yield from parts_of_bytes(Part(b"", look, everywhere), Path(place), behind)

    def _outline(self, content: bytes, size: int) -> tuple[Outline, int]:
        return outline(content, size, self._pile.runs if self._pile else {}), size

    def _begin_pile(self, image: Outline, size: int) -> Pile:
        """A pile for the person of this image; the last one is searched. Raises Malformed."""
        self.search_pile()
        self._pile = Pile(image.person, read_header(image.content, size))
        self.codes |= self._pile.codes
        return self._pile


T = TypeVar("T")


def _read_far_enough(place: str, read: Callable[[bytes, int], T]) -> T:
    """What `read` makes of the beginning of a file and its size, as much of it as it needs; raises Malformed."""
    with FileIO(place) as stream:
        size = os.fstat(stream.fileno()).st_size
        content = stream.read(_FIRST_LOOK)
        while len(content) < size:
            with suppress(Malformed):
                return read(content, size)
            content += stream.read(15 * len(content))
    return read(content, size)
