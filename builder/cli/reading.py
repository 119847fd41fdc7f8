"""The commands about reading: `mkbundle form`, `mkbundle hanging` and `mkbundle collect`."""

from collections.abc import Sequence
from pathlib import Path

import click

from builder import collect
from builder.cli.form_text import form_text
from builder.cli.hanging_text import hanging_lines
from builder.cli.report import count
from builder.collect.files import format_of
from builder.drive.private_paths import check_outside
from builder.key.crosswalk import CrosswalkRow, crosswalk_path, images_path, read_crosswalk, read_images
from bundle.errors import EXIT_DONE, EXIT_FINDINGS
from bundle.hanging_file import decode_hanging
from bundle.hanging_protocol import Hanging
from bundle.layout import INDEX, READINGS_FOLDER
from bundle.reading.form import Form, default_text
from bundle.reading.form_file import FormMistaken, Mistake, decode_form, read_form
from bundle.toml_lines import toml_lines


def read_form_file(name: str | None) -> Form | None:
    """The reading form in a file, or the usual one; raises FormMistaken."""
    if name is None:
        return None
    if name == "default":
        return read_form(default_text(), "default")
    try:
        content = Path(name).read_bytes()
    except OSError as error:
        raise click.BadParameter(f"{name}: {error.strerror}", param_hint="--form") from None
    return decode_form(content, name)


def form_to_build_with(name: str | None) -> Form | None:
    """The same for a new bundle: it must not be one that was taken from a medium of several; raises FormMistaken."""
    form = read_form_file(name)
    if form is not None and form.media is not None:
        line = toml_lines(form.text).find("media", 0)
        raise FormMistaken(str(name), [Mistake(line, "", "[media] is written by mkbundle --span alone; take it out")])
    return form


def read_hanging_file(name: str | None) -> Hanging | None:
    """The hanging rule in a file; raises HangingMistaken."""
    if name is None:
        return None
    try:
        content = Path(name).read_bytes()
    except OSError as error:
        raise click.BadParameter(f"{name}: {error.strerror}", param_hint="--hanging") from None
    return decode_hanging(content, name)


@click.command("hanging")
@click.argument("hanging_file", metavar="RULE.toml")
def hanging_command(hanging_file: str) -> int:
    """Check a hanging rule and say in plain words how cases will open."""
    hanging = read_hanging_file(hanging_file)
    assert hanging is not None
    click.echo("\n".join(hanging_lines(hanging)))
    return EXIT_DONE


@click.command("form")
@click.argument("form_file", metavar="FORM.toml")
def form_command(form_file: str) -> int:
    """Check a reading form and show it as the surgeon will be asked. 'default' shows the usual one."""
    form = read_form_file(form_file)
    assert form is not None
    click.echo(form_text(form))
    return EXIT_DONE


@click.command("collect")
@click.argument("sources", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="DRIVE|FILE...")
@click.option(
    "-o", "--output", required=True, type=click.Path(path_type=Path), help="The table to write; for dicom-sr, a folder."
)
@click.option("--key", type=click.Path(path_type=Path), help="Study key: its crosswalk names the original patients.")
@click.option("--format", "kind", type=click.Choice(collect.FORMATS), help="Default: what the output's name ends in.")
def collect_command(sources: tuple[Path, ...], output: Path, key: Path | None, kind: str | None) -> int:
    """Bring the readings of sticks and sent files together in one table."""
    wanted = format_of(output, kind)
    check_outside([output], [one for one in sources if (one / INDEX).is_file() or (one / READINGS_FOLDER).is_dir()])
    gathered = collect.gather(sources)
    tables = collect.make_tables(gathered, _crosswalk(key, gathered.remarks))
    try:
        if wanted == "dicom-sr":
            paths = collect.write_reports(gathered, tables, output, _originals(key))
        else:
            paths = collect.write_tables(tables, output, wanted)
    except OSError as error:
        raise collect.NotWritten(output, error.strerror or type(error).__name__) from error
    _say(gathered, tables, paths)
    return EXIT_FINDINGS if tables.remarks else EXIT_DONE


def _crosswalk(key: Path | None, remarks: list[str]) -> Sequence[CrosswalkRow] | None:
    if key is None:
        return None
    if not crosswalk_path(key).is_file():
        remarks.append(f"there is no crosswalk beside {key}; the table has pseudonyms alone")
        return None
    return read_crosswalk(crosswalk_path(key))


def _originals(key: Path | None) -> collect.Originals | None:
    if key is None or not crosswalk_path(key).is_file():
        return None
    studies = {row.study_instance_uid: row for row in read_crosswalk(crosswalk_path(key))}
    return collect.Originals(studies, read_images(images_path(key)))


def _say(gathered: collect.Gathered, tables: collect.Tables, paths: Sequence[Path]) -> None:
    done = sum(row["state"] == "done" for row in tables.wide)
    click.echo(f"{count(len(gathered.readings), 'reader')}, {count(done, 'case')} done of {len(tables.wide)}")
    if len(paths) > 3:
        click.echo(f"  {count(len(paths), 'file')} in {paths[0].parent}")
    else:
        for path in paths:
            click.echo(f"  {path}")
    summary = collect.agreement_lines(gathered)
    if summary:
        click.echo("\nAgreement, over cases that are done")
        click.echo("\n".join(f"  {line}" for line in summary))
    if tables.remarks:
        click.echo("\nTo be looked at")
        click.echo("\n".join(f"  {remark}" for remark in tables.remarks))
