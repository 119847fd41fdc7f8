"""Splits a build by case over several media: each a bundle of its own, with a list of which case is where."""

from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
import csv
from dataclasses import replace
import hashlib
import io
from pathlib import Path

from builder.deidentify import StudyKey
from builder.drive import private_paths, target
from builder.errors.build import DriveHoldsBundle, NothingToTake
from builder.errors.media import CaseTooLarge
from builder.key import memory
from builder.pipeline.build import build_from, check_drive, get_packs, packs_size, read_sources
from builder.pipeline.outcome import BuildOptions, CaseOnMedium, Outcome
from builder.pipeline.remember import number_planned
from builder.plan import BuildPlan, Notice, ScannedFile, SourcePatient, SourceStudy, Talk
from builder.write.assign import assign, bytes_of, study_order
from bundle.index.index import Catalog
from bundle.layout import FORM, MANIFEST, number_of_case
from bundle.reading.form import Form, media_cases
from bundle.reading.form_file import check_cases, read_form

MEDIA_LIST = "MEDIA.CSV"
# README, start page, manifest, the empty index and DICOMDIR, and what a file system takes for itself.
_BESIDES = 8_000_000
# On the image of a disc a file ends in a sector of its own, and UDF describes it in another (ECMA-167 4/14.9).
_SECTORS = 4096


def build_media(options: BuildOptions, size: int, executor: Executor, talk: Talk) -> Outcome:
    """Make as many bundles as are needed below the drive's folder, none over `size` bytes; raises a BundleError."""
    outcome = Outcome(options)
    target.check_place(options.drive, options.sources)
    private_paths.check_key(options.key, options.drive)
    patients = read_sources(options, executor, talk, outcome)
    secret, outcome.key_is_new = memory.load_or_make_study(options.key)
    key = StudyKey(secret)
    outcome.packs, outcome.missing_packs = get_packs(options, talk)
    viewers = packs_size(outcome.packs)
    parts = split(sorted(patients, key=lambda one: key.pseudonym(one.key)), size - viewers - _BESIDES)
    everything = [file for patient in patients for study in patient.studies for file in _files(study)]
    outcome.bytes_needed = bytes_of(everything) + viewers * len(parts)
    target.check_space(options.drive, len(everything), outcome.bytes_needed, kept=_size_of(options.drive))
    named = {f"MEDIUM{number:02d}": part for number, part in enumerate(parts, start=1)}
    plans = {name: _plan(part, key, options) for name, part in named.items()}
    with memory.open_register(options.key, secret, talk.say) as register:
        cases = number_planned(register, list(plans.values()), {}, give=not options.dry_run)
    outcome.options = options = replace(options, form=_form_of_all(options.form, list(plans.values()), cases))
    _check_free(plans, options)
    for name, part in named.items():
        _make_medium(name, part, plans[name], key, executor, talk, outcome)
    outcome.patients = len({one.pseudonym for one in outcome.media}) or len(patients)
    if not options.dry_run:
        target.write_file(options.drive, MEDIA_LIST, media_list(outcome.media).encode())
    return outcome


def split(patients: Sequence[SourcePatient], room: int) -> list[list[SourcePatient]]:
    """The cases in their order, filled into as many media as are needed; raises CaseTooLarge."""
    parts: list[list[SourcePatient]] = [[]]
    used = 0
    for patient in patients:
        for study in sorted(patient.studies, key=study_order):
            files = _files(study)
            needed = bytes_of(files) + len(files) * _SECTORS
            if needed > room:
                raise CaseTooLarge(Path(files[0].path).parent, needed, room)
            if used + needed > room:
                parts.append([])
                used = 0
            used += needed
            _put(parts[-1], patient, study)
    return parts


def _put(part: list[SourcePatient], patient: SourcePatient, study: SourceStudy) -> None:
    """A patient may be on two media, under one pseudonym."""
    if not part or part[-1].key != patient.key:
        part.append(replace(patient, studies=[]))
    part[-1].studies.append(study)


def _files(study: SourceStudy) -> list[ScannedFile]:
    return [instance.file for series in study.series for instance in series.instances]


def _size_of(folder: Path) -> int:
    """What earlier runs have left there, and what is used again."""
    return target.total_size(path for path in folder.rglob("*") if path.is_file())


def _form_of_all(form: Form | None, plans: Sequence[BuildPlan], cases: Mapping[str, str]) -> Form | None:
    """The form with the list of media, the same text on each; raises FormMistaken.

    The order follows from which cases are meant for each medium, which is known before any is made.
    """
    if form is None:
        return None
    studies = [sorted(_studies(plan)) for plan in plans]
    name = hashlib.sha256("\n".join(uid for one in studies for uid in one).encode()).hexdigest()[:32]
    on_each = media_cases([sorted(number_of_case(cases[uid]) for uid in one) for one in studies])
    listed = f'# Written by mkbundle: which cases are on each medium.\n[media]\nset = "{name}"\ncases = {on_each}\n'
    whole = read_form(f"{form.text.rstrip()}\n\n{listed}", "form")
    assert whole.media is not None
    for group in whole.media.groups():
        check_cases(whole, group)
    return whole


