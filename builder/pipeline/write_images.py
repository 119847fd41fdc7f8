"""Writes all images of a bundle, has possible text in them read, and keeps the pictures to review."""

from collections import Counter
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from builder.build_plan import BuildPlan
from builder.burned_in.text_search import TextSearch
from builder.catalogue.previews import Previews
from builder.decide.decisions import ImageIdentity, identities
from builder.decide.look_files import keep_look
from builder.decide.picture_records import PictureRecord
from builder.decide.series_counts import SeriesPictures, series_pictures
from builder.pipeline.cleaner import look_again, look_for
from builder.pipeline.context import Context, unsaid
from builder.pipeline.outcome import BuildOptions
from builder.pipeline.settle import Settled, Settlement, without_left_out
from builder.pipeline.sources import SourcesRead
from builder.plan import SkippedFile, SourcePatient, WriteJob, WrittenInstance
from builder.spool import Spool
from builder.workers import in_turn


@dataclass(frozen=True, slots=True)
class ImagesWritten:
    """The results for the images, how often a picture was read, and how often an attribute was dropped: as broken, or
    because it held an identifier of its own patient."""

    settled: Settled = field(default_factory=Settled)
    readings: int = 0
    lost: Mapping[str, int] = field(default_factory=Counter)
    held: Mapping[str, int] = field(default_factory=Counter)


def write_images(
    plan: BuildPlan, sources: SourcesRead, root: Path, previews: Previews, options: BuildOptions, context: Context
) -> ImagesWritten:
    """All images that are not left out, and the treatment of text in their pictures."""
    patients, decided = sources.patients, sources.decided
    jobs, before = without_left_out(plan.jobs, decided, _names(patients, decided))
    talk = context.talk
    with TextSearch(context.executor, look_again) as search:
        records = _write_first(jobs, search, previews, options, context)
        judged = search.end(talk.step("Reading text in pictures") if options.look_into_pictures else unsaid)
        previews.wait(judged)
        names = _names(patients, {job.file for job in jobs if job.relative_path in judged})
        settled = Settlement(jobs, decided, names, root, options, context).settle(records, judged, search)
        readings = search.readings
    lost = Counter(keyword for image in settled.written for keyword in image.lost)
    held = Counter(told for image in settled.written for told in image.held)
    return ImagesWritten(settled.joined(before), readings, lost, held)


def _names(patients: Sequence[SourcePatient], files: Container[str]) -> dict[str, ImageIdentity]:
    """The identities by which lines name these files, by their paths."""
    return {file.path: identity for identity, file in identities(patients) if file.path in files}


def _write_first(
    jobs: Sequence[WriteJob], search: TextSearch, previews: Previews, options: BuildOptions, context: Context
) -> Sequence[WrittenInstance | SkippedFile]:
    """The result of each job, before the possible text was read."""
    progress = context.talk.step("De-identifying and writing")
    records: Spool[WrittenInstance | SkippedFile] = Spool()
    series: list[WrittenInstance] = []
    written = in_turn(context.executor, look_for, jobs, workers=options.workers)
    for job, done in zip(jobs, written, strict=True):
        search.take(job, done.looked, done.common)
        record = done.record
        records.append(record)
        if not isinstance(record, SkippedFile):
            if series and series[0].series_instance_uid != record.series_instance_uid:
                previews.begin(series)
                series = []
            series.append(record)
        progress(len(records), len(jobs))
    previews.begin(series)
    return records


@dataclass(frozen=True, slots=True)
class Pictures:
    """The pictures that may show text, and the treatment of text in each series."""

    seen: Sequence[PictureRecord] = ()
    by_series: Sequence[SeriesPictures] = ()


def pictures_of(
    seen: Sequence[PictureRecord], plan: BuildPlan, written: Sequence[WrittenInstance], cases: Mapping[str, str]
) -> Pictures:
    """`written` are all images on the medium; `cases` are the case numbers of its studies."""
    in_cases = [replace(image, case=cases.get(image.study, "")) for image in seen]
    pseudonyms = {job.uids.study: job.pseudonym for job in plan.jobs}
    return Pictures(in_cases, series_pictures(in_cases, written, pseudonyms))


def keep_pictures(pictures: Pictures, before: Sequence[PictureRecord], options: BuildOptions, context: Context) -> None:
    """Beside the key, for review and decisions, with those of the media `before`."""
    lines = options.decisions.lines if options.decisions else ()
    progress = context.talk.step("Making the page for review") if pictures.seen else unsaid
    keep_look(options.key, [*before, *pictures.seen], lines, context.executor, progress)
