"""Writes a plan: a table with one row for each series, to be filled in and given back."""

from collections.abc import Iterator, Sequence
import csv
from io import StringIO

from builder.cell_text import not_a_formula, printable
from builder.choose.rows import SeriesRow

# Those that the researcher fills in; `order`, `training`, `group` and `label` belong to the whole study.
FILLED_IN = ("take", "order", "training", "group", "label")
# Those by which a build finds the series again.
NAMES = ("images", "left_out", "study", "series")
COLUMNS = (
    *FILLED_IN, "modality", "slices", "thickness_mm", "description", "series_number", "study_date", "patient_id",
    "patient_name", "folder", "why_left_out", *NAMES,
)  # fmt: skip
YES, NO = "yes", "no"
_CELL = 1024
# By it, Excel knows that a table is in UTF-8.
_MARK = "\ufeff"


def plan_lines(rows: Sequence[SeriesRow]) -> Iterator[str]:
    """The table, each row on a line of its own; an apostrophe keeps a spreadsheet from computing a cell."""
    yield f"{_MARK}{_line(COLUMNS)}"
    for row in rows:
        yield _line([not_a_formula(" ".join(printable(cell).split())[:_CELL]) for cell in _cells(row)])


def _cells(row: SeriesRow) -> Sequence[str]:
    thickness = "" if row.thickness is None else f"{row.thickness:g}"
    return (
        YES if row.is_taken else NO, "", "", "", "", row.modality, str(row.slices), thickness, row.description,
        row.series_number, row.study_date, row.person.patient_id, row.person.name, row.folder, row.why,
        str(row.images), str(row.left_out), row.study, row.series,
    )  # fmt: skip


def _line(cells: Sequence[str]) -> str:
    text = StringIO()
    csv.writer(text, lineterminator="\n").writerow(cells)
    return text.getvalue()
