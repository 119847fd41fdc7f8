"""mkbundle: options, progress, reports and exit codes; the only room that prints."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
import json
import os
from pathlib import Path
import sys
from typing import Any

import click
from platformdirs import user_data_path
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from builder import report
from builder.build import Options, Outcome, build, needs_a_look
from builder.crosswalk import crosswalk_path, report_path, write_private
from builder.freeze import PLATFORMS
from bundle import __version__
from bundle.errors import EXIT_DONE, EXIT_FINDINGS, EXIT_USAGE, BundleError

_JSON = click.option(
    "--json", "json_file", metavar="FILE", help="Also write the report as JSON; - for standard output."
)
_NO_PROGRESS = click.option("--no-progress", is_flag=True, help="Show no progress bars.")


class _BuildByDefault(click.Group):
    """`mkbundle SCANS DRIVE` is short for `mkbundle build SCANS DRIVE`."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if args and args[0] not in self.commands and args[0] not in ("--help", "-h", "--version"):
            args = ["build", *args]
        return super().parse_args(ctx, args)


class _Screen:
    """Tells what a build is doing: bars on a terminal, plain lines elsewhere; always on standard error."""

    def __init__(self, *, bars: bool) -> None:
        self._console = Console(stderr=True, highlight=False)
        self._bars = bars and self._console.is_terminal
        self._progress = Progress(
            TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(),
            TextColumn("left"), TimeRemainingColumn(), console=self._console,
        )  # fmt: skip

    def __enter__(self) -> "_Screen":
        if self._bars:
            self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._bars:
            self._progress.stop()

    def step(self, name: str) -> Callable[[int, int], None]:
        if not self._bars:
            self.say(f"{name} …")
            return lambda done, total: None
        task = self._progress.add_task(name, total=None)
        return lambda done, total: self._progress.update(task, completed=done, total=max(total, 1))

    def say(self, text: str) -> None:
        self._console.print(text, markup=False)


