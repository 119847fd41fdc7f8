"""Which values tell that a stack is none: they come, go and come again along its normal."""

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise
import re

from builder.check.told import KINDS, Told, Value

# Two measured numbers that differ by less, as a share of the larger, say the same.
SAME_SHARE = 0.005


def striped(frames: Sequence[Told]) -> Iterator[str]:
    """The names of all values that alternate, or overlap, among frames in the order of their places."""
    if len({(one.kinds, one.acquisition, one.indices) for one in frames}) > 1:
        columns = [*_kinds(frames), ("Acquisition Number", [one.acquisition for one in frames])]
        yield from (name for name, values in columns if alternates(values))


def several_kinds(frames: Sequence[Told]) -> Iterator[str]:
    """The names of all values that tell frames at one place apart into kinds of several frames each."""
    for name, values in _kinds(frames):
        times = Counter(_levelled(values)) if None not in values else {}
        if len(times) > 1 and min(times.values()) > 1:
            yield name


def _kinds(frames: Sequence[Told]) -> Iterator[tuple[str, list[Value]]]:
    for k, keyword in enumerate(KINDS):
        yield re.sub(r"(?<=[a-z])(?=[A-Z])", " ", keyword), [one.kinds[k] for one in frames]
    for k in range(min(len(one.indices) for one in frames)):
        yield f"Dimension Index Value {k + 1}", [one.indices[k] for one in frames]


def alternates(values: Sequence[Value]) -> bool:
    """Whether a value stands again behind another one: two kinds, of which each has a part for itself, are no stripes.

    A value that is another one in every frame tells nothing, and a missing one neither.
    """
    said = _levelled([one for one in values if one is not None])
    different = len(set(said))
    runs = 1 + sum(a != b for a, b in pairwise(said))
    return different < len(said) and runs > different


def _levelled(values: Sequence[Value]) -> list[Value]:
    """The same values, of which measured numbers that say the same are one."""
    numbers = sorted({one for one in values if isinstance(one, float)})
    level = dict(zip(numbers, numbers, strict=True))
    for a, b in pairwise(numbers):
        if abs(b - a) <= SAME_SHARE * max(abs(a), abs(b)):
            level[b] = level[a]
    return [level[one] if isinstance(one, float) else one for one in values]
