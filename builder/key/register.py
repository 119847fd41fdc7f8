"""Opens the register beside a key, the study's memory: one SQLite database, one writer at a time, each commit flushed.

A build records its bundle in three transactions, so that a kill or a power cut at any moment loses nothing:

1. Before anything on the medium names a case, it gets its number. A number that is on the disk is never given again,
   so it does not matter whether the bundle is ever finished.
2. Before the commit of the medium, all rows of the bundle, with the digest that its manifest will have.
3. After the commit of the medium, that it is finished. If this step is lost, the digest shows it later.
"""

from collections.abc import Callable, Iterator
import contextlib
import hashlib
import os
from pathlib import Path
import sqlite3
import time

from builder.errors.register import (
    RegisterBusy,
    RegisterDamaged,
    RegisterFailed,
    RegisterOfOtherKey,
    RegisterTooNew,
)
from builder.key.private_files import flush_folder, make_folder, previous_path, register_path, replacing
from builder.key.pseudonyms import digest
from builder.key.safekeeping.lock import lock_of_register, locked_name
from builder.key.tables import CREATE, UPGRADES, VERSION

PATIENCE = 30.0
_PAUSE = 0.05
_DAMAGED = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
_TAKEN = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
# Fills a new register from an old key folder.
TakeOver = Callable[[sqlite3.Connection], None]
Say = Callable[[str], None]


def fingerprint(secret: bytes) -> str:
    """Identifies the key of a register; reveals nothing about the secret."""
    return digest(secret, "register", "").hex()[:32]


class Register:
    """An open register; use it as a context. Only `change` writes, and no lock is held outside of it."""

    def __init__(self, path: Path, connection: sqlite3.Connection, say: Say, *, is_copy: bool = False) -> None:
        self.path = path
        self._connection, self._say = connection, say
        self._has_previous = is_copy  # of a copy in memory, nobody needs the state before

    def __enter__(self) -> "Register":
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()

    def set_up(self) -> None:
        """Set how durable each commit is.

        EXTRA is FULL, and also flushes the folder after deleting the journal: otherwise a power cut could restore the
        journal, and with it the state before the commit (SQLite, PRAGMA synchronous).
        """
        self._patiently("PRAGMA synchronous = EXTRA")
        self._patiently("PRAGMA trusted_schema = OFF")
        self._patiently("PRAGMA secure_delete = ON")

    @contextlib.contextmanager
    def change(self) -> Iterator[sqlite3.Connection]:
        """A transaction: in the end all of it is on the disk, or nothing. The first one makes a copy before.

        Raises RegisterBusy, RegisterDamaged, RegisterFailed.
        """
        with told(self.path):
            self._patiently("BEGIN IMMEDIATE")
            try:
                self._keep_previous()
                yield self._connection
                self._patiently("COMMIT")
            except BaseException:
                with contextlib.suppress(sqlite3.Error):
                    self._connection.execute("ROLLBACK")
                raise

    @contextlib.contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """A consistent view for reading; raises RegisterBusy, RegisterDamaged, RegisterFailed."""
        with told(self.path):
            self._patiently("BEGIN")
            try:
                self._patiently("SELECT 1 FROM sqlite_schema")
                yield self._connection
            finally:
                with contextlib.suppress(sqlite3.Error):
                    self._connection.execute("ROLLBACK")

    def prepare(self, key: Path, secret: bytes, take_over: TakeOver) -> None:
        """Make the tables if there are none; raises RegisterOfOtherKey, RegisterTooNew, RegisterDamaged."""
        with told(self.path):
            if self._version() == 0:
                self._fill(secret, take_over)
            if self._version() > VERSION:
                raise RegisterTooNew(self.path, self._version(), VERSION)
            if self._version() < VERSION:
                self._upgrade()
            with self.reading() as connection:
                if connection.execute("SELECT fingerprint FROM of_key").fetchone() != (fingerprint(secret),):
                    raise RegisterOfOtherKey(self.path, key)

    def _has_lost_all(self) -> bool:
        """Whether there was a state before, although there is none now."""
        return previous_path(self.path).exists()

    def is_empty(self) -> bool:
        """Whether there are no tables yet, and never were."""
        with told(self.path):
            return self._version() == 0 and not self._has_lost_all()

    def check_version(self) -> None:
        """Refuse a format that this program cannot read; raises RegisterTooNew, RegisterDamaged."""
        with told(self.path):
            found = self._version()
        if found > VERSION:
            raise RegisterTooNew(self.path, found, VERSION)
        if found == 0:
            raise RegisterDamaged(self.path, previous_path(self.path))

    def _version(self) -> int:
        return int(self._patiently("PRAGMA user_version").fetchone()[0])

    def _fill(self, secret: bytes, take_over: TakeOver) -> None:
        self._has_previous = True  # there is nothing to copy
        with self.change() as connection:
            if self._version() != 0:  # another build was first, and may have made a copy since
                self._has_previous = False
                return
            if self._has_lost_all():
                raise RegisterDamaged(self.path, previous_path(self.path))
            for statement in CREATE.split(";\n"):
                connection.execute(statement)
            connection.execute("INSERT INTO of_key VALUES (?)", [fingerprint(secret)])
            take_over(connection)
            connection.execute("PRAGMA user_version = 1")
            self._bring_up(connection)

    def _upgrade(self) -> None:
        with self.change() as connection:
            self._bring_up(connection)

    def _bring_up(self, connection: sqlite3.Connection) -> None:
        """Add what later versions have; nothing if another build was first."""
        for version in range(self._version(), VERSION):
            for statement in UPGRADES[version].split(";\n"):
                connection.execute(statement)
            connection.execute(f"PRAGMA user_version = {version + 1}")

    def _keep_previous(self) -> None:
        if not self._has_previous:
            copy_register(self.path, previous_path(self.path))
            self._has_previous = True

    def _patiently(self, statement: str) -> sqlite3.Cursor:
        """Execute a statement that may have to wait for another build."""
        end, said = time.monotonic() + PATIENCE, False
        while True:
            try:
                return self._connection.execute(statement)
            except sqlite3.OperationalError as error:
                if _kind(error) not in _TAKEN:
                    raise
            if time.monotonic() > end:
                raise RegisterBusy(self.path, PATIENCE)
            if not said:
                self._say(f"Another mkbundle is writing in {self.path}: waiting for it …")
                said = True
            time.sleep(_PAUSE)


