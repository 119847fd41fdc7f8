"""mkbundle: options, progress, reports and exit codes; the only room that prints."""

from collections.abc import Sequence
from concurrent.futures.process import BrokenProcessPool
import gc
import json
import os
from pathlib import Path
import sys
from typing import Any

import click
from platformdirs import user_data_path

from builder.check import Originals, Reach, Trial, Validation, html_report, inspect_bundle
from builder.cli import report
from builder.cli.make import demo_command, freeze_command
from builder.cli.media import Size, image_command
from builder.cli.policy import OPTION, POLICY, decisions_to_build_with, explain_command, names_of_options
from builder.cli.progress import Screen
from builder.cli.reading import collect_command, form_command, form_to_build_with, hanging_command, read_hanging_file
from builder.drive.private_paths import check_key, check_outside
from builder.errors.build import WorkerDied
from builder.freeze import PLATFORMS, known_bills
from builder.key.crosswalk import originals_path, read_originals, report_path, write_private
from builder.workers import MANY_WORKERS, cluster_workers, local_workers
from bundle import __version__
from bundle.errors import EXIT_DONE, EXIT_FINDINGS, EXIT_USAGE, BundleError

_JSON = click.option(
    "--json", "json_file", metavar="FILE", help="Also write the report as JSON; - for standard output."
)
# Windows cannot wait for more than 61 processes at once.
_CORES = min(os.cpu_count() or 1, 61)
# Records by the thousand and hardly a cycle: looking for garbage as often as usual takes a tenth of the time.
_FEWER_COLLECTIONS = 100_000
_NO_PROGRESS = click.option("--no-progress", is_flag=True, help="Show no progress bars.")


class _BuildByDefault(click.Group):
    """`mkbundle SCANS DRIVE` is short for `mkbundle build SCANS DRIVE`."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if args and args[0] not in self.commands and args[0] not in ("--help", "-h", "--version"):
            args = ["build", *args]
        return super().parse_args(ctx, args)


def main() -> None:
    """The console script: errors that a user can meet become a message and an exit code, never a traceback."""
    _speak_utf8()
    gc.set_threshold(_FEWER_COLLECTIONS)
    try:
        code = cli(standalone_mode=False)
    except BundleError as error:
        _print_skipped(getattr(error, "skipped", ()))
        click.echo(f"mkbundle: {error}", err=True)
        sys.exit(error.exit_code)
    except click.ClickException as error:
        error.show()
        sys.exit(EXIT_USAGE)
    except (click.Abort, KeyboardInterrupt):
        click.echo("mkbundle: stopped. Nothing that was there before has been changed.", err=True)
        sys.exit(4)
    sys.exit(code if isinstance(code, int) else EXIT_DONE)


def _speak_utf8() -> None:
    """Names in any script must not end the run where the terminal cannot show them."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")


@click.group(cls=_BuildByDefault, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="mkbundle")
def cli() -> None:
    """Put de-identified CT, MR and PET scans on a stick, with a viewer that opens with a double-click.

    \b
    mkbundle SCANS... DRIVE      build a bundle from folders of scans
    mkbundle SCANS... DRIVE --add
                                 add scans to a bundle
    mkbundle DRIVE --remove CASE-007
                                 take a case out of a bundle
    mkbundle check DRIVE         read a bundle back and check everything
    mkbundle image DRIVE FILE    write a bundle as the image of a disc
    mkbundle demo FOLDER         write sample scans to try it with
    mkbundle form FORM.toml      check a reading form, and show it
    mkbundle hanging RULE.toml   check a hanging rule, and say how cases will open
    mkbundle collect DRIVE...    bring the readings together in one table
    mkbundle freeze              make the viewers beforehand
    mkbundle explain             say what de-identification does
    """


