"""Combines readings from sticks and sent files into one table: merged, checked, resolved, and summarised.

`gather` finds the journals of one bundle; `table` decides which answers count; `agreement` measures how far readers
agree; `files` writes tables, `sr` writes DICOM reports, with their `content` and `images`; `errors` are its failures.
"""

from builder.collect.agreement import agreement_lines
from builder.collect.errors import LibraryMissing, NoReadings, NotWritten, UnknownFormat
from builder.collect.files import FORMATS, write_tables
from builder.collect.gather import Gathered, gather
from builder.collect.images import OriginalImages
from builder.collect.sr import write_reports
from builder.collect.table import Tables, make_tables

__all__ = [
    "FORMATS", "Gathered", "LibraryMissing", "NoReadings", "NotWritten", "OriginalImages", "Tables", "UnknownFormat",
    "agreement_lines", "gather", "make_tables", "write_reports", "write_tables",
]  # fmt: skip
