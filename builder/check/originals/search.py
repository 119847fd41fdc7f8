"""Searches every byte of a medium for the originals: names, numbers, dates and UIDs of the scans it was made from."""

from collections.abc import Iterable, Iterator, Set
from contextlib import suppress
from dataclasses import replace
from functools import cache
import hashlib
from importlib import resources
import os
from pathlib import Path
import re
from typing import BinaryIO, NamedTuple

from builder.check.checks.viewers import PLACES, read_bill
from builder.check.findings import Finding, finding
from builder.check.medium.medium import Medium, Progress
from builder.check.originals.matcher import FILE_ID, Found, Lookup, Matcher
from builder.check.originals.originals import Original, Originals, words_of
from builder.check.originals.spellings import Wanted
from builder.check.originals.views import binary_numbers, left_over, rows, views
from bundle.layout import DICOM_FOLDER, DICOMDIR, INDEX, INDEX_PAGE, README, STARTS, VIEWER_FOLDER
from bundle.manifest import file_digest

# A file is searched in stretches, so that a large one takes no more memory. A stretch overlaps the next by the largest
# size of a compressed stream that begins in it.
_STRETCH, _OVERLAP = 16 << 20, 8 << 20
_SQLITE = b"SQLite format 3\0"
# Codes of CID 7050 -> the kinds of originals that may stay under that option.
_RETAINED = {
    "113106": {"date"}, "113110": {"uid"}, "113109": {"device", "maker"}, "113112": {"institution"},
    "113108": {"patient"},
}  # fmt: skip
_OF_DEVICE = frozenset({"DeviceUID", "ManufacturerDeviceClassUID"})
# Under these options descriptions and names of makers stay, which may contain a family name.
_WORDY = frozenset({"113105", "113109", "113112"})
_BILLS = frozenset(place.bill for place in PLACES)
_MOST_NAMED = 5
# WORDS.TOML has the sentences that fill the other two.
_OUR_TEXTS = (README, INDEX_PAGE, "WORDS.TOML")


def search(
    medium: Medium, originals: Originals, stated: Iterable[str], progress: Progress | None = None,
    bills: Iterable[bytes] = (),
) -> list[Finding]:  # fmt: skip
    """One finding for each file with an original, in its bytes or in its name; it never shows the text itself.

    `stated` are the codes of CID 7050 that the files state: a retained identifier is no leak. `bills` are those of the
    viewers that this machine has made, before it knew of any patient.
    """
    retained = {kind for code in stated for kind in _RETAINED.get(code, ())}
    texts = [identifier.text for identifier in originals.identifiers if identifier.kind in retained]
    vocabulary = _vocabulary().union(*map(words_of, texts))
    look_into_uids = not retained & {"uid", "device"}
    wanted = Wanted(_not_retained(originals, retained), vocabulary, look_into_uids=look_into_uids)
    searching = _Search(medium, Matcher(wanted), originals, _known(medium, bills), lone_names=not _WORDY & set(stated))
    found: list[Finding] = []
    places = sorted(_everything(medium.root))
    for done, path in enumerate(places, start=1):
        try:
            found.extend(_findings(path, searching.look_at(path)))
        except OSError as error:
            if path not in medium.unreadable:  # already reported
                found.append(finding("medium.unreadable", path, f"it cannot be searched: {error.strerror or error}"))
        if progress:
            progress(done, len(places))
    return found


def _not_retained(originals: Originals, retained: Set[str]) -> Iterator[Original]:
    """Without retained identifiers, and texts inside retained ones: a model may have the name of a hospital.

    Dates of birth are removed under every option; if somebody else was scanned on that day, it may stay as a date.
    """
    texts = "\n".join(identifier.text.casefold() for identifier in originals.identifiers if identifier.kind in retained)
    days = {
        identifier.text for identifier in originals.identifiers if identifier.kind == "date" and not identifier.of_birth
    }
    for identifier in originals.identifiers:
        if identifier.kind == "date" and identifier.of_birth:
            kept = "date" in retained and identifier.text in days
        elif identifier.kind == "uid":
            kept = "uid" in retained or ("device" in retained and identifier.keyword in _OF_DEVICE)
        else:
            kept = identifier.kind in retained or not identifier.sought or identifier.text.casefold() in texts
        if not kept:
            yield identifier


def _everything(root: Path) -> Iterator[str]:
    """Every file, folder and link on the medium, whatever its origin; links are not followed."""
    for folder, folders, files in os.walk(root):
        for name in (*folders, *files):
            yield os.path.relpath(os.path.join(folder, name), root).replace(os.sep, "/")  # noqa: PTH118


def _known(medium: Medium, bills: Iterable[bytes]) -> Set[str]:
    """The SHA-256 of files made before any patient was known: viewers as they were frozen, and our own data."""
    known = {hashlib.sha256(bill).hexdigest() for bill in bills}
    on_medium = (medium.root / place.bill for place in PLACES)
    for bill in (*bills, *(path.read_bytes() for path in on_medium if path.is_file())):
        with suppress(ValueError):
            known |= set(read_bill(bill).files.values())
    ours = (entry for entry in resources.files("bundle_template").iterdir() if entry.is_file())
    return known | {hashlib.sha256(entry.read_bytes()).hexdigest() for entry in ours}


