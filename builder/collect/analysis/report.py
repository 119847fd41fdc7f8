"""Makes the report of a study: all figures in words, and the plots that show where they come from."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path
from statistics import mean

import numpy as np

from builder.collect.analysis.accuracy import AUC, Accuracy, Scored, name_of
from builder.collect.analysis.agreement import ALIKE, TOO_FEW, Agreement
from builder.collect.analysis.analyse import Analysis
from builder.collect.analysis.figures import figure, interval, main_accuracy, main_agreement, percent
from builder.collect.analysis.lesions import rated_cases
from builder.collect.analysis.ratings import BETWEEN_READERS, Ratings, comparisons
from builder.collect.gather import Gathered
from builder.collect.statistics import froc, numbers, roc
from builder.collect.statistics.estimates import Estimate
from builder.collect.table import Tables
from builder.pages.plots import Limit, Plot
from builder.pages.study_page import (
    StudyFigure,
    StudyMatrix,
    StudyPage,
    StudyQuestion,
    StudyReader,
    study_page,
)
from bundle.reading.questions import QuestionType
from bundle.reading.readings import Readings

_MOST_PLOTS = 12
# About as many lines as a page has, for each question: the matrix shows the pairs of readers anyway.
_MOST_FIGURES = 30
_UNIT = ((0.0, 1.0), (0.0, 1.0))
_NUMBERS = (QuestionType.SLIDER, QuestionType.NUMBER, QuestionType.MEASUREMENT)
_SHARES = (ALIKE, "right", "sensitivity", "specificity", "predictive", "lesions found", "located", "partner within")


def write_report(gathered: Gathered, tables: Tables, analysis: Analysis, path: Path) -> Path:
    """Write the page; raises OSError."""
    forms, times = list(gathered.forms.values()), list(_of_times(gathered))
    page = StudyPage(
        title=forms[-1].title if forms else "Readings",
        when=datetime.now(UTC).strftime("%Y-%m-%d %H:%M"),
        forms=[f"Form {form.title}, version {form.version}, SHA-256 {form.digest}" for form in forms],
        readers=[_reader(readings) for readings in gathered.readings.values()],
        plots=times[:_MOST_PLOTS],
        more_plots=len(times[_MOST_PLOTS:]),
        questions=[_question(ratings, analysis) for ratings in analysis.ratings if ratings.given],
        remarks=tables.remarks,
    )
    path.write_text(study_page(page), encoding="utf-8", errors="replace")
    return path


def _reader(readings: Readings) -> StudyReader:
    finished = [reading for reading in readings.cases.values() if reading.finished]
    seconds = sum(reading.course.before for reading in finished)
    idle = sum(reading.course.idle for reading in finished)
    return StudyReader(
        readings.reader, str(readings.session), str(len(finished)), f"{seconds / 60:.0f}", f"{idle / 60:.0f}"
    )


def _of_times(gathered: Gathered) -> Iterator[Plot]:
    """Seconds to submission by the real place in the order: practice and fatigue show as a slope."""
    for readings in gathered.readings.values():
        points = [
            (float(rank), reading.course.before)
            for rank, reading in enumerate(readings.cases.values(), start=1)
            if reading.finished and reading.course.before
        ]
        if len(points) > 2:
            level = Limit(mean(seconds for _, seconds in points), "mean")
            yield Plot(f"{readings.reader}, {readings.session}", "case as opened", "seconds", points, limits=[level])


def _question(ratings: Ratings, analysis: Analysis) -> StudyQuestion:
    agreement = [found for found in analysis.agreement if found.question is ratings.question]
    accuracy = [found for found in analysis.accuracy if found.question is ratings.question]
    curves = _curves([each for each in analysis.scored if each.ratings is ratings])
    plots = [*curves, *_of_marks(ratings, analysis), *_differences(ratings)]
    alike, right = main_agreement(agreement, _MOST_FIGURES), main_accuracy(accuracy, _MOST_FIGURES)
    return StudyQuestion(
        ratings.question.text,
        [_figure(each.compared.who, each.method, each.estimate, each.compared.left_out) for each in alike],
        [_of_accuracy(each) for each in right],
        list(_matrices(ratings, agreement)),
        plots[:_MOST_PLOTS],
        len(plots[_MOST_PLOTS:]),
        len(agreement) + len(accuracy) - len(alike) - len(right),
    )


def _of_accuracy(found: Accuracy) -> StudyFigure:
    return _figure(found.readers, found.method, found.estimate, found.left_out)


def _figure(who: str, method: str, found: Estimate, left_out: str) -> StudyFigure:
    is_share = any(word in method for word in _SHARES) and "difference" not in method
    said = percent(found.value, 1) if is_share and np.isfinite(found.value) else figure(found.value)
    return StudyFigure(who, method, str(found.items), said, interval(found, share=is_share), left_out)


def _curves(found: Sequence[Scored]) -> Iterator[Plot]:
    """The ROC curve of each reader and session."""
    for each in found:
        truth = list(map(bool, each.truth))
        rated = each.ratings.question.kind not in (QuestionType.CHOICE, QuestionType.YES_NO)
        if rated and not each.reference.is_again and any(truth) and not all(truth):
            curve = roc.curve(list(map(float, each.answers)), truth)
            points = list(zip(curve.false.tolist(), curve.true.tolist(), strict=True))
            area = roc.auc(list(map(float, each.answers)), truth, each.patients).value
            title = f"{name_of(each.rater, each.ratings)}: {AUC.split(maxsplit=1)[0]} {figure(area)}"
            yield Plot(title, "1 - specificity", "sensitivity", points, is_line=True, diagonal=True, ends=_UNIT)


def _of_marks(ratings: Ratings, analysis: Analysis) -> Iterator[Plot]:
    """The FROC curve of each reader and session; of marks without ratings one point would be left of it."""
    if ratings.question.rating is None or analysis.truth is None or not analysis.truth.lesions:
        return
    for rater in sorted(rater for rater in ratings.given if rater.occurrence == 1):
        cases, _ = rated_cases(ratings, rater, analysis.truth, analysis.radius)
        points = froc.curve(list(cases.values()))
        if len(points) > 1:
            ends = ((0.0, max(points[-1][0], 1.0)), (0.0, 1.0))
            title = f"{name_of(rater, ratings)}: FROC"
            yield Plot(title, "false marks per case", "lesions found", points, is_line=True, ends=ends)


def _differences(ratings: Ratings) -> Iterator[Plot]:
    """Bland and Altman's plot of each pair."""
    for compared in comparisons(ratings) if ratings.question.kind in _NUMBERS else ():
        if len(compared.raters) == 2 and len(compared.items) > 2:
            given = [ratings.given[rater] for rater in compared.raters]
            pairs = np.array([[answers[item] for answers in given] for item in compared.items], float)
            points = list(zip(pairs.mean(axis=1).tolist(), (pairs[:, 1] - pairs[:, 0]).tolist(), strict=True))
            lines = (("bias", numbers.bias), ("limit", numbers.lower_limit), ("limit", numbers.upper_limit))
            limits = [Limit(statistic(pairs), name) for name, statistic in lines]
            unit = f" ({ratings.question.unit})" if ratings.question.unit else ""
            yield Plot(compared.who, f"mean{unit}", f"difference{unit}", points, limits=limits)


def _matrices(ratings: Ratings, found: Sequence[Agreement]) -> Iterator[StudyMatrix]:
    """The first figure beyond chance of every pair of readers, session by session."""
    pairs = [each for each in found if each.compared.kind == BETWEEN_READERS and len(each.compared.raters) == 2]
    conditions = ratings.conditions
    for session, of_session in groupby(pairs, key=lambda each: conditions[each.compared.raters[0].session]):
        listed = [each for each in of_session if each.method not in (ALIKE, TOO_FEW)]
        methods = [each.method for each in listed]
        chosen = [each for each in listed if each.method == methods[0]] if listed else []
        names = sorted({rater.reader for each in chosen for rater in each.compared.raters})
        if len(names) > 2:
            cells = {frozenset(rater.reader for rater in each.compared.raters): each.estimate.value for each in chosen}
            rows = [[_cell(cells.get(frozenset((row, column)))) for column in names] for row in names]
            yield StudyMatrix(f"{methods[0]}, {session}", names, rows)


def _cell(value: float | None) -> tuple[str, float] | None:
    if value is None or not np.isfinite(value):
        return None
    return figure(value), min(max(value, 0.0), 1.0)