def _check_free(plans: Mapping[str, BuildPlan], options: BuildOptions) -> None:
    """Before anything is written: no medium may hold a bundle, unless it is just the one that would be made."""
    for name, plan in plans.items():
        drive = options.drive / name
        finished = (drive / MANIFEST).is_file()
        if finished and not (options.resume and _is_made(drive, plan, options.form)):
            raise DriveHoldsBundle(drive)
        if drive.exists() and not finished:
            target.check_free(drive, resume=options.resume)


def _is_made(drive: Path, plan: BuildPlan, form: Form | None) -> bool:
    """Whether just this medium lies there."""
    path = drive / FORM
    on_drive = path.read_bytes() if path.is_file() else None
    return _studies_on(drive) == _studies(plan) and on_drive == (None if form is None else form.text.encode())


def _plan(part: Sequence[SourcePatient], key: StudyKey, options: BuildOptions) -> BuildPlan:
    return assign(part, key, options.drive, options.policy)


def _studies(plan: BuildPlan) -> set[str]:
    return {job.uids.study for job in plan.jobs}


def _studies_on(drive: Path) -> set[str]:
    with Catalog(drive) as catalog:
        return {study.study_instance_uid for study in catalog.studies()}


def _make_medium(
    name: str, part: Sequence[SourcePatient], plan: BuildPlan, key: StudyKey, executor: Executor,
    talk: Talk, outcome: Outcome,
) -> None:  # fmt: skip
    options = outcome.options
    drive = options.drive / name
    mine = Outcome(replace(options, drive=drive), packs=outcome.packs, decided=outcome.decided)
    mine.seen_before = outcome.seen
    if options.dry_run:
        _count(mine, plan)
    elif (drive / MANIFEST).is_file():  # of a build that was interrupted: verified, not believed
        mine.findings = check_drive(drive, talk)
        mine.notices += _undecided_on(name, drive)
    else:
        _build(mine, part, key, executor, talk)
    _gather(name, mine, outcome)
    if not options.dry_run and drive.exists():
        outcome.media += cases_on(name, drive)


def _undecided_on(name: str, drive: Path) -> list[Notice]:
    """Of a medium that an earlier run finished, nothing is read again, so that the page cannot show its pictures."""
    with Catalog(drive) as catalog:
        number = sum(series.images_undecided for study in catalog.studies() for series in study.series)
    text = (
        f"{name} was finished before: {number:,} of its pictures are to be decided, and are not on the page to look at"
    )
    return [Notice("undecided before", f"{text}; delete {name} and build once more to see them")] if number else []


def _build(mine: Outcome, part: Sequence[SourcePatient], key: StudyKey, executor: Executor, talk: Talk) -> None:
    drive = mine.options.drive
    drive.mkdir(exist_ok=True)
    talk.say(f"{drive.name}:")
    try:
        build_from(part, key, executor, talk, mine)
    except NothingToTake:  # of these cases no image could be used, as the report says of each
        drive.rmdir()


def _count(mine: Outcome, plan: BuildPlan) -> None:
    mine.studies = len(_studies(plan))
    mine.series = len({job.uids.series for job in plan.jobs})
    mine.instances = len(plan.jobs)


def _gather(name: str, mine: Outcome, outcome: Outcome) -> None:
    """Add what was done for one medium to what was done for all."""
    outcome.written |= {f"{name}/{path}": source for path, source in mine.written.items()}
    outcome.skipped += mine.skipped
    outcome.notices += mine.notices
    outcome.lost.update(mine.lost)
    outcome.studies += mine.studies
    outcome.series += mine.series
    outcome.instances += mine.instances
    outcome.kept += mine.kept
    outcome.faceless += mine.faceless
    outcome.readings += mine.readings
    outcome.seen += mine.seen
    outcome.pictures += mine.pictures
    outcome.findings += [replace(one, subject=f"{name}: {one.subject}") for one in mine.findings]


def cases_on(name: str, drive: Path) -> list[CaseOnMedium]:
    """The cases of a finished medium, read from its index."""
    with Catalog(drive) as catalog:
        return [
            CaseOnMedium(
                name, study.case, catalog.patient_of(study).pseudonym,
                sum(series.number_of_instances for series in study.series),
            )
            for study in catalog.studies()
        ]  # fmt: skip


def media_list(media: Sequence[CaseOnMedium]) -> str:
    """Which case is where, for whoever hands the media out: no name but the pseudonym."""
    text = io.StringIO()
    table = csv.writer(text)
    table.writerow(("medium", "case", "pseudonym", "images"))
    table.writerows((one.medium, one.case, one.pseudonym, one.images) for one in media)
    return text.getvalue()
