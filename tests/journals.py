"""What one reader answered, from journals in any order."""

from collections.abc import Iterable

from bundle.reading.journal import Journal
from bundle.reading.merge import merge
from bundle.reading.readings import Readings, of_reader, reader_key, readings_by_reader


def readings_of(journals: Iterable[Journal], reader: str) -> Readings:
    """One reader's readings, empty where there are none."""
    merged = merge(of_reader(journals, reader))
    return readings_by_reader(merged).get(reader_key(reader)) or Readings(reader)
