"""Checks of READINGS: journals are whole, and journals, form and index speak of the same cases and questions."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from builder.check.findings import Finding, finding
from builder.check.medium.file_checks import some
from builder.check.medium.medium import Medium
from builder.check.places.place import read_file, readings_of
from bundle.layout import FORM, READINGS_FOLDER
from bundle.reading.form import Form
from bundle.reading.form_file import MAX_FORM, FormMistaken, check_cases, decode_form
from bundle.reading.journal import Flaw, Journal, journal_paths, journals_in
from bundle.reading.marks import apart, marks_of
from bundle.reading.merge import merge
from bundle.reading.readings import ANSWER, studies_in

_RULES = {Flaw.TORN: "readings.torn", Flaw.ABSENT: "readings.absent"}
_WHOLE = "readings.whole"


def has_answers(medium: Medium) -> bool:
    """Whether a reader has begun to answer: nobody may be told to erase the medium before these are collected."""
    root = medium.root
    return bool(journal_paths(root / READINGS_FOLDER)) if isinstance(root, Path) else root.tree.answers_there


def check_answers(medium: Medium, studies: Mapping[str, str] | None) -> Iterator[Finding]:
    """`studies` gives the Study Instance UID of each case of the index; None without an index."""
    form, problem = _form_on(medium, studies)
    if problem:
        yield finding("readings.form", FORM, problem)
    journals = journals_in(readings_of(medium.root))
    yield from _of_journals(journals)
    for journal in journals:
        yield from _against_index(journal, studies)
        yield from _against_form(journal, form)
        yield from _places(journal)


def _form_on(medium: Medium, studies: Mapping[str, str] | None) -> tuple[Form | None, str]:
    """The form, and what is wrong with it; its loss or change is reported separately."""
    if FORM not in medium.files or not medium.intact(FORM):
        return None, ""
    try:
        form = decode_form(read_file(medium.root / FORM, MAX_FORM), FORM, is_old=True)
        if studies is not None:
            check_cases(form, sorted(studies), FORM)
    except FormMistaken as error:
        return None, " ".join(str(error).split())
    except OSError as error:
        return None, f"it cannot be read: {error.strerror or type(error).__name__}"
    beside = [] if form.media is None or studies is None else _not_meant(form.media.groups(), sorted(studies))
    return form, f"it does not give these cases to one medium: {some(beside)}" if beside else ""


def _not_meant(groups: Sequence[Sequence[str]], cases: Sequence[str]) -> list[str]:
    """The cases here that are not among those of the medium that has most of them."""
    best = max(groups, key=lambda group: len(set(group) & set(cases)), default=())
    return sorted(set(cases) - set(best))


def _of_journals(journals: Sequence[Journal]) -> Iterator[Finding]:
    """One finding for each rule and file: one loss shows in several lines."""
    problems = [problem for journal in journals if not journal.entries for problem in journal.problems]
    problems += merge([journal for journal in journals if journal.entries]).problems
    found: dict[tuple[str, str], list[str]] = {}
    for problem in problems:
        text = f"line {problem.line}: {problem.text}" if problem.line else problem.text
        found.setdefault((_RULES.get(problem.flaw, _WHOLE), problem.file), []).append(text)
    for (rule, name), texts in found.items():
        yield finding(rule, f"{READINGS_FOLDER}/{name}", some(texts))


def _against_index(journal: Journal, studies: Mapping[str, str] | None) -> Iterator[Finding]:
    """The numbers of cases that the reader opened; cases may have been removed since, but none gets another study."""
    opened = studies_in(journal)
    known = studies or {}
    numbers = {uid: case for case, uid in known.items()}
    wrong = sorted(
        case for case, uid in opened.items() if known.get(case, uid) != uid or numbers.get(uid, case) != case
    )
    if wrong:
        yield finding(
            "readings.case",
            f"{READINGS_FOLDER}/{journal.name}",
            f"answers for another study than the index has: {some(wrong)}",
        )


def _against_form(journal: Journal, form: Form | None) -> Iterator[Finding]:
    answered = journal.opening.get("form")
    if form is not None and isinstance(answered, str) and answered and answered != form.digest:
        yield finding(
            "readings.form", f"{READINGS_FOLDER}/{journal.name}", f"it answers another form than {FORM} is now"
        )


def _places(journal: Journal) -> Iterator[Finding]:
    """The ends of each measurement: on one image, or on one plane. The first viewers took others, too."""
    given = (entry for entry in journal.entries if entry.kind == ANSWER and isinstance(entry.data.get("value"), dict))
    wrong = [f"line {entry.number}: {why}" for entry in given if (why := apart(marks_of(entry.data["value"])))]
    if wrong:
        yield finding("readings.places", f"{READINGS_FOLDER}/{journal.name}", some(wrong))
