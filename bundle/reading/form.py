"""The reading form: its questions, what to keep and show, and the order of the cases."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
import hashlib

from bundle.layout import case_number, number_of_case
from bundle.reading.journal import reader_key
from bundle.reading.questions import Answers, Per, Question, is_empty
from bundle.reading.study_session import SessionPlan

# What a blinded reader sees only if the form allows it.
SHOWABLE = ("case", "pseudonym", "date", "series-number", "segmentations")


class Design(Enum):
    """How orders are balanced over the readers: rows of a Williams square of the cases, or of their blocks."""

    WILLIAMS = "williams"
    BLOCKS = "blocks"


@dataclass(frozen=True, slots=True)
class Order:
    """The order in which a reader gets the cases; case names are those of the index, such as CASE-004.

    `cases` are those to read (empty: all), `training` come first, and `repeat` are shown twice: names, or how many.
    `design` balances the order over all readers; `blocks` is the number of blocks that stay together.
    """

    shuffle: bool = False
    seed: int = 0
    cases: tuple[str, ...] = ()
    training: tuple[str, ...] = ()
    repeat: tuple[str, ...] | int = ()
    design: Design | None = None
    blocks: int = 0

    def read(self, cases: Sequence[str]) -> list[str]:
        """The cases to read, besides those for training."""
        wanted = self.cases or cases
        return [case for case in wanted if case in cases and case not in self.training]

    def names(self) -> Iterator[tuple[str, str]]:
        """(key, case) for every case that the form names."""
        for key in ("cases", "training", "repeat"):
            listed = getattr(self, key)
            if not isinstance(listed, int):
                yield from ((key, case) for case in listed)


@dataclass(frozen=True, slots=True)
class Media:
    """Several media that were built as one: their common name, and the numbers of the cases meant for each.

    A case of which no image could be used is on none.
    """

    name: str
    cases: tuple[tuple[int, ...], ...]

    def groups(self) -> list[list[str]]:
        """The cases that were meant for each medium."""
        return [[case_number(number) for number in numbers] for numbers in self.cases]

    def with_present(self, cases: Sequence[str]) -> list[list[str]]:
        """The same, but a medium of which some cases are present has only those."""
        found = set(cases)
        return [[case for case in group if case in found] or group for group in self.groups()]

    def beside(self, cases: Sequence[str]) -> list[str]:
        """The given cases, and those of all media that hold none of them."""
        everywhere = {case for group in self.with_present(cases) for case in group}
        return sorted(everywhere | set(cases), key=number_of_case)


def counted(counts: Sequence[int]) -> tuple[tuple[int, ...], ...]:
    """The numbers of so many cases on each medium, where they go on from 1 from medium to medium."""
    ends = [sum(counts[: place + 1]) for place in range(len(counts))]
    return tuple(tuple(range(end - size + 1, end + 1)) for end, size in zip(ends, counts, strict=True))


def media_cases(numbers: Sequence[Sequence[int]]) -> list[int] | list[list[int]]:
    """The same as a form says it: how many on each where that is enough, or else every number."""
    counts = [len(medium) for medium in numbers]
    return counts if counted(counts) == tuple(map(tuple, numbers)) else [list(medium) for medium in numbers]


@dataclass(frozen=True, slots=True)
class Form:
    """A form as it lies on the medium. `digest` is the SHA-256 of its text, which distinguishes versions.

    `lock`: a reader must give a reason to change a submitted case. `keep_view`: the journal keeps window, slice, layout
    and key images with the answers. `readers`: who may read; empty: anybody who gives a name. `show`: out of SHOWABLE.
    `no_way_back`: a finished case stays closed. `idle_after`: seconds without input after which time is idle.
    `media`: written by mkbundle if the cases are spread over several media. `given`: case -> question id -> what others
    answered, in words and without names, for a reader who decides between them. `of_reader`: asked once of each reader.
    `hand_over`: a reader may write a case as plain files for another program; `show` has everything then.
    `feedback`: training case -> question id, or 'case' -> the reference, shown once the case was submitted.
    """

    title: str
    version: str
    introduction: str
    questions: tuple[Question, ...]
    order: Order
    lock: bool
    keep_view: bool
    readers: tuple[str, ...]
    show: frozenset[str]
    text: str
    digest: str
    media: Media | None = None
    no_way_back: bool = False
    idle_after: int = 60
    sessions: SessionPlan = field(default_factory=SessionPlan)
    given: Mapping[str, Mapping[str, tuple[str, ...]]] = field(default_factory=dict)
    of_reader: tuple[Question, ...] = ()
    feedback: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    hand_over: bool = False

    def lets_read(self, reader: str) -> bool:
        """Whether this reader may read."""
        return not self.readers or reader_key(reader) in map(reader_key, self.readers)

    def question(self, name: str) -> Question | None:
        """The question with this id."""
        return next((question for question in self.questions if question.id == name), None)

    def asked(self, question: Question, answers: Answers, series: str = "") -> bool:
        """Whether a question is asked, given the answers so far; if it is not, it opens no other question either."""
        condition = question.only_if
        if condition is None:
            return True
        earlier = self.question(condition.question)
        if earlier is None:
            return False
        of = series if earlier.per is Per.SERIES else ""
        return self.asked(earlier, answers, of) and condition.holds(answers.get((earlier.id, of)))

    def places(self, series: Sequence[str]) -> Iterator[tuple[Question, str]]:
        """Every question with its series, in the order of the form; series by series for questions that repeat."""
        for per, run in _runs(self.questions):
            for uid in series if per is Per.SERIES else ("",):
                yield from ((question, uid) for question in run)

    def open_points(self, answers: Answers, series: Sequence[str]) -> list[tuple[Question, str, str]]:
        """(question, series, reason) for everything that prevents submitting: no answer, or an answer out of range."""
        found = []
        for question, of in self.places(series):
            if not self.asked(question, answers, of):
                continue
            value = answers.get((question.id, of))
            problem = question.problem(value)
            if is_empty(value) and question.required:
                problem = "an answer is needed"
            if problem:
                found.append((question, of, problem))
        return found


def _runs(questions: Sequence[Question]) -> Iterator[tuple[Per, list[Question]]]:
    """Groups of neighbouring questions that are all asked per case or all per series."""
    run: list[Question] = []
    for question in questions:
        if run and run[0].per is not question.per:
            yield run[0].per, run
            run = []
        run.append(question)
    if run:
        yield run[0].per, run


def digest_of(text: str) -> str:
    """The SHA-256 of a form's text in hex, whatever its line ends are."""
    return hashlib.sha256(text.replace("\r\n", "\n").encode("utf-8", "surrogatepass")).hexdigest()
