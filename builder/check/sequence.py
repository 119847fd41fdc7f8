"""Whether the slices of a stack stand in their order: along the normal, in time, or by number."""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

from builder.check.notes import UNDECIDED
from builder.check.seen import Seen
from builder.check.told import KINDS, TIMES

# What moves on from image to image at one place, each by itself or a date with its time.
_CLOCKS = (
    *((name,) for name in TIMES if not name.endswith(("Date", "AcquisitionTime", "ContentTime"))),
    ("AcquisitionDate", "AcquisitionTime"), ("AcquisitionTime",), ("ContentDate", "ContentTime"), ("ContentTime",),
)  # fmt: skip
_POSITIONS = ("TemporalPositionIndex", "TemporalPositionIdentifier", "EffectiveEchoTime", "EchoTime")


def order(seen: Seen) -> Iterator[str]:
    """What is wrong with the order of the slices."""
    if len(seen.slices) < 2 or (seen.line and seen.line.rises):
        return
    if seen.line is None:
        if not _rises(seen.numbers):
            yield "the slices have no position, and do not follow each other by Instance Number"
    elif seen.line.at_one_place:
        if not any(_goes_on(column) for column in _columns(seen)):
            yield "the slices lie at one place, and follow each other neither in time nor by Instance Number"
    elif UNDECIDED not in seen.stack.notes or not (seen.line.never_falls or _rises(seen.numbers)):
        yield "the slices do not follow each other along the normal"


def _rises(values: Sequence[Any]) -> bool:
    return all(a < b for a, b in pairwise(values))


def _goes_on(column: Sequence[Any]) -> bool:
    """Whether a clock is known for all slices, goes, and never goes back."""
    known = all(None not in one if isinstance(one, tuple) else one is not None for one in column)
    return known and column[0] != column[-1] and all(a <= b for a, b in pairwise(column))


def _columns(seen: Seen) -> Iterator[Sequence[Any]]:
    yield seen.numbers
    yield [one.acquisition for one in seen.told]
    for name in _POSITIONS:
        yield [one.kinds[KINDS.index(name)] for one in seen.told]
    for names in _CLOCKS:
        places = [TIMES.index(name) for name in names]
        yield [tuple(one.times[k] for k in places) for one in seen.told]
