"""The answers to a question as statistics take them: by reader, session and occurrence, over cases or series."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import NamedTuple

from builder.collect.answers import plain, series_of, standing
from builder.collect.gather import Gathered
from bundle.reading.questions import Per, Question, QuestionType, Value
from bundle.reading.readings import CaseReading, Readings
from bundle.reading.study_session import StudySession

BETWEEN_READERS, WITHIN_READER, BETWEEN_SESSIONS = "between readers", "within reader", "between sessions"
# Who has answered less than this share of what the fullest reader has is named, and not among 'all readers'.
COMPLETE = 0.8
# What is said of answers that cannot be compared.
_ALONE = {
    BETWEEN_READERS: "answered by some only",
    WITHIN_READER: "answered only once",
    BETWEEN_SESSIONS: "answered in one session only",
}
# What is compared: a case, or one of its series.
Item = tuple[str, str]


class Rater(NamedTuple):
    """A reader, in one session, seeing the cases for the first or second time."""

    reader: str
    session: StudySession
    occurrence: int


@dataclass
class Ratings:
    """All finished answers to a question, without training; `read` are the cases that were finished, answered or not.

    `patients` is the patient of each case, if it is known; `training` are the cases for training in each session.
    `several`: the study has more than one session, which every figure names. `conditions`: see conditions_of.
    """

    question: Question
    given: dict[Rater, dict[Item, Value]] = field(default_factory=dict)
    read: dict[Rater, set[str]] = field(default_factory=dict)
    patients: Mapping[str, str] = field(default_factory=dict)
    training: dict[StudySession, frozenset[str]] = field(default_factory=dict)
    several: bool = False
    conditions: Mapping[StudySession, str] = field(default_factory=dict)

    def patient(self, item: Item) -> str:
        """The patient of an item; without a stick, each case counts as a patient."""
        return self.patients.get(item[0], item[0])


class Compared(NamedTuple):
    """Raters to compare, over the items that all of them have; `left_out` says in words who and what is not there."""

    kind: str
    who: str
    raters: tuple[Rater, ...]
    items: tuple[Item, ...]
    left_out: str


def all_ratings(gathered: Gathered) -> tuple[list[Ratings], list[str]]:
    """The ratings of every question that can be compared, and remarks about those that sessions ask in several ways.

    A question with other options or limits is one of its own: its sessions are compared with none of the others.
    """
    several = len({session for _, session in gathered.readings}) > 1
    conditions = conditions_of([(readings.reader, session) for (_, session), readings in gathered.readings.items()])
    found: dict[Measure, Ratings] = {}
    for question in _asked(gathered):
        ratings = Ratings(question, patients=gathered.patients, several=several, conditions=conditions)
        found.setdefault(_measure(question), ratings)
    for ratings in found.values():
        for readings in gathered.readings.values():
            _add(ratings, readings, gathered)
    places = {name: place for place, name in enumerate(dict.fromkeys(each.question.id for each in found.values()))}
    return sorted(found.values(), key=lambda each: places[each.question.id]), list(_changed(gathered))


def conditions_of(read: Sequence[tuple[str, StudySession]]) -> dict[StudySession, str]:
    """Under what readers are compared with each other: the session, or the arm if readers have the arms crosswise.

    Then one number of a session is different arms, and one arm different numbers. The arms come in the order of the
    first reader.
    """
    pairs = sorted(set(read))
    sessions = list(dict.fromkeys(session for _, session in pairs))
    crossed = len({session.number for session in sessions}) < len(sessions) and all(each.arm for each in sessions)
    if not crossed or len({(reader, session.arm) for reader, session in pairs}) < len(pairs):
        return {session: str(session) for session in sorted(sessions)}
    arms = list(dict.fromkeys(session.arm for session in sessions))
    return {session: session.arm for session in sorted(sessions, key=lambda each: (arms.index(each.arm), each))}


def _asked(gathered: Gathered) -> list[Question]:
    """The questions of all sessions that can be compared, those of the latest first."""
    forms = reversed(gathered.forms.values())
    return [question for form in forms for question in form.questions if question.kind is not QuestionType.TEXT]


def _changed(gathered: Gathered) -> Iterator[str]:
    latest: dict[str, Question] = {}
    for session, form in reversed(gathered.forms.items()):
        for question in form.questions:
            last = latest.setdefault(question.id, question)
            if _measure(question) != _measure(last):
                yield (
                    f"{question.id}: {session} asks it in another way than later ones: it has figures of its own, and "
                    "is not compared with them"
                )
            elif _words(question) != _words(last):
                yield f"{question.id}: {session} asks it in other words than later ones; it is compared all the same"


def _add(ratings: Ratings, readings: Readings, gathered: Gathered) -> None:
    form, wanted = gathered.form_of(readings), ratings.question
    asked = None if form is None else form.question(wanted.id)
    if form is None or asked is None or _measure(asked) != _measure(wanted):
        return
    ratings.training[readings.session] = frozenset(form.order.training)
    for reading in readings.cases.values():
        if reading.finished and not reading.training:
            rater = Rater(readings.reader, readings.session, reading.slot[1])
            ratings.read.setdefault(rater, set()).add(reading.slot[0])
            ratings.given.setdefault(rater, {}).update(_items(asked, reading, gathered, readings))


Measure = tuple[object, ...]


def _words(question: Question) -> Measure:
    """What the reader sees of a question."""
    rating = question.rating
    of_marks = None if rating is None else (rating.text, rating.anchors)
    return question.text, [option.text for option in question.options], question.anchors, of_marks


def _measure(question: Question) -> Measure:
    """What makes answers comparable."""
    options = tuple(option.value for option in question.options)
    rated = question.rating and (question.rating.minimum, question.rating.maximum)
    return question.id, question.kind, question.per, options, question.minimum, question.maximum, question.unit, rated


def _items(
    question: Question, reading: CaseReading, gathered: Gathered, readings: Readings
) -> Iterator[tuple[Item, Value]]:
    form = gathered.form_of(readings)
    assert form is not None
    series = series_of(reading, gathered)
    answers = standing(form, reading, series)
    for of in series if question.per is Per.SERIES else ("",):
        value = answers.get((question.id, of))
        if value is None and _may_be_none(question) and form.asked(question, answers, of):
            value = []
        if value is not None:
            in_cell = question.kind is not QuestionType.MARK
            yield (reading.slot[0], of), plain(question, value) if in_cell else value


def _may_be_none(question: Question) -> bool:
    """Whether no answer says that nothing is there: who ticks no sign or sets no mark has read the case, too."""
    several = question.kind in (QuestionType.CHOICES, QuestionType.MARK)
    return several and not question.required and question.least == 0


def comparisons(ratings: Ratings) -> Iterator[Compared]:
    """All readers of a session, every pair of them, every reader with the repeats, and every reader's sessions."""
    several = ratings.several
    for condition in dict.fromkeys(ratings.conditions.values()):
        under = [rater for rater in ratings.given if ratings.conditions[rater.session] == condition]
        raters = sorted(rater for rater in under if rater.occurrence == 1)
        within = f", {condition}" if several else ""
        if len(raters) > 2:
            yield from _everybody(ratings, raters, within)
        for pair in combinations(raters, 2):
            yield _compared(ratings, BETWEEN_READERS, f"{pair[0].reader} and {pair[1].reader}{within}", pair)
    for rater in sorted(ratings.given):
        again = rater._replace(occurrence=2)
        if rater.occurrence == 1 and again in ratings.given:
            within = f", {rater.session}" if several else ""
            yield _compared(ratings, WITHIN_READER, f"{rater.reader}, the same case again{within}", (rater, again))
    yield from _sessions(ratings)


