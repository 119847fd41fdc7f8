"""`mkbundle collect`: it loads more than any other command, so it is loaded on demand."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from builder.cli.grouped import counted, fitted
from builder.cli.reports.words import count, printable
from builder.cli.sealing.options import PASSWORD_FILE
from builder.cli.sealing.passwords import opened_sent, opened_sticks
from builder.cli.study.passphrase import PASSPHRASE, unlock
from builder.collect.errors import NotWritten
from builder.collect.formats import FORMATS, NO_TABLE, RADIUS, beside, format_of
from builder.drive.private_paths import check_outside
from builder.key.crosswalk import CrosswalkRow, is_known, read_crosswalk, read_images, read_words
from bundle.errors import EXIT_DONE, EXIT_FINDINGS
from bundle.layout import INDEX, LOCK, READINGS_FOLDER
from bundle.medium.port import BundleMedium
from bundle.reading.sent import OpenedSent

if TYPE_CHECKING:  # what only this command needs is loaded when it runs
    from builder.collect.analysis.analyse import Analysis
    from builder.collect.gather import Gathered
    from builder.collect.images import OriginalImages
    from builder.collect.table import Tables


# More files than these are counted, not listed.
_MOST_PATHS = 8


@click.command("collect")
@click.argument("sources", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="DRIVE|FILE...")
@click.option(
    "-o", "--output", required=True, type=click.Path(path_type=Path), help="The table to write; for dicom-sr, a folder."
)
@click.option("--key", type=click.Path(path_type=Path), help="Study key: its crosswalk names the original patients.")
@click.option("--format", "kind", type=click.Choice(FORMATS), help="Default: what the output's name ends in.")
@click.option(
    "--receipt", "receipts", multiple=True, metavar="CODE", help="A code that a reader told; give it once for each."
)
@click.option(
    "--truth",
    type=click.Path(path_type=Path),
    metavar="TRUTH.csv",
    help="The reference standard; keep it off every stick.",
)
@click.option(
    "--adjudicate",
    type=click.Path(path_type=Path),
    metavar="FORM.toml",
    help="Write a form about the cases on which readers differ.",
)
@click.option(
    "--radius",
    type=click.FloatRange(min=0, min_open=True),
    default=RADIUS,
    show_default=True,
    metavar="MM",
    help="Marks within this distance are of one place.",
)
@PASSPHRASE
@PASSWORD_FILE
def collect_command(
    sources: tuple[Path, ...], output: Path, key: Path | None, kind: str | None, receipts: tuple[str, ...],
    truth: Path | None, adjudicate: Path | None, radius: float, passphrase_file: Path | None,
    password_file: Path | None,
) -> int:  # fmt: skip
    """Combine the readings from sticks and sent files in one table."""
    wanted = format_of(output, kind)
    sticks = [source for source in sources if any((source / path).exists() for path in (INDEX, LOCK, READINGS_FOLDER))]
    check_outside([output, truth, adjudicate], sticks)
    if key is not None:
        unlock(key, passphrase_file)
    with opened_sticks(sources, password_file) as opened:
        sent = opened_sent(sources, password_file)
        return _collect(sources, opened, sent, output, key, wanted, receipts, truth, adjudicate, radius)


def _collect(
    sources: Sequence[Path], opened: Mapping[Path, BundleMedium], sent: Mapping[Path, OpenedSent], output: Path,
    key: Path | None, wanted: str, receipts: Sequence[str], truth: Path | None, adjudicate: Path | None, radius: float,
) -> int:  # fmt: skip
    from builder.collect.case_words import add_words
    from builder.collect.errors import libraries
    from builder.collect.gather import gather
    from builder.collect.study import study_lines, study_remarks
    from builder.collect.table import make_tables

    gathered = gather(sources, opened, sent)
    tables = make_tables(gathered, _crosswalk(key, gathered.remarks))
    if key is not None:
        add_words(tables, read_words(key))
    tables.remarks += study_remarks(gathered, receipts)
    with libraries():
        from builder.collect.analysis.analyse import analyse

        analysis = analyse(gathered, radius, truth)
    tables.remarks += analysis.remarks
    paths = _write(gathered, tables, output, wanted, key)
    more = _write_analysis(gathered, tables, analysis, output, wanted)
    said = _adjudicate(gathered, analysis, adjudicate)
    _say(gathered, tables, analysis, [*paths, *more], [*study_lines(gathered, receipts), *said])
    return EXIT_FINDINGS if tables.remarks else EXIT_DONE


def _write(gathered: "Gathered", tables: "Tables", output: Path, kind: str, key: Path | None) -> Sequence[Path]:
    """The paths of all that was written; raises NotWritten."""
    from builder.collect.exchange import write_exchange
    from builder.collect.files import write_tables
    from builder.collect.sr import write_reports

    try:
        if kind == "dicom-sr":
            return write_reports(gathered, tables, output, _originals(key))
        if kind in NO_TABLE:
            return write_exchange(gathered, tables, output, kind)
        return write_tables(tables, output, kind)
    except OSError as error:
        raise NotWritten(output, error.strerror or type(error).__name__) from error


def _write_analysis(
    gathered: "Gathered", tables: "Tables", analysis: "Analysis", output: Path, kind: str
) -> Sequence[Path]:
    """The paths of the file with all figures, of marks, of the report, and of files for others; raises NotWritten."""
    from builder.collect.analysis.lesions import mark_rows
    from builder.collect.analysis.report import write_report
    from builder.collect.files import write_rows

    if not analysis.rows():
        return []
    if kind in NO_TABLE:
        kind, output = "csv", output.with_suffix(".csv")
    table, page = beside(output, "-agreement", kind), output.with_name(f"{output.stem}-report.html")
    try:
        write_rows(analysis.rows(), table, kind)
        marks, listed = list(mark_rows(analysis.ratings)), [table]
        if marks:
            listed.append(beside(output, "-marks", kind))
            write_rows(marks, listed[-1], kind)
        return [*listed, write_report(gathered, tables, analysis, page), *analysis.write_for_others(output)]
    except OSError as error:
        raise NotWritten(table, error.strerror or type(error).__name__) from error


def _adjudicate(gathered: "Gathered", analysis: "Analysis", form: Path | None) -> Sequence[str]:
    """What was written for a reader who decides; raises NotWritten."""
    from builder.collect.analysis.adjudication import write_adjudication

    if form is None or not gathered.forms:
        return []
    try:
        return list(write_adjudication(gathered.forms, analysis.ratings, form))
    except OSError as error:
        raise NotWritten(form, error.strerror or type(error).__name__) from error


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


def _say(
    gathered: "Gathered", tables: "Tables", analysis: "Analysis", paths: Sequence[Path], of_study: Sequence[str]
) -> None:
    from builder.collect.analysis.figures import accuracy_lines, agreement_lines

    done = sum(row["state"] == "done" for row in tables.wide)
    click.echo(f"{count(gathered.readers, 'reader')}, {count(done, 'case')} done of {len(tables.wide)}")
    if len(paths) > _MOST_PATHS:
        click.echo(f"  {count(len(paths), 'file')} in {paths[0].parent}")
    else:
        for path in paths:
            click.echo(f"  {path}")
    _list("Sessions and receipts", of_study)
    _list("Agreement, over cases that are done", agreement_lines(analysis.agreement))
    _list("With the reference", accuracy_lines(analysis.accuracy))
    if analysis.rows():
        click.echo(f"\nAll {len(analysis.rows())} figures are in the file '-agreement' and in the report.")
    _list("To be looked at", counted([printable(remark) for remark in tables.remarks]))


def _list(heading: str, lines: Iterable[str]) -> None:
    listed = fitted([f"  {printable(line)}" for line in lines])
    if listed:
        click.echo("\n".join(["", heading, *listed]))
