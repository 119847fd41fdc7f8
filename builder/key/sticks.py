"""The register's entries for a stick: planned before the commit of the medium, finished after it."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
import sqlite3
import time
from typing import NamedTuple

from builder.key.register import Register, manifest_digest
from bundle import __version__
from bundle.layout import MANIFEST

# The states of a case on a stick: being written, written, being removed, removed.
BEGUN, THERE, GOING, REMOVED = "begun", "there", "going", "removed"
# Stands for all sticks that are older than the register: nobody recorded which is which.
EARLIER = 0


class StickPlan(NamedTuple):
    """A planned bundle: its place, its file-set, and the SHA-256 of the manifest that its commit writes.

    `before` is the SHA-256 of the present manifest; empty for a new bundle. `listed` is the text of the new one, and
    `readings` are the size and SHA-256 of each file of answers that is on the medium.
    """

    drive: Path
    file_set_uid: str
    planned: str
    before: str = ""
    policy: str = ""
    listed: str = ""
    readings: Mapping[str, tuple[int, str]] = {}


class PatientEntry(NamedTuple):
    """A patient and the pseudonym."""

    pseudonym: str
    person_key: str
    patient_id: str
    name: str
    birth_date: str


class SpellingEntry(NamedTuple):
    """A spelling of a patient in the files."""

    pseudonym: str
    patient_id: str
    name: str
    birth_date: str


class StudyEntry(NamedTuple):
    """A study with the values of the scans."""

    study: str
    pseudonym: str
    original_study_uid: str
    study_date: str
    accession_number: str


class CaseEntry(NamedTuple):
    """A case on a stick, with the numbers of its images: written, left out, undecided, masked, and kept with text."""

    study_uid: str
    study: str
    number: int
    images: int
    left_out: int
    undecided: int
    masked: int
    kept: int


class SeriesEntry(NamedTuple):
    """A series on a stick; `original_series_uid` is empty if the scans have none, or it is unknown."""

    series_uid: str
    study_uid: str
    original_series_uid: str
    series_number: int | None
    modality: str
    images: int
    left_out: int
    undecided: int
    masked: int


class ImageEntry(NamedTuple):
    """An image or segmentation on a stick, and its source file; `altered` lists the changes to its pixels.

    Without `original_series_uid`, the source has no UIDs of its own.
    """

    sop_uid: str
    study_uid: str
    series_uid: str
    path: str
    original_series_uid: str
    original_sop_uid: str
    folder: str
    file: str
    altered: str


class NotTakenEntry(NamedTuple):
    """A file of the scans that is not on the stick, and the reason."""

    folder: str
    file: str
    reason: str
    detail: str


def now() -> str:
    """The current time in the register's format."""
    return time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime())


def storable(text: str) -> str:
    """A text that a database can store: a file name may be no valid text."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def plan_stick(connection: sqlite3.Connection, plan: StickPlan) -> int:
    """The number of the stick that a build makes or changes; an interrupted build keeps its number."""
    stick = _same_stick(connection, plan)
    if stick is None:
        values = (storable(str(plan.drive.absolute())), plan.file_set_uid, plan.before, plan.planned, now())
        query = "INSERT INTO stick VALUES (NULL, ?, ?, ?, ?, ?, '', ?, ?)"
        # SQLite numbers the rows of an empty table from 1; stick 0 does not count.
        return int(connection.execute(query, (*values, __version__, plan.policy)).lastrowid or 0)
    query = "UPDATE stick SET drive = ?, file_set_uid = ?, planned = ?, policy = ? WHERE stick = ?"
    drive = storable(str(plan.drive.absolute()))
    connection.execute(query, (drive, plan.file_set_uid, plan.planned, plan.policy, stick))
    return stick


def _same_stick(connection: sqlite3.Connection, plan: StickPlan) -> int | None:
    """The manifest identifies a finished stick; place and file-set identify one that was never finished."""
    drive = storable(str(plan.drive.absolute()))
    if plan.before:
        query = "SELECT stick FROM stick WHERE ? IN (manifest, planned) ORDER BY drive = ? DESC, stick DESC LIMIT 1"
        row = connection.execute(query, (plan.before, drive)).fetchone()
    else:
        query = "SELECT stick FROM stick WHERE finished = '' AND manifest = '' AND drive = ? AND file_set_uid = ?"
        row = connection.execute(f"{query} ORDER BY stick DESC LIMIT 1", (drive, plan.file_set_uid)).fetchone()
    return int(row[0]) if row else None


def put_people(
    connection: sqlite3.Connection, patients: Iterable[PatientEntry], spellings: Iterable[SpellingEntry],
    studies: Iterable[StudyEntry],
) -> None:  # fmt: skip
    """Add patients, spellings and studies; replaces earlier entries."""
    connection.executemany("INSERT OR REPLACE INTO patient VALUES (?, ?, ?, ?, ?)", map(_storable, patients))
    connection.executemany("INSERT OR IGNORE INTO spelling VALUES (?, ?, ?, ?)", map(_storable, spellings))
    connection.executemany("INSERT OR REPLACE INTO study VALUES (?, ?, ?, ?, ?)", map(_storable, studies))


def put_cases(
    connection: sqlite3.Connection, stick: int, cases: Iterable[CaseEntry], series: Iterable[SeriesEntry]
) -> None:
    """Add the cases planned for a stick; drops those that only an earlier, interrupted build had planned."""
    connection.execute("DELETE FROM placed WHERE stick = ? AND state = ?", (stick, BEGUN))
    query = "SELECT study_uid FROM placed WHERE stick = ? AND state = ?"
    there = {uid for (uid,) in connection.execute(query, (stick, THERE))}
    for case in cases:
        state = THERE if case.study_uid in there else BEGUN
        values = (stick, *_storable(case)[:3], state, *case[3:])
        connection.execute("INSERT OR REPLACE INTO placed VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", values)
    for table in ("series", "image"):
        query = (
            f"DELETE FROM {table} WHERE stick = ? AND study_uid NOT IN (SELECT study_uid FROM placed WHERE stick = ?)"
        )
        connection.execute(query, (stick, stick))
    _put_series(connection, stick, series)


def _put_series(connection: sqlite3.Connection, stick: int, series: Iterable[SeriesEntry]) -> None:
    """Values from the scans of an earlier build stay if this build has not read these scans."""
    connection.executemany(
        "INSERT INTO series VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET images = excluded.images,"
        " left_out = excluded.left_out, undecided = excluded.undecided, masked = excluded.masked, original_series_uid ="
        " coalesce(nullif(excluded.original_series_uid, ''), original_series_uid)",
        ((stick, *_storable(entry)) for entry in series),
    )


def put_images(connection: sqlite3.Connection, stick: int, images: Iterable[ImageEntry]) -> None:
    """Add the source file of each image of a stick."""
    folders = _Folders(connection)
    connection.executemany(
        "INSERT OR REPLACE INTO image VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        ((stick, *image[:6], folders.number(image.folder), storable(image.file), image.altered) for image in images),
    )


def put_not_taken(connection: sqlite3.Connection, stick: int, files: Iterable[NotTakenEntry]) -> None:
    """Replace the list of files that the last build for a stick skipped."""
    folders = _Folders(connection)
    connection.execute("DELETE FROM not_taken WHERE stick = ?", (stick,))
    connection.executemany(
        "INSERT INTO not_taken VALUES (?, ?, ?, ?, ?)",
        ((stick, folders.number(file.folder), *map(storable, file[1:])) for file in files),
    )


class _Folders:
    """Gives folders their numbers, and stores each folder once."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection, self._numbers = connection, dict[str, int]()

    def number(self, path: str) -> int:
        if path not in self._numbers:
            name = (storable(path),)
            self._connection.execute("INSERT OR IGNORE INTO folder (path) VALUES (?)", name)
            row = self._connection.execute("SELECT folder FROM folder WHERE path = ?", name).fetchone()
            self._numbers[path] = int(row[0])
        return self._numbers[path]


