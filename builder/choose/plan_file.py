"""Reads a plan as a dry run wrote it and the researcher filled it in."""

from collections.abc import Iterator, Sequence
import csv
from difflib import get_close_matches
import io
from pathlib import Path
from typing import NamedTuple

from builder.choose.plan_table import COLUMNS, FILLED_IN, NAMES, NO, YES
from builder.choose.planned import Arrangement, CaseWords, Plan, PlannedSeries
from builder.errors.choosing import PlanMissing, PlanMistaken

_DELIMITERS = (",", ";", "\t")
_LARGEST = 256 << 20
_WORDS = {"yes": True, "y": True, "true": True, "1": True, "no": False, "n": False, "false": False, "0": False}
_LONGEST_WORDS = 64
_MOST_FIGURES = 6


class _Row(NamedTuple):
    line: int
    take: bool
    order: int
    training: bool | None
    group: str
    label: str
    planned: PlannedSeries


def read_plan(file: Path) -> Plan:
    """The plan in a table as spreadsheets save it; raises PlanMissing, PlanMistaken."""
    lines = _lines(file)
    head = [cell.strip().lower() for cell in next(lines, (1, []))[1]]
    _check_head(file, head)
    rows = [_row(file, line, _cells(file, line, head, cells)) for line, cells in lines if any(cells)]
    series: dict[str, PlannedSeries] = {}
    for row in rows:
        first = series.setdefault(row.planned.series, row.planned)
        if first.line != row.line:
            raise PlanMistaken(file, row.line, f"it names the series of line {first.line} again; keep one of the two")
    return Plan(file, series, _arrangement(file, rows))


def _lines(file: Path) -> Iterator[tuple[int, list[str]]]:
    """Every row with the number of its last line, as an editor counts."""
    try:
        if file.stat().st_size > _LARGEST:
            raise PlanMistaken(file, 0, "it is too large to be a plan")
        text = file.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        raise PlanMissing(file) from None
    except OSError as error:
        raise PlanMistaken(file, 0, f"it cannot be read ({error.strerror})") from None
    except UnicodeDecodeError:
        raise PlanMistaken(file, 0, "it is not a table in UTF-8; save it as 'CSV UTF-8'") from None
    first = text.partition("\n")[0]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=max(_DELIMITERS, key=first.count))
    try:
        for cells in reader:
            yield reader.line_num, cells
    except csv.Error as error:
        raise PlanMistaken(file, reader.line_num, f"it is no table ({error})") from None


def _check_head(file: Path, head: Sequence[str]) -> None:
    for name in head:
        if name not in COLUMNS:
            raise PlanMistaken(file, 1, f"there is no column {name!r} in a plan{_meant(name, COLUMNS)}")
        if head.count(name) > 1:
            raise PlanMistaken(file, 1, f"column {name!r} is there twice")
    missing = [name for name in ("take", *NAMES) if name not in head]
    if missing:
        raise PlanMistaken(file, 1, f"there is no column {missing[0]!r}; keep the first line as the dry run wrote it")


def _cells(file: Path, line: int, head: Sequence[str], cells: Sequence[str]) -> dict[str, str]:
    if len(cells) > len(head) and any(cell.strip() for cell in cells[len(head) :]):
        raise PlanMistaken(file, line, f"it has {len(cells)} cells, but there are {len(head)} columns")
    # The apostrophe keeps a spreadsheet from computing a cell.
    return {name: cell.strip().removeprefix("'") for name, cell in zip(head, cells, strict=False)}


def _row(file: Path, line: int, cells: dict[str, str]) -> _Row:
    images, left_out = (_number(file, line, name, cells.get(name, "")) for name in ("images", "left_out"))
    take = _yes_or_no(file, line, "take", cells["take"])
    if take is None:
        raise PlanMistaken(file, line, f"column 'take' is empty; write {YES} or {NO}")
    order = cells.get("order", "")
    return _Row(
        line=line,
        take=take,
        order=_number(file, line, "order", order) if order else 0,
        training=_yes_or_no(file, line, "training", cells.get("training", "")),
        group=_words(file, line, "group", cells.get("group", "")),
        label=_words(file, line, "label", cells.get("label", "")),
        planned=PlannedSeries(line, take, images, left_out, cells.get("study", ""), cells.get("series", "")),
    )


def _yes_or_no(file: Path, line: int, column: str, value: str) -> bool | None:
    if not value:
        return None
    if value.lower() not in _WORDS:
        near = _meant(value.lower(), (YES, NO))
        raise PlanMistaken(file, line, f"{value!r} in column {column!r} is neither {YES} nor {NO}{near}")
    return _WORDS[value.lower()]


def _number(file: Path, line: int, column: str, value: str) -> int:
    plain = value.removesuffix(".0")  # as some spreadsheets save a column with gaps
    if not (plain.isascii() and plain.isdecimal() and len(plain) <= _MOST_FIGURES):
        raise PlanMistaken(file, line, f"{value!r} in column {column!r} is no whole number, such as 1, 2 or 3")
    return int(plain)


def _words(file: Path, line: int, column: str, value: str) -> str:
    if len(value) > _LONGEST_WORDS or not value.isprintable():
        raise PlanMistaken(file, line, f"column {column!r} takes one line of {_LONGEST_WORDS} letters at most")
    return value


def _meant(word: str, known: Sequence[str]) -> str:
    near = get_close_matches(word, known, 1, 0.4)
    return f"; is {near[0]!r} meant?" if near else f"; known are {', '.join(known)}"


# Studies


def _arrangement(file: Path, rows: Sequence[_Row]) -> Arrangement:
    """What the rows of each study say together: a value in one of them counts for all."""
    studies: dict[str, dict[str, tuple[object, int]]] = {}
    for row in rows:
        said = studies.setdefault(row.planned.study, {})
        for name in FILLED_IN[1:]:
            value = getattr(row, name)
            if value in ("", None, 0) and value is not False:
                continue
            before, line = said.setdefault(name, (value, row.line))
            if before != value:
                raise PlanMistaken(file, row.line, f"{name!r} differs from line {line}, which is of the same study")
    taken = {row.planned.study for row in rows if row.take}
    for study, said in studies.items():
        if study not in taken and any(value for value, _ in said.values()):
            line = min(line for value, line in said.values() if value)
            raise PlanMistaken(file, line, "nothing of this study is taken, so it can have neither order nor words")
    return Arrangement(
        _ordered(file, studies),
        frozenset(study for study, said in studies.items() if said.get("training", (False, 0))[0]),
        {study: words for study, said in studies.items() if any(words := _words_of(said))},
    )


def _words_of(said: dict[str, tuple[object, int]]) -> CaseWords:
    return CaseWords(*(str(said.get(name, ("", 0))[0]) for name in ("label", "group")))


def _ordered(file: Path, studies: dict[str, dict[str, tuple[object, int]]]) -> tuple[str, ...]:
    places: dict[int, tuple[str, int]] = {}
    for study, said in studies.items():
        if "order" in said:
            value, line = said["order"]
            assert isinstance(value, int)
            first, first_line = places.setdefault(value, (study, line))
            if first != study:
                raise PlanMistaken(file, line, f"order {value} is that of another study, in line {first_line}, too")
    return tuple(places[value][0] for value in sorted(places))
