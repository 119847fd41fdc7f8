"""Searches the register: which case is which patient, from which folder, on which stick."""

from collections.abc import Collection
from functools import partial
import os
import re
import sqlite3
from typing import NamedTuple

from builder.key.case_numbers import words_of_studies
from builder.key.pseudonyms import is_uid
from builder.key.sticks import storable
from bundle import layout

_CASE = re.compile(r"case[- ]?0*(\d{1,9})", re.IGNORECASE)
_WORDS = re.compile(r"[\^=,\s]+")


class FoundStick(NamedTuple):
    """A stick with the numbers of its cases; 0 stands for all sticks that are older than the register."""

    stick: int
    drive: str
    begun: str
    finished: str
    numbers: tuple[int, ...]


class FoundCase(NamedTuple):
    """A case on a stick, with the values of its scans; these are empty if no build with this key has read the scans."""

    stick: int
    study_uid: str
    number: int
    state: str
    images: int
    left_out: int
    undecided: int
    masked: int
    kept: int
    pseudonym: str
    patient_id: str
    name: str
    birth_date: str
    original_study_uid: str
    study_date: str
    accession_number: str

    @property
    def case(self) -> str:
        """'CASE-002'."""
        return layout.case_number(self.number)


class FoundLeftOut(NamedTuple):
    """A file of the scans that is not on the stick, and the reason."""

    stick: int
    path: str
    reason: str
    detail: str


_CASES = """
SELECT placed.stick, study_uid, number, state, images, left_out, undecided, masked, kept,
    coalesce(patient.pseudonym, ''), coalesce(patient_id, ''), coalesce(name, ''), coalesce(birth_date, ''),
    coalesce(original_study_uid, ''), coalesce(study_date, ''), coalesce(accession_number, '')
FROM placed LEFT JOIN study USING (study) LEFT JOIN patient USING (pseudonym) ORDER BY number, placed.stick
"""
_IMAGE_UIDS = ("sop_uid", "original_sop_uid", "series_uid", "original_series_uid")


def sticks(connection: sqlite3.Connection) -> list[FoundStick]:
    """All sticks, in the order of their numbers."""
    query = "SELECT stick, drive, begun, finished FROM stick ORDER BY stick"
    of_stick = "SELECT number FROM placed WHERE stick = ? AND state <> 'removed' ORDER BY number"
    found = []
    for stick, drive, begun, finished in connection.execute(query).fetchall():
        numbers = tuple(number for (number,) in connection.execute(of_stick, (stick,)))
        found.append(FoundStick(stick, drive, begun, finished, numbers))
    return found


def every_case(connection: sqlite3.Connection) -> list[FoundCase]:
    """Every case on every stick, by number."""
    return [FoundCase(*row) for row in connection.execute(_CASES)]


def find_cases(connection: sqlite3.Connection, what: str, stick: int | None) -> list[FoundCase]:
    """The cases that `what` may mean: exact matches, or else names with these words, or else values with this part.

    It may be a case, a Patient ID, a pseudonym, a name, an accession number, a UID, or a folder or file of the scans.
    """
    here = [case for case in every_case(connection) if stick in (None, case.stick)]
    images = _with_images(connection, what) | _with_label(connection, what)
    for fits in (partial(_is_just, what, images), partial(_is_called, what), partial(_has_part, what)):
        found = [case for case in here if fits(case)]
        if found:
            return found
    return []


def _with_images(connection: sqlite3.Connection, what: str) -> set[tuple[int, str]]:
    """(Stick, Study Instance UID) of images that have this UID, or come from this file or folder."""
    found: set[tuple[int, str]] = set()
    for column in _IMAGE_UIDS if is_uid(what) else ():
        found.update(connection.execute(f"SELECT DISTINCT stick, study_uid FROM image WHERE {column} = ?", (what,)))
    folder, name = os.path.split(_as_kept(what))
    query = "SELECT DISTINCT stick, study_uid FROM image JOIN folder USING (folder) WHERE"
    found.update(connection.execute(f"{query} folder.path = ? AND file = ?", (folder, name)))
    below = _as_kept(what).rstrip(os.sep) + os.sep
    found.update(
        connection.execute(
            f"{query} folder.path || ? = ? OR substr(folder.path, 1, ?) = ?", (os.sep, below, len(below), below)
        )
    )
    return found


def _with_label(connection: sqlite3.Connection, what: str) -> set[tuple[int, str]]:
    """(Stick, Study Instance UID) of cases with this label, or in this group."""
    wanted = what.strip().casefold()
    uids = [uid for uid, words in words_of_studies(connection).items() if wanted in [word.casefold() for word in words]]
    query = "SELECT stick, study_uid FROM placed WHERE study_uid = ?"
    return {row for uid in uids if wanted for row in connection.execute(query, (uid,))}


def _as_kept(path: str) -> str:
    return storable(os.path.abspath(path))  # noqa: PTH100  # without following links


def _is_just(what: str, images: Collection[tuple[int, str]], case: FoundCase) -> bool:
    named = _CASE.fullmatch(what.strip())
    texts = (case.patient_id, case.pseudonym, case.accession_number, case.original_study_uid, case.study_uid)
    return (
        (named is not None and int(named[1]) == case.number)
        or what.strip().casefold() in {text.casefold() for text in texts if text}
        or (case.stick, case.study_uid) in images
    )


def _is_called(what: str, case: FoundCase) -> bool:
    return bool(_words(what)) and _words(what) <= _words(case.name)


def _words(name: str) -> set[str]:
    return {word for word in _WORDS.split(name.casefold()) if word}


def _has_part(what: str, case: FoundCase) -> bool:
    part = what.strip().casefold()
    return bool(part) and any(part in text.casefold() for text in (case.patient_id, case.name, case.accession_number))


def folders_of(connection: sqlite3.Connection, case: FoundCase) -> list[str]:
    """The folders that the images of a case came from."""
    query = (
        "SELECT DISTINCT folder.path FROM image JOIN folder USING (folder) WHERE stick = ? AND study_uid = ? ORDER BY 1"
    )
    return [path for (path,) in connection.execute(query, (case.stick, case.study_uid))]


def series_of(connection: sqlite3.Connection, case: FoundCase) -> list[tuple[str, int]]:
    """(Modality, images) of each series of a case."""
    query = "SELECT modality, images FROM series WHERE stick = ? AND study_uid = ? ORDER BY series_number, series_uid"
    return connection.execute(query, (case.stick, case.study_uid)).fetchall()


def find_not_taken(connection: sqlite3.Connection, what: str, stick: int | None) -> list[FoundLeftOut]:
    """The files with this name that are not on a stick."""
    folder, name = os.path.split(_as_kept(what))
    query = (
        "SELECT stick, path, file, reason, detail FROM not_taken JOIN folder USING (folder) WHERE path = ? AND file = ?"
    )
    rows = connection.execute(query, (folder, name)).fetchall()
    return [
        FoundLeftOut(number, os.path.join(path, file), reason, detail)  # noqa: PTH118  # as it is stored
        for number, path, file, reason, detail in rows
        if stick in (None, number)
    ]
