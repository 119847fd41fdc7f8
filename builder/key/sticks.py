"""What the register remembers of a stick: planned before the commit of the medium, finished after it."""

from collections.abc import Iterable, Sequence
from pathlib import Path
import sqlite3
import time
from typing import NamedTuple

from builder.key.register import Register, manifest_digest
from bundle import __version__
from bundle.layout import MANIFEST

# What becomes of a case on a stick: it is being put there, is there, is being taken away, was taken away.
BEGUN, THERE, GOING, REMOVED = "begun", "there", "going", "removed"
# Of all sticks that were made before there was a register, nobody kept which is which.
EARLIER = 0


class StickPlan(NamedTuple):
    """A bundle as it will be: where, of which file-set, and the SHA-256 of the manifest that its commit writes.

    `before` is that of the manifest which lies there now; empty where a new bundle is made.
    """

    drive: Path
    file_set_uid: str
    planned: str
    before: str = ""
    policy: str = ""


class PatientEntry(NamedTuple):
    """Somebody, and under which pseudonym."""

    pseudonym: str
    person_key: str
    patient_id: str
    name: str
    birth_date: str


class SpellingEntry(NamedTuple):
    """How a file says who it shows."""

    pseudonym: str
    patient_id: str
    name: str
    birth_date: str


class StudyEntry(NamedTuple):
    """A study as the scans have it."""

    study: str
    pseudonym: str
    original_study_uid: str
    study_date: str
    accession_number: str


class CaseEntry(NamedTuple):
    """A case on a stick, and how many of its images are there, left out, undecided, masked, and kept with text."""

    study_uid: str
    study: str
    number: int
    images: int
    left_out: int
    undecided: int
    masked: int
    kept: int


class SeriesEntry(NamedTuple):
    """A series on a stick; `original_series_uid` is empty where the scans have none, or it is not known."""

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
    """An image on a stick, and the file that it came from; `altered` says what was done to its pixels."""

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
    """A file of the scans that is not on the stick, and why."""

    folder: str
    file: str
    reason: str
    detail: str


def now() -> str:
    """This moment, as the register has it."""
    return time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime())


def storable(text: str) -> str:
    """A text that a database can hold: names of files may be no text at all."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def plan_stick(connection: sqlite3.Connection, plan: StickPlan) -> int:
    """The number of the stick that is made or changed; of an interrupted build the one that it had."""
    stick = _same_stick(connection, plan)
    if stick is None:
        values = (storable(str(plan.drive.absolute())), plan.file_set_uid, plan.before, plan.planned, now())
        query = "INSERT INTO stick VALUES (NULL, ?, ?, ?, ?, ?, '', ?, ?)"
        # Rows of a table without any begin with 1, and the stick 0 is none that is counted.
        return int(connection.execute(query, (*values, __version__, plan.policy)).lastrowid or 0)
    query = "UPDATE stick SET drive = ?, file_set_uid = ?, planned = ?, policy = ? WHERE stick = ?"
    drive = storable(str(plan.drive.absolute()))
    connection.execute(query, (drive, plan.file_set_uid, plan.planned, plan.policy, stick))
    return stick


def _same_stick(connection: sqlite3.Connection, plan: StickPlan) -> int | None:
    """A finished one is known by its manifest, one that was never finished by its place and its file-set."""
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
    """Who they are; what is known of them already is replaced."""
    connection.executemany("INSERT OR REPLACE INTO patient VALUES (?, ?, ?, ?, ?)", map(_storable, patients))
    connection.executemany("INSERT OR IGNORE INTO spelling VALUES (?, ?, ?, ?)", map(_storable, spellings))
    connection.executemany("INSERT OR REPLACE INTO study VALUES (?, ?, ?, ?, ?)", map(_storable, studies))


def put_cases(
    connection: sqlite3.Connection, stick: int, cases: Iterable[CaseEntry], series: Iterable[SeriesEntry]
) -> None:
    """What is planned for a stick; what a build that was interrupted planned for it, and this one does not, goes."""
    connection.execute("DELETE FROM placed WHERE stick = ? AND state = ?", (stick, BEGUN))
    query = "SELECT study_uid FROM placed WHERE stick = ? AND state = ?"
    there = {uid for (uid,) in connection.execute(query, (stick, THERE))}
    for one in cases:
        state = THERE if one.study_uid in there else BEGUN
        values = (stick, *_storable(one)[:3], state, *one[3:])
        connection.execute("INSERT OR REPLACE INTO placed VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", values)
    for table in ("series", "image"):
        query = (
            f"DELETE FROM {table} WHERE stick = ? AND study_uid NOT IN (SELECT study_uid FROM placed WHERE stick = ?)"
        )
        connection.execute(query, (stick, stick))
    _put_series(connection, stick, series)


def _put_series(connection: sqlite3.Connection, stick: int, series: Iterable[SeriesEntry]) -> None:
    """What an earlier build knew of the scans stays where this one has not seen them."""
    connection.executemany(
        "INSERT INTO series VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET images = excluded.images,"
        " left_out = excluded.left_out, undecided = excluded.undecided, masked = excluded.masked, original_series_uid ="
        " coalesce(nullif(excluded.original_series_uid, ''), original_series_uid)",
        ((stick, *_storable(one)) for one in series),
    )


def put_images(connection: sqlite3.Connection, stick: int, images: Iterable[ImageEntry]) -> None:
    """Which file each image of a stick came from."""
    folders = _Folders(connection)
    connection.executemany(
        "INSERT OR REPLACE INTO image VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        ((stick, *one[:6], folders.number(one.folder), storable(one.file), one.altered) for one in images),
    )


def put_not_taken(connection: sqlite3.Connection, stick: int, files: Iterable[NotTakenEntry]) -> None:
    """What the last build for a stick did not take."""
    folders = _Folders(connection)
    connection.execute("DELETE FROM not_taken WHERE stick = ?", (stick,))
    connection.executemany(
        "INSERT INTO not_taken VALUES (?, ?, ?, ?, ?)",
        ((stick, folders.number(one.folder), *map(storable, one[1:])) for one in files),
    )


class _Folders:
    """Numbers of folders, each of which is kept once."""

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
    return tuple(storable(one) if isinstance(one, str) else one for one in entry)


# What became of it


def plan_removal(connection: sqlite3.Connection, plan: StickPlan, numbers: Iterable[int]) -> int | None:
    """The stick that cases are taken from; None where it is not known under this key."""
    stick = _same_stick(connection, plan)
    if stick is not None:
        connection.execute("UPDATE stick SET planned = ? WHERE stick = ?", (plan.planned, stick))
        query = "UPDATE placed SET state = ? WHERE stick = ? AND number = ?"
        connection.executemany(query, ((GOING, stick, number) for number in numbers))
    return stick


def finish(connection: sqlite3.Connection, stick: int) -> None:
    """The commit of the medium is done."""
    connection.execute(
        "UPDATE stick SET manifest = planned, planned = '', finished = ? WHERE stick = ? AND planned <> ''",
        (now(), stick),
    )
    query = "UPDATE placed SET state = ? WHERE stick = ? AND state = ?"
    connection.executemany(query, [(THERE, stick, BEGUN), (REMOVED, stick, GOING)])


def settle(register: Register) -> None:
    """Note as finished what was committed by a build that could not say so: its manifest tells."""
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