@cli.command("build", context_settings={"ignore_unknown_options": False})
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="SCANS... DRIVE")
@click.option("--key", type=click.Path(path_type=Path), help="Study key; made if missing. Never on DRIVE.")
@click.option("--viewer", "viewers", help="win64, linux64 or none, with commas between. Default: every one.")
@click.option("--dry-run", is_flag=True, help="Say what would be done, and write nothing on DRIVE.")
@click.option("--resume", is_flag=True, help="Finish a build that was interrupted; what is good is kept.")
@click.option("--add", is_flag=True, help="Add the scans to the bundle on DRIVE; what is there stays as it is.")
@click.option("--remove", "removed", multiple=True, metavar="CASE", help="Take a case out of the bundle on DRIVE.")
@click.option("--no-check", is_flag=True, help="Do not read the finished bundle back.")
@click.option(
    "--mask", is_flag=True, help="Mask text that is read beside the patient, instead of leaving the picture out."
)
@click.option(
    "--decide",
    "decide_file",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    metavar="FILE.csv",
    help="What becomes of pictures that may show text: the table that a build before wrote, filled in.",
)
@click.option("--deface", is_flag=True, help="Blank the face of every head in CT; brain and skull stay.")
@click.option("--form", "form_file", metavar="FORM.toml", help="A reading form; 'default' is the usual one.")
@click.option(
    "--hanging", "hanging_file", metavar="RULE.toml", help="How the viewer opens a case: series, window, panes."
)
@click.option("--iso", "image", type=click.Path(path_type=Path, dir_okay=False), help="Also write an image of a disc.")
@click.option("--span", type=Size(), metavar="SIZE", help="Split by case into bundles of this size, such as 4.7GB.")
@click.option("--no-picture-search", is_flag=True, help="Look for neither text nor faces: only if you know of none.")
@click.option("--workers", type=click.IntRange(1), default=_CORES, help="Processes. Default: all cores.")
@click.option("--scheduler", metavar="ADDRESS", help="A Dask scheduler whose workers take the place of --workers.")
@OPTION
@POLICY
@_JSON
@_NO_PROGRESS
def build_command(
    paths: tuple[Path, ...], key: Path | None, viewers: str | None, dry_run: bool, resume: bool, add: bool,
    removed: tuple[str, ...], no_check: bool,
    mask: bool, decide_file: Path | None, deface: bool, form_file: str | None, hanging_file: str | None,
    image: Path | None, span: int | None,
    no_picture_search: bool, workers: int, scheduler: str | None,
    option_names: tuple[str, ...], policy_file: Path | None, json_file: str | None, no_progress: bool,
) -> int:  # fmt: skip
    """De-identify the scans below SCANS and write a bundle onto DRIVE."""
    # What only a build needs takes longer to load than a stick to check.
    from builder.pipeline.media import build_wanted, check_media
    from builder.pipeline.outcome import Options, needs_a_look

    if removed:
        return _remove(paths, removed, workers=workers, resume=resume, check=not no_check, no_progress=no_progress)
    if add and viewers is not None:
        raise click.UsageError("--add keeps the viewers that are on DRIVE: leave out --viewer.")
    if span is not None and add:
        raise click.UsageError("--span makes several bundles anew: leave out --add.")
    if len(paths) < 2:
        raise click.UsageError("Name at least one folder of scans, and the drive. Try: mkbundle ./scans E:/")
    options = Options(
        sources=paths[:-1], drive=paths[-1], key=key or user_data_path("mkbundle") / "study.key",
        platforms=() if add else _platforms(viewers),
        deidentify=names_of_options(option_names, policy_file), add=add, resume=resume, dry_run=dry_run,
        check=not no_check,
        mask=mask, look_into_pictures=not no_picture_search, deface=deface, form=form_to_build_with(form_file),
        hanging=read_hanging_file(hanging_file),
        decisions=decisions_to_build_with(decide_file, no_picture_search=no_picture_search),
        workers=workers if scheduler is None else MANY_WORKERS,
    )  # fmt: skip
    check_outside([_file_of(json_file)], [options.drive])
    check_media(image, options)
    try:
        crew = local_workers(workers) if scheduler is None else cluster_workers(scheduler)
        with crew as executor, Screen(bars=not no_progress) as screen:
            outcome = build_wanted(options, span, image, executor, screen)
    except BrokenProcessPool:
        raise WorkerDied() from None
    write_private(report_path(options.key), "\n".join(report.lines(outcome, whole=True)) + "\n")
    if json_file != "-":
        click.echo("\n".join(report.lines(outcome, whole=False)))
    _write_json(json_file, report.to_json(outcome))
    return EXIT_FINDINGS if needs_a_look(outcome) else EXIT_DONE


