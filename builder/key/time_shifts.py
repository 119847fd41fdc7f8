"""Decides how the dates and times of each examination are shifted: by its patient's offset, and past no midnight.

A patient's offset has the days that follow from the key, and the first of the key's times of day under which none of
the examinations in the build crosses midnight: programs that compute SUV subtract times and ignore dates. The register
keeps it, so that later builds shift alike. An examination that comes later and would cross midnight is shifted further.
Patients whom version 1 of the register met keep what they have: an offset with any time of day.
"""

from collections.abc import Iterable, Iterator, Sequence
import sqlite3
from typing import NamedTuple

from builder.key.pseudonyms import StudyKey
from builder.plan import SourcePatient, SourceStudy, TimeShift

_DAY = 86_400
_ATTEMPTS = 64
# A time of day is never close to the true one.
_LEAST = 3600
# An examination that is shifted further ends or begins this many seconds from midnight.
_MARGIN = 60
# The first and last second of the day on which something of a study happened.
Span = tuple[int, int]


class Shifted(NamedTuple):
    """A study that is shifted `further` seconds than its patient's offset, or still crosses midnight."""

    pseudonym: str
    study: SourceStudy
    further: int
    crosses: bool


def give_shifts(connection: sqlite3.Connection, patients: Iterable[SourcePatient], key: StudyKey) -> list[Shifted]:
    """Set the shift of every study; returns the unusual ones. Writes into the register."""
    return [found for patient in patients for found in _of_patient(connection, patient, key)]


def _of_patient(connection: sqlite3.Connection, patient: SourcePatient, key: StudyKey) -> Iterator[Shifted]:
    pseudonym = key.pseudonym(patient.key)
    spans = [_span(study) for study in patient.studies]
    scheme, seconds = _offset(connection, pseudonym, patient.key, spans, key)
    secret = key.fraction_secret(patient.key) if scheme > 1 else b""
    for study, span in zip(patient.studies, spans, strict=True):
        further = _further(connection, key.study(study.uid_key), span, seconds) if scheme > 1 else 0
        study.shift = TimeShift(seconds + further, secret)
        crosses = span is not None and _crosses(span, study.shift.seconds)
        if further or crosses:
            yield Shifted(pseudonym, study, further, crosses)


def _offset(
    connection: sqlite3.Connection, pseudonym: str, person_key: str, spans: Sequence[Span | None], key: StudyKey
) -> tuple[int, int]:
    """Scheme and seconds; a patient who is new gets them."""
    row = connection.execute("SELECT scheme, seconds FROM time_shift WHERE pseudonym = ?", (pseudonym,)).fetchone()
    if row is None:
        row = 2, _chosen(person_key, [span for span in spans if span is not None], key)
        connection.execute("INSERT INTO time_shift VALUES (?, ?, ?)", (pseudonym, *row))
    scheme, seconds = row
    return scheme, key.offset_seconds(person_key) if seconds is None else seconds


def _chosen(person_key: str, spans: Sequence[Span], key: StudyKey) -> int:
    """The first offset that suits all examinations, else the one that suits most."""
    offsets = [key.offset_seconds(person_key, attempt) for attempt in range(_ATTEMPTS)]
    offsets = [seconds for seconds in offsets if _LEAST <= seconds % _DAY <= _DAY - _LEAST] or offsets
    return min(offsets, key=lambda seconds: sum(_crosses(span, seconds) for span in spans))


def _span(study: SourceStudy) -> Span | None:
    """The first and last second of the day on which something of a study happened; None if no file says so."""
    files = [instance.file for series in study.series for instance in series.instances]
    firsts = [file.first_second for file in files if file.first_second >= 0]
    return (min(firsts), max(file.last_second for file in files)) if firsts else None


def _crosses(span: Span, seconds: int) -> bool:
    first, last = span
    return (first + seconds) // _DAY != (last + seconds) // _DAY


def _further(connection: sqlite3.Connection, study: str, span: Span | None, seconds: int) -> int:
    """The additional seconds of a study: those of earlier builds, or the fewest that keep it within a day."""
    row = connection.execute("SELECT seconds FROM further_shift WHERE study = ?", (study,)).fetchone()
    if row is not None:
        return int(row[0])
    further = 0 if span is None or not _crosses(span, seconds) else _to_one_day(span, seconds)
    connection.execute("INSERT INTO further_shift VALUES (?, ?)", (study, further))
    return further


def _to_one_day(span: Span, seconds: int) -> int:
    """Back to before midnight or on to after it, whichever is nearer; 0 if the examination fills the day."""
    first, last = ((second + seconds) % _DAY for second in span)
    back, on = -(last + _MARGIN), _DAY - first + _MARGIN
    chosen = back if -back < on else on
    return 0 if _crosses(span, seconds + chosen) else chosen
