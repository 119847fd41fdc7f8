"""The search in every build: of what it has just written, before that becomes a bundle.

It looks everywhere but into pixels that are those of the source, and into viewers that are known by their bill:
`search` looks into these, too. The images, which are most of it, are searched side by side by the workers.
"""

from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import Executor
from itertools import chain
from pathlib import Path, PurePosixPath
import pickle

from builder.check.findings import Finding
from builder.check.medium.medium import Progress
from builder.check.originals.databases import opened
from builder.check.originals.matcher import Lookup
from builder.check.originals.matchers import Matchers
from builder.check.originals.originals import Originals
from builder.check.originals.parts import Found, Part, of_database, of_name, originals_in
from builder.check.originals.places import findings_of, is_list, known_digests, look_at, searched_from
from builder.check.originals.proof.images import ImagesSearched, parts_of_bytes, search_images
from builder.check.originals.views import picture_texts
from bundle import web
from bundle.layout import DICOM_FOLDER, INDEX, MANUAL

# Images for a worker at a time: each time begins anew with values that the images share.
_IMAGES = 512


def search_written(
    root: Path,
    originals: Originals,
    digests: Mapping[str, str],
    bills: Iterable[bytes],
    progress: Progress,
    executor: Executor,
) -> list[Finding]:
    """One finding for each file with an original in its bytes or in its name; raises OSError.

    `digests` are the SHA-256 of the files below `root` that will be in the manifest, and only these are searched: the
    commit removes what else an interrupted build has left there. `bills` are those of the viewers that this machine has
    made: what they list was made before any patient was known.
    """
    digests_known, paths = known_digests(root, bills), sorted(_with_folders(digests))
    known = frozenset(path for path in paths if digests.get(path) in digests_known)
    images, others = ([path for path in paths if _is_image(path) is wanted] for wanted in (True, False))
    pickled = pickle.dumps(originals)
    groups = [images[start : start + _IMAGES] for start in range(0, len(images), _IMAGES)]
    waiting = [executor.submit(search_images, root, pickled, group, known.intersection(group)) for group in groups]
    searching = _Others(root, originals)  # while the workers are at the images
    for turn, future in enumerate(waiting, start=1):
        searching.join(future.result())
        progress(min(turn * _IMAGES, len(images)), len(paths))
    for done, path in enumerate(others, start=len(images) + 1):
        searching.look_at(path, known=path in known)
        progress(done, len(paths))
    return [finding for path, there in sorted(searching.found.items()) for finding in findings_of(path, there)]


def _with_folders(paths: Iterable[str]) -> set[str]:
    """The files, and all folders that hold them."""
    folders = {str(folder) for folder in {PurePosixPath(path).parent for path in paths}}
    above = {str(folder) for path in folders for folder in PurePosixPath(path).parents}
    return {*paths, *folders, *above} - {"."}


def _is_image(path: str) -> bool:
    return path.startswith(f"{DICOM_FOLDER}/")


class _Others:
    """The search of all but the images, whose codes say what may stand in lists; `found` is everything so far."""

    def __init__(self, root: Path, originals: Originals) -> None:
        self._root, self._everyones = root, originals.days_shifted_to
        self._matchers = Matchers(originals)
        self._codes: frozenset[str] = frozenset()
        self.found: dict[str, Found] = {}

    def join(self, images: ImagesSearched) -> None:
        """Take what was found in some of the images."""
        self.found |= images.found
        self._codes |= images.codes

    def look_at(self, path: str, *, known: bool) -> None:
        """Search a file or folder, after all images."""
        place, look = self._root / path, look_at(path, self._everyones)
        content = () if known or not place.is_file() else self._parts_of(path, place, look)
        found = originals_in(chain(of_name(path, look, self._matchers.everywhere), content))
        if found:
            self.found[path] = found

    def _parts_of(self, path: str, place: Path, look: Lookup) -> Iterator[Part]:
        if path == INDEX:
            return self._of_index(place, look)
        matcher = self._matchers.in_lists(self._codes) if is_list(path) else self._matchers.everywhere
        if path == MANUAL or web.is_chunk(path):
            start, content = searched_from(path, place.read_bytes())
            return Part(content, look, matcher, start).with_views()
        return parts_of_bytes(Part(b"", look, matcher), place)

    def _of_index(self, place: Path, look: Lookup) -> Iterator[Part]:
        """The index without the pixels of its previews."""
        matcher = self._matchers.in_lists(self._codes)
        yield from of_database(place, look, matcher)
        with opened(place) as database:
            for (sql,) in database.rows("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL"):
                yield Part(sql.encode(), look, matcher, where="in the schema")
            for (png,) in database.each("SELECT png FROM preview"):
                yield Part(picture_texts(png), look, matcher, where="in a preview")
