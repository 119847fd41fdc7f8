"""Carries out what becomes of images with text: they are written anew with a mask, or taken off the medium again."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple

from builder.burned_in.looking import Glance
from builder.burned_in.text_search import Judged, TextSearch
from builder.catalogue.left_out import Counts
from builder.decide.decisions import Choice, Decision, ImageIdentity
from builder.decide.fates import fate_of, second_job
from builder.decide.picture_records import Fate, PictureRecord
from builder.drive.target import erase_from
from builder.pipeline.cleaner import look_for
from builder.pipeline.context import Context, unsaid
from builder.pipeline.outcome import BuildOptions
from builder.plan import Notice, SkippedFile, WriteJob, WrittenInstance
from builder.reasons import Reason
from builder.spool import Spool
from builder.workers import in_turn
from builder.write.handover import Done
from bundle.images.alterations import masked_share

Record = WrittenInstance | SkippedFile
_STILL = "text could still be read beside the mask"
_ON_DRIVE = "text was read in an image that is on the drive already; take its case out with --remove, and add it again"


@dataclass(frozen=True, slots=True)
class Settled:
    """What lies on the medium in the end, what does not and why, and all that somebody may want to look at."""

    written: Sequence[WrittenInstance] = ()
    skipped: Sequence[SkippedFile] = ()
    seen: Sequence[PictureRecord] = ()
    notices: Sequence[Notice] = ()

    @property
    def counts(self) -> Counts:
        """How many images of each series were left out for text, and how many wait for a decision."""
        left_out = Counter((one.study, one.series) for one in self.seen if one.fate is Fate.LEFT_OUT)
        undecided = Counter((one.study, one.series) for one in self.seen if one.fate is Fate.UNDECIDED)
        return Counts(left_out, undecided)

    def joined(self, other: "Settled") -> "Settled":
        """With another that has written nothing."""
        skipped, seen = [*self.skipped, *other.skipped], [*self.seen, *other.seen]
        return Settled(self.written, skipped, seen, [*self.notices, *other.notices])


class _Told(NamedTuple):
    """What came of one image in which something was found, and what is to be said of it."""

    record: Record
    seen: PictureRecord | None = None
    notice: Notice | None = None


@dataclass(frozen=True, slots=True)
class _Case:
    """One image in which something was found; `record` is what came of it where it was written anew."""

    place: int
    job: WriteJob
    judged: Judged
    decision: Decision | None
    fate: Fate
    why: str
    record: Record | None = None

    @property
    def is_written_anew(self) -> bool:
        """Whether what lies there has to be replaced."""
        return self.fate is Fate.MASKED or (self.fate is Fate.KEPT and self.judged.text)

    def left_out(self, because: str) -> "_Case":
        """The same image, which goes off the medium after all."""
        return replace(self, fate=Fate.LEFT_OUT, why=f"{self.why}; {because}")


class Settlement:
    """Deals with the images of one medium, whose files lie below `root`."""

    def __init__(
        self, jobs: Sequence[WriteJob], decided: Mapping[str, Decision], identities: Mapping[str, ImageIdentity],
        root: Path, options: BuildOptions, context: Context,
    ) -> None:  # fmt: skip
        self._jobs, self._decided, self._identities = jobs, decided, identities
        self._root, self._options, self._context = root, options, context

    def settle(self, records: Sequence[Record], judged: Mapping[str, Judged], search: TextSearch) -> Settled:
        """`records` are what came of the jobs, in their order; every byte of one left out is overwritten."""
        cases = list(self._cases(judged))
        for one in cases:
            if one.fate in (Fate.LEFT_OUT, Fate.MASKED):
                self._erase(one)
        again = [one for one in cases if one.is_written_anew]
        anew = {one.place: one for one in self._write_again(again, search)}
        cases = [anew.get(one.place, one) for one in cases]
        told = {one.place: self._tell(one, records[one.place]) for one in cases}
        written, skipped = _parted(
            told[place].record if place in told else record for place, record in enumerate(records)
        )
        seen = [one.seen for one in told.values() if one.seen is not None]
        return Settled(written, skipped, seen, [one.notice for one in told.values() if one.notice is not None])

    def _cases(self, judged: Mapping[str, Judged]) -> Iterator[_Case]:
        for place, job in enumerate(self._jobs):
            one = judged.get(job.relative_path)
            if one is None:
                continue
            decision = self._decided.get(job.file)
            fate, why = fate_of(one, decision, mask=self._options.mask), one.why
            if fate is Fate.MASKED and not one.places:
                fate, why = Fate.LEFT_OUT, f"{one.why}, and none was found that could be masked"
            yield _Case(place, job, one, decision, fate, why)

    def _erase(self, one: _Case) -> None:
        """But for what a finished bundle holds."""
        if not one.job.present_digest:
            erase_from(self._root, one.job.relative_path)

    def _write_again(self, again: Sequence[_Case], search: TextSearch) -> list[_Case]:
        """With the mask, which is looked at once more: what can still be read takes the image off."""
        jobs = [second_job(one.job, one.judged, one.fate, one.decision, self._beside(one.place)) for one in again]
        results = in_turn(self._context.executor, look_for, jobs, workers=self._options.workers)
        written = [_written_anew(one, done, search) for one, done in zip(again, results, strict=True)]
        proved = search.end(unsaid)
        return [self._proved(one, proved.get(one.job.relative_path)) for one in written]

    def _proved(self, one: _Case, after: Judged | None) -> _Case:
        if one.fate is not Fate.MASKED or after is None or not after.text:
            return one
        self._erase(one)
        return one.left_out(_STILL)

    def _beside(self, place: int) -> tuple[str, ...]:
        """The source files of the slices before and behind."""
        near = (k for k in (place - 1, place + 1) if 0 <= k < len(self._jobs))
        return tuple(self._jobs[k].file for k in near if self._jobs[k].uids.series == self._jobs[place].uids.series)

    def _tell(self, one: _Case, before: Record) -> _Told:
        """`before` is what came of the image at first."""
        job, record = one.job, one.record or before
        if one.fate is Fate.LEFT_OUT and job.present_digest:
            return _Told(record, notice=Notice("text on the drive", f"{job.file}: {_ON_DRIVE}"))
        if one.fate is Fate.LEFT_OUT:
            record = SkippedFile(job.source, _reason(one), _where(one))
        share = 0.0 if isinstance(record, SkippedFile) else masked_share(record.instance.altered) or 0.0
        return _Told(record, seen_of(job, self._identities[job.file], one.fate, one.judged, _decided(one), share))


def _written_anew(one: _Case, done: Done, search: TextSearch) -> _Case:
    """The image with its new record; what was masked is handed to the search."""
    case = replace(one, record=done.record)
    if isinstance(done.record, SkippedFile) and not one.job.present_digest:
        case = case.left_out(done.record.detail)
    looked = done.looked
    if case.fate is Fate.MASKED and isinstance(looked, Glance):
        search.take(one.job, looked._replace(says_text=False), None)
    search.take(one.job, None, done.common)
    return case


def _parted(records: Iterable[Record]) -> tuple[Sequence[WrittenInstance], list[SkippedFile]]:
    """What was written, and what was not."""
    written: Spool[WrittenInstance] = Spool()
    skipped: list[SkippedFile] = []
    for one in records:
        if isinstance(one, SkippedFile):
            skipped.append(one)
        else:
            written.append(one)
    return written, skipped


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
        judged.places, judged.score, share, unpacked=job.unpacked,
    )  # fmt: skip


# Before anything is written


def without_left_out(
    jobs: Sequence[WriteJob], decided: Mapping[str, Decision], identities: Mapping[str, ImageIdentity]
) -> tuple[Sequence[WriteJob], Settled]:
    """The jobs but for those of images that a line leaves out; what is on the drive already is only named."""
    left: Spool[WriteJob] = Spool()
    skipped: list[SkippedFile] = []
    seen: list[PictureRecord] = []
    for job in jobs:
        decision = decided.get(job.file)
        if decision is None or decision.choice is not Choice.LEAVE_OUT or job.present_digest:
            left.append(job)
            continue
        skipped.append(SkippedFile(job.source, Reason.DECIDED))
        judged = Judged(decision.knows_text, (), 0.0, "")
        seen.append(seen_of(job, identities[job.file], Fate.LEFT_OUT, judged, f"as line {decision.line} says"))
    return left, Settled(skipped=skipped, seen=seen)
