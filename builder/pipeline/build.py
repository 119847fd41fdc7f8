"""The whole way from scans to a bundle, top to bottom: each step is a module that knows nothing of the others."""

from collections.abc import Iterator, Sequence
from concurrent.futures import Executor
from contextlib import suppress
from dataclasses import replace
import hashlib
from itertools import chain
from pathlib import Path

from builder.catalogue.left_out import Counts
from builder.catalogue.previews import Previews
from builder.check import Finding, Validation, check_bundle
from builder.deface.search import face_notices, with_faces_removed
from builder.deidentify import Option, StudyKey
from builder.drive import private_paths, staging, target
from builder.drive.verified_write import put_copy
from builder.errors.build import BuildStopped, CheckStopped, DriveFailed, NothingToTake
from builder.errors.change import OneOfSeveral, OtherKey
from builder.freeze import Pack, known_bills, make_pack
from builder.group.group import group
from builder.key import memory
from builder.key.known_people import read_known_people
from builder.key.register import Register
from builder.pipeline.bits_report import stored_bits_notices
from builder.pipeline.catalogue_files import listings
from builder.pipeline.existing_bundle import Present, read_present
from builder.pipeline.outcome import BuildOptions, Outcome
from builder.pipeline.remember import file_set_uid, note_finished, number_planned, number_written, remember
from builder.pipeline.write_images import report_pictures, write_images
from builder.plan import BuildPlan, Notice, Progress, SourcePatient, Talk, WrittenInstance
from builder.scan.scan import scan
from builder.scan.source import FolderSource
from builder.stacks.undecided import undecided_notices
from builder.write.assign import assign
from bundle import layout, manifest
from bundle.bounded import MAX_TOML, read_file
from bundle.errors import BundleError
from bundle.hanging_file import hanging_text
from bundle.index.index import Catalog
from bundle.reading import form_file

_FORM_NAME = "form"


def build(options: BuildOptions, executor: Executor, talk: Talk) -> Outcome:
    """Make a bundle; raises a BundleError. Nothing is written before everything is known to fit."""
    outcome = Outcome(options)
    target.check_drive(options.drive, options.sources, resume=options.resume, task=options.task)
    private_paths.check_key(options.key, options.drive)
    patients = read_sources(options, executor, talk, outcome)
    secret, outcome.key_is_new = memory.load_or_make_study(options.key)
    build_from(patients, StudyKey(secret), executor, talk, outcome)
    return outcome


def build_from(
    patients: Sequence[SourcePatient], key: StudyKey, executor: Executor, talk: Talk, outcome: Outcome
) -> None:
    """Make a bundle of these patients, and say in `outcome` what came of it; viewers that it has are taken."""
    with memory.open_register(outcome.options.key, key.secret, talk.say) as register:
        _make(patients, key, register, executor, talk, outcome)
    if outcome.options.check and not outcome.options.dry_run:  # with the memory that the plan has given back
        outcome.findings = check_drive(outcome.options.drive, talk)


def _make(
    patients: Sequence[SourcePatient], key: StudyKey, register: Register, executor: Executor, talk: Talk,
    outcome: Outcome,
) -> None:  # fmt: skip
    options = outcome.options
    root = staging.folder_on(options.drive)
    present = _read_present(options, register, executor, talk)
    plan = assign(
        patients, key, root, options.policy,
        look_for_text=options.look_into_pictures, present=present.written,
    )  # fmt: skip
    if options.form is not None:  # before anything is written; some studies may still turn out to be unusable
        numbers = number_planned(register, [plan], present.cases)
        form_file.check_cases(options.form, sorted(numbers.values(), key=layout.number_of_case), _FORM_NAME)
    if not outcome.packs:
        outcome.packs, outcome.missing_packs = get_packs(options, talk)
    outcome.bytes_needed = plan.bytes_needed + packs_size(outcome.packs)
    target.check_space(options.drive, len(plan.jobs), outcome.bytes_needed, kept=present.size)
    if options.dry_run:
        _count_plan(plan, outcome)
        return
    try:
        _write_all(plan, patients, present, key, register, executor, talk, outcome)
    except OSError as error:
        raise DriveFailed(options.drive, error.strerror or type(error).__name__) from error
    except KeyboardInterrupt:
        raise BuildStopped(options.drive) from None