def main() -> None:
    """The console script: errors that a user can meet become a message and an exit code, never a traceback."""
    _speak_utf8()
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
    mkbundle check DRIVE         read a bundle back and check everything
    mkbundle demo FOLDER         write sample scans to try it with
    mkbundle freeze              make the viewers beforehand
    """


@cli.command("build", context_settings={"ignore_unknown_options": False})
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="SCANS... DRIVE")
@click.option("--key", type=click.Path(path_type=Path), help="Study key; made if missing. Never on DRIVE.")
@click.option("--viewer", "viewers", help="win64, linux64 or none, with commas between. Default: every one.")
@click.option("--dry-run", is_flag=True, help="Say what would be done, and write nothing on DRIVE.")
@click.option("--resume", is_flag=True, help="Replace the unfinished bundle of a build that was interrupted.")
@click.option("--no-check", is_flag=True, help="Do not read the finished bundle back.")
@click.option("--workers", type=click.IntRange(1), default=os.cpu_count() or 1, help="Processes. Default: all cores.")
@_JSON
@_NO_PROGRESS
def build_command(
    paths: tuple[Path, ...], key: Path | None, viewers: str | None, dry_run: bool, resume: bool, no_check: bool,
    workers: int, json_file: str | None, no_progress: bool,
) -> int:  # fmt: skip
    """De-identify the scans below SCANS and write a bundle onto DRIVE."""
    if len(paths) < 2:
        raise click.UsageError("Name at least one folder of scans, and the drive. Try: mkbundle ./scans E:/")
    options = Options(
        sources=paths[:-1], drive=paths[-1], key=key or user_data_path("mkbundle") / "study.key",
        platforms=_platforms(viewers), resume=resume, dry_run=dry_run, check=not no_check,
    )  # fmt: skip
    with _workers(workers) as executor, _Screen(bars=not no_progress) as screen:
        outcome = build(options, executor, screen)
    write_private(report_path(options.key), "\n".join(_report_lines(outcome, whole=True)) + "\n")
    if json_file != "-":
        click.echo("\n".join(_report_lines(outcome, whole=False)))
    _write_json(json_file, report.to_json(outcome))
    return EXIT_FINDINGS if needs_a_look(outcome) else EXIT_DONE


def _platforms(viewers: str | None) -> tuple[str, ...]:
    if viewers is None:
        return tuple(PLATFORMS)
    chosen = tuple(name.strip() for name in viewers.split(",") if name.strip() not in ("", "none"))
    unknown = [name for name in chosen if name not in PLATFORMS]
    if unknown:
        raise click.UsageError(f"There is no viewer for {', '.join(unknown)}. Known: {', '.join(PLATFORMS)}, none.")
    return chosen


@contextmanager
def _workers(number: int) -> Iterator[ProcessPoolExecutor]:
    executor = ProcessPoolExecutor(number)
    try:
        yield executor
    finally:
        executor.shutdown(wait=True, cancel_futures=True)


def _report_lines(outcome: Outcome, *, whole: bool) -> list[str]:
    options = outcome.options
    done = "Would be written on" if options.dry_run else "Written on"
    lines = [
        "",
        f"{done} {options.drive}",
        f"  {report.count(outcome.instances, 'image')} in {report.count(outcome.series, 'series')}, "
        f"{report.count(outcome.studies, 'study')} (cases), {report.count(outcome.patients, 'patient')}; "
        f"{report.size(outcome.bytes_needed)}",
    ]
    for pack in outcome.packs:
        lines.append(f"  Viewer for {report.platform_name(pack.platform)}")
    if outcome.skipped:
        lines += ["", f"Left out: {report.count(len(outcome.skipped), 'file')}"]
        lines += report.skipped_lines(outcome.skipped, whole=whole)
    if outcome.notices:
        lines += ["", "Please look at", *report.notice_lines(outcome.notices)]
    for platform, error in outcome.missing_packs.items():
        lines += ["", f"No viewer for {report.platform_name(platform)}", f"  {error}"]
    return lines + _check_lines(outcome) + _next_lines(outcome)


def _check_lines(outcome: Outcome) -> list[str]:
    if outcome.options.dry_run or not outcome.options.check:
        return []
    return ["", "Check", *_finding_lines(outcome.findings)]


def _finding_lines(findings: Sequence[Any]) -> list[str]:
    if not findings:
        return ["  Everything was read back and found right."]
    return [f"  {line}" for finding in findings for line in finding.to_text().splitlines()]


def _next_lines(outcome: Outcome) -> list[str]:
    options = outcome.options
    kept = [
        "",
        "Kept on this machine, for you alone",
        f"  study key   {options.key}{'  (new: keep a copy in a safe place)' if outcome.key_is_new else ''}",
        f"  crosswalk   {crosswalk_path(options.key)}",
        f"  report      {report_path(options.key)}",
    ]
    if options.dry_run:
        return [*kept[:3], "", "Nothing was written on the drive. Run the same command without --dry-run to build."]
    open_with = [f"  {_how_to_open(pack.platform, options.drive)}" for pack in outcome.packs]
    return [*kept, "", "Next", *open_with, f"  check again later: mkbundle check {options.drive}"]


def _how_to_open(platform: str, drive: Path) -> str:
    if platform == "win64":
        return f"on Windows: double-click viewer.exe on the drive ({drive / 'viewer.exe'})"
    return f"on Linux: run {drive / 'viewer.sh'}"


def _print_skipped(skipped: Sequence[Any]) -> None:
    if skipped:
        click.echo("\n".join(["Left out:", *report.skipped_lines(skipped, whole=False)]), err=True)


def _write_json(json_file: str | None, content: object) -> None:
    if json_file is None:
        return
    text = json.dumps(content, indent=2, ensure_ascii=False)
    if json_file == "-":
        click.echo(text)
    else:
        write_private(Path(json_file), text + "\n")
