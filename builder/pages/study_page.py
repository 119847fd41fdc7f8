"""The report of a reader study as one page to print: who read what, how far they agree, and how right they are."""

from collections.abc import Sequence
from dataclasses import dataclass

from builder.pages.plots import Plot
from builder.pages.render import render


@dataclass(frozen=True, slots=True)
class StudyReader:
    """A reader in a session: how many cases are done, and how long they took."""

    reader: str
    session: str
    done: str
    minutes: str
    idle: str


@dataclass(frozen=True, slots=True)
class StudyFigure:
    """One figure in words, with its interval."""

    readers: str
    method: str
    n: str
    figure: str
    interval: str
    left_out: str


@dataclass(frozen=True, slots=True)
class StudyMatrix:
    """A figure for each pair of readers; cells are (text, shade from 0 to 1), empty where there is none."""

    method: str
    names: Sequence[str]
    rows: Sequence[Sequence[tuple[str, float] | None]]


@dataclass(frozen=True, slots=True)
class StudyQuestion:
    """All about one question; `more_plots` are not drawn, `more_figures` stand in the file with all figures alone."""

    text: str
    agreement: Sequence[StudyFigure]
    accuracy: Sequence[StudyFigure]
    matrices: Sequence[StudyMatrix]
    plots: Sequence[Plot]
    more_plots: int
    more_figures: int = 0


@dataclass(frozen=True, slots=True)
class StudyPage:
    """The content of the page; `more_plots` are not drawn."""

    title: str
    when: str
    forms: Sequence[str]
    readers: Sequence[StudyReader]
    plots: Sequence[Plot]
    more_plots: int
    questions: Sequence[StudyQuestion]
    remarks: Sequence[str]


def study_page(page: StudyPage) -> str:
    """The whole page."""
    return render("study.html", page)
