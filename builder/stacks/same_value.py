"""Decides which values of an attribute are one value, written or measured slightly differently."""

from collections.abc import Iterable, Sequence

from builder.traits import Value

# Numbers that differ by a smaller share are one, unless both are whole: 2.5 and 2.4999 mm of thickness.
VALUE_SHARE = 0.005
# Directions whose components differ by less are one, too.
PART = 0.01

# The number of each value, ascending with the values; None for a missing value.
Labels = list[int | None]


def labels_of(values: Sequence[Value]) -> Labels:
    """The same label for the same value."""
    known = _numbered(set(values) - {None})
    return [None if value is None else known[value] for value in values]


def _numbered(values: Iterable[Value]) -> dict[Value, int]:
    """Values that count as one get one number; the numbers ascend with the values."""
    known: dict[Value, int] = {}
    label, first = -1, None
    for value in sorted(values, key=_order):
        if first is None or not _same(first, value):
            label, first = label + 1, value
        known[value] = label
    return known


def _order(value: Value) -> tuple[int, tuple[float, ...], str]:
    if isinstance(value, float):
        return 0, (value,), ""
    return (2, (), value) if isinstance(value, str) else (1, value or (), "")


def _same(a: Value, b: Value) -> bool:
    if isinstance(a, float) and isinstance(b, float):
        counted = a.is_integer() and b.is_integer()  # the 200th is not the 201st
        return a == b if counted else abs(a - b) <= VALUE_SHARE * max(abs(a), abs(b))
    if isinstance(a, tuple) and isinstance(b, tuple):
        return len(a) == len(b) and all(abs(x - y) <= PART for x, y in zip(a, b, strict=True))
    return a == b
