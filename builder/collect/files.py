"""Writes the tables as CSV, Excel or Parquet, with the long table and the data dictionary beside them."""

from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

from builder.cell_text import not_a_formula
from builder.collect.answers import FormWord
from builder.collect.columns import Row
from builder.collect.errors import LibraryMissing
from builder.collect.formats import beside
from builder.collect.table import Tables

# The most characters in one cell of Excel.
LONGEST_CELL = 32_767


def write_tables(tables: Tables, output: Path, kind: str) -> list[Path]:
    """Write three tables; returns their paths. Raises LibraryMissing, OSError."""
    parts = {"": tables.wide, "-long": tables.long, "-dictionary": tables.dictionary}
    paths = []
    output.parent.mkdir(parents=True, exist_ok=True)
    if kind == "xlsx" and any(len(str(cell)) > LONGEST_CELL for row in tables.long for cell in row.values()):
        tables.remarks.append(
            f"Excel holds {LONGEST_CELL:,} characters in a cell: longer answers are cut; CSV has them whole"
        )
    for name, rows in parts.items():
        path = beside(output, name, kind)
        write_rows(rows, path, kind)
        paths.append(path)
    return paths


def write_rows(rows: Sequence[Row], path: Path, kind: str) -> None:
    """Write one table; raises LibraryMissing, OSError."""
    _WRITERS[kind](rows, path)


def frame(rows: Sequence[Row]) -> Any:
    """The rows as a table of pandas; a column of whole numbers stays one even if some are missing."""
    return library("pandas").DataFrame(list(rows)).convert_dtypes()


def library(name: str) -> Any:
    """A library of the extra 'collect', loaded when it is needed; raises LibraryMissing."""
    try:
        return import_module(name)
    except ImportError:
        raise LibraryMissing(name) from None


def _csv(rows: Sequence[Row], path: Path) -> None:
    """RFC 4180 in UTF-8 without a byte order mark, which R would read as part of the first column's name.

    Yes and no are TRUE and FALSE, which both R and pandas know; R reads Python's True as text.
    """
    safe = [{name: _safe(cell) for name, cell in row.items()} for row in rows]
    frame(safe).to_csv(path, index=False, encoding="utf-8", lineterminator="\r\n")


def _safe(cell: Any) -> Any:
    """Typed text that a spreadsheet would compute gets an apostrophe; the form's own words are the researcher's."""
    return not_a_formula(cell) if isinstance(cell, str) and not isinstance(cell, FormWord) else _capitals(cell)


def _capitals(cell: Any) -> Any:
    return str(cell).upper() if isinstance(cell, bool) else cell


def _xlsx(rows: Sequence[Row], path: Path) -> None:
    """Every text stays text: openpyxl would make formulas of those that begin with '='."""
    table = frame(rows)
    book = library("openpyxl").Workbook()
    sheet = book.active
    sheet.append(list(table.columns))
    for cells in table.astype(object).where(table.notna(), None).itertuples(index=False):
        sheet.append([None if isinstance(cell, str) else cell for cell in cells])
        for column, cell in enumerate(cells, start=1):
            if isinstance(cell, str):
                _put_text(sheet.cell(sheet.max_row, column), cell)
    book.save(path)


def _put_text(place: Any, text: str) -> None:
    place.value = text[:LONGEST_CELL]
    place.data_type, place.quotePrefix = "s", text.startswith("=")


def _parquet(rows: Sequence[Row], path: Path) -> None:
    library("pyarrow")
    table = frame(rows)
    for column in table.columns:  # answers of one column may be of several types, and Parquet has one for each column
        if table[column].dtype == object:
            table[column] = (
                table[column].map(lambda value: None if value is None else str(_capitals(value))).astype("string")
            )
    table.to_parquet(path, index=False, engine="pyarrow")


_WRITERS = {"csv": _csv, "xlsx": _xlsx, "parquet": _parquet}
