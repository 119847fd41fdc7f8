"""Writes all images of a bundle, has what may be text in them read, and keeps what is to be looked at."""

from collections.abc import Container, Sequence
from concurrent.futures import Executor
from dataclasses import replace
from pathlib import Path

from builder.burned_in.text_search import TextSearch
from builder.catalogue.previews import Previews
from builder.decide.decisions import ImageIdentity, identities
from builder.decide.look_files import keep_look
from builder.decide.series_counts import series_pictures
from builder.pipeline.cleaner import look_again, look_for
from builder.pipeline.outcome import Outcome
from builder.pipeline.settle import Settled, Settlement, without_left_out
from builder.plan import BuildPlan, Progress, SkippedFile, SourcePatient, Talk, WriteJob, WrittenInstance
from builder.spool import Spool
from builder.workers import in_turn


def write_images(
    plan: BuildPlan, patients: Sequence[SourcePatient], root: Path, executor: Executor, talk: Talk, previews: Previews,
    outcome: Outcome,
) -> Settled:  # fmt: skip
    """All images that are not left out, and what was done for text in their pictures."""
    jobs, before = without_left_out(plan.jobs, outcome.decided, _names(patients, outcome.decided))
    with TextSearch(executor, look_again) as search:
        records = _write_first(jobs, search, executor, talk.step("De-identifying and writing"), previews, outcome)
        judged = search.end(talk.step("Reading text in pictures") if outcome.options.look_into_pictures else _unsaid)
        previews.wait(judged)
        names = _names(patients, {job.file for job in jobs if job.relative_path in judged})
        settlement = Settlement(jobs, outcome.decided, names, root, mask=outcome.options.mask)
        settled = settlement.settle(records, judged, executor, search, _unsaid, workers=outcome.options.workers)
        outcome.readings += search.readings
    for one in settled.written:
        outcome.lost.update(one.lost)
    return settled.joined(before)


def _names(patients: Sequence[SourcePatient], files: Container[str]) -> dict[str, ImageIdentity]:
    """What lines name these files by, by their paths."""
    return {file.path: identity for identity, file in identities(patients) if file.path in files}


def _unsaid(done: int, total: int) -> None:
    """For what takes no time that is worth a word."""


def _write_first(
    jobs: Sequence[WriteJob], search: TextSearch, executor: Executor, progress: Progress, previews: Previews,
    outcome: Outcome,
) -> Sequence[WrittenInstance | SkippedFile]:  # fmt: skip
    """What came of each job, before anybody read what may be text."""
    records: Spool[WrittenInstance | SkippedFile] = Spool()
    series: list[WrittenInstance] = []
    written = in_turn(executor, look_for, jobs, workers=outcome.options.workers)
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


def report_pictures(
    plan: BuildPlan, settled: Settled, written: Sequence[WrittenInstance], cases: dict[str, str], executor: Executor,
    talk: Talk, outcome: Outcome,
) -> None:  # fmt: skip
    """What was done for text, by series; and all of it beside the key, to look at and to decide."""
    outcome.seen = [replace(one, case=cases.get(one.study, "")) for one in settled.seen]
    pseudonyms = {job.uids.study: job.pseudonym for job in plan.jobs}
    outcome.pictures = series_pictures(outcome.seen, written, pseudonyms)
    lines = outcome.options.decisions.lines if outcome.options.decisions else ()
    progress = talk.step("Making the page to look at") if outcome.seen else _unsaid
    keep_look(outcome.options.key, [*outcome.seen_before, *outcome.seen], lines, executor, progress)
