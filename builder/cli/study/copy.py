"""`mkbundle copy`: several identical sticks, each read back."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import click

from builder.cli.grouped import NO_PROGRESS, command_line
from builder.cli.progress import Screen
from builder.cli.reports.words import count
from builder.cli.sealing.options import PASSWORD_FILE
from builder.cli.sealing.passwords import open_asked
from builder.cli.study.passphrase import PASSPHRASE, unlock
from builder.drive.copying import check_copies, copy_bundle
from builder.drive.private_paths import check_key
from builder.errors.build import BuildStopped
from builder.errors.drive import DriveFailed
from builder.errors.register import NoRegister
from builder.key.crosswalk import is_known
from builder.key.memory import check_is_ours, load_or_make_study, open_register
from builder.key.private_files import register_path
from builder.key.register import Register
from builder.key.safekeeping.safe_copy import known_stick, note_copied, plan_copy
from bundle.errors import EXIT_DONE
from bundle.layout import LOCK, MANIFEST

_LONGEST = 256 << 20
_DRIVE = click.Path(path_type=Path, file_okay=False)


@click.command("copy")
@click.argument("drive", type=_DRIVE)
@click.argument("others", metavar="OTHER...", nargs=-1, required=True, type=_DRIVE)
@click.option("--key", type=click.Path(path_type=Path), help="Study key, whose register then knows the copies.")
@PASSPHRASE
@PASSWORD_FILE
@click.option("--without-readings", is_flag=True, help="Copy a bundle that holds readings, without them.")
@NO_PROGRESS
def copy_command(
    drive: Path, others: tuple[Path, ...], key: Path | None, passphrase_file: Path | None,
    password_file: Path | None, without_readings: bool, no_progress: bool,
) -> int:  # fmt: skip
    """Copy the finished bundle on DRIVE onto each OTHER drive, and read every byte back.

    Copies are identical and hold no readings. Those of an encrypted stick open with its passwords.
    """
    if key is not None:
        for place in (drive, *others):
            check_key(key, place)
        unlock(key, passphrase_file)
    check_copies(drive, others, without_readings=without_readings)
    with _register(key) as register, Screen(bars=not no_progress) as screen:
        original = None if register is None else known_stick(register, drive, _listed(drive, password_file))
        for other in others:
            files, stick = _copy(drive, other, register, original, screen)
            told = "" if stick is None else f"; stick {stick} of this study key"
            click.echo(f"{other}: {count(files, 'file')}, read back and identical{told}")
    click.echo("\nTo check a copy again:")
    for other in others:
        click.echo(f"  {command_line('mkbundle', 'check', other)}")
    return EXIT_DONE


def _listed(drive: Path, password_file: Path | None) -> str:
    """The manifest by which the register knows a stick; of an encrypted one, it is encrypted, too."""
    if not (drive / LOCK).is_file():
        return (drive / MANIFEST).read_text("utf-8")
    with closing(open_asked(drive, password_file)) as medium:
        return medium.read(MANIFEST, _LONGEST).decode()


@contextmanager
def _register(key: Path | None) -> Iterator[Register | None]:
    if key is None:
        yield None
        return
    if not is_known(key):
        raise NoRegister(register_path(key))
    secret, _ = load_or_make_study(key)
    with open_register(key, secret, lambda text: click.echo(text, err=True)) as register:
        check_is_ours(register)
        yield register


def _copy(
    drive: Path, other: Path, register: Register | None, original: int | None, screen: Screen
) -> tuple[int, int | None]:
    """The number of files, and that of the stick if there is a register."""
    planned: list[int] = []

    def note() -> None:
        if register is not None and original is not None:
            planned.append(plan_copy(register, original, other))

    try:
        files = copy_bundle(drive, other, screen.step, note)
    except OSError as error:
        raise DriveFailed(other, error.strerror or type(error).__name__) from error
    except KeyboardInterrupt:
        raise BuildStopped(other) from None
    if register is None or not planned:
        return files, None
    note_copied(register, planned[0])
    return files, planned[0]
