"""Checks of the index's stacks against the files: every frame there once, in order, with its own geometry."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
import math

from builder.check.dicomfile import DicomFile
from builder.check.filechecks import some
from builder.check.findings import Finding, finding
from builder.check.index import Comparison, Row
from builder.check.png import picture_problem
from builder.check.preview import shows_another
from bundle import geometry
from bundle.geometry import ORIENTATION_TOLERANCE, Plane
from bundle.layout import INDEX
from bundle.presets import Window
from bundle.records import Frame, Series, Stack

# Numbers are stored as the same binary fractions that the decimal strings of the file stand for.
_RELATIVE = 1e-9
# Step, spacing and tilt are calculated: they may differ in the last digits (mm, degrees).
_CALCULATED = 1e-4
# Pixel spacings that differ by a smaller share are one, written with other digits.
_DIGITS = 2e-3
# What a stack is said to be whose images nothing tells apart for sure.
_UNDECIDED = "the files do not say which images belong together"


@dataclass(frozen=True, slots=True)
class Seen:
    """A stack with its rows, each beside the frame of the file that it means."""

    stack: Stack
    slices: tuple[tuple[Row, DicomFile, Frame], ...]

    @property
    def planes(self) -> list[Plane]:
        """The places of the slices as the files give them, in the order of the index."""
        return [_plane(frame) for _, _, frame in self.slices]


def _plane(frame: Frame) -> Plane:
    return Plane(frame.image_position_patient, frame.image_orientation_patient, frame.pixel_spacing)


def _all_series(both: Comparison) -> Iterator[tuple[str, Series]]:
    for study in both.index.catalog.studies():
        for series in study.series:
            yield f"{INDEX}, {study.case}, series {series.series_id}", series


def check_stacks(both: Comparison) -> Iterator[Finding]:
    """All checks of all stacks; a series that lost or gained slices is reported as that alone."""
    for subject, series in _all_series(both):
        problems = list(_frames(both, series))
        if problems:
            yield finding("index.frames", subject, "; ".join(problems))
            continue
        for stack in series.stacks:
            name = f"{subject}, stack {stack.stack_id}"
            seen = _seen(both, stack)
            found = [finding(check, name, text) for check, text in (_look(seen) if seen else ())]
            yield from found
            wrong_window = any(one.check == "index.window" for one in found)  # in which the picture is drawn
            yield from _preview(both, name, stack, None if wrong_window else seen)


def _look(seen: Seen) -> Iterator[tuple[str, str]]:
    for check, look in STACK_CHECKS:
        for text in look(seen):
            yield check, text


def _frames(both: Comparison, series: Series) -> Iterator[str]:
    """Lost, foreign and repeated frames of a series, and stacks whose rows do not count from 0."""
    rows = [row for stack in series.stacks for row in both.index.frames.get(stack.stack_id, [])]
    found = Counter((row["path"], row["frame_index"]) for row in rows)
    paths = [row["path"] for row in both.index.instances if row["series_id"] == series.series_id]
    files = [both.files[path] for path in paths if path in both.files]
    expected = {(file.path, frame.frame_index) for file in files for frame in file.frames}
    # Nothing is known about the frames of files that are reported for themselves.
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
        yield from _numbering(stack, both.index.frames.get(stack.stack_id, []))


def _numbering(stack: Stack, rows: Sequence[Row]) -> Iterator[str]:
    if stack.number_of_frames != len(rows):
        yield f"stack {stack.stack_id} should have {stack.number_of_frames} slices and has {len(rows)}"
    elif [row["position"] for row in rows] != list(range(len(rows))):
        yield f"the slices of stack {stack.stack_id} are not numbered from 0 on"


def _seen(both: Comparison, stack: Stack) -> Seen | None:
    """The stack with its files; None where one of them is not sound, so that the stack cannot be judged."""
    rows = both.index.frames.get(stack.stack_id, [])
    files = [both.files.get(row["path"]) for row in rows]
    slices = [(row, file, file.frames[row["frame_index"]]) for row, file in zip(rows, files, strict=True) if file]
    complete = slices and len(slices) == len(rows)
    return Seen(stack, tuple(slices)) if complete else None


# Checks of one stack


def _same(found: object, expected: object, tolerance: float = 0.0) -> bool:
    """Whether two numbers, or two tuples of them, or two missing ones, are the same."""
    if isinstance(found, tuple) and isinstance(expected, tuple):
        return len(found) == len(expected) and all(_same(a, b, tolerance) for a, b in zip(found, expected, strict=True))
    if isinstance(found, int | float) and isinstance(expected, int | float):
        return math.isclose(found, expected, rel_tol=_RELATIVE, abs_tol=tolerance)
    return found == expected


def _vector(row: Row, *columns: str) -> tuple[object, ...] | None:
    values = tuple(row[column] for column in columns)
    return None if None in values else values


def _different(seen: Seen, what: str, pairs: Callable[[Row, Frame], tuple[object, object]]) -> Iterator[str]:
    """One message for all slices of the stack in which the index (first) and the file (second) differ."""
    both = [(file.path, pairs(row, frame)) for row, file, frame in seen.slices]
    wrong = [(path, found, expected) for path, (found, expected) in both if not _same(found, expected)]
    if wrong:
        path, found, expected = wrong[0]
        slices = f"{len(wrong)} slices, such as {path}" if len(wrong) > 1 else f"one slice, {path}"
        yield f"{what} of {slices}: expected {expected}, found {found}"


def _positions(seen: Seen) -> Iterator[str]:
    yield from _different(
        seen, "position", lambda row, frame: (_vector(row, "x", "y", "z"), frame.image_position_patient)
    )


def _rescale(seen: Seen) -> Iterator[str]:
    columns = ("rescale_slope", "rescale_intercept")
    yield from _different(
        seen, "slope and intercept",
        lambda row, frame: (_vector(row, *columns), (frame.rescale_slope, frame.rescale_intercept)),
    )  # fmt: skip


def _windows(seen: Seen) -> Iterator[str]:
    yield from _different(
        seen, "window", lambda row, frame: (_vector(row, "window_center", "window_width"), frame.window)
    )
    center, width = seen.stack.window
    own, stored = _shown_windows(seen)
    if not _is_number(center) or not _is_number(width) or width <= 0:
        yield f"the stack's own window is center {center}, width {width}"
    elif own and not _same(seen.stack.window, own) and not _same(seen.stack.window, stored):
        yield f"the stack's own window: expected {own}, found {seen.stack.window}"


def _shown_windows(seen: Seen) -> tuple[Window | None, Window | None]:
    """The window of the slice of the preview (the first where there is none); of MR also as one for stored values.

    IHE BIR has the windows of MR before the rescale. In modality units the linear function (PS3.3 C.11.2.1.2.1) is then
    ((y - b) / s - (c - 0.5)) / (w - 1) + 0.5, which is the same function of y with the center and the width below.
    """
    shown = seen.stack.preview_frame
    _, file, frame = seen.slices[shown if shown in range(len(seen.slices)) else 0]
    if frame.window is None or file.modality != "MR":
        return frame.window, None
    (center, width), slope = frame.window, frame.rescale_slope
    return frame.window, (slope * (center - 0.5) + frame.rescale_intercept + 0.5, 1 + abs(slope) * (width - 1))


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and math.isfinite(value)


def _description(seen: Seen) -> Iterator[str]:
    """Matrix, pixel format, spacing and orientation, which the viewer takes from the stack alone."""
    stack = seen.stack
    columns = ("rows", "columns", "bits_allocated", "pixel_representation", "photometric_interpretation")
    files = [file for _, file, _ in seen.slices]
    if stack.bits_stored != max(file.bits_stored or 0 for file in files):
        yield "bits_stored in the index: not the most of its files"
    if stack.pixel_padding_value not in {file.pixel_padding_value for file in files}:
        yield "pixel_padding_value in the index: not that of one of its files"
    for _, file, frame in seen.slices:
        wrong = [column for column in columns if getattr(stack, column) != getattr(file, column)]
        if not _same(stack.pixel_spacing, frame.pixel_spacing, _DIGITS * max(stack.pixel_spacing or (0.0,))):
            wrong.append("pixel_spacing")
        if not _same(stack.image_orientation_patient, frame.image_orientation_patient, ORIENTATION_TOLERANCE):
            wrong.append("image_orientation_patient")
        if wrong:
            yield f"{', '.join(wrong)} in the index: not that of {file.path}"
            return


def _order(seen: Seen) -> Iterator[str]:
    if not _in_order(seen):
        yield "the slices do not follow each other along the normal"


def _in_order(seen: Seen) -> bool:
    if not _has_places(seen) or geometry.describe(seen.planes).not_volume_reason == "several images at one place":
        return True
    return all(a < b for a, b in pairwise(geometry.distances(seen.planes)))


def _has_places(seen: Seen) -> bool:
    return all(plane.image_position_patient and plane.image_orientation_patient for plane in seen.planes)


def _geometry(seen: Seen) -> Iterator[str]:
    """What follows from the positions in the files; where they are not in order, that is all that is said."""
    if not _in_order(seen):
        return
    stack, expected = seen.stack, geometry.describe(seen.planes)
    names = ("origin", "step", "spacing_between_slices", "tilt")
    wrong = [name for name in names if not _same(getattr(stack, name), getattr(expected, name), _CALCULATED)]
    wrong += [] if stack.is_volume == expected.is_volume else ["is_volume"]
    text = [f"{n}: expected {getattr(expected, n)}, found {getattr(stack, n)}" for n in wrong]
    if stack.not_volume_reason != expected.not_volume_reason:
        # What stands there instead may be anything, and a report is sent on.
        text.append(f"not_volume_reason: expected {expected.not_volume_reason!r}")
    if text:
        yield f"unlike what the positions say: {'; '.join(text)}"
    loss = max((file.loss for _, file, _ in seen.slices), default="")
    notes = "; ".join(filter(None, (expected.notes, loss)))
    if stack.notes not in (notes, "; ".join(filter(None, (expected.notes, _UNDECIDED, loss)))):
        yield f"notes: expected {notes!r}"


STACK_CHECKS: tuple[tuple[str, Callable[[Seen], Iterator[str]]], ...] = (
    ("index.position", _positions),
    ("index.rescale", _rescale),
    ("index.window", _windows),
    ("index.stack", _description),
    ("index.order", _order),
    ("index.geometry", _geometry),
)


def _preview(both: Comparison, subject: str, stack: Stack, seen: Seen | None) -> Iterator[Finding]:
    content = both.index.previews.get(stack.stack_id)
    problem = "there is none" if content is None else picture_problem(content)
    if problem is None and stack.preview_frame not in range(stack.number_of_frames):
        problem = f"it claims to show slice {stack.preview_frame} of {stack.number_of_frames}"
    if problem:
        yield finding("index.preview", subject, problem)
    elif content and seen:
        file = seen.slices[stack.preview_frame][1]
        whole = both.medium.files[file.path].digest  # a quick check reads no pixels
        slices = [(file, frame) for _, file, frame in seen.slices]
        if whole and shows_another(both.medium.root, stack, slices, content):
            text = f"in the window of the stack it does not show slice {stack.preview_frame + 1}, {file.path}"
            yield finding("index.picture", subject, text)
