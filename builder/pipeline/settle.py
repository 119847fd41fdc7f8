"""Carries out the fate of images with text: writes them anew with a mask, or takes them off the medium again."""

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
    """The final images on the medium, those left out with the reason, and everything to review."""

    written: Sequence[WrittenInstance] = ()
    skipped: Sequence[SkippedFile] = ()
    seen: Sequence[PictureRecord] = ()
    notices: Sequence[Notice] = ()

    @property
    def counts(self) -> Counts:
        """How many images of each series were left out for text, and how many wait for a decision."""
        left_out = Counter((image.study, image.series) for image in self.seen if image.fate is Fate.LEFT_OUT)
        undecided = Counter((image.study, image.series) for image in self.seen if image.fate is Fate.UNDECIDED)
        return Counts(left_out, undecided)

    def joined(self, other: "Settled") -> "Settled":
        """Combined with another that has written nothing."""
        skipped, seen = [*self.skipped, *other.skipped], [*self.seen, *other.seen]
        return Settled(self.written, skipped, seen, [*self.notices, *other.notices])


class _Told(NamedTuple):
    """The outcome of one image with a candidate, and the report on it."""

    record: Record
    seen: PictureRecord | None = None
    notice: Notice | None = None


@dataclass(frozen=True, slots=True)
class _Case:
    """One image with a candidate; `record` is its new record if it was written anew."""

    place: int
    job: WriteJob
    judged: Judged
    decision: Decision | None
    fate: Fate
    why: str
    record: Record | None = None

    @property
    def is_written_anew(self) -> bool:
        """Whether the written file must be replaced."""
        return self.fate is Fate.MASKED or (self.fate is Fate.KEPT and self.judged.text)

    def left_out(self, because: str) -> "_Case":
        """The same image, taken off the medium after all."""
        return replace(self, fate=Fate.LEFT_OUT, why=f"{self.why}; {because}")


class Settlement:
    """Handles the images of one medium, whose files lie below `root`."""

    def __init__(
        self, jobs: Sequence[WriteJob], decided: Mapping[str, Decision], identities: Mapping[str, ImageIdentity],
        root: Path, options: BuildOptions, context: Context,
    ) -> None:  # fmt: skip
        self._jobs, self._decided, self._identities = jobs, decided, identities
        self._root, self._options, self._context = root, options, context

    def settle(self, records: Sequence[Record], judged: Mapping[str, Judged], search: TextSearch) -> Settled:
        """`records` are the results of the jobs, in order; every byte of an image that is left out is overwritten."""
        cases = list(self._cases(judged))
        for case in cases:
            if case.fate in (Fate.LEFT_OUT, Fate.MASKED):
                self._erase(case)
        again = [case for case in cases if case.is_written_anew]
        anew = {case.place: case for case in self._write_again(again, search)}
        cases = [anew.get(case.place, case) for case in cases]
        told = {case.place: self._tell(case, records[case.place]) for case in cases}
        written, skipped = _parted(
            told[place].record if place in told else record for place, record in enumerate(records)
        )
        seen = [outcome.seen for outcome in told.values() if outcome.seen is not None]
        notices = [outcome.notice for outcome in told.values() if outcome.notice is not None]
        return Settled(written, skipped, seen, notices)

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

    def _erase(self, case: _Case) -> None:
        """Unless it belongs to a finished bundle."""
        if not case.job.present_digest:
            erase_from(self._root, case.job.relative_path)

    def _write_again(self, again: Sequence[_Case], search: TextSearch) -> list[_Case]:
        """Write the images with their masks, and read them once more: an image with legible text leaves the medium."""
        jobs = [second_job(case.job, case.judged, case.fate, case.decision, self._beside(case.place)) for case in again]
        results = in_turn(self._context.executor, look_for, jobs, workers=self._options.workers)
        written = [_written_anew(case, done, search) for case, done in zip(again, results, strict=True)]
        proved = search.end(unsaid)
        return [self._proved(case, proved.get(case.job.relative_path)) for case in written]

    def _proved(self, case: _Case, after: Judged | None) -> _Case:
        if case.fate is not Fate.MASKED or after is None or not after.text:
            return case
        self._erase(case)
        return case.left_out(_STILL)

    def _beside(self, place: int) -> tuple[str, ...]:
        """The source files of the slices before and after."""
        near = (k for k in (place - 1, place + 1) if 0 <= k < len(self._jobs))
        return tuple(self._jobs[k].file for k in near if self._jobs[k].uids.series == self._jobs[place].uids.series)

    def _tell(self, case: _Case, before: Record) -> _Told:
        """`before` is the first record of the image."""
        job, record = case.job, case.record or before
        if case.fate is Fate.LEFT_OUT and job.present_digest:
            return _Told(record, notice=Notice("text on the drive", f"{job.file}: {_ON_DRIVE}"))
        if case.fate is Fate.LEFT_OUT:
            record = SkippedFile(job.source, _reason(case), _where(case))
        share = 0.0 if isinstance(record, SkippedFile) else masked_share(record.instance.altered) or 0.0
        return _Told(record, seen_of(job, self._identities[job.file], case.fate, case.judged, _decided(case), share))


def _written_anew(case: _Case, done: Done, search: TextSearch) -> _Case:
    """The image with its new record; the search gets a masked image again."""
    case = replace(case, record=done.record)
    if isinstance(done.record, SkippedFile) and not case.job.present_digest:
        case = case.left_out(done.record.detail)
    looked = done.looked
    if case.fate is Fate.MASKED and isinstance(looked, Glance):
        search.take(case.job, looked._replace(says_text=False), None)
    search.take(case.job, None, done.common)
    return case


def _parted(records: Iterable[Record]) -> tuple[Sequence[WrittenInstance], list[SkippedFile]]:
    """The written images, and those left out."""
    written: Spool[WrittenInstance] = Spool()
    skipped: list[SkippedFile] = []
    for record in records:
        if isinstance(record, SkippedFile):
            skipped.append(record)
        else:
            written.append(record)
    return written, skipped


def _decided(case: _Case) -> str:
    """The reason, with the decision if it was carried out."""
    choice = None if case.decision is None else case.decision.choice
    asked = {Choice.LEAVE_OUT: Fate.LEFT_OUT, Choice.MASK: Fate.MASKED, Choice.KEEP: Fate.KEPT}
    return f"{case.why}; as you decided" if choice is not None and asked[choice] is case.fate else case.why


def _reason(case: _Case) -> Reason:
    if case.decision is not None and case.decision.choice is Choice.LEAVE_OUT:
        return Reason.DECIDED
    return Reason.TEXT_FOUND if case.judged.places else Reason.BURNED_IN


def _where(case: _Case) -> str:
    """The reason, and the position of the first place."""
    if not case.judged.places:
        return case.why
    first = case.judged.places[0]
    return f"row {first.top}, column {first.left}; {case.why}"


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
    """The jobs except those of images that a line leaves out; an image already on the drive only gets a notice."""
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
