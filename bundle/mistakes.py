"""Mistakes in a file that somebody wrote by hand: each with its line, and their list in a message."""

from collections.abc import Iterable
import re
from typing import NamedTuple

_STOPPED_AT = re.compile(r"\s*\(at line (\d+), column (\d+)\)$")


class Mistake(NamedTuple):
    """One mistake: where it is and what is wrong. `question` is empty outside the questions of a form."""

    line: int
    question: str
    text: str

    def __str__(self) -> str:
        where = f"line {self.line}" + (f", question '{self.question}'" if self.question else "")
        return f"{where}: {self.text}"


def as_list(mistakes: Iterable[Mistake]) -> str:
    """One below the other."""
    return "\n".join(f"  {mistake}" for mistake in mistakes)


def syntax_mistake(message: str) -> Mistake:
    """tomllib names the place where it stopped at the end of its message."""
    found = _STOPPED_AT.search(message)
    if found is None:
        return Mistake(1, "", f"this is not TOML: {message}")
    return Mistake(int(found[1]), "", f"this is not TOML: {message[: found.start()]} (column {found[2]})")


def encoding_mistake(error: UnicodeDecodeError) -> Mistake:
    """The line where the bytes of a file stop being text."""
    line = error.object.count(b"\n", 0, error.start) + 1
    return Mistake(line, "", "this is not UTF-8 text; save the file as UTF-8")
