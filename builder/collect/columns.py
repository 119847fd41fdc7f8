"""The columns of the tables, and the data dictionary that explains them."""

from collections.abc import Sequence
from typing import Any

from bundle.reading.form import Form
from bundle.reading.form_questions import FIRST, OF_READER
from bundle.reading.questions import Per, Question, QuestionType, Rating

Row = dict[str, Any]

FIXED = {
    "reader": "who read, as the name was typed last",
    "case": "the case number of the index and the crosswalk",
    "occurrence": "1, or 2 where the case was shown again to the same reader",
    "session": "the session of the study; 1 where the form names none",
    "arm": "the arm of the study that was read in this session",
    "number": "the case's number as the reader saw it",
    "rank": "the place of the case in the order in which the reader really opened them; empty if never opened",
    "training": "whether it was a training case",
    "state": "open, begun or done; a case that was opened again and not submitted since is done, as submitted",
    "open_again": "whether it was opened again after its last submission; what was changed then does not count",
    "first_look": "when it was first shown, UTC by the clock of the reader's PC, like all times here",
    "first_answer": "when the first answer was given",
    "first_submitted": "when it was submitted first",
    "submitted": "when it was submitted last",
    "feedback": "when the reader was shown the reference of a training case, after submitting it",
    "seconds": "time with the window active, before and after the first submission",
    "seconds_to_submission": "of these, the seconds up to the first submission",
    "seconds_after_submission": "of these, the seconds after the first submission",
    "idle": "of all seconds, those without any input for longer than the form's idle_after",
    "looks": "how many times the case was turned to",
    "windows": "in how many windows of the viewer, one after the other or on two PCs",
    "changes": "how many times an answer was saved anew after it was first given; a pause in typing counts",
    "reopened": "how many times the case was opened again after it was submitted",
    "reasons": "why it was changed after it was submitted, with the times (UTC)",
    "view": "what was on the screen when it was submitted, where the form keeps it: window, layout, key images (JSON)",
    "missing": "questions that need an answer and have none",
    "out_of_range": "questions whose answer is outside its limits, or has too few or too many parts",
    "conflicts": "questions with contradicting answers from two windows or PCs; the later ones are shown",
    "form_digest": "the SHA-256 of the form that was answered",
    "viewer": "the version of the viewer",
    "time_zone": "the time zone of the reader's PC, such as UTC+01:00",
    "pseudonym": "the patient on the stick",
    "study_instance_uid": "the study on the stick",
}
RESOLVED = {
    "original_patient_id": "the patient, from the crosswalk",
    "original_patient_name": "the patient's name, from the crosswalk",
    "original_study_instance_uid": "the original study, from the crosswalk",
    "original_study_date": "the original date, from the crosswalk",
    "original_accession_number": "the original accession number, from the crosswalk",
}
_TYPES = {
    QuestionType.TEXT: "text",
    QuestionType.CHOICE: "one of the values",
    QuestionType.CHOICES: "values with ; between",
    QuestionType.SCALE: "integer",
    QuestionType.SLIDER: "integer",
    QuestionType.NUMBER: "number",
    QuestionType.YES_NO: "true or false",
    QuestionType.MARK: "JSON list of places",
    QuestionType.MEASUREMENT: "number",
}
_WHOLE = ("occurrence", "session", "number", "rank", "looks", "windows", "changes", "reopened")
_SECONDS = ("seconds", "seconds_to_submission", "seconds_after_submission", "idle")
_TRUTHS = ("training", "open_again")
_TIMES = ("first_look", "first_answer", "first_submitted", "submitted", "feedback")


def column(name: str, of: str, series: Sequence[str]) -> str:
    """'diagnosis', or 'quality_s2' for the second series of the case."""
    answer = f"{name}_answer" if name in FIXED else name  # a form of version 1 may have asked for such a name
    return f"{answer}_s{series.index(of) + 1}" if of in series else answer


def dictionary(forms: Sequence[Form], wide: Sequence[Row], *, resolved: bool) -> list[Row]:
    """One row for each column of the wide table."""
    texts = FIXED | (RESOLVED if resolved else {})
    return [_entry(name, texts, forms) for name in dict.fromkeys(name for row in wide for name in row)]


def _entry(name: str, texts: dict[str, str], forms: Sequence[Form]) -> Row:
    row = {"column": name, "meaning": texts.get(name, ""), "type": "", "unit": "", "values": ""}
    if name in texts:
        return row | _of_fixed(name)
    if name.startswith(OF_READER):
        return row | _of_reader(name.removeprefix(OF_READER), forms)
    asked = name.removesuffix(FIRST)
    found = [form.question(asked) or form.question(asked.rsplit("_s", 1)[0]) for form in reversed(forms)]
    questions = [question for question in found if question is not None]
    if not questions:
        return row
    question = questions[0]
    first = " (as it was submitted first)" if name.endswith(FIRST) else ""
    per = " (of this series of the case)" if question.per is Per.SERIES else ""
    return row | _of_questions(questions, per + first)


def _of_reader(name: str, forms: Sequence[Form]) -> Row:
    asked = [question for form in reversed(forms) for question in form.of_reader if question.id == name]
    return _of_questions(asked, " (asked once of the reader)") if asked else {}


def _of_questions(questions: Sequence[Question], about: str) -> Row:
    return {
        "meaning": _with_earlier([each.text for each in questions]) + about,
        "type": _with_earlier([_TYPES[each.kind] for each in questions]),
        "unit": _with_earlier([each.unit for each in questions]),
        "values": _with_earlier(["; ".join(_values(each)) for each in questions]),
    }


def _with_earlier(said: Sequence[str]) -> str:
    """What the latest form says, and behind it what earlier sessions were asked instead."""
    latest, *earlier = dict.fromkeys(said)
    return latest + "".join(f" (in an earlier session: {text or 'none'})" for text in earlier)


def _of_fixed(name: str) -> Row:
    if name in _SECONDS:
        return {"type": "number", "unit": "s", "values": "from 0"}
    if name in _WHOLE:
        return {"type": "integer"}
    if name in _TIMES:
        return {"type": "time (UTC)"}
    if name == "state":
        return {"type": "one of the values", "values": "open; begun; done"}
    return {"type": "true or false" if name in _TRUTHS else "text"}


def _values(question: Question) -> list[str]:
    options = [f"{option.value} = {option.text}" for option in question.options]
    limits = [f"from {question.minimum:g}"] if question.minimum is not None else []
    limits += [f"to {question.maximum:g}"] if question.maximum is not None else []
    anchors = [f"{point} = {text}" for point, text in sorted(question.anchors.items())]
    return options + limits + anchors + _rating(question.rating)


def _rating(rating: Rating | None) -> list[str]:
    if rating is None:
        return []
    anchors = [f"{point} = {text}" for point, text in sorted(rating.anchors.items())]
    return [f"each mark is rated ({rating.text}) from {rating.minimum} to {rating.maximum}", *anchors]
