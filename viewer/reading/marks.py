"""Places as answers, on an image or on a plane: where in the patient they are; and the distance between two.

`bundle.reading.marks` says what a place is; patient places are LPS in mm.
"""

from collections.abc import Sequence
import math
from typing import Any

from bundle.index.records import Stack, StackFrame, Vector
from bundle.reading.marks import apart
from viewer.entries import Entry
from viewer.images.volume import LoadedStack
from viewer.space import planes

Mark = dict[str, Any]


def mark_at(entry: Entry, frame: StackFrame, column: float, row: float) -> Mark:
    """A place on a slice: `column` and `row` are 0 at the centre of the first pixel; the position is LPS in mm."""
    position = planes.to_patient(entry.stack, frame, (column + 0.5, row + 0.5))
    return {
        "series": entry.series.series_instance_uid,
        "instance": frame.sop_instance_uid,
        "frame": frame.frame_index,
        "column": round(column, 3),
        "row": round(row, 3),
        "position": None if position is None else _rounded(position, 3),
    }


def mark_on_plane(
    entry: Entry, first: StackFrame, position: Vector, normal: Vector, thickness: float, projection: str
) -> Mark:
    """A place on a plane through the slices of which `first` is one; `normal` has length 1, and may point either way.

    `projection` says how a plane that is thicker than 0 mm makes its pixels.
    """
    longest = max(normal, key=abs)
    mark = {
        "series": entry.series.series_instance_uid,
        "volume": {"instance": first.sop_instance_uid, "frame": first.frame_index},
        "frame_of_reference": entry.series.frame_of_reference_uid,
        "position": _rounded(position, 3),
        "normal": _rounded([part if longest > 0 else -part for part in normal], 6),
    }
    return mark | ({"slab": {"thickness": round(thickness, 3), "projection": projection}} if thickness else {})


def _rounded(parts: Sequence[float], digits: int) -> list[float]:
    return [round(part, digits) + 0.0 for part in parts]  # -0.0 becomes 0.0


def length_between(stack: Stack, marks: Sequence[Mark]) -> Mark | None:
    """A measurement of the distance between two marks in mm; None if the pixel size is unknown.

    Raises ValueError if they are not on one image or plane: nobody may take such a number for a distance.
    """
    if why := apart(marks):
        raise ValueError(why)
    if len(marks) != 2 or ("instance" in marks[0] and stack.pixel_spacing is None):
        return None
    first, last = (mark["position"] or _flat(stack, mark) for mark in marks)
    return {"value": round(math.dist(first, last), 2), "unit": "mm", "points": list(marks)}


def across_gap(loaded: LoadedStack, marks: Sequence[Mark]) -> bool:
    """Whether slices are missing between two marks: between theirs, or where the line between them passes."""
    if any("instance" not in mark for mark in marks):
        return _passes_gap(loaded, [mark["position"] for mark in marks])
    numbers = {(frame.sop_instance_uid, frame.frame_index): index for index, frame in enumerate(loaded.frames)}
    found = sorted(numbers.get((mark["instance"], mark["frame"]), -1) for mark in marks)
    return found[0] >= 0 and any(found[0] <= gap < found[-1] for gap in loaded.gaps)


def _passes_gap(loaded: LoadedStack, places: Sequence[Vector]) -> bool:
    ends = [planes.along_normal(loaded.stack, place) for place in places]
    for gap in loaded.gaps:
        sides = [frame.image_position_patient for frame in loaded.frames[gap : gap + 2]]
        between = [planes.along_normal(loaded.stack, side) for side in sides if side is not None]
        if None in (*ends, *between) or len(between) < 2:
            continue
        low, high = sorted(between)  # type: ignore[type-var]
        if min(ends) < high and max(ends) > low:  # type: ignore[type-var, operator]
            return True
    return False


def _flat(stack: Stack, mark: Mark) -> list[float]:
    between_rows, between_columns = stack.pixel_spacing or (1.0, 1.0)
    return [mark["column"] * between_columns, mark["row"] * between_rows, 0.0]
