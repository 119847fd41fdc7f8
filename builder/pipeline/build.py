"""The whole way from scans to a bundle, top to bottom: each step is a module that knows nothing of the others."""

from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field, replace
from pathlib import Path

from builder.build_plan import BuildPlan
from builder.catalogue.cleaning import CleaningStated
from builder.catalogue.previews import Previews
from builder.catalogue.web_chunks import SHARE, Chunks
from builder.check import Finding, Validation, check_bundle
from builder.decide.picture_records import PictureRecord
from builder.deface.search import with_faces_removed
from builder.deidentify import Option, StudyKey
from builder.drive import private_paths, staging, target
from builder.errors.build import BuildStopped, CheckStopped, NothingToTake
from builder.errors.change import OneOfSeveral, OtherKey
from builder.errors.drive import DriveFailed
from builder.freeze import Pack, known_bills
from builder.key import memory
from builder.pipeline.catalogue_files import said_of_cleaning, write_lists
from builder.pipeline.change import new_viewers
from builder.pipeline.context import Context
from builder.pipeline.existing_bundle import Present, brought_up, in_order, is_one_of_several, read_present
from builder.pipeline.notices import Faces, browser_notices, look_for_faces, stored_bits_notices, unused_rules
from builder.pipeline.outcome import BuildOptions, Outcome
from builder.pipeline.planning.arranging import form_with_order, note_words
from builder.pipeline.planning.counts import BundleCounts, counts_of_plan, counts_written
from builder.pipeline.planning.forecast import forecast, place_to_unpack
from builder.pipeline.planning.missing import not_chosen, unreadable
from builder.pipeline.planning.resuming import note_begun
from builder.pipeline.proof import prove
from builder.pipeline.remember import (
    ask_for_session,
    file_set_uid,
    note_finished,
    number_planned,
    number_written,
    remember,
    with_dates_shifted,
)
from builder.pipeline.sources import SourcesRead, read_sources
from builder.pipeline.viewers import Viewers, foresee_viewers, get_viewers
from builder.pipeline.write_images import ImagesWritten, Pictures, keep_pictures, pictures_of, write_images
from builder.plan import Notice, Talk
from builder.scan.archives import Unpacking
from builder.segmentation.of_build import Segmented, write_segmentations
from builder.stacks.undecided import undecided_notices
from builder.write.assign import assign
from bundle import layout
from bundle.reading import form_file

_FORM_NAME = "form"


@dataclass(frozen=True, slots=True)
class _Writing:
    """The result of writing: empty in a dry run. `written` are the images with their source files."""

    counts: BundleCounts = field(default_factory=BundleCounts)
    stick: int = 0
    is_bundle: bool = True
    written: Mapping[str, Path] = field(default_factory=dict)
    kept: int = 0
    searched: int = 0
    images: ImagesWritten = field(default_factory=ImagesWritten)
    faces: Faces = field(default_factory=Faces)
    notices: Sequence[Notice] = ()
    pictures: Pictures = field(default_factory=Pictures)
    segmented: Segmented = field(default_factory=Segmented)
    cleaning: CleaningStated = field(default_factory=CleaningStated)


def build(options: BuildOptions, executor: Executor, talk: Talk) -> Outcome:
    """Make a bundle; raises a BundleError. It writes nothing before it knows that everything fits."""
    dry = options.dry_run
    target.check_drive(options.drive, options.sources, resume=options.resume, task=options.task, only_look=dry)
    private_paths.check_key(options.key, options.drive)
    with Unpacking(place_to_unpack(options), talk.say) as unpacking:
        sources = read_sources(options, executor, talk, unpacking)
        secret, key_is_new = memory.load_or_make_study(options.key, rehearse=dry)
        with memory.open_register(options.key, secret, talk.say, rehearse=dry) as register:
            memory.check_is_ours(register)
            context = Context(executor, talk, StudyKey(secret), register)
            outcome = build_from(with_dates_shifted(sources, context), options, context)
    if not outcome.is_bundle:
        raise NothingToTake(len(outcome.skipped), outcome.skipped)
    return replace(outcome, key_is_new=key_is_new)


