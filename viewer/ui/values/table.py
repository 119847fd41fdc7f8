"""The measurements of the open case as a table for a spreadsheet: rows of cells with tabs between them."""

from collections.abc import Iterator, Sequence

from PyQt5.QtCore import QLocale
from PyQt5.QtWidgets import QApplication, QWidget

from viewer.entries import Entry
from viewer.images.volume import LoadedStack
from viewer.marks.in_space import Millimetres, SpaceMeasure
from viewer.marks.measure import Measure, MeasurementKind, angle, area, cobb, length, unit
from viewer.marks.roi import of_values, values_in
from viewer.marks.statistics import Statistics
from viewer.space.mapping import Spaced
from viewer.state import slice_number
from viewer.ui.look.message import Message
from viewer.ui.slices.viewing import Viewing
from viewer.ui.values.kinds import kind_name
from viewer.words import tr

Cell = str | float | int | None
# A spreadsheet computes a cell that begins with one of these, which may start programs.
_FORMULA = ("=", "+", "-", "@")
_QUOTE = '"'
_DIGITS = 4


def copy_table(viewing: Viewing, window: QWidget) -> None:
    """Put the table on the clipboard; say so if there is nothing to copy."""
    found, clipboard = list(rows(viewing)), QApplication.clipboard()
    if not found:
        title, text = tr("There is nothing to copy"), tr("Nothing has been measured in this case yet.")
        Message(title, text, window).exec()
    elif clipboard is not None:
        point = QLocale.system().decimalPoint()
        clipboard.setText(as_text([_header(), *found], point))


def as_text(table: Sequence[Sequence[Cell]], point: str) -> str:
    """All rows, each with a line end; numbers have the decimal sign that the PC's spreadsheet expects."""
    return "".join("\t".join(_written(cell, point) for cell in row) + "\n" for row in table)


def _written(cell: Cell, point: str) -> str:
    if cell is None:
        return ""
    if isinstance(cell, str):
        text = " ".join("".join(sign if sign.isprintable() else " " for sign in cell).split())
        text = f"'{text}" if text.startswith(_FORMULA) else text
        return f'"{text.replace(_QUOTE, _QUOTE * 2)}"' if _QUOTE in text else text
    rounded = round(cell, _DIGITS) + 0.0
    return f"{rounded:.{_DIGITS}f}".rstrip("0").rstrip(".").replace(".", point)


def _header() -> tuple[str, ...]:
    return (
        tr("Case"), tr("Series"), tr("Slice"), tr("Kind"), tr("Value"), tr("Unit"), tr("Mean"), tr("SD"), tr("Minimum"),
        tr("Maximum"), tr("Unit of the values"), tr("Pixels"), tr("Text"),
    )  # fmt: skip


def rows(viewing: Viewing) -> Iterator[tuple[Cell, ...]]:
    """A row for each measurement of the case: those on slices, series by series and slice by slice, then on planes."""
    of_case = [entry for entry in viewing.entries if entry.study == viewing.entry.study]
    for entry in of_case:
        stack_id = entry.stack.stack_id
        found = [(slice_number(entry.stack, index), index, measure) for index, measure in
                 viewing.markings.of_stack(stack_id)]  # fmt: skip
        for number, index, measure in sorted(found, key=lambda row: row[0]):
            yield _on_slice(viewing.loadings.stack(entry), entry, (number, index), measure)
    for entry in of_case:
        for of_plane in viewing.markings.in_space.all:
            if of_plane.stack_id == entry.stack.stack_id:
                yield _on_plane(entry, of_plane)


def _on_slice(loaded: LoadedStack, entry: Entry, place: tuple[int, int], measure: Measure) -> tuple[Cell, ...]:
    """`place` is the number of the slice for the reader, and its index."""
    (number, index), remark = place, measure.text
    found: Statistics | None = None
    if measure.kind.is_area:
        values = values_in(loaded, index, measure)
        found = of_values(values) if values is not None and values.size else None
        if found is None:
            remark = tr("the slice has not been read") if values is None else tr("no pixels inside")
    return (*_of(entry, number, measure.kind), *_size(entry.stack, measure), *_values(entry, found), remark)


def _on_plane(entry: Entry, measure: SpaceMeasure) -> tuple[Cell, ...]:
    lost = measure.kind.is_area and measure.values is None
    said = "; ".join((measure.text, tr("no pixels inside") if lost else "", *measure.remarks))
    size = _size(Millimetres(), measure.flat())
    return (*_of(entry, tr("MPR plane"), measure.kind), *size, *_values(entry, measure.values), said.strip("; "))


def _of(entry: Entry, place: Cell, kind: MeasurementKind) -> tuple[Cell, ...]:
    return entry.study.case, entry.title, place, kind_name(kind)


def _size(stack: Spaced, measure: Measure) -> tuple[Cell, Cell]:
    if measure.kind.is_remark:
        return None, ""
    if measure.kind is MeasurementKind.ANGLE:
        return angle(stack, measure.points), "°"
    if measure.kind is MeasurementKind.COBB:
        return cobb(stack, measure.points), "°"
    if measure.kind.is_area:
        return area(stack, measure), f"{unit(stack)}²"
    return length(stack, *measure.points), unit(stack)


def _values(entry: Entry, found: Statistics | None) -> tuple[Cell, ...]:
    if found is None:
        return None, None, None, None, "", None
    return found.mean, found.deviation, found.minimum, found.maximum, entry.stack.units, found.pixels
