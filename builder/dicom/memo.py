"""Caches results derived from some attributes of a header: the slices of a series repeat nearly all of their values."""

from collections.abc import Callable, Hashable
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar

from pydicom.datadict import tag_for_keyword

from builder.dicom.byte_walker import CHARACTER_SET, WalkedHeader
from builder.dicom.source_file import Values

P = ParamSpec("P")
T = TypeVar("T")

# No more are needed at one time: each result lasts for about a series.
_MOST_KEPT = 256


def by_values(*keywords: str) -> Callable[[Callable[Concatenate[Values, P], T]], Callable[Concatenate[Values, P], T]]:
    """Calls a function once for each set of values of these attributes, and of its other arguments.

    The function gets a header with only these attributes, so that it cannot depend on any other. None of them may be
    large. A pydicom Dataset goes to the function unchanged; exceptions are not cached.
    """
    tags = [CHARACTER_SET, *(tag for keyword in keywords if (tag := tag_for_keyword(keyword)) is not None)]

    def decorate(make: Callable[Concatenate[Values, P], T]) -> Callable[Concatenate[Values, P], T]:
        known: dict[Hashable, T] = {}

        @wraps(make)
        def ask(values: Values, /, *rest: P.args, **named: P.kwargs) -> T:
            if not isinstance(values, WalkedHeader):
                return make(values, *rest, **named)
            key = (values.implicit, rest, *map(values.elements.get, tags))
            try:
                return known[key]
            except KeyError:
                if len(known) >= _MOST_KEPT:
                    known.clear()
                made = known[key] = make(values.part(tags), *rest, **named)
                return made

        return ask

    return decorate
