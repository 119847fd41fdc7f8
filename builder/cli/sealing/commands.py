"""`mkbundle password`: who opens an encrypted stick. `mkbundle unlock`: its plain bundle, for an import."""

from contextlib import closing
from pathlib import Path

import click

from builder.cli.grouped import NO_PROGRESS
from builder.cli.progress import Screen
from builder.cli.reports.words import count
from builder.cli.sealing.options import PASSWORD_FILE
from builder.cli.sealing.passwords import known_password, new_password, open_asked
from builder.errors.sealing import NotSealed
from bundle.errors import EXIT_DONE
from bundle.layout import LOCK
from bundle.sealed.header import LockHeader, read_header, write_header
from bundle.sealed.slots import (
    Keys,
    NewSlot,
    Role,
    add_slot,
    change_password,
    check_name,
    check_new_name,
    listed,
    open_header,
    remove_slot,
)

_DRIVE = click.Path(path_type=Path, file_okay=False, exists=True)
_FILE = click.Path(path_type=Path, dir_okay=False, exists=True)
_ROLES = {"reader": Role.READER, "checker": Role.CHECKER}


@click.command("password")
@click.argument("action", type=click.Choice(("list", "add", "change", "remove")))
@click.argument("drive", type=_DRIVE)
@click.argument("name", default="")
@click.option(
    "--role", type=click.Choice(tuple(_ROLES)), default="reader", show_default=True,
    help="With add: a reader opens the scans and has answers; a checker opens the scans alone.",
)  # fmt: skip
@PASSWORD_FILE
@click.option(
    "--new-password-file", type=_FILE, metavar="FILE",
    help="A file whose first line is the password to set. Default: it is asked for.",
)  # fmt: skip
def password_command(
    action: str, drive: Path, name: str, role: str, password_file: Path | None, new_password_file: Path | None
) -> int:
    """List, add, change or remove a password of the encrypted stick DRIVE; NAME is whose it is.

    Only the header of the stick is rewritten. Without NAME, change sets the password that was typed anew.
    """
    check_is_sealed(drive)
    if not name and action in ("add", "remove"):
        raise click.UsageError(f"Say whose password to {action}: mkbundle password {action} {drive} NAME")
    header = read_header(drive)
    keys = open_header(header, known_password(drive, password_file))
    if action == "list":
        click.echo("\n".join(_lines(header, keys)))
        return EXIT_DONE
    write_header(drive, _changed(header, keys, action, name, role, new_password_file))
    click.echo(f"{drive}: {_DONE[action].format(name=name or keys.name)}")
    return EXIT_DONE


_DONE = {
    "add": "the password of {name} opens it now",
    "change": "the password of {name} is another one now",
    "remove": "the password of {name} does not open it any more; a copy of the stick from before it still does",
}


def _changed(header: LockHeader, keys: Keys, action: str, name: str, role: str, file: Path | None) -> LockHeader:
    if action == "remove":
        return remove_slot(header, keys, name)
    if action == "add":
        check_new_name(listed(header, keys), name)  # before anybody thinks of a password in vain
        return add_slot(header, keys, NewSlot(_ROLES[role], name, new_password(name, file, "--new-password-file")))
    if name and name != keys.name:
        check_name(header, keys, name)
    return change_password(header, keys, name, new_password(name or keys.name, file, "--new-password-file"))


def _lines(header: LockHeader, keys: Keys) -> list[str]:
    return [f"{entry.role.name.lower():<12}{entry.name}" for entry in listed(header, keys)]


@click.command("unlock")
@click.argument("drive", type=_DRIVE)
@click.argument("folder", type=click.Path(path_type=Path))
@PASSWORD_FILE
@NO_PROGRESS
def unlock_command(drive: Path, folder: Path, password_file: Path | None, no_progress: bool) -> int:
    """Write the plain bundle of the encrypted stick DRIVE into FOLDER, for a hospital's import.

    FOLDER must be empty, and lie elsewhere. Journals come along as far as the password opens them.
    """
    from builder.pipeline.sealing.unseal import check_place, write_plain

    check_is_sealed(drive)
    check_place(drive, folder)
    with closing(open_asked(drive, password_file)) as medium, Screen(bars=not no_progress) as screen:
        files = write_plain(medium, folder, screen)
    click.echo(f"{folder}: {count(files, 'file')}, not encrypted. Every DICOM program can open them: so can everybody.")
    return EXIT_DONE


def check_is_sealed(drive: Path) -> None:
    """Raise NotSealed if there is nothing to open."""
    if not (drive / LOCK).is_file():
        raise NotSealed(drive)
