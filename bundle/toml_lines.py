"""Finds the lines of the tables and keys of a TOML text: tomllib returns the content, but not the line numbers."""

from collections.abc import Iterator
from dataclasses import dataclass, field
import re

_TABLE = re.compile(r"\s*(\[\[?)\s*([^\[\]]+?)\s*\]\]?\s*(?:#.*)?$")
_KEY = re.compile(r"""\s*((?:[A-Za-z0-9_-]+|"[^"]*"|'[^']*')(?:\s*\.\s*(?:[A-Za-z0-9_-]+|"[^"]*"|'[^']*'))*)\s*=""")
_PART = re.compile(r"""[A-Za-z0-9_-]+|"[^"]*"|'[^']*'""")


@dataclass
class TomlLines:
    """Line numbers from 1. `tables` maps a name and, for an array of tables, its index from 0 to the header's line."""

    tables: dict[tuple[str, int], int] = field(default_factory=dict)
    keys: dict[tuple[str, int, str], int] = field(default_factory=dict)

    def find(self, table: str, place: int, key: str = "") -> int:
        """The line of a key, else of its table, else 1: it is for a message, so any line will do."""
        return self.keys.get((table, place, key)) or self.tables.get((table, place)) or 1


def toml_lines(text: str) -> TomlLines:
    """Find the headers and keys of a text that tomllib has accepted."""
    found = TomlLines()
    table, place = "", 0
    counts: dict[str, int] = {}
    for number, line in _statements(text):
        header = _TABLE.match(line)
        if header is not None:
            table = ".".join(_parts(header[2]))
            place = counts.get(table, 0) if header[1] == "[[" else 0
            counts[table] = place + 1
            found.tables[table, place] = number
        elif key := _KEY.match(line):
            found.keys.setdefault((table, place, _parts(key[1])[0]), number)
    return found


def _parts(name: str) -> list[str]:
    return [part.strip("\"'") for part in _PART.findall(name)]


def _statements(text: str) -> Iterator[tuple[int, str]]:
    """The first line of every statement with its number; lines inside strings and arrays are skipped."""
    closing, depth = "", 0
    for number, line in enumerate(text.split("\n"), start=1):
        if not closing and not depth:
            yield number, line.rstrip("\r")
        is_header = not closing and not depth and _TABLE.match(line.rstrip("\r")) is not None
        if not is_header:
            closing, depth = _scan(line, closing, depth)


def _scan(line: str, closing: str, depth: int) -> tuple[str, int]:
    """Which multi-line string, and how many brackets, are open at the end of the line."""
    at = 0
    while at < len(line):
        if closing:
            at, closing = _leave_string(line, at, closing)
            continue
        char = line[at]
        if char == "#":
            break
        if char in "\"'":
            closing = char * 3 if line.startswith(char * 3, at) else char
            at += len(closing)
            continue
        depth += (char in "[{") - (char in "]}")
        at += 1
    # A string in single quotes of either kind ends with its line, whatever it contains.
    return (closing if len(closing) == 3 else ""), depth


def _leave_string(line: str, at: int, closing: str) -> tuple[int, str]:
    if line[at] == "\\" and closing[0] == '"':
        return at + 2, closing
    if not line.startswith(closing, at):
        return at + 1, closing
    at += len(closing)
    # Up to two more quotes may come before the three that close.
    while len(closing) == 3 and line.startswith(closing[0], at):
        at += 1
    return at, ""
