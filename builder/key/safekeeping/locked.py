"""The register of a locked study: decrypted in memory only; a commit is new ciphertext, flush, rename."""

from collections.abc import Iterator
import contextlib
from pathlib import Path
import shutil
import sqlite3

from builder.key.private_files import previous_path, replacing
from builder.key.register import Register, Say, guarding, told
from builder.key.safekeeping.lock import OpenLock, locked_name, write_sealed

# Never holds anything; its lock is SQLite's own, which ends with the process.
_GUARD = ".guard.db"


class LockedRegister(Register):
    """Like a register in a file, which would be at `path`."""

    def __init__(self, path: Path, lock: OpenLock, say: Say) -> None:
        super().__init__(path, sqlite3.connect(":memory:", isolation_level=None), say)
        self._lock, self._sealed = lock, locked_name(path)
        self._guard = path.with_name(f"{path.stem}{_GUARD}")
        self._load()

    @contextlib.contextmanager
    def change(self) -> Iterator[sqlite3.Connection]:
        """A transaction on the newest ciphertext; in the end it is on the disk, or nothing changed."""
        with told(self.path), guarding(self._guard, self._say):
            self._load()
            self._keep_previous()
            self._connection.execute("BEGIN")
            try:
                yield self._connection
                self._connection.execute("COMMIT")
                write_sealed(self._sealed, self._lock.encrypt(self._connection.serialize()))
            except BaseException:
                with contextlib.suppress(sqlite3.Error):
                    self._connection.execute("ROLLBACK")
                with contextlib.suppress(OSError):
                    self._load()
                raise

    @contextlib.contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """The newest state; it does not change meanwhile."""
        with told(self.path):
            self._load()
            yield self._connection

    def _load(self) -> None:
        if self._sealed.exists():
            self._connection.deserialize(self._lock.decrypt(self._sealed))
        self._connection.execute("PRAGMA temp_store = MEMORY")
        self._connection.execute("PRAGMA trusted_schema = OFF")

    def _has_lost_all(self) -> bool:
        return locked_name(previous_path(self.path)).exists()

    def _keep_previous(self) -> None:
        if not self._has_previous and self._sealed.exists():
            with replacing(locked_name(previous_path(self.path))) as fresh:
                shutil.copyfile(self._sealed, fresh)
            self._has_previous = True
