"""The texts about segmentations: which is shown, what is hidden of it, why one is not shown, and what is where."""

from dataclasses import replace
from typing import TYPE_CHECKING

from bundle.index.records import Segment, Segmentation
from viewer.annotation import Corners, TextLine, Weight
from viewer.entries import Entry
from viewer.state import Annotation
from viewer.ui.slices.segmenting.showing import Segmenting
from viewer.words import tr, tr_error

if TYPE_CHECKING:  # it needs NumPy, which loads after the first slices
    from viewer.segments.labels import Labels


def title(segmenting: Segmenting, entry: Entry, segmentation: Segmentation) -> str:
    """The name of one of a stack's segmentations: their number, and that of its series unless it is hidden."""
    number = segmenting.offered(entry).index(segmentation) + 1
    name = tr("Segmentation {number}").format(number=number)
    if entry.series.series_number and segmentation.series_number:
        of_series = tr("series {number}").format(number=segmentation.series_number)
        name = f"{name} ({of_series})"
    return name


def volume(segment: Segment) -> str:
    """The volume in ml as the index has it."""
    if segment.volume_ml is None:
        return ""
    digits = 1 if segment.volume_ml >= 10 else 2 if segment.volume_ml >= 0.1 else 3
    return f"{segment.volume_ml:,.{digits}f} ml"


def named(segmenting: Segmenting, labels: "Labels", place: int, row: int, column: int) -> str:
    """The shown segments of a voxel, counted in the images, with their labels; of fractions, how much of it."""
    shown = segmenting.shown(labels.segmentation)
    texts = []
    for label in labels.at(place, row, column):
        if label in shown:
            segment = labels.segments[label - 1]
            text = f"{segment.label} [{segment.number}]"
            share = f" {labels.share_at(label, place, row, column):.0%}".replace("%", " %")
            texts.append(text + share if labels.is_fractional else text)
    return ", ".join(texts)


def failures(segmenting: Segmenting, entry: Entry) -> tuple[TextLine, ...]:
    """Why a segmentation that ought to be shown is not."""
    other = segmenting.comparing.other(entry)
    every = segmenting.arriving(entry), None if other is None else segmenting.arriving_of(other)
    found = [each.failure for each in every if each is not None]
    return tuple(TextLine(tr_error(failure), Weight.DAMAGE) for failure in found if failure is not None)


def added(
    corners: Corners, segmenting: Segmenting, entry: Entry, level: Annotation, *, slab: bool = False,
    second: bool = False,
) -> Corners:  # fmt: skip
    """The texts of a pane with what must be said of its segmentation; a `slab` shows that of its middle plane.

    Side by side, the `second` pane has the other segmentation.
    """
    lines = _lines(segmenting, entry, level, slab, second)
    return replace(corners, bottom_left=(*lines, *corners.bottom_left)) if lines else corners


def _lines(
    segmenting: Segmenting, entry: Entry, level: Annotation, slab: bool, second: bool
) -> tuple[TextLine, ...]:  # fmt: skip
    other = segmenting.comparing.other(entry)
    failed = failures(segmenting, entry)
    arriving = segmenting.arriving_of(other) if second and other is not None else segmenting.arriving(entry)
    if failed or arriving is None:
        return failed
    if level is Annotation.OFF:
        return ()
    labels, chosen = arriving.labels, arriving.segmentation
    if labels is None:
        return (TextLine(tr("Loading the segmentation"), Weight.MUTED, fold=2),)
    lines = []
    if not labels.complete:
        said = tr("Loading the segmentation, {arrived} of {total}")
        text = said.format(arrived=labels.arrived, total=labels.slices)
        lines.append(TextLine(text, Weight.MUTED, fold=2))
    hidden = len(segmenting.hidden(chosen))
    if hidden:
        said = tr("{hidden} of {total} segments hidden")
        lines.append(TextLine(said.format(hidden=hidden, total=len(chosen.segments)), Weight.NOTE))
    if labels.is_fractional:
        lines.append(TextLine(tr("Segments: voxels of which at least 50 % belong to them"), Weight.NOTE))
    if slab:
        lines.append(TextLine(tr("Segments: those on the plane in the middle of the slab"), Weight.NOTE))
    if other is not None and segmenting.comparing.differing(entry) is not None:
        texts = [title(segmenting, entry, each) for each in (chosen, other)]
        lines.append(TextLine(tr("White: in both segmentations"), Weight.NOTE))
        lines.append(TextLine(tr("Orange: only in {name}").format(name=texts[0]), Weight.NOTE))
        lines.append(TextLine(tr("Blue: only in {name}").format(name=texts[1]), Weight.NOTE))
    elif level is Annotation.FULL or other is not None:
        lines.append(TextLine(title(segmenting, entry, chosen), Weight.MUTED, fold=4))
    return tuple(lines)
