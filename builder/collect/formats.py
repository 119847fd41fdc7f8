"""The formats of the table. Every command loads this module, because the help of `mkbundle` names them."""

from pathlib import Path

from builder.collect.errors import UnknownFormat

FORMATS = ("csv", "xlsx", "parquet", "dicom-sr")


def format_of(output: Path, wanted: str | None) -> str:
    """The requested format, or else that of the name's ending; raises UnknownFormat."""
    found = wanted or output.suffix.lower().removeprefix(".")
    if found not in FORMATS:
        raise UnknownFormat(output, FORMATS)
    return found