def _storable(entry: Sequence[object]) -> tuple[object, ...]:
    return tuple(storable(value) if isinstance(value, str) else value for value in entry)


# What an interrupted build had begun

_BEGUN = (
    "CREATE TABLE IF NOT EXISTS begun (drive TEXT, study TEXT, told TEXT, images INTEGER, PRIMARY KEY (drive, study))"
)


class BegunStudy(NamedTuple):
    """A study that a build has begun to write; `told` is how the researcher knows it, by folder and date."""

    study: str
    told: str
    images: int


def put_begun(
    connection: sqlite3.Connection, drive: Path, studies: Iterable[BegunStudy], *, keep: bool
) -> list[BegunStudy]:
    """Record the studies begun on a drive; returns those before, which no commit has finished, and may `keep` them."""
    connection.execute(_BEGUN)
    place = storable(str(drive.absolute()))
    rows = connection.execute("SELECT study, told, images FROM begun WHERE drive = ?", (place,)).fetchall()
    if not keep:
        connection.execute("DELETE FROM begun WHERE drive = ?", (place,))
    connection.executemany(
        "INSERT OR IGNORE INTO begun VALUES (?, ?, ?, ?)", ((place, *_storable(study)) for study in studies)
    )
    return [BegunStudy(*row) for row in rows]


# The outcome


def plan_change(connection: sqlite3.Connection, plan: StickPlan, removed: Iterable[int]) -> int | None:
    """The stick of a planned change, which loses some cases; None if this key does not know it."""
    stick = _same_stick(connection, plan)
    if stick is not None:
        connection.execute("UPDATE stick SET planned = ? WHERE stick = ?", (plan.planned, stick))
        query = "UPDATE placed SET state = ? WHERE stick = ? AND number = ?"
        connection.executemany(query, ((GOING, stick, number) for number in removed))
    return stick


def finish(connection: sqlite3.Connection, stick: int) -> None:
    """Record the commit of the medium."""
    connection.execute(
        "UPDATE stick SET manifest = planned, planned = '', finished = ? WHERE stick = ? AND planned <> ''",
        (now(), stick),
    )
    query = "UPDATE placed SET state = ? WHERE stick = ? AND state = ?"
    connection.executemany(query, [(THERE, stick, BEGUN), (REMOVED, stick, GOING)])
    connection.execute(_BEGUN)
    connection.execute("DELETE FROM begun WHERE drive = (SELECT drive FROM stick WHERE stick = ?)", (stick,))


def settle(register: Register) -> None:
    """Record as finished each stick that a killed build had committed; its manifest shows it."""
    with register.reading() as connection:
        rows = connection.execute("SELECT stick, drive, planned FROM stick WHERE planned <> ''").fetchall()
    done = [stick for stick, drive, planned in rows if _lies_there(Path(drive), planned)]
    if done:
        with register.change() as connection:
            for stick in done:
                finish(connection, stick)


def _lies_there(drive: Path, planned: str) -> bool:
    try:
        return manifest_digest((drive / MANIFEST).read_text("utf-8")) == planned
    except (OSError, ValueError):
        return False
