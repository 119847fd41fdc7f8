"""Writes the tables as CSV, Excel or Parquet, with the long table and the data dictionary beside them."""

from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

from builder.collect.errors import LibraryMissing, UnknownFormat
from builder.collect.table import Row, Tables

FORMATS = ("csv", "xlsx", "parquet", "dicom-sr")
_TABLES = FORMATS[:3]


def format_of(output: Path, wanted: str | None) -> str:
    """The format that is asked for, else what the name ends in; raises UnknownFormat."""
    found = wanted or output.suffix.lower().removeprefix(".")
    if found not in FORMATS:
        raise UnknownFormat(output, FORMATS)
    return found


def write_tables(tables: Tables, output: Path, kind: str) -> list[Path]:
    """Write three tables; returns their paths. Raises LibraryMissing, OSError."""
    parts = {"": tables.wide, "-long": tables.long, "-dictionary": tables.dictionary}
    paths = []
    for name, rows in parts.items():
        path = output.with_name(f"{output.stem}{name}{output.suffix or '.' + kind}")
        _WRITERS[kind](rows, path)
        paths.append(path)
    return paths


def frame(rows: Sequence[Row]) -> Any:
    """The rows as a table of pandas, where a column of whole numbers stays one though some are missing."""
    return _library("pandas").DataFrame(list(rows)).convert_dtypes()


def _library(name: str) -> Any:
    try:
        return import_module(name)
    except ImportError:
        raise LibraryMissing(name) from None


def _csv(rows: Sequence[Row], path: Path) -> None:
    # With the mark at its beginning Excel reads it as UTF-8; R and pandas know it too.
    frame(rows).to_csv(path, index=False, encoding="utf-8-sig", lineterminator="\r\n")


def _xlsx(rows: Sequence[Row], path: Path) -> None:
    _library("openpyxl")
    frame(rows).to_excel(path, index=False, engine="openpyxl")


def _parquet(rows: Sequence[Row], path: Path) -> None:
    _library("pyarrow")
    table = frame(rows)
    for column in table.columns:  # answers of one column may be of several types, and Parquet has one for each column
        if table[column].dtype == object:
            table[column] = table[column].map(lambda one: None if one is None else str(one)).astype("string")
    table.to_parquet(path, index=False, engine="pyarrow")


_WRITERS = {"csv": _csv, "xlsx": _xlsx, "parquet": _parquet}
