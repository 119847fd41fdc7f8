"""The old names of segments that have another one on a medium, in the register beside the study key."""

from collections.abc import Iterable
import sqlite3

from builder.key.sticks import storable

# Not among the tables of the first versions: a register gets it with the first segment that is renamed.
_TABLE = """CREATE TABLE IF NOT EXISTS segment_name (
    sop_uid TEXT, number INTEGER, label TEXT, original_label TEXT, PRIMARY KEY (sop_uid, number)
) WITHOUT ROWID"""
# No Segment Label (LO) is longer.
_LONGEST = 1024


def put_segment_names(connection: sqlite3.Connection, names: Iterable[tuple[str, int, str, str]]) -> None:
    """Keep (SOP Instance UID, Segment Number, name on the medium, old name) of each."""
    rows = [(uid, number, label, storable(original[:_LONGEST])) for uid, number, label, original in names]
    if rows:
        connection.execute(_TABLE)
        connection.executemany("INSERT OR REPLACE INTO segment_name VALUES (?, ?, ?, ?)", rows)
