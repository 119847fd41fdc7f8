"""Gives case numbers, the same on every stick of a key and none ever twice, and keeps the words for cases of a plan."""

from collections.abc import Iterable, Mapping
import sqlite3
from typing import NamedTuple

from builder.key.sticks import storable


class StudyOnStick(NamedTuple):
    """A study: its UID on the medium, and its identity under the key, which no policy changes."""

    study_uid: str
    study: str


def give_numbers(
    connection: sqlite3.Connection, studies: Iterable[StudyOnStick], present: Mapping[str, int]
) -> dict[str, int]:
    """Study Instance UID -> number, in the order of `studies`; those `present` on the medium keep theirs.

    A bundle that is older than the register may have a number that another study has elsewhere. It keeps the number,
    since readings name it; where both studies meet, the other gets a new one.
    """
    following = max(_highest(connection), *present.values(), 0) + 1
    taken, numbers = set(present.values()), dict[str, int]()
    for study in studies:
        if study.study_uid in numbers:
            continue
        number = present.get(study.study_uid)
        if number is None:
            number = next((known for known in _known(connection, study.study) if known not in taken), following)
        following = max(following, number + 1)
        taken.add(number)
        numbers[study.study_uid] = number
        # If another study already has the number, that study keeps it.
        connection.execute("INSERT OR IGNORE INTO numbered VALUES (?, ?)", (number, study.study))
    return numbers


def _highest(connection: sqlite3.Connection) -> int:
    query = "SELECT max(coalesce((SELECT max(number) FROM numbered), 0), coalesce((SELECT max(number) FROM placed), 0))"
    return int(connection.execute(query).fetchone()[0])


def _known(connection: sqlite3.Connection, study: str) -> list[int]:
    rows = connection.execute("SELECT number FROM numbered WHERE study = ? ORDER BY number", (study,))
    return [number for (number,) in rows]


def known_as(connection: sqlite3.Connection, study_uid: str) -> str:
    """The identity of a study on a medium under the key; its UID if it is new."""
    query = "SELECT study FROM placed WHERE study_uid = ? ORDER BY stick DESC LIMIT 1"
    row = connection.execute(query, (study_uid,)).fetchone()
    return str(row[0]) if row else study_uid


# Label and group of a case

# Added when first needed: a register without it is no older version.
_CREATE = "CREATE TABLE IF NOT EXISTS case_words (study TEXT PRIMARY KEY, label TEXT NOT NULL, groups TEXT NOT NULL)"
_IS_THERE = "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'case_words'"
_OF_STUDIES = """
SELECT DISTINCT placed.study_uid, label, groups FROM case_words JOIN placed USING (study)
"""


def put_words(connection: sqlite3.Connection, words: Mapping[str, tuple[str, str]]) -> None:
    """Keep (label, group) of studies, by their identity under the key."""
    connection.execute(_CREATE)
    rows = ((study, *map(storable, pair)) for study, pair in words.items())
    connection.executemany("INSERT OR REPLACE INTO case_words VALUES (?, ?, ?)", rows)


def words_of_studies(connection: sqlite3.Connection) -> dict[str, tuple[str, str]]:
    """Study Instance UID on a medium -> (label, group)."""
    if connection.execute(_IS_THERE).fetchone() is None:
        return {}
    return {uid: (label, group) for uid, label, group in connection.execute(_OF_STUDIES)}
