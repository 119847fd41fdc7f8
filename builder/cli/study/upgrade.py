"""`mkbundle upgrade`: a finished bundle gets the lists and viewers of today."""

from pathlib import Path

import click

from builder.cli.build_options import CORES, default_key
from builder.cli.grouped import NO_PROGRESS, fitted
from builder.cli.progress import Screen
from builder.cli.sealing.options import PASSWORD_FILE
from builder.cli.sealing.passwords import stick_to_change
from builder.cli.study.change_text import upgrade_lines
from builder.cli.study.passphrase import PASSPHRASE, unlock
from builder.workers import local_workers
from bundle.errors import EXIT_DONE, EXIT_FINDINGS


@click.command("upgrade")
@click.argument("drive", type=click.Path(path_type=Path, file_okay=False, exists=True))
@click.option("--key", type=click.Path(path_type=Path), help="Study key, whose register notes the change.")
@click.option("--resume", is_flag=True, help="Finish an upgrade that was interrupted.")
@click.option("--no-check", is_flag=True, help="Do not read the bundle back when it is done.")
@PASSPHRASE
@PASSWORD_FILE
@NO_PROGRESS
def upgrade_command(
    drive: Path, key: Path | None, resume: bool, no_check: bool, passphrase_file: Path | None,
    password_file: Path | None, no_progress: bool,
) -> int:  # fmt: skip
    """Bring the bundle on DRIVE up to the format of this mkbundle, with new viewers.

    Images, case numbers, the form and READINGS stay as they are. It needs no scans.
    """
    from builder.pipeline.change import upgrade
    from builder.pipeline.sealing.sealed_change import upgrade_sealed

    key = key or default_key()
    unlock(key, passphrase_file)
    stick = stick_to_change(drive, password_file)
    with local_workers(CORES) as executor, Screen(bars=not no_progress) as screen:
        if stick is None:
            change = upgrade(drive, executor, screen, key=key, resume=resume, check=not no_check)
        else:
            change = upgrade_sealed(stick, executor, screen, key=key, resume=resume, check=not no_check)
    click.echo("\n".join(fitted(upgrade_lines(change, checked=not no_check))))
    return EXIT_FINDINGS if any(finding.severity == "error" for finding in change.findings) else EXIT_DONE
