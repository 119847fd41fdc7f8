"""Values that can be read without doubt, and usually differ from slice to slice; pydicom reads all others."""

from collections.abc import Callable
import re
from typing import Any

_DECIMAL = rb" ?[+-]?\d{1,14}(?:\.\d{1,14})?(?:[eE][+-]?\d{1,2})? ?"


def _numbers(value: bytes) -> float | list[float]:
    numbers = [float(part) for part in value.split(b"\\")]
    return numbers if len(numbers) > 1 else numbers[0]


def _text(value: bytes) -> str:
    return value.rstrip(b" \0").decode("ascii")


def _texts(value: bytes) -> str | list[str]:
    texts = _text(value).split("\\")
    return texts if len(texts) > 1 else texts[0]


# PS3.5 Table 6.2-1, in the strictest form of each.
PLAIN: dict[str, tuple[re.Pattern[bytes], Callable[[bytes], Any]]] = {
    "CS": (re.compile(rb"[A-Z0-9_]{1,16}(?:\\[A-Z0-9_]{1,16})* ?"), _texts),
    "DA": (re.compile(rb"\d{8}"), _text),
    "DS": (re.compile(_DECIMAL + rb"(?:\\" + _DECIMAL + rb")*"), _numbers),
    "IS": (re.compile(rb" ?[+-]?\d{1,9} ?"), int),
    "TM": (re.compile(rb"\d{6}(?:\.\d{1,6})? ?"), _text),
    "UI": (re.compile(rb"\d[\d.]{1,63}\0?"), _text),
    "UL": (re.compile(rb".{4}", re.DOTALL), lambda value: int.from_bytes(value, "little")),
    "US": (re.compile(rb".{2}", re.DOTALL), lambda value: int.from_bytes(value, "little")),
}


def plain_value(vr: str, value: bytes) -> Any:
    """pydicom's result for the value, as text, number or list of numbers; None if pydicom itself must read it."""
    form, read = PLAIN.get(vr, (None, None))
    return read(value) if form and read and form.fullmatch(value) else None
