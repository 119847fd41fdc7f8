"""Places on an image as answers: which image, where on it, where in the patient; and the distance between two."""

from collections.abc import Sequence
import math
from typing import Any

from bundle.index.records import Stack, StackFrame
from viewer.entries import Entry
from viewer.images.volume import LoadedStack

Mark = dict[str, Any]


def mark_at(entry: Entry, frame: StackFrame, column: float, row: float) -> Mark:
    """A place on a slice: `column` and `row` are 0 at the centre of the first pixel; the position is LPS in mm."""
    position = _position(entry.stack, frame, column, row)
    return {
        "series": entry.series.series_instance_uid,
        "instance": frame.sop_instance_uid,
        "frame": frame.frame_index,
        "column": round(column, 3),
        "row": round(row, 3),
        "position": position,
    }


def _position(stack: Stack, frame: StackFrame, column: float, row: float) -> list[float] | None:
    """PS3.3 C.7.6.2.1.1: the column index runs along the row direction, by the spacing between columns."""
    origin, orientation, spacing = frame.image_position_patient, stack.image_orientation_patient, stack.pixel_spacing
    if origin is None or orientation is None or spacing is None:
        return None
    along, down = column * spacing[1], row * spacing[0]
    return [round(origin[i] + orientation[i] * along + orientation[i + 3] * down, 3) for i in range(3)]


def length_between(stack: Stack, marks: Sequence[Mark]) -> Mark | None:
    """A measurement of the distance between two marks in mm; None if the pixel size is unknown."""
    if len(marks) != 2 or stack.pixel_spacing is None:
        return None
    first, last = (mark["position"] or _flat(stack, mark) for mark in marks)
    return {"value": round(math.dist(first, last), 2), "unit": "mm", "points": list(marks)}


def across_gap(loaded: LoadedStack, marks: Sequence[Mark]) -> bool:
    """Whether slices are missing between those with the two marks."""
    numbers = {(frame.sop_instance_uid, frame.frame_index): index for index, frame in enumerate(loaded.frames)}
    found = sorted(numbers.get((mark["instance"], mark["frame"]), -1) for mark in marks)
    return found[0] >= 0 and any(found[0] <= gap < found[-1] for gap in loaded.gaps)


def _flat(stack: Stack, mark: Mark) -> list[float]:
    between_rows, between_columns = stack.pixel_spacing or (1.0, 1.0)
    return [mark["column"] * between_columns, mark["row"] * between_rows, 0.0]
