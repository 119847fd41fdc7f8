"""Points of a form's scales and sliders, the texts that anchor them, and the rating of each mark."""

from collections.abc import Mapping
import re
from typing import Any

from bundle.reading.form_table import Table
from bundle.reading.questions import Rating

_LONGEST_SCALE = 21
# A slider: more points than these are no longer apart on the screen.
_LONGEST_SLIDER = 1001
_RATING = ("text", "from", "to", "anchors")


def scale_limits(table: Table, low: float | None, high: float | None) -> tuple[float, float]:
    """The ends of a scale, whose points the reader sees one beside the other."""
    return _ends(table, low, high, _LONGEST_SCALE, "scale", (1, 5))


def slider_limits(table: Table, low: float | None, high: float | None) -> tuple[float, float]:
    """The ends of a slider; 0 to 100 if the form does not say them."""
    low, high = (0 if low is None else low), (100 if high is None else high)
    return _ends(table, low, high, _LONGEST_SLIDER, "slider", (0, 100))


def _ends(
    table: Table, low: float | None, high: float | None, most: int, name: str, usual: tuple[int, int]
) -> tuple[float, float]:
    if not isinstance(low, int) or not isinstance(high, int):
        table.wrong("from" if not isinstance(low, int) else "to", f"a {name} needs whole numbers as 'from' and 'to'")
    elif not 1 <= high - low < most:
        table.wrong("to", f"a {name} has 2 to {most} points from 'from' to 'to'")
    else:
        return low, high
    return usual


def read_anchors(table: Table, low: float | None, high: float | None) -> dict[int, str]:
    """The texts of some points of a scale."""
    return _anchors(table, "anchors", table.content.get("anchors", {}), low, high)


def _anchors(table: Table, at: str, content: object, low: float | None, high: float | None) -> dict[int, str]:
    if not isinstance(content, dict):
        table.wrong(at, 'anchors are written as { 1 = "unlikely", 5 = "certain" }')
        return {}
    found = {}
    for key, text in content.items():
        point = int(key) if re.fullmatch(r"-?\d{1,6}", key) else None
        if point is None or low is None or high is None or not low <= point <= high:
            table.wrong(at, f"the anchor '{key}' is not a point of the scale")
        elif not isinstance(text, str) or not text.strip():
            table.wrong(at, f"the anchor '{key}' must be a text in quotes")
        else:
            found[point] = text.strip()
    return found


def read_rating(table: Table) -> Rating | None:
    """The rating that each mark gets: `rating = { from = 0, to = 100, text = "How sure are you?" }`; None without."""
    content: Any = table.content.get("rating")
    if content is None:
        return None
    if not isinstance(content, dict):
        table.wrong("rating", 'the rating of a mark is written as { from = 0, to = 100, text = "How sure are you?" }')
        return None
    for key in sorted(content.keys() - set(_RATING)):
        table.wrong("rating", f"a rating has no '{key}'; possible are {', '.join(_RATING)}")
    text = content.get("text", "")
    if not isinstance(text, str) or not text.strip():
        table.wrong("rating", "a rating needs 'text': what the reader is asked of each mark")
    low, high = _rating_ends(table, content)
    return Rating(str(text).strip(), low, high, _anchors(table, "rating", content.get("anchors", {}), low, high))


def _rating_ends(table: Table, content: Mapping[str, Any]) -> tuple[int, int]:
    low, high = content.get("from", 0), content.get("to", 100)
    if type(low) is not int or type(high) is not int or not 1 <= high - low < _LONGEST_SLIDER:
        table.wrong("rating", f"a rating has 2 to {_LONGEST_SLIDER} points, whole numbers from 'from' to 'to'")
        return 0, 100
    return low, high
