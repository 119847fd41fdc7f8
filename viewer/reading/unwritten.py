"""What waits to be written, as a journal for a file to send."""

from collections.abc import Mapping, Sequence
from typing import Any

from bundle.reading.journal import OPENING, first_data, format_line, new_name, now

# Kind, data and time of an entry.
Waiting = tuple[str, dict[str, Any], str]


def waiting_journal(reader: str, opening: Mapping[str, Any], waiting: Sequence[Waiting]) -> dict[str, bytes]:
    """File name -> content, with everything that waits; empty if nothing does."""
    if not waiting:
        return {}
    name = new_name(reader)
    content, digest = b"", ""
    entries = [(OPENING, first_data(name, reader, opening), now()), *waiting]
    for number, (kind, data, time) in enumerate(entries, start=1):
        line, digest = format_line(number, time, kind, data, digest)
        content += line + b"\n"
    return {name: content}
