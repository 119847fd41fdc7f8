"""The options of a build that makes an encrypted medium."""

from dataclasses import dataclass
from pathlib import Path

import click

from builder.cli.grouped import grouped

_FILE = click.Path(path_type=Path, dir_okay=False, exists=True)


@dataclass(frozen=True, slots=True)
class ForSealing:
    """Whether to encrypt, and where the researcher's password lies if nobody is to be asked."""

    encrypt: bool
    password_file: Path | None


SEALING = grouped(
    "sealing",
    ForSealing,
    click.option(
        "--encrypt", is_flag=True, help="Encrypt the stick: it opens with a password, and no plain byte is on it."
    ),
    click.option(
        "--password-file", type=_FILE, metavar="FILE",
        help="A file whose first line is the researcher's password of the stick. Default: it is asked for.",
    ),
)  # fmt: skip

PASSWORD_FILE = click.option(
    "--password-file", type=_FILE, metavar="FILE",
    help="A file whose first line is the password of an encrypted stick. Default: it is asked for.",
)  # fmt: skip


def check_sealing(sealing: ForSealing, *, add: bool, removed: bool) -> None:
    """Refuse options that do not go together; nothing is ever written in plain instead."""
    if sealing.password_file is not None and not (sealing.encrypt or add or removed):
        raise click.UsageError(
            "--password-file is for an encrypted stick: to make one add --encrypt, to change one --add or --remove."
        )
    wanted = [name for name, is_wanted in {"--add": add, "--remove": removed}.items() if is_wanted]
    if sealing.encrypt and wanted:
        raise click.UsageError(f"--encrypt makes a new stick: leave out {' and '.join(wanted)}.")
