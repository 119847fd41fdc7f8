"""Connects a build with the register beside its key, before and after the commit of the medium."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from builder.build_plan import BuildPlan
from builder.catalogue.left_out import Counts
from builder.deidentify import StudyKey
from builder.errors.study import SessionMissing
from builder.key import memory
from builder.key.case_numbers import StudyOnStick
from builder.key.handed import readings_on
from builder.key.register import Register, manifest_digest
from builder.key.remembered import OnStick
from builder.key.sticks import StickPlan
from builder.key.time_shifts import Shifted
from builder.pipeline.catalogue_files import moved_days
from builder.pipeline.context import Context
from builder.pipeline.existing_bundle import Present
from builder.pipeline.outcome import BuildOptions
from builder.pipeline.sources import SourcesRead
from builder.plan import Notice, SkippedFile, WrittenInstance
from bundle import manifest
from bundle.errors import BundleError
from bundle.reading.form import Form


def number_written(
    register: Register, plan: BuildPlan, everything: Iterable[WrittenInstance], present: Present
) -> dict[str, str]:
    """Study Instance UID -> case number of all that will lie on the medium, in the order of the paths."""
    uids = dict.fromkeys(image.study_instance_uid for image in everything)
    return memory.number_cases(register, [_known_as(plan, uid) for uid in uids], present.cases)


def number_planned(
    register: Register, plans: Sequence[BuildPlan], present: Mapping[str, str], *, give: bool = False
) -> dict[str, str]:
    """The same for all planned images, medium by medium; some may turn out to be unusable."""
    uids = dict.fromkeys((job.uids.study, plan.studies[job.uids.study]) for plan in plans for job in plan.jobs)
    there = [StudyOnStick(uid, uid) for uid in present]
    return memory.number_cases(register, [*there, *(StudyOnStick(*pair) for pair in uids)], present, give=give)


def ask_for_session(context: Context, options: BuildOptions, plan: BuildPlan, form: Form) -> None:
    """Refuse a form that does not say which session it is, if its cases were read before; raises SessionMissing."""
    if form.sessions.is_said:
        return
    studies = {plan.studies.get(job.uids.study, "") for job in plan.jobs}
    drive = options.recorded or options.drive
    sticks = memory.sticks_with_form(context.register, studies, drive if options.resume else None)
    if sticks:
        raise SessionMissing(sticks)


def _known_as(plan: BuildPlan, uid: str) -> StudyOnStick:
    return StudyOnStick(uid, plan.studies.get(uid, uid))


def file_set_uid(key: StudyKey, written: Iterable[WrittenInstance]) -> str:
    """The UID of the file-set that holds exactly these images."""
    return key.uid("file-set " + " ".join(image.instance.sop_instance_uid for image in written))


def remember(
    context: Context, options: BuildOptions, plan: BuildPlan, everything: Sequence[WrittenInstance],
    cases: Mapping[str, str], counts: Counts, digests: Mapping[str, str], present: Present,
    skipped: Iterable[SkippedFile],
) -> int:  # fmt: skip
    """Record the whole stick before its commit; returns its number among the sticks of the key."""
    listed = manifest.format_lines(digests)
    stick = StickPlan(
        options.recorded or options.drive,
        file_set_uid(context.key, everything),
        manifest_digest(listed),
        present.manifest,
        " ".join(sorted(options.policy.names)),
        listed,
        readings_on(options.drive),
    )
    on_stick = OnStick(plan, everything, cases, counts.left_out, counts.undecided)
    return memory.remember(context.register, options.key, stick, on_stick, skipped, moved_days(plan))


def note_finished(register: Register, stick: int) -> list[Notice]:
    """Record the commit; the bundle is complete even if this fails."""
    try:
        memory.note_finished(register, stick)
    except BundleError:
        told = f"The bundle is complete, but {register.path} could not be told so. The next build with this key does it"
        return [Notice("register", told)]
    return []


def with_dates_shifted(sources: SourcesRead, context: Context) -> SourcesRead:
    """Set the shift of each study; the result has a notice for each unusual one. Raises RegisterBusy."""
    shifted = memory.shift_dates(context.register, sources.patients, context.key)
    return replace(sources, notices=[*sources.notices, *(Notice("midnight", _said(study)) for study in shifted)])


def _said(shifted: Shifted) -> str:
    folder = Path(shifted.study.series[0].instances[0].file.path).parent
    examination = f"The examination of {shifted.pseudonym} in {folder}"
    if shifted.crosses:
        return f"{examination} passes midnight on the medium: programs that compute SUV from its times alone will fail"
    minutes = f"{abs(shifted.further) / 60:,.0f} minutes {'later' if shifted.further > 0 else 'earlier'}"
    return f"{examination} is {minutes} than the patient's offset makes it, so that it does not pass midnight"
