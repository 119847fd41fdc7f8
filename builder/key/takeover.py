"""Fills a new register from an old key folder: its crosswalk, images and originals."""

from contextlib import suppress
from pathlib import Path
import sqlite3

from builder.errors.build import NoOriginals
from builder.key.crosswalk import CrosswalkRow, OriginalImage, crosswalk_path, earlier_rows, images_path
from builder.key.originals import earlier_originals_path, put_originals, read_earlier
from builder.key.private_files import copy_private
from builder.key.sticks import EARLIER, THERE, storable
from bundle import layout


def take_over(key: Path, connection: sqlite3.Connection, *, keep: bool = True) -> None:
    """Add the content of an old key folder; if its files are to be replaced, `keep` each under a new name."""
    old = [path for path in (crosswalk_path(key), images_path(key), earlier_originals_path(key)) if path.is_file()]
    if not old:
        return
    for path in old if keep else ():
        _keep(path)
    values = (EARLIER, "", "", "", "", "", "", "", "")
    connection.execute("INSERT INTO stick VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", values)
    for row in earlier_rows(crosswalk_path(key), len(CrosswalkRow._fields)):
        _put_study(connection, CrosswalkRow(*map(storable, row)))
    for row in earlier_rows(images_path(key), len(OriginalImage._fields)):
        image = OriginalImage(*map(storable, row))
        connection.execute(
            "INSERT OR REPLACE INTO image VALUES (?, ?, '', '', '', ?, ?, NULL, '', '')", (EARLIER, *image)
        )
    with suppress(NoOriginals):
        put_originals(connection, *read_earlier(earlier_originals_path(key)))


def clear_earlier(key: Path) -> None:
    """Remove the list of identifiers that the register has taken over, so that only one is left; the copy stays."""
    path = earlier_originals_path(key)
    if path.exists() and _old(path).exists():
        with suppress(OSError):  # another program has it open; the next build tries again
            path.unlink()


def _old(path: Path) -> Path:
    return path.with_name(f"{path.name}.old")


def _put_study(connection: sqlite3.Connection, row: CrosswalkRow) -> None:
    number = 0
    with suppress(ValueError):
        number = layout.number_of_case(row.case)
    study = row.study_instance_uid
    who = (row.pseudonym, "", row.original_patient_id, row.original_patient_name, row.original_birth_date)
    what = (study, row.pseudonym, row.original_study_instance_uid, row.original_study_date)
    connection.execute("INSERT OR IGNORE INTO patient VALUES (?, ?, ?, ?, ?)", who)
    connection.execute("INSERT OR IGNORE INTO spelling VALUES (?, ?, ?, ?)", (row.pseudonym, *who[2:]))
    connection.execute("INSERT OR IGNORE INTO study VALUES (?, ?, ?, ?, ?)", (*what, row.original_accession_number))
    connection.execute(
        "INSERT OR REPLACE INTO placed VALUES (?, ?, ?, ?, ?, 0, 0, 0, 0, 0)", (EARLIER, study, study, number, THERE)
    )
    if number:  # if two studies on two sticks have the same number, the first keeps it
        connection.execute("INSERT OR IGNORE INTO numbered VALUES (?, ?)", (number, study))


def _keep(path: Path) -> None:
    """Copy the file, since a table from the register will replace it."""
    kept = _old(path)
    if not kept.exists():
        copy_private(path, kept)
