"""Writes the segmentations of a build once their images are written, and says what became of them."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass

from builder.build_plan import BuildPlan
from builder.content import ContentKind
from builder.plan import Notice, Progress, SkippedFile, WrittenInstance
from builder.reasons import Reason
from builder.segmentation.labels import NamedSegment
from builder.segmentation.writing import SegmentationDone, SegmentationTask, write_segmentation
from builder.workers import each_in_turn

RENAMED, EMPTIED, DRAWN, ASTRAY = "segment name", "face", "contours", "contours astray"


@dataclass(frozen=True, slots=True)
class Segmented:
    """The segmentations that were written, in the order of their paths, those left out, and notices about both.

    `renamed` are (SOP Instance UID, segment) of those that do not keep their name.
    """

    written: Sequence[WrittenInstance] = ()
    skipped: Sequence[SkippedFile] = ()
    notices: Sequence[Notice] = ()
    renamed: Sequence[tuple[str, NamedSegment]] = ()

    @property
    def names(self) -> Iterator[tuple[str, int, str, str]]:
        """(SOP Instance UID, Segment Number, name on the medium, old name) of each of these."""
        return ((uid, named.number, named.label, named.original) for uid, named in self.renamed)


def write_segmentations(
    plan: BuildPlan, images: Sequence[WrittenInstance], executor: Executor, step: Callable[[str], Progress]
) -> Segmented:  # fmt: skip
    """`images` are those on the medium, of this build and of those before."""
    if not plan.segmentations:
        return Segmented()
    progress = step("Writing segmentations")
    written, skipped, notices, renamed = (
        list[WrittenInstance](),
        list[SkippedFile](),
        list[Notice](),
        list[tuple[str, NamedSegment]](),
    )
    done = _done(plan, images, executor)
    for count, (planned, result) in enumerate(zip(plan.segmentations, done, strict=True), start=1):
        if isinstance(result.record, SkippedFile):
            skipped.append(result.record)
        else:
            written.append(result.record)
            notices += _notices(planned.file.path, result)
            renamed += [(result.record.instance.sop_instance_uid, segment) for segment in result.renamed]
        progress(count, len(plan.segmentations))
    return Segmented(sorted(written, key=lambda record: record.instance.path), skipped, notices, renamed)


def _done(plan: BuildPlan, images: Sequence[WrittenInstance], executor: Executor) -> Iterator[SegmentationDone]:
    wanted = {planned.lies_on for planned in plan.segmentations}
    series: dict[str, list[WrittenInstance]] = {uid: [] for uid in wanted}
    for record in images:
        if record.series_instance_uid in wanted and record.content is ContentKind.IMAGES:
            series[record.series_instance_uid].append(record)
    tasks = (SegmentationTask(planned.job, tuple(series[planned.lies_on])) for planned in plan.segmentations)
    return each_in_turn(executor, _write, tasks)


def _write(task: SegmentationTask) -> SegmentationDone:
    if not task.images:  # all of them were left out
        return SegmentationDone(SkippedFile(task.job.source, Reason.SEGMENTATION_ALONE))
    return write_segmentation(task)


def _notices(path: str, done: SegmentationDone) -> Iterator[Notice]:
    for segment in done.renamed:
        told = f"{path}: segment {segment.number}, {segment.original!r}, is called {segment.label!r} on the medium"
        yield Notice(RENAMED, told)
    for segment in done.emptied:
        yield Notice(EMPTIED, f"{path}: segment {segment.number}, {segment.label!r}, may show the face and was emptied")
    for made in done.told:
        yield Notice(ASTRAY if made.matters else DRAWN, f"{path}: {made.text}")
