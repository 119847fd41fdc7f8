"""Splits a build by case over several media: each a bundle of its own, with a list of the cases on each."""

from collections import Counter
from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
import csv
from dataclasses import replace
import hashlib
import io
from pathlib import Path

from builder.build_plan import BuildPlan
from builder.catalogue.cleaning import together
from builder.decide.picture_records import PictureRecord
from builder.deidentify import StudyKey
from builder.drive import private_paths, target
from builder.errors.drive import DriveHoldsBundle, DriveTooSmall
from builder.errors.media import CaseTooLarge
from builder.key import memory
from builder.pipeline.build import build_from, check_drive
from builder.pipeline.context import Context
from builder.pipeline.outcome import BuildOptions, CaseOnMedium, Outcome
from builder.pipeline.planning.arranging import form_with_order, note_words
from builder.pipeline.planning.counts import counts_of_plan
from builder.pipeline.planning.finished_medium import decided_on, left_out_before
from builder.pipeline.planning.forecast import forecast, place_to_unpack
from builder.pipeline.proof import prove
from builder.pipeline.remember import number_planned, with_dates_shifted
from builder.pipeline.sources import SourcesRead, read_sources
from builder.pipeline.viewers import Viewers, foresee_viewers, get_viewers
from builder.plan import ScannedFile, SourcePatient, SourceStudy, Talk
from builder.scan.archives import Unpacking
from builder.write.assign import assign, bytes_of, study_order
from bundle import manifest
from bundle.index.index import Catalog
from bundle.layout import FORM, MANIFEST, number_of_case
from bundle.reading.form import Form, media_cases
from bundle.reading.form_file import check_cases, form_content, read_form

MEDIA_LIST = "MEDIA.CSV"
# README, start page, manifest, the empty index and DICOMDIR, and the file system's own share.
_BESIDES = 8_000_000
# In a disc image a file ends in a sector of its own, and UDF describes it in another (ECMA-167 4/14.9).
_SECTORS = 4096


def build_media(options: BuildOptions, size: int, executor: Executor, talk: Talk) -> Outcome:
    """Make as many bundles as necessary below the drive's folder, none over `size` bytes; raises a BundleError."""
    target.check_place(options.drive, options.sources, only_look=options.dry_run)
    private_paths.check_key(options.key, options.drive)
    with Unpacking(place_to_unpack(options), talk.say) as unpacking:
        return _build_media(options, size, executor, talk, read_sources(options, executor, talk, unpacking))


def _build_media(options: BuildOptions, size: int, executor: Executor, talk: Talk, sources: SourcesRead) -> Outcome:
    dry = options.dry_run
    secret, key_is_new = memory.load_or_make_study(options.key, rehearse=dry)
    with memory.open_register(options.key, secret, talk.say, rehearse=dry) as register:
        memory.check_is_ours(register)
        context = Context(executor, talk, StudyKey(secret), register)
        sources = with_dates_shifted(sources, context)
        return replace(_build_all(options, size, context, sources), key_is_new=key_is_new)


def _build_all(options: BuildOptions, size: int, context: Context, sources: SourcesRead) -> Outcome:
    dry = options.dry_run
    viewers = foresee_viewers(options.platforms) if dry else get_viewers(options.platforms, context.talk)
    patients = sorted(sources.patients, key=lambda patient: context.key.pseudonym(patient.key))
    parts = split(patients, size - viewers.size - _BESIDES)
    bytes_needed, free = _space(parts, viewers, options.drive)
    if bytes_needed > free and not dry:
        raise DriveTooSmall(options.drive, bytes_needed, free)
    named = {f"MEDIUM{number:02d}": part for number, part in enumerate(parts, start=1)}
    plans = {name: _plan(part, context.key, options) for name, part in named.items()}
    cases = number_planned(context.register, list(plans.values()), {}, give=True)
    form = form_with_order(options, patients, plans.values(), cases, context.key)
    if not dry:
        note_words(options, patients, context)
    # Its order is carried out now, for all media at once.
    options = replace(options, form=_form_of_all(form, list(plans.values()), cases), plan=None)
    _check_free(plans, options)
    parts_read = {
        name: replace(sources, patients=part, seen=_images_in(part), skipped=(), notices=())
        for name, part in named.items()
    }
    if not dry:  # the check of each medium would compare it with the list of an earlier build
        (options.drive / MEDIA_LIST).unlink(missing_ok=True)
    made = _make_all(plans, parts_read, options, context, viewers)
    media = [] if dry else [case for name in made for case in _cases_made(name, options.drive / name)]
    if not dry:
        target.write_file(options.drive, MEDIA_LIST, media_list(media).encode())
    return replace(
        _of_all(made, sources, options),
        patients=len({case.pseudonym for case in media}) or len(patients),
        bytes_needed=bytes_needed,
        packs=viewers.packs,
        missing_packs=viewers.missing,
        media=media,
        forecast=forecast(sources, bytes_needed, free, viewers, options, len(parts)) if dry else None,
    )