def check_drive(drive: Path, talk: Talk) -> list[Finding]:
    """Read the bundle back; raises CheckStopped."""
    try:
        return check_bundle(
            drive,
            progress=talk.step("Checking what lies on the drive", in_bytes=True),
            bills=known_bills(),
            validation=Validation.SERIES,
        )
    except KeyboardInterrupt:
        raise CheckStopped(drive) from None


def _read_present(options: BuildOptions, register: Register, executor: Executor, talk: Talk) -> Present:
    """What lies on the drive already and stays; raises OtherKey, OneOfSeveral."""
    if not options.add:
        return Present()
    present = read_present(options.drive, executor, talk.step("Reading what lies on the drive"))
    if _is_one_of_several(options.drive):
        raise OneOfSeveral(options.drive)
    if not memory.knows(register, present.cases):
        raise OtherKey(options.drive, options.key)
    return present


def _is_one_of_several(drive: Path) -> bool:
    """Whether the bundle's form says that its cases are spread over several media; a damaged one says nothing."""
    with suppress(OSError, form_file.FormMistaken):
        return form_file.decode_form(read_file(drive / layout.FORM, MAX_TOML)).media is not None
    return False


def read_sources(options: BuildOptions, executor: Executor, talk: Talk, outcome: Outcome) -> list[SourcePatient]:
    """Who and what is in the scans, and what was decided of it; raises NothingToTake, DecisionsMistaken."""
    files, outcome.skipped = scan(
        [FolderSource(path) for path in options.sources], executor, talk.step("Reading headers"), mask=options.mask
    )
    grouped = group(files, executor, talk.step("Comparing files that repeat"), read_known_people(options.key))
    outcome.skipped += grouped.skipped
    outcome.notices += grouped.notices
    if not grouped.patients:
        raise NothingToTake(len(outcome.skipped), outcome.skipped)
    if options.decisions is not None:
        outcome.decided = options.decisions.fit(grouped.patients)
    return grouped.patients


def _count_plan(plan: BuildPlan, outcome: Outcome) -> None:
    outcome.patients = len({job.pseudonym for job in plan.jobs})
    outcome.studies = len({job.uids.study for job in plan.jobs})
    outcome.series = len({job.uids.series for job in plan.jobs})
    outcome.instances = len(plan.jobs)


# The viewers


def get_packs(options: BuildOptions, talk: Talk) -> tuple[list[Pack], dict[str, BundleError]]:
    """The viewers that were asked for, and by platform why one cannot be had."""
    packs: list[Pack] = []
    missing: dict[str, BundleError] = {}
    for platform in options.platforms:
        talk.step(f"Getting the viewer for {platform}")
        try:
            packs.append(make_pack(platform, say=talk.say))
        except BundleError as error:
            missing[platform] = error
    return packs, missing


def packs_size(packs: Sequence[Pack]) -> int:
    """Bytes of the viewers."""
    return sum(target.total_size(pack.folder / path for path in pack.files) for pack in packs)


# Writing


def _write_all(
    plan: BuildPlan, patients: Sequence[SourcePatient], present: Present, key: StudyKey, register: Register,
    executor: Executor, talk: Talk, outcome: Outcome,
) -> None:  # fmt: skip
    options, drive = outcome.options, outcome.options.drive
    if Option.FACES in options.policy.options:
        plan = replace(plan, jobs=with_faces_removed(plan.jobs, executor, talk.step("Looking for faces")))
    # Reading the scans takes long enough for another build.
    target.check_drive(drive, options.sources, resume=options.resume, task=options.task)
    with staging.hold(drive, resume=options.resume, task=options.task) as held:
        previews = Previews(held.folder, executor)
        settled = write_images(plan, patients, held.folder, executor, talk, previews, outcome)
        written = settled.written
        outcome.skipped += settled.skipped
        outcome.notices += settled.notices
        if not (written or present.written):
            held.abandon()
            raise NothingToTake(len(outcome.skipped), outcome.skipped)
        if options.look_into_pictures or options.deface:
            outcome.faceless, faces = _faces(plan, written, held.folder, executor, talk, options)
            outcome.notices += faces
        everything = _in_order(present.written, written)
        cases = number_written(register, plan, everything, present)
        counts = present.counts_beside(plan.jobs).joined(settled.counts, everything)
        digests = _write_the_rest(
            everything,
            cases,
            present,
            counts,
            key,
            held.folder,
            previews,
            talk,
            options,
            outcome.packs,
        )
        _count_written(plan, written, outcome)
        outcome.notices += stored_bits_notices(written, cases)
        outcome.notices += _unused_rules(held.folder, options)
        outcome.notices += undecided_notices(held.folder)
        outcome.stick = remember(
            register, options, key, plan, everything, cases, counts, digests, present, outcome.skipped
        )  # fmt: skip
        report_pictures(plan, settled, everything, cases, executor, talk, outcome)
        held.commit(digests)
    outcome.notices += note_finished(register, outcome.stick)


