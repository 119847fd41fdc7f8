"""The passphrase of a locked study: asked once, twice when the lock is made, or read from a file."""

from pathlib import Path
import sys

import click

from builder.errors.register import RegisterLocked
from builder.key.safekeeping.lock import is_locked, lock_path, open_lock
from builder.key.safekeeping.lock_study import erase_readable, lock_study

# Shorter ones are guessed within days.
SHORTEST = 12

PASSPHRASE = click.option(
    "--passphrase-file", type=click.Path(path_type=Path, dir_okay=False, exists=True), metavar="FILE",
    help="A file whose first line is the passphrase of a locked study. Default: it is asked for.",
)  # fmt: skip


def unlock(key: Path, passphrase_file: Path | None) -> None:
    """Open the lock of a study, if it is locked; raises RegisterLocked, WrongPassphrase."""
    if is_locked(key):
        open_lock(key, _from_file(passphrase_file) or _asked(key, twice=False))
        erase_readable(key)  # what a stop while it was locked has left


def lock(key: Path, passphrase_file: Path | None) -> None:
    """Lock a study that is not locked yet, else open its lock."""
    if is_locked(key):
        unlock(key, passphrase_file)
        return
    passphrase = _from_file(passphrase_file) or _asked(key, twice=True)
    if len(passphrase) < SHORTEST:
        raise click.UsageError(f"A passphrase has at least {SHORTEST} characters: take four words or more.")
    lock_study(key, passphrase, lambda text: click.echo(text, err=True))
    click.echo(f"The study is locked now: {lock_path(key)}", err=True)
    click.echo("Without the passphrase nobody can read it again. Keep it where you keep the key.", err=True)


def _from_file(file: Path | None) -> str:
    """The first line of the file; empty if none is named."""
    if file is None:
        return ""
    lines = file.read_text("utf-8").splitlines()
    if not lines or not lines[0]:
        raise click.UsageError(f"{file} holds no passphrase in its first line.")
    return lines[0]


def _asked(key: Path, *, twice: bool) -> str:
    if not _is_asked():
        raise RegisterLocked(lock_path(key))
    said: str = click.prompt("Passphrase of the study", hide_input=True, confirmation_prompt=twice, err=True)
    return said


def _is_asked() -> bool:
    """Whether there is somebody to ask."""
    return sys.stdin.isatty()