def build_from(
    sources: SourcesRead, options: BuildOptions, context: Context, *, viewers: Viewers | None = None,
    seen_before: Sequence[PictureRecord] = (),
) -> Outcome:  # fmt: skip
    """Make a bundle of these patients, unless no image of them is usable.

    `viewers` are used if they are known; `seen_before` are pictures of media made earlier.
    """
    outcome = _make(sources, options, context, viewers, seen_before)
    if not options.check or options.dry_run or not outcome.is_bundle:
        return outcome
    return replace(outcome, findings=check_drive(options.drive, context.talk))  # the plan's memory is free by now


def _make(
    sources: SourcesRead, options: BuildOptions, context: Context, viewers: Viewers | None,
    seen_before: Sequence[PictureRecord],
) -> Outcome:  # fmt: skip
    present = _read_present(options, context)
    options = replace(options, web_full=options.web_full or present.has_chunks)
    plan = assign(
        sources.patients, context.key, staging.folder_on(options.drive), options.policy,
        look_for_text=options.look_into_pictures, present=present.written,
    )  # fmt: skip
    if options.form is not None:  # before anything is written; some studies may still prove unusable
        numbers = number_planned(context.register, [plan], present.cases)
        form = form_with_order(options, sources.patients, [plan], numbers, context.key) or options.form
        form_file.check_cases(form, sorted(numbers.values(), key=layout.number_of_case), _FORM_NAME)
        ask_for_session(context, options, plan, form)
    if options.dry_run:
        return _foreseen(sources, options, plan, present)
    if viewers is None and present.is_older:  # those on the drive could not read the new index
        sources = replace(sources, notices=[*sources.notices, brought_up(present)])
        viewers, present = new_viewers(options.drive, present, context.talk), present.without_viewers()
    if viewers is None:
        viewers = get_viewers(options.platforms, context.talk)
    bytes_needed = _needed(plan, present, viewers, options)
    target.check_space(options.drive, len(plan.jobs), bytes_needed, kept=present.size)
    try:
        writing = _write_all(plan, sources, present, options, context, viewers.packs, seen_before)
    except OSError as error:
        raise DriveFailed(options.drive, error.strerror or type(error).__name__) from error
    except KeyboardInterrupt:
        raise BuildStopped(options.drive) from None
    return _outcome(sources, options, viewers, bytes_needed, writing)


def _needed(plan: BuildPlan, present: Present, viewers: Viewers, options: BuildOptions) -> int:
    """The most bytes that come onto the drive."""
    packed = plan.bytes_needed + (0 if present.has_chunks else present.size)
    return plan.bytes_needed + viewers.size + (round(SHARE * packed) if options.web_full else 0)


def _foreseen(sources: SourcesRead, options: BuildOptions, plan: BuildPlan, present: Present) -> Outcome:
    """The result of a dry run."""
    sources.check_totals(len(plan.jobs) + len(plan.segmentations))
    viewers = foresee_viewers(present.platforms if present.is_older else options.platforms)
    most = _needed(plan, present, viewers, options)
    needed, free = target.space(options.drive, len(plan.jobs), most, kept=present.size)
    outcome = _outcome(sources, options, viewers, most, _Writing(counts_of_plan(plan)))
    return replace(outcome, forecast=forecast(sources, needed, free, viewers, options))


def _outcome(
    sources: SourcesRead, options: BuildOptions, viewers: Viewers, bytes_needed: int, writing: _Writing
) -> Outcome:
    settled, counts = writing.images.settled, writing.counts
    return Outcome(
        options=options,
        is_bundle=writing.is_bundle,
        stick=writing.stick,
        seen_files=sources.seen,
        taken=counts.instances + counts.segmentations,
        written=writing.written,
        skipped=[*sources.skipped, *settled.skipped, *writing.segmented.skipped],
        notices=[
            *sources.notices,
            *settled.notices,
            *writing.faces.notices,
            *writing.segmented.notices,
            *writing.notices,
        ],
        lost=writing.images.lost,
        held=writing.images.held,
        patients=counts.patients,
        studies=counts.studies,
        series=counts.series,
        instances=counts.instances,
        segmentations=counts.segmentations,
        kept=writing.kept,
        searched=writing.searched,
        faceless=writing.faces.removed,
        readings=writing.images.readings,
        decided=sources.decided,
        seen=list(writing.pictures.seen),
        pictures=list(writing.pictures.by_series),
        cleaning=writing.cleaning,
        bytes_needed=bytes_needed,
        packs=list(viewers.packs),
        missing_packs=viewers.missing,
    )


