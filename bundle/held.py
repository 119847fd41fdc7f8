"""The fixed words for attributes that an option keeps, and that held an identifier of the patient all the same.

A file has them in De-identification Method (0012,0063), behind the method itself.
"""

from collections.abc import Iterable
import re

_REMOVED, _REPLACED = "removed: held an own identifier", "replaced: held an own identifier"
_HELD = re.compile(rf"[A-Za-z0-9]+ (?:{_REMOVED}|{_REPLACED})")
# PS3.5 6.2, LO.
_LONGEST = 64


def held_text(keyword: str, *, replaced: bool) -> str:
    """The words for one attribute: its value was removed, or replaced by another."""
    words = _REPLACED if replaced else _REMOVED
    return f"{keyword[: _LONGEST - len(words) - 1]} {words}"


def held_in(methods: Iterable[str]) -> tuple[str, ...]:
    """The attributes of a file with what was done to each; `methods` are the values of De-identification Method."""
    return tuple(method for method in methods if _HELD.fullmatch(method))
