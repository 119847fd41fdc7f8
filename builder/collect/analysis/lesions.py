"""Marks against lesions: which lesion each mark found, with its rating; and the table of all marks."""

from collections.abc import Iterator, Sequence

from builder.cell_text import printable
from builder.collect.analysis.ratings import Rater, Ratings
from builder.collect.analysis.truth import Truth
from builder.collect.columns import Row
from builder.collect.statistics.froc import UNMARKED, RatedCase
from builder.collect.statistics.places import Matched, match
from bundle.reading.questions import QuestionType, Value

# The rating of marks that have none of their own.
_ALIKE = 1.0


def points(marks: Value) -> list[list[float]]:
    """The places of marks in the patient (LPS, mm)."""
    return [mark["position"] for mark in placed(marks)]


def placed(marks: Value) -> list[Value]:
    """The marks that have a place in the patient."""
    return [mark for mark in marks if mark.get("position") is not None]


def matched(ratings: Ratings, rater: Rater, truth: Truth, radius: float) -> dict[str, Matched]:
    """Case -> the lesions, first, with the marks that found them; marks without a place in the patient are no marks."""
    given = _given(ratings, rater)
    return {
        case: match(lesions, points(given.get(case, [])), radius)
        for case, lesions in truth.lesions.items()
        if case in ratings.read.get(rater, ())
    }


def _given(ratings: Ratings, rater: Rater) -> dict[str, Value]:
    """Case -> its marks; those of all its series, where each series is asked for."""
    found: dict[str, Value] = {}
    for (case, _), marks in ratings.given[rater].items():
        found[case] = [*found.get(case, []), *marks]
    return found


def ratings_of(ratings: Ratings, rater: Rater, case: str) -> list[float | None]:
    """The rating of each mark of a case that has a place; None where the form asks for one and there is none."""
    marks = placed(_given(ratings, rater).get(case, []))
    if ratings.question.rating is None:
        return [_ALIKE] * len(marks)
    return [None if ratings.question.rating.problem(mark.get("rating")) else float(mark["rating"]) for mark in marks]


def rated_cases(ratings: Ratings, rater: Rater, truth: Truth, radius: float) -> tuple[dict[str, RatedCase], int]:
    """(case -> its lesions and false marks with their ratings, cases left out because a mark has no rating)."""
    found, left_out = {}, 0
    for case, pairs in matched(ratings, rater, truth, radius).items():
        given = [rating for rating in ratings_of(ratings, rater, case) if rating is not None]
        if len(given) < pairs.second:
            left_out += 1
            continue
        lesions = [UNMARKED] * pairs.first
        for lesion, mark, _ in pairs.pairs:
            lesions[lesion] = given[mark]
        hits = {mark for _, mark, _ in pairs.pairs}
        false = tuple(rating for mark, rating in enumerate(given) if mark not in hits)
        found[case] = RatedCase(tuple(lesions), false)
    return found, left_out


def mark_rows(every: Sequence[Ratings]) -> Iterator[Row]:
    """One row for each mark of a finished case, training aside, as other programs want to match them themselves."""
    for ratings in every:
        if ratings.question.kind is QuestionType.MARK:
            for rater, given in ratings.given.items():
                for (case, series), marks in given.items():
                    who = {"reader": printable(rater.reader), "session": rater.session.number,
                           "arm": printable(rater.session.arm), "case": case, "occurrence": rater.occurrence,
                           "question": ratings.question.id, "series_asked": series}  # fmt: skip
                    for number, mark in enumerate(marks, start=1):
                        yield who | _row(number, mark)


def _row(number: int, mark: Value) -> Row:
    """x, y and z are LPS in mm; column and row count from 0 at the middle of the first pixel."""
    place = mark.get("position") or [None] * 3
    of_image = {name: mark.get(name) for name in ("series", "instance", "frame", "column", "row")}
    return {"mark": number, "rating": mark.get("rating"), **dict(zip("xyz", place, strict=True)), **of_image}