def _in_order(present: Sequence[WrittenInstance], written: Sequence[WrittenInstance]) -> Sequence[WrittenInstance]:
    """All by their paths, in which order a new bundle is written anyway."""
    return sorted((*present, *written), key=lambda one: one.instance.path) if present else written


def _write_the_rest(
    written: Sequence[WrittenInstance], cases: dict[str, str], present: Present, counts: Counts, key: StudyKey,
    root: Path, previews: Previews, talk: Talk, options: BuildOptions, packs: Sequence[Pack],
) -> dict[str, str]:  # fmt: skip
    """Path -> SHA-256 of everything in the bundle."""
    digests = present.viewers | {one.instance.path: one.instance.digest for one in written}
    platforms = [*present.platforms, *(pack.platform for pack in packs)]
    progress = talk.step("Making the index and previews")
    language = options.language or present.language
    content = listings(written, cases, platforms, file_set_uid(key, written), previews, counts, progress, language)
    for path, data in chain(content, _researchers_files(options, cases)):
        target.write_file(root, path, data)
        digests[path] = hashlib.sha256(data).hexdigest()
        del data  # which may be large, while the next one is made
    return digests | _copy_packs(packs, root, talk.step("Copying the viewers"))


def _researchers_files(options: BuildOptions, cases: dict[str, str]) -> Iterator[tuple[str, bytes]]:
    """Path and content of the form and the hanging rules."""
    if options.form is not None:
        form_file.check_cases(options.form, sorted(set(cases.values())), _FORM_NAME)
        yield layout.FORM, options.form.text.encode()
    if options.hanging is not None:
        yield layout.HANGING, hanging_text(options.hanging).encode()


def _faces(
    plan: BuildPlan,
    written: Sequence[WrittenInstance],
    root: Path,
    executor: Executor,
    talk: Talk,
    options: BuildOptions,
) -> tuple[int, list[Notice]]:
    """From how many images a face was removed, and what is to be said of faces."""
    removed = frozenset(job.relative_path for job in plan.jobs if job.face)
    faceless = sum(one.instance.path in removed for one in written)
    asked = Option.FACES in options.policy.options
    progress = talk.step("Looking for faces in what was written")
    return faceless, [*face_notices(written, removed if asked else None, root, executor, progress)]


def _unused_rules(root: Path, options: BuildOptions) -> list[Notice]:
    """What is to be said of hanging rules that fit nothing."""
    if options.hanging is None:
        return []
    with Catalog(root) as catalog:
        stacks = [(series, stack) for one in catalog.studies() for series in one.series for stack in series.stacks]
    return [
        Notice("hanging rule", f"Hanging rule {number} fits no series of this bundle")
        for number in options.hanging.unused(stacks)
    ]


def _copy_packs(packs: Sequence[Pack], root: Path, progress: Progress) -> dict[str, str]:
    digests: dict[str, str] = {}
    files = [(pack, path) for pack in packs for path in pack.files]
    for done, (pack, path) in enumerate(files, start=1):
        put_copy(pack.folder / path, root / path)
        digests[path] = manifest.file_digest(pack.folder / path)
        progress(done, len(files))
    return digests


def _count_written(plan: BuildPlan, written: Sequence[WrittenInstance], outcome: Outcome) -> None:
    outcome.written = {one.instance.path: Path(plan.sources[one.instance.path][1].path) for one in written}
    outcome.instances = len(written)
    outcome.kept = sum(one.kept for one in written)
    outcome.patients = len({one.patient_id for one in written})
    outcome.studies = len({one.study_instance_uid for one in written})
    outcome.series = len({one.series_instance_uid for one in written})
