"""Reads files from a medium within limits: regular files, TOML that cannot swell in memory, and JSON."""

from collections.abc import Iterator
from contextlib import contextmanager
import json
import math
import os
from pathlib import Path
import re
import stat
import tomllib
from typing import Any, BinaryIO

# Far more than any form or hanging rule needs; deeper nesting would only cost memory.
MAX_TOML = 256_000
# Every program represents whole numbers exactly up to this one.
_LARGEST = 1 << 53
_MOST_DOTS, _DEEPEST = 8, 16
# What stands between the values of a JSON text, and how much of it any of our files has.
_SIGNS, _MOST_SIGNS = "[{,:", 1_000_000
_STRINGS = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"')
# Matches strings and comments as a whole, so that dots and brackets inside them do not count.
_TOKENS = re.compile(
    r'"""(?:[^\\]|\\.)*?"""|\'\'\'.*?\'\'\'|"(?:[^"\\\n]|\\.)*"|\'[^\'\n]*\'|#[^\n]*|[\[\]{}.=,\n]', re.DOTALL
)


@contextmanager
def open_file(path: Path) -> Iterator[BinaryIO]:
    """A regular file, open for reading; raises OSError if it is not regular (a pipe would block for ever)."""
    # Without O_NONBLOCK, opening a pipe blocks until another process writes to it.
    opened = os.open(path, os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_NONBLOCK", 0))
    with os.fdopen(opened, "rb") as stream:
        if not stat.S_ISREG(os.fstat(opened).st_mode):
            raise OSError(None, "it is not a regular file", str(path))
        yield stream


def read_file(path: Path, most: int) -> bytes:
    """The bytes of a regular file; raises OSError if it is too large or not regular."""
    with open_file(path) as stream:
        content = stream.read(most + 1)
    if len(content) > most:
        raise OSError(None, f"it is larger than {most:,} bytes", str(path))
    return content


def read_first_line(path: Path) -> str:
    """The first line of a small text, such as a password; raises OSError, UnicodeDecodeError."""
    lines = read_file(path, MAX_TOML).decode("utf-8-sig").splitlines()
    return lines[0] if lines else ""


def read_toml(text: str) -> dict[str, Any]:
    """The content of a TOML text; raises ValueError with the line where tomllib stopped or a limit was exceeded."""
    if len(text) > MAX_TOML:
        raise ValueError(f"it has more than {MAX_TOML:,} characters")
    _check_nesting(text)
    try:
        return tomllib.loads(text)
    except RecursionError:
        raise ValueError("it is nested too deeply") from None


def _check_nesting(text: str) -> None:
    """Each dot of a key and each bracket opens another table: `a.a.a…` of 64 KB would take gigabytes."""
    dots = depth = 0
    line = 1
    for token in _TOKENS.finditer(text):
        mark = token[0]
        depth += (mark in ("[", "{")) - (mark in ("]", "}"))
        dots = dots + 1 if mark == "." else dots if mark[0] in "\"'" else 0
        if dots > _MOST_DOTS or depth > _DEEPEST:
            raise ValueError(f"it is nested too deeply (at line {line}, column 1)")
        line += mark.count("\n")


def read_json(text: str) -> Any:
    """The value of a JSON text.

    Raises ValueError or RecursionError, also if a number is infinite, NaN or too large, or if there are far too many
    values: an empty list of three bytes takes 60 in memory.
    """
    if sum(map(text.count, _SIGNS)) > _MOST_SIGNS and sum(map(_STRINGS.sub("", text).count, _SIGNS)) > _MOST_SIGNS:
        raise ValueError("it holds too many values")
    return _DECODER.decode(text)


def _whole(digits: str) -> int:
    value = int(digits)
    if abs(value) > _LARGEST:
        raise ValueError("a number is too large")
    return value


def _finite(digits: str) -> float:
    value = float(digits)
    if not math.isfinite(value):
        raise ValueError("a number is too large")
    return value


_DECODER = json.JSONDecoder(parse_int=_whole, parse_float=_finite, parse_constant=_finite)
