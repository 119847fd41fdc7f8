"""Whether the slices of a stack are in order: along the normal, in time, or by number."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from builder.check.medium.frame_traits import TIMES, Value
from builder.check.stacks.indexed_stack import IndexedStack

# Attributes that increase from image to image at one place: each alone, or a date with its time.
_CLOCKS = (
    *((name,) for name in TIMES if not name.endswith("Date")),
    ("AcquisitionDate", "AcquisitionTime"), ("ContentDate", "ContentTime"),
)  # fmt: skip
# The least decrease from one time of day to the next that means midnight, in the form of a time (hhmmss).
_HALF_A_DAY = 120_000.0

Clock = list[tuple[Value, ...]]


def order(seen: IndexedStack) -> Iterator[str]:
    """The problems of the order of the slices."""
    if len(seen.slices) < 2 or (seen.line and seen.line.rises and not seen.turns):
        return
    if seen.turns:
        if any(a > b for a, b in pairwise(seen.numbers)):
            yield "the slices look in different directions, and do not follow each other by Instance Number"
    elif seen.line is None:
        if any(a > b for a, b in pairwise(seen.numbers)):
            yield "the slices have no position, and do not follow each other by Instance Number"
    elif not seen.line.at_one_place:
        yield "the slices do not follow each other along the normal"
    elif not _in_time(seen):
        yield "the slices lie at one place, and do not follow each other in time"


def _in_time(seen: IndexedStack) -> bool:
    """Whether an increasing clock orders the slices and, where it stands still, the Instance Number."""
    clocks = [clock for clock in _clocks(seen) if len(set(clock)) > 1] or [[()] * len(seen.slices)]
    return any(_goes_on(clock, seen.numbers) for clock in clocks)


def _clocks(seen: IndexedStack) -> Iterator[Clock]:
    """The times of every slice."""
    for names in _CLOCKS:
        places = [TIMES.index(name) for name in names]
        clock = [tuple(told.times[k] for k in places) for told in seen.told]
        if not any(None in moment for moment in clock):
            yield clock


def _goes_on(clock: Clock, numbers: Sequence[tuple[int, int]]) -> bool:
    """Whether a clock never goes back, except once at midnight if it has no date."""
    moments = [tuple(map(_moment, moment)) for moment in clock]
    pairs = list(pairwise(zip(moments, numbers, strict=True)))
    falls = [(a, b) for (a, _), (b, _) in pairs if a > b]
    midnight = len(falls) == 1 and len(clock[0]) == 1 and falls[0][0][0] - falls[0][1][0] > _HALF_A_DAY
    return (not falls or midnight) and all(a[0] != b[0] or a[1] <= b[1] for a, b in pairs)


def _moment(value: Value) -> float:
    """Dates and times compare as numbers: 20240229, 81530.25."""
    try:
        return float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return 0.0
