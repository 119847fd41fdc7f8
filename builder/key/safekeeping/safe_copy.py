"""Copies a study for safe keeping or for a colleague, and puts a copy back; records identical copies of a stick."""

from pathlib import Path
import sqlite3

from builder.errors.register import (
    CopyIsOfOtherStudy,
    NoCopy,
    NoRegister,
    NotOfThisKey,
    RegisterDamaged,
    RegisterFailed,
    StudyHandedOver,
    StudyIsThere,
    StudyIsWhole,
)
from builder.key.crosswalk import crosswalk_path, export, images_path
from builder.key.key_file import load_or_make_key
from builder.key.memory import check_is_ours, open_register
from builder.key.private_files import copy_private, flush_folder, make_folder, register_path
from builder.key.register import Register, Say, copy_register, manifest_digest
from builder.key.safekeeping.lock import has_register, is_locked, lock_path, locked_name, share_lock
from builder.key.sticks import BEGUN, THERE, StickPlan, finish, now, plan_stick, storable

# The case numbers to skip after restoring a copy: the study may have given them after the copy was made.
SKIPPED = 100


def copy_study(key: Path, folder: Path, say: Say) -> Path:
    """Copy a study into a folder, and read it back; returns the copy's key. Raises StudyIsThere, RegisterDamaged."""
    if not key.is_file():
        raise NoRegister(register_path(key))
    copy = folder / key.name
    if copy.exists() or has_register(copy):
        raise StudyIsThere(folder)
    secret, _ = load_or_make_key(key)
    with open_register(key, secret, say) as register:
        make_folder(folder)
        with register.change():  # no other build writes meanwhile
            copy_private(key, copy)
            _copy_register(key, copy)
    for path, made in ((crosswalk_path(key), crosswalk_path(copy)), (images_path(key), images_path(copy))):
        if path.is_file():
            copy_private(path, made)
    _read_back(copy, secret, say)
    return copy


def _copy_register(key: Path, copy: Path) -> None:
    """Copy the register of a study that nobody changes meanwhile; a locked one with its lock, as ciphertext."""
    if not is_locked(key):
        copy_register(register_path(key), register_path(copy))
        return
    copy_private(locked_name(register_path(key)), locked_name(register_path(copy)))
    copy_private(lock_path(key), lock_path(copy))
    share_lock(key, copy)


def hand_over(key: Path, folder: Path, say: Say) -> Path:
    """Copy a study for a colleague; from now on no build here uses it, or both could give the same number."""
    copy = copy_study(key, folder, say)
    secret, _ = load_or_make_key(key)
    with open_register(key, secret, say) as register, register.change() as connection:
        connection.execute("INSERT INTO handed_over VALUES (?, ?)", (now(), storable(str(folder.absolute()))))
    return copy


def restore_study(key: Path, folder: Path, say: Say) -> int:
    """Restore a study that was lost, damaged or handed over; returns the number before the next new case.

    Raises NoCopy, CopyIsOfOtherStudy, StudyIsWhole.
    """
    copy = folder / key.name
    if not (copy.is_file() and has_register(copy)):
        raise NoCopy(copy)
    secret, _ = load_or_make_key(copy)
    _read_back(copy, secret, say)
    if key.exists() and load_or_make_key(key)[0] != secret:
        raise CopyIsOfOtherStudy(copy, key)
    if key.exists() and _is_whole(key, secret, say):
        raise StudyIsWhole(key)
    make_folder(key.parent)
    for path in (register_path(key), locked_name(register_path(key)), lock_path(key)):
        _put_aside(path)
    if not key.exists():
        copy_private(copy, key)
    with open_register(copy, secret, say) as register, register.change():
        _copy_register(copy, key)
    return _count_on(key, secret, say)


def _count_on(key: Path, secret: bytes, say: Say) -> int:
    with open_register(key, secret, say) as register:
        with register.change() as connection:
            (highest,) = connection.execute("SELECT coalesce(max(number), 0) FROM numbered").fetchone()
            connection.execute("INSERT INTO numbered VALUES (?, '')", (highest + SKIPPED,))
        export(register, key)
    return int(highest) + SKIPPED


def _is_whole(key: Path, secret: bytes, say: Say) -> bool:
    if not has_register(key):
        return False
    try:
        _read_back(key, secret, say)
        with open_register(key, secret, say) as register:
            check_is_ours(register)
    except (RegisterDamaged, RegisterFailed, StudyHandedOver):
        return False
    return True


def _read_back(key: Path, secret: bytes, say: Say) -> None:
    with open_register(key, secret, say) as register, register.reading() as connection:
        if connection.execute("PRAGMA integrity_check").fetchone() != ("ok",):
            raise RegisterDamaged(register.path, register.path)


def _put_aside(register: Path) -> None:
    """Keep the replaced register under another name: its data may be recoverable."""
    if register.exists():
        register.replace(register.with_name(f"{register.name}.replaced"))
        flush_folder(register.parent)
    journal = register.with_name(f"{register.name}-journal")
    if journal.exists():  # SQLite would apply it to the copy
        journal.replace(register.with_name(f"{register.name}.replaced-journal"))


# Identical copies of a stick, each a stick of its own


def known_stick(register: Register, source: Path, listed: str) -> int:
    """The number of the stick with exactly the bundle of this manifest; raises NotOfThisKey."""
    digest = manifest_digest(listed)
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
