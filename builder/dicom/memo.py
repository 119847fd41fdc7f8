"""Remembers what was made of some attributes of a header: the slices of a series repeat nearly all of theirs."""

from collections.abc import Callable, Hashable
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar

from pydicom.datadict import tag_for_keyword

from builder.dicom.byte_walker import CHARACTER_SET, WalkedHeader
from builder.dicom.source_file import Values

P = ParamSpec("P")
T = TypeVar("T")

# More are not needed at one time: each holds for a series or so.
_MOST_KEPT = 256


def by_values(*keywords: str) -> Callable[[Callable[Concatenate[Values, P], T]], Callable[Concatenate[Values, P], T]]:
    """Calls a function once for each set of values of these attributes, and of its other arguments.

    It gets a header with these attributes alone, so that it cannot depend on any other. None of them may be large. What
    pydicom has parsed goes to the function as it is; an exception is not remembered.
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
