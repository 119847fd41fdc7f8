"""Gives case numbers: a study keeps its number on every stick of a key, and no number is ever given twice."""

from collections.abc import Iterable, Mapping
import sqlite3
from typing import NamedTuple


class StudyOnStick(NamedTuple):
    """A study by its UID on the medium, and by what it is known under the key whatever the policy."""

    study_uid: str
    study: str


def give_numbers(
    connection: sqlite3.Connection, studies: Iterable[StudyOnStick], present: Mapping[str, int]
) -> dict[str, int]:
    """Study Instance UID -> number, in the order of `studies`; those `present` on the medium keep theirs.

    A bundle that was numbered before there was a register may have a number that another study has elsewhere: what is
    on it stays, as readings name it, and the other one gets a new number where both come together.
    """
    following = max(_highest(connection), *present.values(), 0) + 1
    taken, numbers = set(present.values()), dict[str, int]()
    for one in studies:
        if one.study_uid in numbers:
            continue
        number = present.get(one.study_uid)
        if number is None:
            number = next((known for known in _known(connection, one.study) if known not in taken), following)
        following = max(following, number + 1)
        taken.add(number)
        numbers[one.study_uid] = number
        # Where the number is another study's already, that one keeps it.
        connection.execute("INSERT OR IGNORE INTO numbered VALUES (?, ?)", (number, one.study))
    return numbers


def _highest(connection: sqlite3.Connection) -> int:
    query = "SELECT max(coalesce((SELECT max(number) FROM numbered), 0), coalesce((SELECT max(number) FROM placed), 0))"
    return int(connection.execute(query).fetchone()[0])


def _known(connection: sqlite3.Connection, study: str) -> list[int]:
    rows = connection.execute("SELECT number FROM numbered WHERE study = ? ORDER BY number", (study,))
    return [number for (number,) in rows]


def known_as(connection: sqlite3.Connection, study_uid: str) -> str:
    """What a study on a medium is known by; its UID where it is new."""
    query = "SELECT study FROM placed WHERE study_uid = ? ORDER BY stick DESC LIMIT 1"
    row = connection.execute(query, (study_uid,)).fetchone()
    return str(row[0]) if row else study_uid
