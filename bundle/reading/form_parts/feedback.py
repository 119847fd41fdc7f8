"""What a reader sees after a training case was submitted: the reference, case by case and question by question."""

from collections.abc import Iterable, Mapping, Sequence

from bundle.reading.form_table import Table

FEEDBACK = "feedback"
# What is said of the case as a whole; no question can have this id, which is that of a column.
OF_CASE = "case"
_LONGEST = 2000
Feedback = Mapping[str, Mapping[str, str]]


def read_feedback(top: Table, questions: Sequence[str]) -> Feedback:
    """`[feedback.CASE-003]` with `case = "…"` and a text for each question that has a reference: case -> id -> text."""
    content = top.content.get(FEEDBACK, {})
    if not isinstance(content, dict) or not all(isinstance(texts, dict) for texts in content.values()):
        top.wrong(FEEDBACK, 'feedback is written as [feedback.CASE-003] and below it case = "…" or question = "…"')
        return {}
    found: dict[str, dict[str, str]] = {}
    for case, texts in content.items():
        for name, text in texts.items():
            if name not in (OF_CASE, *questions):
                top.wrong(FEEDBACK, f"'{name}' of {case} is neither 'case' nor a question of the form")
            elif not isinstance(text, str) or not text.strip() or len(text) > _LONGEST:
                top.wrong(FEEDBACK, f"'{name}' of {case} must be a text in quotes of up to {_LONGEST} characters")
            else:
                found.setdefault(case, {})[name] = text.strip()
    return found


def check_feedback(table: Table, feedback: Feedback, training: Iterable[str]) -> None:
    """Note feedback to a case that counts: it would tell the truth. A plan may have named the cases for training."""
    for case in sorted(set(feedback) - set(training)):
        table.wrong(FEEDBACK, f"{case} is not a training case, so its reader must get no feedback")
