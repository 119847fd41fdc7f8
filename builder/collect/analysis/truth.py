"""The reference standard: a table of the researcher, which never lies on a stick, with the truth of each case."""

from collections.abc import Iterator, Mapping, Sequence
import csv
from dataclasses import dataclass, field, replace
import math
from pathlib import Path
import re

from builder.collect.errors import TruthMistaken
from bundle.bounded import read_file
from bundle.layout import case_number
from bundle.reading.form import Form
from bundle.reading.questions import Question, QuestionType

_LARGEST = 16 << 20
PLACE = ("x", "y", "z")
# Where the cells of a line go that are more than the columns.
_TOO_MANY = "more cells than columns"
_CASE = re.compile(r"CASE-\d{3,}")
_POSITIVE = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
_COLUMN = re.compile(r"(?P<question>[a-z][a-z0-9_]*)(?:>=(?P<least>-?\d+(?:\.\d+)?))?")
_ASKS = (
    QuestionType.YES_NO,
    QuestionType.SCALE,
    QuestionType.SLIDER,
    QuestionType.NUMBER,
    QuestionType.MEASUREMENT,
    QuestionType.CHOICE,
)


Rows = Sequence[tuple[int, dict[str, str]]]


@dataclass(frozen=True, slots=True)
class Reference:
    """The truth of one question by case; `least` is the rating from which an answer counts as positive, if any does.

    `is_again`: an earlier column has the same truth of this question, with another `least`.
    """

    question: str
    least: float | None
    of_case: Mapping[str, bool | str]
    is_again: bool = False


@dataclass
class Truth:
    """All references, and the places of the lesions of each case (LPS, mm); a case without lesions has none.

    `cases` are all that the table names.
    """

    cases: list[str] = field(default_factory=list)
    references: list[Reference] = field(default_factory=list)
    lesions: dict[str, list[list[float]]] = field(default_factory=dict)


def read_truth(path: Path, forms: Sequence[Form]) -> Truth:
    """The table in a CSV file; raises TruthMistaken, with the line, if a value or column means nothing."""
    try:
        text = read_file(path, _LARGEST).decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise TruthMistaken(path, 0, f"it cannot be read as CSV in UTF-8 ({error})") from None
    table = csv.DictReader(text.splitlines(), restkey=_TOO_MANY)
    columns = [str(name).strip() for name in table.fieldnames or ()]
    table.fieldnames = columns
    rows = [(table.line_num, {name: str(cell or "").strip() for name, cell in row.items()}) for row in table]
    _check_table(path, columns, rows)
    truth = Truth(list(dict.fromkeys(row["case"] for _, row in rows)))
    for column in columns:
        if column not in ("case", *PLACE):
            found = _reference(path, column, rows, forms)
            truth.references.append(_again(path, column, found, truth.references))
    if set(PLACE) & set(columns):
        truth.lesions = _lesions(path, columns, rows)
    return truth


def _check_table(path: Path, columns: Sequence[str], rows: Rows) -> None:
    """A decimal comma makes a cell more, a number such as 'case-1' names no case: neither may pass unseen."""
    if "case" not in columns:
        raise TruthMistaken(path, 1, "it has no column 'case'; a comma must stand between columns")
    if not set(columns) - {"case"}:
        raise TruthMistaken(path, 1, "it has no column besides 'case', so it says nothing of any question")
    if not rows:
        raise TruthMistaken(path, 1, "no line follows, so it says nothing of any case")
    if twice := [name for name in columns if columns.count(name) > 1]:
        raise TruthMistaken(path, 1, f"the column '{twice[0]}' is there twice")
    for line, row in rows:
        if _TOO_MANY in row:
            raise TruthMistaken(path, line, "it has more cells than the first line; numbers have a point, not a comma")
        case = row["case"]
        if not _CASE.fullmatch(case):
            meant = f", such as {_meant(case)}" if _meant(case) else ", such as CASE-001"
            raise TruthMistaken(path, line, f"'{case}' is not a case number as on the stick{meant}")


def _meant(case: str) -> str:
    """The case number that somebody may have meant: 'case 4' or '4' for CASE-004."""
    found = re.fullmatch(r"(?:case)?[\s_-]*(\d{1,6})", case, re.IGNORECASE)
    return case_number(int(found[1])) if found else ""


def _again(path: Path, column: str, found: Reference, before: Sequence[Reference]) -> Reference:
    """Several columns of one question differ in the rating that counts as positive, never in the truth."""
    same = [each for each in before if each.question == found.question]
    if same and same[0].of_case != found.of_case:
        raise TruthMistaken(path, 1, f"'{column}' has another truth than an earlier column of '{found.question}'")
    return replace(found, is_again=bool(same))


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
            value = _value(path, line, column, row[column], [each for each in questions if each is not None])
            if of_case.setdefault(row["case"], value) != value:
                raise TruthMistaken(path, line, f"{row['case']} has another value of '{column}' in an earlier line")
    return Reference(question.id, None if found["least"] is None else float(found["least"]), of_case)


def _value(path: Path, line: int, column: str, cell: str, asked: Sequence[Question]) -> bool | str:
    if asked[0].kind is QuestionType.CHOICE:
        if cell not in [option.value for question in asked for option in question.options]:
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
