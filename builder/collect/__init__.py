"""Readings from sticks and sent files become one table: merged, checked, resolved, and summed up.

`gather` finds what belongs together; `table` decides what counts; `agreement` says how far readers agree; `files`
writes tables, `sr` reports as DICOM, of the `content` and the `images` they are about; `errors` are its failures.
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
