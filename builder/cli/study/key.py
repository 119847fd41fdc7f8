"""`mkbundle key`: copies a study for safe keeping, restores it, or hands it over to a colleague."""

from pathlib import Path

import click

from builder.cli.build_options import default_key
from builder.drive.private_paths import check_outside
from builder.key.safe_copy import SKIPPED, copy_study, hand_over, restore_study
from bundle.errors import EXIT_DONE

_ACTIONS = ("copy", "restore", "hand-over")


@click.command("key")
@click.argument("action", type=click.Choice(_ACTIONS))
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.option("--key", type=click.Path(path_type=Path), help="Study key to copy, restore or hand over.")
def key_command(action: str, folder: Path, key: Path | None) -> int:
    """Copy the study into FOLDER, restore it from FOLDER, or hand it over in FOLDER."""
    place = key or default_key()
    check_outside([folder / place.name], [])
    if action == "copy":
        copy = copy_study(place, folder, _say)
        click.echo(f"{copy}\n  with its register, read back and verified. Keep it where nobody else has access.")
    elif action == "hand-over":
        copy = hand_over(place, folder, _say)
        click.echo(f"{copy}\n  with its register, read back and verified: give your colleague the whole folder.")
        click.echo(f"Here, 'mkbundle who' still answers, but no build uses {place} any more.")
    else:
        number = restore_study(place, folder, _say)
        click.echo(f"{place}\n  is restored, with the register of the time of the copy.")
        click.echo("It does not know any stick made since. So that no case number is given twice,")
        click.echo(f"{SKIPPED} are skipped: the next new case is CASE-{number + 1:03d}.")
    return EXIT_DONE


def _say(text: str) -> None:
    click.echo(text, err=True)
