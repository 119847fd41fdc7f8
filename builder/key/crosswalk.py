"""The crosswalk: which pseudonym is who; it stays with the researcher, readable by nobody else."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
import csv
from io import StringIO
from itertools import chain
import json
from pathlib import Path
from typing import NamedTuple

from builder.errors.build import NoOriginals
from builder.key.private_files import write_private


class CrosswalkRow(NamedTuple):
    """One study: who it shows, and under which pseudonym it lies on the medium."""

    pseudonym: str
    case: str
    study_instance_uid: str
    original_patient_id: str
    original_patient_name: str
    original_birth_date: str
    original_study_instance_uid: str
    original_study_date: str
    original_accession_number: str


class OriginalImage(NamedTuple):
    """What an image on the medium was called in the scans."""

    sop_instance_uid: str
    original_series_instance_uid: str
    original_sop_instance_uid: str


def crosswalk_path(key: Path) -> Path:
    """Where the crosswalk of a key lies: beside it."""
    return key.with_name(f"{key.stem}.crosswalk.csv")


def images_path(key: Path) -> Path:
    """Where the original UIDs of all images of a key are kept, for reports that refer to them."""
    return key.with_name(f"{key.stem}.images.csv")


def originals_path(key: Path) -> Path:
    """Where the identifiers of all scans of a key are kept, for the checker to look for."""
    return key.with_name(f"{key.stem}.originals.json")


class KeptOriginals(NamedTuple):
    """(kind, keyword, text) of every identifier that was taken from the scans of a key, and for each pseudonym the days
    to which its dates may have moved: there they are no originals."""

    identifiers: set[tuple[str, str, str]]
    moved: dict[str, set[str]]


def read_originals(path: Path) -> KeptOriginals:
    """What is kept for the checker to look for; raises NoOriginals."""
    try:
        kept = json.loads(path.read_text("utf-8"))
        if isinstance(kept, list):  # as it was before the days were kept
            kept = {"identifiers": kept, "moved": {}}
        identifiers = {(str(kind), str(keyword), str(text)) for kind, keyword, text in kept["identifiers"]}
        return KeptOriginals(identifiers, {str(who): set(map(str, days)) for who, days in kept["moved"].items()})
    except (OSError, ValueError, TypeError, LookupError, AttributeError):
        raise NoOriginals(path) from None


def update_originals(
    path: Path, identifiers: Iterable[tuple[str, str, str]], moved: Mapping[str, Iterable[str]]
) -> None:
    """Add identifiers, and days to which dates were moved, to those that are kept."""
    known = read_originals(path) if path.exists() else KeptOriginals(set(), {})
    days = {who: sorted(known.moved.get(who, set()) | set(moved.get(who, ()))) for who in {*known.moved, *moved}}
    write_private(path, _originals_text(sorted(known.identifiers | set(identifiers)), dict(sorted(days.items()))))


def _originals_text(identifiers: Sequence[tuple[str, str, str]], days: Mapping[str, list[str]]) -> Iterator[str]:
    """JSON, piece by piece, as all of it may take 100 MB."""
    yield '{"identifiers": ['
    for place, one in enumerate(identifiers):
        yield (", " if place else "") + json.dumps(one)
    yield f'], "moved": {json.dumps(days)}}}\n'


def update_crosswalk(path: Path, rows: list[CrosswalkRow]) -> None:
    """Add studies to the crosswalk; one that is known by its new UID gets its row replaced."""
    known = {row[2]: row for row in _read_rows(path, CrosswalkRow)}
    known.update({row.study_instance_uid: list(row) for row in rows})
    _write_rows(path, CrosswalkRow, known.values())


def update_images(path: Path, rows: Iterable[OriginalImage]) -> None:
    """Add images to those whose originals are kept; what is known of others comes first."""
    known = {row[0]: row for row in _read_rows(path, OriginalImage)}
    if known:
        fresh = list(rows)
        for row in fresh:
            known.pop(row.sop_instance_uid, None)
        rows = fresh
    _write_rows(path, OriginalImage, chain(known.values(), rows))


def read_images(path: Path) -> dict[str, OriginalImage]:
    """All images whose originals are kept, by their new UID; none where there is no file."""
    return {row[0]: OriginalImage(*row) for row in _read_rows(path, OriginalImage)}


def known_studies(path: Path) -> set[str]:
    """The new Study Instance UIDs of every study in a crosswalk."""
    return {row[2] for row in _read_rows(path, CrosswalkRow)}


def read_crosswalk(path: Path) -> list[CrosswalkRow]:
    """All studies of a crosswalk; none where there is no file."""
    return [CrosswalkRow(*row) for row in _read_rows(path, CrosswalkRow)]


def _read_rows(path: Path, kind: type[CrosswalkRow] | type[OriginalImage]) -> list[list[str]]:
    if not path.exists():
        return []
    with path.open(encoding="utf-8", newline="") as stream:
        return [row for row in csv.reader(stream) if len(row) == len(kind._fields)][1:]


def _write_rows(path: Path, kind: type[CrosswalkRow] | type[OriginalImage], rows: Iterable[Sequence[str]]) -> None:
    write_private(path, map(_line, chain([kind._fields], rows)))


def _line(row: Sequence[str]) -> str:
    text = StringIO()
    csv.writer(text).writerow(row)
    return text.getvalue()
