"""Decides which numbers may stay: those with the form, range and number of digits of a measured value."""

from collections.abc import Sequence
from decimal import Context, Decimal
import math
import re
import struct

from pydicom.valuerep import format_number_as_ds

from builder.deidentify.allowlist import EXACT, ROUNDED

TEXT = frozenset({"DS", "IS"})
# VR -> struct format of one value (PS3.5 6.2).
PACKED = {"US": "H", "SS": "h", "UL": "L", "SL": "l", "UV": "Q", "SV": "q", "FL": "f", "FD": "d"}

# A whole number of more than five digits could be somebody's number or a date.
_LIMIT = 1e5
_FIGURES = 5
# No quantity of an image is larger or smaller; text read as floating point numbers nearly always is.
_LARGEST, _SMALLEST = 1e12, 1e-20
# No value has more digits, so that none is rounded.
_EXACTLY = Context(prec=1_000)
# Two letters read as one 16-bit number are more than this; in a list of several they would spell a name.
_LARGEST_OF_SEVERAL = 0x2000
_LONGEST = {"DS": 16, "IS": 12}

_POINT = ".0"
# The zero before the point is one digit too many for the longest numbers.
_POINTLESS = re.compile(r"^(-?)0\.")
_FORMS = {
    "DS": re.compile(r" *([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?) *"),
    "IS": re.compile(r" *([+-]?\d+) *"),
}
# Eight bytes or more of plain text: hardly any number, or list of numbers, is encoded like that by chance.
_SPELLED = re.compile(rb"[\x20-\x7e]{8,}\0*")


def number_text(written: str, vr: str, keyword: str) -> str | None:
    """A DS or IS value as it may stay, written anew from its value, or rounded; None if it may not.

    The way in which a number is written can be somebody's number: 0e47110815 is zero. Of that, only whether there is a
    point or an exponent is left.
    """
    match = _FORMS[vr].fullmatch(written)
    if match is None:
        return None
    size = float(match[1])
    if not math.isfinite(size) or not _is_measurable(size):
        return None
    plain = _plain(match[1]) if size else "0" + _POINT * ("." in match[1] and "e" not in match[1].lower())
    limit = EXACT.get(keyword, _LIMIT)
    if abs(size) >= limit or len(plain.lstrip("-").partition(".")[0]) > _figures(limit):
        return _rounded(size, vr) if keyword in ROUNDED else None
    forms = [_with_exponent(match[1])] if size and "e" in match[1].lower() else [plain, _POINTLESS.sub(r"\1.", plain)]
    return next((form for form in forms if len(form) <= _LONGEST[vr]), None) or _shortened(size, vr)


def _plain(number: str) -> str:
    """The same value with no more digits than it needs, and without an exponent; a whole number may have `.0`."""
    text = format(Decimal(number).normalize(_EXACTLY), "f")
    return text + _POINT if "." in number and "." not in text else text


def _with_exponent(number: str) -> str:
    """The same value with one digit before the point and no more behind it than it needs, such as 1e2 and -2.5e-7."""
    value = Decimal(number).normalize(_EXACTLY)
    first, *rest = map(str, value.as_tuple().digits)
    return f"{'-' * value.is_signed()}{first}{'.' * bool(rest)}{''.join(rest)}e{value.adjusted()}"


def are_binary_numbers(values: Sequence[float], vr: str, keyword: str) -> bool:
    """Whether all values of a binary VR may stay together."""
    limit = EXACT.get(keyword, _LIMIT)
    if not all(math.isfinite(value) and _is_measurable(value) and abs(value) < limit for value in values):
        return False
    if vr in ("US", "SS") and len(values) > 1 and not all(0 <= value < _LARGEST_OF_SEVERAL for value in values):
        return False
    try:
        return not _SPELLED.fullmatch(struct.pack(f"<{len(values)}{PACKED[vr]}", *values))
    except (struct.error, OverflowError):  # not a number of this VR
        return False


def _is_measurable(size: float) -> bool:
    return size == 0 or _SMALLEST < abs(size) < _LARGEST


def _figures(limit: float) -> int:
    return len(str(int(limit))) - 1


def _rounded(size: float, vr: str) -> str:
    short = f"{size:.{_FIGURES}g}"
    return short if vr == "DS" else str(int(float(short)))


def _shortened(size: float, vr: str) -> str | None:
    return format_number_as_ds(size) if vr == "DS" else None