def rehearsal(path: Path, say: Say) -> Register:
    """A copy of the register in memory, empty if there is none: what is changed in it is forgotten.

    Raises RegisterDamaged, RegisterFailed.
    """
    with told(path):
        memory = sqlite3.connect(":memory:", isolation_level=None)
        register = Register(path, memory, say, is_copy=True)
        with contextlib.ExitStack() as undo:
            undo.enter_context(register)
            lock = lock_of_register(path)
            if lock is not None:
                if locked_name(path).exists():
                    memory.deserialize(lock.decrypt(locked_name(path)))
            elif path.exists():
                with contextlib.closing(_open(path)) as source:
                    source.backup(memory)
            undo.pop_all()
    return register


def connect(path: Path, say: Say, *, make: bool) -> Register:
    """The register in a file, whatever its content; raises RegisterDamaged, RegisterFailed, RegisterLocked."""
    lock = lock_of_register(path)
    if lock is not None:
        from builder.key.safekeeping.locked import LockedRegister  # which is a register, too

        with told(path):
            make_folder(path.parent)
            return LockedRegister(path, lock, say)
    with told(path):
        if make:
            _make_file(path)
        register = Register(path, _open(path), say)
        with contextlib.ExitStack() as undo:
            undo.enter_context(register)
            register.set_up()
            undo.pop_all()
    return register


@contextlib.contextmanager
def reading_of(key: Path) -> Iterator[sqlite3.Connection]:
    """A consistent view of the register beside a key; says nothing, since it waits for a moment at most.

    Raises RegisterBusy, RegisterDamaged, RegisterFailed, RegisterTooNew.
    """
    with connect(register_path(key), lambda _: None, make=False) as register:
        register.check_version()
        with register.reading() as connection:
            yield connection


def copy_register(register: Path, place: Path) -> None:
    """Copy a register while no other build changes it, replacing any file at `place`; raises sqlite3.Error.

    SQLite does it: opening and closing the file in any other way would release the lock on it. It uses a connection of
    its own, since SQLite copies nothing from one that is about to write.
    """
    with (
        replacing(place) as fresh,
        contextlib.closing(_open(register)) as source,
        contextlib.closing(_open(fresh)) as copy,
    ):
        copy.execute("PRAGMA synchronous = OFF")
        source.backup(copy)


@contextlib.contextmanager
def guarding(path: Path, say: Say) -> Iterator[None]:
    """Hold a lock that ends with the process: that of an empty database. Raises RegisterBusy, sqlite3.Error."""
    _make_file(path)
    with Register(path, _open(path), say) as guard:
        guard._patiently("BEGIN EXCLUSIVE")
        yield


def _open(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{path.absolute().as_uri()}?mode=rw", timeout=0, isolation_level=None, uri=True)


def _make_file(path: Path) -> None:
    make_folder(path.parent)
    with contextlib.suppress(FileExistsError):
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        flush_folder(path.parent)


@contextlib.contextmanager
def told(path: Path) -> Iterator[None]:
    """Turn errors of SQLite and the system into messages for the researcher."""
    try:
        yield
    except sqlite3.Error as error:
        if _kind(error) in _DAMAGED:
            raise RegisterDamaged(path, previous_path(path)) from error
        raise RegisterFailed(path, str(error)) from error
    except OSError as error:
        raise RegisterFailed(path, error.strerror or type(error).__name__) from error


def _kind(error: sqlite3.Error) -> int:
    return (getattr(error, "sqlite_errorcode", None) or 0) & 0xFF


def manifest_digest(text: str) -> str:
    """The SHA-256 of a manifest, which identifies a finished medium."""
    return hashlib.sha256(text.encode()).hexdigest()
