"""Locks a study with a passphrase: what names people is ciphertext in the age format, and opened in memory only.

The passphrase protects an age identity in `<key>.lock.age`; register, tables, report and pages are encrypted to it. So
the passphrase is stretched once for a command, not for each commit, and the age program can open all of it, too.
"""

from collections.abc import Iterable
import contextlib
from dataclasses import dataclass
from pathlib import Path
import time
from typing import Any

from builder.errors.register import (
    LockMissing,
    LockTakesTooLong,
    NoAge,
    RegisterDamaged,
    RegisterLocked,
    WrongPassphrase,
)
from builder.key.private_files import make_folder, register_path, replacing, write_private

_SUFFIX = ".age"


def lock_path(key: Path) -> Path:
    """The identity of a locked study, encrypted with the passphrase."""
    return _lock_beside(register_path(key))


def _lock_beside(register: Path) -> Path:
    return register.with_name(f"{register.stem}.lock{_SUFFIX}")


def has_register(key: Path) -> bool:
    """Whether a study has a register, locked or not."""
    place = register_path(key)
    return place.exists() or (is_locked(key) and locked_name(place).exists())


def locked_name(path: Path) -> Path:
    """The ciphertext that stands in the place of a file."""
    return path.with_name(f"{path.name}{_SUFFIX}")


def is_locked(key: Path) -> bool:
    """Whether a study is locked."""
    return lock_path(key).exists()


@dataclass(frozen=True, slots=True)
class OpenLock:
    """A lock that was opened in this process: it encrypts and decrypts what belongs to the study."""

    identity: Any

    def encrypt(self, content: bytes) -> bytes:
        """The ciphertext."""
        sealed: bytes = _age().encrypt(content, [self.identity.to_public()])
        return sealed

    def decrypt(self, path: Path) -> bytes:
        """The content of a file; raises RegisterDamaged, OSError."""
        try:
            content: bytes = _age().decrypt(path.read_bytes(), [self.identity])
        except _age().DecryptError:
            raise RegisterDamaged(path, path) from None
        return content


# The beginning of what the library says when it refuses the work, and the seconds between the attempts.
_REFUSED, _PAUSES = "Excessive work", (0.1, 0.3, 1.0, 0.0)
# The locks that this process has opened, by the place of the lock: a passphrase is asked for once.
_opened: dict[Path, OpenLock] = {}


def open_lock(key: Path, passphrase: str) -> None:
    """Open the lock of a study for this process; raises WrongPassphrase, LockTakesTooLong, NoAge, LockMissing."""
    age, place = _age(), lock_path(key)
    try:
        text = _identity_in(place, passphrase)
        _opened[place.absolute()] = OpenLock(age.x25519.Identity.from_str(text))
    except OSError:
        raise LockMissing(place) from None
    except (age.DecryptError, age.IdentityError, ValueError):
        raise WrongPassphrase(place) from None


def _identity_in(place: Path, passphrase: str) -> str:
    """The library refuses to work longer than 16 times what it guesses that the PC does in a second.

    It guesses anew each time, from some milliseconds in which other programs may run.
    """
    age, content = _age(), place.read_bytes()
    for pause in _PAUSES:
        try:
            return str(age.passphrase.decrypt(content, passphrase).decode())
        except age.DecryptError as error:
            if _REFUSED not in str(error):
                raise
        time.sleep(pause)
    raise LockTakesTooLong(place)


def new_lock() -> OpenLock:
    """A lock that belongs to no study yet; raises NoAge."""
    return OpenLock(_age().x25519.Identity.generate())


def put_lock(key: Path, lock: OpenLock, passphrase: str) -> None:
    """Lock a study from now on: this is on the disk when it returns. Raises OSError."""
    make_folder(key.parent)
    write_sealed(lock_path(key), _age().passphrase.encrypt(str(lock.identity).encode(), passphrase))
    _opened[lock_path(key).absolute()] = lock


def forget_locks() -> None:
    """Close every lock that this process has opened."""
    _opened.clear()


def lock_of(key: Path) -> OpenLock | None:
    """The open lock of a study; None if it is not locked. Raises RegisterLocked."""
    return lock_of_register(register_path(key))


def lock_of_register(register: Path) -> OpenLock | None:
    """The same by the place of the register."""
    place = _lock_beside(register)
    if not place.exists():
        return None
    opened = _opened.get(place.absolute())
    if opened is None:
        raise RegisterLocked(place)
    return opened


def share_lock(key: Path, copy: Path) -> None:
    """Open the lock of a copy, which has the same passphrase."""
    opened = lock_of(key)
    if opened is not None:
        _opened[lock_path(copy).absolute()] = opened


def write_kept(key: Path, path: Path, text: str | Iterable[str]) -> Path:
    """Write a file beside a key that may name people; of a locked study as ciphertext. Returns its place.

    Raises PrivateFileFailed, RegisterLocked.
    """
    lock = lock_of(key)
    if lock is None:
        write_private(path, text)
        return path
    content = (text if isinstance(text, str) else "".join(text)).encode("utf-8", "backslashreplace")
    write_sealed(locked_name(path), lock.encrypt(content))
    return locked_name(path)


def write_sealed(path: Path, content: bytes) -> None:
    """Replace a file of ciphertext: new bytes, flush, rename. Raises OSError."""
    with replacing(path) as fresh:
        fresh.write_bytes(content)


def _age() -> Any:
    """Loaded on demand: most studies have no lock."""
    with contextlib.suppress(ImportError):
        import pyrage

        return pyrage
    raise NoAge
