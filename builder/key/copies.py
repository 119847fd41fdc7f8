"""Records identical copies of a stick, each a stick of its own."""

from pathlib import Path
import sqlite3

from builder.errors.register import NotOfThisKey
from builder.key.register import Register, manifest_digest
from builder.key.sticks import BEGUN, THERE, StickPlan, finish, plan_stick
from bundle.layout import MANIFEST


def known_stick(register: Register, source: Path) -> int:
    """The number of the stick with exactly this bundle; raises NotOfThisKey."""
    digest = manifest_digest((source / MANIFEST).read_text("utf-8"))
    with register.reading() as connection:
        query = "SELECT stick FROM stick WHERE manifest = ? ORDER BY stick DESC LIMIT 1"
        row = connection.execute(query, (digest,)).fetchone()
    if row is None:
        raise NotOfThisKey(source, register.path)
    return int(row[0])


def plan_copy(register: Register, original: int, drive: Path) -> int:
    """Record the copy that is about to be finished; returns its number."""
    with register.change() as connection:
        query = "SELECT file_set_uid, manifest, policy FROM stick WHERE stick = ?"
        file_set, digest, policy = connection.execute(query, (original,)).fetchone()
        copy = plan_stick(connection, StickPlan(drive, file_set, digest, "", policy))
        for table in ("placed", "series", "image", "not_taken"):
            _copy_rows(connection, table, original, copy)
        query = "UPDATE placed SET state = ? WHERE stick = ? AND state = ?"
        connection.execute(query, (BEGUN, copy, THERE))
        connection.execute("DELETE FROM placed WHERE stick = ? AND state <> ?", (copy, BEGUN))
    return copy


def _copy_rows(connection: sqlite3.Connection, table: str, original: int, copy: int) -> None:
    columns = [name for _, name, *_ in connection.execute(f"PRAGMA table_info({table})")]
    others = ", ".join(name for name in columns if name != "stick")
    connection.execute(f"DELETE FROM {table} WHERE stick = ?", (copy,))
    connection.execute(
        f"INSERT INTO {table} (stick, {others}) SELECT ?, {others} FROM {table} WHERE stick = ?", (copy, original)
    )


def note_copied(register: Register, copy: int) -> None:
    """Record that the copy is finished."""
    with register.change() as connection:
        finish(connection, copy)
