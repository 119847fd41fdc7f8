"""`mkbundle build`, and `--remove`: from the options of the command line to a bundle and its report."""

from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from typing import TYPE_CHECKING

import click

from builder.cli import report
from builder.cli.build_options import (
    CLEANING,
    CREW,
    FOR_READERS,
    IN_PICTURES,
    MEDIA,
    TASK,
    Cleaning,
    Crew,
    ForMedia,
    ForReaders,
    InPictures,
    Task,
    default_key,
)
from builder.cli.choosing.options import CHOOSING, Choosing
from builder.cli.choosing.plan import plan_to_build_with, write_plan
from builder.cli.choosing.study_file import STUDY, STUDY_USED, StudyCommand
from builder.cli.grouped import TOLD, Output
from builder.cli.policy import decisions_to_build_with, names_of_options
from builder.cli.progress import Screen
from builder.cli.reading import form_to_build_with, read_hanging_file
from builder.cli.reports.outcome_json import to_json
from builder.cli.sealing.options import SEALING, ForSealing, check_sealing
from builder.cli.sealing.passwords import check_plain, slots_to_build_with, stick_to_change
from builder.cli.study.change_text import removal_lines
from builder.cli.study.passphrase import lock, unlock
from builder.drive.private_paths import check_outside
from builder.errors.build import WorkerDied
from builder.freeze import PLATFORMS
from builder.key.private_files import report_path
from builder.key.safekeeping.lock import write_kept
from builder.workers import MANY_WORKERS, cluster_workers, local_workers
from bundle.errors import EXIT_DONE, EXIT_FINDINGS

if TYPE_CHECKING:  # a build's own modules take longer to load than a check of a stick
    from builder.pipeline.outcome import BuildOptions, Outcome


@click.command("build", cls=StudyCommand)
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="SCANS... DRIVE")
@STUDY
@TASK
@CHOOSING
@IN_PICTURES
@FOR_READERS
@MEDIA
@CREW
@CLEANING
@SEALING
@TOLD
def build_command(
    paths: tuple[Path, ...], task: Task, choosing: Choosing, in_pictures: InPictures, for_readers: ForReaders,
    media: ForMedia, crew: Crew, cleaning: Cleaning, sealing: ForSealing, told: Output,
) -> int:  # fmt: skip
    """De-identify the scans below SCANS and write a bundle onto DRIVE."""
    check_sealing(sealing, add=task.add, removed=bool(task.removed))
    if task.removed:
        unlock(task.key or default_key(), task.passphrase_file)
        return _remove(paths, task, crew, told, sealing)
    _check_usage(paths, task, media)
    _check_web(for_readers, media, sealing)
    (lock if task.lock and not task.dry_run else unlock)(task.key or default_key(), task.passphrase_file)
    options = _options(paths, task, choosing, in_pictures, for_readers, crew, cleaning)
    check_outside([choosing.plan_file], [options.drive])
    outcome = _build(options, media, crew, told, sealing)
    return _say(outcome, choosing, told)


def _check_usage(paths: tuple[Path, ...], task: Task, media: ForMedia) -> None:
    if task.add and task.viewers is not None:
        raise click.UsageError("--add keeps the viewers that are on DRIVE: leave out --viewer.")
    if media.span is not None and task.add:
        raise click.UsageError("--span makes new bundles: leave out --add.")
    if len(paths) < 2:
        raise click.UsageError("Name at least one folder of scans, and the drive. Try: mkbundle ./scans E:/")


def _check_web(for_readers: ForReaders, media: ForMedia, sealing: ForSealing) -> None:
    if for_readers.web != "full":
        return
    if sealing.encrypt:
        raise click.UsageError("A browser cannot open an encrypted stick yet: leave out --web full.")
    if media.span is not None:
        raise click.UsageError("The room that --web full takes is known only afterwards: leave it or --span out.")


