"""The formats of the table. Every command loads this module, because the help of `mkbundle` names them."""

from pathlib import Path

from builder.collect.errors import UnknownFormat

# Marks of one place lie within so many mm of each other, unless the researcher says otherwise.
RADIUS = 10.0
FORMATS = ("csv", "xlsx", "parquet", "dicom-sr", "redcap", "odm")
# Those that are no tables of their own: all else beside them is CSV.
NO_TABLE = ("dicom-sr", "redcap", "odm")


def format_of(output: Path, wanted: str | None) -> str:
    """The requested format, or else that of the name's ending; raises UnknownFormat."""
    found = wanted or output.suffix.lower().removeprefix(".")
    if found not in FORMATS:
        raise UnknownFormat(output, FORMATS)
    return found


def beside(output: Path, part: str, kind: str) -> Path:
    """The path of another table beside the main one."""
    return output.with_name(f"{output.stem}{part}{output.suffix or '.' + kind}")
