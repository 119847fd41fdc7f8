"""The notices on a written bundle: bits above Bits Stored, faces, and rules that fit nothing."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from builder.build_plan import BuildPlan
from builder.catalogue.web_chunks import Chunks
from builder.deface.search import face_notices
from builder.deidentify import Option
from builder.pipeline.context import Context
from builder.pipeline.outcome import BuildOptions
from builder.plan import STORED_BITS, Notice, WrittenInstance
from bundle.images.alterations import is_of_stored_bits, split
from bundle.index.index import Catalog


def stored_bits_notices(written: Sequence[WrittenInstance], cases: Mapping[str, str]) -> list[Notice]:
    """One line for each series and each change in it; `cases` are the case numbers of the studies."""
    runs = groupby(written, lambda image: (image.study_instance_uid, image.series_instance_uid))
    return [notice for (study, _), run in runs for notice in _of_series(cases[study], [*run])]


def _of_series(case: str, series: Sequence[WrittenInstance]) -> list[Notice]:
    done = Counter(
        alteration for image in series for alteration in split(image.instance.altered) if is_of_stored_bits(alteration)
    )
    place, of = f"{case}, series {series[0].series_number}", len(series)
    return [
        Notice(STORED_BITS, f"{place}: {count:,} of {of:,} images, {alteration}") for alteration, count in done.items()
    ]


@dataclass(frozen=True, slots=True)
class Faces:
    """The number of images whose face was removed, and the notices about faces."""

    removed: int = 0
    notices: Sequence[Notice] = ()


def look_for_faces(
    plan: BuildPlan, written: Sequence[WrittenInstance], root: Path, options: BuildOptions, context: Context
) -> Faces:
    """Search the files written below `root`; if pictures are not searched and faces not removed, find nothing."""
    if not (options.look_into_pictures or options.deface):
        return Faces()
    removed = frozenset(job.relative_path for job in plan.jobs if job.face)
    asked = Option.FACES in options.policy.options
    progress = context.talk.step("Looking for faces in what was written")
    notices = [*face_notices(written, removed if asked else None, root, context.executor, progress)]
    return Faces(sum(image.instance.path in removed for image in written), notices)


def browser_notices(chunks: Chunks | None, written: Sequence[WrittenInstance]) -> list[Notice]:
    """The room that the images for browsers take, in bytes and as a share of the images."""
    if chunks is None:
        return []
    images = sum(image.instance.file_size for image in written)
    text = f"The images for browsers take {chunks.made / 1e6:,.1f} MB, {chunks.made / images:.0%} of the DICOM files"
    return [Notice("browser", text)]


def unused_rules(root: Path, options: BuildOptions) -> list[Notice]:
    """The hanging rules that fit no series of the bundle below `root`."""
    if options.hanging is None:
        return []
    with Catalog(root) as catalog:
        stacks = [(series, stack) for study in catalog.studies() for series in study.series for stack in series.stacks]
    return [
        Notice("hanging rule", f"Hanging rule {number} fits no series of this bundle")
        for number in options.hanging.unused(stacks)
    ]
