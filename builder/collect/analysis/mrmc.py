"""Files that programs for studies of several readers and cases read as they are: iMRMC, RJafroc and pROC."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from builder.collect.analysis.accuracy import Scored
from builder.collect.analysis.lesions import matched, ratings_of
from builder.collect.analysis.ratings import Item, Rater, Ratings
from builder.collect.analysis.truth import Truth
from builder.collect.columns import Row
from builder.collect.files import library, write_rows
from bundle.layout import number_of_case
from bundle.reading.questions import Per, QuestionType
from bundle.reading.study_session import StudySession

Conditions = Mapping[StudySession, str]
_RATED = (
    QuestionType.SCALE, QuestionType.SLIDER, QuestionType.NUMBER, QuestionType.MEASUREMENT, QuestionType.YES_NO,
)  # fmt: skip


def write_mrmc(
    output: Path, found: Sequence[Scored], every: Sequence[Ratings], truth: Truth, radius: float
) -> list[Path]:
    """For each rated question three files, for each question of marks one; returns their paths. Raises OSError."""
    paths: list[Path] = []
    for number in dict.fromkeys(id(each.reference) for each in found):
        of = [each for each in found if id(each.reference) == number and each.items and not each.reference.is_again]
        if of and of[0].ratings.question.kind in _RATED:
            paths += _of_ratings(output, of)
    for ratings in every:
        if ratings.question.kind is QuestionType.MARK and truth.lesions and ratings.given:
            paths.append(output.with_name(f"{output.stem}-rjafroc-{ratings.question.id}.xlsx"))
            _book(_froc_sheets(ratings, truth, radius), paths[-1])
    return paths


def _of_ratings(output: Path, of: Sequence[Scored]) -> Iterator[Path]:
    name = of[0].ratings.question.id
    imrmc = output.with_name(f"{output.stem}-imrmc-{name}.imrmc")
    imrmc.write_text("\n".join([*_imrmc(of), ""]), encoding="ascii", errors="replace", newline="\n")
    yield imrmc
    rjafroc = output.with_name(f"{output.stem}-rjafroc-{name}.xlsx")
    _book(_roc_sheets(of), rjafroc)
    yield rjafroc
    proc = output.with_name(f"{output.stem}-proc-{name}.csv")
    write_rows(list(_proc(of)), proc, "csv")
    yield proc


def _numbers(of: Sequence[Rater], conditions: Conditions) -> tuple[dict[str, int], dict[StudySession, int]]:
    """Reader -> number and session -> number, from 1: these programs want whole numbers. Crossed arms have one each."""
    readers = {reader: number for number, reader in enumerate(sorted({rater.reader for rater in of}), start=1)}
    used = {rater.session for rater in of}
    names = list(dict.fromkeys(name for session, name in conditions.items() if session in used))
    sessions = {session: names.index(name) + 1 for session, name in conditions.items() if session in used}
    return readers, sessions


def _legend(of: Sequence[Rater], conditions: Conditions) -> Iterator[str]:
    readers, sessions = _numbers(of, conditions)
    yield from (f"reader {number} is {name}" for name, number in readers.items())
    named = {number: conditions[session] for session, number in sessions.items()}
    yield from (f"modality {number} is {name}" for number, name in named.items())


def _truth_of(of: Sequence[Scored]) -> dict[Item, bool]:
    return {item: bool(each.reference.of_case[item[0]]) for each in of for item in each.items}


def _ids(of: Sequence[Scored]) -> dict[Item, int]:
    """The whole number of each item: that of its case, or, where each series is rated, one for each series."""
    items = sorted(_truth_of(of), key=lambda item: (number_of_case(item[0]), item[1]))
    if of[0].ratings.question.per is Per.CASE:
        return {item: number_of_case(item[0]) for item in items}
    return {item: number for number, item in enumerate(items, start=1)}


def _named(of: Sequence[Scored]) -> Iterator[tuple[int, str, str]]:
    """(number, case, series) of each item, where the numbers are not those of the cases."""
    if of[0].ratings.question.per is Per.SERIES:
        yield from ((number, *item) for item, number in _ids(of).items())


def _imrmc(of: Sequence[Scored]) -> Iterator[str]:
    """https://github.com/DIDSR/iMRMC: reader, case, modality, score; reader -1 gives the truth."""
    raters = [each.rater for each in of]
    conditions = of[0].ratings.conditions
    (readers, sessions), truth, ids = _numbers(raters, conditions), _truth_of(of), _ids(of)
    yield f"mkbundle collect: {of[0].ratings.question.id}"
    yield from _legend(raters, conditions)
    yield from (f"case {number} is {case}, series {series}" for number, case, series in _named(of))
    yield from (f"NR: {len(readers)}", f"N0: {list(truth.values()).count(False)}")
    yield from (f"N1: {list(truth.values()).count(True)}", f"NM: {len(set(sessions.values()))}", "BEGIN DATA:")
    yield from (f"-1,{number},0,{int(truth[item])}" for item, number in ids.items())
    for each in of:
        reader, session = readers[each.rater.reader], sessions[each.rater.session]
        for item, answer in zip(each.items, each.answers, strict=True):
            yield f"{reader},{ids[item]},{session},{float(answer):g}"


