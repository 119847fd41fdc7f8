"""Judges a journal before its entries count: anybody who held the medium may have written in it."""

import base64
from collections.abc import Mapping
from datetime import MAXYEAR, datetime
import re
from typing import Any

# Data that are in base64, without the signs that fill it up.
_VEILED = re.compile(rb'"data":"([A-Za-z0-9+/]+)=*"')
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")
# More than any reading needs: this program did not write a longer file, more lines, or more values in them.
MAX_JOURNAL, _MAX_LINES, _MAX_SIGNS = 32 << 20, 100_000, 3_000_000
# A name that a reader could type, and the texts and numbers by which entries are counted: no table holds others.
_LONGEST_READER, _LONGEST_KEY = 500, 200
_KEYS = ("case", "question", "series", "study", "bundle", "form", "arm", "how")
_NUMBERS = {"occurrence": 99, "number": 1_000_000, "session": 99}


def too_much(content: bytes) -> str:
    """Why the content would take too much memory; empty if it does not."""
    if content.count(b"\n") > _MAX_LINES:
        return f"it has more than {_MAX_LINES:,} lines, which no reader writes, and was not used"
    if _signs(content) + sum(_signs(_decoded(data[1])) for data in _VEILED.finditer(content)) > _MAX_SIGNS:
        return "it holds far more values than any reader gives, and was not used"
    return ""


def _signs(content: bytes) -> int:
    """What stands between values, each of which takes far more memory than bytes in a file."""
    return sum(map(content.count, (b"[", b"{", b",")))


def _decoded(veiled: bytes) -> bytes:
    return base64.b64decode(veiled[: len(veiled) // 4 * 4])


def has_sound_keys(data: Mapping[str, Any]) -> bool:
    """Whether the texts and numbers by which entries are told apart could be those of a reading."""
    texts = (data[key] for key in _KEYS if key in data)
    numbers = ((data[key], most) for key, most in _NUMBERS.items() if key in data)
    return all(isinstance(text, str) and len(text) <= _LONGEST_KEY and text.isprintable() for text in texts) and all(
        type(number) is int and 0 <= number <= most for number, most in numbers
    )


def is_time(text: str) -> bool:
    """Whether the time exists; the year 9999 leaves no room for any time zone."""
    try:
        return bool(_TIME.fullmatch(text)) and datetime.fromisoformat(text).year < MAXYEAR
    except ValueError:
        return False


def names_reader(name: object) -> bool:
    """Whether somebody could have typed this as a name."""
    return isinstance(name, str) and bool(name.strip()) and len(name) <= _LONGEST_READER
