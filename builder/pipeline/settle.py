"""Carries out what becomes of images with text: they are written anew with a mask, or taken off the medium again."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field
from pathlib import Path

from builder.burned_in.looking import Glance
from builder.burned_in.text_search import Judged, TextSearch
from builder.catalogue.left_out import Counts
from builder.decide.decisions import Choice, Decision, ImageIdentity
from builder.decide.fates import fate_of, second_job
from builder.decide.picture_records import Fate, PictureRecord
from builder.drive.target import erase_from
from builder.pipeline.cleaner import look_for
from builder.plan import Notice, Progress, SkippedFile, WriteJob, WrittenInstance
from builder.reasons import Reason
from builder.spool import Spool
from builder.workers import in_turn
from bundle.images.alterations import masked_share

Record = WrittenInstance | SkippedFile
# What came of images that were dealt with, by their places among the records.
Changed = dict[int, Record]
_STILL = "text could still be read beside the mask"
_ON_DRIVE = "text was read in an image that is on the drive already; take its case out with --remove, and add it again"


@dataclass(slots=True)
class Settled:
    """What lies on the medium in the end, what does not and why, and all that somebody may want to look at."""

    written: Sequence[WrittenInstance] = field(default_factory=list)
    skipped: list[SkippedFile] = field(default_factory=list)
    seen: list[PictureRecord] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)
    counts: Counts = field(default_factory=Counts)

    def joined(self, other: "Settled") -> "Settled":
        """With another that has written nothing."""
        left_out = self.counts.left_out + other.counts.left_out
        undecided = self.counts.undecided + other.counts.undecided
        return Settled(
            self.written, self.skipped + other.skipped, self.seen + other.seen,
            self.notices + other.notices, Counts(left_out, undecided),
        )  # fmt: skip


@dataclass(slots=True)
class _Case:
    """One image in which something was found, while it is dealt with."""

    place: int
    job: WriteJob
    judged: Judged
    decision: Decision | None
    fate: Fate
    why: str


class Settlement:
    """Deals with the images of one medium, whose files lie below `root`."""

    def __init__(
        self, jobs: Sequence[WriteJob], decided: Mapping[str, Decision], identities: Mapping[str, ImageIdentity],
        root: Path, *, mask: bool,
    ) -> None:  # fmt: skip
        self._jobs, self._decided, self._identities = jobs, decided, identities
        self._root, self._mask = root, mask

    def settle(
        self, records: Sequence[Record], judged: Mapping[str, Judged], executor: Executor, search: TextSearch,
        progress: Progress, *, workers: int,
    ) -> Settled:  # fmt: skip
        """`records` are what came of the jobs, in their order; every byte of one left out is overwritten."""
        changed: Changed = {}
        cases = list(self._cases(judged))
        again = [one for one in cases if self._is_written_anew(one)]
        for one in cases:
            if one.fate in (Fate.LEFT_OUT, Fate.MASKED) and not one.job.present_digest:
                erase_from(self._root, one.job.relative_path)
        self._write_again(again, changed, executor, search, progress, workers)
        settled = Settled()
        for one in cases:
            self._tell(one, records, changed, settled)
        found = (changed.get(place, record) for place, record in enumerate(records))
        settled.written = Spool(_written(found, settled.skipped))
        return settled

    def _cases(self, judged: Mapping[str, Judged]) -> Iterator[_Case]:
        for place, job in enumerate(self._jobs):
            one = judged.get(job.relative_path)
            if one is None:
                continue
            decision = self._decided.get(job.file)
            fate, why = fate_of(one, decision, mask=self._mask), one.why
            if fate is Fate.MASKED and not one.places:
                fate, why = Fate.LEFT_OUT, f"{one.why}, and none was found that could be masked"
            yield _Case(place, job, one, decision, fate, why)

    @staticmethod
    def _is_written_anew(one: _Case) -> bool:
        return one.fate is Fate.MASKED or (one.fate is Fate.KEPT and one.judged.text)

    def _write_again(
        self, again: Sequence[_Case], changed: Changed, executor: Executor, search: TextSearch, progress: Progress,
        workers: int,
    ) -> None:  # fmt: skip
        """With the mask, which is looked at once more: what can still be read takes the image off."""
        jobs = [second_job(one.job, one.judged, one.fate, one.decision, self._beside(one.place)) for one in again]
        for one, done in zip(again, in_turn(executor, look_for, jobs, workers=workers), strict=True):
            changed[one.place] = done.record
            if isinstance(done.record, SkippedFile) and not one.job.present_digest:
                one.fate, one.why = Fate.LEFT_OUT, f"{one.why}; {done.record.detail}"
            looked = done.looked
            if one.fate is Fate.MASKED and isinstance(looked, Glance):
                search.take(one.job, looked._replace(says_text=False), None)
            search.take(one.job, None, done.common)
        proved = search.end(progress)
        for one in again:
            after = proved.get(one.job.relative_path)
            if one.fate is Fate.MASKED and after is not None and after.text:
                one.fate, one.why = Fate.LEFT_OUT, f"{one.why}; {_STILL}"
                if not one.job.present_digest:
                    erase_from(self._root, one.job.relative_path)

    def _beside(self, place: int) -> tuple[str, ...]:
        """The source files of the slices before and behind."""
        near = (k for k in (place - 1, place + 1) if 0 <= k < len(self._jobs))
        return tuple(self._jobs[k].file for k in near if self._jobs[k].uids.series == self._jobs[place].uids.series)

    def _tell(self, one: _Case, records: Sequence[Record], changed: Changed, settled: Settled) -> None:
        job, key = one.job, (one.job.uids.study, one.job.uids.series)
        if one.fate is Fate.LEFT_OUT and job.present_digest:
            settled.notices.append(Notice("text on the drive", f"{job.file}: {_ON_DRIVE}"))
            return
        if one.fate is Fate.LEFT_OUT:
            changed[one.place] = SkippedFile(job.source, _reason(one), _where(one))
            settled.counts.left_out[key] += 1
        settled.counts.undecided[key] += one.fate is Fate.UNDECIDED
        record = changed.get(one.place) or records[one.place]
        share = 0.0 if isinstance(record, SkippedFile) else masked_share(record.instance.altered) or 0.0
        settled.seen.append(seen_of(job, self._identities[job.file], one.fate, one.judged, _decided(one), share))


def _written(found: Iterable[Record], skipped: list[SkippedFile]) -> Iterator[WrittenInstance]:
    for one in found:
        if isinstance(one, SkippedFile):
            skipped.append(one)
        else:
            yield one


def _decided(one: _Case) -> str:
    """Why, with what was decided where that was carried out."""
    choice = None if one.decision is None else one.decision.choice
    asked = {Choice.LEAVE_OUT: Fate.LEFT_OUT, Choice.MASK: Fate.MASKED, Choice.KEEP: Fate.KEPT}
    return f"{one.why}; as you decided" if choice is not None and asked[choice] is one.fate else one.why


def _reason(one: _Case) -> Reason:
    if one.decision is not None and one.decision.choice is Choice.LEAVE_OUT:
        return Reason.DECIDED
    return Reason.TEXT_FOUND if one.judged.places else Reason.BURNED_IN


def _where(one: _Case) -> str:
    """Why, and where the first place is."""
    if not one.judged.places:
        return one.why
    first = one.judged.places[0]
    return f"row {first.top}, column {first.left}; {one.why}"


def seen_of(
    job: WriteJob, identity: ImageIdentity, fate: Fate, judged: Judged, why: str, share: float = 0.0
) -> PictureRecord:
    """One image for the page, the table and the report."""
    return PictureRecord(
        job.source, identity, job.uids.study, job.uids.series, job.series_number, job.number, fate, judged.text, why,
        judged.places, judged.score, share,
    )  # fmt: skip


# Before anything is written


def without_left_out(
    jobs: Sequence[WriteJob], decided: Mapping[str, Decision], identities: Mapping[str, ImageIdentity]
) -> tuple[Sequence[WriteJob], Settled]:
    """The jobs but for those of images that a line leaves out; what is on the drive already is only named."""
    left, settled = Spool[WriteJob](), Settled()
    for job in jobs:
        decision = decided.get(job.file)
        if decision is None or decision.choice is not Choice.LEAVE_OUT or job.present_digest:
            left.append(job)
            continue
        settled.skipped.append(SkippedFile(job.source, Reason.DECIDED))
        settled.counts.left_out[job.uids.study, job.uids.series] += 1
        judged = Judged(decision.knows_text, (), 0.0, "")
        settled.seen.append(seen_of(job, identities[job.file], Fate.LEFT_OUT, judged, f"as line {decision.line} says"))
    return left, settled
