"""`mkbundle collect`: it loads more than any other command, so it is loaded on demand."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from builder.cli.grouped import counted
from builder.cli.reports.words import count, printable
from builder.cli.study.passphrase import PASSPHRASE, unlock
from builder.collect.errors import NotWritten
from builder.collect.formats import FORMATS, format_of
from builder.drive.private_paths import check_outside
from builder.key.crosswalk import CrosswalkRow, is_known, read_crosswalk, read_images, read_words
from bundle.errors import EXIT_DONE, EXIT_FINDINGS
from bundle.layout import INDEX, READINGS_FOLDER

if TYPE_CHECKING:  # what only this command needs is loaded when it runs
    from builder.collect.gather import Gathered
    from builder.collect.images import OriginalImages
    from builder.collect.table import Tables


@click.command("collect")
@click.argument("sources", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="DRIVE|FILE...")
@click.option(
    "-o", "--output", required=True, type=click.Path(path_type=Path), help="The table to write; for dicom-sr, a folder."
)
@click.option("--key", type=click.Path(path_type=Path), help="Study key: its crosswalk names the original patients.")
@click.option("--format", "kind", type=click.Choice(FORMATS), help="Default: what the output's name ends in.")
@PASSPHRASE
def collect_command(
    sources: tuple[Path, ...], output: Path, key: Path | None, kind: str | None, passphrase_file: Path | None
) -> int:
    """Combine the readings from sticks and sent files in one table."""
    from builder.collect.case_words import add_words
    from builder.collect.gather import gather
    from builder.collect.table import make_tables

    wanted = format_of(output, kind)
    check_outside(
        [output], [source for source in sources if (source / INDEX).is_file() or (source / READINGS_FOLDER).is_dir()]
    )
    if key is not None:
        unlock(key, passphrase_file)
    gathered = gather(sources)
    tables = make_tables(gathered, _crosswalk(key, gathered.remarks))
    if key is not None:
        add_words(tables, read_words(key))
    paths = _write(gathered, tables, output, wanted, key)
    _say(gathered, tables, paths)
    return EXIT_FINDINGS if tables.remarks else EXIT_DONE


def _write(gathered: "Gathered", tables: "Tables", output: Path, kind: str, key: Path | None) -> Sequence[Path]:
    """The paths of all that was written; raises NotWritten."""
    from builder.collect.files import write_tables
    from builder.collect.sr import write_reports

    try:
        if kind == "dicom-sr":
            return write_reports(gathered, tables, output, _originals(key))
        return write_tables(tables, output, kind)
    except OSError as error:
        raise NotWritten(output, error.strerror or type(error).__name__) from error


def _crosswalk(key: Path | None, remarks: list[str]) -> Sequence[CrosswalkRow] | None:
    if key is None:
        return None
    if not is_known(key):
        remarks.append(f"there is no crosswalk beside {key}; the table has only pseudonyms")
        return None
    return read_crosswalk(key)


def _originals(key: Path | None) -> "OriginalImages | None":
    from builder.collect.images import OriginalImages

    if key is None or not is_known(key):
        return None
    studies = {row.study_instance_uid: row for row in read_crosswalk(key)}
    return OriginalImages(studies, read_images(key))


def _say(gathered: "Gathered", tables: "Tables", paths: Sequence[Path]) -> None:
    from builder.collect.agreement import agreement_lines

    done = sum(row["state"] == "done" for row in tables.wide)
    click.echo(f"{count(len(gathered.readings), 'reader')}, {count(done, 'case')} done of {len(tables.wide)}")
    if len(paths) > 3:
        click.echo(f"  {count(len(paths), 'file')} in {paths[0].parent}")
    else:
        for path in paths:
            click.echo(f"  {path}")
    summary = agreement_lines(gathered)
    if summary:
        click.echo("\nAgreement, over cases that are done")
        click.echo("\n".join(f"  {printable(line)}" for line in summary))
    if tables.remarks:
        click.echo("\nTo be looked at")
        click.echo("\n".join(counted(f"  {printable(remark)}" for remark in tables.remarks)))