def _proc(of: Sequence[Scored]) -> Iterator[Row]:
    """One row for each case, or series: truth as 0 or 1, and a column of ratings for each reader and session."""
    of_series = of[0].ratings.question.per is Per.SERIES
    for item, sick in sorted(_truth_of(of).items()):
        row: Row = {"case": item[0], **({"series": item[1]} if of_series else {})}
        row |= {"patient": of[0].ratings.patient(item), "truth": int(sick)}
        for each in of:
            answer = each.ratings.given[each.rater].get(item)
            row[f"{each.rater.reader}, {each.rater.session}"] = None if answer is None else float(answer)
        yield row


Sheets = Mapping[str, Sequence[Sequence[Any]]]
_FP, _TP = (
    ("ReaderID", "ModalityID", "CaseID", "FP_Rating"),
    ("ReaderID", "ModalityID", "CaseID", "LesionID", "TP_Rating"),
)


def _roc_sheets(of: Sequence[Scored]) -> Sheets:
    """A diseased case has one lesion, whose rating is that of the case."""
    raters = [each.rater for each in of]
    conditions = of[0].ratings.conditions
    (readers, sessions), truth, ids = _numbers(raters, conditions), _truth_of(of), _ids(of)
    false: list[list[Any]] = [list(_FP)]
    true: list[list[Any]] = [list(_TP)]
    for each in of:
        who = [readers[each.rater.reader], sessions[each.rater.session]]
        for item, answer in zip(each.items, each.answers, strict=True):
            if truth[item]:
                true.append([*who, ids[item], 1, float(answer)])
            else:
                false.append([*who, ids[item], float(answer)])
    lesions = {number: [1.0] if truth[item] else [] for item, number in ids.items()}
    sheets = {"TRUTH": _truth_sheet(lesions, readers, sessions, "ROC"), "FP": false, "TP": true}
    named = [list(row) for row in _named(of)]
    return sheets | ({"CASES": [["CaseID", "case", "series"], *named]} if named else {})


def _froc_sheets(ratings: Ratings, truth: Truth, radius: float) -> Sheets:
    """Marks without a rating of their own have the rating 1; where the form asks for one, its cell stays empty."""
    raters = sorted(rater for rater in ratings.given if rater.occurrence == 1)
    readers, sessions = _numbers(raters, ratings.conditions)
    false: list[list[Any]] = [list(_FP)]
    true: list[list[Any]] = [list(_TP)]
    for rater in raters:
        who = [readers[rater.reader], sessions[rater.session]]
        for case, found in matched(ratings, rater, truth, radius).items():
            number, hits = number_of_case(case), {mark: lesion for lesion, mark, _ in found.pairs}
            for mark, rating in enumerate(ratings_of(ratings, rater, case)):
                if mark in hits:
                    true.append([*who, number, hits[mark] + 1, rating])
                else:
                    false.append([*who, number, rating])
    read = set().union(*(ratings.read[rater] for rater in raters))
    placed = {case: places for case, places in truth.lesions.items() if case in read}
    lesions = {number_of_case(case): [1 / (len(places) or 1)] * len(places) for case, places in placed.items()}
    return {"TRUTH": _truth_sheet(lesions, readers, sessions, "FROC"), "FP": false, "TP": true}


def _truth_sheet(
    weights: Mapping[int, Sequence[float]],
    readers: Mapping[str, int],
    sessions: Mapping[StudySession, int],
    paradigm: str,
) -> list[list[Any]]:
    """One row for each lesion, and one with LesionID 0 for each case without any; the weights of a case add up to 1."""
    who = [",".join(map(str, dict.fromkeys(numbers.values()))) for numbers in (readers, sessions)]
    rows: list[list[Any]] = [["CaseID", "LesionID", "Weight", "ReaderID", "ModalityID", "Paradigm"]]
    for case, of_case in sorted(weights.items()):
        listed = list(enumerate(of_case, start=1)) or [(0, 0.0)]
        rows += [[case, lesion, weight, *who, None] for lesion, weight in listed]
    for row, word in zip(rows[1:], (paradigm, "FCTRL"), strict=False):
        row[-1] = word
    return rows


def _book(sheets: Sheets, path: Path) -> None:
    book = library("openpyxl").Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
    book.save(path)