def _sessions(ratings: Ratings) -> Iterator[Compared]:
    for pair in combinations(sorted(ratings.given), 2):
        if pair[0].reader == pair[1].reader and pair[0].occurrence == pair[1].occurrence == 1:
            who = f"{pair[0].reader}, {pair[0].session} and {pair[1].session}"
            yield _compared(ratings, BETWEEN_SESSIONS, who, pair)


def _everybody(ratings: Ratings, raters: Sequence[Rater], within: str) -> Iterator[Compared]:
    """All readers who read nearly everything: somebody who has just begun would leave hardly a case to compare."""
    most = max(len(ratings.given[rater]) for rater in raters)
    full = [rater for rater in raters if len(ratings.given[rater]) >= COMPLETE * most]
    missing = [rater for rater in raters if rater not in full]
    named = ", ".join(f"{rater.reader} ({len(ratings.given[rater])} of {most})" for rater in missing)
    who = f"all {len(raters)} readers{within}" if not missing else f"{len(full)} of {len(raters)} readers{within}"
    if len(full) > 2:
        yield _compared(ratings, BETWEEN_READERS, who, tuple(full), f"incomplete: {named}" if missing else "")


def _compared(ratings: Ratings, kind: str, who: str, raters: Sequence[Rater], left_out: str = "") -> Compared:
    answered = [ratings.given[rater].keys() for rater in raters]
    common = set.intersection(*map(set, answered))
    items = tuple(sorted(item for item in common if all(_usable(ratings, rater, item) for rater in raters)))
    alone = len(set().union(*answered)) - len(common)
    words = [left_out, f"{alone} {_ALONE[kind]}" if alone else ""]
    words += [f"{len(common) - len(items)} outside the form's values" if len(items) < len(common) else ""]
    return Compared(kind, who, tuple(raters), items, "; ".join(filter(None, words)))


def _usable(ratings: Ratings, rater: Rater, item: Item) -> bool:
    """A point outside the scale is no category."""
    question = ratings.question
    return question.kind is not QuestionType.SCALE or not question.problem(ratings.given[rater][item])
