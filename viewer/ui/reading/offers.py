"""Distances that are measured already, for a question to take by name: never by themselves."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from bundle.reading.questions import Value
from viewer.entries import Entry
from viewer.marks.in_space import SpaceMeasure
from viewer.marks.markings import Slice
from viewer.marks.measure import Measure, MeasurementKind
from viewer.reading.marks import length_between, mark_at, mark_on_plane
from viewer.ui.slices.answers.listed import slice_words
from viewer.ui.slices.viewing import Viewing
from viewer.words import tr


@dataclass(frozen=True)
class Offer:
    """A distance as an answer, and where it is; `remove` deletes the measurement, False if it has changed meanwhile."""

    value: Value
    place: str
    remove: Callable[[], bool]


def offers(viewing: Viewing, series: str) -> Iterator[Offer]:
    """The distances of the open case, of one series if it is given: those touched last and on the picture first."""
    entries = {
        entry.stack.stack_id: entry
        for entry in viewing.entries
        if entry.study == viewing.entry.study and series in ("", entry.series.series_instance_uid)
    }
    yield from _on_slices(viewing, entries)
    yield from _on_planes(viewing, entries)


def _on_slices(viewing: Viewing, entries: dict[int, Entry]) -> Iterator[Offer]:
    markings, here = viewing.markings, viewing.port.where
    found = [
        (where, number, measure)
        for where, measures in markings.all.items()
        for number, measure in enumerate(measures)
        if measure.kind is MeasurementKind.DISTANCE and where[0] in entries
    ]
    found.sort(key=lambda kept: (kept[:2] != markings.touched, kept[0] != here, kept[0][0] != here[0]))
    for where, number, measure in found:
        entry = entries[where[0]]
        frame = viewing.loadings.stack(entry).frames[where[1]]
        marks = [mark_at(entry, frame, column - 0.5, row - 0.5) for column, row in measure.points]
        value = length_between(entry.stack, marks)
        if value is not None:
            yield Offer(value, slice_words(viewing, where), partial(_remove, viewing, where, number, measure))


def _remove(viewing: Viewing, where: Slice, number: int, measure: Measure) -> bool:
    same = viewing.markings.on(where)[number : number + 1] == (measure,)
    if same:
        viewing.markings.remove(where, number)
    return same


def _on_planes(viewing: Viewing, entries: dict[int, Entry]) -> Iterator[Offer]:
    marks = viewing.markings.in_space
    for measure in reversed(marks.all):
        if measure.kind is MeasurementKind.DISTANCE and measure.stack_id in entries:
            value = _of_plane(viewing, entries[measure.stack_id], measure)
            yield Offer(value, tr("MPR plane"), partial(marks.remove, measure))


def _of_plane(viewing: Viewing, entry: Entry, measure: SpaceMeasure) -> Value:
    first = viewing.loadings.stack(entry).frames[0]
    ends = [mark_on_plane(entry, first, point, measure.normal, *measure.slab) for point in measure.points]
    return length_between(entry.stack, ends)
