"""What was decided about the pictures of a medium that an earlier run finished: its index tells, without the scans."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from builder.decide.series_counts import SeriesPictures
from builder.plan import Notice
from bundle.images.alterations import is_kept_with_text, masked_share
from bundle.index.index import Catalog
from bundle.index.records import Series, Study

# The kinds of notices: if pictures wait for a decision, and if none does.
UNDECIDED_BEFORE, DECIDED_BEFORE = "undecided before", "decided before"


def decided_on(drive: Path) -> tuple[list[SeriesPictures], list[Notice]]:
    """Each series with images that were left out, masked, kept or undecided; and what to do to see them."""
    with Catalog(drive) as catalog:
        studies = catalog.studies()
        found = [pictures for study in studies for pictures in _of_study(catalog, study)]
        # Those of series without any image left belong to no series of the index.
        left_out = sum(study.images_left_out for study in studies)
    return found, list(_notices(drive.name, found, left_out))


def left_out_before(drive: Path, files: int, taken: int) -> list[Notice]:
    """That fewer images are on the medium than there are `files` of its cases, and where the reasons are."""
    if files <= taken:
        return []
    with Catalog(drive) as catalog:
        unreadable = sum(study.images_unreadable for study in catalog.studies())
    of_these = f", {unreadable:,} because they could not be read" if unreadable else ""
    told = f"{drive.name} was finished before, without {files - taken:,} of {files:,} files of its cases{of_these}"
    return [Notice(DECIDED_BEFORE, f"{told}; the report of that build names them, and `mkbundle who FOLDER` does")]


def _of_study(catalog: Catalog, study: Study) -> Iterator[SeriesPictures]:
    pseudonym = catalog.patient_of(study).pseudonym
    for series in study.series:
        altered = _altered(catalog, series)
        kept = sum(map(is_kept_with_text, altered))
        if not (series.images_left_out or series.images_masked or kept or series.images_undecided):
            continue
        yield SeriesPictures(
            case=study.case,
            pseudonym=pseudonym,
            series_number=series.series_number,
            images=series.number_of_instances + series.images_left_out,
            left_out=series.images_left_out,
            masked=series.images_masked,
            kept=kept,
            undecided=series.images_undecided,
            share=max((masked_share(words) or 0.0 for words in altered), default=0.0),
            holes=(),
        )


def _altered(catalog: Catalog, series: Series) -> list[str]:
    """The alterations of each image."""
    frames = (frame for stack in series.stacks for frame in catalog.frames(stack.stack_id))
    return list({frame.path: frame.altered for frame in frames}.values())


def _notices(name: str, found: Sequence[SeriesPictures], left_out: int) -> Iterator[Notice]:
    undecided = sum(series.undecided for series in found)
    numbers = {
        "left out": left_out,
        "masked": sum(series.masked for series in found),
        "kept with text": sum(series.kept for series in found),
        "undecided": undecided,
    }
    told = ", ".join(f"{number:,} {what}" for what, number in numbers.items() if number)
    if told:
        text = f"{name} was finished before: of its pictures {told}, and none of them is on the page for review"
        again = f"delete {name} and build once more to see them"
        yield Notice(UNDECIDED_BEFORE if undecided else DECIDED_BEFORE, f"{text}; {again}")
