"""The places of a medium: its files by their paths, what is known of each, and the findings about one."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from functools import cache
import hashlib
from importlib import resources
import re

from builder.check.checks.viewers import PLACES, read_bill
from builder.check.findings import Finding, finding
from builder.check.originals.matcher import FILE_ID, Lookup
from builder.check.originals.originals import Original
from builder.check.places.place import Place
from bundle import web
from bundle.layout import DICOM_FOLDER, DICOMDIR, INDEX, INDEX_PAGE, MANUAL, READINGS_FOLDER, STARTS, VIEWER_FOLDER

_BILLS = frozenset(place.bill for place in PLACES)
_MOST_NAMED = 5
_TABLE_OF_OBJECTS = re.compile(rb"xref\s+(?:\d+ \d+\s+(?:\d{10} \d{5} [nf]\s{1,2})+)+")


def known_digests(root: Place, bills: Iterable[bytes]) -> frozenset[str]:
    """The SHA-256 of files made before any patient was known: viewers as they were frozen, and our own data."""
    known = {hashlib.sha256(bill).hexdigest() for bill in bills}
    on_medium = (root / place.bill for place in PLACES)
    for bill in (*bills, *(path.read_bytes() for path in on_medium if path.is_file())):
        with suppress(ValueError):
            known |= set(read_bill(bill).files.values())
    ours = (entry for entry in resources.files("bundle_template").iterdir() if entry.is_file())
    return frozenset(known | {hashlib.sha256(entry.read_bytes()).hexdigest() for entry in ours})


def searched_from(path: str, content: bytes) -> tuple[int, bytes]:
    """Where the part of a file begins that may tell of a patient, and this part: all of it, except of a manual.

    A manual begins with pages that were made before any patient was known. In its tables of objects (PDF 32000-1 7.5.4)
    are many numbers of ten digits, which agree by chance with somebody's telephone number. Images for browsers are
    packed pixels, which another check holds to the files: what stands around them is searched.
    """
    if web.is_chunk(path) and (pixels := web.payload_in(content)):
        return 0, content[: pixels[0]] + content[pixels[1] :]
    if path != MANUAL:
        return 0, content
    start = next((len(pages) for pages in _manuals() if content.startswith(pages)), 0)
    return start, _TABLE_OF_OBJECTS.sub(lambda table: bytes(len(table[0])), content[start:])


@cache
def _manuals() -> tuple[bytes, ...]:
    root = resources.files("bundle_template")
    folders = (root, *(entry for entry in root.iterdir() if entry.is_dir()))
    return tuple(place.read_bytes() for folder in folders if (place := folder.joinpath(MANUAL)).is_file())


def is_ours(path: str) -> bool:
    """Whether only our program writes the file, so that a family name alone tells of somebody."""
    return path in (DICOMDIR, INDEX, web.ROWS) or path.startswith(f"{DICOM_FOLDER}/")


def is_list(path: str) -> bool:
    """Whether the file repeats UIDs and dates that stand in the images."""
    return path in (DICOMDIR, INDEX, INDEX_PAGE, web.ROWS, web.QUESTIONS) or path.startswith(f"{READINGS_FOLDER}/")


def is_program(path: str) -> bool:
    """Whether the file belongs to a viewer."""
    return path.startswith(f"{VIEWER_FOLDER}/") or path in STARTS


def look_at(path: str, moved: Collection[str], *, known: bool = False) -> Lookup:
    """How much a match in a file means, by its path; `moved` are the days to which dates in it may be shifted.

    A bill of materials is full of version numbers, which look like days.
    """
    return Lookup(program=is_program(path), known=known, lone_names=is_ours(path), moved=moved, days=path not in _BILLS)


def name_of(path: str) -> bytes:
    """The name of a file or folder, empty if it is a File ID of ours."""
    encoded = path.encode("utf-8", "surrogateescape")
    return b"" if FILE_ID.fullmatch(encoded) else encoded.rpartition(b"/")[2]


def findings_of(path: str, originals: Mapping[Original, str]) -> Iterator[Finding]:
    if originals:
        named = sorted({f"{original.keyword} ({original.kind}) {where}" for original, where in originals.items()})
        more = f" and {len(named) - _MOST_NAMED} more" if len(named) > _MOST_NAMED else ""
        yield finding(
            "identity.original", path, f"holds what stood in the source: {', '.join(named[:_MOST_NAMED])}{more}"
        )
