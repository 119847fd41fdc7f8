"""What the reader has marked in the open case: measurements, curves, key images, answers, each with its slice."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from bundle.index.records import Vector
from viewer.entries import Entry
from viewer.marks.markings import Slice
from viewer.reading.marks import Mark
from viewer.reading.shapes import on_image
from viewer.space.planes import along_normal, nearest
from viewer.state import slice_number
from viewer.ui.over.space_drawing import remark, texts_of
from viewer.ui.slices.answers.jump import find_mark
from viewer.ui.slices.drawing import size_of
from viewer.ui.slices.port import near_slice
from viewer.ui.slices.viewing import Viewing
from viewer.words import tr


class Sort(Enum):
    """What is listed."""

    ANSWER = "answer"
    MEASURE = "measure"
    KEY_IMAGE = "key image"
    CURVE = "curve"


@dataclass(frozen=True, slots=True)
class Listed:
    """One thing: its text, and its slice; `mark` is the place of an answer on a plane, which has no slice."""

    sort: Sort
    text: str
    where: Slice
    mark: Mark | None = None


def listed(viewing: Viewing) -> list[Listed]:
    """Everything in the open case: the answers, then the rest, series by series and slice by slice."""
    entries = {entry.stack.stack_id: entry for entry in _of_case(viewing)}
    places = {stack_id: place for place, stack_id in enumerate(entries)}
    rest = [
        *_measures(viewing, entries), *_on_planes(viewing, entries), *_curves(viewing, entries),
        *_key_images(viewing, entries),
    ]  # fmt: skip
    return [
        *_answers(viewing),
        *sorted(rest, key=lambda thing: (places[thing.where[0]], _number(entries, thing.where))),
    ]


def _of_case(viewing: Viewing) -> list[Entry]:
    uid = viewing.entry.study.study_instance_uid
    return [entry for entry in viewing.entries if entry.study.study_instance_uid == uid]


def _number(entries: dict[int, Entry], where: Slice) -> int:
    return slice_number(entries[where[0]].stack, where[1])


def _measures(viewing: Viewing, entries: dict[int, Entry]) -> Iterator[Listed]:
    for where, measures in viewing.markings.all.items():
        if where[0] in entries:
            for measure in measures:
                yield Listed(Sort.MEASURE, size_of(entries[where[0]].stack, measure), where)


def _on_planes(viewing: Viewing, entries: dict[int, Entry]) -> Iterator[Listed]:
    """The measurements on planes, each with the slice nearest to its first point."""
    for measure in viewing.markings.in_space.all:
        entry = entries.get(measure.stack_id)
        where = None if entry is None else _nearest(viewing, entry, measure.points[0])
        if entry is not None and where is not None:
            named = measure.kind.is_remark
            text = remark(measure.kind, measure.text) if named else "  ".join(texts_of(measure, entry.stack.units))
            yield Listed(Sort.MEASURE, text, where)


def _curves(viewing: Viewing, entries: dict[int, Entry]) -> Iterator[Listed]:
    """The curves, each with the slice nearest to its first point."""
    for stack_id, points in viewing.markings.curves.all.items():
        where = _nearest(viewing, entries[stack_id], points[0]) if stack_id in entries else None
        if where is not None:
            yield Listed(Sort.CURVE, tr("Curve through %n points", len(points)), where)


def _nearest(viewing: Viewing, entry: Entry, point: Vector) -> Slice | None:
    """The slice nearest to a patient place."""
    along = along_normal(entry.stack, point)
    if along is None:
        return None
    return entry.stack.stack_id, nearest(entry.stack, viewing.loadings.stack(entry).frames, along) or 0


def _key_images(viewing: Viewing, entries: dict[int, Entry]) -> Iterator[Listed]:
    for where in viewing.markings.key_images:
        if where[0] in entries:
            yield Listed(Sort.KEY_IMAGE, tr("Key image"), where)


def _answers(viewing: Viewing) -> Iterator[Listed]:
    for shape in viewing.answered.shapes:
        where = find_mark(viewing, shape.marks[0])
        if where is not None:
            yield Listed(Sort.ANSWER, "  ".join(shape.lines), where, shape.marks[0] if shape.on_plane else None)


def place_words(viewing: Viewing, thing: Listed) -> str:
    """Where it is: its slice, or a plane."""
    if thing.mark is not None:
        return tr("MPR plane")
    return slice_words(viewing, thing.where)


def slice_words(viewing: Viewing, where: Slice) -> str:
    """'slice 76', with the series if it is not the open one; empty if it is of another case."""
    entry = next((entry for entry in viewing.entries if entry.stack.stack_id == where[0]), None)
    if entry is None:
        return ""
    text = tr("slice {number}").format(number=slice_number(entry.stack, where[1]))
    return text if entry is viewing.entry or not entry.title else f"{text} ({entry.title})"


def ticks(viewing: Viewing) -> dict[int, Sort]:
    """The slice numbers of the open stack on which something is, with what; an answer comes before the rest."""
    stack = viewing.entry.stack
    found: dict[int, Sort] = {}
    for thing in (*_marked_here(viewing), *_answered_here(viewing)):
        found[slice_number(stack, thing[0])] = thing[1]
    return found


def _marked_here(viewing: Viewing) -> Iterator[tuple[int, Sort]]:
    stack_id = viewing.entry.stack.stack_id
    yield from ((where[1], Sort.KEY_IMAGE) for where in viewing.markings.key_images if where[0] == stack_id)
    yield from ((where[1], Sort.MEASURE) for where in viewing.markings.all if where[0] == stack_id)
    here = {stack_id: viewing.entry}
    yield from ((thing.where[1], thing.sort) for thing in (*_on_planes(viewing, here), *_curves(viewing, here)))


def _answered_here(viewing: Viewing) -> Iterator[tuple[int, Sort]]:
    entry, frames = viewing.entry, viewing.loaded_stack.frames
    for shape in viewing.answered.shapes:
        found = find_mark(viewing, shape.marks[0])
        index = None if found is None or found[0] != entry.stack.stack_id else found[1]
        if index is not None and shape.on_plane:
            along = along_normal(entry.stack, shape.marks[0]["position"])
            index = None if along is None else nearest(entry.stack, frames, along)
        if index is not None and on_image(shape, entry, frames[index], near_slice(entry.stack)) is not None:
            yield index, Sort.ANSWER