def _remove(
    paths: tuple[Path, ...], cases: tuple[str, ...], *, workers: int, resume: bool, check: bool, no_progress: bool
) -> int:
    from builder.pipeline.change import remove_cases

    if len(paths) != 1:
        raise click.UsageError("--remove takes cases out of one bundle: name DRIVE alone.")
    with local_workers(workers) as executor, Screen(bars=not no_progress) as screen:
        removal = remove_cases(paths[0], cases, executor, screen, resume=resume, check=check)
    click.echo("\n".join(report.removal_lines(removal, checked=check)))
    return EXIT_FINDINGS if any(one.severity == "error" for one in removal.findings) else EXIT_DONE


def _platforms(viewers: str | None) -> tuple[str, ...]:
    if viewers is None:
        return tuple(PLATFORMS)
    chosen = tuple(name.strip() for name in viewers.split(",") if name.strip() not in ("", "none"))
    unknown = [name for name in chosen if name not in PLATFORMS]
    if unknown:
        raise click.UsageError(f"There is no viewer for {', '.join(unknown)}. Known: {', '.join(PLATFORMS)}, none.")
    return chosen


def _print_skipped(skipped: Sequence[Any]) -> None:
    if skipped:
        click.echo("\n".join(["Left out:", *report.skipped_lines(skipped, whole=False)]), err=True)


def _file_of(json_file: str | None) -> Path | None:
    return None if json_file in (None, "-") else Path(str(json_file))


def _write_json(json_file: str | None, content: object) -> None:
    if json_file is None:
        return
    text = json.dumps(content, indent=2, ensure_ascii=False)
    if (file := _file_of(json_file)) is None:
        click.echo(text)
    else:
        write_private(file, text + "\n")


@cli.command("check")
@click.argument("drive", type=click.Path(path_type=Path))
@_JSON
@click.option("--html", "html_file", type=click.Path(path_type=Path, dir_okay=False), help="Also write a page to keep.")
@click.option("--key", type=click.Path(path_type=Path), help="Search every byte for the originals of this study key.")
@click.option("--quick", is_flag=True, help="Read headers and lists, but no pixels and no viewer.")
@click.option("--sample", type=click.IntRange(0), metavar="N", help="As --quick, and N files by chance to their end.")
@click.option("--validate-all", is_flag=True, help="Let dciodvfy read every image, not one of each series.")
@click.option(
    "--run-viewers/--no-run-viewers",
    default=None,
    help="Let the viewers that run here open every series. Default: those that were made on this machine.",
)
@_NO_PROGRESS
def check_command(
    drive: Path, key: Path | None, json_file: str | None, html_file: Path | None, quick: bool, sample: int | None,
    run_viewers: bool | None, validate_all: bool, no_progress: bool,
) -> int:  # fmt: skip
    """Read the bundle on DRIVE back and check everything. Exit code 1 where there is an error."""
    reach = Reach(0 if quick and sample is None else sample)
    if key is not None and reach.partial:
        raise click.UsageError("--key searches every byte: leave out --quick and --sample.")
    if run_viewers and reach.partial:
        raise click.UsageError("--run-viewers belongs to a whole check: leave out --quick and --sample.")
    check_outside([_file_of(json_file), html_file], [drive])
    if key is not None:
        check_key(key, drive)
    originals = None if key is None else Originals.kept(read_originals(originals_path(key)))
    with Screen(bars=not no_progress) as screen:
        found = inspect_bundle(
            drive,
            progress=screen.step("Reading the medium back", in_bytes=True),
            originals=originals,
            reach=reach,
            viewers=Trial.OWN if run_viewers is None else Trial.ALL if run_viewers else Trial.NONE,
            bills=known_bills(),
            step=screen.step,
            validation=Validation.ALL if validate_all else Validation.SERIES,
        )
    if json_file != "-":
        click.echo("\n".join(report.check_lines(found)))
    _write_json(json_file, found.to_json())
    if html_file is not None:
        from builder.catalogue.preview import shrink

        write_private(html_file, html_report(found, shrink=shrink))
    return EXIT_DONE if found.passed else EXIT_FINDINGS


cli.add_command(demo_command)
cli.add_command(freeze_command)
cli.add_command(explain_command)
cli.add_command(form_command)
cli.add_command(hanging_command)
cli.add_command(collect_command)
cli.add_command(image_command)