def _space(parts: Sequence[Sequence[SourcePatient]], viewers: Viewers, drive: Path) -> tuple[int, int]:
    """The most bytes that all media take, and those free."""
    everything = [file for part in parts for patient in part for study in patient.studies for file in _files(study)]
    needed = bytes_of(everything) + viewers.size * len(parts)
    return target.space(drive, len(everything), needed, kept=_size_of(drive))


def split(patients: Sequence[SourcePatient], room: int) -> list[list[SourcePatient]]:
    """The cases in order, filled into as many media as necessary; raises CaseTooLarge."""
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


def _images_in(patients: Sequence[SourcePatient]) -> int:
    return sum(len(_files(study)) for patient in patients for study in patient.studies)


def _files(study: SourceStudy) -> list[ScannedFile]:
    images = [instance.file for series in study.series for instance in series.instances]
    return images + [segmentation.file for segmentation in study.segmentations]


def _size_of(folder: Path) -> int:
    """The bytes that earlier runs have left there, and that are used again."""
    return target.total_size(path for path in folder.rglob("*") if path.is_file())


def _form_of_all(form: Form | None, plans: Sequence[BuildPlan], cases: Mapping[str, str]) -> Form | None:
    """The form with the list of media, the same text on each; raises FormMistaken.

    The order depends on the cases planned for each medium, which are known before any medium is made.
    """
    if form is None:
        return None
    studies = [sorted(_studies(plan)) for plan in plans]
    name = hashlib.sha256("\n".join(uid for uids in studies for uid in uids).encode()).hexdigest()[:32]
    on_each = media_cases([sorted(number_of_case(cases[uid]) for uid in uids) for uids in studies])
    listed = f'# Written by mkbundle: which cases are on each medium.\n[media]\nset = "{name}"\ncases = {on_each}\n'
    whole = read_form(f"{form.text.rstrip()}\n\n{listed}", "form")
    assert whole.media is not None
    for group in whole.media.groups():
        check_cases(whole, group)
    return whole


def _check_free(plans: Mapping[str, BuildPlan], options: BuildOptions) -> None:
    """Before anything is written: no medium may hold a bundle, except exactly the one to be made."""
    for name, plan in plans.items():
        drive = options.drive / name
        finished = (drive / MANIFEST).is_file()
        if finished and not (options.resume and _is_made(drive, plan, options.form)):
            raise DriveHoldsBundle(drive)
        if drive.exists() and not finished:
            target.check_free(drive, resume=options.resume)


def _is_made(drive: Path, plan: BuildPlan, form: Form | None) -> bool:
    """Whether exactly this medium is there."""
    path = drive / FORM
    on_drive = path.read_bytes() if path.is_file() else None
    return _studies_on(drive) == _studies(plan) and on_drive == (None if form is None else form_content(form))


def _plan(part: Sequence[SourcePatient], key: StudyKey, options: BuildOptions) -> BuildPlan:
    return assign(part, key, options.drive, options.policy)


def _studies(plan: BuildPlan) -> set[str]:
    return {job.uids.study for job in plan.jobs}