def check_drive(drive: Path, talk: Talk) -> list[Finding]:
    """Read the bundle back; raises CheckStopped."""
    try:
        return check_bundle(
            drive,
            progress=talk.step("Checking the bundle on the drive", in_bytes=True),
            bills=known_bills(),
            validation=Validation.SERIES,
        )
    except KeyboardInterrupt:
        raise CheckStopped(drive) from None


def _read_present(options: BuildOptions, context: Context) -> Present:
    """The images on the drive that stay; raises OtherKey, OneOfSeveral."""
    if not options.add:
        return Present()
    present = read_present(options.drive, context.executor, context.talk.step("Reading the bundle on the drive"))
    if is_one_of_several(options.drive):
        raise OneOfSeveral(options.drive)
    if not memory.knows(context.register, present.cases):
        raise OtherKey(options.drive, options.key)
    return present


# Writing


def _write_all(
    plan: BuildPlan, sources: SourcesRead, present: Present, options: BuildOptions, context: Context,
    packs: Sequence[Pack], seen_before: Sequence[PictureRecord],
) -> _Writing:  # fmt: skip
    drive, talk = options.drive, context.talk
    if Option.FACES in options.policy.options:
        jobs = with_faces_removed(plan.jobs, context.executor, talk.step("Looking for faces"))
        plan = replace(plan, jobs=jobs)
    # Reading the scans takes long enough for another build to start.
    target.check_drive(drive, options.sources, resume=options.resume, task=options.task)
    with staging.hold(drive, resume=options.resume, task=options.task) as held:
        gone = note_begun(options, sources.patients, context)
        previews = Previews(held.folder, context.executor)
        images = write_images(plan, sources, held.folder, previews, options, context)
        settled, written = images.settled, images.settled.written
        segmented = write_segmentations(plan, in_order(present.written, written), context.executor, talk.step)
        # While it is held, a bundle that was there before lies in the folder that `abandon` removes.
        undo = {} if present.written else {"undo": held.abandon}
        sources.check_totals(
            len(written) + len(segmented.written), len(settled.skipped) + len(segmented.skipped), **undo
        )
        if not (written or present.written):
            held.abandon()
            return _Writing(is_bundle=False, images=images)
        faces = look_for_faces(plan, written, held.folder, options, context)
        everything = in_order([*present.written, *segmented.written], written)
        cases = number_written(context.register, plan, everything, present)
        options = replace(options, form=form_with_order(options, sources.patients, [plan], cases, context.key))
        note_words(options, sources.patients, context)
        found = replace(
            settled.counts,
            not_chosen=not_chosen(sources.not_chosen, sources.patients, plan, context.key),
            unreadable=unreadable(sources.unreadable, settled.skipped, plan),
        )
        counts = present.counts_beside(plan.jobs).joined(found, everything)
        cleaning = said_of_cleaning(everything)
        chunks = Chunks(held.folder, context.executor, talk) if options.web_full else None
        digests = write_lists(
            everything, cases, file_set_uid(context.key, everything), present, counts, held.folder, previews, options,
            context, packs, cleaning, chunks,
        )  # fmt: skip
        notices = [
            *gone, *stored_bits_notices(written, cases), *unused_rules(held.folder, options),
            *undecided_notices(held.folder), *browser_notices(chunks, everything),
        ]  # fmt: skip
        skipped = [*sources.skipped, *settled.skipped, *segmented.skipped]
        stick = remember(context, options, plan, everything, cases, counts, digests, present, skipped)
        memory.note_segments(context.register, segmented.names)
        pictures = pictures_of(settled.seen, plan, everything, cases)
        keep_pictures(pictures, seen_before, options, context)
        searched = prove(context.register, drive, held.folder, digests, context.executor, talk)
        held.commit(digests)
    with staging.completed(drive):
        notices += note_finished(context.register, stick)
    return _Writing(
        stick=stick,
        counts=counts_written(written, segmented.written),
        written={image.instance.path: Path(plan.sources[image.instance.path][1].path) for image in written},
        kept=sum(image.kept for image in written),
        searched=searched,
        images=images,
        faces=faces,
        notices=notices,
        pictures=pictures,
        segmented=segmented,
        cleaning=cleaning,
    )
