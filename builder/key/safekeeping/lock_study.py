"""Locks a study that may have a register already, and leaves none of its files readable; exports it on request."""

import contextlib
import os
from pathlib import Path
import sqlite3

from builder.key.crosswalk import crosswalk_path, export_tables, images_path, is_known
from builder.key.key_file import load_or_make_key
from builder.key.memory import open_register
from builder.key.originals import earlier_originals_path
from builder.key.private_files import (
    copy_private,
    flush_file,
    flush_folder,
    literal,
    look_path,
    make_folder,
    previous_path,
    register_path,
    report_path,
    table_path,
)
from builder.key.register import Register, Say
from builder.key.safekeeping.lock import is_locked, lock_of, locked_name, new_lock, put_lock, write_sealed


def lock_study(key: Path, passphrase: str, say: Say) -> None:
    """Lock a study; raises NoAge, RegisterBusy, RegisterFailed.

    The ciphertext is on the disk before the study counts as locked, and only then what was readable goes. A build that
    still uses the readable register fails, since its tables are gone, instead of writing where nobody looks.
    """
    lock = new_lock()
    if is_known(key):
        secret, _ = load_or_make_key(key)
        with open_register(key, secret, say) as register, register.change() as connection:
            write_sealed(locked_name(register.path), lock.encrypt(connection.serialize()))
            for path in _pages(key):
                if path.exists():
                    write_sealed(locked_name(path), lock.encrypt(path.read_bytes()))
            put_lock(key, lock, passphrase)
            _drop_all(connection)
    else:
        put_lock(key, lock, passphrase)
    erase_readable(key)


def _drop_all(connection: sqlite3.Connection) -> None:
    names = connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'").fetchall()
    for (name,) in names:
        connection.execute(f'DROP TABLE "{name}"')


def _pages(key: Path) -> tuple[Path, ...]:
    return report_path(key), look_path(key), table_path(key)


def erase_readable(key: Path) -> None:
    """Overwrite and remove what a locked study has left readable beside its key; a stop continues the next time."""
    register, tables = register_path(key), (crosswalk_path(key), images_path(key), earlier_originals_path(key))
    names = [register, previous_path(register), *tables, *_pages(key)]
    names += [path.with_name(f"{path.name}.old") for path in tables]
    names += [register.with_name(f"{register.name}{end}") for end in ("-journal", ".replaced", ".replaced-journal")]
    for path in names:  # and what a build that was killed while writing one of them has left
        for left in (path, *path.parent.glob(f"{literal(path.name)}.*.new")):
            if left.exists() and not left.name.startswith(locked_name(path).name):
                _erase(left)


def _erase(path: Path) -> None:
    """The register is only removed: another build may hold it, and its pages are overwritten already."""
    if path.suffix != ".db":
        with contextlib.suppress(OSError), path.open("r+b") as stream:
            stream.write(bytes(path.stat().st_size))
            stream.flush()
            flush_file(stream.fileno())
    os.unlink(path)  # noqa: PTH108  # like every other change of a name here, it is a step that a test can cut
    flush_folder(path.parent)


def export_study(key: Path, folder: Path, register: Register) -> list[Path]:
    """Write what a locked study no longer leaves beside its key into a folder; returns the files."""
    make_folder(folder)
    crosswalk, images = folder / crosswalk_path(key).name, folder / images_path(key).name
    with register.reading() as connection:
        export_tables(connection, crosswalk, images)
    written, lock = [crosswalk, images], lock_of(key)
    for path in _pages(key):
        if lock is not None and locked_name(path).exists():
            write_sealed(folder / path.name, lock.decrypt(locked_name(path)))
            written.append(folder / path.name)
        elif not is_locked(key) and path.exists():
            copy_private(path, folder / path.name)
            written.append(folder / path.name)
    return written