def _studies_on(drive: Path) -> set[str]:
    with Catalog(drive) as catalog:
        return {study.study_instance_uid for study in catalog.studies()}


def _make_all(
    plans: Mapping[str, BuildPlan], sources: Mapping[str, SourcesRead], options: BuildOptions, context: Context,
    viewers: Viewers,
) -> dict[str, Outcome]:  # fmt: skip
    """The result for each medium, by its name."""
    made: dict[str, Outcome] = {}
    for name, plan in plans.items():
        recorded = None if options.recorded is None else options.recorded / name
        of_medium = replace(options, drive=options.drive / name, recorded=recorded)
        seen = [image for outcome in made.values() for image in outcome.seen]
        made[name] = _make_medium(plan, sources[name], of_medium, context, viewers, seen)
    return made


def _make_medium(
    plan: BuildPlan, sources: SourcesRead, options: BuildOptions, context: Context, viewers: Viewers,
    seen_before: Sequence[PictureRecord],
) -> Outcome:  # fmt: skip
    """One of the media; the number of an unusable case stays free."""
    drive = options.drive
    if options.dry_run:
        counts = counts_of_plan(plan)
        images = counts.instances
        return Outcome(
            options, seen_files=images, taken=images, studies=counts.studies, series=counts.series, instances=images
        )
    if (drive / MANIFEST).is_file():  # from an interrupted build: verified, not trusted
        there = sum(case.images for case in cases_on(drive.name, drive))
        searched = prove(context.register, drive, drive, manifest.read(drive), context.executor, context.talk)
        findings, (pictures, notices) = check_drive(drive, context.talk), decided_on(drive)
        notices += left_out_before(drive, sources.seen, there)
        return Outcome(
            options, seen_files=sources.seen, taken=there, searched=searched, findings=findings, notices=notices,
            pictures=pictures,
        )  # fmt: skip
    drive.mkdir(exist_ok=True)
    context.talk.say(f"{drive.name}:")
    outcome = build_from(sources, options, context, viewers=viewers, seen_before=seen_before)
    if not outcome.is_bundle:  # no image of these cases is usable, as the report says
        drive.rmdir()
    return outcome


def _of_all(made: Mapping[str, Outcome], sources: SourcesRead, options: BuildOptions) -> Outcome:
    """The results of all media, and of the steps before any was made, combined."""
    parts = list(made.values())
    return Outcome(
        options,
        seen_files=sum(part.seen_files for part in parts) + len(sources.skipped),
        taken=sum(part.taken for part in parts),
        written={f"{name}/{path}": source for name, part in made.items() for path, source in part.written.items()},
        skipped=[*sources.skipped, *(skipped for part in parts for skipped in part.skipped)],
        notices=[*sources.notices, *(notice for part in parts for notice in part.notices)],
        lost=sum((Counter(part.lost) for part in parts), Counter()),
        held=sum((Counter(part.held) for part in parts), Counter()),
        studies=sum(part.studies for part in parts),
        series=sum(part.series for part in parts),
        instances=sum(part.instances for part in parts),
        segmentations=sum(part.segmentations for part in parts),
        kept=sum(part.kept for part in parts),
        searched=max((part.searched for part in parts), default=0),
        faceless=sum(part.faceless for part in parts),
        readings=sum(part.readings for part in parts),
        decided=sources.decided,
        seen=[seen for part in parts for seen in part.seen],
        pictures=[series for part in parts for series in part.pictures],
        cleaning=together([part.cleaning for part in parts]),
        findings=[
            replace(found, subject=f"{name}: {found.subject}") for name, part in made.items() for found in part.findings
        ],
    )


def _cases_made(name: str, drive: Path) -> list[CaseOnMedium]:
    return cases_on(name, drive) if drive.exists() else []


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
    """The cases on each medium, for the person who distributes the media: no name but the pseudonym."""
    text = io.StringIO()
    table = csv.writer(text)
    table.writerow(("medium", "case", "pseudonym", "images"))
    table.writerows((case.medium, case.case, case.pseudonym, case.images) for case in media)
    return text.getvalue()
