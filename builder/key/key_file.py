"""The file of the study key: made once, complete and flushed, even if several builds begin at the same time."""

import os
from pathlib import Path
import secrets
from string import hexdigits
import time

from builder.errors.build import BadKey, PrivateFileFailed
from builder.key.private_files import flush_file, flush_folder, fresh_file, make_folder

_KEY_BYTES = 32
_FIGURES = 2 * _KEY_BYTES
# How long another build may take to write 64 digits into the file that it has just made.
_WAIT, _PAUSE = 3.0, 0.02


def secret_without_key() -> bytes:
    """A secret for a rehearsal, which leaves no key."""
    return secrets.token_bytes(_KEY_BYTES)


def load_or_make_key(path: Path) -> tuple[bytes, bool]:
    """The secret in a key file, and whether it was just made; raises BadKey, PrivateFileFailed.

    If several builds find no key, one makes it and the others read it.
    """
    if not path.exists():
        try:
            made = _make(path)
        except OSError as error:
            raise PrivateFileFailed(path, error.strerror or type(error).__name__) from error
        if made is not None:
            return made, True
    return _read(path), False


def _make(path: Path) -> bytes | None:
    """The secret of a new key; None if another build was first."""
    secret = secrets.token_bytes(_KEY_BYTES)
    make_folder(path.parent)
    with fresh_file(path) as fresh:
        _fill(fresh, os.O_WRONLY, secret)
        try:
            os.link(fresh, path)  # fails if the file exists; others see the complete key or none
        except FileExistsError:
            return None
        except OSError:  # a file system without links, such as exFAT
            try:
                _fill(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, secret)
            except FileExistsError:
                return None
    flush_folder(path.parent)
    return secret


def _fill(path: Path, flags: int, secret: bytes) -> None:
    descriptor = os.open(path, flags, 0o600)
    try:
        os.write(descriptor, secret.hex().encode() + b"\n")
        flush_file(descriptor)
    finally:
        os.close(descriptor)


def _read(path: Path) -> bytes:
    """The secret; waits while another build is still writing it."""
    end = time.monotonic() + _WAIT
    while True:
        try:
            text = "".join(path.read_bytes().decode("ascii").split())
        except (ValueError, OSError):
            raise BadKey(path) from None
        if len(text) > _FIGURES or not set(text) <= set(hexdigits):
            raise BadKey(path)
        if len(text) == _FIGURES:
            return bytes.fromhex(text)
        if time.monotonic() > end:
            raise BadKey(path)
        time.sleep(_PAUSE)