def _options(
    paths: tuple[Path, ...], task: Task, choosing: Choosing, in_pictures: InPictures, for_readers: ForReaders,
    crew: Crew, cleaning: Cleaning,
) -> "BuildOptions":  # fmt: skip
    from builder.pipeline.outcome import BuildOptions

    searches, form = not in_pictures.no_picture_search, form_to_build_with(for_readers.form_file, for_readers.language)
    return BuildOptions(
        sources=paths[:-1],
        drive=paths[-1],
        key=task.key or default_key(),
        platforms=() if task.add else _platforms(task.viewers),
        deidentify=names_of_options(cleaning.option_names, cleaning.policy_file),
        add=task.add,
        resume=task.resume,
        dry_run=task.dry_run,
        check=not task.no_check,
        mask=in_pictures.mask,
        look_into_pictures=searches,
        deface=in_pictures.deface,
        form=form,
        hanging=read_hanging_file(for_readers.hanging_file),
        language=for_readers.language,
        web_full=for_readers.web == "full",
        decisions=decisions_to_build_with(in_pictures.decide_file, no_picture_search=not searches),
        options_from=str(click.get_current_context().meta.get(STUDY_USED, "")),
        selection=choosing.selection,
        segmentations=choosing.segmentations,
        plan=plan_to_build_with(choosing.plan_file, form, dry_run=task.dry_run),
        workers=crew.workers if crew.scheduler is None else MANY_WORKERS,
    )


def _platforms(viewers: str | None) -> tuple[str, ...]:
    if viewers is None:
        return tuple(PLATFORMS)
    chosen = tuple(name.strip() for name in viewers.split(",") if name.strip() not in ("", "none"))
    unknown = [name for name in chosen if name not in PLATFORMS]
    if unknown:
        raise click.UsageError(f"There is no viewer for {', '.join(unknown)}. Known: {', '.join(PLATFORMS)}, none.")
    return chosen


def _build(options: "BuildOptions", media: ForMedia, crew: Crew, told: Output, sealing: ForSealing) -> "Outcome":
    from builder.pipeline.media import build_wanted, check_media

    check_outside([told.file, sealing.password_file], [options.drive])
    check_media(media.image, options)
    if not sealing.encrypt:
        check_plain(options.drive, media.image, media.span)
    slots = slots_to_build_with(sealing, dry_run=options.dry_run)
    stick = stick_to_change(options.drive, sealing.password_file, dry_run=options.dry_run) if options.add else None
    workers = local_workers(crew.workers) if crew.scheduler is None else cluster_workers(crew.scheduler)
    try:
        with workers as executor, Screen(bars=not told.no_progress) as screen:
            if stick is not None:
                from builder.pipeline.sealing.sealed_change import add_sealed

                return add_sealed(options, stick, executor, screen)
            if sealing.encrypt:
                from builder.pipeline.sealing.sealed_build import build_sealed

                return build_sealed(options, slots, media.span, media.image, executor, screen)
            return build_wanted(options, media.span, media.image, executor, screen)
    except BrokenProcessPool:
        raise WorkerDied() from None


def _say(outcome: "Outcome", choosing: Choosing, told: Output) -> int:
    from builder.pipeline.outcome import needs_a_look

    if not outcome.options.dry_run:
        key = outcome.options.key
        write_kept(key, report_path(key), "\n".join(report.lines(outcome, whole=True)) + "\n")
    told.say([*report.lines(outcome, whole=False), *write_plan(choosing.plan_file, outcome)])
    told.write_json(to_json(outcome))
    return EXIT_FINDINGS if needs_a_look(outcome) else EXIT_DONE


def _remove(paths: tuple[Path, ...], task: Task, crew: Crew, told: Output, sealing: ForSealing) -> int:
    from builder.pipeline.change import remove_cases
    from builder.pipeline.sealing.sealed_change import remove_sealed

    if len(paths) != 1:
        raise click.UsageError("--remove takes cases out of one bundle: name only DRIVE.")
    check, key = not task.no_check, task.key or default_key()
    stick = stick_to_change(paths[0], sealing.password_file)
    with local_workers(crew.workers) as executor, Screen(bars=not told.no_progress) as screen:
        if stick is not None:
            removal = remove_sealed(stick, task.removed, executor, screen, key=key, resume=task.resume, check=check)
        else:
            removal = remove_cases(
                paths[0], task.removed, executor, screen, key=key, resume=task.resume, check=check
            )  # fmt: skip
    told.say(removal_lines(removal, checked=check))
    return EXIT_FINDINGS if any(finding.severity == "error" for finding in removal.findings) else EXIT_DONE
