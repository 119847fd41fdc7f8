"""The crosswalk, the table of pseudonyms and patients: a CSV file, written anew from the register after each build."""

from collections.abc import Iterable, Iterator, Sequence
import csv
from io import StringIO
from pathlib import Path
import sqlite3
import sys
from typing import NamedTuple

from builder.cell_text import not_a_formula
from builder.key.case_numbers import words_of_studies
from builder.key.private_files import write_private
from builder.key.register import Register, reading_of
from builder.key.safekeeping.lock import has_register, is_locked
from bundle import layout


class CrosswalkRow(NamedTuple):
    """One study: its patient, and its pseudonym on the medium."""

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
    """The original identifiers of an image on the medium."""

    sop_instance_uid: str
    original_series_instance_uid: str
    original_sop_instance_uid: str


_CELL = 1024
_STUDY = CrosswalkRow._fields.index("study_instance_uid")
# For a study on several sticks, the row of the last stick; the number is the same on all.
_ROWS = """
SELECT patient.pseudonym, placed.number, placed.study_uid, patient_id, name, birth_date, original_study_uid, study_date,
    accession_number,
    (SELECT group_concat(stick, ' ') FROM placed AS every WHERE every.study_uid = placed.study_uid AND stick > 0)
FROM placed JOIN study USING (study) JOIN patient USING (pseudonym)
WHERE placed.stick = (SELECT max(stick) FROM placed AS last WHERE last.study_uid = placed.study_uid)
ORDER BY placed.number, placed.study_uid
"""
_IMAGES = """
SELECT DISTINCT sop_uid, original_series_uid, original_sop_uid FROM image
WHERE original_series_uid <> '' AND original_sop_uid <> ''
"""


def crosswalk_path(key: Path) -> Path:
    """The crosswalk of a key: beside it."""
    return key.with_name(f"{key.stem}.crosswalk.csv")


def images_path(key: Path) -> Path:
    """The file with the original UIDs of all images of a key, for reports that refer to them."""
    return key.with_name(f"{key.stem}.images.csv")


def export(register: Register, key: Path) -> None:
    """Write both tables anew, unless the study is locked; raises PrivateFileFailed.

    Meanwhile, no other build can change the register.
    """
    if not is_locked(key):
        with register.change() as connection:
            export_tables(connection, crosswalk_path(key), images_path(key))


def export_tables(connection: sqlite3.Connection, crosswalk: Path, images: Path) -> None:
    """Write both tables; raises PrivateFileFailed."""
    words = words_of_studies(connection)
    rows = ((*row, str(sticks or ""), *words.get(row[_STUDY], ("", ""))) for *row, sticks in _crosswalk(connection))
    write_private(crosswalk, _lines((*CrosswalkRow._fields, "sticks", "label", "group"), rows))
    write_private(images, _lines(OriginalImage._fields, connection.execute(_IMAGES)))


def _crosswalk(connection: sqlite3.Connection) -> Iterator[tuple[str, ...]]:
    for pseudonym, number, *rest in connection.execute(_ROWS):
        yield pseudonym, layout.case_number(number), *rest


def _lines(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """An apostrophe keeps a spreadsheet from computing a cell, and no cell is longer than a spreadsheet can open."""
    yield _line(head)
    for row in rows:
        yield _line([not_a_formula(cell if len(cell) <= _CELL else f"{cell[:_CELL]}…") for cell in row])


def _line(row: Sequence[str]) -> str:
    text = StringIO()
    csv.writer(text).writerow(row)
    return text.getvalue()


def is_known(key: Path) -> bool:
    """Whether the key has a register or an older crosswalk."""
    return has_register(key) or crosswalk_path(key).is_file()


def read_crosswalk(key: Path) -> list[CrosswalkRow]:
    """All studies of a key; none without a register. Raises RegisterDamaged, RegisterFailed, RegisterTooNew."""
    if not has_register(key):
        return [CrosswalkRow(*row) for row in earlier_rows(crosswalk_path(key), len(CrosswalkRow._fields))]
    with reading_of(key) as connection:
        return [CrosswalkRow(*row[:-1]) for row in _crosswalk(connection)]


def read_words(key: Path) -> dict[str, tuple[str, str]]:
    """(Label, group) of each case that has any, by its Study Instance UID; none without a register."""
    if not has_register(key):
        return {}
    with reading_of(key) as connection:
        return words_of_studies(connection)


def read_images(key: Path) -> dict[str, OriginalImage]:
    """All images with stored originals, by their new UID; none without a register."""
    if not has_register(key):
        rows = earlier_rows(images_path(key), len(OriginalImage._fields))
        return {row[0]: OriginalImage(*row) for row in rows}
    with reading_of(key) as connection:
        return {row[0]: OriginalImage(*row) for row in connection.execute(_IMAGES)}


def earlier_rows(path: Path, cells: int) -> list[list[str]]:
    """The rows of a table that is older than the register, with cells of any length; none if there is no file.

    It cuts a row with more cells than such a table has, and skips one with fewer.
    """
    if not path.exists():
        return []
    limit = csv.field_size_limit(min(sys.maxsize, 2**31 - 1))
    try:
        with path.open(encoding="utf-8", errors="replace", newline="") as stream:
            return [[_plain(cell) for cell in row[:cells]] for row in csv.reader(stream) if len(row) >= cells][1:]
    finally:
        csv.field_size_limit(limit)


def _plain(cell: str) -> str:
    """Without the apostrophe that keeps a spreadsheet from computing it."""
    return cell[1:] if cell.startswith("'") and not_a_formula(cell[1:]) != cell[1:] else cell