@cache
def _vocabulary() -> frozenset[str]:
    """The words of the standard and of our own texts, which occur in every bundle."""
    from pydicom._dicom_dict import DicomDictionary
    from pydicom._uid_dict import UID_dictionary
    from pydicom.sr._concepts_dict import concepts

    texts = [row[2] for row in DicomDictionary.values()] + [row[0] for row in UID_dictionary.values()]
    texts += [keyword for scheme in concepts.values() for keyword in scheme]
    texts += [resources.files("bundle_template").joinpath(name).read_text("utf-8") for name in _OUR_TEXTS]
    return frozenset(
        word for text in texts for part in re.findall(r"[A-Z]?[a-z]+|\w+", text) for word in words_of(part)
    )


class _Part(NamedTuple):
    """Data to search; if it is not a stretch of the file itself, `where` tells its origin."""

    content: bytes
    look: Lookup
    begin: int = 0
    where: str = ""

    def said(self, at: int) -> str:
        """The place of a match this far from the beginning."""
        return self.where or f"at byte {self.begin + at:,}"


class _Search:
    """The search of one medium."""

    def __init__(
        self, medium: Medium, matcher: Matcher, originals: Originals, known: Set[str], *, lone_names: bool
    ) -> None:
        self._medium, self._matcher, self._known, self._lone_names = medium, matcher, known, lone_names
        self._moved = originals.moved
        self._all_moved = frozenset(day for days in originals.moved.values() for day in days)

    def look_at(self, path: str) -> dict[Original, str]:
        """The originals in a file, folder or link, and the place of the first match of each."""
        look, place = self._look(path), self._medium.root / path
        encoded = path.encode("utf-8", "surrogateescape")
        name = b"" if FILE_ID.fullmatch(encoded) else encoded.rpartition(b"/")[2]
        found = _placed(self._matcher.find(name, look), "in its name")
        if place.is_symlink():
            target = os.fsencode(place.readlink())
            return _placed(self._matcher.find(target, look), "in what it links to") | found
        if place.is_file():
            for part in self._parts_of(path, place, look):
                for original, at in self._matcher.find(part.content, part.look).items():
                    found.setdefault(original, part.said(at))
        return found

    def _look(self, path: str) -> Lookup:
        ours = path in (DICOMDIR, INDEX) or path.startswith(f"{DICOM_FOLDER}/")
        image = self._medium.dicom.get(path)
        return Lookup(
            program=path.startswith(f"{VIEWER_FOLDER}/") or path in STARTS,
            known=self._is_known(path),
            lone_names=ours and self._lone_names,
            moved=self._all_moved if image is None else self._moved.get(image.patient_id, frozenset()),
            days=path not in _BILLS,
        )

    def _is_known(self, path: str) -> bool:
        file, place = self._medium.files.get(path), self._medium.root / path
        if file is None or path.startswith(f"{DICOM_FOLDER}/"):
            return False
        return (file.digest or file_digest(place)) in self._known

    def _parts_of(self, path: str, place: Path, look: Lookup) -> Iterator[_Part]:
        """Everything in a file, in all its interpretations."""
        with place.open("rb") as stream:
            for start, content in _stretches(stream):
                for part in self._with_picture_apart(path, start, content, look):
                    yield part
                    until, of = start + _STRETCH - part.begin, f" of the part from {part.begin:,}" if part.begin else ""
                    for where, view in () if look.known else views(part.content, program=look.program, until=until):
                        yield _Part(view, part.look, where=where + of)
                if not start and content[128:132] == b"DICM":
                    yield _Part(binary_numbers(content, place.stat().st_size), look, where="in binary numbers")
                if not start and content.startswith(_SQLITE):
                    yield from _of_database(place, look)

    def _with_picture_apart(self, path: str, start: int, content: bytes, look: Lookup) -> Iterator[_Part]:
        """The bytes themselves; the pixels of an image are a separate part."""
        image, end = self._medium.dicom.get(path), start + len(content)
        if image is None or image.pixel_offset is None:
            yield _Part(content, look, start)
            return
        first = min(max(image.pixel_offset, start), end)
        last = min(max(image.pixel_offset + image.pixel_length, first), end)
        picture = replace(look, picture=True, lone_names=False)
        for a, b, how in ((start, first, look), (first, last, picture), (last, end, look)):
            if a < b:
                yield _Part(content[a - start : b - start], how, a)


def _of_database(place: Path, look: Lookup) -> Iterator[_Part]:
    for table, cells in rows(place):
        yield _Part(cells, look, where=f"in the table {table}")
    for at, left in left_over(place):
        yield _Part(left, replace(look, joined=True), at)


def _stretches(stream: BinaryIO) -> Iterator[tuple[int, bytes]]:
    start, content = 0, stream.read(_STRETCH + _OVERLAP)
    yield start, content
    while len(content) == _STRETCH + _OVERLAP:
        start, content = start + _STRETCH, content[_STRETCH:] + stream.read(_STRETCH)
        if len(content) > _OVERLAP:
            yield start, content


def _placed(found: Found, where: str) -> dict[Original, str]:
    return dict.fromkeys(found, where)


def _findings(path: str, originals: dict[Original, str]) -> Iterator[Finding]:
    if originals:
        named = sorted({f"{original.keyword} ({original.kind}) {where}" for original, where in originals.items()})
        more = f" and {len(named) - _MOST_NAMED} more" if len(named) > _MOST_NAMED else ""
        yield finding(
            "identity.original", path, f"holds what stood in the source: {', '.join(named[:_MOST_NAMED])}{more}"
        )
