"""Whether values have the form and length that PS3.5 Table 6.2-1 prescribes for their value representation."""

from collections.abc import Iterable, Iterator
from functools import lru_cache
import re

from builder.check.medium.elements import Element, tag_text

_TIME = r"([01]\d|2[0-3])([0-5]\d([0-5]\d|60)?(\.\d{1,6})?)?"
# Character strings, each value by itself and without surrounding blanks. UIDs have a check of their own.
_FORMS = {
    "AE": r".{1,16}",
    "AS": r"\d{3}[DWMY]",
    "CS": r"[A-Z0-9_ ]{1,16}",
    "DA": r"\d{4}(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])",
    "DS": r"(?=.{1,16}$)[+-]?(\d+\.?\d*|\.\d+)([Ee][+-]?\d+)?",
    "DT": r"\d{4}(\d{2}){0,5}(\.\d{1,6})?([+-]\d{4})?",
    "IS": r"(?=.{1,12}$)[+-]?\d+",
    "LO": r".{1,64}",
    "PN": r".{1,194}",
    "SH": r".{1,16}",
    "TM": _TIME,
}
_PATTERNS = {vr: re.compile(form) for vr, form in _FORMS.items()}
# Binary numbers: bytes in one value.
_SIZES = {"AT": 4, "FD": 8, "FL": 4, "SL": 4, "SS": 2, "SV": 8, "UL": 4, "US": 2, "UV": 8}
# Values that cannot identify anybody: a report is kept, and sent on.
_SHOWN = frozenset({"CS", "DS", "IS", "TM"})
_LONGEST_SHOWN = 24
# The files of a series repeat most of their values; longer values are not worth the memory.
_LONGEST_KEPT = 256


def malformed(header: bytes, elements: Iterable[Element]) -> Iterator[str]:
    """One message for each malformed element; the values are in the header."""
    for element in elements:
        value = header[element.value : element.value + element.length]
        problem = (_problem if len(value) <= _LONGEST_KEPT else _problem.__wrapped__)(element.vr, value)
        if problem:
            yield f"{tag_text(element.tag)} {element.vr} {problem}"


@lru_cache(1 << 14)
def _problem(vr: str, value: bytes) -> str:
    # PS3.5 7.1.1: every value has an even length.
    if len(value) % 2:
        return f"has the odd length {len(value)}"
    if vr in _SIZES and len(value) % _SIZES[vr]:
        return f"has {len(value)} bytes"
    wrong = [part for part in _parts(vr, value) if part and not _PATTERNS[vr].fullmatch(part)]
    if not wrong:
        return ""
    return f"is {wrong[0][:_LONGEST_SHOWN]!r}" if vr in _SHOWN else f"has not its form, with {len(wrong[0])} characters"


def _parts(vr: str, value: bytes) -> list[str]:
    """The single values of a character string with a form; none for other value representations."""
    if vr not in _PATTERNS:
        return []
    return [part.strip(" \0") for part in value.decode("latin-1").split("\\")]
