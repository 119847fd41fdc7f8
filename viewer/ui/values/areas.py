"""The area whose values a reader wants to see: the one touched last, or else the last one in sight."""

from dataclasses import dataclass

from viewer.entries import Entry
from viewer.marks.histogram import histogram_of
from viewer.marks.in_space import SpaceMeasure
from viewer.marks.markings import Slice
from viewer.marks.measure import Measure
from viewer.marks.roi import of_values, values_in
from viewer.marks.statistics import Histogram, Statistics
from viewer.ui.over.space_drawing import is_of
from viewer.ui.slices.answers.listed import slice_words
from viewer.ui.slices.viewing import Viewing
from viewer.ui.values.kinds import kind_name
from viewer.words import tr


@dataclass(frozen=True, slots=True)
class ShownArea:
    """An area in words, with its values and their unit; neither statistics nor histogram if there are no values."""

    name: str
    units: str
    statistics: Statistics | None
    histogram: Histogram | None


def shown_area(viewing: Viewing, *, on_planes: bool) -> ShownArea | None:
    """The area that is meant, on the planes or on the slices; None if there is none."""
    in_space = _on_plane(viewing)
    if on_planes and in_space is not None:
        return _named_on_plane(viewing, in_space)
    found = _on_slice(viewing)
    if found is not None:
        return _of_slice(viewing, *found)
    return None if in_space is None else _named_on_plane(viewing, in_space)


def _on_slice(viewing: Viewing) -> tuple[Slice, Measure] | None:
    markings, here = viewing.markings, viewing.port.where
    touched, last = markings.touched, markings.last()
    if touched is not None and last is not None and last.kind.is_area:
        return touched[0], last
    areas = [measure for measure in markings.on(here) if measure.kind.is_area]
    return (here, areas[-1]) if areas else None


def _on_plane(viewing: Viewing) -> SpaceMeasure | None:
    marks = viewing.markings.in_space
    areas = [measure for measure in marks.all if measure.kind.is_area and is_of(measure, viewing.entry)]
    touched = None if marks.touched is None else marks.all[marks.touched]
    return touched if touched in areas else (areas[-1] if areas else None)


def _named_on_plane(viewing: Viewing, measure: SpaceMeasure) -> ShownArea:
    """Its values are those of its own series, whichever is shown."""
    own = entry_of(viewing, measure.stack_id) or viewing.entry
    where = tr("MPR plane") if own is viewing.entry else f"{tr('MPR plane')} ({own.title})"
    return ShownArea(f"{kind_name(measure.kind)}, {where}", own.stack.units, measure.values, measure.histogram)


def _of_slice(viewing: Viewing, where: Slice, measure: Measure) -> ShownArea | None:
    entry = entry_of(viewing, where[0])
    if entry is None:
        return None
    values = values_in(viewing.loadings.stack(entry), where[1], measure)
    name = f"{kind_name(measure.kind)}, {slice_words(viewing, where)}"
    if values is None or not values.size:
        return ShownArea(name, entry.stack.units, None, None)
    return ShownArea(name, entry.stack.units, of_values(values), histogram_of(values))


def entry_of(viewing: Viewing, stack_id: int) -> Entry | None:
    """The listed series that a stack belongs to."""
    return next((entry for entry in viewing.entries if entry.stack.stack_id == stack_id), None)
