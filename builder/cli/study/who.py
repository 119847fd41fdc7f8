"""`mkbundle who`: which case is which patient, from which folder, on which stick."""

from pathlib import Path

import click

from builder.cli.build_options import default_key
from builder.cli.study.passphrase import PASSPHRASE, unlock
from builder.cli.study.who_text import case_lines, not_taken_lines, stick_lines
from builder.drive.private_paths import check_outside
from builder.errors.register import NoRegister
from builder.key.crosswalk import is_known
from builder.key.key_file import load_or_make_key
from builder.key.lookup import FoundCase, FoundStick, find_cases, find_not_taken, sticks
from builder.key.memory import open_register
from builder.key.private_files import register_path, write_private
from builder.key.register import Register, connect
from builder.key.safekeeping.lock import has_register
from bundle.errors import EXIT_DONE, EXIT_FINDINGS


@click.command("who")
@click.argument("what", nargs=-1)
@click.option("--stick", metavar="STICK", help="Only on this stick: its number, or the drive that it was written on.")
@click.option("--key", type=click.Path(path_type=Path), help="Study key, whose register is asked.")
@click.option(
    "--html", "html_file", type=click.Path(path_type=Path, dir_okay=False), help="Write the whole register as a page."
)
@PASSPHRASE
def who_command(
    what: tuple[str, ...], stick: str | None, key: Path | None, html_file: Path | None, passphrase_file: Path | None
) -> int:
    """Say which case is who, from which folder, on which stick.

    WHAT is a case, a Patient ID, a pseudonym, a name, an accession number, a UID, or a folder or file of the scans.
    Without it, every stick of the key is listed.
    """
    unlock(key or default_key(), passphrase_file)
    with register_of(key or default_key()) as register, register.reading() as connection:
        if html_file is not None:
            from builder.cli.study.register_html import html_register

            check_outside([html_file], [])
            write_private(html_file, html_register(connection, register.path.name))
        known = sticks(connection)
        wanted = None if stick is None else _stick(stick, known)
        elsewhere: list[FoundCase] = []
        if not what:
            lines = stick_lines([stick for stick in known if wanted in (None, stick.stick)])
            found = bool(lines)
        else:
            cases = find_cases(connection, " ".join(what), wanted)
            files = find_not_taken(connection, " ".join(what), wanted)
            lines = [*case_lines(connection, cases, known), *not_taken_lines(files)]
            found = bool(cases or files)
            elsewhere = find_cases(connection, " ".join(what), None)
    if not found:
        where = "" if wanted is None else f" on stick {wanted}"
        lines = [f"Nothing is known of {' '.join(what) or 'any stick'}{where} under this key."]
        others = sorted({case.stick for case in elsewhere} - {wanted})
        lines += [f"It is on stick {', '.join(map(str, others))}."] if others else []
    click.echo("\n".join(lines))
    return EXIT_DONE if found else EXIT_FINDINGS


def register_of(key: Path) -> Register:
    """The register, even if the key itself is lost; takes over an old key folder. Raises NoRegister."""
    if not is_known(key):
        raise NoRegister(register_path(key))
    if key.is_file():
        secret, _ = load_or_make_key(key)
        return open_register(key, secret, _say)
    if not has_register(key):
        raise NoRegister(register_path(key))
    register = connect(register_path(key), _say, make=False)
    register.check_version()
    return register


def _say(text: str) -> None:
    click.echo(text, err=True)


def _stick(named: str, known: list[FoundStick]) -> int:
    """The stick with this number, or the last one written on this drive."""
    if named.isdecimal():
        if int(named) in {stick.stick for stick in known}:
            return int(named)
        raise click.UsageError(f"There is no stick {named}: the key has {_numbers(known)}. 'mkbundle who' lists them.")
    place = str(Path(named).absolute())
    on_drive = [stick.stick for stick in known if stick.drive == place]
    if not on_drive:
        raise click.UsageError(f"No stick of this key was written on {named}. 'mkbundle who' lists them.")
    return on_drive[-1]


def _numbers(known: list[FoundStick]) -> str:
    return f"{known[0].stick} to {known[-1].stick}" if known else "none"
