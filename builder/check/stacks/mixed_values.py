"""Finds values that prove a stack mixed: they come, go and come again along its normal."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
import re

from builder.check.medium.frame_traits import KINDS, Told, Value

# Two measured numbers that differ by less, as a share of the larger, are the same; so are components of a direction.
SAME_SHARE, SAME_PART = 0.005, 0.01
# More values than this, with fewer frames each than this, differ by chance.
_FEW, _FRAMES_EACH = 3, 2


def striped(frames: Sequence[Told], series: Iterable[Told]) -> list[str]:
    """The names of all values that alternate, or overlap, among frames in the order of their positions.

    `series` are the frames of all stacks: values that differ by chance do so in all of them.
    """
    if len({(frame.kinds, frame.acquisition, frame.indices) for frame in frames}) < 2:
        return []
    names = [name for name, values in _columns(frames) if alternates(values)]
    every = dict(_columns(list(series))) if names else {}
    return [name for name in names if name not in every or tells(every[name])]


def several_kinds(frames: Sequence[Told]) -> Iterator[str]:
    """The names of all values that separate frames at one place into kinds of several frames each."""
    for name, values in _columns(frames)[1:]:  # all but the acquisitions, which follow each other in time
        times = Counter(_levelled(values)) if None not in values else {}
        if len(times) > 1 and min(times.values()) > 1:
            yield name


def _columns(frames: Sequence[Told]) -> list[tuple[str, list[Value]]]:
    """Each attribute by its name, with the values of all frames."""
    found = [("Acquisition Number", [frame.acquisition for frame in frames])]
    for k, keyword in enumerate(KINDS):
        found.append((re.sub(r"(?<=[a-z])(?=[A-Z])", " ", keyword), [frame.kinds[k] for frame in frames]))
    for k in range(min(len(frame.indices) for frame in frames)):
        found.append((f"Dimension Index Value {k + 1}", [frame.indices[k] for frame in frames]))
    return found


def alternates(values: Sequence[Value]) -> bool:
    """Whether a value recurs after another one: two kinds, each in a part of its own, do not alternate.

    A missing value is ignored.
    """
    said = [value for value in _levelled(values) if value is not None]
    runs = 1 + sum(a != b for a, b in pairwise(said))
    return tells(values) and runs > len(set(said))


def tells(values: Sequence[Value]) -> bool:
    """Whether there are several values, but fewer than about one per frame: those would differ by chance."""
    different = len(set(_levelled(values)))
    return 1 < different < len(values) and (different <= _FEW or len(values) >= _FRAMES_EACH * different)


def _levelled(values: Sequence[Value]) -> list[Value]:
    """The same values, with equal ones unified."""
    level: dict[Value, Value] = {}
    first: Value = None
    for number in sorted({value for value in values if isinstance(value, float)}):
        first = number if first is None or not _same(first, number) else first
        level[number] = first
    for several in {value for value in values if isinstance(value, tuple)}:
        level[several] = next((other for other in level if _same(other, several)), several)
    return [level.get(value, value) for value in values]


def _same(a: Value, b: Value) -> bool:
    if isinstance(a, float) and isinstance(b, float):
        if a.is_integer() and b.is_integer():  # these may be counts
            return a == b
        return abs(a - b) <= SAME_SHARE * max(abs(a), abs(b))
    if isinstance(a, tuple) and isinstance(b, tuple) and len(a) == len(b):
        return all(x == y or (isinstance(x, float) and abs(x - y) <= SAME_PART) for x, y in zip(a, b, strict=True))
    return a == b
