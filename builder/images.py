"""Writes all images of a bundle, has what may be text in them read, and keeps what is to be looked at."""

from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import replace
from pathlib import Path

from builder.cleaning import look_again, look_for
from builder.decisions import identities
from builder.look import keep_look
from builder.outcome import Outcome
from builder.pictures import series_pictures
from builder.plan import BuildPlan, Progress, SkippedFile, SourcePatient, Talk, WriteJob, WrittenInstance
from builder.previews import Previews
from builder.settle import Settled, Settlement, without_left_out
from builder.spool import Spool
from builder.textsearch import TextSearch
from builder.workers import in_turn


def write_images(
    plan: BuildPlan, patients: Sequence[SourcePatient], root: Path, executor: Executor, talk: Talk, previews: Previews,
    outcome: Outcome,
) -> Settled:  # fmt: skip
    """All images that are not left out, and what was done for text in their pictures."""
    names = {file.path: identity for identity, file in identities(patients)}
    jobs, before = without_left_out(plan.jobs, outcome.decided, names)
    with TextSearch(executor, look_again) as search:
        records = _write_first(jobs, search, executor, talk.step("De-identifying and writing"), previews, outcome)
        judged = search.end(talk.step("Reading text in pictures") if outcome.options.look_into_pictures else _unsaid)
        previews.wait(judged)
        settlement = Settlement(jobs, outcome.decided, names, root, mask=outcome.options.mask)
        settled = settlement.settle(records, judged, executor, search, _unsaid, workers=outcome.options.workers)
        outcome.readings += search.readings
    return settled.joined(before)


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
