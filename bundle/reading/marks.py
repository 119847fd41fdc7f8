"""Places as answers, on an image or on a plane through several; and whether the ends of a measurement belong together.

Patient places are LPS in mm. On an image, column and row are 0 at the centre of the first pixel.
"""

from collections.abc import Callable, Mapping, Sequence
import math
from typing import Any, TypeGuard

from bundle.images.directions import dot

# Rounding to a thousandth of a millimetre moves an end off its plane by less than this, in mm.
_ON_ONE_PLANE = 0.01
# A normal of length 1, as far as its six decimals tell.
_UNIT = 1e-4


def is_number(value: Any) -> TypeGuard[int | float]:
    """A finite number; True and False are not numbers here."""
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def is_mark(value: Any) -> bool:
    """Whether a value is a place on an image or on a plane, with a number as its rating, or none yet."""
    is_placed = is_image_mark(value) or is_plane_mark(value)
    return is_placed and ("rating" not in value or is_number(value["rating"]))


def is_image_mark(value: Any) -> bool:
    """A place on an image: which image, where on it, and where in the patient, if the file says that."""
    if not isinstance(value, dict):
        return False
    placed = value.get("position") is None or _is_vector(value["position"])
    named = all(isinstance(value.get(name), str) for name in ("series", "instance"))
    return placed and named and all(is_number(value.get(name)) for name in ("frame", "column", "row"))


def is_plane_mark(value: Any) -> bool:
    """A place on a plane through the slices, which no image shows: the patient place, and the plane's normal."""
    if not isinstance(value, dict) or "instance" in value:
        return False
    named = all(isinstance(value.get(name), str) for name in ("series", "frame_of_reference"))
    volume = value.get("volume")
    named = named and isinstance(volume, dict) and isinstance(volume.get("instance"), str)
    normal = value.get("normal")
    return named and _is_vector(value.get("position")) and _is_vector(normal) and abs(math.hypot(*normal) - 1) < _UNIT


def marks_of(value: Any) -> list[dict[str, Any]]:
    """The places in an answer: marks, or the ends of a measurement."""
    points = value.get("points") if isinstance(value, dict) else value
    return [mark for mark in points if is_mark(mark)] if isinstance(points, list) else []


def apart(marks: Sequence[Mapping[str, Any]]) -> str:
    """Why these ends do not make a distance: they lie on different slices, series or planes. Empty if they do."""
    if len(marks) < 2:
        return ""
    first, *others = marks
    if any(mark["series"] != first["series"] for mark in others):
        return "its ends lie in different series"
    if any(("instance" in mark) != ("instance" in first) for mark in others):
        return "one end lies on an image, the other on a plane"
    together: Callable[[Mapping[str, Any], Mapping[str, Any]], bool] = _one_image if "instance" in first else _one_plane
    if all(together(first, mark) for mark in others):
        return ""
    return "its ends lie on different slices" if "instance" in first else "its ends lie on different planes"


def _one_image(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    return (one["instance"], one["frame"]) == (other["instance"], other["frame"])


def _one_plane(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    normal, between = one["normal"], [b - a for a, b in zip(one["position"], other["position"], strict=True)]
    return (
        one["frame_of_reference"] == other["frame_of_reference"]
        and one["volume"] == other["volume"]
        and math.dist(normal, other["normal"]) < _UNIT
        and abs(dot(normal, between)) < _ON_ONE_PLANE + _UNIT * math.hypot(*between)
    )


def _is_vector(value: Any) -> TypeGuard[list[float]]:
    return isinstance(value, list) and len(value) == 3 and all(map(is_number, value))
