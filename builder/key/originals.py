"""The identifiers of all scans of a key, for which the checker searches a medium."""

from collections.abc import Iterable, Mapping
import json
from pathlib import Path
import sqlite3
from typing import NamedTuple

from builder.errors.build import NoOriginals
from builder.key.private_files import register_path
from builder.key.register import reading_of
from builder.key.safekeeping.lock import has_register
from builder.key.sticks import storable

# No identifier of a person or a device is longer; the beginning of a longer text finds the whole on a medium.
LONGEST = 1024
# (kind, keyword, text).
Entry = tuple[str, str, str]
# Not among the tables of the first version: a register gets it with the first build of this one.
_OWN_TABLE = """CREATE TABLE IF NOT EXISTS own_identifier (
    pseudonym TEXT, kind TEXT, keyword TEXT, text TEXT, PRIMARY KEY (pseudonym, kind, keyword, text)
) WITHOUT ROWID"""

# Likewise, with the first segment that is renamed.
_SEGMENT_NAMES = """CREATE TABLE IF NOT EXISTS segment_name (
    sop_uid TEXT, number INTEGER, label TEXT, original_label TEXT, PRIMARY KEY (sop_uid, number)
) WITHOUT ROWID"""


class KeptOriginals(NamedTuple):
    """(kind, keyword, text) of every identifier in the scans of a key, and for each pseudonym the days to which its
    dates may have been shifted: there these days are not originals; and the person's `own` identifiers."""

    identifiers: set[Entry]
    moved: dict[str, set[str]]
    own: dict[str, set[Entry]]


def earlier_originals_path(key: Path) -> Path:
    """The file that had them before there was a register."""
    return key.with_name(f"{key.stem}.originals.json")


def read_originals(key: Path) -> KeptOriginals:
    """The identifiers for the checker to search for; raises NoOriginals, RegisterDamaged, RegisterFailed."""
    if not has_register(key):
        return read_earlier(earlier_originals_path(key))
    with reading_of(key) as connection:
        found = read_from(connection)
    if not found.identifiers:
        raise NoOriginals(register_path(key))
    return found


def read_from(connection: sqlite3.Connection) -> KeptOriginals:
    """The same from an open register, which may have none yet."""
    identifiers = {(str(a), str(b), str(c)) for a, b, c in connection.execute("SELECT * FROM identifier")}
    moved: dict[str, set[str]] = {}
    for pseudonym, day in connection.execute("SELECT * FROM moved_day"):
        moved.setdefault(pseudonym, set()).add(day)
    own: dict[str, set[Entry]] = {}
    if connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'own_identifier'").fetchone():
        for pseudonym, *entry in connection.execute("SELECT * FROM own_identifier"):
            kind, keyword, text = map(str, entry)
            own.setdefault(str(pseudonym), set()).add((kind, keyword, text))
    return KeptOriginals(identifiers, moved, own)


def put_originals(
    connection: sqlite3.Connection, identifiers: Iterable[Entry], moved: Mapping[str, Iterable[str]],
    own: Mapping[str, Iterable[Entry]] | None = None,
) -> None:  # fmt: skip
    """Add identifiers, days to which dates were shifted, and each person's own identifiers, to the stored ones."""
    rows = ((kind, keyword, storable(text[:LONGEST])) for kind, keyword, text in identifiers)
    connection.executemany("INSERT OR IGNORE INTO identifier VALUES (?, ?, ?)", rows)
    days = ((pseudonym, day) for pseudonym, of_patient in moved.items() for day in of_patient)
    connection.executemany("INSERT OR IGNORE INTO moved_day VALUES (?, ?)", days)
    connection.execute(_OWN_TABLE)
    persons = (
        (pseudonym, kind, keyword, storable(text[:LONGEST]))
        for pseudonym, entries in (own or {}).items() for kind, keyword, text in entries
    )  # fmt: skip
    connection.executemany("INSERT OR IGNORE INTO own_identifier VALUES (?, ?, ?, ?)", persons)


def put_segment_names(connection: sqlite3.Connection, names: Iterable[tuple[str, int, str, str]]) -> None:
    """Keep (SOP Instance UID, Segment Number, name on the medium, old name) of segments that have another name."""
    rows = [(uid, number, label, storable(original[:LONGEST])) for uid, number, label, original in names]
    if rows:
        connection.execute(_SEGMENT_NAMES)
        connection.executemany("INSERT OR REPLACE INTO segment_name VALUES (?, ?, ?, ?)", rows)


def read_earlier(path: Path) -> KeptOriginals:
    """The list in the file that is older than the register; raises NoOriginals."""
    try:
        kept = json.loads(path.read_text("utf-8"))
        if isinstance(kept, list):  # the format before the days were kept
            kept = {"identifiers": kept, "moved": {}}
        identifiers = {(str(kind), str(keyword), str(text)) for kind, keyword, text in kept["identifiers"]}
        moved = {str(who): set(map(str, days)) for who, days in kept["moved"].items()}
        return KeptOriginals(identifiers, moved, {})
    except (OSError, ValueError, TypeError, LookupError, AttributeError):
        raise NoOriginals(path) from None
