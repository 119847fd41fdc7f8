"""The formats that the table can have: loaded with every command, so that its help can name them."""

from pathlib import Path

from builder.collect.errors import UnknownFormat

FORMATS = ("csv", "xlsx", "parquet", "dicom-sr")


def format_of(output: Path, wanted: str | None) -> str:
    """The format that is asked for, else what the name ends in; raises UnknownFormat."""
    found = wanted or output.suffix.lower().removeprefix(".")
    if found not in FORMATS:
        raise UnknownFormat(output, FORMATS)
    return found
