"""Checks of the index's stacks against the files: every frame once, in order, with its own geometry."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence

from builder.check.checks.index import IndexComparison, Row
from builder.check.findings import Finding, finding
from builder.check.medium.file_checks import some
from builder.check.png import picture_problem
from builder.check.stacks import index_columns
from builder.check.stacks.indexed_stack import IndexedStack
from builder.check.stacks.mixed_values import several_kinds, striped
from builder.check.stacks.moments import moments
from builder.check.stacks.notes import notes
from builder.check.stacks.positions import lost
from builder.check.stacks.preview import shows_another
from builder.check.stacks.slice_order import order
from builder.check.stacks.stack_geometry import shape
from builder.check.stacks.stack_names import named
from builder.check.stacks.stack_pairs import between
from builder.check.stacks.units import units
from bundle.index.records import Series, Stack
from bundle.layout import INDEX

_FIRST = ("index.mixed", "index.order", "index.geometry")


def _all_series(both: IndexComparison) -> Iterator[tuple[str, Series]]:
    for study in both.index.catalog.studies():
        for series in study.series:
            yield f"{INDEX}, {study.case}, series {series.series_id}", series


def check_stacks(both: IndexComparison) -> Iterator[Finding]:
    """All checks of all stacks; a series that lost or gained slices gets only that finding."""
    for subject, series in _all_series(both):
        rows = {stack.stack_id: both.index.frames(stack.stack_id) for stack in series.stacks}
        problems = list(_frames(both, series, rows))
        if problems:
            yield finding("index.frames", subject, "; ".join(problems))
            continue
        yield from _stacks(both, subject, series, rows)


def _stacks(both: IndexComparison, subject: str, series: Series, rows: Mapping[int, list[Row]]) -> Iterator[Finding]:
    """The problems of each stack of a series, and then those between sound stacks."""
    siblings: list[IndexedStack] = []
    every = [_seen(both, stack, rows[stack.stack_id], siblings, len(series.stacks)) for stack in series.stacks]
    siblings += filter(None, every)
    sound: list[IndexedStack] = []
    for stack, seen in zip(series.stacks, every, strict=True):
        name = f"{subject}, stack {stack.stack_id}"
        found = [finding(check, name, text) for check, text in (_look(seen) if seen else ())]
        yield from found
        checks = {finding.check for finding in found}
        sound += [seen] if seen and not checks.intersection(_FIRST) else []
        wrong_window = "index.window" in checks  # the picture is drawn with it
        yield from _preview(both, name, stack, None if wrong_window else seen)
    yield from between(subject, sound)


def _look(seen: IndexedStack) -> Iterator[tuple[str, str]]:
    for check, look in STACK_CHECKS:
        for text in look(seen):
            yield check, text
            if check in _FIRST:  # later checks of positions would be meaningless
                return


def _frames(both: IndexComparison, series: Series, rows: Mapping[int, list[Row]]) -> Iterator[str]:
    """Lost, foreign and repeated frames of a series, and stacks whose rows do not count from 0."""
    found = Counter((row["path"], row["frame_index"]) for each in rows.values() for row in each)
    paths = {row["path"] for row in both.index.by_series.get(series.series_id, ())}
    files = [both.files[path] for path in paths if path in both.files]
    expected = {(file.path, frame.frame_index) for file in files for frame in file.frames}
    # Nothing is known about the frames of files that are reported separately.
    unknown = {place for place in found if place[0] in paths and place[0] not in both.files}
    lost, alien = sorted(expected - found.keys()), sorted(map(str, found.keys() - expected - unknown))
    twice = sorted(f"{path} frame {frame}" for (path, frame), times in found.items() if times > 1)
    if lost:
        yield f"{len(lost)} frames are in no stack, such as frame {lost[0][1]} of {lost[0][0]}"
    if alien:
        yield f"{len(alien)} frames belong to no file of the series, such as {alien[0]}"
    if twice:
        yield f"more than once: {some(twice)}"
    for stack in series.stacks:
        yield from _numbering(stack, rows[stack.stack_id])


def _numbering(stack: Stack, rows: Sequence[Row]) -> Iterator[str]:
    if stack.number_of_frames != len(rows):
        yield f"stack {stack.stack_id} should have {stack.number_of_frames} slices and has {len(rows)}"
    elif [row["position"] for row in rows] != list(range(len(rows))):
        yield f"the slices of stack {stack.stack_id} are not numbered from 0 on"


def _seen(
    both: IndexComparison, stack: Stack, rows: list[Row], siblings: list[IndexedStack], stacks: int
) -> IndexedStack | None:
    """The stack with its files; None if one of them is not sound, so that the stack cannot be judged."""
    files = [both.files.get(row["path"]) for row in rows]
    slices = [(row, file, file.frames[row["frame_index"]]) for row, file in zip(rows, files, strict=True) if file]
    complete = slices and len(slices) == len(rows)
    return IndexedStack(stack, tuple(slices), both.index.lacks, siblings, stacks) if complete else None


# Checks of one stack


def _mixed(seen: IndexedStack) -> Iterator[str]:
    """Values that alternate along the normal; if all frames are at one place, those with several images each."""
    line = None if seen.turns else seen.line
    series = (told for sibling in seen.siblings for told in sibling.told)
    if line and not line.rises and line.at_one_place:
        names, text = list(several_kinds(seen.told)), "several images of each"
    else:
        names, text = striped(seen.told, series), "alternating from slice to slice"
    if names:
        yield f"different values of {', '.join(names)}, {text}"


def _geometry(seen: IndexedStack) -> Iterator[str]:
    """Statements that do not follow from the positions in the files."""
    if text := "; ".join(shape(seen)):
        yield f"unlike what the positions say: {text}"
    elif text := "; ".join(notes(seen)):
        yield text


def _gap(seen: IndexedStack) -> Iterator[str]:
    places = lost(seen.line) if seen.line and seen.line.rises and not seen.turns else []
    if places:
        named = ", ".join(f"{place:.1f}" for place in places[:5])
        yield f"slices missing at {named}{' …' if len(places) > 5 else ''} mm along the normal"


STACK_CHECKS: tuple[tuple[str, Callable[[IndexedStack], Iterator[str]]], ...] = (
    ("index.position", index_columns.positions),
    ("index.rescale", index_columns.rescale),
    ("index.window", index_columns.windows),
    ("index.stack", index_columns.description),
    ("index.stack", index_columns.directions),
    ("index.stack", moments),
    ("index.padding", index_columns.paddings),
    ("index.units", units),
    ("index.named", named),
    ("index.mixed", _mixed),
    ("index.order", order),
    ("index.geometry", _geometry),
    ("index.gap", _gap),
)


def _preview(both: IndexComparison, subject: str, stack: Stack, seen: IndexedStack | None) -> Iterator[Finding]:
    content = both.index.preview(stack.stack_id)
    problem = "there is none" if content is None else picture_problem(content)
    if problem is None and stack.preview_frame not in range(stack.number_of_frames):
        problem = f"it claims to show slice {stack.preview_frame} of {stack.number_of_frames}"
    if problem:
        yield finding("index.preview", subject, problem)
    elif isinstance(content, bytes) and seen:
        file = seen.slices[stack.preview_frame][1]
        whole = both.medium.files[file.path].digest  # a quick check reads no pixels
        slices = [(file, frame) for _, file, frame in seen.slices]
        if whole and shows_another(both.medium.root, stack, slices, content):
            text = f"in the window of the stack it does not show slice {stack.preview_frame + 1}, {file.path}"
            yield finding("index.picture", subject, text)
