"""Checks of the index about single slices and their stack as a whole, column by column."""

from collections.abc import Callable, Iterator
import math

from builder.check.checks.index import Row
from builder.check.medium.file_checks import some
from builder.check.medium.frame_traits import KINDS
from builder.check.stacks.indexed_stack import IndexedStack, same
from bundle.index.records import Frame
from bundle.index.schema import COSINES
from bundle.presets import Window

# Digits do not separate stacks: a slice's direction cosines, and its pixel spacing as a share, may be this far from
# those of its stack, as each lies within half of that from a common value.
_SAME_COSINES, _SAME_SPACING = 0.006, 0.004


def _vector(row: Row, *columns: str) -> tuple[object, ...] | None:
    values = tuple(row[column] for column in columns)
    return None if None in values else values


def _different(seen: IndexedStack, what: str, pairs: Callable[[Row, Frame], tuple[object, object]]) -> Iterator[str]:
    """One message for all slices of the stack in which the index (first) and the file (second) differ."""
    both = [(file.path, pairs(row, frame)) for row, file, frame in seen.slices]
    wrong = [(path, found, expected) for path, (found, expected) in both if not same(found, expected)]
    if wrong:
        path, found, expected = wrong[0]
        slices = f"{len(wrong)} slices, such as {path}" if len(wrong) > 1 else f"one slice, {path}"
        yield f"{what} of {slices}: expected {expected}, found {found}"


def positions(seen: IndexedStack) -> Iterator[str]:
    """The position of each slice."""
    yield from _different(
        seen, "position", lambda row, frame: (_vector(row, "x", "y", "z"), frame.image_position_patient)
    )


def rescale(seen: IndexedStack) -> Iterator[str]:
    """Slope and intercept of each slice."""
    columns = ("rescale_slope", "rescale_intercept")
    yield from _different(
        seen, "slope and intercept",
        lambda row, frame: (_vector(row, *columns), (frame.rescale_slope, frame.rescale_intercept)),
    )  # fmt: skip


def windows(seen: IndexedStack) -> Iterator[str]:
    """The window of each slice with its function, and that of the stack."""
    yield from _different(
        seen, "window", lambda row, frame: (_vector(row, "window_center", "window_width"), frame.window)
    )
    if wrong := [file.path for row, file, frame in seen.slices if not _is_function(seen, row, frame)]:
        yield f"VOI LUT function in the index: not that of {some(wrong)}"
    center, width = seen.stack.window
    own, stored = _shown_windows(seen)
    if not _is_number(center) or not _is_number(width) or width <= 0:
        yield f"the stack's own window is center {center}, width {width}"
    elif own and not same(seen.stack.window, own) and not same(seen.stack.window, stored):
        yield f"the stack's own window: expected {own}, found {seen.stack.window}"


def _is_function(seen: IndexedStack, row: Row, frame: Frame) -> bool:
    """Whether a slice is shown by the function in its file; a row without one has that of its stack."""
    said = "" if "frame.voi_lut_function" in seen.lacks else row["voi_lut_function"]
    if not frame.voi_lut_function:
        return said in ("", "LINEAR")
    return frame.voi_lut_function == (said or seen.stack.voi_lut_function)


def _shown_windows(seen: IndexedStack) -> tuple[Window | None, Window | None]:
    """The window of the preview's slice (the first without a preview); for MR also read as one for stored values.

    IHE BIR has the windows of MR before the rescale. In modality units the linear function (PS3.3 C.11.2.1.2.1) is then
    ((y - b) / s - (c - 0.5)) / (w - 1) + 0.5, which is the same function of y with the center and the width below.
    """
    shown = seen.stack.preview_frame
    _, file, frame = seen.slices[shown if shown in range(len(seen.slices)) else 0]
    if frame.window is None or file.modality != "MR":
        return frame.window, None
    (center, width), slope = frame.window, frame.rescale_slope
    if frame.voi_lut_function not in ("", "LINEAR"):
        return frame.window, (slope * center + frame.rescale_intercept, abs(slope) * width)
    return frame.window, (slope * (center - 0.5) + frame.rescale_intercept + 0.5, 1 + abs(slope) * (width - 1))


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and math.isfinite(value)


def description(seen: IndexedStack) -> Iterator[str]:
    """Matrix, pixel format, spacing and orientation, which the viewer takes only from the stack."""
    stack = seen.stack
    columns = ("rows", "columns", "bits_allocated", "pixel_representation", "photometric_interpretation")
    for _, file, frame in seen.slices:
        wrong = [column for column in columns if getattr(stack, column) != getattr(file, column)]
        spacing, cosines = frame.pixel_spacing, None if seen.turns else frame.image_orientation_patient
        if not same(stack.pixel_spacing, spacing, _SAME_SPACING * max(spacing or (0.0,))):
            wrong.append("pixel_spacing")
        if not same(stack.image_orientation_patient, cosines, _SAME_COSINES):
            wrong.append("image_orientation_patient")
        if wrong:
            yield f"{', '.join(wrong)} in the index: not that of {file.path}"
            return
    if wrong := list(_of_none(seen)):
        yield f"{', '.join(wrong)} in the index: not that of any of its files"


def directions(seen: IndexedStack) -> Iterator[str]:
    """The orientation of each slice, which the index has only if those of a stack differ."""
    if "frame.row_x" in seen.lacks:
        return
    for row, file, frame in seen.slices:
        found = tuple(row[name] for name in COSINES)
        wanted = (frame.image_orientation_patient if seen.turns else None) or (None,) * len(COSINES)
        if not same(found, wanted, _SAME_COSINES):
            yield f"orientation in the index: not that of {file.path}"
            return


def _of_none(seen: IndexedStack) -> Iterator[str]:
    """Values that may differ from slice to slice: the stack has that of one slice, or the most bits stored."""
    stack = seen.stack
    if stack.bits_stored != max(file.bits_stored for _, file, _ in seen.slices):
        yield "bits_stored"
    if stack.pixel_padding_value not in {file.pixel_padding_value for _, file, _ in seen.slices}:
        yield "pixel_padding_value"
    if "stack.slice_thickness" not in seen.lacks and not _is_thickness(seen):
        yield "slice_thickness"
    for name in ("pixel_spacing", "image_orientation_patient"):
        own = {getattr(frame, name) for frame in seen.frames}
        own = {None} if seen.turns and name == "image_orientation_patient" else own
        if not any(same(getattr(stack, name), value) for value in own):
            yield name


def _is_thickness(seen: IndexedStack) -> bool:
    """Whether the stack has the Slice Thickness of one of its frames, or none if none of them gives any."""
    place = KINDS.index("SliceThickness")
    found = {told.kinds[place] for told in seen.told}
    known = [value for value in found if isinstance(value, int | float) and value > 0]
    return any(same(seen.stack.slice_thickness, value) for value in known or (None,))


def paddings(seen: IndexedStack) -> Iterator[str]:
    """The padding of each slice."""
    columns = ("pixel_padding_value", "pixel_padding_range_limit")
    known = [column for column in columns if f"frame.{column}" not in seen.lacks]
    wrong = [file.path for row, file, _ in seen.slices if any(row[name] != getattr(file, name) for name in known)]
    if wrong:
        yield f"padding in the index: not that of {some(wrong)}"
