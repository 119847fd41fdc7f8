"""The reference standard: a table of the researcher, which never lies on a stick, with the truth of each case."""

from collections.abc import Iterator, Mapping, Sequence
import csv
from dataclasses import dataclass, field
import math
from pathlib import Path
import re

from builder.collect.errors import TruthMistaken
from bundle.bounded import read_file
from bundle.reading.form import Form
from bundle.reading.questions import Question, QuestionType

_LARGEST = 16 << 20
PLACE = ("x", "y", "z")
_POSITIVE = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
_COLUMN = re.compile(r"(?P<question>[a-z][a-z0-9_]*)(?:>=(?P<least>-?\d+(?:\.\d+)?))?")
_ASKS = (
    QuestionType.YES_NO,
    QuestionType.SCALE,
    QuestionType.NUMBER,
    QuestionType.MEASUREMENT,
    QuestionType.CHOICE,
)


@dataclass(frozen=True, slots=True)
class Reference:
    """The truth of one question by case; `least` is the rating from which an answer counts as positive, if any does."""

    question: str
    least: float | None
    of_case: Mapping[str, bool | str]


@dataclass
class Truth:
    """All references, and the places of the lesions of each case (LPS, mm); a case without lesions has none."""

    references: list[Reference] = field(default_factory=list)
    lesions: dict[str, list[list[float]]] = field(default_factory=dict)


def read_truth(path: Path, forms: Sequence[Form]) -> Truth:
    """The table in a CSV file; raises TruthMistaken, with the line, if a value or column means nothing."""
    try:
        text = read_file(path, _LARGEST).decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise TruthMistaken(path, 0, f"it cannot be read as CSV in UTF-8 ({error})") from None
    table = csv.DictReader(text.splitlines())
    columns = [str(name).strip() for name in table.fieldnames or ()]
    table.fieldnames = columns
    rows = [(table.line_num, {name: str(cell or "").strip() for name, cell in row.items()}) for row in table]
    if "case" not in columns:
        raise TruthMistaken(path, 1, "it has no column 'case'")
    truth = Truth()
    for column in columns:
        if column not in ("case", *PLACE):
            truth.references.append(_reference(path, column, rows, forms))
    if set(PLACE) & set(columns):
        truth.lesions = _lesions(path, columns, rows)
    return truth


Rows = Sequence[tuple[int, dict[str, str]]]


def _reference(path: Path, column: str, rows: Rows, forms: Sequence[Form]) -> Reference:
    found = _COLUMN.fullmatch(column.replace(" ", ""))
    questions = [form.question(found["question"]) for form in forms] if found else []
    question = next((asked for asked in questions if asked is not None), None)
    if found is None or question is None or question.kind not in _ASKS:
        raise TruthMistaken(
            path, 1, f"'{column}' is neither 'case', 'x', 'y', 'z' nor a question of the form that has a right answer"
        )
    if found["least"] is not None and question.kind in (QuestionType.YES_NO, QuestionType.CHOICE):
        raise TruthMistaken(path, 1, f"'{column}': '>=' goes with a scale or a number only")
    of_case: dict[str, bool | str] = {}
    for line, row in rows:
        if row[column]:
            value = _value(path, line, column, row[column], question)
            if of_case.setdefault(row["case"], value) != value:
                raise TruthMistaken(path, line, f"{row['case']} has another value of '{column}' in an earlier line")
    return Reference(question.id, None if found["least"] is None else float(found["least"]), of_case)


def _value(path: Path, line: int, column: str, cell: str, question: Question) -> bool | str:
    if question.kind is QuestionType.CHOICE:
        if cell not in [option.value for option in question.options]:
            raise TruthMistaken(path, line, f"'{cell}' is no option of the question '{column}'")
        return cell
    if cell.casefold() not in _POSITIVE:
        raise TruthMistaken(path, line, f"'{cell}' in '{column}' is neither yes nor no")
    return _POSITIVE[cell.casefold()]


def _lesions(path: Path, columns: Sequence[str], rows: Rows) -> dict[str, list[list[float]]]:
    """A line for each lesion; a case with a line without any place has none."""
    missing = [name for name in PLACE if name not in columns]
    if missing:
        raise TruthMistaken(path, 1, f"a place has x, y and z, and there is no column '{missing[0]}'")
    found: dict[str, list[list[float]]] = {}
    for line, row in rows:
        places = found.setdefault(row["case"], [])
        cells = [row[name] for name in PLACE]
        if any(cells):
            places.append(list(_place(path, line, cells)))
    return found


def _place(path: Path, line: int, cells: Sequence[str]) -> Iterator[float]:
    for name, cell in zip(PLACE, cells, strict=True):
        try:
            number = float(cell)
        except ValueError:
            number = math.nan
        if not math.isfinite(number):
            raise TruthMistaken(path, line, f"'{cell}' in '{name}' is not a number")
        yield number
