"""`mkbundle key`: copies a study for safe keeping, restores it, or hands it over to a colleague."""

from pathlib import Path

import click

from builder.cli.build_options import default_key
from builder.cli.study.passphrase import PASSPHRASE, unlock
from builder.cli.study.who import register_of
from builder.drive.private_paths import check_outside
from builder.key.private_files import write_private
from builder.key.safekeeping.lock_study import export_study
from builder.key.safekeeping.safe_copy import SKIPPED, copy_study, hand_over, restore_study
from bundle.errors import EXIT_DONE

_ACTIONS = ("copy", "restore", "hand-over", "export")


@click.command("key")
@click.argument("action", type=click.Choice(_ACTIONS))
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.option("--key", type=click.Path(path_type=Path), help="Study key to copy, restore or hand over.")
@PASSPHRASE
def key_command(action: str, folder: Path, key: Path | None, passphrase_file: Path | None) -> int:
    """Copy the study into FOLDER, restore it from FOLDER, hand it over in FOLDER, or export its lists to FOLDER."""
    place = key or default_key()
    check_outside([folder / place.name], [])
    for study in (place, folder / place.name) if action == "restore" else (place,):
        unlock(study, passphrase_file)
    if action == "copy":
        copy = copy_study(place, folder, _say)
        click.echo(f"{copy}\n  with its register, read back and verified. Keep it where nobody else has access.")
    elif action == "hand-over":
        copy = hand_over(place, folder, _say)
        click.echo(f"{copy}\n  with its register, read back and verified: give your colleague the whole folder.")
        click.echo(f"Here, 'mkbundle who' still answers, but no build uses {place} any more.")
    elif action == "export":
        click.echo("\n".join(map(str, _export(place, folder))))
        click.echo("They name patients: delete them when you are done.")
    else:
        number = restore_study(place, folder, _say)
        click.echo(f"{place}\n  is restored, with the register of the time of the copy.")
        click.echo("It does not know any stick made since. So that no case number is given twice,")
        click.echo(f"{SKIPPED} are skipped: the next new case is CASE-{number + 1:03d}.")
    return EXIT_DONE


def _export(key: Path, folder: Path) -> list[Path]:
    from builder.cli.study.register_html import html_register

    with register_of(key) as register:
        written = export_study(key, folder, register)
        page = folder / f"{key.stem}.register.html"
        with register.reading() as connection:
            write_private(page, html_register(connection, register.path.name))
    return [*written, page]


def _say(text: str) -> None:
    click.echo(text, err=True)
