"""What one reader answered, from journals in any order."""

from collections.abc import Iterable
import json

from bundle.reading.journal import Journal
from bundle.reading.merge import merge
from bundle.reading.readings import Readings, of_reader, reader_key, readings_by_reader
from bundle.veiled import unveil, veil


def readings_of(journals: Iterable[Journal], reader: str) -> Readings:
    """One reader's readings, empty where there are none."""
    merged = merge(of_reader(journals, reader))
    return readings_by_reader(merged).get(reader_key(reader)) or Readings(reader)


def altered(line: bytes, old: str, new: str) -> bytes:
    """A line of a journal in whose data somebody replaced a text, but not the digests."""
    body = json.loads(line)
    body["data"] = veil(unveil(body["data"]).replace(old, new))
    return json.dumps(body, separators=(",", ":")).encode() + b"\n"
