"""`mkbundle key`: a study is copied for safe keeping, put back, or handed over to a colleague."""

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
@click.option("--key", type=click.Path(path_type=Path), help="Study key that is copied, put back or handed over.")
def key_command(action: str, folder: Path, key: Path | None) -> int:
    """Copy the study into FOLDER, put it back from FOLDER, or hand it over in FOLDER."""
    place = key or default_key()
    check_outside([folder / place.name], [])
    if action == "copy":
        copy = copy_study(place, folder, _say)
        click.echo(f"{copy}\n  with its register, read back and found right. Keep it where nobody else gets at it.")
    elif action == "hand-over":
        copy = hand_over(place, folder, _say)
        click.echo(f"{copy}\n  with its register, read back and found right: give your colleague the whole folder.")
        click.echo(f"Here, 'mkbundle who' goes on answering, but nothing is built with {place} any more.")
    else:
        number = restore_study(place, folder, _say)
        click.echo(f"{place}\n  is back, with its register as it was when the copy was made.")
        click.echo("Sticks that were made since are not known. So that no case number is given twice,")
        click.echo(f"{SKIPPED} are skipped: the next new case is CASE-{number + 1:03d}.")
    return EXIT_DONE


def _say(text: str) -> None:
    click.echo(text, err=True)
